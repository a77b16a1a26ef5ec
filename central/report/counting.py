"""Counting what units did themselves, again only where something has happened since.

It is counted while reading, so that nobody who writes waits for it, and then kept in one short transaction. Whoever
counts at the same time keeps the same figures; an older look that is kept last has an older mark and is seen to be old.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from sqlalchemy import Connection, select

from central import schema
from central.database import Database
from central.report import store
from central.report.figures import text_of
from central.report.periods import Period
from central.report_counts.collecting import counted
from central.report_counts.marks import marks, part_of
from central.report_counts.span import Span, span_of
from central.units.store import ids_at


def bring_up(database: Database, path: str, of: Period, now_ms: int) -> tuple[str, ...]:
    """Count every part of the tree that a path belongs to or holds, if it moved; which were counted."""
    with database.read() as connection:
        stale = _stale(connection, path, of, now_ms)
        fresh = {part: _counted(connection, span) for part, (span, _) in stale.items()}
    for part, cells in fresh.items():
        with database.write() as connection:
            store.keep_own(connection, of.name, {unit: text_of(figures) for unit, figures in cells.items()}, now_ms)
            store.keep_mark(connection, of.name, part, stale[part][1], now_ms)
    return tuple(fresh)


def own_now(connection: Connection, path: str, unit: str, of: Period, now_ms: int) -> dict[str, Fraction]:
    """What one unit itself did in a period, as it is known now."""
    return counted(connection, span_of(path, of, now_ms, alone=True)).get(unit, {})


def _stale(connection: Connection, path: str, of: Period, now_ms: int) -> dict[str, tuple[Span, str]]:
    unit = schema.unit
    paths = connection.execute(select(unit.c.path).where(unit.c.id.in_(ids_at(path)))).scalars()
    root = path.split("/")[0] + "/"
    parts = {part_of(one): span_of(part_of(one), of, now_ms, alone=part_of(one) == root) for one in paths}
    known = store.known_marks(connection, of.name)
    now = marks(connection, parts)
    return {part: (parts[part], mark) for part, mark in now.items() if known.get(part) != mark}


def _counted(connection: Connection, span: Span) -> Mapping[str, Mapping[str, Fraction]]:
    """Every unit of the part: also what did something before and has done nothing now."""
    found = counted(connection, span)
    return {unit: found.get(unit, {}) for unit in connection.execute(span.units).scalars()}
