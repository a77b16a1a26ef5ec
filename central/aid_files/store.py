"""Statements over files of cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from central.aid.tables import aid_case, aid_file

_FACTS = [column for column in aid_file.c if column.name != "content"]


def add(connection: Connection, row: Mapping[str, Any]) -> None:
    connection.execute(insert(aid_file), dict(row))


def lock_case(connection: Connection, case: str) -> None:
    """Nobody else adds a file to this case until the transaction ends."""
    connection.execute(select(aid_case.c.id).where(aid_case.c.id == case).with_for_update())


def count(connection: Connection, case: str) -> int:
    return connection.execute(select(func.count()).select_from(aid_file).where(aid_file.c.case == case)).scalar_one()


def same(connection: Connection, case: str, sha256: str, kind: str, source: str) -> str | None:
    """A file of the case with the same content that came by the same way for the same purpose."""
    table = aid_file
    wanted = select(table.c.id).where(
        table.c.case == case, table.c.sha256 == sha256, table.c.kind == kind, table.c.source == source
    )
    return connection.execute(wanted.limit(1)).scalar_one_or_none()


def facts(connection: Connection, case: str) -> Sequence[RowMapping]:
    """The files of a case in the order in which they came, without their content."""
    wanted = select(*_FACTS).where(aid_file.c.case == case).order_by(aid_file.c.made_ms, aid_file.c.id)
    return connection.execute(wanted).mappings().all()


def one(connection: Connection, file: str) -> RowMapping | None:
    """With its content."""
    return connection.execute(select(aid_file).where(aid_file.c.id == file)).mappings().one_or_none()


def change(connection: Connection, file: str, **facts: Any) -> None:
    connection.execute(update(aid_file).where(aid_file.c.id == file).values(**facts))
