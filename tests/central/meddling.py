"""What only somebody with the whole database in their hands can do: change the audit in spite of its triggers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from central.database import Database


@contextmanager
def meddling(database: Database) -> Iterator[Connection]:
    """A transaction in which nothing watches over the audit."""
    with database.write() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        else:
            for act in ("update", "delete"):
                connection.exec_driver_sql(f"DROP TRIGGER audit_refuses_{act}")
        yield connection
