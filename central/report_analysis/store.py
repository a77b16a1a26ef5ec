"""Statements over what no field of the form holds: how long each ticket waited; and whether a month is known at all."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, case, func, select

from central import schema
from central.report.tables import report, report_line, report_own
from central.report_entry.tables import report_entry
from central.units.store import below, ids_at
from hall.queue.state import TicketState


def is_anything_kept(connection: Connection, path: str, period: str) -> bool:
    """Whether anything of that month was counted, typed in or drawn up at or below a path."""
    at = ids_at(path)
    own, entry, line = report_own.c, report_entry.c, report_line.c
    asked = (
        select(own.unit).where(own.period == period, own.unit.in_(at), own.cells != "{}"),
        select(entry.unit).where(entry.period == period, entry.unit.in_(at)),
        select(line.unit).where(line.period == period, line.unit.in_(at)),
        select(report.c.unit).where(report.c.period == period, report.c.unit.in_(at), report.c.version > 0),
    )
    return any(connection.execute(one.limit(1)).first() is not None for one in asked)


def waits(connection: Connection, path: str, days: tuple[str, str], up_to_s: Sequence[int]) -> list[int]:
    """Of the done tickets that are still kept: how many waited up to each of these seconds, and how many longer."""
    of = schema.ticket.c
    halls = select(schema.hall.c.id).where(below(path))
    longer_than = [-1, *up_to_s]
    columns = [
        func.count(case(((of.waited_s > least) & (of.waited_s <= most), 1)))
        for least, most in zip(longer_than, up_to_s, strict=False)
    ]
    longest = func.count(case((of.waited_s > up_to_s[-1], 1)))
    statement = select(*columns, longest).where(
        of.day.between(*days), of.hall.in_(halls), of.state == TicketState.DONE.value
    )
    return [int(count) for count in connection.execute(statement).one()]
