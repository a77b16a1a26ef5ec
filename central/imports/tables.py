"""Registers that lists bring in: which windows a hall shall have, and which lawyers practise where."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, String, Table

from central.keeping.sealed_columns import SealedColumn
from central.schema import tables

window_entry = Table(
    "window_entry",
    tables,
    Column("hall", String(40), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("services", String(80), nullable=False),  # letters with a space between them, the first one first
    Column("name_zh", String(60), nullable=False),
    Column("name_en", String(60), nullable=False),
    Column("changed_ms", BigInteger, nullable=False),
)

# Who the lawyer is stands sealed; `mark` is a keyed hash of the licence, by which the same lawyer is found again.
lawyer_entry = Table(
    "lawyer_entry",
    tables,
    Column("mark", String(64), primary_key=True),
    Column("sealed", SealedColumn, nullable=False),  # licence and name
    Column("firm", String(120), nullable=False),
    Column("firm_code", String(18), nullable=False),
    Column("state", String(16), nullable=False),
    Column("unit", String(40), nullable=False, index=True),
    Column("changed_ms", BigInteger, nullable=False),
)
