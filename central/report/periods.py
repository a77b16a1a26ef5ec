"""Which days a month's form is about, and when it is due.

A period has the name of a month, ``2026-11``. By ``NATURAL`` it is that month; by ``D21_20`` and ``D26_25`` it ends on
the 20th or 25th of that month. It begins on the day after the period before has ended, so that periods touch and never
overlap, also where the city changes its rule; a year is its twelve periods. The form is due on the 25th: of the next
month by ``NATURAL``, else of the same one. The 25th is not moved when it is a rest day. "25日前" is read strictly: the
aim is the end of the 24th, and a form is late once the 25th is over. (Period and due day: [D]; 25日前: 上海市公共法律
服务体系建设文件.)
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from hall.law.days import DayTable, is_rest_day
from hall.moment import local_ms

_NAME: Final = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")
_DUE_DAY: Final = 25
_DAY: Final = timedelta(days=1)
REMINDED: Final = (5, 3, 1)  # working days before the due day
FIRST: Final = "2018-01"  # 《月报表》自2018年1月1日起正式启用


class PeriodRule(StrEnum):
    """Words under ``central.report_period_rule``."""

    NATURAL = "NATURAL"
    D21_20 = "D21_20"
    D26_25 = "D26_25"


# The rule by the name of the first period that it is in force for; the first entry stands for all before it too.
Rules = Sequence[tuple[str, PeriodRule]]
BY_DEFAULT: Final[Rules] = ((FIRST, PeriodRule.NATURAL),)


@dataclass(frozen=True, slots=True)
class Period:
    """``first`` and ``last`` are days in China, both in it; ``due`` is the day after which the form is late."""

    name: str
    first: date
    last: date
    due: date

    @property
    def from_ms(self) -> int:
        return local_ms(self.first.isoformat(), 0)

    @property
    def to_ms(self) -> int:
        """The first moment that is no longer in it."""
        return local_ms((self.last + _DAY).isoformat(), 0)

    @property
    def drawn_ms(self) -> int:
        """From this moment on a form is drawn up: when the period is over, or on its last day where it is due that day.

        What still happens on that day is known after the form and goes into the next one as late.
        """
        return self.to_ms if self.last < self.due else local_ms(self.last.isoformat(), 0)

    @property
    def late_ms(self) -> int:
        """From this moment on a form that was not sent is late."""
        return local_ms((self.due + _DAY).isoformat(), 0)


def is_name(text: str) -> bool:
    """Whether a period can be called so: ``2026-11``, from 2018 on."""
    return _NAME.fullmatch(text) is not None and text >= FIRST


def period(name: str, rules: Rules = BY_DEFAULT) -> Period:
    """Raises ValueError for a name that no period has."""
    if not is_name(name):
        raise ValueError(f"no period is called {name!r}")
    rule = _in_force(name, rules)
    due_month = shifted(name, 1) if rule is PeriodRule.NATURAL else name
    before = shifted(name, -1)
    first = _end(before, _in_force(before, rules)) + _DAY
    return Period(name, first, _end(name, rule), _day(due_month, _DUE_DAY))


def period_of(day: date, rules: Rules = BY_DEFAULT) -> Period:
    """The period that a day lies in."""
    name = f"{day:%Y-%m}"
    found = period(name, rules)
    if day < found.first:
        return period(shifted(name, -1), rules)
    return found if day <= found.last else period(shifted(name, 1), rules)


def year_of(year: int) -> tuple[str, ...]:
    """The twelve periods of a year."""
    return tuple(f"{year:04d}-{month:02d}" for month in range(1, 13))


def shifted(name: str, months: int) -> str:
    """The name that many months later."""
    year, month = divmod(int(name[:4]) * 12 + int(name[5:]) - 1 + months, 12)
    return f"{year:04d}-{month + 1:02d}"


def reminders(of: Period, table: DayTable) -> Mapping[int, date]:
    """On which days whoever has not sent yet is reminded: working days before the due day -> day."""
    return dict(zip(REMINDED, (_working_before(of.due, count, table) for count in REMINDED), strict=True))


def reminded(of: Period, table: DayTable, today: date) -> int | None:
    """The reminder that is in force for whoever has not sent yet: 5, 3 or 1; None before the first one and once the
    due day is over."""
    if today > of.due:
        return None
    return min((count for count, day in reminders(of, table).items() if day <= today), default=None)


def working_days_left(of: Period, table: DayTable, today: date) -> int | None:
    """Working days before the due day that are left, today among them: 0 on the due day itself, None after it."""
    if today > of.due:
        return None
    days = (today + _DAY * count for count in range((of.due - today).days))
    return sum(not is_rest_day(table, day) for day in days)


def _working_before(day: date, count: int, table: DayTable) -> date:
    left = count
    for earlier in _backwards(day):
        left -= not is_rest_day(table, earlier)
        if not left:
            return earlier
    raise AssertionError("days go back without an end")


def _backwards(day: date) -> Iterator[date]:
    while True:
        day -= _DAY
        yield day


def _in_force(name: str, rules: Rules) -> PeriodRule:
    found = rules[0][1]
    for since, rule in rules:
        if since <= name:
            found = rule
    return found


def _end(name: str, rule: PeriodRule) -> date:
    match rule:
        case PeriodRule.D21_20:
            return _day(name, 20)
        case PeriodRule.D26_25:
            return _day(name, 25)
        case PeriodRule.NATURAL:
            return _day(name, calendar.monthrange(int(name[:4]), int(name[5:]))[1])


def _day(name: str, day: int) -> date:
    return date(int(name[:4]), int(name[5:]), day)
