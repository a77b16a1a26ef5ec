"""What there is, in the columns in which it can be brought in again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sqlalchemy import Connection

from central.accounts import store as accounts
from central.imports import store
from central.imports.kinds import LAWYERS, Kind
from central.imports.register import Register, masked
from central.lawyers import store as lawyers_store
from central.units import store as units
from hall.moment import local_day
from hall_config.wording import Language, clock_words, say

_ALL: Final = 1_000_000


def present_rows(
    connection: Connection, kind: Kind, path: str, language: Language, register: Register
) -> list[list[str]]:
    """The rows of one kind at or below a path; lawyers by surname and a part of their licence."""
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


_PRESENT: Final[dict[str, Callable[[Connection, str, Language], list[list[str]]]]] = {
    "units": _units, "users": _users, "windows": _windows,
}  # fmt: skip
