"""Years of rest days that were brought in: each time a revision, none is ever changed."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, String, Table, Text

from central.schema import tables

rest_day_year = Table(
    "rest_day_year",
    tables,
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("status", String(12), nullable=False),
    Column("document", Text, nullable=False),  # the year's table as JSON
    Column("put_ms", BigInteger, nullable=False),
    Column("put_by", String(40), nullable=False),
)
