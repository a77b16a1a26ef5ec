"""What is computed again: one unit's own part, of one period, as it was known at one moment."""

from __future__ import annotations

from dataclasses import dataclass, replace

from central.report.periods import Period
from central.units.rules import Level


@dataclass(frozen=True, slots=True)
class Part:
    """``cut_ms``: what was stored at that moment or before it is known; the rest is as if it were not there."""

    unit: str
    level: Level
    of: Period
    cut_ms: int

    @property
    def days(self) -> tuple[str, str]:
        return self.of.first.isoformat(), self.of.last.isoformat()

    def holds(self, at_ms: int) -> bool:
        """Whether a moment lies in the period."""
        return self.of.from_ms <= at_ms < self.of.to_ms

    def at(self, cut_ms: int) -> Part:
        return replace(self, cut_ms=cut_ms)
