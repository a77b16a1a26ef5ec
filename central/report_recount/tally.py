"""Figures of one unit that remember what they are made of: sums of rows, and each row says what it counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Final

from central.report.figures import Counts


class Behind(StrEnum):
    """What stands behind a figure; words under ``central.report_behind``."""

    EVENT = "EVENT"  # of a hall, stored
    MATTER = "MATTER"  # a short record
    CASE = "CASE"  # of legal aid
    RATING_CASE = "RATING_CASE"
    DAY = "DAY"  # told by the hotline's or the website's system
    CALL = "CALL"
    ENTRY = "ENTRY"  # typed by hand
    VISIT = "VISIT"
    LECTURE = "LECTURE"  # or another event that makes the law known
    UNIT = "UNIT"  # the unit itself: that it is there, that it met a mark
    HALL = "HALL"  # its devices
    FAULT = "FAULT"
    LINE = "LINE"  # an adjustment, what came late, a correction


@dataclass(frozen=True, slots=True)
class Source:
    """One thing behind a figure, by codes and numbers only. ``id`` finds it; ``number`` is what people call it."""

    behind: Behind
    id: str
    type: str = ""
    day: str = ""
    hall: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """How a sum is shown: so many make one, so many steps to one, half up."""

    make_one: int
    steps: int

    def of(self, amount: Fraction) -> Fraction:
        return Fraction((amount * self.steps / self.make_one + Fraction(1, 2)).__floor__(), self.steps)


# Figures whose rows are of a smaller unit than the form: fen, minutes, milliseconds.
SHOWN: Final[Mapping[str, Shown]] = {
    "D09": Shown(1_000_000, 100), "J05": Shown(60, 10), "K05H": Shown(3_600_000, 10), "K06": Shown(3_600_000, 10),
}  # fmt: skip
Row = tuple[int | Fraction, Source]


class Tally:
    """Cells of one unit's own part."""

    def __init__(self) -> None:
        self._rows: dict[str, list[Row]] = {}
        self.doubts: dict[str, str] = {}  # cell -> why it cannot be told for sure

    def add(self, code: str, amount: int | Fraction, source: Source) -> None:
        self._rows.setdefault(code, []).append((amount, source))

    def add_each(self, codes: Iterable[str], source: Source, amount: int | Fraction = 1) -> None:
        for code in codes:
            self.add(code, amount, source)

    def take_in(self, other: Tally) -> None:
        for code, rows in other._rows.items():
            self._rows.setdefault(code, []).extend(rows)
        self.doubts |= other.doubts

    def doubt(self, codes: Iterable[str], why: str) -> None:
        self.doubts |= dict.fromkeys(codes, why)

    def rows(self, code: str) -> list[Row]:
        """What the figure is the sum of; a row of 0 was looked at and counts nothing."""
        return self._rows.get(code, [])

    def sum(self, code: str) -> Fraction:
        return sum((Fraction(amount) for amount, _ in self.rows(code)), Fraction())

    def figures(self) -> Counts:
        """As the form has them; what is nothing is not there."""
        found = {code: self.sum(code) for code in self._rows}
        shown = {code: SHOWN[code].of(figure) if code in SHOWN else figure for code, figure in found.items()}
        return {code: figure for code, figure in shown.items() if figure}
