"""Working days of a hall, for periods that are counted in them: its own opening days, else Monday to Friday.

Rest days, and days worked in exchange for them (调休), are those that the hall file names.
"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import islice
from typing import Final

from hall.opening import worked_as
from hall.plan import Plan

_FRIDAY: Final = 5


def is_working_day(plan: Plan, day: str) -> bool:
    """Whether the hall works on ``day``."""
    other, weekday = plan.opening.others.get(day), worked_as(plan.opening, day)
    if weekday is None or (other is not None and other.hours):
        return weekday is not None
    return bool(plan.opening.weekly.get(weekday)) if plan.opening.weekly else weekday <= _FRIDAY


def within_working_days(plan: Plan, start: str, day: str, count: int) -> bool:
    """Whether ``day`` is not behind the last of ``count`` working days after ``start``, which itself does not count."""
    begin, end = date.fromisoformat(start), date.fromisoformat(day)
    days = (begin + timedelta(days=after) for after in range(1, (end - begin).days))
    return len(list(islice((one for one in days if is_working_day(plan, one.isoformat())), count))) < count
