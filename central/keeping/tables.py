"""Counts that remain of tickets, what was deleted when and by which rule, and the keys of encrypted columns."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, String, Table, Text

from central.schema import tables

# What remains of tickets: how many were alike. ``priority`` is empty and ``grade`` 0 for those that had none.
ticket_count = Table(
    "ticket_count",
    tables,
    Column("day", String(10), primary_key=True),
    Column("hall", String(40), primary_key=True),
    Column("service_issued", String(8), primary_key=True),
    Column("service", String(8), primary_key=True),
    Column("state", String(12), primary_key=True),
    Column("priority", String(16), primary_key=True),
    Column("grade", Integer, primary_key=True, autoincrement=False),
    Column("channel", String(12), primary_key=True),
    Column("count", Integer, nullable=False),
    Column("persons", Integer, nullable=False),
    Column("waited", Integer, nullable=False),
    Column("waited_total_s", BigInteger, nullable=False),
    Column("waited_max_s", BigInteger),
    Column("served", Integer, nullable=False),
    Column("served_total_s", BigInteger, nullable=False),
)

# What was deleted: only ever added to.
purge_log = Table(
    "purge_log",
    tables,
    Column("id", Integer, primary_key=True),
    Column("at_ms", BigInteger, nullable=False),
    Column("topic", String(40), nullable=False),
    Column("before", String(24), nullable=False),  # everything older was deleted
    Column("rows", BigInteger, nullable=False),
    Column("rule", String(200), nullable=False),  # days and source, as they were then
    Column("detail", Text, nullable=False),
)

# Keys of encrypted columns, each wrapped by the master key that is not in the store. The owner of the index is empty.
data_key = Table(
    "data_key",
    tables,
    Column("id", Integer, primary_key=True),
    Column("owner", String(40), nullable=False, index=True),
    Column("algorithm", Integer, nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
    Column("master", String(16), nullable=False),  # tells which master key wrapped it
    Column("made_ms", BigInteger, nullable=False),
)
