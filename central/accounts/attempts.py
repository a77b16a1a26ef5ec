"""Wrong attempts: counted by the hash of the name that was typed, whether such an account exists or not; locks grow."""

from __future__ import annotations

from sqlalchemy import Connection

from central.accounts import rules, store
from central.accounts.person import digest
from central.audit import store as audit
from central.failures import TooMany


def check_lock(connection: Connection, name: str, now_ms: int) -> None:
    """Raises `TooMany` while this name is locked."""
    row = store.attempt(connection, digest(name))
    if row is not None and row["locked_until_ms"] > now_ms:
        raise TooMany("LOCKED", retry_after_s=(row["locked_until_ms"] - now_ms + 999) // 1000)


def count_wrong(connection: Connection, name: str, now_ms: int, source: str) -> None:
    """One more wrong secret or code of this name."""
    known = store.account(connection, name)  # what is typed as a name and is none may be a secret: it is not kept
    if known is not None:
        note(connection, name, known["path"], "session.open", now_ms, source, "refused")
    row = store.attempt(connection, digest(name))
    wrong, locks, until_ms = (row["wrong"] + 1, row["locks"], row["locked_until_ms"]) if row is not None else (1, 0, 0)
    if wrong >= rules.WRONG_BEFORE_LOCK:
        wrong, until_ms, locks = 0, now_ms + rules.lock_ms(locks), locks + 1
    store.note_attempt(connection, digest(name), wrong, locks, until_ms, now_ms)


def note(
    connection: Connection, name: str, path: str, act: str, now_ms: int, source: str, result: str = "done"
) -> None:
    """A line of the audit about what somebody did with their own account."""
    audit.note(connection, at_ms=now_ms, actor=name, path=path, act=act, object=name, result=result, source=source)
