"""Rows with a sealed column, of every room: counted, or taken out where nothing opens them any more."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, Table, delete, func, select

from central.every_table import EVERY_TABLE
from central.keeping.sealed_columns import SealedColumn
from central.keeping.tables import data_key


def count_all(connection: Connection) -> dict[str, int]:
    """How many rows each table has, that of the data keys among them."""
    return {table.name: connection.execute(select(func.count()).select_from(table)).scalar_one() for table in _tables()}


def delete_all(connection: Connection) -> dict[str, int]:
    """The data keys go with what they sealed, so that the next start begins with a fresh master key."""
    return {table.name: connection.execute(delete(table)).rowcount for table in _tables()}


def _tables() -> Iterator[Table]:
    for table in EVERY_TABLE.sorted_tables:
        if table is data_key or any(isinstance(column.type, SealedColumn) for column in table.columns):
            yield table
