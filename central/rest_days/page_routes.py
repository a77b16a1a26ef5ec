"""The page of rest days."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from central.accounts.desk import Person
from central.accounts.permissions import Act
from central.clock import now_ms
from central.pages import page
from central.units.rules import ROOT
from central.web_doors import May
from hall.moment import local_day

router = APIRouter(include_in_schema=False)


@router.get("/rest-days")
def rest_days_page(request: Request, person: Annotated[Person, Depends(May(Act.AID_SETTINGS))]) -> Response:
    imports = person.path == f"{ROOT}/"
    sections = ("rest_days", "holiday", "manage", "calendars", "plan_form")
    return page(request, "rest_days.html", person, sections=sections, today=local_day(now_ms()), imports=imports)
