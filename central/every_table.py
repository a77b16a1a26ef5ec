"""Brings in each room's tables, so that ``schema.tables`` knows all of them."""

from __future__ import annotations

from central import schema

EVERY_TABLE = schema.tables
