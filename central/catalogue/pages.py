"""The pages of calendars and of the service catalogue. What they show comes by the API."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from central.accounts.desk import Person
from central.accounts.permissions import Act
from central.clock import now_ms
from central.pages import page
from central.web_doors import May
from hall.moment import local_day

router = APIRouter(include_in_schema=False)

Keeper = Annotated[Person, Depends(May(Act.KEEP_CATALOGUE))]
_WORDS = ("manage", "calendars", "plan_form")


@router.get("/calendars")
def calendars_page(request: Request, person: Keeper) -> Response:
    return page(request, "calendars.html", person, sections=_WORDS, today=local_day(now_ms()))


@router.get("/catalogue")
def catalogue_page(request: Request, person: Keeper) -> Response:
    return page(request, "catalogue.html", person, sections=(*_WORDS, "catalogue"))
