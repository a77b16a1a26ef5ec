"""The pages of the short records: the list, one record, and a day of the rooms for visits."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Request, Response

from central.accounts.permissions import Act
from central.clock import now_ms
from central.matters.api import Worker
from central.matters.words import Kind
from central.pages import page
from central.web_doors import TheParts
from hall.moment import local_day

router = APIRouter(include_in_schema=False)
_SECTIONS: Final = (
    "matters", "matter_kind", "matter_state", "matter_move", "matter_fact", "matter_option", "matter_text",
    "matter_role", "matter_relation", "matter_rule", "manage", "paper_desk",
)  # fmt: skip


@router.get("/matters")
def matters_page(request: Request, person: Worker, parts: TheParts) -> Response:
    today, supervises = local_day(now_ms()), person.may(Act.MATTERS_SUPERVISE)
    facts: dict[str, Any] = {"kinds": list(Kind), "today": today, "supervises": supervises}
    return page(request, "matters.html", person, sections=_SECTIONS, **facts)


@router.get("/matters/{matter}")
def matter_page(matter: Annotated[str, Path(max_length=40)], request: Request, person: Worker) -> Response:
    supervises = person.may(Act.MATTERS_SUPERVISE)
    return page(request, "matter.html", person, sections=_SECTIONS, matter=matter, supervises=supervises)


@router.get("/visits")
def visits_page(request: Request, person: Worker) -> Response:
    keeps, today = person.may(Act.MATTERS_SUPERVISE), local_day(now_ms())
    return page(request, "visits.html", person, sections=_SECTIONS, keeps=keeps, today=today)
