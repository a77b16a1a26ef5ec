"""Whether anything has happened in a part of the tree since it was counted: cheap to ask, however much there is.

What a mark is made of only ever grows: events taken in, versions of records, rows that are never changed. A part of the
tree is a district with all below it, or the city's own hall; only parts whose mark moved are counted again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Select, func, select

from central import schema
from central.aid.tables import aid_case
from central.matters.tables import matter
from central.outside.tables import hotline_call, hotline_day, web_day
from central.ratings.store_for_report import marks as rating_marks
from central.report_counts.span import Span
from central.report_entry.tables import adviser_visit, report_event, report_taken_back
from hall.moment import local_day


def part_of(path: str) -> str:
    """The path of the part in which a unit is counted: its district's, or the city's own."""
    return "/".join(path.split("/")[:2]).rstrip("/") + "/"


def marks(connection: Connection, parts: Mapping[str, Span]) -> dict[str, str]:
    """The mark of each part now."""
    stands = {row.id: row.path for row in connection.execute(select(schema.unit.c.id, schema.unit.c.path))}
    seen: dict[str, list[str]] = {part: [_days_gone(span)] for part, span in parts.items()}
    for name, statement in _STATEMENTS.items():
        for unit, *amounts in connection.execute(statement):
            part = part_of(stands[unit]) if unit in stands else ""
            if part in seen:
                seen[part].append(f"{name} {unit} {amounts}")
    return {part: hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest() for part, lines in seen.items()}


def _days_gone(span: Span) -> str:
    """Hours of devices grow while the period runs: they are counted anew once a day."""
    return local_day(min(span.known_ms, span.to_ms))


def _events() -> Select[Any]:
    hall, stream = schema.hall, schema.stream
    of = select(hall.c.unit, func.count(), func.count(hall.c.id.distinct()), func.sum(stream.c.applied))
    return of.join(stream, stream.c.hall == hall.c.id).group_by(hall.c.unit)


def _versions(table: Any) -> Select[Any]:
    return select(table.c.unit, func.count(), func.sum(table.c.version)).group_by(table.c.unit)


def _rows(table: Any) -> Select[Any]:
    """Of rows that are added and never changed."""
    return select(table.c.unit, func.count()).group_by(table.c.unit)


_STATEMENTS: Mapping[str, Select[Any]] = {
    "events": _events(),
    "matters": _versions(matter),
    "cases": _versions(aid_case),
    "visits": _rows(adviser_visit),
    "lectures": _rows(report_event),
    "taken back": _rows(report_taken_back),
    "hotline": _versions(hotline_day),
    "calls": _versions(hotline_call),
    "web": _versions(web_day),
    **rating_marks(),
    "units": select(schema.unit.c.id, schema.unit.c.level, schema.unit.c.closed_ms),
}
