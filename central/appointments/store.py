"""Statements over offers, appointments, and the lists that halls hold."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, delete, func, insert, select, update

from central import schema
from central.appointments.rules import Offer, State
from central.appointments.tables import appointment, appointment_list, reminder_due, slot_offer
from central.database import replace_row, upsert

_KEEPS_A_PLACE = (State.BOOKED.value, State.CHECKED_IN.value)


def put_offer(connection: Connection, hall: str, offer: Offer, now_ms: int) -> None:
    row = {
        "hall": hall, "service": offer.service, "slot_minutes": offer.slot_minutes, "places": offer.places,
        "days_ahead": offer.days_ahead, "notice_minutes": offer.notice_minutes, "changed_ms": now_ms,
    }  # fmt: skip
    connection.execute(replace_row(connection, slot_offer), row)


def remove_offer(connection: Connection, hall: str, service: str) -> bool:
    table = slot_offer
    return connection.execute(delete(table).where(table.c.hall == hall, table.c.service == service)).rowcount > 0


def offers(connection: Connection, hall: str | None = None) -> dict[tuple[str, str], Offer]:
    """By hall and class."""
    statement = select(slot_offer).order_by(slot_offer.c.hall, slot_offer.c.service)
    if hall is not None:
        statement = statement.where(slot_offer.c.hall == hall)
    return {
        (row.hall, row.service): Offer(row.service, row.slot_minutes, row.places, row.days_ahead, row.notice_minutes)
        for row in connection.execute(statement)
    }


def taken(connection: Connection, hall: str, service: str, first: str, last: str) -> dict[str, dict[int, int]]:
    """How many hold a place, by day and minute."""
    table = appointment
    statement = (
        select(table.c.day, table.c.minute, func.count())
        .where(table.c.hall == hall, table.c.service == service, table.c.day.between(first, last))
        .where(table.c.state.in_(_KEEPS_A_PLACE))
        .group_by(table.c.day, table.c.minute)
    )
    found: dict[str, dict[int, int]] = {}
    for day, minute, count in connection.execute(statement):
        found.setdefault(day, {})[minute] = count
    return found


def add(connection: Connection, **facts: Any) -> None:
    connection.execute(insert(appointment).values(state=State.BOOKED.value, number=None, late=None, **facts))


def change(connection: Connection, identifier: str, now_ms: int, **facts: Any) -> None:
    table = appointment
    connection.execute(update(table).where(table.c.id == identifier).values(changed_ms=now_ms, **facts))


def by_id(connection: Connection, identifier: str) -> RowMapping | None:
    table = appointment
    return connection.execute(select(table).where(table.c.id == identifier)).mappings().one_or_none()


def by_code(connection: Connection, code_hash: str) -> RowMapping | None:
    table = appointment
    return connection.execute(select(table).where(table.c.code_hash == code_hash)).mappings().one_or_none()


def of_phone(connection: Connection, phone_hash: str, today: str) -> list[RowMapping]:
    """What is still booked under a phone number."""
    table = appointment
    statement = select(table).where(
        table.c.phone_hash == phone_hash, table.c.state == State.BOOKED.value, table.c.day >= today
    )
    return list(connection.execute(statement).mappings())


def of_day(connection: Connection, hall: str, day: str) -> list[RowMapping]:
    """All of one day, by their time."""
    table = appointment
    statement = select(table).where(table.c.hall == hall, table.c.day == day)
    return list(connection.execute(statement.order_by(table.c.minute, table.c.id)).mappings())


def checked_in(connection: Connection, hall: str, identifier: str, number: str, late: bool) -> None:
    """A hall's word that the visitor has come; about an appointment of that hall only, however often it is said."""
    table = appointment
    came = connection.execute(
        update(table)
        .where(table.c.id == identifier, table.c.hall == hall)
        .values(state=State.CHECKED_IN.value, number=number[:12], late=late)
    )
    if came.rowcount:
        forget_reminders(connection, identifier)


# --- reminders --------------------------------------------------------------------------------------------


def add_reminder(connection: Connection, **facts: Any) -> None:
    connection.execute(insert(reminder_due).values(**facts))


def forget_reminders(connection: Connection, identifier: str) -> None:
    """Nobody is to be reminded of this appointment any more."""
    connection.execute(delete(reminder_due).where(reminder_due.c.appointment == identifier))


def reminders_due(connection: Connection, now_ms: int, limit: int) -> list[RowMapping]:
    table = reminder_due
    statement = select(table).where(table.c.next_ms <= now_ms).order_by(table.c.next_ms, table.c.appointment)
    return list(connection.execute(statement.limit(limit)).mappings())


def reminder(connection: Connection, identifier: str, kind: str) -> RowMapping | None:
    """One that is still to be sent, with what it reminds of; None for an appointment that is not booked any more."""
    table, hall, unit = reminder_due, schema.hall, schema.unit
    statement = (
        select(table, appointment.c.minute, hall.c.name_zh, hall.c.name_en, unit.c.path)
        .join(appointment, appointment.c.id == table.c.appointment)
        .join(hall, hall.c.id == table.c.hall)
        .join(unit, unit.c.id == hall.c.unit)
        .where(table.c.appointment == identifier, table.c.kind == kind, appointment.c.state == State.BOOKED.value)
    )
    return connection.execute(statement).mappings().one_or_none()


def try_reminder_later(connection: Connection, row: RowMapping, next_ms: int) -> None:
    wanted = update(reminder_due).where(_the_same(row))
    connection.execute(wanted.values(next_ms=next_ms, attempts=row["attempts"] + 1))


def drop_reminder(connection: Connection, row: RowMapping) -> None:
    """It was sent; one of the same kind for another time stays."""
    connection.execute(delete(reminder_due).where(_the_same(row)))


def reminders_late(connection: Connection, now_ms: int) -> bool:
    wanted = select(reminder_due.c.appointment).where(reminder_due.c.until_ms <= now_ms)
    return connection.execute(wanted.limit(1)).first() is not None


def drop_late_reminders(connection: Connection, now_ms: int) -> int:
    """How many nobody took in time."""
    return connection.execute(delete(reminder_due).where(reminder_due.c.until_ms <= now_ms)).rowcount


def drop_every_reminder(connection: Connection) -> int:
    return connection.execute(delete(reminder_due)).rowcount


def _the_same(row: RowMapping) -> ColumnElement[bool]:
    table = reminder_due
    return and_(*(table.c[name] == row[name] for name in ("appointment", "kind", "until_ms")))


# --- what halls hold --------------------------------------------------------------------------------------


def list_changed(connection: Connection, hall: str, day: str) -> None:
    """The hall's list of that day is no longer what it should be."""
    table = appointment_list
    fresh = upsert(connection, table)
    statement = fresh.on_conflict_do_update(index_elements=["hall", "day"], set_={"revision": table.c.revision + 1})
    row = {"hall": hall, "day": day, "revision": 1, "held": 0, "sent": 0, "order": None, "epoch": "", "problem": ""}
    connection.execute(statement, row)


def lists_to_send(connection: Connection, today: str) -> list[RowMapping]:
    """Lists of which the hall does not hold the newest revision, or holds it on a disk that is gone."""
    table, hall = appointment_list, schema.hall
    lacks = (table.c.held < table.c.revision) | (table.c.epoch != hall.c.epoch)
    statement = select(table).join(hall, hall.c.id == table.c.hall).where(table.c.day >= today, lacks)
    return list(connection.execute(statement.order_by(table.c.day, table.c.hall)).mappings())


def list_of(connection: Connection, hall: str, day: str) -> RowMapping | None:
    table = appointment_list
    found = connection.execute(select(table).where(table.c.hall == hall, table.c.day == day)).mappings()
    return found.one_or_none()


def note_list(connection: Connection, hall: str, day: str, **facts: Any) -> None:
    table = appointment_list
    connection.execute(update(table).where(table.c.hall == hall, table.c.day == day).values(**facts))
