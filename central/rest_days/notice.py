"""Reads a year's rest days out of what people have: lines of a table, or the State Council's notice as it is published.

A line of a table is ``2027-02-05..2027-02-11 休 春节`` or ``2027-02-14 班`` (also ``off`` and ``work``, with commas or
tabs between). In a notice, ``2月5日（周五）至11日（周四）放假`` are days off, and ``1月31日（周日）上班`` is worked. A
weekday in brackets must be that of the date, or the notice is of another year. All else in a notice is passed over, so
that what was read is to be looked at before it holds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from hall_config.rest_days import Holiday, OffSpan

_ISO: Final = r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})"
_ROW: Final = re.compile(
    rf"\s*{_ISO}(?:\s*(?:\.\.|至|到|~|—|,|，|\s)\s*{_ISO})?[\s,，;；]*(休|班|off|work)(.*)", re.IGNORECASE
)
_BEGINS_AS_ROW: Final = re.compile(rf"\s*{_ISO}")
_DATE: Final = r"(?:(\d{4})年)?(?:(\d{1,2})月)?(\d{1,2})日(?:[（(]([^（()）]{0,30})[)）])?"
_SPAN: Final = re.compile(rf"{_DATE}(?:\s*(?:至|到|—|－|-|~)\s*{_DATE})?")
_CLAUSE: Final = re.compile(r"[。；;，,](?![^（(]{0,30}[)）])")
_WEEKDAY: Final = re.compile(r"(?:周|星期)([一二三四五六日天])")
_NUMBER_OF: Final = {name: number for number, name in enumerate("一二三四五六日")} | {"天": 6}
_NAMES: Final = (
    ("元旦", Holiday.NEW_YEAR),
    ("春节", Holiday.SPRING),
    ("清明", Holiday.QINGMING),
    ("劳动", Holiday.LABOUR),
    ("端午", Holiday.DRAGON_BOAT),
    ("国庆", Holiday.NATIONAL),
    ("中秋", Holiday.MID_AUTUMN),
)
MOST_CHARACTERS: Final = 20_000


class Unclear(ValueError):
    """A line that says something of a day, but not what: ``reason`` is LINE, DATE or WEEKDAY."""

    def __init__(self, reason: str, line: int) -> None:
        super().__init__(f"{reason} in line {line}")
        self.reason = reason
        self.line = line


@dataclass(slots=True)
class Days:
    """What was read."""

    off: list[OffSpan] = field(default_factory=list)
    worked: list[str] = field(default_factory=list)

    def take(self, first: str, last: str, holiday: Holiday, *, works: bool) -> None:
        if not works:
            self.off.append(OffSpan(first=first, last=last, holiday=holiday))
            return
        begin, end = date.fromisoformat(first).toordinal(), date.fromisoformat(last).toordinal()
        self.worked += [date.fromordinal(number).isoformat() for number in range(begin, min(end, begin + 366) + 1)]


def read(text: str, year: int) -> Days:
    """The days off and worked that a text says; raises `Unclear`."""
    found, holiday = Days(), Holiday.OTHER
    for number, line in enumerate(text.splitlines(), 1):
        if _BEGINS_AS_ROW.match(line):
            _read_row(found, line, number)
        else:
            holiday = _named(line.partition("：")[0].partition(":")[0]) or holiday
            _read_sentences(found, line, number, year, holiday)
    return found


def _read_row(found: Days, line: str, number: int) -> None:
    row = _ROW.fullmatch(line)
    if row is None:
        raise Unclear("LINE", number)
    first = _iso(row[1], row[2], row[3], number)
    last = _iso(row[4], row[5], row[6], number) if row[4] else first
    _check_order(first, last, number)
    found.take(first, last, _named(row[8]) or Holiday.OTHER, works=row[7].lower() in ("班", "work"))


def _read_sentences(found: Days, line: str, number: int, year: int, holiday: Holiday) -> None:
    for clause in _CLAUSE.split(line):
        works = "上班" in clause
        if not works and "放假" not in clause:
            continue
        month = ""
        for span in _SPAN.finditer(clause):
            begun_in, month = span[1] or str(year), span[2] or month
            first = _iso(begun_in, month, span[3], number)
            _check_weekday(first, span[4], number)
            last = first
            if span[7]:
                month = span[6] or month
                last = _iso(span[5] or begun_in, month, span[7], number)
                _check_weekday(last, span[8], number)
                _check_order(first, last, number)
            found.take(first, last, holiday, works=works)


def _named(text: str) -> Holiday | None:
    return next((holiday for name, holiday in _NAMES if name in text), None)


def _iso(year: str, month: str, day: str, number: int) -> str:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        raise Unclear("DATE", number) from None


def _check_order(first: str, last: str, number: int) -> None:
    if last < first:
        raise Unclear("DATE", number)


def _check_weekday(day: str, said: str | None, number: int) -> None:
    told = _WEEKDAY.search(said or "")
    if told is not None and _NUMBER_OF[told[1]] != date.fromisoformat(day).weekday():
        raise Unclear("WEEKDAY", number)
