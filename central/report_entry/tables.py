"""What people enter for the monthly report. Rows are added and never changed: the database refuses it. A wrong row is
taken back by a row of ``report_taken_back``, and then the newest of those that are left counts.

Names, titles, notes and files stand in sealed columns only.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, UniqueConstraint

from central.keeping.sealed_columns import SealedColumn
from central.schema import tables

ROW: Final = 16

report_entry = Table(
    "report_entry",
    tables,
    Column("id", String(ROW), primary_key=True),
    Column("unit", String(40), nullable=False),
    Column("period", String(7), nullable=False),
    Column("code", String(8), nullable=False),
    Column("n", Integer, nullable=False),  # which one it is of its unit, period and field
    Column("value", String(24), nullable=False),  # decimal, with the field's decimals
    Column("carried", Boolean, nullable=False),  # a stock that was said to be what it was the period before
    Column("evidence", String(ROW)),
    Column("kept_at", SealedColumn),  # where the evidence lies, if it is no file
    Column("by", String(40), nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    UniqueConstraint("unit", "period", "code", "n", name="report_entry_turn"),
    Index("report_entry_by_code", "code", "period"),
)

# A legal adviser was in a village's room.
adviser_visit = Table(
    "adviser_visit",
    tables,
    Column("id", String(ROW), primary_key=True),
    Column("unit", String(40), nullable=False),
    Column("day", String(10), nullable=False),
    Column("begins", Integer),  # minute of the day; none: only how long is known
    Column("ends", Integer),
    Column("minutes", Integer, nullable=False),
    Column("lawyer", String(64)),  # the mark of the register
    Column("adviser", SealedColumn),  # the name of somebody who is in no register
    Column("people", Integer, nullable=False),
    Column("by", String(40), nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Index("adviser_visit_by_unit", "unit", "day"),
    Index("adviser_visit_by_day", "day"),
)

# A lecture, or another event that makes the law known.
report_event = Table(
    "report_event",
    tables,
    Column("id", String(ROW), primary_key=True),
    Column("unit", String(40), nullable=False),
    Column("day", String(10), nullable=False),
    Column("kind", String(12), nullable=False),
    Column("title", SealedColumn, nullable=False),
    Column("people", Integer, nullable=False),
    Column("leaflets", Integer, nullable=False),
    Column("evidence", String(ROW)),
    Column("kept_at", SealedColumn),
    Column("by", String(40), nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Index("report_event_by_unit", "unit", "day"),
    Index("report_event_by_day", "day"),
)

# A photo or a list behind a figure, written anew from what it shows (central/aid_files).
report_evidence = Table(
    "report_evidence",
    tables,
    Column("id", String(ROW), primary_key=True),
    Column("unit", String(40), nullable=False),
    Column("period", String(7), nullable=False),
    Column("type", String(20), nullable=False),
    Column("size", Integer, nullable=False),
    Column("pages", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("content", SealedColumn, nullable=False),
    Column("by", String(40), nullable=False),
    Column("made_ms", BigInteger, nullable=False),
    UniqueConstraint("unit", "period", "sha256", name="report_evidence_once"),
)

# The key makes it impossible to take a row back twice.
report_taken_back = Table(
    "report_taken_back",
    tables,
    Column("row", String(ROW), primary_key=True),
    Column("unit", String(40), nullable=False),
    Column("period", String(7), nullable=False),
    Column("why", String(12), nullable=False),
    Column("by", String(40), nullable=False),
    Column("at_ms", BigInteger, nullable=False),
)
