"""A slip printer: it prints parts from top to bottom and says whether the slip is on paper."""

from __future__ import annotations

from dataclasses import dataclass

from drivers.driver import Order, Report
from drivers.kinds.slip import Part


@dataclass(frozen=True, slots=True)
class Print(Order):
    """Print one slip. ``job`` comes back in the report."""

    job: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Printed(Report):
    """The slip is on paper. ``replaced``: characters that this printer has not, printed as 〓 or ?."""

    job: str
    replaced: int = 0


@dataclass(frozen=True, slots=True)
class NotPrinted(Report):
    """Nobody can rely on the slip. Codes: paper_out cover_open cutter error offline no_reply line_lost."""

    job: str
    code: str


@dataclass(frozen=True, slots=True)
class PaperLow(Report):
    """The roll comes to its end, or was renewed."""

    low: bool
