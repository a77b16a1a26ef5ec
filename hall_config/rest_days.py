"""A year's rest days as they are shipped, stored and handed in: one shape, one check, and the table made of them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BeforeValidator, Field

from hall.law.days import DayTable, YearDays, YearStatus
from hall_config.strict_model import StrictModel

_SATURDAY: Final = 5
MOST_DAYS: Final = 366


class Holiday(StrEnum):
    """Why nobody works; words under ``central.holiday``."""

    NEW_YEAR = "NEW_YEAR"
    SPRING = "SPRING"
    QINGMING = "QINGMING"
    LABOUR = "LABOUR"
    DRAGON_BOAT = "DRAGON_BOAT"
    MID_AUTUMN = "MID_AUTUMN"
    NATIONAL = "NATIONAL"
    OTHER = "OTHER"


def _real_day(text: str) -> str:
    date.fromisoformat(text)
    return text


def _named(kind: type[StrEnum]) -> BeforeValidator:
    """A strict model takes a text for a word of an enumeration only when told so."""
    return BeforeValidator(lambda value: kind(value) if isinstance(value, str) else value)


DayText = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"), AfterValidator(_real_day)]
Line = Annotated[str, Field(min_length=2, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]


class OffSpan(StrictModel):
    """Days off from ``first`` to ``last``, weekend days among them or not."""

    first: DayText
    last: DayText
    holiday: Annotated[Holiday, _named(Holiday)] = Holiday.OTHER

    def days(self) -> Iterator[date]:
        first, last = date.fromisoformat(self.first), date.fromisoformat(self.last)
        return (first + timedelta(days=number) for number in range((last - first).days + 1))


class YearPart(StrictModel):
    """What a year's table says."""

    year: Annotated[int, Field(ge=2000, le=2100)]
    status: Annotated[YearStatus, _named(YearStatus)]
    source_zh: Line
    source_en: Line
    off: Annotated[list[OffSpan], Field(max_length=MOST_DAYS)]
    worked: Annotated[list[DayText], Field(max_length=MOST_DAYS)]

    def days(self) -> YearDays:
        """For the rules of counting."""
        off = frozenset(day for span in self.off for day in span.days())
        return YearDays(self.year, self.status, off, frozenset(map(date.fromisoformat, self.worked)))


class _ShippedYear(YearPart):
    valid_from: date


class Holidays(StrictModel):
    """The public holidays of the law: how many days a year, and those with a fixed day of the solar year."""

    days: Annotated[int, Field(ge=1, le=60)]
    fixed: Annotated[list[Annotated[str, Field(pattern=r"^[0-9]{2}-[0-9]{2}$")]], Field(min_length=1)]
    valid_from: date
    source_zh: Line
    source_en: Line

    def month_days(self) -> frozenset[tuple[int, int]]:
        return frozenset((int(text[:2]), int(text[3:])) for text in self.fixed)


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a year's table cannot be: words under ``central.error.REST_DAYS_…``; the day that it is about."""

    code: str
    field: str
    day: str = ""


@dataclass(frozen=True, slots=True)
class Shipped:
    """What comes with the program."""

    holidays: Holidays
    years: tuple[YearPart, ...]


def year_faults(part: YearPart, holidays: Holidays) -> Iterator[Fault]:
    """What is wrong with a year's table, the worst first; nothing for one that may be used."""
    unfit = list(_unfit_days(part))
    if unfit:
        yield from unfit
        return
    yield from _doubled("off", ((number, day.isoformat()) for number, one in enumerate(part.off) for day in one.days()))
    yield from _doubled("worked", enumerate(part.worked))
    days = part.days()
    yield from (Fault("BOTH", "worked", day.isoformat()) for day in sorted(days.off & days.worked))
    fixed = (date(part.year, month, day) for month, day in sorted(holidays.month_days()))
    yield from (Fault("HOLIDAY_WORKED", "off", day.isoformat()) for day in fixed if day not in days.off)


def _unfit_days(part: YearPart) -> Iterator[Fault]:
    for number, span in enumerate(part.off):
        if {span.first[:4], span.last[:4]} != {str(part.year)}:
            yield Fault("OTHER_YEAR", f"off.{number}", span.first)
        elif span.last < span.first:
            yield Fault("END_FIRST", f"off.{number}", span.first)
    for number, text in enumerate(part.worked):
        if text[:4] != str(part.year):
            yield Fault("OTHER_YEAR", f"worked.{number}", text)
        elif date.fromisoformat(text).weekday() < _SATURDAY:
            yield Fault("WORKED_WEEKDAY", f"worked.{number}", text)


def _doubled(name: str, days: Iterable[tuple[int, str]]) -> Iterator[Fault]:
    seen: set[str] = set()
    for number, day in days:
        if day in seen:
            yield Fault("TWICE", f"{name}.{number}", day)
        seen.add(day)


def holiday_days(days: YearDays) -> int:
    """Weekdays off less weekend days worked: as many as the law's holidays, where each on a weekend is made up."""
    return sum(day.weekday() < _SATURDAY for day in days.off) - len(days.worked)


@cache
def shipped() -> Shipped:
    """The years that come with the program, the oldest first."""
    return read_shipped((resources.files("hall_config") / "law" / "rest_days.toml").read_text(encoding="utf-8"))


def read_shipped(text: str) -> Shipped:
    """Such a file; raises ValueError for one that cannot be."""
    table: dict[str, Any] = tomllib.loads(text)
    unknown = set(table) - {"holidays", "year"}
    if unknown:
        raise ValueError(f"unknown: {', '.join(sorted(unknown))}")
    holidays = Holidays.model_validate(table["holidays"])
    years = sorted((_year(_ShippedYear.model_validate(one)) for one in table["year"]), key=lambda one: one.year)
    if len({one.year for one in years}) < len(years):
        raise ValueError("a year stands twice")
    for one in years:
        fault = next(year_faults(one, holidays), None)
        if fault is not None:
            raise ValueError(f"{one.year}: {fault.code} {fault.field} {fault.day}")
    return Shipped(holidays, tuple(years))


def _year(one: _ShippedYear) -> YearPart:
    part: YearPart = YearPart.model_validate(one.model_dump(exclude={"valid_from"}))
    return part


@cache
def shipped_table() -> DayTable:
    """The table of a program that has been given no other, such as an edge's."""
    known = shipped()
    return DayTable.of((one.days() for one in known.years), known.holidays.month_days(), "shipped")
