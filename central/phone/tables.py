"""Numbers that were asked for from a phone. Nothing says who asked."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, String, Table

from central.schema import tables

phone_ticket = Table(
    "phone_ticket",
    tables,
    Column("order", String(36), primary_key=True),
    Column("hall", String(40), nullable=False),
    Column("service", String(1), nullable=False),
    Column("code_hash", String(64), nullable=False, unique=True),
    Column("asked_ms", BigInteger, nullable=False),
    Index("phone_ticket_by_hall", "hall", "asked_ms"),
)
