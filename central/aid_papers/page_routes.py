"""The administrator's page of a centre's name, its numbers and its templates."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from central.accounts.desk import Person
from central.accounts.permissions import Act
from central.pages import page
from central.web_doors import May

router = APIRouter(include_in_schema=False)


@router.get("/aid/papers")
def papers_page(request: Request, person: Annotated[Person, Depends(May(Act.AID_SETTINGS))]) -> Response:
    sections = ("aid_papers", "aid_maker", "aid_promise", "limit")
    return page(request, "aid_papers.html", person, sections=sections, unit=person.unit)
