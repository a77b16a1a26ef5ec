"""What figures of a day, or a call, may say. Pure: texts and numbers come in, what is wrong goes out.

The sums are those of the form (``central/report/fields.toml``), asked of each day by itself, so that a mistake is found
at its row and not at the end of a month. G06 is not held against what is open: which of yesterday's tasks are open is
known only when all days before are there; the form asks it of the whole period.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from central.outside.codes import ADVICE, BY_FIELD, BY_WHOM, Ended, Source
from central.report.form import form
from central.report.periods import FIRST
from hall.identity_numbers import right_id_number
from hall_config.wording import CHINA

MOST: Final = 1_000_000_000  # of anything on one day
DAY_S: Final = 86_400
Figures = Mapping[str, int | None]
_COUNT: Final = re.compile(r"[0-9]{1,12}", re.ASCII)
_DAY: Final = re.compile(r"(20[0-9]{2})(?:-|/|\.|年)([0-9]{1,2})(?:-|/|\.|月)([0-9]{1,2})日?", re.ASCII)
_TIME: Final = re.compile(r"(.+?)[ T]([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:\.[0-9]{1,6})?)?", re.ASCII)
_CALL: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z._:/-]{0,63}", re.ASCII)
_NOT_MORE: Final[Mapping[Source, tuple[tuple[str, str], ...]]] = {
    Source.HOTLINE: (("G02", "G01"), ("G08R", "G07"), ("G08S", "G08R"), (ADVICE, "G02")),
    Source.WEB: (("N05", "N04"),),
}


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with one figure; ``code``: words under ``central.import_fault``."""

    column: str
    code: str
    facts: Mapping[str, object] = field(default_factory=dict)


def count_of(text: str) -> int | str:
    """The number that a cell holds, or what is wrong with it."""
    if _COUNT.fullmatch(text):
        return int(text) if int(text) <= MOST else "COUNT_LARGE"
    if re.fullmatch(r"-[0-9]+(\.[0-9]+)?", text, re.ASCII):
        return "COUNT_NEGATIVE"
    return "COUNT_SHAPE"


def day_of(text: str, today: str) -> str | None:
    """A day as people and spreadsheets write it, as ``2026-11-01``; None for one that is none or cannot be told of."""
    found = _DAY.fullmatch(text)
    day = _real(found) if found else None
    return day if day is not None and f"{FIRST}-01" <= day <= today else None


def moment_of(text: str) -> datetime | None:
    """Day and time in China; a day alone is its midnight, as a spreadsheet has it."""
    found = _TIME.fullmatch(text)
    day = _DAY.fullmatch(found[1] if found else text)
    real = _real(day) if day else None
    if real is None:
        return None
    time = f"{int(found[2]):02d}:{found[3]}:{found[4] or '00'}" if found else "00:00:00"
    try:
        told = datetime.fromisoformat(f"{real}T{time}")
    except ValueError:
        return None
    return told.replace(tzinfo=CHINA)


def _real(found: re.Match[str]) -> str | None:
    try:
        return date(int(found[1]), int(found[2]), int(found[3])).isoformat()
    except ValueError:
        return None


# --- a day --------------------------------------------------------------------------------------------------


def wrong_of_day(source: Source, figures: Figures) -> Iterator[Wrong]:
    """Every sum that does not hold."""
    for part, whole in _NOT_MORE[source]:
        told, most = figures[part], figures[whole]
        if told is not None and most is not None and told > most:
            yield Wrong(part, "FIGURE_MORE", {"value": told, "limit": most, **_called(whole)})
    if source is Source.HOTLINE:
        yield from _wrong_calls(figures)
        yield from _wrong_advice(figures)


def _wrong_calls(figures: Figures) -> Iterator[Wrong]:
    calls, menu, answered, talk = (figures[code] or 0 for code in ("G01", "G01V", "G02", "G04S"))
    if menu > max(0, calls - answered):
        yield Wrong("G01V", "FIGURE_MENU", {"value": menu, "limit": max(0, calls - answered)})
    if talk > answered * DAY_S:
        yield Wrong("G04S", "FIGURE_TALK", {"value": talk, "answered": answered})


def _wrong_advice(figures: Figures) -> Iterator[Wrong]:
    """The parts of B03 are told whole or not at all: what nobody told is "other"."""
    whole = figures[ADVICE]
    for parts in (BY_FIELD, BY_WHOM):
        told = [figures[code] for code in parts if figures[code] is not None]
        if told and whole is None:
            yield Wrong(ADVICE, "PARTS_ALONE", {"first": parts[0], "last": parts[-1]})
        elif told and sum(one or 0 for one in told) != whole:
            facts = {"first": parts[0], "last": parts[-1], "sum": sum(one or 0 for one in told), "whole": whole}
            yield Wrong(ADVICE, "PARTS_SUM", facts)


def _called(code: str) -> dict[str, object]:
    found = form().fields[code]
    return {"whole": code, "whole_zh": found.zh, "whole_en": found.en}


# --- a call -------------------------------------------------------------------------------------------------


def is_call(name: str) -> bool:
    """Whether a platform can call a call so: a name without blanks that is nobody's number."""
    return _CALL.fullmatch(name) is not None and not holds_personal_number(name)


def wrong_of_call(call: Mapping[str, Any]) -> Wrong | None:
    """The first thing that cannot be. Legal advice is given by a person, so only an answered call has any."""
    if call["ended"] != Ended.ANSWERED:
        said = next((name for name in ("talk_s", "advice_field", "answered_by") if call[name]), None)
        return Wrong(said, "CALL_NOT_ANSWERED") if said else None
    if call["talk_s"] > DAY_S:
        return Wrong("talk_s", "CALL_LONG")
    if call["answered_by"] and not call["advice_field"]:
        return Wrong("advice_field", "CALL_FIELD")
    return None


_MOBILE: Final = re.compile(r"(?<![0-9])(?:\+?86|0086)?1[3-9][0-9]{9}(?![0-9])")
_LANDLINE: Final = re.compile(r"(?<![0-9])0(?:10|2[0-9]|[3-9][0-9]{2})[0-9]{7,8}(?![0-9])")
_IDENTITY: Final = re.compile(r"(?<![0-9])[0-9]{17}[0-9Xx](?![0-9])")
_ABOUT_PEOPLE: Final = re.compile(
    r"phone|mobile|telephone|caller|calling|dialed|contact|name|identity|id[ _-]?card|address"
    r"|电话|手机|号码|主叫|被叫|来电人|联系|姓名|身份证|证件|地址",
    re.IGNORECASE,
)


def holds_personal_number(text: str) -> bool:
    """Whether it looks like a telephone or an identity number, also with signs between its digits."""
    plain = unicodedata.normalize("NFKC", text)
    joined = re.sub(r"[\s().·-]", "", plain)
    if any(_MOBILE.search(one) or _LANDLINE.search(one) for one in (plain, joined)):
        return True
    return any(right_id_number(found[0].upper()) for one in (plain, joined) for found in _IDENTITY.finditer(one))


def is_about_people(header: str) -> bool:
    """Whether a column calls itself so that it must hold something about a caller."""
    return _ABOUT_PEOPLE.search(unicodedata.normalize("NFKC", header)) is not None
