"""The staff's page of appointments."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from central.accounts.permissions import Act
from central.clock import now_ms
from central.pages import page
from central.web_doors import Looking, TheParts
from hall.moment import local_day

router = APIRouter(include_in_schema=False)


@router.get("/appointments")
def appointments_page(request: Request, person: Looking, parts: TheParts) -> Response:
    books, keeps = person.may(Act.KEEP_APPOINTMENTS), person.may(Act.KEEP_CATALOGUE)
    sections = ("appointments", "visitor")
    today = local_day(now_ms())
    may = {"books": books, "keeps": keeps, "reminds": parts.reminders is not None}
    return page(request, "appointments.html", person, sections=sections, today=today, **may)
