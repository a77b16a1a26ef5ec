"""Periods that the law sets: when each ends, when it would end as promised, and how near that is.

A limit counts calendar days, and rolls forward from a rest day, unless its rule says working days: where a law means
working days it says so (行政处罚法 85, 行政许可法 82). Such a reading never ends later than that by working days. It
ends with its last day (民法典 203), at 23:59:59.999 in China; a limit in hours ends to the millisecond.

A clock may stand still between two days, as while papers are awaited: the days from the one to the other (date of the
papers less date of the notice) are added, and the day is moved after that. A stop that begins when the limit is over
adds nothing: who was late stays late.

A hall may promise less than the law allows and never more: the promise ends with the statutory limit at the latest.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from hall.law.days import (
    Counted,
    DayTable,
    after_calendar_days,
    after_months,
    after_working_days,
    is_rest_day,
    working_days_between,
)

_CHINA_MS: Final = 8 * 3_600_000
_DAY_MS: Final = 86_400_000
_HOUR_MS: Final = 3_600_000
_EPOCH: Final = date(1970, 1, 1).toordinal()


class DayKind(StrEnum):
    """What a day of a limit is."""

    CALENDAR = "CALENDAR"
    WORKING = "WORKING"


class Unit(StrEnum):
    """What a limit counts."""

    HOURS = "h"
    DAYS = "d"
    MONTHS = "m"


class Duty(StrEnum):
    """Who has to act within a limit."""

    OFFICE = "OFFICE"
    FIRM = "FIRM"
    BUREAU = "BUREAU"
    APPLICANT = "APPLICANT"


class Light(StrEnum):
    """How near the end is."""

    GREEN = "GREEN"
    YELLOW = "YELLOW"
    RED = "RED"


@dataclass(frozen=True, slots=True)
class Terms:
    """The numbers of a limit: all that its end follows from, beside the day it begins, stops and the day table."""

    value: int
    unit: Unit
    day_kind: DayKind
    promised_value: int | None = None
    promised_kind: DayKind | None = None


@dataclass(frozen=True, slots=True)
class LimitRule:
    """One limit as it holds from a day on. ``value`` is None where whoever begins it sets the date.

    ``settable``: the law leaves the date to whoever begins it, ``value`` or not. ``remind`` is the role that is to be
    told when it comes near; empty where nobody has to do anything then.
    """

    rule_id: str
    value: int | None
    unit: Unit
    day_kind: DayKind
    stoppable: bool
    duty: Duty
    remind: str
    article: str
    source_zh: str
    source_en: str
    valid_from: date
    valid_to: date | None = None
    promised_value: int | None = None
    promised_kind: DayKind | None = None
    settable: bool = False

    def __post_init__(self) -> None:
        if self.promised_value is None:
            return
        if self.unit is not Unit.DAYS or self.value is None or self.promised_value > self.value:
            raise ValueError(f"{self.rule_id}: a promise is in days, and never longer than the limit")

    def terms(self) -> Terms:
        """Raises ValueError for a limit without a number."""
        if self.value is None:
            raise ValueError(f"{self.rule_id}: its date is set by whoever begins it")
        return Terms(self.value, self.unit, self.day_kind, self.promised_value, self.promised_kind)


@dataclass(frozen=True, slots=True)
class Stop:
    """A time in which the clock stands still, UTC milliseconds."""

    from_ms: int
    to_ms: int


@dataclass(frozen=True, slots=True)
class Due:
    """When a limit ends, UTC milliseconds; ``provisional`` while a day table it needs is an estimate."""

    statutory_ms: int
    promised_ms: int | None
    provisional: bool

    @property
    def nearest_ms(self) -> int:
        """What the work goes by: the promise where there is one."""
        return self.statutory_ms if self.promised_ms is None else self.promised_ms


@dataclass(frozen=True, slots=True)
class Nearness:
    """How many days left make a limit yellow: so few calendar days, or so few working days.

    A red one that nobody has acknowledged for ``escalate_working_days`` goes to the supervisor.
    """

    calendar_days: int
    working_days: int
    escalate_working_days: int = 1


def never_longer(rule: LimitRule, value: int, kind: DayKind) -> bool:
    """Whether a promise of so many days is one that this limit leaves room for.

    Days are compared as in an ordinary week, where five working days are seven days: five working days for seven days
    may be promised, six may not. Where a feast makes a promise longer, it ends with the limit all the same.
    """
    if rule.unit is not Unit.DAYS or rule.value is None:
        return False
    return value <= rule.value and _ordinary(value, kind) <= _ordinary(rule.value, rule.day_kind)


def _ordinary(value: int, kind: DayKind) -> int:
    return value if kind is DayKind.CALENDAR else value + 2 * (value // 5)


def china_day(at_ms: int) -> date:
    """The calendar day in China."""
    return date.fromordinal((at_ms + _CHINA_MS) // _DAY_MS + _EPOCH)


def begin_of(day: date) -> int:
    """The first millisecond of that day in China."""
    return (day.toordinal() - _EPOCH) * _DAY_MS - _CHINA_MS


def close_of(day: date) -> int:
    """The last millisecond of that day in China."""
    return begin_of(day) + _DAY_MS - 1


def due(rule: LimitRule, start_ms: int, stops: Iterable[Stop], table: DayTable) -> Due:
    """When a limit that began then ends; raises ValueError for a rule whose date is set by hand."""
    return due_by(rule.terms(), start_ms, stops, table)


def due_by(terms: Terms, start_ms: int, stops: Iterable[Stop], table: DayTable) -> Due:
    """The same by the numbers alone, such as those that were once used."""
    spans = _merged(stops)
    if terms.unit is Unit.HOURS:
        return Due(_after_hours(start_ms, terms.value, spans), None, provisional=False)
    start, days = china_day(start_ms), [(china_day(one.from_ms), china_day(one.to_ms)) for one in spans]
    statutory = _counted(terms.value, terms.unit, terms.day_kind, start, days, table)
    end_ms, provisional = close_of(statutory.day), statutory.provisional
    if terms.promised_value is None:
        return Due(end_ms, None, provisional)
    promised = _counted(terms.promised_value, Unit.DAYS, terms.promised_kind or terms.day_kind, start, days, table)
    return Due(end_ms, min(end_ms, close_of(promised.day)), provisional or promised.provisional)


def light(due_ms: int, now_ms: int, nearness: Nearness, table: DayTable) -> Light:
    """Red once it is over, yellow when it is near, green before that."""
    if due_ms < now_ms:
        return Light.RED
    return Light.YELLOW if due_ms <= yellow_until(now_ms, nearness, table) else Light.GREEN


def yellow_until(now_ms: int, nearness: Nearness, table: DayTable) -> int:
    """The latest end that is near at that time: one number for a whole list."""
    today = china_day(now_ms)
    last, day, left = today + timedelta(days=nearness.calendar_days), today, nearness.working_days
    while True:
        day += timedelta(days=1)
        left -= not is_rest_day(table, day)
        if left < 0:
            return close_of(max(last, day - timedelta(days=1)))


def _counted(
    value: int, unit: Unit, kind: DayKind, start: date, stops: list[tuple[date, date]], table: DayTable
) -> Counted:
    stopped = 0
    found = _ends(value, unit, kind, start, stopped, table)
    for begun, ended in stops:
        if begun > found.day:
            break
        begun = max(begun, start)
        if ended <= begun:
            continue
        working = kind is DayKind.WORKING
        stopped += working_days_between(table, begun, ended) if working else (ended - begun).days
        found = _ends(value, unit, kind, start, stopped, table)
        if found.day < ended:  # it stood still on its last day, and runs on on a day of rest: no limit ends before that
            stopped += 1
            found = _ends(value, unit, kind, start, stopped, table)
    return found


def _ends(value: int, unit: Unit, kind: DayKind, start: date, stopped: int, table: DayTable) -> Counted:
    if unit is Unit.MONTHS:
        return after_months(table, start, value, stopped)
    if kind is DayKind.WORKING:
        return after_working_days(table, start, value + stopped)
    return after_calendar_days(table, start, value + stopped)


def _after_hours(start_ms: int, hours: int, stops: list[Stop]) -> int:
    end_ms = start_ms + hours * _HOUR_MS
    for stop in stops:
        if stop.from_ms > end_ms:
            break
        end_ms += max(0, stop.to_ms - max(stop.from_ms, start_ms))
    return end_ms


def _merged(stops: Iterable[Stop]) -> list[Stop]:
    """By time, and what overlaps as one: no day stands still twice."""
    found: list[Stop] = []
    for stop in sorted(stops, key=lambda one: (one.from_ms, one.to_ms)):
        if found and stop.from_ms <= found[-1].to_ms:
            found[-1] = Stop(found[-1].from_ms, max(found[-1].to_ms, stop.to_ms))
        else:
            found.append(stop)
    return found
