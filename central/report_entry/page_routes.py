"""The page on which a village room, or any other unit, fills in its month: made for a telephone."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response

from central.accounts.permissions import Act
from central.clock import now_ms
from central.pages import page
from central.report import store as report
from central.report.periods import Period, Rules, period, period_of, shifted
from central.report_entry.api import Entering
from central.report_entry.rules import EventKind, Why
from central.units import store as units
from central.web_doors import TheParts, UnitId
from hall.moment import local_day

router = APIRouter(include_in_schema=False)
_SECTIONS: Final = (
    "manage", "report_room", "report_entry_how", "report_event_kind", "report_taken_back", "report_unit",
    "report_state",
)  # fmt: skip
_OFFERED: Final = 3  # the running period and those before it


@router.get("/report/room")
def room_page(
    request: Request, person: Entering, parts: TheParts, unit: UnitId | None = None,
    month: Annotated[str | None, Query(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")] = None,
) -> Response:  # fmt: skip
    """``month`` is a period's name; else it is the one that is due next, or the running one."""
    today = date.fromisoformat(local_day(now_ms()))
    with parts.database.read() as connection:
        rules = report.rules(connection)
        row = units.require_unit(connection, unit or person.unit, person.path)
    offered = _offered(today, rules)
    chosen = next((one for one in offered if one.name == month), None) or _due_next(offered, today)
    return page(
        request, "report_room.html", person, sections=_SECTIONS, unit=row, period=chosen, periods=offered,
        today=today.isoformat(), moves=person.may(Act.REPORT_PREPARE), event_kinds=list(EventKind), whys=list(Why),
    )  # fmt: skip


def _offered(today: date, rules: Rules) -> list[Period]:
    running = period_of(today, rules).name
    return [period(shifted(running, -back), rules) for back in range(_OFFERED)]


def _due_next(offered: list[Period], today: date) -> Period:
    """A month that is over is finished first, as long as its form is not late."""
    return next((one for one in offered if one.last < today <= one.due), offered[0])
