"""Alarms and who has seen them, rules that a unit has of its own, and messages about alarms that wait to be sent."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, Text, text

from central.schema import tables

# One row for each time that something was wrong; at most one of a rule and subject is not yet over.
alarm = Table(
    "alarm",
    tables,
    Column("id", Integer, primary_key=True),
    Column("hall", String(40), nullable=False),  # empty: central itself
    Column("rule", String(30), nullable=False),
    Column("subject", String(60), nullable=False),
    Column("level", String(10), nullable=False),
    Column("value", BigInteger, nullable=False),  # how bad it was at its worst
    Column("begun_ms", BigInteger, nullable=False),
    Column("acknowledged_ms", BigInteger),
    Column("acknowledged_by", String(40)),
    Column("note", String(200), nullable=False),
    Column("ended_ms", BigInteger),
    Index(
        "alarm_once",
        "hall",
        "rule",
        "subject",
        unique=True,
        sqlite_where=text("ended_ms IS NULL"),
        postgresql_where=text("ended_ms IS NULL"),
    ),
    Index("alarm_by_begin", "begun_ms"),
)

# A rule as a unit wants it for its halls; the nearest unit above a hall counts.
alarm_rule = Table(
    "alarm_rule",
    tables,
    Column("rule", String(30), primary_key=True),
    Column("unit", String(40), primary_key=True),
    Column("enabled", Boolean, nullable=False),
    Column("level", String(10), nullable=False),
    Column("open_at", BigInteger, nullable=False),
    Column("end_below", BigInteger, nullable=False),
    Column("hold_s", Integer, nullable=False),
    Column("clear_s", Integer, nullable=False),
)

# What the webhook has not yet taken, in order.
alarm_message = Table(
    "alarm_message",
    tables,
    Column("id", Integer, primary_key=True),
    Column("body", Text, nullable=False),
    Column("made_ms", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_ms", BigInteger, nullable=False),
)
