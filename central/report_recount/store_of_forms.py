"""Statements over forms: what they stood at at a moment, what was counted of a unit last, which were drawn up since."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, RowMapping, select

from central import schema
from central.report.tables import report_line, report_own, report_step


def unit(connection: Connection, unit_id: str) -> RowMapping:
    table = schema.unit
    return connection.execute(select(table).where(table.c.id == unit_id)).mappings().one()


def own_row(connection: Connection, unit_id: str, period: str) -> RowMapping | None:
    table = report_own
    here = (table.c.unit == unit_id, table.c.period == period)
    return connection.execute(select(table).where(*here)).mappings().first()


def lines(connection: Connection, unit_id: str, period: str) -> list[RowMapping]:
    """Also those that were taken back."""
    table = report_line
    here = (table.c.unit == unit_id, table.c.period == period)
    return list(connection.execute(select(table).where(*here).order_by(table.c.id)).mappings())


def step_at(connection: Connection, unit_id: str, period: str, at_ms: int) -> RowMapping | None:
    """The last step that a form had made by then."""
    table = report_step
    here = (table.c.unit == unit_id, table.c.period == period, table.c.at_ms <= at_ms)
    return connection.execute(select(table).where(*here).order_by(table.c.n.desc()).limit(1)).mappings().first()


def moved_since(connection: Connection, moves: Sequence[str], since_ms: int) -> list[tuple[str, str]]:
    """Unit and period of forms that made one of these moves after that moment, the newest period first."""
    table = report_step
    those = (table.c.move.in_(moves), table.c.at_ms > since_ms)
    found = select(table.c.unit, table.c.period).where(*those).distinct()
    return [(row.unit, row.period) for row in connection.execute(found.order_by(table.c.period.desc(), table.c.unit))]
