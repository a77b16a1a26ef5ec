"""The start page of central, the page of alarms and that of the fleet."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from central.accounts.permissions import Act
from central.clock import now_ms
from central.menu import menu_of
from central.pages import page
from central.units import store as unit_store
from central.web_doors import SignedIn, TheParts, UnitId
from hall.moment import local_day
from hall.queue.state import TicketState

router = APIRouter(include_in_schema=False)

_SECTIONS: Final = ("live", "alarm", "alarms", "fleet", "level")


@router.get("/")
def live_page(request: Request, person: SignedIn, parts: TheParts, unit: UnitId | None = None) -> Response:
    """All halls of one's own unit, or of one below it."""
    if not person.may(Act.LOOK):  # an administrator of accounts or of the audit begins at their own work
        return RedirectResponse(menu_of(person.roles)[0].path, 303)
    with parts.database.read() as connection:
        path = unit_store.require_unit(connection, unit, person.path)["path"] if unit is not None else person.path
        trail = unit_store.trail(connection, path, person.path)
    return page(request, "halls.html", person, sections=_SECTIONS, unit=unit or "", at=path, trail=trail)


@router.get("/halls/{hall}/tickets")
def tickets_page(hall: str, request: Request, person: SignedIn) -> Response:
    today, states = local_day(now_ms()), [state.value for state in TicketState]
    return page(request, "tickets.html", person, sections=("live",), hall=hall[:40], today=today, states=states)


@router.get("/alarms")
def alarms_page(request: Request, person: SignedIn) -> Response:
    sees, sets = person.may(Act.ACKNOWLEDGE_ALARMS), person.may(Act.SET_ALARM_RULES)
    own_unit = person.path.split("/")[-2]
    return page(request, "alarms.html", person, sections=_SECTIONS, own_unit=own_unit, sees=sees, sets=sets)


@router.get("/fleet")
def fleet_page(request: Request, person: SignedIn) -> Response:
    return page(request, "fleet.html", person, sections=_SECTIONS)
