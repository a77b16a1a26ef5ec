"""Statements over what went into a form of units below it that had sent none."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, RowMapping, delete, func, insert, select

from central import schema
from central.report.stages import State
from central.report.tables import report, report_version, report_went_in


def keep(connection: Connection, form: str, period: str, counted: Mapping[str, str], made_ms: int) -> None:
    """In place of what the form's last drawing-up left. ``counted``: unit -> its own figures as text."""
    table = report_went_in
    connection.execute(delete(table).where(table.c.form == form, table.c.period == period))
    rows = [
        {"unit": unit, "period": period, "form": form, "counted": text, "made_ms": made_ms}
        for unit, text in counted.items()
    ]
    if rows:
        connection.execute(insert(table), rows)


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
