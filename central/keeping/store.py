"""Statements over tables as the store has them, whichever program made them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from sqlalchemy import Connection, MetaData, Table, delete, func, inspect, select, text

_PAGE: Final = 500
_STEPS: Final = "alembic_version"
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,62}")
_PARTITIONS: Final = (
    "SELECT relname FROM pg_class JOIN pg_namespace ON relnamespace = pg_namespace.oid"
    " WHERE relispartition AND nspname = current_schema()"
)


def revision(connection: Connection) -> str:
    """The step that the store is at; empty for a store without any."""
    if _STEPS not in inspect(connection).get_table_names():
        return ""
    return str(connection.execute(text(f"SELECT version_num FROM {_STEPS}")).scalar() or "")  # noqa: S608


def is_empty(connection: Connection) -> bool:
    """Whether nobody has made anything in this store."""
    return not inspect(connection).get_table_names()


def tables_of(connection: Connection) -> list[Table]:
    """Every table with its columns as the engine has them; a partition is a piece of its table and none of its own."""
    partitions: set[str] = set()
    if connection.dialect.name == "postgresql":
        partitions = set(connection.execute(text(_PARTITIONS)).scalars())
    names = [name for name in inspect(connection).get_table_names() if name != _STEPS and name not in partitions]
    found = MetaData()
    found.reflect(connection, only=names, resolve_fks=False)
    return [table for table in found.sorted_tables if _NAME.fullmatch(table.name)]


def pages_of(connection: Connection, table: Table) -> Iterator[Sequence[Sequence[Any]]]:
    """All rows of a table, some at a time, never all of them in memory."""
    found = connection.execution_options(yield_per=_PAGE).execute(select(table))
    for page in found.partitions():
        yield [tuple(row) for row in page]


def clear(connection: Connection, tables: Iterable[Table]) -> None:
    """Take out what the steps put into an empty store."""
    for table in reversed(list(tables)):
        if connection.execute(select(func.count()).select_from(table)).scalar_one():
            connection.execute(delete(table))


def add_rows(connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """The engine's own quickest way in: nothing is made of the rows but what was stored. Raises its driver's errors."""
    raw: Any = connection.connection.dbapi_connection
    quote = connection.dialect.identifier_preparer.quote
    names = ", ".join(map(quote, columns))
    if connection.dialect.name == "postgresql":
        with raw.cursor() as cursor, cursor.copy(f"COPY {quote(table.name)} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    blanks = ", ".join("?" * len(columns))
    raw.executemany(f"INSERT INTO {quote(table.name)} ({names}) VALUES ({blanks})", rows)  # noqa: S608


def go_on_counting(connection: Connection, tables: Iterable[Table]) -> None:
    """Let the numbers that PostgreSQL gives begin behind those that were put in; SQLite looks by itself."""
    if connection.dialect.name != "postgresql":
        return
    for table in tables:
        for column in table.primary_key.columns:
            name = connection.execute(select(func.pg_get_serial_sequence(f'"{table.name}"', column.name))).scalar()
            if name is not None:
                newest = select(func.coalesce(func.max(column), 0)).scalar_subquery()
                connection.execute(select(func.setval(name, newest + 1, False)))
