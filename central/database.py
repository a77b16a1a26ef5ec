"""The store's door: one writing connection at a time, any number of readers; SQLite now, PostgreSQL through the same.

On SQLite: WAL and ``synchronous=FULL`` (a commit survives a pulled plug), ``BEGIN IMMEDIATE`` for whoever writes, so
that a read followed by a write cannot lose a race.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, event, func, insert, make_url, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from central import schema
from hall_config.outcome import Exit, Stop


class Database:
    """Central's store, with its tables made."""

    def __init__(self, url: str) -> None:
        self.url = _checked(url)
        self._turn = threading.Lock()
        self._engine = _engine(self.url)
        try:
            self._make_tables()
        except (SQLAlchemyError, OSError) as problem:
            self._engine.dispose()
            raise Stop(
                Exit.MISSING, "central.cli.DATABASE_OPEN", database=self.shown, reason=_reason(problem)
            ) from None

    @property
    def shown(self) -> str:
        """The address without its secret."""
        return self.url.render_as_string(hide_password=True)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction; committed when the block ends well."""
        with self._turn, self._engine.connect().execution_options(writes=True) as connection, connection.begin():
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A consistent look at what is committed."""
        with self._engine.connect() as connection:
            yield connection

    def alive(self) -> bool:
        """Whether the store answers."""
        try:
            with self.read() as connection:
                connection.execute(select(func.count()).select_from(schema.schema_version))
        except SQLAlchemyError:
            return False
        return True

    def close(self) -> None:
        self._engine.dispose()

    def _make_tables(self) -> None:
        if self.url.get_backend_name() == "sqlite" and self.url.database:
            Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
        with self.write() as connection:
            schema.tables.create_all(connection)
            found = connection.execute(select(func.max(schema.schema_version.c.version))).scalar()
            if found is None:
                connection.execute(insert(schema.schema_version).values(version=schema.VERSION))
        if found is not None and found > schema.VERSION:
            raise Stop(
                Exit.MISSING, "central.cli.DATABASE_NEWER", database=self.shown, found=found, ours=schema.VERSION
            )


def upsert(connection: Connection, table: Table) -> Any:
    """An insert that knows ``on_conflict_do_nothing`` and ``on_conflict_do_update`` on either engine."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def replace_row(connection: Connection, table: Table) -> Any:
    """Insert, or overwrite the row that has the same primary key."""
    statement = upsert(connection, table)
    keys = [column.name for column in table.primary_key]
    changed = {column.name: statement.excluded[column.name] for column in table.columns if column.name not in keys}
    return statement.on_conflict_do_update(index_elements=keys, set_=changed)


def _checked(url: str) -> URL:
    try:
        parsed = make_url(url)
        backend = parsed.get_backend_name()
    except (ArgumentError, SQLAlchemyError):
        backend = ""
    if backend not in ("sqlite", "postgresql"):
        raise Stop(Exit.WRONG_USE, "central.cli.DATABASE_ADDRESS")
    return parsed


def _engine(url: URL) -> Engine:
    try:
        if url.get_backend_name() != "sqlite":
            return create_engine(url, pool_pre_ping=True)
        engine = create_engine(url, connect_args={"check_same_thread": False, "timeout": 15}, pool_size=8)
    except ModuleNotFoundError as problem:
        engine_name = url.get_backend_name()
        raise Stop(Exit.MISSING, "central.cli.DATABASE_DRIVER", engine=engine_name, package=problem.name) from None
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the transaction is ours, see _begin_sqlite
    for setting in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=15000"):
        connection.execute(f"PRAGMA {setting}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _reason(problem: Exception) -> str:
    return str(getattr(problem, "orig", None) or problem).split("\n")[0]
