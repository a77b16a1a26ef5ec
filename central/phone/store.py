"""Statements over tickets that were asked for from a phone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, func, insert, select

from central import schema
from central.phone.tables import phone_ticket

_MOST_PLACES: Final = 500


def add(connection: Connection, **facts: Any) -> None:
    connection.execute(insert(phone_ticket).values(**facts))


def by_code(connection: Connection, code_hash: str) -> RowMapping | None:
    """The ticket with its order's status and answer."""
    table, order = phone_ticket, schema.order
    columns = (table, order.c.status, order.c.answer, order.c.sent_ms, order.c.ttl_ms)
    statement = select(*columns).join(order, order.c.id == table.c.order).where(table.c.code_hash == code_hash)
    return connection.execute(statement).mappings().one_or_none()


def asked_since(connection: Connection, hall: str, since_ms: int) -> int:
    """How many were asked of this hall since then."""
    table = phone_ticket
    counted = select(func.count()).where(table.c.hall == hall, table.c.asked_ms >= since_ms)
    return int(connection.execute(counted).scalar_one())


def halls_shown(connection: Connection, awake: Sequence[str]) -> list[RowMapping]:
    """Every hall with a controller, and the small places at which somebody works now; by id."""
    table = schema.hall
    shown = table.c.kept_here.is_(False) | table.c.id.in_(awake[:_MOST_PLACES])
    return list(connection.execute(select(table).where(shown).order_by(table.c.id)).mappings())


def ticket(connection: Connection, hall: str, day: str, number: str) -> RowMapping | None:
    """The ticket as the hall's events tell it; the newest, should a lost disk have given the number again."""
    table = schema.ticket
    statement = select(table).where(table.c.hall == hall, table.c.day == day, table.c.number == number)
    return connection.execute(statement.order_by(table.c.since_ms.desc()).limit(1)).mappings().one_or_none()
