"""Statements over forms, versions and steps."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from central import schema
from central.database import put_rows, replace_row
from central.report.periods import BY_DEFAULT, PeriodRule, Rules
from central.report.stages import Move, State
from central.report.tables import report, report_mark, report_own, report_rule, report_step, report_version
from central.strict_json import write_json
from central.units.store import ids_at

_AT_ONCE: Final = 500
_STEP: Final = (
    "unit", "period", "n", "at_ms", "actor", "part", "move", "from_state", "to_state", "version", "facts", "before",
)  # fmt: skip


def rules(connection: Connection) -> Rules:
    """How months are cut, from which period on; of two for one period the one that was set later."""
    table = report_rule
    found = connection.execute(select(table.c.since, table.c.rule).order_by(table.c.since, table.c.id))
    return (*BY_DEFAULT, *((row.since, PeriodRule(row.rule)) for row in found))


def add_rule(connection: Connection, since: str, rule: PeriodRule, actor: str, now_ms: int) -> None:
    connection.execute(insert(report_rule).values(since=since, rule=rule.value, set_by=actor, set_ms=now_ms))


def every_rule(connection: Connection) -> list[RowMapping]:
    table = report_rule
    return list(connection.execute(select(table).order_by(table.c.since, table.c.id)).mappings())


def is_begun(connection: Connection, period: str) -> bool:
    """Whether any form of that period or of a later one was begun."""
    table = report
    return connection.execute(select(table.c.unit).where(table.c.period >= period).limit(1)).first() is not None


def first_seen_ms(connection: Connection, path: str) -> int | None:
    """When the first unit at or below a path was made, or central first heard of one of their halls."""
    unit, stream = schema.unit, schema.stream
    made = select(func.min(unit.c.made_ms)).where(unit.c.path.startswith(path), unit.c.made_ms > 0)
    heard = (
        select(func.min(stream.c.first_ms))
        .join(schema.hall, schema.hall.c.id == stream.c.hall)
        .where(schema.hall.c.unit.in_(ids_at(path)))
    )
    found = [connection.execute(one).scalar() for one in (made, heard)]
    return min((int(one) for one in found if one is not None), default=None)


# --- what units did ------------------------------------------------------------------------------------------


def own_cells(connection: Connection, period: str, units: Collection[str] | None = None) -> dict[str, str]:
    """Unit -> its own cells as they were counted last, as text; of all units, or of these."""
    table = report_own
    statement = select(table.c.unit, table.c.cells).where(table.c.period == period)
    if units is not None:
        statement = statement.where(table.c.unit.in_(units))
    return {row.unit: row.cells for row in connection.execute(statement)}


def counted_at(connection: Connection, period: str, part: str) -> RowMapping | None:
    table = report_mark
    return connection.execute(select(table).where(table.c.part == part, table.c.period == period)).mappings().first()


def known_marks(connection: Connection, period: str) -> dict[str, str]:
    table = report_mark
    return {row.part: row.mark for row in connection.execute(select(table).where(table.c.period == period))}


def keep_own(connection: Connection, period: str, cells: Mapping[str, str], now_ms: int) -> None:
    put_rows(connection, report_own, [(unit, period, text, now_ms) for unit, text in cells.items()])


def keep_mark(connection: Connection, period: str, part: str, mark: str, now_ms: int) -> None:
    facts = {"part": part, "period": period, "mark": mark, "counted_ms": now_ms}
    connection.execute(replace_row(connection, report_mark), facts)


# --- forms ---------------------------------------------------------------------------------------------------


def form_of(connection: Connection, unit: str, period: str) -> RowMapping | None:
    table = report
    return connection.execute(select(table).where(table.c.unit == unit, table.c.period == period)).mappings().first()


def forms_below(connection: Connection, path: str, period: str) -> dict[str, RowMapping]:
    """Unit -> its form, of all units at or below a path that have begun one."""
    table = report
    statement = select(table).where(table.c.period == period, table.c.unit.in_(ids_at(path)))
    return {row["unit"]: row for row in connection.execute(statement).mappings()}


def forms_of_unit(connection: Connection, unit: str, periods: Collection[str]) -> dict[str, RowMapping]:
    table = report
    statement = select(table).where(table.c.unit == unit, table.c.period.in_(periods))
    return {row["period"]: row for row in connection.execute(statement).mappings()}


def begin(connection: Connection, unit: str, period: str, now_ms: int) -> RowMapping:
    facts = {
        "unit": unit, "period": period, "state": State.COLLECTING.value, "version": 0, "step": 0, "nil": False,
        "preparer": "", "reviewer": "", "signer": "", "late": False, "changed_ms": now_ms,
    }  # fmt: skip
    connection.execute(insert(report).values(facts))
    made = form_of(connection, unit, period)
    assert made is not None
    return made


def change(connection: Connection, unit: str, period: str, step: int, facts: Mapping[str, Any]) -> bool:
    """Only if its last step is still the one that was seen; whether it was."""
    table = report
    here = (table.c.unit == unit, table.c.period == period, table.c.step == step)
    return connection.execute(update(table).where(*here).values(**facts)).rowcount == 1


def versions(connection: Connection, unit: str, period: str) -> list[RowMapping]:
    table = report_version
    here = (table.c.unit == unit, table.c.period == period)
    return list(connection.execute(select(table).where(*here).order_by(table.c.version)).mappings())


def version(connection: Connection, unit: str, period: str, number: int) -> RowMapping | None:
    table = report_version
    here = (table.c.unit == unit, table.c.period == period, table.c.version == number)
    return connection.execute(select(table).where(*here)).mappings().first()


def current_versions(connection: Connection, units: Sequence[str], period: str) -> dict[str, RowMapping]:
    """Unit -> the version that its form stands at, of those that have one."""
    table = report_version
    found: dict[str, RowMapping] = {}
    for place in range(0, len(units), _AT_ONCE):
        statement = (
            select(table)
            .join(report, (report.c.unit == table.c.unit) & (report.c.period == table.c.period))
            .where(table.c.period == period, table.c.version == report.c.version)
            .where(table.c.unit.in_(units[place : place + _AT_ONCE]))
        )
        found |= {row["unit"]: row for row in connection.execute(statement).mappings()}
    return found


def keep_version(connection: Connection, **facts: Any) -> None:
    """Written once, and again only while it is being drawn up."""
    connection.execute(replace_row(connection, report_version), facts)


def children(connection: Connection, unit: str) -> list[RowMapping]:
    """The units directly below, by path."""
    table = schema.unit
    return list(connection.execute(select(table).where(table.c.parent == unit).order_by(table.c.path)).mappings())


def paths_below(connection: Connection, path: str) -> dict[str, str]:
    """Every open unit at or below a path with its own path."""
    table = schema.unit
    statement = select(table.c.id, table.c.path).where(table.c.path.startswith(path), table.c.closed_ms.is_(None))
    return {row.id: row.path for row in connection.execute(statement)}


# --- steps ---------------------------------------------------------------------------------------------------


def was_checked(connection: Connection, unit: str, period: str, version: int) -> bool:
    """Whether somebody has checked that version: then it stays as they saw it."""
    table = report_step
    here = (table.c.unit == unit, table.c.period == period, table.c.version == version)
    checked = select(table.c.n).where(*here, table.c.move == Move.CHECK.value).limit(1)
    return connection.execute(checked).first() is not None


def add_step(connection: Connection, **facts: Any) -> None:
    """Behind the last one, joined to it by its hash."""
    table = report_step
    here = (table.c.unit == facts["unit"], table.c.period == facts["period"])
    last = connection.execute(select(table.c.hash).where(*here).order_by(table.c.n.desc()).limit(1)).scalar()
    row = {**facts, "before": last or ""}
    connection.execute(insert(table).values(**row, hash=hash_of(row)))


def hash_of(row: Mapping[Any, Any]) -> str:
    """What joins a step to the one before."""
    return hashlib.sha256(write_json([row[name] for name in _STEP]).encode()).hexdigest()


def steps(connection: Connection, unit: str, period: str) -> list[RowMapping]:
    table = report_step
    here = (table.c.unit == unit, table.c.period == period)
    return list(connection.execute(select(table).where(*here).order_by(table.c.n)).mappings())


def broken_at(rows: Sequence[Mapping[Any, Any]]) -> int | None:
    """The first step that is not what was written, None for a whole chain."""
    before = ""
    for number, row in enumerate(rows, start=1):
        if row["n"] != number or row["before"] != before or row["hash"] != hash_of(row):
            return number
        before = row["hash"]
    return None
