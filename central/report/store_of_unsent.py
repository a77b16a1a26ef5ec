"""Statements over what went into a form of units below it that had sent none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, func, insert, select

from central import schema
from central.report.stages import State
from central.report.tables import report, report_version, report_went_in


def keep(connection: Connection, form: str, period: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """In place of what the form's last drawing-up left."""
    table = report_went_in
    connection.execute(delete(table).where(table.c.form == form, table.c.period == period))
    if rows:
        connection.execute(insert(table), [{"form": form, "period": period, **row} for row in rows])


def of_form(connection: Connection, form: str, period: str) -> dict[str, RowMapping]:
    """Unit -> what a form took of it."""
    table = report_went_in
    rows = connection.execute(select(table).where(table.c.form == form, table.c.period == period)).mappings()
    return {row["unit"]: row for row in rows}


def locked(connection: Connection, unit: str, period: str) -> RowMapping | None:
    """What a locked form above took of the unit; of several the one that the highest unit took."""
    table, above = report_went_in, schema.unit
    statement = (
        select(table)
        .join(report, (report.c.unit == table.c.form) & (report.c.period == table.c.period))
        .join(above, above.c.id == table.c.form)
        .where(table.c.unit == unit, table.c.period == period, report.c.state == State.ACCEPTED.value)
        .order_by(func.length(above.c.path))
        .limit(1)
    )
    return connection.execute(statement).mappings().first()


def first_made_ms(connection: Connection, version: RowMapping) -> int:
    """When what was counted for a version was counted first: later ones may be copies of it."""
    table = report_version
    same = (table.c.unit == version["unit"], table.c.period == version["period"])
    statement = select(func.min(table.c.made_ms)).where(*same, table.c.counted == version["counted"])
    return int(connection.execute(statement).scalar_one())
