"""The rates of ratings (domain rules part 3), always made anew from sums. Pure.

A denominator of nothing gives no rate: not 0, not 1. What a reviewed decision left out counts in none of them. A bad
rating that was found invalid (误评, 恶意差评) stays a grade and stands apart; only what asks for rectification leaves
it out. A case counts on the day of the service, wherever it stands by now:

- 参评率 rated / services done (none where it is not known who did them)
- 满意率 (5 + 4 + 3) / rated, 好评率 (5 + 4) / rated, 差评率 (2 + 1) / rated
- 差评按期联系率 contacted in time / bad ones that had to be contacted: neither invalid nor closed as silent
- 差评整改率 closed after something was put right / (bad ones - invalid)
- 回访率 asked again / replied to
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final

from central.ratings.rules import GRADES


@dataclass(slots=True)
class Sums:
    """Of one window, person, service, hall or unit, or of all."""

    rateable: int = 0
    grades: dict[int, int] = field(default_factory=lambda: dict.fromkeys(GRADES, 0))
    excluded: int = 0
    cases: int = 0
    invalid: int = 0
    to_contact: int = 0
    in_time: int = 0
    rectified: int = 0
    replied: int = 0
    revisited: int = 0

    def add(self, other: Sums) -> None:
        for name in _WHOLE:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for grade, count in other.grades.items():
            self.grades[grade] += count

    @property
    def rated(self) -> int:
        return sum(self.grades.values())


_WHOLE: Final = tuple(one.name for one in fields(Sums) if one.name != "grades")
Group = tuple[Any, ...]


def summed(
    rated: Iterable[tuple[Group, Mapping[str, int]]], rateable: Iterable[tuple[Group, int]],
    cases: Iterable[tuple[Group, Mapping[str, int]]],
) -> dict[Group, Sums]:  # fmt: skip
    """Sums by group, from counts of what is alike."""
    found: dict[Group, Sums] = {}
    for group, counts in rated:
        sums = found.setdefault(group, Sums())
        sums.excluded += counts["excluded"]
        for grade in GRADES:
            sums.grades[grade] += counts[f"grade_{grade}"]
    for group, count in rateable:
        found.setdefault(group, Sums()).rateable += count
    for group, counts in cases:
        sums = found.setdefault(group, Sums())
        for name, count in counts.items():
            setattr(sums, name, getattr(sums, name) + count)
    return found


def rolled_up(by_unit: Mapping[str, Sums], paths: Mapping[str, str]) -> dict[str, Sums]:
    """Of each unit with all below it; ``paths`` are those of every unit that is shown."""
    found: dict[str, Sums] = {}
    for unit, sums in by_unit.items():
        above = paths[unit].split("/")[:-1]
        for one in above:
            if one in paths:
                found.setdefault(one, Sums()).add(sums)
    return found


def told(sums: Sums, *, rateable_known: bool = True) -> dict[str, Any]:
    """Sums and rates as they are shown; None where nothing can be divided, or it is not known by what."""
    rated, good = sums.rated, sums.grades[5] + sums.grades[4]
    bad = sums.grades[2] + sums.grades[1]
    return {
        "rateable": sums.rateable if rateable_known else None,
        "rated": rated,
        "grades": {str(grade): count for grade, count in sums.grades.items()},
        "bad": bad,
        "excluded": sums.excluded,
        "cases": sums.cases,
        "invalid": sums.invalid,
        "participation": ratio(rated, sums.rateable) if rateable_known else None,
        "satisfaction": ratio(good + sums.grades[3], rated),
        "favourable": ratio(good, rated),
        "bad_rate": ratio(bad, rated),
        "contact_rate": ratio(sums.in_time, sums.to_contact),
        "rectify_rate": ratio(sums.rectified, sums.cases - sums.invalid),
        "revisit_rate": ratio(sums.revisited, sums.replied),
    }


def ratio(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


# --- the public board -------------------------------------------------------------------------------------------


def not_singled_out(groups: Mapping[str, Sums], fewest: int) -> tuple[dict[str, Sums], Sums | None]:
    """Groups of at least ``fewest``, and all others as one; None for no others.

    The others too are at least so many, or another group joins them: a total less what is shown must tell of nobody.
    Nothing is shown, and there are no others, where all together are too few.
    """
    by_size = sorted(groups, key=lambda name: (-groups[name].rated, name))
    shown = {name: groups[name] for name in by_size if groups[name].rated >= fewest}
    others = Sums()
    for name in by_size:
        if name not in shown:
            others.add(groups[name])
    while 0 < others.rated < fewest and shown:
        others.add(shown.pop(next(reversed(shown))))
    return shown, others if others.rated >= fewest else None
