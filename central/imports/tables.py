"""The register that a list brings in: which windows a hall shall have."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, String, Table

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
