"""Statements over the templates that units have brought in; nothing is overwritten."""

from __future__ import annotations

from sqlalchemy import Connection, RowMapping, func, insert, select

from central.aid_papers.tables import aid_template

_LISTED = [column for column in aid_template.c if column.name != "docx"]


def newest(connection: Connection, unit: str, form: str) -> RowMapping | None:
    """The version in use."""
    table = aid_template
    statement = select(table).where(table.c.unit == unit, table.c.form == form).order_by(table.c.version.desc())
    return connection.execute(statement.limit(1)).mappings().one_or_none()


def versions(connection: Connection, unit: str, form: str | None = None) -> list[RowMapping]:
    """Every version without its file, the newest first; ``shipped`` says that it has none."""
    table = aid_template
    statement = select(*_LISTED, table.c.docx.is_(None).label("shipped")).where(table.c.unit == unit)
    if form is not None:
        statement = statement.where(table.c.form == form)
    return list(connection.execute(statement.order_by(table.c.form, table.c.version.desc())).mappings())


def version(connection: Connection, unit: str, form: str, number: int) -> RowMapping | None:
    table = aid_template
    wanted = select(table).where(table.c.unit == unit, table.c.form == form, table.c.version == number)
    return connection.execute(wanted).mappings().one_or_none()


def add(connection: Connection, unit: str, form: str, docx: bytes | None, sha256: str, made_by: str, at_ms: int) -> int:
    """A new version, which is in use from now on; its number."""
    table = aid_template
    last = select(func.max(table.c.version)).where(table.c.unit == unit, table.c.form == form)
    number = int(connection.execute(last).scalar() or 0) + 1
    row = {"unit": unit, "form": form, "version": number, "docx": docx, "sha256": sha256}
    connection.execute(insert(table).values(**row, made_by=made_by, at_ms=at_ms))
    return number
