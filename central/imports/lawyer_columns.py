"""The columns of a list of lawyers that may be left out: what a lawyer can do, and how fresh their state is. Pure.

An empty cell leaves what is known. The days of a suspension belong to the state and come or go with it. Without a
moment of its own, a state was looked up when the list came in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from central.imports.kinds import Fault
from central.imports.rules import Line
from central.lawyers.codes import Field, Language
from hall.moment import local_day
from hall_config.wording import CHINA, LANGUAGES, say

FRESH_MS: Final = 3_600_000  # a state told again within it changes nothing
FIRST_OF_ALL: Final = 1979  # the year in which lawyers began to practise again
_SEPARATORS: Final = re.compile(r"[,;、，；/|]+")
_YEAR: Final = re.compile(r"[0-9]{4}")
_SINCE: Final = re.compile(r"[0-9]{4}(?:-(?:0[1-9]|1[0-2]))?")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[ T][0-9]{2}:[0-9]{2})?")
_YES_NO: Final = {"是": True, "yes": True, "1": True, "否": False, "no": False, "0": False}
_UNKNOWN: Final[Mapping[str, Any]] = {
    "specialities": "", "first_year": None, "languages": "", "knows_minors": False, "criminal_since": None,
    "suspended_from": None, "suspended_to": None,
}  # fmt: skip


class _Wrong(Exception):
    def __init__(self, column: str, code: str) -> None:
        super().__init__(code)
        self.column, self.code = column, code


def facts_of(line: Line, there: Mapping[str, Any] | None, now_ms: int) -> dict[str, Any] | Fault:
    """What is known of a lawyer after this row; ``there``: what was known before."""
    told = line.told
    facts = dict(_UNKNOWN) if there is None else {name: there[name] for name in _UNKNOWN}
    facts |= {"suspended_from": None, "suspended_to": None}
    try:
        facts |= {name: read(told[column]) for column, (name, read) in _READ.items() if told.get(column)}
        facts["first_year"] = _first_year(told, facts["first_year"], now_ms)
        facts["state_as_of_ms"] = _as_of(told.get("as_of", ""), there, now_ms)
        _check_since(facts, now_ms)
    except _Wrong as wrong:
        return Fault(line.number, wrong.column, wrong.code)
    return facts


def _first_year(told: Mapping[str, str], known: int | None, now_ms: int) -> int | None:
    licence, said = told["licence"], told.get("first_year", "")
    if not said:
        return int(licence[5:9]) if len(licence) == 17 else known
    if not _YEAR.fullmatch(said) or not FIRST_OF_ALL <= int(said) <= _this_year(now_ms):
        raise _Wrong("first_year", "LAWYER_YEAR")
    return int(said)


def _check_since(facts: Mapping[str, Any], now_ms: int) -> None:
    since, first = facts["criminal_since"], facts["first_year"]
    if since is not None and not (first or FIRST_OF_ALL) <= int(since[:4]) <= _this_year(now_ms):
        raise _Wrong("criminal_since", "LAWYER_YEAR")
    begins, ends = facts["suspended_from"], facts["suspended_to"]
    if ends is not None and (begins is None or ends < begins):
        raise _Wrong("suspended_to", "LAWYER_DAYS")


def _as_of(said: str, there: Mapping[str, Any] | None, now_ms: int) -> int:
    if not said:
        return now_ms
    if not _MOMENT.fullmatch(said):
        raise _Wrong("as_of", "LAWYER_AS_OF")
    try:
        moment = datetime.fromisoformat(said).replace(tzinfo=CHINA)
    except ValueError:
        raise _Wrong("as_of", "LAWYER_AS_OF") from None
    as_of_ms = int(moment.timestamp() * 1000)
    if as_of_ms > now_ms:
        raise _Wrong("as_of", "LAWYER_AS_OF")
    if there is not None and as_of_ms < there["state_as_of_ms"] - FRESH_MS:
        raise _Wrong("as_of", "LAWYER_AS_OF_OLD")
    return as_of_ms


def _codes(kind: type[StrEnum], words: str, column: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        found = {_code(kind, words, one.strip(), column) for one in _SEPARATORS.split(text) if one.strip()}
        return " ".join(one for one in kind if one in found)

    return read


def _code(kind: Iterable[StrEnum], words: str, text: str, column: str) -> str:
    for one in kind:
        names = {say(f"central.{words}.{one}", language).casefold() for language in LANGUAGES}
        if text.casefold() in names | {one.value.casefold()}:
            return one.value
    raise _Wrong(column, "LAWYER_CODE")


def _yes_no(text: str) -> bool:
    if text.casefold() not in _YES_NO:
        raise _Wrong("minors", "YES_NO")
    return _YES_NO[text.casefold()]


def _since(text: str) -> str:
    if not _SINCE.fullmatch(text):
        raise _Wrong("criminal_since", "LAWYER_YEAR")
    return text


def _day(column: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        try:
            if _DAY.fullmatch(text):
                return date.fromisoformat(text).isoformat()
        except ValueError:
            pass
        raise _Wrong(column, "LAWYER_DAYS")

    return read


def _this_year(now_ms: int) -> int:
    return int(local_day(now_ms)[:4])


_READ: Final[Mapping[str, tuple[str, Callable[[str], Any]]]] = {
    "specialities": ("specialities", _codes(Field, "lawyer_field", "specialities")),
    "languages": ("languages", _codes(Language, "lawyer_language", "languages")),
    "minors": ("knows_minors", _yes_no),
    "criminal_since": ("criminal_since", _since),
    "suspended_from": ("suspended_from", _day("suspended_from")),
    "suspended_to": ("suspended_to", _day("suspended_to")),
}
