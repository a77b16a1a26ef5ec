"""When a year's table may hold, and what would be different by it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from central.failures import RefusedByRule, WrongField
from hall.law.days import DayTable, YearStatus, is_rest_day
from hall_config.rest_days import YearPart, shipped, year_faults
from hall_config.wording import say


@dataclass(frozen=True, slots=True)
class Difference:
    """The days that would become days of rest, and those that would be worked."""

    rest: tuple[str, ...]
    worked: tuple[str, ...]


def check(part: YearPart) -> None:
    """Raises `WrongField` that names the first day which cannot be."""
    if not part.off:
        raise WrongField("REST_DAYS_NONE", "off")
    fault = next(year_faults(part, shipped().holidays), None)
    if fault is not None:
        refuse(f"REST_DAYS_{fault.code}", fault.field, day=fault.day)


def refuse(code: str, field: str, **params: object) -> None:
    """Raises `WrongField` whose words name the day or the line."""
    key = f"central.error.{code}"
    raise WrongField(code, field, words=(say(key, "zh", **params), say(key, "en", **params)))


def check_step(known: YearPart | None, given: YearPart) -> None:
    """Raises `RefusedByRule` for an estimate in the place of what was published."""
    if known is not None and known.status is YearStatus.OFFICIAL and given.status is YearStatus.ESTIMATED:
        raise RefusedByRule("REST_DAYS_ESTIMATE", "status")


def same(known: YearPart | None, given: YearPart) -> bool:
    """Whether both say the same of every day."""
    return known is not None and known.days() == given.days()


def difference(before: DayTable, after: DayTable, year: int) -> Difference:
    """Day by day of that year."""
    changed = [day for day in _days_of(year) if is_rest_day(before, day) != is_rest_day(after, day)]
    return Difference(
        tuple(day.isoformat() for day in changed if is_rest_day(after, day)),
        tuple(day.isoformat() for day in changed if not is_rest_day(after, day)),
    )


def _days_of(year: int) -> Iterator[date]:
    first = date(year, 1, 1)
    return (first + timedelta(days=number) for number in range((date(year, 12, 31) - first).days + 1))
