"""How long each device was out of order, and when each hall's line came and went."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, String, Table

from central.schema import tables

device_fault = Table(
    "device_fault",
    tables,
    Column("hall", String(40), primary_key=True),
    Column("device", String(60), primary_key=True),
    Column("begun_ms", BigInteger, primary_key=True, autoincrement=False),  # central's time: the hall's may be wrong
    Column("kind", String(60), nullable=False),
    Column("state", String(20), nullable=False),
    Column("reason", String(200), nullable=False),
    Column("ended_ms", BigInteger),
    Index("device_fault_by_begin", "begun_ms"),
)

line_change = Table(
    "line_change",
    tables,
    Column("hall", String(40), primary_key=True),
    Column("at_ms", BigInteger, primary_key=True, autoincrement=False),
    Column("online", Boolean, nullable=False),
)
