"""What there is, in the columns in which it can be brought in again."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from sqlalchemy import Connection

from central.accounts import store as accounts
from central.imports import store
from central.imports.kinds import LAWYERS, Kind
from central.imports.register import Register, masked
from central.imports.sheets import MOST_ROWS
from central.lawyers import store as lawyers_store
from central.outside import store as outside
from central.outside.codes import TOLD, Source
from central.units import store as units
from hall.moment import local_day
from hall_config.wording import Language, clock_words, say

_ALL: Final = 1_000_000


def present_rows(
    connection: Connection, kind: Kind, path: str, language: Language, register: Register
) -> list[list[str]]:
    """The rows of one kind at or below a path; lawyers by surname and a part of their licence.

    Of days and calls of other systems, which never end, those that one file can take in again: the latest.
    """
    if kind is LAWYERS:
        return _lawyers(connection, path, language, register)
    return _PRESENT[kind.name](connection, path, language)


def _units(connection: Connection, path: str, language: Language) -> list[list[str]]:
    found = units.units(connection, path, "", _ALL)
    return [
        [row["id"], row["parent"], say(f"central.level.{row['level']}", language), row["name_zh"], row["name_en"]]
        for row in found
        if row["parent"] and row["closed_ms"] is None
    ]


def _users(connection: Connection, path: str, language: Language) -> list[list[str]]:
    comma = "、" if language == "zh" else ", "
    return [
        [row["name"], row["unit"], comma.join(say(f"central.role.{role}", language) for role in row["roles"].split())]
        for row in accounts.accounts(connection, path)
    ]


def _windows(connection: Connection, path: str, language: Language) -> list[list[str]]:
    comma = "、" if language == "zh" else ", "
    return [
        [row["hall"], str(row["number"]), comma.join(row["services"].split()), row["name_zh"], row["name_en"]]
        for row in store.windows(connection, path, ("", 0), _ALL)
    ]


def _lawyers(connection: Connection, path: str, language: Language, register: Register) -> list[list[str]]:
    comma = "、" if language == "zh" else ", "

    def words(kind: str, codes: str | None) -> str:
        return comma.join(say(f"central.{kind}.{code}", language) for code in (codes or "").split())

    rows = []
    for row in lawyers_store.lawyers(connection, path):
        who = masked(register.open(row["sealed"], row["mark"]))
        state = say(f"central.lawyer_state.{row['state']}", language)
        minors = say("central.lawyers.yes", language) if row["knows_minors"] else ""
        known = [row["first_year"], words("lawyer_language", row["languages"]), minors, row["criminal_since"]]
        days = [row["suspended_from"], row["suspended_to"], clock_day(row["state_as_of_ms"])]
        can = [words("lawyer_field", row["specialities"]), *known, *days]
        kept = [who.licence, who.name, row["firm"], row["firm_code"], state, row["unit"]]
        rows.append([*kept, *("" if one is None else str(one) for one in can)])
    return rows


def clock_day(at_ms: int) -> str:
    """As a list takes a moment: in China, to the minute."""
    return f"{local_day(at_ms)} {clock_words(at_ms)}"


def _day_rows(source: Source, connection: Connection, path: str, _language: Language) -> list[list[str]]:
    found = outside.latest_days(connection, source, path, MOST_ROWS)
    names = ("unit", "day", *TOLD[source].every)
    return [["" if row[name] is None else str(row[name]) for name in names] for row in found]


def _calls(connection: Connection, path: str, language: Language) -> list[list[str]]:
    return [
        [
            row["unit"], row["call"], f"{local_day(row['at_ms'])} {clock_words(row['at_ms'])}:{_second(row['at_ms'])}",
            say(f"central.call_ended.{row['ended']}", language), str(row["talk_s"]),
            say(f"record.field.{row['advice_field']}", language) if row["advice_field"] else "",
            say(f"record.answered_by.{row['answered_by']}", language) if row["answered_by"] else "",
        ]
        for row in outside.latest_calls(connection, path, MOST_ROWS)
    ]  # fmt: skip


def _second(at_ms: int) -> str:
    return f"{at_ms // 1000 % 60:02d}"


_PRESENT: Final[dict[str, Callable[[Connection, str, Language], list[list[str]]]]] = {
    "units": _units, "users": _users, "windows": _windows, "hotline_calls": _calls,
    **{source.value: partial(_day_rows, source) for source in Source},
}  # fmt: skip
