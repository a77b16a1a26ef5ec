"""A unit's place among those like it. Pure.

Like it is who stands at the same level and had between half and twice as many tickets. Fewer than four are no group to
be ranked in: then nothing is said. A place is a quarter of the group, the lowest figures first; who stands out lies
further from the middle half than one and a half times its width (Tukey's fences) and at least a twentieth of the middle
figure away, so that a group of nearly equals has none. [D: the product's own numbers.]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Final

FEWEST: Final = 4
_TIMES: Final = 2
_FENCE: Final = Fraction(3, 2)
_NEAR: Final = Fraction(1, 20)


class Stands(StrEnum):
    """Words under ``central.report_analysis.stands``."""

    WITHIN = "within"
    HIGH = "high"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class Place:
    """``quarter`` 1 holds the lowest figures; ``of`` counts the group."""

    quarter: int
    of: int
    stands: Stands


def like(tickets: Mapping[str, Fraction], unit: str) -> list[str]:
    """Those of one level that are like a unit, itself among them; none without tickets."""
    own = tickets.get(unit, Fraction())
    if own <= 0:
        return []
    return [one for one, count in tickets.items() if own <= _TIMES * count and count <= _TIMES * own]


def place(figures: Mapping[str, Fraction], unit: str, group: Sequence[str]) -> Place | None:
    """None where too few of the group have that figure, or the unit itself has none."""
    known = sorted(figures[one] for one in group if one in figures)
    if unit not in figures or len(known) < FEWEST:
        return None
    own = figures[unit]
    lower = sum(one < own for one in known)
    quarter = min(4, 1 + 4 * lower // len(known))
    first, middle, third = (_quantile(known, Fraction(one, 4)) for one in (1, 2, 3))
    width = max(_FENCE * (third - first), _NEAR * abs(middle))
    stands = Stands.HIGH if own > third + width else Stands.LOW if own < first - width else Stands.WITHIN
    return Place(quarter, len(known), stands)


def _quantile(known: Sequence[Fraction], part: Fraction) -> Fraction:
    """Between two figures in proportion."""
    at = part * (len(known) - 1)
    lower = int(at)
    upper = min(lower + 1, len(known) - 1)
    return known[lower] + (at - lower) * (known[upper] - known[lower])
