"""Statements over the audit. There is none that changes or takes out a line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, insert, select

from central import schema
from central.audit.chain import START, hash_of
from central.strict_json import write_json

_PAGE: Final = 1000


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
) -> None:
    """Write one line, in the transaction of what it tells of."""
    table = schema.audit
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


def lines(connection: Connection) -> Iterator[Mapping[str, Any]]:
    """All lines in their order, page by page."""
    table = schema.audit
    after = 0
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
    """Whether a line with this hash is there."""
    table = schema.audit
    return connection.execute(select(table.c.id).where(table.c.hash == noted)).first() is not None


def newest(connection: Connection, own_path: str, before_id: int | None, limit: int) -> list[RowMapping]:
    """Lines of whoever is at or below a path, the newest first."""
    table = schema.audit
    statement = select(table).where(table.c.path.startswith(own_path))
    if before_id is not None:
        statement = statement.where(table.c.id < before_id)
    return list(connection.execute(statement.order_by(table.c.id.desc()).limit(limit)).mappings())
