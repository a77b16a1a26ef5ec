"""Short records, their steps, the people in them, their numbers, and the rooms that visits are held in.

Names, numbers and texts stand in sealed columns only; somebody is found again by blind indexes. A step is never changed
and goes only after its record went by the rule of retention: the database sees to both.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, Text, UniqueConstraint, true

from central.keeping.sealed_columns import SealedColumn
from central.schema import tables

MATTER_ID: Final = 16

matter = Table(
    "matter",
    tables,
    Column("id", String(MATTER_ID), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("unit", String(40), nullable=False),
    Column("hall", String(40)),
    Column("year", Integer, nullable=False),
    Column("number", Integer, nullable=False),  # gapless in its unit, kind and year
    Column("state", String(16), nullable=False),
    Column("facts", Text, nullable=False),  # codes, days and times as JSON
    Column("channel", String(8), nullable=False),
    Column("staff", String(40), nullable=False),  # who works on it
    Column("lawyer", String(64)),  # the mark of the register
    Column("case", String(16)),  # of legal aid, where it belongs to one
    Column("ticket_day", String(10)),
    Column("ticket_number", String(12)),
    Column("identified", Boolean, nullable=False, server_default=true()),  # false: asked for from home
    Column("opened_ms", BigInteger, nullable=False),
    Column("changed_ms", BigInteger, nullable=False),
    Column("closed_ms", BigInteger),
    Column("due_ms", BigInteger),
    Column("due_rule", String(24)),
    Column("due_sure", Boolean, nullable=False, server_default=true()),  # false while a day table is an estimate
    Column("version", Integer, nullable=False),
    UniqueConstraint("unit", "kind", "year", "number", name="matter_number_once"),
    Index("matter_by_time", "opened_ms", "id"),
    Index("matter_by_kind", "kind", "closed_ms"),
    Index("matter_by_due", "due_ms"),
    Index("matter_by_case", "case"),
)

matter_step = Table(
    "matter_step",
    tables,
    Column("matter", String(MATTER_ID), primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("actor", String(40), nullable=False),
    Column("move", String(24), nullable=False),
    Column("from_state", String(16), nullable=False),
    Column("to_state", String(16), nullable=False),
    Column("facts", Text, nullable=False),  # what this step said
    Column("sealed", SealedColumn),  # its texts
    Column("before", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)

matter_party = Table(
    "matter_party",
    tables,
    Column("matter", String(MATTER_ID), primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("role", String(12), nullable=False),
    Column("sealed", SealedColumn, nullable=False),
    Column("id_mark", String(64), index=True),
    Column("name_mark", String(64), index=True),
    Column("step", Integer),  # with which they came; none: before that was noted
)

matter_series = Table(
    "matter_series",
    tables,
    Column("unit", String(40), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("last", Integer, nullable=False),
)

visit_room = Table(
    "visit_room",
    tables,
    Column("id", String(16), primary_key=True),
    Column("hall", String(40), nullable=False, index=True),
    Column("name_zh", String(60), nullable=False),
    Column("name_en", String(60), nullable=False),
    Column("made_ms", BigInteger, nullable=False),
    Column("closed_ms", BigInteger),
)

# Five minutes of a room, taken by one visit: the key makes two visits at once impossible, whoever writes.
visit_slot = Table(
    "visit_slot",
    tables,
    Column("room", String(16), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("minute", Integer, primary_key=True, autoincrement=False),
    Column("matter", String(MATTER_ID), nullable=False, index=True),
)
