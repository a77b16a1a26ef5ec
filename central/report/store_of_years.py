"""Statements over yearly forms."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select

from central.report.tables import report_year


def of_unit(connection: Connection, unit: str, year: int) -> RowMapping | None:
    table = report_year
    return connection.execute(select(table).where(table.c.unit == unit, table.c.year == year)).mappings().first()


def keep(connection: Connection, **facts: Any) -> None:
    connection.execute(insert(report_year).values(**facts))


def any_locked(connection: Connection, units: Collection[str], year: int) -> bool:
    table = report_year
    those = select(table.c.unit).where(table.c.year == year, table.c.unit.in_(units)).limit(1)
    return connection.execute(those).first() is not None
