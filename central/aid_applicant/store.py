"""Statements over applicants' sessions."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from central.aid_applicant.tables import aid_applicant_session


def add(connection: Connection, **facts: Any) -> None:
    connection.execute(insert(aid_applicant_session).values(**facts))


def session(connection: Connection, token_hash: str) -> RowMapping | None:
    table = aid_applicant_session
    return connection.execute(select(table).where(table.c.token_hash == token_hash)).mappings().one_or_none()


def of_case(connection: Connection, case: str) -> list[str]:
    """Token hashes of a case, the one seen longest ago first."""
    table = aid_applicant_session
    wanted = select(table.c.token_hash).where(table.c.case == case).order_by(table.c.seen_ms)
    return list(connection.execute(wanted).scalars())


def touch(connection: Connection, token_hash: str, now_ms: int) -> None:
    table = aid_applicant_session
    connection.execute(update(table).where(table.c.token_hash == token_hash).values(seen_ms=now_ms))


def end(connection: Connection, token_hash: str) -> None:
    table = aid_applicant_session
    connection.execute(delete(table).where(table.c.token_hash == token_hash))


def end_old(connection: Connection, seen_before_ms: int, made_before_ms: int) -> None:
    """Take out what nobody may use any more."""
    table = aid_applicant_session
    old = (table.c.seen_ms < seen_before_ms) | (table.c.made_ms < made_before_ms)
    connection.execute(delete(table).where(old))


def end_all(connection: Connection, case: str) -> None:
    """Whoever came in by the code of before is out."""
    connection.execute(delete(aid_applicant_session).where(aid_applicant_session.c.case == case))
