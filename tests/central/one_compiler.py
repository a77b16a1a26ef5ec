"""Statements compiled once in a run of tests.

SQLAlchemy keeps what it has compiled by engine and dialect. A program has one engine for weeks; a test has one for
itself, and would compile every statement anew, which takes longer than to run it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

_KEPT: LRUCache[Any, Any] = LRUCache(4000)


def share() -> None:
    """All engines have the same keep, in which a dialect is one with every other of its kind."""
    for kind in (SQLiteDialect_pysqlite, PGDialect_psycopg):
        for name, value in _SHARED.items():
            setattr(kind, name, value)


def _take_part(_kind: type, engine: Engine) -> None:
    engine._compiled_cache = _KEPT


_SHARED: dict[str, Any] = {
    "engine_created": classmethod(_take_part),
    "__eq__": lambda one, other: type(one) is type(other),
    "__hash__": lambda one: hash(type(one)),
}
