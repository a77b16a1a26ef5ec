"""``/api/v1/public/appointments``: for visitors, who have no account. A code and the phone number open an appointment.

The phone number comes in a body and never in an address; it is kept as a keyed hash and its last four digits, and
sealed beside reminders that are still to be sent, where a bureau has them sent.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import Field
from sqlalchemy import Connection, RowMapping

from central.appointments import booking, rules
from central.appointments.booking import Wish
from central.clock import now_ms, steady_s
from central.failures import NotFound
from central.keys import Key, KeyHeader, the_key
from central.live import store as live_store
from central.once import once
from central.parts import Parts
from central.web_doors import HallId, Strict, StrictRoute, TheParts, source_of

router = APIRouter(prefix="/api/v1/public", route_class=StrictRoute, tags=["public"])

Hall = Annotated[str, Field(pattern=r"^[0-9a-z-]{3,40}$")]
Letter = Annotated[str, Field(pattern=r"^[A-HJ-NP-Z]$")]
AskedLetter = Annotated[str, Query(pattern=r"^[A-HJ-NP-Z]$")]
Day = Annotated[str, Field(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")]
Clock = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Phone = Annotated[str, Field(pattern=r"^1[3-9][0-9]{9}$", description="a mobile number of mainland China")]
Code = Annotated[str, Field(pattern=r"^[0-9A-Za-z -]{8,20}$")]
VISITOR = "visitor"


class Booking(Strict):
    """A place that somebody wants."""

    hall: Hall
    service: Letter
    day: Day
    time: Clock
    phone: Phone
    persons: Annotated[int, Field(ge=1, le=20)] = 1
    command_id: Key | None = None


class Holder(Strict):
    """What opens an appointment."""

    code: Code
    phone: Phone
    command_id: Key | None = None


class OtherTime(Holder):
    day: Day
    time: Clock


@router.get("/slots")
def slots(hall: HallId, service: AskedLetter, parts: TheParts, request: Request) -> dict[str, Any]:
    """The slots of a hall for one class: by day, each with its time and how many places are free."""
    parts.visitors.tries.count("look", source_of(request), steady_s())
    with parts.database.read() as connection:
        live_store.require_hall(connection, hall, "")
        found = booking.free_slots(connection, hall, service, now_ms())
    items = [
        {"day": day, "slots": [{"time": rules.clock_of(one.minute), "free": one.free} for one in of_day]}
        for day, of_day in found.items()
    ]
    return {"items": items, "next": None}


@router.post("/appointments", status_code=201)
def book(body: Booking, parts: TheParts, request: Request, key: KeyHeader = None) -> dict[str, Any]:
    """Take a place; the answer has the code, and the same key gives the same one again."""
    asked, now = the_key(key, body.command_id), now_ms()
    parts.visitors.tries.count("book", source_of(request), steady_s())
    wish = Wish(body.hall, body.service, body.day, rules.minute_of(body.time), body.persons)
    phone_hash = parts.visitors.key.phone_hash(body.phone)
    digest = {"path": "/public/appointments", **body.model_dump(exclude={"phone", "command_id"}), "phone": phone_hash}
    with parts.database.write() as connection:

        def act() -> dict[str, Any]:
            live_store.require_hall(connection, wish.hall, "")
            row = booking.book(connection, parts.visitors.key, wish, body.phone, VISITOR, now, parts.reminders)
            return {"id": row["id"], **booking.told(row, now)}

        done = once(connection, VISITOR, asked, digest, now, act)
    identifier = done.pop("id")
    return {"code": parts.visitors.key.code(identifier), **done}


@router.post("/appointments/find")
def find(body: Holder, parts: TheParts, request: Request) -> dict[str, Any]:
    """One's appointment as it is now."""
    with parts.database.read() as connection:
        return booking.told(_opened(connection, body, parts, request), now_ms())


@router.post("/appointments/change")
def change(body: OtherTime, parts: TheParts, request: Request) -> dict[str, Any]:
    """Another slot; the same request twice is the same as once."""
    now = now_ms()
    with parts.database.write() as connection:
        row = _opened(connection, body, parts, request)
        minute = rules.minute_of(body.time)
        changed = booking.change(connection, row, body.phone, body.day, minute, now, parts.reminders)
        return booking.told(changed, now)


@router.post("/appointments/cancel")
def cancel(body: Holder, parts: TheParts, request: Request) -> dict[str, Any]:
    """Give the place back."""
    now = now_ms()
    with parts.database.write() as connection:
        return booking.told(booking.cancel(connection, _opened(connection, body, parts, request), now), now)


def _opened(connection: Connection, body: Holder, parts: Parts, request: Request) -> RowMapping:
    """The appointment of this code and phone; wrong ones are counted, so that neither is found by trying."""
    tries, source, now_s = parts.visitors.tries, source_of(request), steady_s()
    tries.check("wrong", source, now_s)
    tries.count("find", source, now_s)
    try:
        return booking.find(connection, parts.visitors.key, body.code, body.phone)
    except NotFound:
        tries.count("wrong", source, now_s)
        raise
