"""What halls did: tickets, advice at windows, kiosks, opinions. From the views that ingest keeps, by unit."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import Connection, select

from central import schema
from central.report_counts import store
from central.report_counts.rules import ON_SITE, TIERS
from central.report_counts.span import Cells, Span
from central.units.rules import Level


def cells(connection: Connection, span: Span) -> Cells:
    """The centre's, the stations' or the rooms' people at windows are those of the level at which the unit stands."""
    unit, hall = schema.unit, schema.hall
    where = (
        select(hall.c.id, unit.c.id, unit.c.level).join(unit, unit.c.id == hall.c.unit).where(unit.c.id.in_(span.units))
    )
    stands = {row[0]: (row[1], Level(row[2])) for row in connection.execute(where)}
    found: dict[str, Counter[str]] = {}
    for name, figures in store.by_hall(connection, span).items():
        of_unit, level = stands[name]
        total = found.setdefault(of_unit, Counter())
        for code, count in figures.items():
            total[TIERS[level] if code == ON_SITE else code] += count
    return found
