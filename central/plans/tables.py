"""What units and halls say of how halls shall work, what was handed to which hall, and what each hall says of it."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, String, Table, Text

from central.schema import tables

# Every version of what a unit or a hall says, the newest counts; nothing is ever changed.
plan_document = Table(
    "plan_document",
    tables,
    Column("kind", String(4), primary_key=True),  # unit, hall
    Column("owner", String(40), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("parts", Text, nullable=False),  # as in a hall file
    Column("from_catalogue", String(60), nullable=False),  # names of parts, with a space between them
    Column("valid_from_ms", BigInteger, nullable=False),
    Column("changed_ms", BigInteger, nullable=False),
    Column("changed_by", String(40), nullable=False),
)

# What was handed to a hall, each under its number, as the text that is signed.
hall_plan = Table(
    "hall_plan",
    tables,
    Column("hall", String(40), primary_key=True),
    Column("revision", BigInteger, primary_key=True, autoincrement=False),
    Column("plan", Text, nullable=False),
    Column("issued_ms", BigInteger, nullable=False),
    Column("issued_by", String(40), nullable=False),
)

# What a hall last said of its plan (cfg/reported).
plan_report = Table(
    "plan_report",
    tables,
    Column("hall", String(40), primary_key=True),
    Column("revision", BigInteger, nullable=False),
    Column("state", String(20), nullable=False),
    Column("desired", BigInteger, nullable=False),
    Column("code", String(40), nullable=False),
    Column("path", String(120), nullable=False),
    Column("message", String(400), nullable=False),
    Column("message_zh", String(400), nullable=False),
    Column("said_ms", BigInteger, nullable=False),
)
