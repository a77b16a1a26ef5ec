"""When a class gives numbers: the hours of this weekday, rest days, exchanged working days (调休), days of other hours.

A day that the hall file names stands before its weekday: a rest day closes everything, a day worked as another weekday
has that weekday's hours, and a day with hours of its own has those. A class is open only while the hall is, and within
its own hours and weekdays where it has any. Which days those are is data of the hall file; nothing here knows more of
the calendar than its seven weekdays. ``None`` for hours means that none are kept that day: always open, never closing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from hall.plan import Opening, Plan, ServicePlan, Span

Hours = tuple[Span, ...] | None
_ALL_DAY: Final = ((0, 1440),)
_LOOKS_AHEAD: Final = 62  # days; a class that does not open for so long says no next opening


@dataclass(frozen=True, slots=True)
class NextOpening:
    """The day and the local minute at which numbers are given again, and in how many days that is."""

    day: str
    minute: int
    in_days: int


def weekday_of(day: str) -> int:
    """Monday 1 to Sunday 7."""
    return date.fromisoformat(day).isoweekday()


def hours_on(plan: Plan, service: ServicePlan, day: str) -> Hours:
    """The hours of this class on ``day``; none at all on a rest day."""
    other = plan.opening.others.get(day)
    if other is not None and other.rest:
        return ()
    weekday = other.weekday if other is not None and other.weekday else _weekday(plan, service, day)
    if service.weekdays and weekday not in service.weekdays:
        return ()
    hall: Hours = plan.opening.weekly.get(weekday, ()) if plan.opening.weekly else None
    if other is not None and other.hours:
        hall = other.hours
    if hall is None or not service.hours:
        return service.hours or hall
    return tuple(
        (max(start, begins), min(end, ends))
        for start, end in hall
        for begins, ends in service.hours
        if max(start, begins) < min(end, ends)
    )


def worked_as(opening: Opening, day: str) -> int | None:
    """The weekday whose hours hold on ``day``; None on a rest day."""
    other = opening.others.get(day)
    if other is not None and other.rest:
        return None
    return other.weekday if other is not None and other.weekday else weekday_of(day)


def _weekday(plan: Plan, service: ServicePlan, day: str) -> int:
    """Only where it matters: a hall that keeps no calendar need not have a day yet."""
    return weekday_of(day) if plan.opening.weekly or service.weekdays else 0


def open_at(hours: Hours, minute: int) -> bool:
    return hours is None or any(start <= minute < end for start, end in hours)


def closes_at(hours: Hours, minute: int) -> int | None:
    """The last minute of the day's hours, if it is still to come; None without hours or after them."""
    return max((end for _, end in hours or () if end > minute), default=None)


def minutes_left(hours: Hours, minute: int) -> int:
    """How many minutes of the day's hours are still to come."""
    return sum(max(0, end - max(start, minute)) for start, end in hours or ())


def next_opening(plan: Plan, service: ServicePlan, day: str, minute: int) -> NextOpening | None:
    """The first opening after this minute of ``day``; None where it is not known or not near."""
    for in_days in range(_LOOKS_AHEAD):
        asked = (date.fromisoformat(day) + timedelta(days=in_days)).isoformat()
        hours = hours_on(plan, service, asked)
        starts = (start for start, _ in (_ALL_DAY if hours is None else hours))
        found = min((start for start in starts if in_days or start > minute), default=None)
        if found is not None:
            return NextOpening(asked, found, in_days)
    return None


def first_of(openings: Iterable[NextOpening | None]) -> NextOpening | None:
    """The nearest of several."""
    return min((one for one in openings if one is not None), key=lambda one: (one.day, one.minute), default=None)
