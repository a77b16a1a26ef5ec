"""One import from the file to what was written: read, judge, and only when nothing is wrong, write it all.

Looking and writing happen in one transaction of the caller's, so that what was judged is what is changed. The audit
gets one line with the file's hash and the counts; the file itself is not kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

from sqlalchemy import Connection

from central.accounts import rules as account_rules
from central.accounts.desk import AccountDesk, roles_of
from central.aid.people import Work
from central.aid.rules import Actor
from central.imports import rules, store
from central.imports.kinds import Fault, Kind, places_of, told_by
from central.imports.lawyers import judge_lawyers
from central.imports.register import Register
from central.imports.rules import Judged, Line
from central.imports.sheets import Sheet, read_sheet
from central.lawyers.status import keep_from_list
from central.outside import lists as outside
from central.outside import store as outside_store
from central.outside.codes import Source
from central.places import store as places

Codes = tuple[tuple[str, str], ...]  # name, one-time code
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
    codes: Codes = field(default=())


@dataclass(frozen=True, slots=True)
class Bench:
    """What an import works with: somebody's place in the tree, in the caller's transaction."""

    connection: Connection
    path: str
    desk: AccountDesk
    register: Register | None  # who brings in lawyers has it
    now_ms: int
    by: str = ""  # whose import it is, and from where, as histories name them
    source: str = ""
    unit: str = ""
    file: str = ""  # the digest of the file


def bring_in(bench: Bench, kind: Kind, content: bytes, *, write: bool) -> Outcome:
    """Judge a file and, if asked to and nothing is wrong, write it; raises `Unreadable`."""
    sheet, bench = read_sheet(content), replace(bench, file=digest_of(content))
    lines, faults = _lines(kind, sheet)
    judge, writer = _KINDS[kind.name]
    judged = judge(bench, lines)
    every = sorted([*faults, *judged.faults], key=lambda fault: (fault.row, fault.column or ""))
    codes = writer(bench, judged) if write and not every else ()
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


def _judge_units(bench: Bench, lines: list[Line]) -> Judged:
    return rules.judge_units(lines, store.known_units(bench.connection), bench.path)


def _judge_users(bench: Bench, lines: list[Line]) -> Judged:
    known = store.known_accounts(bench.connection)
    return rules.judge_users(lines, known, store.known_units(bench.connection), bench.path)


def _judge_windows(bench: Bench, lines: list[Line]) -> Judged:
    halls = store.seen_halls(bench.connection, bench.path)
    return rules.judge_windows(lines, halls, store.known_windows(bench.connection, bench.path))


def _judge_lawyers(bench: Bench, lines: list[Line]) -> Judged:
    register = _register(bench)
    known = store.known_lawyers(bench.connection, register)
    return judge_lawyers(lines, register.mark, known, store.known_units(bench.connection), bench.path, bench.now_ms)


def _write_units(bench: Bench, judged: Judged) -> Codes:
    store.add_units(bench.connection, judged.added, bench.now_ms)
    store.rename_units(bench.connection, judged.changed)
    places.call_as_units(bench.connection)
    return ()


def _write_users(bench: Bench, judged: Judged) -> Codes:
    codes = []
    for one in judged.added:
        code = account_rules.new_code()
        roles = roles_of(one["roles"])
        bench.desk.write_account(bench.connection, one["name"], roles, bench.now_ms, one["unit"], code)
        codes.append((one["name"], code))
    return tuple(codes)


def _write_windows(bench: Bench, judged: Judged) -> Codes:
    store.put_windows(bench.connection, [*judged.added, *judged.changed], bench.now_ms)
    return ()


def _write_lawyers(bench: Bench, judged: Judged) -> Codes:
    """Who is told to be suspended, revoked or cancelled loses every live case with the list that says so."""
    register, rows = _register(bench), [*judged.added, *judged.changed]
    store.put_lawyers(bench.connection, register, rows, bench.now_ms)
    work = Work(bench.connection, register.vault, bench.now_ms)
    actor = Actor(bench.by, frozenset(), bench.unit, bench.path, bench.source)
    for row in rows:
        keep_from_list(work, actor, row)
    return ()


def _judge_days(source: Source, bench: Bench, lines: list[Line]) -> Judged:
    return outside.judge_days(source, _asker(bench), store.known_units(bench.connection), lines)


def _judge_calls(bench: Bench, lines: list[Line]) -> Judged:
    return outside.judge_calls(_asker(bench), store.known_units(bench.connection), lines)


def _write_days(source: Source, bench: Bench, judged: Judged) -> Codes:
    outside_store.add_days(bench.connection, source, [*judged.added, *judged.changed], _whence(bench))
    return ()


def _write_calls(bench: Bench, judged: Judged) -> Codes:
    outside_store.add_calls(bench.connection, [*judged.added, *judged.changed], _whence(bench))
    return ()


def _asker(bench: Bench) -> outside.Asker:
    return outside.Asker(bench.connection, bench.path, bench.now_ms)


def _whence(bench: Bench) -> outside_store.Whence:
    return outside_store.Whence(bench.by, bench.now_ms, bench.file)


def _register(bench: Bench) -> Register:
    assert bench.register is not None
    return bench.register


_KINDS: Final[dict[str, tuple[Callable[[Bench, list[Line]], Judged], Callable[[Bench, Judged], Codes]]]] = {
    "units": (_judge_units, _write_units),
    "users": (_judge_users, _write_users),
    "windows": (_judge_windows, _write_windows),
    "lawyers": (_judge_lawyers, _write_lawyers),
    **{source.value: (partial(_judge_days, source), partial(_write_days, source)) for source in Source},
    "hotline_calls": (_judge_calls, _write_calls),
}
