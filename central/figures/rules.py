"""How the figures of a day are made of its tickets.

Issued tickets and waiting times count in the class the number was taken for; how a ticket ended, its service time and
its rating in the class that had it last. A ticket that was transferred counts once, so in each class
``issued + transferred_in - transferred_out = done + no_show + cancelled + expired + open``.

Waiting time is from issue to the first call, service time the service at windows without holds (the hall's own
measure). Satisfaction (满意率) is (grades 5 + 4 + 3) / rated, favourable (好评率) is (5 + 4) / rated
(GB/T 39735-2020); with nothing to divide by a rate is unknown, not 0 and not 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

_ENDS: Final[Mapping[str, str]] = {"DONE": "done", "NO_SHOW": "no_show", "CANCELLED": "cancelled", "EXPIRED": "expired"}
GRADES: Final = (5, 4, 3, 2, 1)


@dataclass(slots=True)
class Figures:
    """Sums of one class, one hall, or all."""

    issued: int = 0
    transferred_in: int = 0
    transferred_out: int = 0
    done: int = 0
    no_show: int = 0
    cancelled: int = 0
    expired: int = 0
    open: int = 0
    priority: int = 0
    waited: int = 0
    waited_total_s: int = 0
    waited_max_s: int | None = None
    served: int = 0
    served_total_s: int = 0
    grades: dict[int, int] = field(default_factory=lambda: dict.fromkeys(GRADES, 0))

    def add(self, other: Figures) -> None:
        """Take another set of sums in; ratios are always made anew from sums."""
        for name in _SUMS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        if other.waited_max_s is not None:
            self.waited_max_s = max(self.waited_max_s or 0, other.waited_max_s)
        for grade, count in other.grades.items():
            self.grades[grade] += count


_SUMS: Final = tuple(name for name in Figures.__dataclass_fields__ if name not in ("waited_max_s", "grades"))


def by_class(groups: Iterable[Mapping[Any, Any]]) -> dict[tuple[str, str], Figures]:
    """Figures by hall and class, from counts of tickets that are alike."""
    found: dict[tuple[str, str], Figures] = {}
    for group in groups:
        hall, began, ended, count = group["hall"], group["service_issued"], group["service"], group["count"]
        began_at = found.setdefault((hall, began), Figures())
        ended_at = found.setdefault((hall, ended), Figures())
        began_at.issued += count
        if began != ended:
            began_at.transferred_out += count
            ended_at.transferred_in += count
        began_at.priority += group["priority"]
        began_at.waited += group["waited"]
        began_at.waited_total_s += int(group["waited_total_s"])  # PostgreSQL sums whole numbers as decimals
        if group["waited_max_s"] is not None:
            began_at.waited_max_s = max(began_at.waited_max_s or 0, group["waited_max_s"])
        end = _ENDS.get(group["state"], "open")
        setattr(ended_at, end, getattr(ended_at, end) + count)
        ended_at.served += group["served"]
        ended_at.served_total_s += int(group["served_total_s"])
        for grade in GRADES:
            ended_at.grades[grade] += group[f"grade_{grade}"]
    return found


def told(figures: Figures) -> dict[str, Any]:
    """The figures as they are shown: sums, means and rates; None where nothing can be divided."""
    rated = sum(figures.grades.values())
    good = figures.grades[5] + figures.grades[4]
    return {
        "issued": figures.issued,
        "transferred_in": figures.transferred_in,
        "transferred_out": figures.transferred_out,
        "done": figures.done,
        "no_show": figures.no_show,
        "cancelled": figures.cancelled,
        "expired": figures.expired,
        "open": figures.open,
        "priority": figures.priority,
        "mean_wait_s": _ratio(figures.waited_total_s, figures.waited, 1),
        "max_wait_s": figures.waited_max_s,
        "mean_service_s": _ratio(figures.served_total_s, figures.served, 1),
        "rated": rated,
        "grades": {str(grade): count for grade, count in figures.grades.items()},
        "satisfaction": _ratio(good + figures.grades[3], rated, 4),
        "favourable": _ratio(good, rated, 4),
    }


def _ratio(part: int, whole: int, digits: int) -> float | None:
    return round(part / whole, digits) if whole else None
