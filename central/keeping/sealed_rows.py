"""Rows with a sealed column, of every room: counted, or taken out where nothing opens them any more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import Connection, Table, bindparam, delete, func, select, text

from central.every_table import EVERY_TABLE
from central.keeping.sealed_columns import SealedColumn
from central.keeping.tables import data_key


def count_all(connection: Connection) -> dict[str, int]:
    """How many rows each table has, that of the data keys among them."""
    return {table.name: connection.execute(select(func.count()).select_from(table)).scalar_one() for table in _tables()}


def delete_all(connection: Connection) -> dict[str, int]:
    """The data keys go with what they sealed, so that the next start begins with a fresh master key."""
    found = list(_tables())
    with _unguarded(connection, found):
        return {table.name: connection.execute(delete(table)).rowcount for table in found}


@contextmanager
def _unguarded(connection: Connection, tables: Sequence[Table]) -> Iterator[None]:
    """Without the triggers that let nobody take a step or a document out: what nobody can read any more is no history.

    In the caller's transaction, so that they are there again whatever becomes of it.
    """
    if connection.dialect.name == "postgresql":
        for table in tables:
            connection.execute(text(f'ALTER TABLE "{table.name}" DISABLE TRIGGER USER'))
        yield
        for table in tables:
            connection.execute(text(f'ALTER TABLE "{table.name}" ENABLE TRIGGER USER'))
        return
    names = [table.name for table in tables]
    wanted = text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN :names")
    kept = connection.execute(wanted.bindparams(bindparam("names", names, expanding=True))).all()
    for one in kept:
        connection.execute(text(f'DROP TRIGGER "{one.name}"'))
    yield
    for one in kept:
        connection.exec_driver_sql(one.sql)


def _tables() -> Iterator[Table]:
    for table in EVERY_TABLE.sorted_tables:
        if table is data_key or any(isinstance(column.type, SealedColumn) for column in table.columns):
            yield table
