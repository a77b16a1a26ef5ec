"""The staff of one hall: who may act at a window, with which secret, and who is signed in.

One small SQLite file, ``staff.db``, beside the journal. A secret is a personal PIN of at least 6 digits or a longer
word; kept is its argon2id hash only. A session is a random token; kept is its SHA-256, so that sessions survive a
restart of the controller and a copied file opens nothing. Five wrong secrets in a row lock a name for 15 minutes, the
next five for 30, and so on; unknown names behave the same (MLPS practice, GB/T 22239). Times are the steady count of
``edge/clock.py``: setting the clock neither ends a session nor opens a lock.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import sqlite3
import threading
import unicodedata
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_NAME: Final = re.compile(r"^[0-9A-Za-z_.\-\u4e00-\u9fff·]{1,32}$")
_CODE: Final = re.compile(r"^[0-9]{1,8}$")
_WRONG_BEFORE_LOCK: Final = 5
_LOCK_S: Final = 900
_LONGEST_LOCK_S: Final = 4 * 3600
_IDLE_MS: Final = 15 * 60_000
_LONGEST_SESSION_MS: Final = 14 * 3_600_000
_TOUCH_EVERY_MS: Final = 60_000
_CHECKS_AT_ONCE: Final = 2  # each needs 19 MiB for a moment; a small board has not much
_UNKNOWN_NAMES_KEPT: Final = 500
_TABLES: Final = """
CREATE TABLE IF NOT EXISTS staff (
  name TEXT PRIMARY KEY, hash TEXT NOT NULL, window INTEGER, code TEXT UNIQUE, role TEXT NOT NULL,
  wrong INTEGER NOT NULL DEFAULT 0, locked_until_ms INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS session (
  token_hash TEXT PRIMARY KEY, name TEXT NOT NULL REFERENCES staff(name) ON DELETE CASCADE, window INTEGER,
  opened_ms INTEGER NOT NULL, seen_ms INTEGER NOT NULL);
"""


class Role(StrEnum):
    WINDOW = "window"
    SUPERVISOR = "supervisor"


@dataclass(frozen=True, slots=True)
class Staff:
    """One person's account; ``code`` is what this person types at a call terminal."""

    name: str
    window: int | None
    code: str | None
    role: Role


@dataclass(frozen=True, slots=True)
class Session:
    staff: Staff
    window: int | None  # where this person signed in


class StaffProblem(StrEnum):
    """Why an account cannot be made; the words stand in the catalogue under ``pages.staff.<problem>``."""

    NAME = "NAME"
    SHORT = "SHORT"
    LONG = "LONG"
    TRIVIAL = "TRIVIAL"
    CODE = "CODE"
    CODE_TAKEN = "CODE_TAKEN"


class StaffError(ValueError):
    """The account asked for is not acceptable."""

    def __init__(self, problem: StaffProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


class WrongSecret(Exception):
    """Name and secret do not belong together; it is not said which is wrong."""


class Locked(Exception):
    """Too many wrong secrets, or too many people asking at once: try again after ``wait_s``."""

    def __init__(self, wait_s: int) -> None:
        super().__init__(f"try again in {wait_s} s")
        self.wait_s = wait_s


def fresh_pin() -> str:
    """Eight random digits that pass our own rules."""
    while True:
        pin = f"{secrets.randbelow(10**8):08d}"
        if not _trivial(pin):
            return pin


class StaffBook:
    """The accounts and sessions in one file; safe to use from several threads, and beside the command line."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        self._lock = threading.Lock()
        self._file = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=5.0)
        self._file.execute("PRAGMA journal_mode=WAL")
        self._file.execute("PRAGMA foreign_keys=ON")
        self._file.execute("PRAGMA synchronous=NORMAL")  # a session lost in a power cut is signed in again
        self._file.executescript(_TABLES)
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
        self._nobody = self._hasher.hash(secrets.token_hex(16))  # so that an unknown name costs the same time
        self._checks = threading.BoundedSemaphore(_CHECKS_AT_ONCE)
        self._unknown: OrderedDict[str, tuple[int, int]] = OrderedDict()

    def close(self) -> None:
        with self._lock:
            self._file.close()

    def add(
        self, name: str, secret: str, window: int | None = None, code: str | None = None, role: Role = Role.WINDOW
    ) -> Staff:
        """Make an account, or give an old one a new secret, which ends its sessions and its lock."""
        return self.add_all([(Staff(name, window, code, role), secret)])[0]

    def add_all(self, wished: Sequence[tuple[Staff, str]]) -> tuple[Staff, ...]:
        """Several with their secrets, all of them or none."""
        made: list[Staff] = []
        hashes: list[str] = []
        for one, secret in wished:
            name, plain = _plain(one.name), _plain(secret)
            if not _NAME.match(name):
                raise StaffError(StaffProblem.NAME)
            if one.code is not None and not _CODE.match(one.code):
                raise StaffError(StaffProblem.CODE)
            _require_good(plain, name)
            made.append(replace(one, name=name))
            hashes.append(self._hasher.hash(plain))
        with self._lock:
            self._file.execute("PRAGMA synchronous=FULL")
            try:
                with self._file:  # commits, or rolls back what another process made impossible
                    self._file.execute("BEGIN IMMEDIATE")
                    for staff, hashed in zip(made, hashes, strict=True):
                        self._write(staff, hashed)
            finally:
                self._file.execute("PRAGMA synchronous=NORMAL")
        return tuple(made)

    def _write(self, staff: Staff, hashed: str) -> None:
        taken = self._file.execute("SELECT 1 FROM staff WHERE code = ? AND name <> ?", (staff.code, staff.name))
        if taken.fetchone():
            raise StaffError(StaffProblem.CODE_TAKEN)
        self._file.execute("DELETE FROM session WHERE name = ?", (staff.name,))
        self._file.execute(
            "INSERT INTO staff (name, hash, window, code, role) VALUES (?, ?, ?, ?, ?) ON CONFLICT (name)"
            " DO UPDATE SET hash = excluded.hash, window = excluded.window, code = excluded.code,"
            " role = excluded.role, wrong = 0, locked_until_ms = 0",
            (staff.name, hashed, staff.window, staff.code, staff.role.value),
        )

    def remove(self, name: str) -> bool:
        """End an account and its sessions; False when there was none."""
        with self._lock:
            return self._file.execute("DELETE FROM staff WHERE name = ?", (_plain(name),)).rowcount > 0

    def list(self) -> tuple[Staff, ...]:
        with self._lock:
            rows = self._file.execute("SELECT name, window, code, role FROM staff ORDER BY name").fetchall()
        return tuple(_staff(row) for row in rows)

    def by_code(self, code: str) -> Staff | None:
        """Who types this at a call terminal."""
        with self._lock:
            row = self._file.execute("SELECT name, window, code, role FROM staff WHERE code = ?", (code,)).fetchone()
        return _staff(row) if row else None

    def check(self, name: str, secret: str, now_ms: int) -> Staff:
        """Whose name and secret these are; raises `WrongSecret` or `Locked`."""
        name, secret = _plain(name), _plain(secret)
        with self._lock:
            row = self._file.execute(
                "SELECT name, window, code, role, hash, wrong, locked_until_ms FROM staff WHERE name = ?", (name,)
            ).fetchone()
            wrong, until_ms = (row[5], row[6]) if row else self._unknown.get(name, (0, 0))
        if now_ms < until_ms:
            raise Locked(-(-(until_ms - now_ms) // 1000))
        if self._verify(row[4] if row else self._nobody, secret) and row:
            with self._lock:
                self._file.execute("UPDATE staff SET wrong = 0, locked_until_ms = 0 WHERE name = ?", (name,))
            return _staff(row[:4])
        self._note_wrong(name, wrong + 1, known=row is not None, now_ms=now_ms)
        raise WrongSecret

    def open_session(self, staff: Staff, window: int | None, now_ms: int) -> str:
        """Sign in; the token is given out once and kept nowhere."""
        token = secrets.token_urlsafe(24)
        with self._lock:
            self._file.execute("DELETE FROM session WHERE ? - opened_ms > ?", (now_ms, _LONGEST_SESSION_MS))
            self._file.execute(
                "INSERT INTO session VALUES (?, ?, ?, ?, ?)", (_digest(token), staff.name, window, now_ms, now_ms)
            )
        return token

    def session(self, token: str, now_ms: int) -> Session | None:
        """Who is signed in with ``token``; asking keeps the session alive."""
        digest = _digest(token)
        with self._lock:
            row = self._file.execute(
                "SELECT staff.name, staff.window, code, role, session.window, opened_ms, seen_ms FROM session"
                " JOIN staff ON staff.name = session.name WHERE token_hash = ?",
                (digest,),
            ).fetchone()
            if row is None:
                return None
            opened_ms, seen_ms = row[5], row[6]
            if now_ms - seen_ms > _IDLE_MS or now_ms - opened_ms > _LONGEST_SESSION_MS:
                self._file.execute("DELETE FROM session WHERE token_hash = ?", (digest,))
                return None
            if now_ms - seen_ms > _TOUCH_EVERY_MS:
                self._file.execute("UPDATE session SET seen_ms = ? WHERE token_hash = ?", (now_ms, digest))
        return Session(_staff(row[:4]), row[4])

    def end_session(self, token: str) -> None:
        with self._lock:
            self._file.execute("DELETE FROM session WHERE token_hash = ?", (_digest(token),))

    def _verify(self, hashed: str, secret: str) -> bool:
        if not self._checks.acquire(timeout=3.0):
            raise Locked(3)
        try:
            return self._hasher.verify(hashed, secret)
        except (VerificationError, InvalidHashError):
            return False
        finally:
            self._checks.release()

    def _note_wrong(self, name: str, wrong: int, *, known: bool, now_ms: int) -> None:
        rounds, rest = divmod(wrong, _WRONG_BEFORE_LOCK)
        until_ms = 0 if rest else now_ms + min(_LOCK_S * 2 ** min(rounds - 1, 10), _LONGEST_LOCK_S) * 1000
        with self._lock:
            if known:
                self._file.execute(
                    "UPDATE staff SET wrong = ?, locked_until_ms = ? WHERE name = ?", (wrong, until_ms, name)
                )
                return
            self._unknown[name] = (wrong, until_ms)
            self._unknown.move_to_end(name)
            while len(self._unknown) > _UNKNOWN_NAMES_KEPT:
                self._unknown.popitem(last=False)


def _staff(row: tuple[str, int | None, str | None, str]) -> Staff:
    name, window, code, role = row
    return Staff(name, window, code, Role(role))


def _plain(text: str) -> str:
    """Full-width digits and letters, as a Chinese keyboard gives them, are the same as plain ones."""
    return unicodedata.normalize("NFKC", text).strip()


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _require_good(secret: str, name: str) -> None:
    if len(secret) > 128:
        raise StaffError(StaffProblem.LONG)
    digits = secret.isascii() and secret.isdigit()
    if len(secret) < (6 if digits else 10):
        raise StaffError(StaffProblem.SHORT)
    if _trivial(secret) or name.casefold() == secret.casefold():
        raise StaffError(StaffProblem.TRIVIAL)


def _trivial(secret: str) -> bool:
    """111111, 123456, 987654, 121212, 123123 and their like."""
    if len(set(secret)) < 4:
        return True
    steps = {(ord(right) - ord(left)) for left, right in pairwise(secret)}
    if len(steps) == 1:
        return True
    parts = (part for part in range(1, len(secret) // 2 + 1) if len(secret) % part == 0)
    return any(secret == secret[:part] * (len(secret) // part) for part in parts)
