"""Statements over what people enter for the report. A row counts unless it was taken back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, Table, and_, exists, func, insert, or_, select

from central import schema
from central.imports.tables import lawyer_entry
from central.report_entry.rules import EventKind, Row
from central.report_entry.tables import adviser_visit, report_entry, report_event, report_evidence, report_taken_back
from central.units.rules import Level

EVER: Final = 2**62
_OF_KIND: Final = {"entry": report_entry, "visit": adviser_visit, "event": report_event}


def _counts(table: Table, known_ms: int) -> ColumnElement[bool]:
    """What was entered before that moment and not taken back before it."""
    gone = report_taken_back
    taken = exists().where(gone.c.row == table.c.id, gone.c.at_ms < known_ms)
    return and_(table.c.at_ms < known_ms, ~taken)


# --- figures ------------------------------------------------------------------------------------------------


def newest(
    connection: Connection, units: Select[str], period: str, stocks: Sequence[str], known_ms: int = EVER
) -> dict[tuple[str, str], Row]:
    """Unit and code -> the entry that counts: the period's newest; of stocks, where it has none, the last before it."""
    return _newest(connection, report_entry.c.unit.in_(units), period, stocks, known_ms)


def newest_of(connection: Connection, unit: str, period: str, stocks: Sequence[str]) -> dict[str, Row]:
    """The same of one unit alone: code -> entry."""
    found = _newest(connection, report_entry.c.unit == unit, period, stocks, EVER)
    return {code: row for (_, code), row in found.items()}


def _newest(
    connection: Connection, where: ColumnElement[bool], period: str, stocks: Sequence[str], known_ms: int
) -> dict[tuple[str, str], Row]:
    of = report_entry.c
    before = and_(of.code.in_(stocks), of.period < period)
    latest = (of.period.desc(), of.n.desc())
    place = func.row_number().over(partition_by=(of.unit, of.code), order_by=latest).label("place")
    ranked = select(of.unit, of.code, of.id, of.period, of.value, of.carried, place).where(
        where, _counts(report_entry, known_ms), or_(of.period == period, before)
    )
    inner = ranked.subquery()
    rows = connection.execute(select(inner).where(inner.c.place == 1))
    return {(row.unit, row.code): Row(row.id, row.period, row.value, row.carried) for row in rows}


def history(connection: Connection, unit: str, period: str) -> Sequence[RowMapping]:
    """Every entry of a unit in a period, the newest first, also those that were taken back."""
    of = report_entry.c
    return _with_end(connection, report_entry, (of.unit == unit, of.period == period), (of.n.desc(),))


def next_n(connection: Connection, unit: str, period: str, code: str) -> int:
    of = report_entry.c
    last = select(func.max(of.n)).where(of.unit == unit, of.period == period, of.code == code)
    return int(connection.execute(last).scalar_one() or 0) + 1


# --- visits and events --------------------------------------------------------------------------------------


def visits(connection: Connection, unit: str, first: str, last: str) -> Sequence[RowMapping]:
    """The newest day first, also those that were taken back."""
    of = adviser_visit.c
    return _with_end(connection, adviser_visit, _of_days(of, unit, first, last), (of.day.desc(), of.begins.desc()))


def events(connection: Connection, unit: str, first: str, last: str) -> Sequence[RowMapping]:
    of = report_event.c
    return _with_end(connection, report_event, _of_days(of, unit, first, last), (of.day.desc(), of.at_ms.desc()))


def _of_days(of: Any, unit: str, first: str, last: str) -> tuple[ColumnElement[bool], ...]:
    return of.unit == unit, of.day.between(first, last)


def _with_end(
    connection: Connection, table: Table, where: Iterable[ColumnElement[bool]], order: Sequence[Any]
) -> Sequence[RowMapping]:
    gone = report_taken_back
    end = (gone.c.why, gone.c.by.label("taken_by"), gone.c.at_ms.label("taken_ms"))
    statement = select(table, *end).outerjoin(gone, gone.c.row == table.c.id).where(*where)
    return connection.execute(statement.order_by(*order, table.c.id)).mappings().all()


def last_visits(connection: Connection, unit: str, limit: int) -> Sequence[RowMapping]:
    """Of which an adviser can be chosen again."""
    of = adviser_visit.c
    wanted = select(adviser_visit).where(of.unit == unit, _counts(adviser_visit, EVER))
    return connection.execute(wanted.order_by(of.at_ms.desc(), of.id).limit(limit)).mappings().all()


def minutes_by_unit(connection: Connection, units: Select[str], first: str, last: str, known_ms: int) -> dict[str, int]:
    """How long advisers were there."""
    of = adviser_visit.c
    those = (of.unit.in_(units), of.day.between(first, last), _counts(adviser_visit, known_ms))
    found = connection.execute(select(of.unit, func.sum(of.minutes)).where(*those).group_by(of.unit))
    return {unit: int(minutes) for unit, minutes in found}


def lectures_by_unit(
    connection: Connection, units: Select[str], first: str, last: str, known_ms: int
) -> dict[str, int]:
    of = report_event.c
    those = (of.unit.in_(units), of.day.between(first, last), of.kind == EventKind.LECTURE.value)
    counted = select(of.unit, func.count()).where(*those, _counts(report_event, known_ms)).group_by(of.unit)
    return {unit: int(count) for unit, count in connection.execute(counted)}


def events_by_unit(
    connection: Connection, units: Select[str], first: str, last: str, known_ms: int = EVER
) -> dict[str, list[tuple[str, int, int, int]]]:
    """Unit -> kind, how many, people, leaflets."""
    of = report_event.c
    sums = (func.count(), func.sum(of.people), func.sum(of.leaflets))
    those = (of.unit.in_(units), of.day.between(first, last), _counts(report_event, known_ms))
    found: dict[str, list[tuple[str, int, int, int]]] = {}
    grouped = select(of.unit, of.kind, *sums).where(*those).group_by(of.unit, of.kind)
    for unit, kind, *counted in connection.execute(grouped):
        count, people, leaflets = map(int, counted)
        found.setdefault(unit, []).append((kind, count, people, leaflets))
    return found


def events_of(connection: Connection, unit: str, first: str, last: str) -> list[tuple[str, int, int, int]]:
    """The same of one unit alone."""
    alone = select(schema.unit.c.id).where(schema.unit.c.id == unit)
    return events_by_unit(connection, alone, first, last).get(unit, [])


def levels(connection: Connection, units: Select[str]) -> dict[str, Level]:
    """Where each of these units stands."""
    of = schema.unit.c
    return {unit: Level(level) for unit, level in connection.execute(select(of.id, of.level).where(of.id.in_(units)))}


def open_units(connection: Connection, units: Select[str], at_ms: int, known_ms: int = EVER) -> set[str]:
    """Those of the units that were not closed at that moment, as far as they were known.

    When a unit was entered here is not when its room was opened: one that is new in the tree has been there before.
    """
    of = schema.unit.c
    open_then = or_(of.closed_ms.is_(None), of.closed_ms >= at_ms)
    there = select(of.id).where(of.id.in_(units), of.made_ms < known_ms, open_then)
    return set(connection.execute(there).scalars())


# --- rows ---------------------------------------------------------------------------------------------------


def add(connection: Connection, sort: str, /, **facts: Any) -> None:
    connection.execute(insert(_OF_KIND[sort]).values(**facts))


def row(connection: Connection, identifier: str) -> tuple[str, RowMapping] | None:
    """What kind of row it is, and the row."""
    for kind, table in _OF_KIND.items():
        found = connection.execute(select(table).where(table.c.id == identifier)).mappings().one_or_none()
        if found is not None:
            return kind, found
    return None


def is_taken_back(connection: Connection, identifier: str) -> bool:
    gone = report_taken_back
    return connection.execute(select(gone.c.row).where(gone.c.row == identifier)).first() is not None


def take_back(connection: Connection, **facts: Any) -> None:
    connection.execute(insert(report_taken_back).values(**facts))


# --- evidence and advisers ----------------------------------------------------------------------------------


def add_evidence(connection: Connection, **facts: Any) -> None:
    connection.execute(insert(report_evidence).values(**facts))


def evidence(connection: Connection, identifier: str, unit: str, period: str) -> RowMapping | None:
    """With its content, if it is of that unit and period."""
    of = report_evidence.c
    wanted = select(report_evidence).where(of.id == identifier, of.unit == unit, of.period == period)
    return connection.execute(wanted).mappings().one_or_none()


def same_evidence(connection: Connection, unit: str, period: str, sha256: str) -> str | None:
    of = report_evidence.c
    wanted = select(of.id).where(of.unit == unit, of.period == period, of.sha256 == sha256)
    return connection.execute(wanted).scalar_one_or_none()


def count_evidence(connection: Connection, unit: str, period: str) -> int:
    of = report_evidence.c
    counted = select(func.count()).where(of.unit == unit, of.period == period)
    return int(connection.execute(counted).scalar_one())


def lawyer(connection: Connection, mark: str) -> RowMapping | None:
    """Somebody of the register, sealed."""
    table = lawyer_entry
    return connection.execute(select(table).where(table.c.mark == mark)).mappings().one_or_none()
