"""The page of plans. What it shows comes by the API."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from central.accounts.permissions import Act
from central.pages import page
from central.web_doors import Looking

router = APIRouter(include_in_schema=False)


@router.get("/plans")
def plans_page(request: Request, person: Looking) -> Response:
    may_plan = person.may(Act.MANAGE_PLANS)
    return page(request, "plans.html", person, sections=("manage", "plans"), may_plan=may_plan)
