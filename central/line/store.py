"""Statements over enrolment codes and certificates."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from central import schema
from central.database import replace_row


def put_code(connection: Connection, hall: str, unit: str, code_hash: str, until_ms: int) -> None:
    """The one code of a hall that counts; a new one takes the place of the one before."""
    row = {"hall": hall, "unit": unit, "code_hash": code_hash, "until_ms": until_ms}
    connection.execute(replace_row(connection, schema.enrolment_code), row)


def code(connection: Connection, hall: str) -> RowMapping | None:
    table = schema.enrolment_code
    return connection.execute(select(table).where(table.c.hall == hall)).mappings().one_or_none()


def use_code(connection: Connection, hall: str) -> None:
    table = schema.enrolment_code
    connection.execute(delete(table).where(table.c.hall == hall))


def add_certificate(connection: Connection, **facts: Any) -> None:
    connection.execute(insert(schema.certificate).values(**facts))


def certificate(connection: Connection, serial: str) -> RowMapping | None:
    table = schema.certificate
    return connection.execute(select(table).where(table.c.serial == serial)).mappings().one_or_none()


def certificates(connection: Connection, hall: str) -> list[RowMapping]:
    """Of one hall, the newest first."""
    table = schema.certificate
    statement = select(table).where(table.c.hall == hall).order_by(table.c.issued_ms.desc(), table.c.serial)
    return list(connection.execute(statement).mappings())


def revoke(connection: Connection, hall: str, now_ms: int, serial: str | None = None) -> int:
    """Revoke one certificate of a hall, or all of them; how many that were."""
    table = schema.certificate
    statement = update(table).where(table.c.hall == hall, table.c.revoked_ms.is_(None))
    if serial is not None:
        statement = statement.where(table.c.serial == serial)
    return connection.execute(statement.values(revoked_ms=now_ms)).rowcount


def living_halls(connection: Connection, now_ms: int) -> list[str]:
    """Halls with a certificate that is neither revoked nor out of date."""
    table = schema.certificate
    good = table.c.revoked_ms.is_(None) & (table.c.not_after_ms > now_ms)
    return list(connection.execute(select(table.c.hall).where(good).distinct().order_by(table.c.hall)).scalars())


def revoked(connection: Connection, now_ms: int) -> list[RowMapping]:
    """Revoked certificates whose own life is not over yet."""
    table = schema.certificate
    wanted = table.c.revoked_ms.is_not(None) & (table.c.not_after_ms > now_ms)
    return list(connection.execute(select(table).where(wanted).order_by(table.c.serial)).mappings())
