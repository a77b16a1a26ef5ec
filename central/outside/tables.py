"""Days and calls of other systems. Each row is a version: a day that is told again stands beside what was told before,
and the newest counts. The database refuses to change one; days stay, calls go by the rule of retention.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table

from central.outside.codes import TOLD, Source
from central.schema import tables


def _day_table(name: str, source: Source) -> Table:
    told = TOLD[source]
    return Table(
        name,
        tables,
        Column("unit", String(40), primary_key=True),
        Column("day", String(10), primary_key=True),
        Column("version", Integer, primary_key=True, autoincrement=False),
        *(Column(code.lower(), BigInteger, nullable=False) for code in told.must),
        *(Column(code.lower(), BigInteger) for code in told.may),  # empty: not told
        *_whence(),
        Index(f"{name}_by_day", "day"),
    )


def _whence() -> tuple[Column[Any], ...]:
    return (
        Column("told_by", String(40), nullable=False),
        Column("told_ms", BigInteger, nullable=False),
        Column("file", String(64), nullable=False),  # SHA-256 of the file; empty when a program told it
    )


hotline_day: Final = _day_table("hotline_day", Source.HOTLINE)
web_day: Final = _day_table("web_day", Source.WEB)
DAYS: Final[Mapping[Source, Table]] = {Source.HOTLINE: hotline_day, Source.WEB: web_day}

# Nothing of the caller: the call's own name in its platform, and what was done.
hotline_call: Final = Table(
    "hotline_call",
    tables,
    Column("unit", String(40), primary_key=True),
    Column("call", String(64), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("day", String(10), nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("ended", String(8), nullable=False),
    Column("talk_s", Integer, nullable=False),
    Column("advice_field", String(16), nullable=False),  # empty: no legal advice
    Column("answered_by", String(12), nullable=False),  # empty: not told
    *_whence(),
    Index("hotline_call_by_day", "day"),
)
