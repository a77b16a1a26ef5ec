"""A job beside the cases: limits counted with an estimated year or from a clock that ran ahead are counted again, and
bad ratings that came before there were cases get theirs."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from sqlalchemy import Connection

from central.database import Database
from central.ratings import limits, rules, store, store_of_cases, taking
from central.ratings.stages import CONTACT, RECTIFY, REVISIT
from central.ratings.words import Move
from central.rest_days.store import day_table
from hall.law.days import DayTable
from hall.moment import local_day
from hall_config.rating_numbers import numbers_on

EVERY_S: Final = 600.0
_AT_ONCE: Final = 500
_BEGINS: Final = {REVISIT: (Move.REPLY,), RECTIFY: (Move.REOPEN,), CONTACT: ()}


def look(database: Database, now_ms: int) -> int:
    """A job's work: how many limits and cases there are now that were not there or not so before."""
    today = date.fromisoformat(local_day(now_ms))
    first = (today - timedelta(days=numbers_on(today)["LOOK_BACK"])).isoformat()
    with database.read() as connection:
        if not store.without_case(connection, first, rules.WORST_GOOD, 1) and not _unsure(connection, now_ms):
            return 0
    with database.write() as connection:
        table = day_table(connection)
        left = store.without_case(connection, first, rules.WORST_GOOD, _AT_ONCE)
        for row in left:
            taking.open_case(connection, row, table)
        return len(left) + recount(connection, table, now_ms)


def _unsure(connection: Connection, now_ms: int) -> bool:
    return bool(store_of_cases.unsure(connection, now_ms, ""))


def recount(connection: Connection, table: DayTable, now_ms: int) -> int:
    """How many limits are others now. Whatever a hall's clock said, no case begins later than it is seen."""
    after, changed = "", 0
    while rows := store_of_cases.unsure(connection, now_ms, after):
        for row in rows:
            opened_ms = min(row["opened_ms"], now_ms)
            facts = {"opened_ms": opened_ms}
            if row["due_rule"] is not None:
                due = limits.counted(row["due_rule"], _began(connection, row["id"], row["due_rule"], opened_ms), table)
                facts |= {"due_ms": due.due_ms, "due_sure": due.sure}
            if any(row[name] != value for name, value in facts.items()):
                store_of_cases.put_due(connection, row["id"], **facts)
                changed += 1
        after = rows[-1]["id"]
    return changed


def _began(connection: Connection, identifier: str, rule: str, opened_ms: int) -> int:
    """When the limit began: with the last step that begins it, or with the rating."""
    steps = store_of_cases.steps(connection, identifier)
    begun = [step["at_ms"] for step in steps if step["move"] in _BEGINS[rule]]
    return int(begun[-1]) if begun else opened_ms
