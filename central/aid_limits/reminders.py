"""Clocks that turn yellow or red become notices, and a red one that nobody acknowledges goes to the supervisor.

A notice is for the role that the rule names, and for whoever works on the case. It is of one end: a limit that moves is
told of again. The same look sees to it that no limit is left on a day table that does not hold any more, as after an
upgrade of the program.
"""

from __future__ import annotations

from typing import Final

import structlog
from sqlalchemy import Connection

from central.accounts.permissions import Role
from central.aid_limits import store_of_lists, store_of_many
from central.aid_limits.rules import Kind, unseen_until
from central.database import Database
from central.rest_days.store import day_table
from hall.law.days import DayTable
from hall.law.limits import yellow_until
from hall_config.limit_tables import limit_table

EVERY_S: Final = 60.0
log = structlog.get_logger()


class LimitWatch:
    """Looks at all running limits; `look` is done by the clock."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._reckoned_by = ""

    def look(self, now_ms: int) -> None:
        with self._database.write() as connection:
            table = day_table(connection)
            moved = self._bring_up(connection, table, now_ms)
            told = tell(connection, table, now_ms)
        self._reckoned_by = table.revision
        if moved or any(told.values()):
            log.info("limits.told", moved=moved, **{kind.value.lower(): count for kind, count in told.items()})

    def _bring_up(self, connection: Connection, table: DayTable, now_ms: int) -> int:
        if table.revision in (self._reckoned_by, store_of_many.last_recalculated(connection)):
            return 0
        return store_of_many.recalculate(connection, table, now_ms)


def tell(connection: Connection, table: DayTable, now_ms: int) -> dict[Kind, int]:
    """Make the notices that are due, in the caller's transaction; how many of each kind."""
    until = yellow_until(now_ms, limit_table().nearness, table)
    told = {kind: store_of_lists.tell_of(connection, kind, now_ms, until) for kind in (Kind.YELLOW, Kind.RED)}
    told[Kind.ESCALATED] = store_of_lists.escalate(
        connection, unseen_until(now_ms, table), Role.SUPERVISOR.value, now_ms
    )  # fmt: skip
    return told
