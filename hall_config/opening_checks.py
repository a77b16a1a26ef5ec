"""What the hall's calendar promises: real days, each named once, hours in their order, a class that opens some day."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Mapping
from datetime import date, timedelta
from typing import Any, Final

from hall_config.file_rows import Find, Row, rows_of
from hall_config.problems import Problem, dotted
from hall_config.toml_lines import Path

_HOURS: Final = re.compile(r"\d\d:\d\d-\d\d:\d\d", re.ASCII)
_MOST_DAYS: Final = 366  # of one rest


def opening_problems(find: Find, data: Mapping[str, Any]) -> Iterator[Problem]:
    """Every problem of ``[[opening]]``, ``[[rest_day]]``, ``[[work_day]]`` and of the classes' own hours."""
    opening, services = rows_of(data, "opening"), rows_of(data, "service")
    for row in (*services, *opening, *rows_of(data, "work_day")):
        yield from _hours(find, row)
    yield from _weekdays(find, opening, apart=False)
    yield from _weekdays(find, services, apart=True)
    yield from _days(find, data)
    yield from _worked_as(find, data, opening)
    yield from _never_open(find, services, opening)


def _hours(find: Find, row: Row) -> Iterator[Problem]:
    """Each span in its order, and none within another."""
    seen: list[tuple[str, str, str]] = []
    for path, span in row.texts("hours"):
        start, _, end = span.partition("-")
        if not _HOURS.fullmatch(span):
            continue  # its form is told of by the model
        if start >= end:
            yield find("HOURS_END_FIRST", path, value=span)
            continue
        over = next((other for begins, ends, other in seen if start < ends and begins < end), None)
        if over is not None:
            yield find("HOURS_OVERLAP", path, value=span, other=over)
        seen.append((start, end, span))


def _weekdays(find: Find, rows: list[Row], *, apart: bool) -> Iterator[Problem]:
    """A weekday stands once: in the whole calendar, or (``apart``) in each class."""
    first: dict[tuple[int, int], Path] = {}
    for place, row in enumerate(rows):
        for path, weekday in row.numbers("weekdays"):
            known = first.setdefault((place if apart else 0, weekday), path)
            if known != path:
                yield find("TWICE", path, value=weekday, other=dotted(known))


def _days(find: Find, data: Mapping[str, Any]) -> Iterator[Problem]:
    """Days that are there, in their order, each told of once."""
    taken: dict[date, Path] = {}
    for name in ("rest_day", "work_day"):
        for row in rows_of(data, name):
            first = last = yield from _day(find, row, "day")
            if "until" in row.values and name == "rest_day":
                last = yield from _day(find, row, "until")
            if first is None or last is None:
                continue
            if last < first:
                yield find("DAYS_END_FIRST", (*row.path, "until"), value=last.isoformat(), day=first.isoformat())
                continue
            count = (last - first).days + 1
            if count > _MOST_DAYS:
                yield find("TOO_MANY_DAYS", (*row.path, "until"), count=count, limit=_MOST_DAYS)
                continue
            days = [first + timedelta(days=after) for after in range(count)]
            twice = next((day for day in days if day in taken), None)
            if twice is not None:
                yield find("DAY_TWICE", (*row.path, "day"), value=twice.isoformat(), other=dotted(taken[twice]))
            for day in days:
                taken.setdefault(day, row.path)


def _day(find: Find, row: Row, key: str) -> Generator[Problem, None, date | None]:
    """The day that stands there; a form that is no day's is told of by the model."""
    value = row.values.get(key)
    if type(value) is date:
        return value
    if not isinstance(value, str) or re.fullmatch(r"20\d\d-\d\d-\d\d", value, re.ASCII) is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        yield find("NO_SUCH_DAY", (*row.path, key), value=value)
        return None


def _worked_as(find: Find, data: Mapping[str, Any], opening: list[Row]) -> Iterator[Problem]:
    """A day of work needs hours: its own, or those of a weekday that has some."""
    known = {weekday for row in opening for _, weekday in row.numbers("weekdays")}
    for row in rows_of(data, "work_day"):
        weekday, own = row.number("as_weekday"), row.values.get("hours")
        if weekday is None and not own and "as_weekday" not in row.values:
            yield find("WORK_DAY_EMPTY", row.path)
        elif weekday is not None and not own and known and weekday not in known and 1 <= weekday <= 7:
            yield find("WEEKDAY_CLOSED", (*row.path, "as_weekday"), value=weekday)


def _never_open(find: Find, services: list[Row], opening: list[Row]) -> Iterator[Problem]:
    """A class whose own hours and weekdays never meet the hall's."""
    week = {day: [span for _, span in row.texts("hours")] for row in opening for _, day in row.numbers("weekdays")}
    if not week:
        return
    for service in services:
        days = [day for _, day in service.numbers("weekdays")] or list(week)
        own = [span for _, span in service.texts("hours")] or ["00:00-24:00"]
        if not all(_HOURS.fullmatch(span) for span in [*own, *(span for spans in week.values() for span in spans)]):
            continue
        if not any(_meet(span, other) for day in days for span in week.get(day, ()) for other in own):
            yield find("SERVICE_NEVER_OPEN", service.path, value=service.text("letter"))


def _meet(span: str, other: str) -> bool:
    (start, _, end), (begins, _, ends) = span.partition("-"), other.partition("-")
    return max(start, begins) < min(end, ends)
