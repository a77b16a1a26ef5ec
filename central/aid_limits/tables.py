"""Limits that run in cases, as they were reckoned each time, and what was said of them.

A row of ``aid_limit`` is one reckoning of one clock; a later one supersedes it and nothing is overwritten. ``basis``
holds all that the end follows from but the day table: the numbers of the rule, the first day, the stops.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, Text, UniqueConstraint, false, text

from central.keeping.sealed_columns import SealedColumn
from central.schema import tables

_RUNS: Final = text("superseded_ms IS NULL AND ended_ms IS NULL")
_LATE: Final = text("outcome = 'LATE' AND late_reason IS NULL")

aid_limit = Table(
    "aid_limit",
    tables,
    Column("case", String(16), primary_key=True),
    Column("k", Integer, primary_key=True, autoincrement=False),  # of the clock in its case, from 1
    Column("n", Integer, primary_key=True, autoincrement=False),  # of the reckoning, from 0
    Column("unit", String(40), nullable=False),
    Column("rule_id", String(24), nullable=False),
    Column("rule_from", String(10), nullable=False),  # the version of the rule: its first day
    Column("remind", String(24), nullable=False),  # the role that is told; empty: nobody
    Column("basis", Text, nullable=False),
    Column("by_days", Boolean, nullable=False),  # false: in hours, or a date that was set
    Column("started_ms", BigInteger, nullable=False),
    Column("due_ms", BigInteger, nullable=False),  # by the law, or as it was set
    Column("promised_ms", BigInteger),
    Column("near_ms", BigInteger, nullable=False),  # the promise where there is one
    Column("provisional", Boolean, nullable=False),
    Column("table_revision", String(16), nullable=False),
    Column("made_ms", BigInteger, nullable=False),
    Column("superseded_ms", BigInteger),
    Column("paused_ms", BigInteger),
    Column("ended_ms", BigInteger),
    Column("outcome", String(16)),
    Column("late_reason", String(24)),
    Column("late_note", SealedColumn),
    Column("late_by", String(40)),
    Column("late_ms", BigInteger),
    Index("aid_limit_running", "near_ms", "case", "k", sqlite_where=_RUNS, postgresql_where=_RUNS),
    Index("aid_limit_late", "near_ms", "case", "k", sqlite_where=_LATE, postgresql_where=_LATE),
)

aid_stop = Table(
    "aid_stop",
    tables,
    Column("id", Integer, primary_key=True),
    Column("case", String(16), nullable=False, index=True),
    Column("k", Integer, nullable=False),
    Column("rule_id", String(24), nullable=False),
    Column("reason", String(40), nullable=False),
    Column("from_ms", BigInteger, nullable=False),
    Column("to_ms", BigInteger),
    Column("made_ms", BigInteger, nullable=False),
)

# What a unit promises in place of a longer limit of the law. Days as ISO text; an open one has no last day.
aid_promise = Table(
    "aid_promise",
    tables,
    Column("id", Integer, primary_key=True),
    Column("unit", String(40), nullable=False),
    Column("rule_id", String(24), nullable=False),
    Column("value", Integer, nullable=False),
    Column("day_kind", String(10), nullable=False),
    Column("valid_from", String(10), nullable=False),
    Column("valid_to", String(10)),
    Column("set_by", String(40), nullable=False),
    Column("set_ms", BigInteger, nullable=False),
    Column("ended_by", String(40)),
    Column("ended_ms", BigInteger),
    Index("aid_promise_of_unit", "unit", "rule_id"),
)

# Each time that all running limits were reckoned again.
aid_recalculation = Table(
    "aid_recalculation",
    tables,
    Column("id", Integer, primary_key=True),
    Column("at_ms", BigInteger, nullable=False),
    Column("table_revision", String(16), nullable=False),
    Column("moved", Integer, nullable=False),
)

# What somebody is told. One of a kind for one end of a clock: a limit that moves is told of again.
aid_notice = Table(
    "aid_notice",
    tables,
    Column("id", Integer, primary_key=True),
    Column("case", String(16), nullable=False),
    Column("k", Integer, nullable=False),
    Column("unit", String(40), nullable=False),
    Column("rule_id", String(24), nullable=False),
    Column("kind", String(12), nullable=False),
    Column("near_ms", BigInteger, nullable=False),
    Column("for_role", String(24), nullable=False),
    Column("for_account", String(40), nullable=False, server_default=""),
    Column("at_ms", BigInteger, nullable=False),
    Column("seen_ms", BigInteger),
    Column("seen_by", String(40), nullable=False, server_default=""),
    Column("escalated", Boolean, nullable=False, server_default=false()),
    UniqueConstraint("case", "k", "kind", "near_ms"),
    Index("aid_notice_by_role", "for_role", "seen_ms", "at_ms", "id"),
)
