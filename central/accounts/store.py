"""Statements over accounts, sessions and wrong attempts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, delete, insert, select, update

from central import schema
from central.accounts import factors
from central.accounts.tables import account_lock, directory_login, emergency, second_factor
from central.accounts.tables import attempt as attempts
from central.database import replace_row

_OLD_ATTEMPTS_MS = 7 * 24 * 3_600_000
_LOCK = (account_lock.c.locked_ms, account_lock.c.locked_by, account_lock.c.reason.label("lock_reason"))


def _accounts() -> Select[Any]:
    table, place = schema.account, schema.unit
    return (
        select(table, place.c.path, second_factor.c.set_ms.label("factor_ms"), *_LOCK)
        .join(place, place.c.id == table.c.unit)
        .outerjoin(second_factor, second_factor.c.account == table.c.id)
        .outerjoin(account_lock, account_lock.c.account == table.c.id)
    )


def account(connection: Connection, name: str) -> RowMapping | None:
    """The account with the path of its unit, since when it has a second factor, and who has locked it why."""
    return connection.execute(_accounts().where(schema.account.c.name == name)).mappings().one_or_none()


def accounts(connection: Connection, path: str = "", after: str = "", limit: int = 100_000) -> list[RowMapping]:
    """Accounts at or below a unit's path, by name."""
    table, place = schema.account, schema.unit
    statement = _accounts().where(place.c.path.startswith(path), table.c.name > after)
    return list(connection.execute(statement.order_by(table.c.name).limit(limit)).mappings())


def add_account(connection: Connection, name: str, now_ms: int, **facts: Any) -> None:
    connection.execute(insert(schema.account).values(name=name, made_ms=now_ms, changed_ms=now_ms, **facts))


def change_account(connection: Connection, key: int, now_ms: int, **facts: Any) -> None:
    table = schema.account
    connection.execute(update(table).where(table.c.id == key).values(changed_ms=now_ms, **facts))


def remove_account(connection: Connection, key: int) -> None:
    end_sessions(connection, key)
    factors.forget(connection, key)
    for table in (emergency, directory_login, account_lock):
        connection.execute(delete(table).where(table.c.account == key))
    connection.execute(delete(schema.account).where(schema.account.c.id == key))


def add_session(
    connection: Connection, token_hash: str, key: int, now_ms: int, source: str, **facts: int | bool | None
) -> None:
    """``facts``: ``factor``, ``ends_ms``."""
    row = {"token_hash": token_hash, "account": key, "made_ms": now_ms, "seen_ms": now_ms, "source": source[:60]}
    connection.execute(insert(schema.session).values(**row, **facts))


def _sessions() -> Select[Any]:
    """Sessions with their account's name, roles, unit, second factor, emergency and lock."""
    table, owner, place = schema.session, schema.account, schema.unit
    facts = (owner.c[name] for name in ("name", "roles", "unit", "waived", "secret_ms"))
    return (
        select(table, *facts, place.c.path, second_factor.c.set_ms.label("factor_ms"), emergency.c.opened_ms, *_LOCK)
        .join(owner, owner.c.id == table.c.account)
        .join(place, place.c.id == owner.c.unit)
        .outerjoin(second_factor, second_factor.c.account == owner.c.id)
        .outerjoin(emergency, emergency.c.account == owner.c.id)
        .outerjoin(account_lock, account_lock.c.account == owner.c.id)
    )


def sessions(connection: Connection, key: int) -> list[RowMapping]:
    """Of one account, the one that was used last first."""
    table = schema.session
    statement = _sessions().where(table.c.account == key).order_by(table.c.seen_ms.desc())
    return list(connection.execute(statement).mappings())


def session(connection: Connection, token_hash: str) -> RowMapping | None:
    """One session."""
    return connection.execute(_sessions().where(schema.session.c.token_hash == token_hash)).mappings().one_or_none()


def touch_session(connection: Connection, token_hash: str, now_ms: int) -> None:
    table = schema.session
    connection.execute(update(table).where(table.c.token_hash == token_hash).values(seen_ms=now_ms))


def end_session(connection: Connection, token_hash: str) -> None:
    connection.execute(delete(schema.session).where(schema.session.c.token_hash == token_hash))


def change_session(connection: Connection, token_hash: str, **facts: Any) -> None:
    table = schema.session
    connection.execute(update(table).where(table.c.token_hash == token_hash).values(**facts))


def end_sessions(connection: Connection, key: int, but: str = "") -> None:
    """All of an account, or all but the one that this is done in."""
    table = schema.session
    connection.execute(delete(table).where(table.c.account == key, table.c.token_hash != but))


def end_old_sessions(connection: Connection, idle_since_ms: int) -> None:
    connection.execute(delete(schema.session).where(schema.session.c.seen_ms < idle_since_ms))


def attempt(connection: Connection, name_hash: str) -> RowMapping | None:
    table = attempts
    return connection.execute(select(table).where(table.c.name_hash == name_hash)).mappings().one_or_none()


def note_attempt(connection: Connection, name_hash: str, wrong: int, locks: int, until_ms: int, now_ms: int) -> None:
    table = attempts
    connection.execute(
        replace_row(connection, table),
        {"name_hash": name_hash, "wrong": wrong, "locks": locks, "locked_until_ms": until_ms, "last_ms": now_ms},
    )
    connection.execute(delete(table).where(table.c.last_ms < now_ms - _OLD_ATTEMPTS_MS))


def locks_out(connection: Connection, name_hashes: Iterable[str], now_ms: int) -> dict[str, int]:
    """Of these names the ones that wrong attempts have locked out, and until when."""
    table = attempts
    wanted = select(table.c.name_hash, table.c.locked_until_ms).where(
        table.c.name_hash.in_(name_hashes), table.c.locked_until_ms > now_ms
    )
    return {row.name_hash: row.locked_until_ms for row in connection.execute(wanted)}


def forget_attempts(connection: Connection, name_hash: str) -> None:
    connection.execute(delete(attempts).where(attempts.c.name_hash == name_hash))


def lock(connection: Connection, key: int, now_ms: int, by: str, reason: str) -> None:
    """Nobody comes in by this account from now on, and who is in goes out."""
    row = {"account": key, "locked_ms": now_ms, "locked_by": by, "reason": reason}
    connection.execute(replace_row(connection, account_lock), row)
    end_sessions(connection, key)


def unlock(connection: Connection, key: int) -> bool:
    """Take a lock back; False when there is none."""
    return connection.execute(delete(account_lock).where(account_lock.c.account == key)).rowcount == 1


# --- emergency accounts, and whom a directory knows -------------------------------------------------------


def sealed_emergency(connection: Connection, key: int) -> RowMapping | None:
    """The seal of an emergency account, opened or not."""
    return connection.execute(select(emergency).where(emergency.c.account == key)).mappings().one_or_none()


def seal_emergency(connection: Connection, key: int, now_ms: int, until_ms: int) -> None:
    row = {"account": key, "sealed_ms": now_ms, "until_ms": until_ms, "opened_ms": None}
    connection.execute(replace_row(connection, emergency), row)


def open_emergency(connection: Connection, key: int, now_ms: int) -> None:
    connection.execute(update(emergency).where(emergency.c.account == key).values(opened_ms=now_ms))


def unseal(connection: Connection, key: int) -> None:
    """Make an emergency account one like all others."""
    connection.execute(delete(emergency).where(emergency.c.account == key))


def emergencies_since(connection: Connection, since_ms: int) -> list[RowMapping]:
    """Emergency accounts that were opened since then, with name and path."""
    owner, place = schema.account, schema.unit
    statement = (
        select(emergency.c.opened_ms, owner.c.name, place.c.path)
        .join(owner, owner.c.id == emergency.c.account)
        .join(place, place.c.id == owner.c.unit)
        .where(emergency.c.opened_ms >= since_ms)
    )
    return list(connection.execute(statement.order_by(emergency.c.opened_ms)).mappings())


def account_of_subject(connection: Connection, issuer: str, subject: str) -> RowMapping | None:
    """The account that an entry of a directory belongs to."""
    table = directory_login
    theirs = _accounts().join(table, table.c.account == schema.account.c.id)
    statement = theirs.where(table.c.issuer == issuer, table.c.subject == subject)
    return connection.execute(statement).mappings().one_or_none()


def link_subject(connection: Connection, key: int, issuer: str, subject: str) -> None:
    row = {"account": key, "issuer": issuer, "subject": subject}
    connection.execute(replace_row(connection, directory_login), row)


def unlink_subject(connection: Connection, key: int) -> bool:
    return connection.execute(delete(directory_login).where(directory_login.c.account == key)).rowcount == 1
