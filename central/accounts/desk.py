"""Signing in, activating, changing a secret; making and removing accounts.

Nobody learns from an answer or from its time whether a name exists: a wrong name is hashed against and counted like a
wrong secret. Counting and checking are apart, so that the slow hash holds no transaction open. What stands in the way
of somebody whose secret is right (no code, a wrong code, an account long unused) is told only then.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

import structlog
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, RowMapping

from central.accounts import factors, listing, rules, store
from central.accounts.attempts import check_lock, count_wrong, note
from central.accounts.entry import Entry, entry, person_of
from central.accounts.factors import SecondFactors
from central.accounts.permissions import Role, check_roles
from central.accounts.person import NewAccount, Person, digest, roles_of
from central.accounts.sealing import Seal
from central.accounts.settings import AccountSettings
from central.accounts.turns import Turns
from central.audit import store as audit
from central.database import Database
from central.failures import NotSignedIn, RefusedByRule
from central.units import store as units
from central.units.rules import ROOT

if TYPE_CHECKING:
    from central.accounts.directory import DirectoryAsker

__all__ = ["AccountDesk", "Person", "roles_of"]
log = structlog.get_logger()
_TOUCH_MS: Final = 60_000
_ACTS: Final = {  # what the audit calls a session that did not begin with a secret
    Entry.IN_BY_EMERGENCY: "emergency.open",
    Entry.IN_BY_DIRECTORY: "session.open_by_directory",
    Entry.IN_BY_STRONG_DIRECTORY: "session.open_by_directory",
}


class AccountDesk:
    """Everything about accounts that needs the store and the hash."""

    def __init__(
        self,
        database: Database,
        hasher: PasswordHasher | None = None,
        settings: AccountSettings | None = None,
        seal: Seal | None = None,
    ) -> None:
        """``seal`` keeps second factors; one that is made up here serves as long as this process does."""
        self._database = database
        self._hasher = hasher or PasswordHasher()
        self.settings = settings or AccountSettings()
        own_seal = seal or Seal(secrets.token_bytes(32))
        self.factors = SecondFactors(own_seal)
        self.directory: DirectoryAsker | None = None
        if self.settings.directory:
            from central.accounts.directory import DirectoryAsker  # heavy, and most do without it

            self.directory = DirectoryAsker(self.settings.directory, own_seal)
        self._turn = Turns()
        self._nobody = self._hash(secrets.token_urlsafe(24))

    # --- people -------------------------------------------------------------------------------------------

    def sign_in(self, name: str, secret: str, now_ms: int, source: str = "", code: str | None = None) -> str:
        """A new session's token; raises `NotSignedIn` or `TooMany`, the same for a name that does not exist."""
        with self._turn:  # counted before the next guess is looked at, so that guessing in parallel gains nothing
            with self._database.read() as connection:
                check_lock(connection, name, now_ms)
                row = store.account(connection, name)
            right = self._verify(row["secret_hash"] if row else None, secret)
            with self._database.write() as connection:
                row = store.account(connection, name) if right else None
                found = (
                    entry(connection, self.factors, row, code, now_ms, self.settings.unused_ms)
                    if row is not None
                    else Entry.WRONG_SECRET
                )
                if row is not None and found in (Entry.IN, Entry.IN_WITH_CODE, Entry.IN_BY_EMERGENCY):
                    return self.open_session(connection, row, now_ms, source, found)
                if found in (Entry.WRONG_SECRET, Entry.WRONG_CODE):
                    count_wrong(connection, name, now_ms, source)
        raise NotSignedIn(found.value, "code" if found in (Entry.NO_CODE, Entry.WRONG_CODE) else None)

    def activate(self, name: str, code: str, secret: str, now_ms: int, source: str = "") -> str:
        """Use the one-time code and choose a secret; a new session's token."""
        with self._database.read() as connection:
            check_lock(connection, name, now_ms)
        rules.check_secret(name, secret)
        hashed = self._hash(secret)
        with self._database.write() as connection:
            row = store.account(connection, name)
            fits = row is not None and _code_fits(row, code, now_ms)
            if row is not None and fits and row["locked_ms"] is None:
                fresh = {"secret_hash": hashed, "secret_ms": now_ms, "code_hash": None, "code_until_ms": None}
                store.change_account(connection, row["id"], now_ms, **fresh)
                return self.open_session(connection, row, now_ms, source, Entry.IN)
            if not fits:
                count_wrong(connection, name, now_ms, source)
        raise NotSignedIn(Entry.LOCKED.value if fits else "WRONG_CODE")

    def change_secret(self, person: Person, old: str, new: str, now_ms: int, source: str = "") -> None:
        """Choose another secret; every other session of the person ends."""
        with self._turn:
            with self._database.read() as connection:
                check_lock(connection, person.name, now_ms)
                row = store.account(connection, person.name)
            if row is None or not self._verify(row["secret_hash"], old):
                with self._database.write() as connection:
                    count_wrong(connection, person.name, now_ms, source)
                raise RefusedByRule("WRONG_OLD_SECRET", "secret")
        rules.check_secret(person.name, new, "new_secret")
        if secrets.compare_digest(old.encode(), new.encode()):
            raise RefusedByRule("SAME_SECRET", "new_secret")
        hashed = self._hash(new)
        with self._database.write() as connection:
            store.change_account(connection, row["id"], now_ms, secret_hash=hashed, secret_ms=now_ms)
            store.end_sessions(connection, row["id"], but=person.token_hash)
            note(connection, person.name, person.path, "secret.change", now_ms, source)

    def who(self, token: str, now_ms: int, *, keeps_alive: bool = True) -> Person | None:
        """The person of a token whose session lives; using it keeps it alive, unless it is only looked at."""
        token_hash = digest(token)
        with self._database.read() as connection:
            row = store.session(connection, token_hash)
        person = person_of(row, now_ms, self.settings) if row is not None else None
        if row is None or person is None:
            return None
        if keeps_alive and now_ms - row["seen_ms"] >= _TOUCH_MS:
            with self._database.write() as connection:
                store.touch_session(connection, token_hash, now_ms)
        return person

    def sign_out(self, token: str) -> None:
        """End the session of this token, if there is one."""
        with self._database.write() as connection:
            store.end_session(connection, digest(token))

    def open_session(self, connection: Connection, row: RowMapping, now_ms: int, source: str, how: Entry) -> str:
        """A session of somebody who has proved who they are, in the caller's transaction; its token."""
        token, ends_ms = secrets.token_urlsafe(32), None
        store.end_old_sessions(connection, now_ms - rules.IDLE_MS)
        store.forget_attempts(connection, digest(row["name"]))
        if how is Entry.IN_BY_EMERGENCY:
            ends_ms = now_ms + rules.EMERGENCY_MS
            store.change_account(connection, row["id"], now_ms, secret_hash=None)  # it opens once
            store.open_emergency(connection, row["id"], now_ms)
            log.error("account.emergency_opened", account=row["name"], roles=row["roles"], source=source)
        store.change_account(connection, row["id"], row["changed_ms"], used_ms=now_ms)
        given = how in (Entry.IN_WITH_CODE, Entry.IN_BY_STRONG_DIRECTORY)
        store.add_session(connection, digest(token), row["id"], now_ms, source, factor=given, ends_ms=ends_ms)
        note(connection, row["name"], row["path"], _ACTS.get(how, "session.open"), now_ms, source)
        return token

    # --- accounts -----------------------------------------------------------------------------------------

    def add(
        self, name: str, roles: Iterable[Role], now_ms: int, secret: str | None = None, unit: str = ROOT, by: str = ""
    ) -> str | None:
        """Make an account; gives its one-time code, or None when a secret was set at once: that is a program's.

        ``by``: who is written down for it in the audit.
        """
        return self.add_all([NewAccount(name, frozenset(roles), secret, unit)], now_ms, by)[0]

    def add_all(
        self, wished: Sequence[NewAccount], now_ms: int, by: str = "", *, anew: bool = False
    ) -> list[str | None]:
        """All of these accounts or none; each one's code. ``anew``: one that has the name already goes first."""
        codes = [rules.new_code() if one.secret is None else None for one in wished]
        facts = [self._first(one, code, now_ms) for one, code in zip(wished, codes, strict=True)]
        with self._database.write() as connection:
            for one, first in zip(wished, facts, strict=True):
                if anew:
                    _remove(connection, one.name, now_ms, by)
                self._write_account(connection, one.name, one.roles, now_ms, one.unit, **first)
                _note_by(connection, by, "account.add", one.name, now_ms)
        return codes

    def _first(self, one: NewAccount, code: str | None, now_ms: int) -> dict[str, object]:
        if one.secret is None:
            return _waiting(code or "", now_ms)
        rules.check_name(one.name)
        rules.check_secret(one.name, one.secret)
        return {"secret_hash": self._hash(one.secret), "secret_ms": now_ms, "waived": True}

    def write_account(
        self, connection: Connection, name: str, roles: frozenset[Role], now_ms: int, unit: str, code: str
    ) -> None:
        """An account that waits for its one-time code, in the caller's transaction."""
        self._write_account(connection, name, roles, now_ms, unit, **_waiting(code, now_ms))

    def _write_account(
        self, connection: Connection, name: str, roles: frozenset[Role], now_ms: int, unit: str, **facts: object
    ) -> None:
        rules.check_name(name)
        check_roles(roles)
        if store.account(connection, name) is not None:
            raise RefusedByRule("NAME_TAKEN", "name")
        units.require_unit(connection, unit, "")
        store.add_account(connection, name, now_ms, roles=" ".join(sorted(roles)), unit=unit, used_ms=now_ms, **facts)

    def renew_code(self, name: str, now_ms: int, by: str = "") -> str | None:
        """A new one-time code for somebody who lost code or secret; None when there is no such account."""
        code = rules.new_code()
        with self._database.write() as connection:
            row = store.account(connection, name)
            if row is None:
                return None
            self.write_code(connection, row, code, now_ms)
            _note_by(connection, by, "account.code", name, now_ms)
        return code

    def write_code(self, connection: Connection, row: RowMapping, code: str, now_ms: int) -> None:
        """Let only this code in from now on, in the caller's transaction. What was waived is no longer."""
        facts = {"secret_hash": None, "used_ms": now_ms, "waived": False, **_waiting(code, now_ms)}
        store.change_account(connection, row["id"], now_ms, **facts)
        store.end_sessions(connection, row["id"])
        store.unseal(connection, row["id"])
        store.forget_attempts(connection, digest(row["name"]))

    def seal_emergency(self, name: str, role: Role, now_ms: int, until_ms: int, by: str) -> str:
        """A sealed account for the day when nobody else gets in, new or sealed anew; its secret, told this once."""
        secret = rules.new_code()
        hashed = self._hash(secret)
        with self._database.write() as connection:
            row = store.account(connection, name)
            if row is None:
                self._write_account(connection, name, frozenset([role]), now_ms, ROOT)
                row = store.account(connection, name)
            elif store.sealed_emergency(connection, row["id"]) is None:
                raise RefusedByRule("NAME_TAKEN", "name")
            assert row is not None
            factors.forget(connection, row["id"])
            store.unlock(connection, row["id"])
            facts = {"secret_hash": hashed, "roles": role.value, "used_ms": now_ms, "code_hash": None}
            store.change_account(connection, row["id"], now_ms, **facts)
            store.end_sessions(connection, row["id"])
            store.seal_emergency(connection, row["id"], now_ms, until_ms)
            _note_by(connection, by, "emergency.seal", name, now_ms)
        return secret

    def remove(self, name: str, now_ms: int = 0, by: str = "") -> bool:
        """Remove an account and end its sessions; False when there is none."""
        with self._database.write() as connection:
            return _remove(connection, name, now_ms, by)

    def everybody(self, now_ms: int) -> list[dict[str, Any]]:
        with self._database.read() as connection:
            return listing.everybody(connection, now_ms)

    # --- inside -------------------------------------------------------------------------------------------

    def _hash(self, secret: str) -> str:
        with self._turn:
            return self._hasher.hash(secret)

    def _verify(self, hashed: str | None, secret: str) -> bool:
        try:
            return self._hasher.verify(hashed or self._nobody, secret) and hashed is not None
        except (VerificationError, InvalidHashError):
            return False


def _note_by(connection: Connection, by: str, act: str, name: str, now_ms: int) -> None:
    if by:
        audit.note(connection, at_ms=now_ms, actor=by, path=f"{ROOT}/", act=act, object=name)


def _remove(connection: Connection, name: str, now_ms: int, by: str) -> bool:
    row = store.account(connection, name)
    if row is not None:
        store.remove_account(connection, row["id"])
        _note_by(connection, by, "account.remove", name, now_ms)
    return row is not None


def _waiting(code: str, now_ms: int) -> dict[str, object]:
    """An account that this one-time code opens."""
    return {"code_hash": digest(rules.plain_code(code)), "code_until_ms": now_ms + rules.CODE_LIFE_MS}


def _code_fits(row: RowMapping, code: str, now_ms: int) -> bool:
    if row["code_hash"] is None or row["code_until_ms"] is None or row["code_until_ms"] <= now_ms:
        return False
    return secrets.compare_digest(row["code_hash"], digest(rules.plain_code(code)))
