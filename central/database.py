"""The store's door: one writing connection at a time, any number of readers; SQLite or PostgreSQL, the same statements.

On SQLite: WAL and ``synchronous=FULL`` (a commit survives a pulled plug), ``BEGIN IMMEDIATE`` for whoever writes, so
that a read followed by a write cannot lose a race. On PostgreSQL: readers see one moment (``REPEATABLE READ``), and the
central that serves holds an advisory lock, so that no second one on another machine writes into the same store.
"""

from __future__ import annotations

import json
import os
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, Table, create_engine, event, func, make_url, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, OperationalError, SQLAlchemyError

from central import schema
from central.migrations import NewerStore, bring_up_to_date
from hall_config.outcome import Exit, Stop

_LOCK: Final = 0x1E6A15  # one number for all centrals, agreed on by nobody else
_HOLDER: Final = (
    "SELECT coalesce(host(client_addr), 'local') || ' ' || coalesce(application_name, '') FROM pg_locks JOIN"
    " pg_stat_activity USING (pid) WHERE locktype = 'advisory' AND objid = :lock AND granted"
)


class HeldElsewhere(Exception):
    """Another central serves this store."""

    def __init__(self, holder: str) -> None:
        super().__init__(f"the store is held by {holder}")
        self.holder = holder


def must_exist(url: str) -> None:
    """An address that is mistyped must not become an empty store that is then found in order."""
    file = url.removeprefix("sqlite:///") if url.startswith("sqlite:///") else None
    if file is not None and not Path(file).is_file():
        raise Stop(Exit.MISSING, "central.keeping.NO_STORE", database=url)


class Database:
    """Central's store, brought up to date, or ``prepare``d in another way by whoever copies or fills it as it is."""

    def __init__(self, url: str, prepare: Callable[[Connection], None] = bring_up_to_date) -> None:
        self.url = _checked(url)
        self._turn = threading.Lock()
        self._engine = _engine(self.url)
        self._postgresql = self.url.get_backend_name() == "postgresql"
        self._alone: Connection | None = None
        self._holds = False
        try:
            self._make_tables(prepare)
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
        """One transaction; committed when the block ends well. `HeldElsewhere` when another central has the store."""
        with self._turn:
            if self._holds:
                self._stay_alone()
            with self._engine.connect().execution_options(writes=True) as connection, connection.begin():
                yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A consistent look at what is committed."""
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True} if self._postgresql else {}
        with self._engine.connect().execution_options(**options) as connection:
            yield connection

    def hold(self) -> None:
        """Be the one central that serves this store, until it is closed; `Stop` when another one does."""
        if not self._postgresql:
            return  # the data folder is held instead
        try:
            with self._turn:
                self._stay_alone()
        except HeldElsewhere as held:
            raise Stop(Exit.FAILED, "central.cli.DATABASE_HELD", database=self.shown, holder=held.holder) from None
        self._holds = True

    def alive(self) -> bool:
        """Whether the store answers."""
        try:
            with self.read() as connection:
                connection.execute(select(func.count()).select_from(schema.schema_version))
        except SQLAlchemyError:
            return False
        return True

    def close(self) -> None:
        if self._alone is not None:
            self._alone.close()
        self._engine.dispose()

    def _stay_alone(self) -> None:
        """Make sure that the lock is ours: it goes with its connection, which a restart of the server ends."""
        try:
            if self._alone is not None:
                self._alone.exec_driver_sql("SELECT 1")
                return
        except OperationalError:
            self._let_go()
        fresh = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        if not fresh.execute(select(func.pg_try_advisory_lock(_LOCK))).scalar_one():
            holder = fresh.execute(text(_HOLDER), {"lock": _LOCK}).scalar()
            fresh.close()
            raise HeldElsewhere(str(holder or "?"))
        self._alone = fresh

    def _let_go(self) -> None:
        if self._alone is not None:
            self._alone.invalidate()
            self._alone.close()
            self._alone = None

    def _make_tables(self, prepare: Callable[[Connection], None]) -> None:
        if self.url.get_backend_name() == "sqlite" and self.url.database:
            Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
        try:
            with self.write() as connection:
                prepare(connection)
        except NewerStore as newer:
            raise Stop(
                Exit.MISSING, "central.cli.DATABASE_NEWER", database=self.shown, found=newer.found, ours=newer.ours
            ) from None


def upsert(connection: Connection, table: Table) -> Any:
    """An insert that knows ``on_conflict_do_nothing`` and ``on_conflict_do_update`` on either engine."""
    return _insert(connection.dialect.name, table)


def replace_row(connection: Connection, table: Table) -> Any:
    """Insert, or overwrite the row that has the same primary key."""
    return _replacement(connection.dialect.name, table)


def put_rows(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert whole rows, or overwrite those that have the same primary key; each key once. For many rows at once."""
    if not rows:
        return
    statement = _put(connection.dialect.name, table)
    if connection.dialect.name == "postgresql":
        names = [column.name for column in table.columns]
        connection.exec_driver_sql(statement, (json.dumps([dict(zip(names, row, strict=True)) for row in rows]),))
    else:
        connection.exec_driver_sql(statement, list(rows))


@cache
def _put(dialect: str, table: Table) -> str:
    """On PostgreSQL all rows are one value, so that they are one statement and one way to the server and back."""
    names = [f'"{column.name}"' for column in table.columns]
    keys = [f'"{column.name}"' for column in table.primary_key]
    changes = ", ".join(f"{name} = excluded.{name}" for name in names if name not in keys)
    if dialect == "postgresql":
        source = f"SELECT {', '.join(names)} FROM json_populate_recordset(NULL::{table.name}, %s)"  # noqa: S608
    else:
        source = f"VALUES ({', '.join('?' * len(names))})"
    into = f"INSERT INTO {table.name} ({', '.join(names)}) {source}"
    return f"{into} ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {changes}"


def _insert(dialect: str, table: Table) -> Any:
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


@cache
def _replacement(dialect: str, table: Table) -> Any:
    """Made once: to put it together takes longer than to run it."""
    statement = _insert(dialect, table)
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
            named = url.update_query_dict({"application_name": f"hall central {os.getpid()} {socket.gethostname()}"})
            return create_engine(named, pool_pre_ping=True)
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
