"""Statements over the audit. There is none that changes or takes out a line; the one that cuts: ``cutting.py``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, func, insert, select

from central import schema
from central.audit.chain import START, hash_of
from central.audit.tables import audit_anchor
from central.strict_json import write_json

_PAGE: Final = 1000
_TURN: Final = 0x1E6A16  # one writer of the audit at a time, also where a command runs beside central


def note(
    connection: Connection,
    *,
    at_ms: int,
    actor: str,
    path: str,
    act: str,
    object: str,
    result: str = "done",
    source: str = "",
    detail: Mapping[str, Any] | None = None,
) -> int:
    """Write one line, in the transaction of what it tells of; lines of several programs come one after the other.

    Its number.
    """
    table = schema.audit
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_TURN)))
    last = connection.execute(select(table.c.id, table.c.hash).order_by(table.c.id.desc()).limit(1)).one_or_none()
    before = last.hash if last is not None else START
    line = {
        "id": last.id + 1 if last is not None else 1,
        "at_ms": at_ms,
        "actor": actor,
        "path": path,
        "act": act,
        "object": object[:200],
        "result": result,
        "source": source[:60],
        "detail": write_json(dict(detail or {})),
    }
    connection.execute(insert(table).values(**line, before=before, hash=hash_of(before, line)))
    return int(line["id"])


def lines(connection: Connection, after: int = 0) -> Iterator[Mapping[str, Any]]:
    """All lines behind ``after`` in their order, page by page."""
    table = schema.audit
    while True:
        page = (
            connection.execute(select(table).where(table.c.id > after).order_by(table.c.id).limit(_PAGE))
            .mappings()
            .all()
        )
        yield from map(dict, page)
        if len(page) < _PAGE:
            return
        after = page[-1]["id"]


def has_hash(connection: Connection, noted: str) -> bool:
    """Whether a line with this hash is there, or was the last of those that were cut."""
    places = (select(table.c.hash).where(table.c.hash == noted) for table in (schema.audit, audit_anchor))
    return any(connection.execute(one).first() is not None for one in places)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines are asked for: None asks for all. ``object`` may be a part of it; ``until_ms`` is not included."""

    actor: str | None = None
    act: str | None = None
    object: str | None = None
    result: str | None = None
    from_ms: int | None = None
    until_ms: int | None = None


def newest(
    connection: Connection, own_path: str, before_id: int | None, limit: int, wanted: Wanted = Wanted()
) -> list[RowMapping]:
    """Lines of whoever is at or below a path, the newest first."""
    table = schema.audit
    statement = select(table).where(table.c.path.startswith(own_path))
    for name in ("actor", "act", "result"):
        if (value := getattr(wanted, name)) is not None:
            statement = statement.where(table.c[name] == value)
    if wanted.object is not None:
        statement = statement.where(table.c.object.contains(wanted.object, autoescape=True))
    if wanted.from_ms is not None:
        statement = statement.where(table.c.at_ms >= wanted.from_ms)
    if wanted.until_ms is not None:
        statement = statement.where(table.c.at_ms < wanted.until_ms)
    if before_id is not None:
        statement = statement.where(table.c.id < before_id)
    return list(connection.execute(statement.order_by(table.c.id.desc()).limit(limit)).mappings())
