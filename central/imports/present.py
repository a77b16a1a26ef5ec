"""What there is, in the columns in which it can be brought in again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sqlalchemy import Connection

from central.accounts import store as accounts
from central.imports import store
from central.imports.kinds import LAWYERS, Kind
from central.imports.register import Register, masked
from central.units import store as units
from hall_config.wording import Language, say

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
    rows = []
    for row in store.lawyers(connection, path):
        who = masked(register.open(row["sealed"], row["mark"]))
        state = say(f"central.lawyer_state.{row['state']}", language)
        rows.append([who.licence, who.name, row["firm"], row["firm_code"], state, row["unit"]])
    return rows


_PRESENT: Final[dict[str, Callable[[Connection, str, Language], list[list[str]]]]] = {
    "units": _units, "users": _users, "windows": _windows,
}  # fmt: skip
