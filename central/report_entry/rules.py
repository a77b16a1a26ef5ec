"""What may be entered for the report, and which of what was entered counts. Pure.

F01..F04   from the unit's lectures and events; only where it has none, as a figure that was typed in
stocks     what was said last holds until something else is said: carried over, and confirmed by a tap
the rest   as typed in; nothing is not 0
J05, J06   from the visits of advisers: hours on site, and whether there were as many as the city asks for
J07        judged in the period that ends a quarter: whether the village had its lectures
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Final

from central.failures import NotFound, RefusedByRule, WrongField
from central.report.form import Field, Kind, Source, form
from central.report.periods import Period, Rules, period, shifted
from central.units.rules import Level
from hall.moment import local_day
from hall_config.wording import Language, say

EVENT_CODES: Final = ("F01", "F02", "F03", "F04")
WANT_EVIDENCE: Final = frozenset({*EVENT_CODES, "C35"})
MINUTES: Final = 60
DAY_MINUTES: Final = 24 * 60
QUARTER: Final = 3
_FIGURE: Final = re.compile(r"([0-9]{1,12})(?:\.([0-9]{1,6}))?")
# as a telephone's Chinese keyboard writes them
_NARROW: Final = str.maketrans("０１２３４５６７８９．－−", "0123456789.--")


class How(StrEnum):
    """How a cell came to its figure; words under ``central.report_entry_how``."""

    TYPED = "TYPED"
    CONFIRMED = "CONFIRMED"  # a stock, said to be what it was
    CARRIED = "CARRIED"  # a stock, from an earlier period, and nobody has said so yet
    ROWS = "ROWS"  # from lectures and events
    NONE = "NONE"  # not filled in: no 0


class EventKind(StrEnum):
    """Words under ``central.report_event_kind``."""

    LECTURE = "LECTURE"  # 居村法治讲座
    TALK = "TALK"  # in a school, an office, a firm
    STALL = "STALL"  # 现场宣传
    ONLINE = "ONLINE"
    OTHER = "OTHER"


class Why(StrEnum):
    """Why a row is taken back; words under ``central.report_taken_back``. No free text: nobody is named in it."""

    WRONG_FIGURE = "WRONG_FIGURE"
    WRONG_DAY = "WRONG_DAY"
    TWICE = "TWICE"
    NOT_OURS = "NOT_OURS"
    OTHER = "OTHER"


@dataclass(frozen=True, slots=True)
class Row:
    """The entry of a field that counts: of this period, or for a stock the last one before it."""

    id: str
    period: str
    value: str
    carried: bool


@dataclass(frozen=True, slots=True)
class Filled:
    """What a cell says. ``set_aside``: a typed figure that does not count because there are rows."""

    how: How
    value: Fraction | None
    row: Row | None = None
    set_aside: Fraction | None = None


def fields_at(level: Level) -> tuple[Field, ...]:
    """What a unit of that level is asked for, in the order of the form."""
    return tuple(field for field in form().fields.values() if field.source is Source.BY_HAND and level in field.at)


def stocks() -> tuple[str, ...]:
    return tuple(code for code, one in form().fields.items() if one.source is Source.BY_HAND and one.kind is Kind.STOCK)


def filled(code: str, row: Row | None, of_period: str, rows: Mapping[str, int] | None) -> Filled:
    """``row``: the entry that counts; ``rows``: what lectures and events add up to, None where there are none."""
    typed = None if row is None else Fraction(row.value)
    if rows is not None and code in EVENT_CODES:
        return Filled(How.ROWS, Fraction(rows[code]), None, typed)
    if row is None:
        return Filled(How.NONE, None)
    if row.period != of_period:
        return Filled(How.CARRIED, typed, row)
    return Filled(How.CONFIRMED if row.carried else How.TYPED, typed, row)


# --- a figure -----------------------------------------------------------------------------------------------


def figure(text: str, field: Field, level: Level, numbers: Mapping[str, int]) -> str:
    """The figure as it is kept; raises `WrongField` whose words name the field and what to do."""
    said = text.strip().translate(_NARROW)
    found = _FIGURE.fullmatch(said)
    if found is None:
        negative = _FIGURE.fullmatch(said.removeprefix("-"))
        raise _fault("REPORT_VALUE_NEGATIVE" if negative else "REPORT_VALUE_SHAPE", field)
    whole, decimals = found[1], (found[2] or "").rstrip("0")
    if len(decimals) > field.scale:
        raise _fault("REPORT_VALUE_DECIMALS" if field.scale else "REPORT_VALUE_WHOLE", field, scale=field.scale)
    most = most_of(field.code, level, numbers)
    if Fraction(f"{whole}.{decimals or '0'}") > most:
        raise _fault("REPORT_VALUE_MOST", field, most=most)
    return f"{int(whole)}.{decimals:0<{field.scale}}" if field.scale else str(int(whole))


def most_of(code: str, level: Level, numbers: Mapping[str, int]) -> int:
    """The largest figure that is plausible there."""
    return numbers.get(f"MOST_{code}_{level.upper()}", numbers[f"MOST_{code}"])


def _fault(code: str, field: Field, **params: object) -> WrongField:
    what = code.removeprefix("REPORT_VALUE_")

    def words(language: Language) -> str:
        name = field.zh if language == "zh" else field.en
        return say(f"central.report_entry_fault.{what}", language, name=name, code=field.code, **params)

    return WrongField(code, "value", words=(words("zh"), words("en")))


def check_evidence(code: str, value: str, evidence: str | None, kept_at: str) -> None:
    """Raises `WrongField` where a photo or a list is wanted and there is neither, nor word of where it is kept."""
    if code in WANT_EVIDENCE and Fraction(value) and not evidence and not kept_at:
        raise WrongField("REPORT_EVIDENCE_WANTED", "evidence")


# --- a day --------------------------------------------------------------------------------------------------


def period_named(name: str, rules: Rules, now_ms: int) -> Period:
    """Raises `NotFound` for a name that no period has, `RefusedByRule` for one that has not begun."""
    try:
        found = period(name, rules)
    except ValueError:
        raise NotFound("NO_SUCH_PERIOD", "period") from None
    if now_ms < found.from_ms:
        raise RefusedByRule("REPORT_PERIOD_AHEAD", "period")
    return found


def check_day(day: str, of: Period, now_ms: int) -> None:
    """Raises `WrongField` for a day outside of the period, or one that is still to come."""
    if not of.first.isoformat() <= day <= of.last.isoformat():
        raise WrongField("REPORT_DAY_OUTSIDE", "day")
    if day > local_day(now_ms):
        raise WrongField("REPORT_DAY_AHEAD", "day")


@dataclass(frozen=True, slots=True)
class Stay:
    """How long an adviser was there: from when to when, or only how long."""

    begins: int | None
    ends: int | None
    minutes: int

    def meets(self, other: Stay) -> bool:
        """Whether both can be the same stay: of one whose time nobody knows that is so when it was as long."""
        if None in (self.begins, self.ends, other.begins, other.ends):
            return self.minutes == other.minutes
        return int(self.begins or 0) < int(other.ends or 0) and int(other.begins or 0) < int(self.ends or 0)


def stay(begins: str | None, ends: str | None, hours: str | None, most_hours: int) -> Stay:
    """Raises `WrongField` that says what is wrong with it."""
    if hours is not None:
        if begins is not None or ends is not None:
            raise WrongField("REPORT_VISIT_ONE_WAY", "hours")
        said = _FIGURE.fullmatch(hours.strip().translate(_NARROW))
        minutes = Fraction(said[0]) * MINUTES if said is not None else Fraction()
        if minutes <= 0 or minutes.denominator != 1 or minutes > most_hours * MINUTES:
            raise WrongField("REPORT_VISIT_HOURS", "hours")
        return Stay(None, None, int(minutes))
    if begins is None or ends is None:
        raise WrongField("REPORT_VISIT_TIME", "begins" if begins is None else "ends")
    first, last = _minute(begins), _minute(ends)
    if not 0 < last - first <= most_hours * MINUTES:
        raise WrongField("REPORT_VISIT_TIME", "ends")
    return Stay(first, last, last - first)


def _minute(clock: str) -> int:
    return int(clock[:2]) * MINUTES + int(clock[3:])


def clock(minute: int | None) -> str | None:
    return None if minute is None else f"{minute // MINUTES:02d}:{minute % MINUTES:02d}"


def check_most(count: int, most: int, field: str) -> None:
    """Raises `WrongField` for more than is plausible."""
    if count > most:
        key = "central.report_entry_fault.COUNT"
        raise WrongField("REPORT_COUNT_MOST", field, words=(say(key, "zh", most=most), say(key, "en", most=most)))


# --- cells of what is counted -------------------------------------------------------------------------------


def hours(minutes: int) -> Fraction:
    """To a tenth, half up."""
    return Fraction((Fraction(minutes, MINUTES) * 10 + Fraction(1, 2)).__floor__(), 10)


def of_visits(level: Level, minutes: int, numbers: Mapping[str, int]) -> dict[str, int | Fraction]:
    """J05, and J06 of a village where an adviser was there for as many hours as the city asks for."""
    enough = level is Level.VILLAGE and minutes >= numbers["ADVISER_HOURS_LEAST"] * MINUTES
    return {"J05": hours(minutes), **({"J06": 1} if enough else {})}


def quarter_of(of: Period, rules: Rules) -> tuple[date, date] | None:
    """From which day to which, if the period ends a quarter."""
    if int(of.name[5:]) % QUARTER:
        return None
    return period(shifted(of.name, 1 - QUARTER), rules).first, of.last


def of_events(kinds: Sequence[tuple[str, int, int, int]]) -> dict[str, int]:
    """F01 to F04 from the unit's events: kind, how many, people, leaflets."""
    events = sum(count for _, count, _, _ in kinds)
    lectures = sum(count for kind, count, _, _ in kinds if kind == EventKind.LECTURE)
    people, leaflets = sum(one[2] for one in kinds), sum(one[3] for one in kinds)
    return dict(zip(EVENT_CODES, (events, people, leaflets, lectures), strict=True))
