"""Statements over what lists bring in and give out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, insert, select, tuple_, update

from central import schema
from central.database import replace_row
from central.imports.register import Register, Who
from central.imports.rules import KnownUnit
from central.imports.tables import lawyer_entry, window_entry
from central.lawyers import store as lawyers_store
from central.units.rules import Level
from central.units.store import below


def known_units(connection: Connection) -> dict[str, KnownUnit]:
    """All units, by their ids."""
    table = schema.unit
    return {
        row["id"]: KnownUnit(
            row["path"],
            row["parent"],
            Level(row["level"]),
            row["name_zh"],
            row["name_en"],
            row["closed_ms"] is not None,
        )
        for row in connection.execute(select(table)).mappings()
    }


def add_units(connection: Connection, rows: list[dict[str, Any]], now_ms: int) -> None:
    if rows:
        connection.execute(insert(schema.unit), [{**row, "made_ms": now_ms} for row in rows])


def rename_units(connection: Connection, rows: list[dict[str, Any]]) -> None:
    table = schema.unit
    statement = (
        update(table).where(table.c.id == bindparam("the_id")).values(name_zh=bindparam("zh"), name_en=bindparam("en"))
    )
    if rows:
        changes = [{"the_id": row["id"], "zh": row["name_zh"], "en": row["name_en"]} for row in rows]
        connection.execute(statement, changes)


def known_accounts(connection: Connection) -> dict[str, dict[str, Any]]:
    """Name, roles and unit of all accounts."""
    table = schema.account
    wanted = select(table.c.name, table.c.roles, table.c.unit)
    return {row["name"]: dict(row) for row in connection.execute(wanted).mappings()}


def seen_halls(connection: Connection, own_path: str) -> frozenset[str]:
    return frozenset(connection.execute(select(schema.hall.c.id).where(below(own_path))).scalars())


def known_windows(connection: Connection, own_path: str) -> dict[tuple[str, int], dict[str, Any]]:
    return {(row["hall"], row["number"]): dict(row) for row in _windows(connection, own_path)}


def windows(
    connection: Connection, own_path: str, after: tuple[str, int], limit: int, hall: str | None = None
) -> list[RowMapping]:
    """Of halls at or below a path, by hall and number."""
    return _windows(connection, own_path, after, limit, hall)


def put_windows(connection: Connection, rows: Iterable[Mapping[str, Any]], now_ms: int) -> None:
    statement = replace_row(connection, window_entry)
    for row in rows:
        connection.execute(statement, {**row, "changed_ms": now_ms})


def known_lawyers(connection: Connection, register: Register) -> dict[str, dict[str, Any]]:
    """All lawyers by their marks, opened, with what they can do."""
    found = {}
    for row in lawyers_store.lawyers(connection, ""):
        who = register.open(row["sealed"], row["mark"])
        found[row["mark"]] = {**row, "licence": who.licence, "lawyer": who.name}
    return found


def put_lawyers(connection: Connection, register: Register, rows: Iterable[Mapping[str, Any]], now_ms: int) -> None:
    statement = replace_row(connection, lawyer_entry)
    for row in rows:
        facts = {name: row[name] for name in ("mark", "firm", "firm_code", "state", "unit")}
        sealed = register.seal(Who(row["licence"], row["lawyer"]), row["mark"], row["unit"])
        connection.execute(statement, {**facts, "sealed": sealed, "changed_ms": now_ms})


def _windows(
    connection: Connection,
    own_path: str,
    after: tuple[str, int] = ("", 0),
    limit: int | None = None,
    hall: str | None = None,
) -> list[RowMapping]:
    table = window_entry
    mine = table.c.hall.in_(select(schema.hall.c.id).where(below(own_path)))
    statement = select(table).where(mine, tuple_(table.c.hall, table.c.number) > tuple_(*after))
    if hall is not None:
        statement = statement.where(table.c.hall == hall)
    return list(connection.execute(statement.order_by(table.c.hall, table.c.number).limit(limit)).mappings())
