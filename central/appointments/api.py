"""``/api/v1/halls/{hall}/appointments`` and the slots a hall offers: for staff."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from pydantic import Field

from central.accounts.desk import Person
from central.accounts.permissions import Act
from central.appointments import booking, rules, store
from central.appointments.booking import Wish
from central.appointments.public_api import Clock, Letter, Phone
from central.appointments.public_api import Day as GivenDay
from central.appointments.rules import Offer
from central.audit.changes import note_change
from central.clock import now_ms
from central.failures import NotFound
from central.keys import Key, KeyHeader, the_key
from central.live import store as live_store
from central.once import gone_before, once
from central.orders.sending import require_controller
from central.web_doors import Day, Looking, May, Strict, StrictRoute, TheParts

router = APIRouter(prefix="/api/v1/halls/{hall}", route_class=StrictRoute, tags=["appointments"])

Keeper = Annotated[Person, Depends(May(Act.KEEP_CATALOGUE))]
Desk = Annotated[Person, Depends(May(Act.KEEP_APPOINTMENTS))]
PathHall = Annotated[str, Path(pattern=r"^[0-9a-z-]{3,40}$")]
PathLetter = Annotated[str, Path(pattern=r"^[A-HJ-NP-Z]$")]
PathAppointment = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")]


class OfferGiven(Strict):
    """How a hall takes appointments for one class."""

    slot_minutes: Annotated[int, Field(ge=5, le=240)]
    places: Annotated[int, Field(ge=1, le=rules.MOST_PLACES)]
    days_ahead: Annotated[int, Field(ge=0, le=28)] = 14
    notice_minutes: Annotated[int, Field(ge=0, le=1440)] = 60
    command_id: Key | None = None


class BookingForSomebody(Strict):
    """A place taken for somebody who called or came."""

    service: Letter
    day: GivenDay
    time: Clock
    phone: Phone
    persons: Annotated[int, Field(ge=1, le=20)] = 1
    command_id: Key | None = None


@router.get("/slot-offers")
def offers(hall: PathHall, person: Looking, parts: TheParts) -> dict[str, Any]:
    """For which classes the hall takes appointments, and how."""
    with parts.database.read() as connection:
        live_store.require_hall(connection, hall, person.path)
        found = store.offers(connection, hall)
    return {"items": [asdict(one) for one in found.values()], "next": None}


@router.put("/slot-offers/{letter}")
def put_offer(
    hall: PathHall, letter: PathLetter, body: OfferGiven, person: Keeper, parts: TheParts, request: Request,
    key: KeyHeader = None,
) -> dict[str, Any]:  # fmt: skip
    """Take appointments for a class; those that were made stay, whatever the slots are now."""
    asked, now = the_key(key, body.command_id), now_ms()
    with parts.database.write() as connection:

        def act() -> dict[str, Any]:
            live_store.require_hall(connection, hall, person.path)
            require_controller(connection, hall)
            offer = Offer(service=letter, **body.model_dump(exclude={"command_id"}))
            store.put_offer(connection, hall, offer, now)
            note_change(connection, person, request, "slots.put", f"{hall}/{letter}", now)
            return asdict(offer)

        wish = {"path": f"/halls/{hall}/slot-offers/{letter}", **body.model_dump()}
        return once(connection, person.name, asked, wish, now, act)


@router.delete("/slot-offers/{letter}", status_code=204)
def remove_offer(
    hall: PathHall, letter: PathLetter, person: Keeper, parts: TheParts, request: Request, key: KeyHeader = None
) -> None:
    """Take no more appointments for a class."""
    with parts.database.write() as connection:
        if gone_before(connection, person.name, key, request.url.path, now_ms()):
            return
        live_store.require_hall(connection, hall, person.path)
        if not store.remove_offer(connection, hall, letter):
            raise NotFound("NOT_BY_APPOINTMENT")
        note_change(connection, person, request, "slots.remove", f"{hall}/{letter}", now_ms())


@router.get("/appointments")
def appointments(hall: PathHall, day: Day, person: Looking, parts: TheParts) -> dict[str, Any]:
    """One day's appointments by time, and whether the hall holds the list as it is here."""
    now = now_ms()
    with parts.database.read() as connection:
        live_store.require_hall(connection, hall, person.path)
        found = store.of_day(connection, hall, day)
        kept = store.list_of(connection, hall, day)
    listed = {"revision": kept["revision"], "held": kept["held"], "problem": kept["problem"] or None} if kept else None
    return {"items": [{"id": row["id"], **booking.told(row, now)} for row in found], "next": None, "list": listed}


@router.post("/appointments", status_code=201)
def book(
    hall: PathHall, body: BookingForSomebody, person: Desk, parts: TheParts, request: Request, key: KeyHeader = None
) -> dict[str, Any]:
    """Take a place for somebody; the code is told so that it can be passed on."""
    asked, now, visitors = the_key(key, body.command_id), now_ms(), parts.visitors
    wish = Wish(hall, body.service, body.day, rules.minute_of(body.time), body.persons)
    digest = {
        "path": f"/halls/{hall}/appointments",
        **body.model_dump(exclude={"phone", "command_id"}),
        "phone": visitors.key.phone_hash(body.phone),
    }
    with parts.database.write() as connection:

        def act() -> dict[str, Any]:
            live_store.require_hall(connection, hall, person.path)
            row = booking.book(connection, visitors.key, wish, body.phone, person.name, now, parts.reminders)
            note_change(connection, person, request, "appointment.book", f"{hall}/{row['id']}", now)
            return {"id": row["id"], **booking.told(row, now)}

        done = once(connection, person.name, asked, digest, now, act)
    return {"code": visitors.key.code(done["id"]), **done}


@router.delete("/appointments/{appointment}")
def cancel(
    hall: PathHall, appointment: PathAppointment, person: Desk, parts: TheParts, request: Request
) -> dict[str, Any]:
    """Give a place back; twice is the same as once."""
    now = now_ms()
    with parts.database.write() as connection:
        live_store.require_hall(connection, hall, person.path)
        row = store.by_id(connection, appointment)
        if row is None or row["hall"] != hall:
            raise NotFound("NO_SUCH_APPOINTMENT")
        done = booking.told(booking.cancel(connection, row, now), now)
        note_change(connection, person, request, "appointment.cancel", f"{hall}/{appointment}", now)
    return done
