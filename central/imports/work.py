"""One import from the file to what was written: read, judge, and only when nothing is wrong, write it all.

Looking and writing happen in one transaction of the caller's, so that what was judged is what is changed. The audit
gets one line with the file's hash and the counts; the file itself is not kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection

from central.accounts import rules as account_rules
from central.accounts.desk import AccountDesk, roles_of
from central.imports import rules, store
from central.imports.kinds import Fault, Kind, places_of, told_by
from central.imports.rules import Judged, Line
from central.imports.sheets import Sheet, read_sheet

MOST_FAULTS: Final = 200  # told of one file; whoever mends these sees the others


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an import came to. ``codes`` are one-time codes of new accounts, told once."""

    kind: str
    written_as: str
    rows: int
    added: int
    changed: int
    same: int
    faults: tuple[Fault, ...]
    codes: tuple[tuple[str, str], ...] = field(default=())


def bring_in(
    connection: Connection, kind: Kind, content: bytes, path: str, desk: AccountDesk, now_ms: int, *, write: bool
) -> Outcome:
    """Judge a file for somebody at ``path`` and, if asked to and nothing is wrong, write it; raises `Unreadable`."""
    sheet = read_sheet(content)
    lines, faults = _lines(kind, sheet)
    judged = _JUDGES[kind.name](connection, lines, path)
    every = sorted([*faults, *judged.faults], key=lambda fault: (fault.row, fault.column or ""))
    codes: tuple[tuple[str, str], ...] = ()
    if write and not every:
        codes = _WRITERS[kind.name](connection, judged, desk, now_ms)
    return Outcome(
        kind.name, sheet.written_as, len(sheet.rows), len(judged.added), len(judged.changed), judged.same,
        tuple(every), codes,
    )  # fmt: skip


def digest_of(content: bytes) -> str:
    """By which a file is known again in the audit."""
    return hashlib.sha256(content).hexdigest()


def _lines(kind: Kind, sheet: Sheet) -> tuple[list[Line], list[Fault]]:
    """Good rows as texts; a header with a fault leaves no row to judge."""
    places, faults = places_of(kind, sheet)
    lines: list[Line] = []
    if faults:
        return lines, faults
    for row in sheet.rows:
        told, wrong = told_by(kind, row, places, len(sheet.header))
        faults += wrong
        if not wrong:
            lines.append(Line(row.number, told))
    return lines, faults


def _judge_units(connection: Connection, lines: list[Line], path: str) -> Judged:
    return rules.judge_units(lines, store.known_units(connection), path)


def _judge_users(connection: Connection, lines: list[Line], path: str) -> Judged:
    return rules.judge_users(lines, store.known_accounts(connection), store.known_units(connection), path)


def _judge_windows(connection: Connection, lines: list[Line], path: str) -> Judged:
    return rules.judge_windows(lines, store.seen_halls(connection, path), store.known_windows(connection, path))


def _write_units(
    connection: Connection, judged: Judged, _desk: AccountDesk, now_ms: int
) -> tuple[tuple[str, str], ...]:
    store.add_units(connection, judged.added, now_ms)
    store.rename_units(connection, judged.changed)
    return ()


def _write_users(connection: Connection, judged: Judged, desk: AccountDesk, now_ms: int) -> tuple[tuple[str, str], ...]:
    codes = []
    for one in judged.added:
        code = account_rules.new_code()
        desk.write_account(connection, one["name"], roles_of(one["roles"]), now_ms, one["unit"], code)
        codes.append((one["name"], code))
    return tuple(codes)


def _write_windows(
    connection: Connection, judged: Judged, _desk: AccountDesk, now_ms: int
) -> tuple[tuple[str, str], ...]:
    store.put_windows(connection, [*judged.added, *judged.changed], now_ms)
    return ()


_JUDGES: Final[dict[str, Callable[[Connection, list[Line], str], Judged]]] = {
    "units": _judge_units, "users": _judge_users, "windows": _judge_windows,
}  # fmt: skip
_WRITERS: Final[dict[str, Callable[[Connection, Judged, AccountDesk, int], Any]]] = {
    "units": _write_units, "users": _write_users, "windows": _write_windows,
}  # fmt: skip
