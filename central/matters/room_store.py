"""Statements over the rooms that remote visits are held in, and which visit has which five minutes of them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from central import schema
from central.database import upsert
from central.matters.rules import SLOT_MINUTES
from central.matters.tables import matter, visit_room, visit_slot


def add(connection: Connection, **facts: Any) -> None:
    connection.execute(insert(visit_room).values(**facts))


def close(connection: Connection, room: str, now_ms: int) -> None:
    connection.execute(update(visit_room).where(visit_room.c.id == room).values(closed_ms=now_ms))


def rooms(connection: Connection, hall: str, *, closed: bool = False) -> list[RowMapping]:
    """A hall's rooms by their names."""
    statement = select(visit_room).where(visit_room.c.hall == hall)
    if not closed:
        statement = statement.where(visit_room.c.closed_ms.is_(None))
    return list(connection.execute(statement.order_by(visit_room.c.name_zh, visit_room.c.id)).mappings())


def room(connection: Connection, identifier: str, path: str) -> RowMapping | None:
    """A room of a hall at or below this path."""
    hall, unit = schema.hall, schema.unit
    statement = (
        select(visit_room)
        .join(hall, hall.c.id == visit_room.c.hall)
        .join(unit, unit.c.id == hall.c.unit)
        .where(visit_room.c.id == identifier, unit.c.path.startswith(path))
    )
    return connection.execute(statement).mappings().one_or_none()


def take(connection: Connection, identifier: str, day: str, begin: int, end: int, matter_id: str) -> bool:
    """All of these minutes, or False: then some are taken, and the caller's transaction must not go on.

    Minutes go in by their order, so that two who want the same ones wait for each other and nobody for both.
    """
    minutes = range(begin, end, SLOT_MINUTES)
    statement = upsert(connection, visit_slot).on_conflict_do_nothing().returning(visit_slot.c.minute)
    for minute in minutes:
        row = {"room": identifier, "day": day, "minute": minute, "matter": matter_id}
        if connection.execute(statement, row).scalar_one_or_none() is None:
            return False
    return True


def free(connection: Connection, matter_id: str) -> None:
    """Give back whatever room this visit has."""
    connection.execute(delete(visit_slot).where(visit_slot.c.matter == matter_id))


def is_wanted(connection: Connection, identifier: str, from_day: str) -> bool:
    """Whether a visit has this room on that day or later."""
    wanted = select(visit_slot.c.matter).where(visit_slot.c.room == identifier, visit_slot.c.day >= from_day)
    return connection.execute(wanted.limit(1)).first() is not None


def of_day(connection: Connection, hall: str, day: str) -> list[RowMapping]:
    """Each visit of a hall's day with its room and state, by time; nobody's name."""
    statement = (
        select(visit_slot.c.room, visit_slot.c.minute, matter.c.id, matter.c.state, matter.c.year, matter.c.number,
               matter.c.facts)
        .join(visit_room, visit_room.c.id == visit_slot.c.room)
        .join(matter, matter.c.id == visit_slot.c.matter)
        .where(visit_room.c.hall == hall, visit_slot.c.day == day)
        .order_by(visit_slot.c.room, visit_slot.c.minute)
    )  # fmt: skip
    seen: dict[str, RowMapping] = {}
    for row in connection.execute(statement).mappings():
        seen.setdefault(row["id"], row)
    return list(seen.values())
