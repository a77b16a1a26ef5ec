"""What the report counts by hall and day beside the tickets, and what is left of tickets that are deleted."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table

from central.schema import tables

DOUBTFUL: Final = "CLOCK"  # no cell: how many tickets of a deleted day stand on it by a clock that was wrong

# What a window noted of a service: codes only. Of several journals' the later one counts, of one journal the newest
# version; it goes with its ticket.
service_record = Table(
    "service_record",
    tables,
    Column("hall", String(40), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("number", String(12), primary_key=True),
    Column("epoch", String(64), primary_key=True),  # the ticket's: a lost disk may give numbers again
    Column("stream", Integer, nullable=False),  # in which journal it was noted
    Column("version", Integer, nullable=False),
    Column("field", String(16), nullable=False),  # empty: nobody said
    Column("answered_by", String(12), nullable=False),
    Column("groups", String(80), nullable=False),  # codes, each with a space before and behind it
    Index("service_record_by_day", "day"),
)

# Cells of the form by hall and day: of events that are no tickets, and of tickets that are deleted.
day_tally = Table(
    "day_tally",
    tables,
    Column("hall", String(40), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("code", String(8), primary_key=True),
    Column("n", BigInteger, nullable=False),
    Index("day_tally_by_day", "day"),
)
