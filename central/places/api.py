"""``/api/v1/places``: making small places and their plans, and the windows of their staff."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent
from sqlalchemy import Connection, RowMapping

from central import cursors
from central.accounts.desk import Person
from central.accounts.permissions import Act
from central.audit.changes import note_change
from central.clock import now_ms
from central.cursors import Cursor
from central.failures import NotFound, RefusedByRule, WrongField
from central.keys import KeyHeader, the_key
from central.live.keeping import from_text
from central.once import once
from central.places import closing, sight, store
from central.places.asking import ask, place_at, taken, ticket_command, watch
from central.places.journal import Place
from central.places.keeper import Acting, Done, Wish, begin
from central.places.plans import check_plan, window_numbers
from central.places.requests import (
    NewPlace,
    PathPlace,
    PathWindow,
    PlaceChange,
    TakingTicket,
    WindowAct,
    command_of,
)
from central.units import store as units
from central.units.rules import Level
from central.web_doors import (
    ERRORS_OF_A_STREAM,
    Limit,
    Looking,
    May,
    StrictRoute,
    TheParts,
    UnitId,
    token_of,
)
from hall.queue.words import Channel
from hall.wire import type_name
from hall_config.problems import HallFileError
from hall_config.wording import rfc3339

router = APIRouter(prefix="/api/v1/places", route_class=StrictRoute, tags=["places"])

Managing = Annotated[Person, Depends(May(Act.MANAGE_PLACES))]
Serving = Annotated[Person, Depends(May(Act.SERVE_PLACES))]
Find = Annotated[str, Query(max_length=60, pattern=r"^[^\x00-\x1f\x7f]*$")]
_LEVELS = (Level.STREET.value, Level.VILLAGE.value)


@router.get("")
def places(
    person: Looking,
    parts: TheParts,
    limit: Limit = 100,
    cursor: Cursor | None = None,
    find: Find = "",
    unit: UnitId | None = None,
) -> dict[str, Any]:
    """The places at or below one's own unit or ``unit``, by id; ``find``: those with this in their id or name."""
    name = f"places {unit or ''} {find}"
    after = cursors.read(name, cursor, str)
    with parts.database.read() as connection:
        path = units.require_unit(connection, unit, person.path)["path"] if unit is not None else person.path
        found = store.places(connection, path, after[0] if after else "", limit + 1, find)
    last = cursors.give(name, (found[limit - 1]["id"],)) if len(found) > limit else None
    return {"items": [_told(row) for row in found[:limit]], "next": last}


@router.post("", status_code=201)
def make(body: NewPlace, person: Managing, parts: TheParts, request: Request, key: KeyHeader = None) -> dict[str, Any]:
    """Let central keep the queue of a street station or village room; the place is called as its unit."""
    asked, now = the_key(key, body.command_id), now_ms()
    plan = _checked(body.plan or {})
    with parts.database.write() as connection:

        def act() -> dict[str, Any]:
            unit = units.require_unit(connection, body.unit, person.path)
            if unit["level"] not in _LEVELS:
                raise WrongField("PLACE_LEVEL", "unit")
            if unit["closed_ms"] is not None:
                raise RefusedByRule("UNIT_CLOSED", "unit")
            if len(body.unit) < 3 or store.hall_taken(connection, body.unit):
                raise RefusedByRule("PLACE_TAKEN", "unit")
            begin(connection, body.unit, body.unit, (unit["name_zh"], unit["name_en"]), plan, now)
            note_change(connection, person, request, "place.make", body.unit, now)
            return {"id": body.unit, "unit": body.unit}

        told = once(connection, person.name, asked, {"path": "/places", **body.model_dump()}, now, act)
    parts.hub.tell([told["id"]])
    return told


@router.patch("/{place}")
def change(
    place: PathPlace, body: PlaceChange, person: Managing, parts: TheParts, request: Request, key: KeyHeader = None
) -> dict[str, Any]:
    """Give no more numbers here, or give them again; what happened stays.

    While somebody is at a window or set aside it is refused, and while somebody waits unless ``give_up_waiting``.
    """
    asked, now = the_key(key, body.command_id), now_ms()

    def settled(connection: Connection, at: Place, acting: Acting) -> dict[str, Any]:
        def act() -> dict[str, Any]:
            store.require_place(connection, place, person.path)
            given_up = closing.settle(at, acting, person.name, body.give_up_waiting) if body.closed else 0
            store.change_place(connection, place, closed_ms=now if body.closed else None)
            note_change(connection, person, request, "place.change", place, now, closed=body.closed, given_up=given_up)
            return {"place": place, "closed": body.closed, "given_up": given_up}

        return once(connection, person.name, asked, {"path": f"/places/{place}", **body.model_dump()}, now, act)

    place_at(parts, place, person.path)
    return parts.places.settle(place, settled)


@router.get("/{place}")
def whole(place: PathPlace, person: Looking, parts: TheParts) -> dict[str, Any]:
    """The place now, as its own pages show it, and who would be there if it were closed now."""
    at, now = place_at(parts, place, person.path)
    return {**sight.public(at, now), "there": closing.who_is_there(at)}


@router.get("/{place}/windows/{n}")
def window(place: PathPlace, n: PathWindow, person: Serving, parts: TheParts) -> dict[str, Any]:
    """What the page of one window shows."""
    return _window(parts, person, place, n)


@router.post("/{place}/windows/{n}/commands")
def act_at_window(
    place: PathPlace, n: PathWindow, body: WindowAct, person: Serving, parts: TheParts, key: KeyHeader = None
) -> dict[str, Any]:
    """One act at a window; the event says who did it."""
    _window(parts, person, place, n)
    what = {"path": f"/places/{place}/windows/{n}/commands", **body.model_dump(exclude={"command_id"})}
    wish = Wish(person.name, the_key(key, body.command_id), what)

    def told(done: Done) -> dict[str, Any]:
        at = done.place.state.queue.window(n)
        number = next((event.number for event in done.events if hasattr(event, "number")), None)
        ticket = done.place.state.queue.tickets.get(number) if number else None
        about = {"number": ticket.number, "service": ticket.service, "state": ticket.state.value} if ticket else None
        names = [type_name(event).partition("/")[0] for event in done.events]
        return {"window": n, "state": at.state.value, "ticket": about, "events": names}

    return ask(parts, place, wish, lambda at: command_of(at, n, person.name, body), told)


@router.post("/{place}/tickets", status_code=201)
def take_for(
    place: PathPlace, body: TakingTicket, person: Serving, parts: TheParts, key: KeyHeader = None
) -> dict[str, Any]:
    """A number for somebody who has no phone: staff may pass what stops a visitor's own."""
    place_at(parts, place, person.path)
    what = {"path": f"/places/{place}/tickets", **body.model_dump(exclude={"command_id"})}
    wish = Wish(person.name, the_key(key, body.command_id), what)
    return ask(parts, place, wish, lambda at: ticket_command(body, Channel.DESK, staff=person.name), taken)


def _seen_window(place: PathPlace, n: PathWindow, person: Serving, parts: TheParts) -> dict[str, Any]:
    return _window(parts, person, place, n)


@router.get("/{place}/windows/{n}/stream", response_class=EventSourceResponse, responses=ERRORS_OF_A_STREAM)
async def window_stream(
    place: PathPlace,
    n: PathWindow,
    request: Request,
    person: Serving,
    parts: TheParts,
    seen: Annotated[dict[str, Any], Depends(_seen_window)],
) -> AsyncIterator[ServerSentEvent]:
    """What the page of one window shows, as it changes."""
    token = token_of(request) or ""

    def still() -> bool:
        return parts.accounts.who(token, now_ms(), keeps_alive=False) == person

    async for event in watch(parts, place, lambda: _window(parts, person, place, n), still):
        yield event


def _window(parts: TheParts, person: Person, place: str, n: int) -> dict[str, Any]:
    at, now = place_at(parts, place, person.path)
    if at.plan.window(n) is None:
        raise NotFound("NO_SUCH_WINDOW")
    return {"place": at.id, "now": rfc3339(now.wall_ms), **sight.window(at, n, now)}


def _checked(document: Any) -> str:
    try:
        return check_plan(document)
    except HallFileError as faulty:
        raise WrongField("WRONG_PLAN", f"plan.{faulty.problems[0].key}"[:120]) from None


def _told(row: RowMapping) -> dict[str, Any]:
    view = from_text(row["view"])
    return {
        "id": row["id"],
        "unit": row["unit"],
        "name_zh": row["name_zh"],
        "name_en": row["name_en"],
        "waiting": len(view.waiting),
        "windows_open": sum(1 for one in view.windows.values() if one.state != "CLOSED"),
        "today": dict(view.counts),
        "day": view.day,
        "revision": row["revision"],
        "plan_waits": row["plan_next"] is not None,
        "closed": row["closed_ms"] is not None,
        "windows": window_numbers(row["plan"]),
    }
