"""Making, changing and cancelling an appointment, in the caller's transaction, whoever asks for it."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping

from central.appointments import rules, store
from central.appointments.reminders import Reminders
from central.appointments.rules import MOST_OF_A_PHONE, Offer, Slot, State
from central.appointments.secrets import VisitorKey
from central.catalogue import rules as catalogue
from central.catalogue import store as catalogue_store
from central.failures import NotFound, RefusedByRule
from hall.moment import local_day, local_minute
from hall_config.wording import rfc3339


@dataclass(frozen=True, slots=True)
class Wish:
    """Which place somebody wants; ``minute`` is of the local day."""

    hall: str
    service: str
    day: str
    minute: int
    persons: int = 1


def offer_of(connection: Connection, hall: str, service: str) -> Offer:
    """How this hall takes appointments for that class; raises `NotFound`."""
    offer = store.offers(connection, hall).get((hall, service))
    if offer is None:
        raise NotFound("NOT_BY_APPOINTMENT")
    return offer


def free_slots(
    connection: Connection, hall: str, service: str, now_ms: int, days: Iterable[str] | None = None
) -> dict[str, list[Slot]]:
    """Slots by day, those of ``days`` or of every day that may be booked."""
    offer = offer_of(connection, hall, service)
    opening = catalogue.opening(catalogue_store.calendars(connection, hall))
    today, minute = local_day(now_ms), local_minute(now_ms)
    wanted = [day for day in rules.days_of(offer, today) if days is None or day in set(days)]
    if opening is None or not wanted:
        return {}
    taken = store.taken(connection, hall, service, wanted[0], wanted[-1])
    found = {}
    for day in wanted:
        hours = catalogue.hours_of(opening, service, day)
        found[day] = list(rules.slots(offer, hours, day, taken.get(day, {}), today, minute))
    return found


def book(
    connection: Connection, key: VisitorKey, wish: Wish, phone: str, by: str, now_ms: int, reminders: Reminders | None
) -> RowMapping:
    """Raises `NotFound` and `RefusedByRule`."""
    today, phone_hash = local_day(now_ms), key.phone_hash(phone)
    _require_free(connection, wish, now_ms)
    held = store.of_phone(connection, phone_hash, today)
    if any((one["hall"], one["service"], one["day"]) == (wish.hall, wish.service, wish.day) for one in held):
        raise RefusedByRule("APPOINTMENT_TWICE", "phone")
    if len(held) >= MOST_OF_A_PHONE:
        raise RefusedByRule("APPOINTMENTS_MOST", "phone")
    identifier = secrets.token_hex(8)
    store.add(
        connection, id=identifier, hall=wish.hall, day=wish.day, minute=wish.minute, service=wish.service,
        persons=wish.persons, code_hash=key.code_hash(key.code(identifier)), phone_hash=phone_hash,
        phone_tail=phone[-4:], made_by=by, made_ms=now_ms, changed_ms=now_ms,
    )  # fmt: skip
    store.list_changed(connection, wish.hall, wish.day)
    row = _known(connection, identifier)
    if reminders is not None:
        reminders.keep(connection, row, phone, now_ms)
    return row


def find(connection: Connection, key: VisitorKey, code: str, phone: str) -> RowMapping:
    """By code and phone number together; raises `NotFound`, the same whichever is wrong."""
    row = store.by_code(connection, key.code_hash(code))
    if row is None or not secrets.compare_digest(row["phone_hash"], key.phone_hash(phone)):
        raise NotFound("NO_SUCH_APPOINTMENT")
    return row


def change(
    connection: Connection, row: RowMapping, phone: str, day: str, minute: int, now_ms: int,
    reminders: Reminders | None,
) -> RowMapping:  # fmt: skip
    """Another slot of the same hall and class; the code stays. Raises `RefusedByRule`."""
    _require_open(row, now_ms)
    moves = (row["day"], row["minute"]) != (day, minute)
    if moves:
        _require_free(connection, Wish(row["hall"], row["service"], day, minute), now_ms)
        store.change(connection, row["id"], now_ms, day=day, minute=minute)
        for changed in {row["day"], day}:
            store.list_changed(connection, row["hall"], changed)
    fresh = _known(connection, row["id"])
    if moves and reminders is not None:
        reminders.keep(connection, fresh, phone, now_ms)
    return fresh


def cancel(connection: Connection, row: RowMapping, now_ms: int) -> RowMapping:
    """Give the place back; cancelling twice is the same as once. Raises `RefusedByRule`."""
    if row["state"] != State.CANCELLED:
        _require_open(row, now_ms)
        store.change(connection, row["id"], now_ms, state=State.CANCELLED.value)
        store.forget_reminders(connection, row["id"])
        store.list_changed(connection, row["hall"], row["day"])
    return _known(connection, row["id"])


def told(row: RowMapping, now_ms: int) -> dict[str, Any]:
    """An appointment as anybody may see it who holds it, and staff: never whose it is."""
    return {
        "hall": row["hall"],
        "day": row["day"],
        "time": rules.clock_of(row["minute"]),
        "service": row["service"],
        "persons": row["persons"],
        "state": rules.state_now(row["state"], row["day"], local_day(now_ms)).value,
        "number": row["number"],
        "late": row["late"],
        "phone": f"•••{row['phone_tail']}",
        "made_at": rfc3339(row["made_ms"]),
    }


def _require_free(connection: Connection, wish: Wish, now_ms: int) -> None:
    slots = free_slots(connection, wish.hall, wish.service, now_ms, [wish.day]).get(wish.day, [])
    slot = next((one for one in slots if one.minute == wish.minute), None)
    if slot is None:
        raise RefusedByRule("NO_SUCH_SLOT", "time")
    if not slot.free:
        raise RefusedByRule("SLOT_FULL", "time")


def _require_open(row: RowMapping, now_ms: int) -> None:
    if row["state"] != State.BOOKED or row["day"] < local_day(now_ms):
        raise RefusedByRule("APPOINTMENT_OVER")


def _known(connection: Connection, identifier: str) -> RowMapping:
    row = store.by_id(connection, identifier)
    assert row is not None
    return row
