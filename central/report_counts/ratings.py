"""Ratings of the halls, by unit. Grades stand on the day of the service, with the newest version; what was done about
bad ones stands on the day on which it was done.

What a reviewed decision left out of the rates by then counts in none of these cells, and no rating counts of a service
that was not done: so P02 <= P01. A case counts while its rating does: if the service is of these days it is one of P10
only with a bad grade still; if it is of earlier days it is one of P10O. So nothing that was done exceeds P10 + P10O.
"""

from __future__ import annotations

from collections import Counter

from sqlalchemy import Connection, select

from central import schema
from central.ratings import store_for_report as store
from central.report_counts.span import Cells, Span

GRADES = {5: "P03", 4: "P04", 3: "P05", 2: "P06", 1: "P07"}


def cells(connection: Connection, span: Span) -> Cells:
    hall = schema.hall.c
    of_halls = {
        row.id: row.unit for row in connection.execute(select(hall.id, hall.unit).where(hall.unit.in_(span.units)))
    }
    found: dict[str, Counter[str]] = {}

    def put(of_hall: str, code: str, count: int) -> None:
        found.setdefault(of_halls[of_hall], Counter())[code] += count

    for one, grade, count in store.grades(connection, span.units, span.days, span.known_ms):
        put(one, GRADES[grade], count)
        put(one, "P02", count)
    window = store.Window(span.days, span.from_ms, min(span.to_ms, span.known_ms), span.known_ms)
    for one, code, count in store.done(connection, span.units, window):
        put(one, code, count)
    return found
