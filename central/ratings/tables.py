"""Ratings as halls sent them, services that could be rated, cases of bad ones with steps, looks at flagged ones.

A visitor's text stands in the event alone and goes with it; what staff write stands in sealed columns, but for a text
and a reply that were reviewed for the public board. A step is never changed and goes only behind its case.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, Text, UniqueConstraint, false, true

from central.keeping.sealed_columns import SealedColumn
from central.schema import tables

CASE_ID: Final = 16

# One for each service that was rated: its newest version. Who was at the window stands here as the hall called them.
rating = Table(
    "rating",
    tables,
    Column("hall", String(40), primary_key=True),
    Column("day", String(10), primary_key=True),  # the ticket's
    Column("number", String(12), primary_key=True),
    Column("epoch", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("service", String(8), nullable=False),
    Column("window", Integer, nullable=False),
    Column("staff", String(80), nullable=False),
    Column("grade", Integer, nullable=False),
    Column("channel", String(8), nullable=False),
    Column("reasons", String(160), nullable=False),  # codes with a space between them
    Column("rated_ms", BigInteger, nullable=False),
    Column("has_text", Boolean, nullable=False),  # in any of its versions, as the flags
    Column("too_fast", Boolean, nullable=False),
    Column("equal_run", Boolean, nullable=False),
    Column("same_device", Boolean, nullable=False),
    Column("done", Boolean, nullable=False, server_default=false()),  # its ticket was done, and is deleted since
    Column("excluded", Boolean, nullable=False, server_default=false()),  # by a decision that somebody answers for
    Index("rating_by_day", "day", "hall"),
)

rating_version = Table(
    "rating_version",
    tables,
    Column("hall", String(40), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("number", String(12), primary_key=True),
    Column("epoch", String(64), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("grade", Integer, nullable=False),
    Column("channel", String(8), nullable=False),
    Column("reasons", String(160), nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("has_text", Boolean, nullable=False),
    Column("too_fast", Boolean, nullable=False),
    Column("equal_run", Boolean, nullable=False),
    Column("same_device", Boolean, nullable=False),
    Column("stream", Integer, nullable=False),  # with `seq` the event, in which its text stands
    Column("seq", BigInteger, nullable=False),
    Index("rating_version_by_day", "day"),
)

# Services that were done and could be rated, left of deleted tickets. ``staff`` is empty where nobody noted it.
served_count = Table(
    "served_count",
    tables,
    Column("hall", String(40), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("service", String(8), primary_key=True),
    Column("window", Integer, primary_key=True, autoincrement=False),
    Column("staff", String(80), primary_key=True),
    Column("n", Integer, nullable=False),
    Index("served_count_by_day", "day"),
)

# A look at a flagged rating. All of them are kept, the newest holds.
rating_review = Table(
    "rating_review",
    tables,
    Column("hall", String(40), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("number", String(12), primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("actor", String(80), nullable=False),
    Column("decision", String(8), nullable=False),
    Column("sealed", SealedColumn, nullable=False),  # why
)

rating_case = Table(
    "rating_case",
    tables,
    Column("id", String(CASE_ID), primary_key=True),
    Column("hall", String(40), nullable=False),
    Column("day", String(10), nullable=False),
    Column("number", String(12), nullable=False),
    Column("state", String(12), nullable=False),
    Column("grade", Integer, nullable=False),  # which opened it
    Column("raised", Integer),  # the grade that it was changed to since, where that is no bad one any more
    Column("opened_ms", BigInteger, nullable=False),  # when it was given: its limits count from here
    Column("contacted_ms", BigInteger),
    Column("in_time", Boolean),  # whether contact was made in time, once it was made
    Column("late", String(80), nullable=False, server_default=""),  # limits that were overrun, never erased
    Column("proposed_by", String(80), nullable=False, server_default=""),  # who thinks that it is none
    Column("ground", String(12), nullable=False, server_default=""),
    Column("result", String(12), nullable=False, server_default=""),
    Column("content", String(16), nullable=False, server_default=""),
    Column("replied_by", String(80), nullable=False, server_default=""),
    Column("public_text", Text),  # reviewed
    Column("public_reply", Text),
    Column("published_ms", BigInteger),
    Column("due_ms", BigInteger),
    Column("due_rule", String(24)),
    Column("due_sure", Boolean, nullable=False, server_default=true()),
    Column("changed_ms", BigInteger, nullable=False),
    Column("closed_ms", BigInteger),
    Column("version", Integer, nullable=False),
    UniqueConstraint("hall", "day", "number", name="rating_case_once"),
    Index("rating_case_by_due", "closed_ms", "due_ms", "id"),
)

rating_step = Table(
    "rating_step",
    tables,
    Column("case", String(CASE_ID), primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("actor", String(80), nullable=False),
    Column("move", String(16), nullable=False),
    Column("from_state", String(12), nullable=False),
    Column("to_state", String(12), nullable=False),
    Column("facts", String(400), nullable=False),  # codes as JSON
    Column("sealed", SealedColumn),  # what was written
    Column("before", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)
