"""Limits that were counted with an estimated year, counted again once its table is official."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, RowMapping

from central.database import Database
from central.matters import limits, standing, store
from central.matters.limits import DueNow
from central.matters.words import Kind
from central.rest_days.store import day_table
from hall.law.days import DayTable

EVERY_S: Final = 3600.0


def recount_all(database: Database, _now_ms: int) -> int:
    """A job's work: how many became sure."""
    with database.read() as connection:
        if not store.unsure(connection, ""):
            return 0
    with database.write() as connection:
        return recount(connection, day_table(connection))


def recount(connection: Connection, table: DayTable) -> int:
    """Count every unsure limit again; how many have become sure. No record is changed by it, nor its version."""
    after, sure = "", 0
    while rows := store.unsure(connection, after):
        for row in rows:
            found = _again(connection, row, table)
            if found.due_ms is not None and (found.due_ms, found.sure) != (row["due_ms"], False):
                store.put_due(connection, row["id"], found.due_ms, found.sure)
                sure += found.sure
        after = rows[-1]["id"]
    return sure


def _again(connection: Connection, row: RowMapping, table: DayTable) -> DueNow:
    """From the last step that began the limit, by what the record said then."""
    return limits.replayed(Kind(row["kind"]), standing.rows(store.steps(connection, row["id"])), table)
