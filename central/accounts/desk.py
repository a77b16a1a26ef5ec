"""Signing in, activating, changing a secret; making and removing accounts.

Nobody learns from an answer or from its time whether a name exists: a wrong name is hashed against and counted like a
wrong secret. Counting and checking are apart, so that the slow hash holds no transaction open.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, RowMapping

from central.accounts import rules, store
from central.accounts.permissions import Act, Role, check_roles, may
from central.audit import store as audit
from central.database import Database
from central.failures import NotSignedIn, RefusedByRule, TooMany
from central.units import store as units
from central.units.rules import ROOT

_HASHES_AT_ONCE: Final = 2  # each takes 64 MiB
_TOUCH_MS: Final = 60_000


@dataclass(frozen=True, slots=True)
class Person:
    """Who asks: an account with a living session."""

    name: str
    roles: frozenset[Role]
    unit: str
    path: str  # of the unit: what begins with it is theirs to see
    token_hash: str

    def may(self, act: Act) -> bool:
        return may(self.roles, act)


class AccountDesk:
    """Everything about accounts that needs the store and the hash."""

    def __init__(self, database: Database, hasher: PasswordHasher | None = None) -> None:
        self._database = database
        self._hasher = hasher or PasswordHasher()
        self._turn = threading.Semaphore(_HASHES_AT_ONCE)
        self._nobody = self._hash(secrets.token_urlsafe(24))

    # --- people -------------------------------------------------------------------------------------------

    def sign_in(self, name: str, secret: str, now_ms: int, source: str = "") -> str:
        """A new session's token; raises `NotSignedIn` or `TooMany`, the same for a name that does not exist."""
        with self._turn:  # counted before the next guess is looked at, so that guessing in parallel gains nothing
            with self._database.read() as connection:
                self._check_lock(connection, name, now_ms)
                row = store.account(connection, name)
            right = self._verify(row["secret_hash"] if row else None, secret)
            with self._database.write() as connection:
                row = store.account(connection, name) if right else None
                if row is not None:
                    store.forget_attempts(connection, _digest(name))
                    return self._open_session(connection, row, now_ms, source)
                self._count_wrong(connection, name, now_ms, source)
        raise NotSignedIn("WRONG_SECRET")

    def activate(self, name: str, code: str, secret: str, now_ms: int, source: str = "") -> str:
        """Use the one-time code and choose a secret; a new session's token."""
        with self._database.read() as connection:
            self._check_lock(connection, name, now_ms)
        rules.check_secret(name, secret)
        hashed = self._hash(secret)
        with self._database.write() as connection:
            row = store.account(connection, name)
            if row is not None and _code_fits(row, code, now_ms):
                store.change_account(
                    connection, row["id"], now_ms, secret_hash=hashed, code_hash=None, code_until_ms=None
                )
                store.forget_attempts(connection, _digest(name))
                return self._open_session(connection, row, now_ms, source)
            self._count_wrong(connection, name, now_ms, source)
        raise NotSignedIn("WRONG_CODE")

    def change_secret(self, person: Person, old: str, new: str, now_ms: int, source: str = "") -> None:
        """Choose another secret; every other session of the person ends."""
        with self._turn:
            with self._database.read() as connection:
                self._check_lock(connection, person.name, now_ms)
                row = store.account(connection, person.name)
            if row is None or not self._verify(row["secret_hash"], old):
                with self._database.write() as connection:
                    self._count_wrong(connection, person.name, now_ms, source)
                raise RefusedByRule("WRONG_OLD_SECRET", "secret")
        rules.check_secret(person.name, new, "new_secret")
        hashed = self._hash(new)
        with self._database.write() as connection:
            store.change_account(connection, row["id"], now_ms, secret_hash=hashed)
            store.end_sessions(connection, row["id"])
            _note(connection, person.name, person.path, "secret.change", now_ms, source)
            store.add_session(connection, person.token_hash, row["id"], now_ms, source)

    def who(self, token: str, now_ms: int, *, keeps_alive: bool = True) -> Person | None:
        """The person of a token whose session lives; using it keeps it alive, unless it is only looked at."""
        token_hash = _digest(token)
        with self._database.read() as connection:
            row = store.session(connection, token_hash)
        if row is None or rules.session_ends(row["made_ms"], row["seen_ms"], now_ms):
            return None
        if keeps_alive and now_ms - row["seen_ms"] >= _TOUCH_MS:
            with self._database.write() as connection:
                store.touch_session(connection, token_hash, now_ms)
        return Person(row["name"], roles_of(row["roles"]), row["unit"], row["path"], token_hash)

    def sign_out(self, token: str) -> None:
        """End the session of this token, if there is one."""
        with self._database.write() as connection:
            store.end_session(connection, _digest(token))

    # --- accounts -----------------------------------------------------------------------------------------

    def add(
        self, name: str, roles: Iterable[Role], now_ms: int, secret: str | None = None, unit: str = ROOT
    ) -> str | None:
        """Make an account; gives its one-time code, or None when a secret was set at once."""
        if secret is None:
            code = rules.new_code()
            with self._database.write() as connection:
                self.write_account(connection, name, frozenset(roles), now_ms, unit, code)
            return code
        rules.check_name(name)
        rules.check_secret(name, secret)
        hashed = self._hash(secret)
        with self._database.write() as connection:
            self._write_account(connection, name, frozenset(roles), now_ms, unit, secret_hash=hashed)
        return None

    def write_account(
        self, connection: Connection, name: str, roles: frozenset[Role], now_ms: int, unit: str, code: str
    ) -> None:
        """An account that waits for its one-time code, in the caller's transaction."""
        facts = {"code_hash": _digest(rules.plain_code(code)), "code_until_ms": now_ms + rules.CODE_LIFE_MS}
        self._write_account(connection, name, roles, now_ms, unit, **facts)

    def _write_account(
        self, connection: Connection, name: str, roles: frozenset[Role], now_ms: int, unit: str, **facts: object
    ) -> None:
        rules.check_name(name)
        check_roles(roles)
        if store.account(connection, name) is not None:
            raise RefusedByRule("NAME_TAKEN", "name")
        units.require_unit(connection, unit, "")
        store.add_account(connection, name, now_ms, roles=" ".join(sorted(roles)), unit=unit, **facts)

    def renew_code(self, name: str, now_ms: int) -> str | None:
        """A new one-time code for somebody who lost code or secret; None when there is no such account."""
        code = rules.new_code()
        with self._database.write() as connection:
            row = store.account(connection, name)
            if row is None:
                return None
            self.write_code(connection, row, code, now_ms)
        return code

    def write_code(self, connection: Connection, row: RowMapping, code: str, now_ms: int) -> None:
        """Let only this code in from now on, in the caller's transaction."""
        until_ms = now_ms + rules.CODE_LIFE_MS
        facts = {"secret_hash": None, "code_hash": _digest(rules.plain_code(code)), "code_until_ms": until_ms}
        store.change_account(connection, row["id"], now_ms, **facts)
        store.end_sessions(connection, row["id"])
        store.forget_attempts(connection, _digest(row["name"]))

    def remove(self, name: str) -> bool:
        """Remove an account and end its sessions; False when there is none."""
        with self._database.write() as connection:
            row = store.account(connection, name)
            if row is not None:
                store.remove_account(connection, row["id"])
        return row is not None

    def everybody(self) -> list[RowMapping]:
        with self._database.read() as connection:
            return store.accounts(connection)

    # --- inside -------------------------------------------------------------------------------------------

    def _open_session(self, connection: Connection, row: RowMapping, now_ms: int, source: str) -> str:
        token = secrets.token_urlsafe(32)
        store.end_old_sessions(connection, now_ms - rules.IDLE_MS)
        store.add_session(connection, _digest(token), row["id"], now_ms, source)
        _note(connection, row["name"], row["path"], "session.open", now_ms, source)
        return token

    def _check_lock(self, connection: Connection, name: str, now_ms: int) -> None:
        row = store.attempt(connection, _digest(name))
        if row is not None and row["locked_until_ms"] > now_ms:
            raise TooMany("LOCKED", retry_after_s=(row["locked_until_ms"] - now_ms + 999) // 1000)

    def _count_wrong(self, connection: Connection, name: str, now_ms: int, source: str) -> None:
        known = store.account(connection, name)  # what is typed as a name and is none may be a secret: it is not kept
        if known is not None:
            _note(connection, name, known["path"], "session.open", now_ms, source, "refused")
        row = store.attempt(connection, _digest(name))
        wrong, locks, until_ms = (
            (row["wrong"] + 1, row["locks"], row["locked_until_ms"]) if row is not None else (1, 0, 0)
        )
        if wrong >= rules.WRONG_BEFORE_LOCK:
            wrong, until_ms, locks = 0, now_ms + rules.lock_ms(locks), locks + 1
        store.note_attempt(connection, _digest(name), wrong, locks, until_ms, now_ms)

    def _hash(self, secret: str) -> str:
        with self._turn:
            return self._hasher.hash(secret)

    def _verify(self, hashed: str | None, secret: str) -> bool:
        try:
            return self._hasher.verify(hashed or self._nobody, secret) and hashed is not None
        except (VerificationError, InvalidHashError):
            return False


def _note(
    connection: Connection, name: str, path: str, act: str, now_ms: int, source: str, result: str = "done"
) -> None:
    audit.note(connection, at_ms=now_ms, actor=name, path=path, act=act, object=name, result=result, source=source)


def roles_of(text: str) -> frozenset[Role]:
    """Roles as the store keeps them."""
    return frozenset(Role(one) for one in text.split())


def _code_fits(row: RowMapping, code: str, now_ms: int) -> bool:
    if row["code_hash"] is None or row["code_until_ms"] is None or row["code_until_ms"] <= now_ms:
        return False
    return secrets.compare_digest(row["code_hash"], _digest(rules.plain_code(code)))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
