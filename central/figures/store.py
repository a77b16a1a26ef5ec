"""Counts of alike tickets; what they mean is decided in ``rules.py``.

Tickets are kept as long as their retention says; of older days there are the counts that were left of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, Select, Subquery, case, func, literal, select

from central import schema
from central.figures.rules import GRADES
from central.keeping.tables import ticket_count
from central.units.store import below

_CHINA_MS: Final = 8 * 3_600_000
_DAY_MS: Final = 86_400_000


def groups(connection: Connection, day: str, path: str, hall: str | None = None) -> list[RowMapping]:
    """Tickets of a day at or below a unit's path by hall, classes and end: how many, and how many of each grade.

    Summed where they lie: of a city's day there are nearly as many kinds of tickets as tickets.
    """
    at = select(schema.hall.c.id).where(below(path))
    if hall is not None:
        at = at.where(schema.hall.c.id == hall)
    found: list[RowMapping] = []
    for table, rows in ((schema.ticket, _tickets()), (ticket_count, _left())):
        those = rows.where(table.c.day == day, table.c.hall.in_(at))
        found += connection.execute(_summed(those.subquery())).mappings()
    return found


def _summed(rows: Subquery) -> Select[Any]:
    of = rows.c
    kinds = (of.hall, of.service_issued, of.service, of.state)
    return select(
        *kinds,
        func.sum(of.count).label("count"),
        func.sum(case((of.priority.is_not(None), of.count), else_=0)).label("priority"),
        *(func.sum(case((of.grade == grade, of.count), else_=0)).label(f"grade_{grade}") for grade in GRADES),
        *(func.sum(of[name]).label(name) for name in ("waited", "waited_total_s", "served", "served_total_s")),
        func.max(of.waited_max_s).label("waited_max_s"),
    ).group_by(*kinds)


def _tickets() -> Select[Any]:
    """Each ticket as a kind of its own."""
    of = schema.ticket.c
    return select(
        of.hall, of.service_issued, of.service, of.state, of.priority, of.grade, literal(1).label("count"),
        case((of.waited_s.is_not(None), 1), else_=0).label("waited"),
        func.coalesce(of.waited_s, 0).label("waited_total_s"), of.waited_s.label("waited_max_s"),
        case((of.served_s.is_not(None), 1), else_=0).label("served"),
        func.coalesce(of.served_s, 0).label("served_total_s"),
    )  # fmt: skip


def _left() -> Select[Any]:
    """What is left of tickets that are deleted, in the same columns."""
    of = ticket_count.c
    return select(
        of.hall, of.service_issued, of.service, of.state, func.nullif(of.priority, "").label("priority"),
        func.nullif(of.grade, 0).label("grade"), of.count, of.waited, of.waited_total_s, of.waited_max_s, of.served,
        of.served_total_s,
    )  # fmt: skip


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
