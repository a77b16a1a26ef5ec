"""PostgreSQL keeps events in one table a month, made ahead; what has no month of its own yet lies in ``event_other``.

A month is taken in or out under a lock that everybody has to wait for. So the lock is tried for a moment only: whoever
reads for long (a backup) goes on, and the month is tried again at the next time.
"""

from __future__ import annotations

from typing import Final

import structlog
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from central.database import Database
from central.ingest.months import following, month_of

_AHEAD: Final = 3
_OTHER: Final = "event_other"
_LOCK_TIMEOUT: Final = "SET LOCAL lock_timeout = '500ms'"
_THERE: Final = text("SELECT to_regclass(:name) IS NOT NULL")
_NOT_AVAILABLE: Final = "55P03"
log = structlog.get_logger()


def make_months(database: Database, now_ms: int) -> list[int]:
    """Make this month's table and those of the next ones; the months that were made."""
    made = []
    for ahead in range(_AHEAD + 1):
        month = following(month_of(now_ms), ahead)
        try:
            with database.write() as connection:
                if connection.dialect.name == "postgresql" and make_month(connection, month):
                    made.append(month)
        except OperationalError as problem:
            if not lock_was_taken(problem):
                raise
            log.info("keeping.month_waits", month=month)
    return made


def make_month(connection: Connection, month: int) -> bool:
    """Make a month's table and move in what lies with the others; False when it is there."""
    name = _name(month)
    if connection.execute(_THERE, {"name": name}).scalar_one():
        return False
    connection.execute(text(_LOCK_TIMEOUT))
    connection.execute(text(f"CREATE TABLE {name} (LIKE event INCLUDING ALL)"))
    connection.execute(text(f"ALTER TABLE {name} ADD CONSTRAINT {name}_month CHECK (month = {month})"))
    connection.execute(text(f"LOCK TABLE {_OTHER} IN ACCESS EXCLUSIVE MODE"))
    connection.execute(text(_MOVED.format(name=name, month=month)))
    connection.execute(text(f"ALTER TABLE event ATTACH PARTITION {name} FOR VALUES IN ({month})"))
    return True


_MOVED: Final = (
    f"WITH moved AS (DELETE FROM {_OTHER} WHERE month = {{month}} RETURNING *)"  # noqa: S608
    " INSERT INTO {name} SELECT * FROM moved"
)


def drop_month(connection: Connection, month: int) -> None:
    """Take a month's table away with all that is in it."""
    connection.execute(text(_LOCK_TIMEOUT))
    connection.execute(text(f"DROP TABLE IF EXISTS {_name(month)}"))
    connection.execute(text(f"DELETE FROM {_OTHER} WHERE month = :month"), {"month": month})  # noqa: S608


def lock_was_taken(problem: OperationalError) -> bool:
    """Whether somebody else was at the table, so that waiting helps."""
    return getattr(problem.orig, "sqlstate", None) == _NOT_AVAILABLE


def _name(month: int) -> str:
    return f"event_{int(month):06d}"
