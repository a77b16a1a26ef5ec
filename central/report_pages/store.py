"""Statements over who works at a unit's report."""

from __future__ import annotations

from sqlalchemy import Connection, select

from central import schema
from central.accounts.person import roles_of
from central.accounts.tables import account_lock


def people(connection: Connection, unit: str) -> dict[str, frozenset[str]]:
    """The accounts of a unit that are not locked, by name, with their roles."""
    table = schema.account
    statement = (
        select(table.c.name, table.c.roles)
        .outerjoin(account_lock, account_lock.c.account == table.c.id)
        .where(table.c.unit == unit, account_lock.c.account.is_(None))
        .order_by(table.c.name)
    )
    return {row.name: frozenset(role.value for role in roles_of(row.roles)) for row in connection.execute(statement)}
