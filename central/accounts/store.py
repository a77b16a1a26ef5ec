"""Statements over accounts, sessions and wrong attempts."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from central import schema
from central.database import replace_row

_OLD_ATTEMPTS_MS = 7 * 24 * 3_600_000


def account(connection: Connection, name: str) -> RowMapping | None:
    """The account with the path of its unit."""
    table, place = schema.account, schema.unit
    statement = select(table, place.c.path).join(place, place.c.id == table.c.unit).where(table.c.name == name)
    return connection.execute(statement).mappings().one_or_none()


def accounts(connection: Connection, path: str = "", after: str = "", limit: int = 100_000) -> list[RowMapping]:
    """Accounts at or below a unit's path, by name."""
    table, place = schema.account, schema.unit
    statement = (
        select(table, place.c.path)
        .join(place, place.c.id == table.c.unit)
        .where(place.c.path.startswith(path), table.c.name > after)
    )
    return list(connection.execute(statement.order_by(table.c.name).limit(limit)).mappings())


def add_account(connection: Connection, name: str, now_ms: int, **facts: Any) -> None:
    connection.execute(insert(schema.account).values(name=name, made_ms=now_ms, changed_ms=now_ms, **facts))


def change_account(connection: Connection, key: int, now_ms: int, **facts: Any) -> None:
    table = schema.account
    connection.execute(update(table).where(table.c.id == key).values(changed_ms=now_ms, **facts))


def remove_account(connection: Connection, key: int) -> None:
    end_sessions(connection, key)
    connection.execute(delete(schema.account).where(schema.account.c.id == key))


def add_session(connection: Connection, token_hash: str, key: int, now_ms: int, source: str) -> None:
    connection.execute(
        insert(schema.session).values(
            token_hash=token_hash, account=key, made_ms=now_ms, seen_ms=now_ms, source=source[:60]
        )
    )


def sessions(connection: Connection, key: int) -> list[RowMapping]:
    """Of one account, the one that was used last first."""
    table = schema.session
    return list(
        connection.execute(select(table).where(table.c.account == key).order_by(table.c.seen_ms.desc())).mappings()
    )


def session(connection: Connection, token_hash: str) -> RowMapping | None:
    """The session with its account's name, roles and unit."""
    table, owner, place = schema.session, schema.account, schema.unit
    statement = (
        select(table, owner.c.name, owner.c.roles, owner.c.unit, place.c.path)
        .join(owner, owner.c.id == table.c.account)
        .join(place, place.c.id == owner.c.unit)
        .where(table.c.token_hash == token_hash)
    )
    return connection.execute(statement).mappings().one_or_none()


def touch_session(connection: Connection, token_hash: str, now_ms: int) -> None:
    table = schema.session
    connection.execute(update(table).where(table.c.token_hash == token_hash).values(seen_ms=now_ms))


def end_session(connection: Connection, token_hash: str) -> None:
    connection.execute(delete(schema.session).where(schema.session.c.token_hash == token_hash))


def end_sessions(connection: Connection, key: int) -> None:
    connection.execute(delete(schema.session).where(schema.session.c.account == key))


def end_old_sessions(connection: Connection, idle_since_ms: int) -> None:
    connection.execute(delete(schema.session).where(schema.session.c.seen_ms < idle_since_ms))


def attempt(connection: Connection, name_hash: str) -> RowMapping | None:
    table = schema.attempt
    return connection.execute(select(table).where(table.c.name_hash == name_hash)).mappings().one_or_none()


def note_attempt(connection: Connection, name_hash: str, wrong: int, locks: int, until_ms: int, now_ms: int) -> None:
    table = schema.attempt
    connection.execute(
        replace_row(connection, table),
        {"name_hash": name_hash, "wrong": wrong, "locks": locks, "locked_until_ms": until_ms, "last_ms": now_ms},
    )
    connection.execute(delete(table).where(table.c.last_ms < now_ms - _OLD_ATTEMPTS_MS))


def forget_attempts(connection: Connection, name_hash: str) -> None:
    connection.execute(delete(schema.attempt).where(schema.attempt.c.name_hash == name_hash))
