"""What is counted: which units, which days, and what was known by then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from sqlalchemy import Select

from central.report.periods import Period
from central.units.store import ids_at
from hall.moment import local_ms

# unit -> code of the form -> figure; a unit that did nothing, and a cell that is 0, need not be there
Cells = Mapping[str, Mapping[str, int | Fraction]]


@dataclass(frozen=True, slots=True)
class Span:
    """Units at or below ``path``, both days included. Central's own records count as they were before ``known_ms``.

    ``alone``: nothing below, for a unit that has others below it and a hall of its own.
    """

    path: str
    first: date
    last: date
    known_ms: int
    alone: bool = False

    @property
    def units(self) -> Select[str]:
        """The ids of the units that are counted."""
        return ids_at(self.path, self.alone)

    @property
    def days(self) -> tuple[str, str]:
        return self.first.isoformat(), self.last.isoformat()

    @property
    def from_ms(self) -> int:
        return local_ms(self.first.isoformat(), 0)

    @property
    def to_ms(self) -> int:
        """The first moment that is no longer in it."""
        return local_ms((self.last + timedelta(days=1)).isoformat(), 0)


def span_of(path: str, period: Period, known_ms: int, alone: bool = False) -> Span:
    return Span(path, period.first, period.last, known_ms, alone)
