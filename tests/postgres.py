"""A private PostgreSQL of the tests: a cluster of its own in a temporary folder, reached by its socket only.

PostgreSQL refuses to run as root: there the programs run as Debian's user ``postgres``.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Final

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from central.database import Database

READY: Final = "central1"
_KEPT: Final = ("alembic_version", "schema_version", "unit")
# A table has pages as soon as a row was ever put in: the others need no emptying, which takes a new file for each.
_WITH_ROWS: Final = (
    "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
    " AND pg_relation_size(oid) > 0"
)
_SUPERUSER: Final = "legalhall"
# No power cut in these tests but where one asks for it: then nothing is left out.
_IN_HASTE: Final = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


def _programs() -> Path:
    """Where Debian keeps the server's programs, the newest version first; else skip, and fail in CI."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: -int(path.parts[4]))
    if found:
        return found[0].parent
    message = "needs PostgreSQL: install the Debian package postgresql"
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(message)
    pytest.skip(message)


class PostgreSQL:
    """One cluster. ``kill`` is a crash, ``start`` brings it back with what was committed."""

    def __init__(self, *, in_haste: bool = False) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="hall-pg-"))  # short: a socket's path has room for 107 characters
        self._programs = _programs()
        self._as: list[str] = []
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")
            self._as = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        self._settings = _IN_HASTE if in_haste else ()
        self._process: subprocess.Popen[bytes] | None = None
        self._names = count(1)
        initdb = ["-D", f"{self.folder}/data", "-U", _SUPERUSER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
        subprocess.run([*self._as, str(self._programs / "initdb"), *initdb], check=True, capture_output=True, cwd="/")

    def url(self, name: str) -> str:
        """The address of one database, as ``hall central --database`` takes it."""
        return f"postgresql://{_SUPERUSER}@/{name}?host={self.folder}"

    def start(self) -> None:
        """Run the server until it answers."""
        settings = [f"unix_socket_directories={self.folder}", "listen_addresses=", *self._settings]
        options = [part for setting in settings for part in ("-c", setting)]
        with (self.folder.parent / f"{self.folder.name}.log").open("ab") as log:
            self._process = subprocess.Popen(
                [*self._as, str(self._programs / "postgres"), "-D", f"{self.folder}/data", *options],
                stdout=log, stderr=log, cwd="/",
            )  # fmt: skip
        deadline = time.monotonic() + 30
        while True:
            try:
                psycopg.connect(self.url("postgres"), connect_timeout=5).close()
            except psycopg.OperationalError as problem:
                if time.monotonic() >= deadline or self._process.poll() is not None:
                    pytest.fail(f"PostgreSQL did not start: {problem}")
                time.sleep(0.02)
            else:
                return

    def new_database(self) -> str:
        """The address of a database that nobody has used."""
        name = f"central{next(self._names)}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
        return self.url(name)

    def emptied(self, name: str) -> str:
        """The address of a database whose tables stay and whose rows go: quicker than a new one."""
        with psycopg.connect(self.url(name)) as connection:
            tables = [row[0] for row in connection.execute(_WITH_ROWS) if row[0] not in _KEPT]
            connection.execute("SET LOCAL session_replication_role = replica")  # the audit lets nobody empty it
            if tables:
                rows = SQL(", ").join(Identifier(one) for one in tables)
                connection.execute(SQL("TRUNCATE {} RESTART IDENTITY").format(rows))
            connection.execute("DELETE FROM unit WHERE parent <> ''")  # the root came with its step
        return self.url(name)

    def kill(self) -> None:
        """As if the machine's power went: no checkpoint, no farewell."""
        self._end(signal.SIGQUIT)

    def stop(self) -> None:
        """An orderly end; who is connected is thrown out."""
        self._end(signal.SIGINT)

    def remove(self) -> None:
        self.kill()
        shutil.rmtree(self.folder)
        (self.folder.parent / f"{self.folder.name}.log").unlink(missing_ok=True)

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(timeout=20)
            self._process = None


@pytest.fixture(scope="session")
def postgres_in_haste() -> Iterator[PostgreSQL]:
    """One cluster for all tests of a worker, without durability; its first database has all tables: `READY`."""
    server = PostgreSQL(in_haste=True)
    server.start()
    Database(server.new_database()).close()
    yield server
    server.remove()


@pytest.fixture
def postgres() -> Iterator[PostgreSQL]:
    """A cluster of one test's own that loses nothing, to be stopped and killed."""
    server = PostgreSQL()
    server.start()
    yield server
    server.remove()
