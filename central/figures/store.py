"""Counts of alike tickets; what they mean is decided in ``rules.py``.

Tickets are kept as long as their retention says; of older days there are the counts that were left of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, RowMapping, func, select

from central import schema
from central.keeping.tables import ticket_count
from central.units.store import below

_CHINA_MS: Final = 8 * 3_600_000
_DAY_MS: Final = 86_400_000


def groups(connection: Connection, day: str, path: str, hall: str | None = None) -> list[RowMapping]:
    """Tickets of a day at or below a unit's path, counted by hall, classes, end, priority and grade."""
    table = schema.ticket
    kinds = (table.c.hall, table.c.service_issued, table.c.service, table.c.state, table.c.priority, table.c.grade)
    statement = (
        select(
            *kinds,
            func.count().label("count"),
            func.count(table.c.waited_s).label("waited"),
            func.coalesce(func.sum(table.c.waited_s), 0).label("waited_total_s"),
            func.max(table.c.waited_s).label("waited_max_s"),
            func.count(table.c.served_s).label("served"),
            func.coalesce(func.sum(table.c.served_s), 0).label("served_total_s"),
        )
        .where(table.c.day == day, table.c.hall.in_(select(schema.hall.c.id).where(below(path))))
        .group_by(*kinds)
    )
    if hall is not None:
        statement = statement.where(table.c.hall == hall)
    found = list(connection.execute(statement).mappings())
    return found + _left(connection, day, path, hall)


def _left(connection: Connection, day: str, path: str, hall: str | None) -> list[RowMapping]:
    """What is left of tickets that are deleted, in the same columns."""
    table = ticket_count
    columns = (
        table.c.hall, table.c.service_issued, table.c.service, table.c.state,
        func.nullif(table.c.priority, "").label("priority"), func.nullif(table.c.grade, 0).label("grade"),
        table.c.count, table.c.waited, table.c.waited_total_s, table.c.waited_max_s, table.c.served,
        table.c.served_total_s,
    )  # fmt: skip
    statement = select(*columns).where(
        table.c.day == day, table.c.hall.in_(select(schema.hall.c.id).where(below(path)))
    )
    if hall is not None:
        statement = statement.where(table.c.hall == hall)
    return list(connection.execute(statement).mappings())


def arrivals(
    connection: Connection, days: Sequence[str], path: str, step_ms: int, hall: str | None = None
) -> list[tuple[str, int, int]]:
    """Tickets issued on these days at or below a unit's path: day, which step of the day in China, how many."""
    table = schema.ticket
    step = ((table.c.issued_ms + _CHINA_MS) % _DAY_MS // step_ms).label("step")
    at = table.c.hall == hall if hall is not None else table.c.hall.in_(select(schema.hall.c.id).where(below(path)))
    statement = select(table.c.day, step, func.count().label("count")).where(
        table.c.day.in_(days), table.c.issued_ms.is_not(None), at
    )
    found = connection.execute(statement.group_by(table.c.day, step))
    return [(row.day, int(row.step), int(row[2])) for row in found]
