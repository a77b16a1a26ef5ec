"""Rest days and working days by a table of years, and periods counted in them.

Each year of the table lists the days off and the weekend days worked in exchange (调休), as the State Council publishes
them about November of the year before. A day that is not listed is like its weekday. A year that is not known is
estimated: weekends, and the public holidays that have a fixed day of the solar calendar. Nothing here raises for it;
whatever such a year touches is *provisional* instead, and is counted again when its table comes.

Counting (民法典 201, 203): the first day is not counted; if the last one is a rest day, the first day after the rest is
the last. A month ends on the day of the same number, or on its last day (民法典 202).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

_SATURDAY: Final = 5
_DAY: Final = timedelta(days=1)


class YearStatus(StrEnum):
    """Whether a year's days are as published, or only guessed at."""

    OFFICIAL = "OFFICIAL"
    ESTIMATED = "ESTIMATED"


@dataclass(frozen=True, slots=True)
class YearDays:
    """One year: its days off, weekend days among them or not, and its weekend days that are worked."""

    year: int
    status: YearStatus
    off: frozenset[date]
    worked: frozenset[date]


@dataclass(frozen=True, slots=True)
class DayTable:
    """Several years, each once. ``fixed``: month and day of the holidays that a year without a table has."""

    years: Mapping[int, YearDays] = field(default_factory=dict)
    fixed: frozenset[tuple[int, int]] = frozenset()
    revision: str = ""  # tells one table from another

    @classmethod
    def of(cls, years: Iterable[YearDays], fixed: Iterable[tuple[int, int]] = (), revision: str = "") -> DayTable:
        """A table of these years; of two for the same year the later one holds."""
        return cls({one.year: one for one in years}, frozenset(fixed), revision)

    def is_sure(self, year: int) -> bool:
        """Whether that year's days are as published."""
        known = self.years.get(year)
        return known is not None and known.status is YearStatus.OFFICIAL


@dataclass(frozen=True, slots=True)
class Counted:
    """The last day of a period; ``provisional`` when a year that is not official had a part in it."""

    day: date
    provisional: bool


def is_rest_day(table: DayTable, day: date) -> bool:
    """Whether nobody works on that day."""
    known = table.years.get(day.year)
    if known is None:
        return day.weekday() >= _SATURDAY or (day.month, day.day) in table.fixed
    if day in known.worked:
        return False
    return day.weekday() >= _SATURDAY or day in known.off


def rolled(table: DayTable, day: date) -> date:
    """That day, or the first one after the rest that it lies in."""
    while is_rest_day(table, day):
        day += _DAY
    return day


def after_calendar_days(table: DayTable, start: date, count: int) -> Counted:
    """The last of ``count`` days after ``start``, moved to the first working day if it is a rest day."""
    return _counted(table, start, rolled(table, start + timedelta(days=count)))


def after_working_days(table: DayTable, start: date, count: int) -> Counted:
    """The last of ``count`` working days after ``start``; for none, the first working day from ``start`` on."""
    day, left = start, count
    while left > 0:
        day += _DAY
        left -= not is_rest_day(table, day)
    return _counted(table, start, rolled(table, day))


def after_months(table: DayTable, start: date, count: int, more_days: int = 0) -> Counted:
    """The day of the same number ``count`` months and then ``more_days`` later, moved as calendar days are."""
    return _counted(table, start, rolled(table, same_day_later(start, count) + timedelta(days=more_days)))


def same_day_later(start: date, months: int) -> date:
    """The day of the same number so many months later, or the last day of a month that has none."""
    years, month = divmod(start.month - 1 + months, 12)
    first = date(start.year + years, month + 1, 1)
    following = first.replace(day=28) + timedelta(days=4)
    last = following - timedelta(days=following.day)
    return first.replace(day=min(start.day, last.day))


def working_days_between(table: DayTable, after: date, upto: date) -> int:
    """How many working days lie behind ``after``, ``upto`` among them."""
    days = (after + timedelta(days=number) for number in range(1, (upto - after).days + 1))
    return sum(not is_rest_day(table, day) for day in days)


def _counted(table: DayTable, start: date, end: date) -> Counted:
    """The first day is not counted, so its year has no part in it."""
    first = min(start + _DAY, end)
    return Counted(end, not all(table.is_sure(year) for year in range(first.year, end.year + 1)))
