"""Everything that a unit itself did: what all collectors count, added up."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Final

from sqlalchemy import Connection

from central.report_counts import aid, devices, entries, halls, matters, outside, ratings
from central.report_counts.span import Cells, Span

COLLECTORS: Final[tuple[Callable[[Connection, Span], Cells], ...]] = (
    halls.cells,
    matters.cells,
    aid.cells,
    entries.cells,
    ratings.cells,
    outside.cells,
    devices.cells,
)


def counted(connection: Connection, span: Span) -> dict[str, dict[str, Fraction]]:
    """Unit -> code -> figure; what is nothing is not there."""
    found: dict[str, dict[str, Fraction]] = {}
    for collect in COLLECTORS:
        for unit, cells in collect(connection, span).items():
            of_unit = found.setdefault(unit, {})
            for code, figure in cells.items():
                if figure:
                    of_unit[code] = of_unit.get(code, Fraction()) + figure
    return found
