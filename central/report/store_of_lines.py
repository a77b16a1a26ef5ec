"""Statements over what people add to a form: lines, notes, units signed for as missing, correction slips."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select, update

from central.report.tables import report_line, report_missing, report_note, report_slip


def lines(connection: Connection, period: str, units: Collection[str]) -> list[RowMapping]:
    """The lines of these units' own parts that were not taken back."""
    table = report_line
    those = (table.c.period == period, table.c.unit.in_(units), table.c.taken_ms.is_(None))
    return list(connection.execute(select(table).where(*those).order_by(table.c.id)).mappings())


def lines_of_period(connection: Connection, period: str) -> list[RowMapping]:
    table = report_line
    those = (table.c.period == period, table.c.taken_ms.is_(None))
    return list(connection.execute(select(table).where(*those).order_by(table.c.id)).mappings())


def lines_about(connection: Connection, unit: str, about: str) -> list[RowMapping]:
    """The late lines of a unit's later forms that are about an earlier one."""
    table = report_line
    those = (table.c.unit == unit, table.c.about == about, table.c.kind == "LATE", table.c.taken_ms.is_(None))
    return list(connection.execute(select(table).where(*those)).mappings())


def line(connection: Connection, unit: str, period: str, number: int) -> RowMapping | None:
    table = report_line
    here = (table.c.id == number, table.c.unit == unit, table.c.period == period)
    return connection.execute(select(table).where(*here)).mappings().first()


def add_line(connection: Connection, **facts: Any) -> int:
    return int(connection.execute(insert(report_line).values(**facts).returning(report_line.c.id)).scalar_one())


def take_back_line(connection: Connection, number: int, actor: str, now_ms: int) -> None:
    table = report_line
    connection.execute(update(table).where(table.c.id == number).values(taken_by=actor, taken_ms=now_ms))


def notes(connection: Connection, unit: str, period: str) -> dict[str, RowMapping]:
    """Rule -> the newest note to it that says something."""
    table = report_note
    here = (table.c.unit == unit, table.c.period == period)
    found = {row["rule"]: row for row in connection.execute(select(table).where(*here).order_by(table.c.id)).mappings()}
    return {rule: row for rule, row in found.items() if row["text"]}


def add_note(connection: Connection, **facts: Any) -> None:
    connection.execute(insert(report_note).values(**facts))


def missing(connection: Connection, unit: str, period: str) -> dict[str, RowMapping]:
    """Lower unit -> who signed for its missing form, of those that are signed for now."""
    table = report_missing
    here = (table.c.unit == unit, table.c.period == period)
    every = connection.execute(select(table).where(*here).order_by(table.c.id)).mappings()
    found = {row["lower"]: row for row in every}
    return {lower: row for lower, row in found.items() if row["missing"]}


def add_missing(connection: Connection, **facts: Any) -> None:
    connection.execute(insert(report_missing).values(**facts))


def slips(connection: Connection, unit: str, period: str) -> list[RowMapping]:
    table = report_slip
    here = (table.c.unit == unit, table.c.period == period)
    return list(connection.execute(select(table).where(*here).order_by(table.c.id)).mappings())


def slip(connection: Connection, unit: str, period: str, number: int) -> RowMapping | None:
    table = report_slip
    here = (table.c.id == number, table.c.unit == unit, table.c.period == period)
    return connection.execute(select(table).where(*here)).mappings().first()


def add_slip(connection: Connection, **facts: Any) -> int:
    return int(connection.execute(insert(report_slip).values(**facts).returning(report_slip.c.id)).scalar_one())


def decide_slip(connection: Connection, number: int, approved: bool, actor: str, now_ms: int) -> bool:
    """Once; whether it was still open."""
    table = report_slip
    open_one = (table.c.id == number, table.c.decided_ms.is_(None))
    facts = {"approved": approved, "decided_by": actor, "decided_ms": now_ms}
    return connection.execute(update(table).where(*open_one).values(**facts)).rowcount == 1
