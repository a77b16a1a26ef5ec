"""Sums over days and calls of other systems, by unit, as they were known at a moment."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Connection, Select, func, select

from central.outside.codes import ADVICE, BY_FIELD, BY_WHOM, HOTLINE, ONLINE, Ended, Source
from central.outside.store import newest
from central.outside.tables import DAYS, hotline_call, hotline_day, web_day

_ADDED: Final = {Source.HOTLINE: (*HOTLINE, ADVICE, *BY_FIELD, *BY_WHOM), Source.WEB: ("N01", "N04", "N05", *ONLINE)}
Units = Select[str]


def of_days(
    connection: Connection, source: Source, units: Units, days: tuple[str, str], known_ms: int
) -> dict[str, dict[str, int]]:
    """Unit -> code -> sum over these days, both included."""
    table = DAYS[source]
    sums = [func.coalesce(func.sum(table.c[code.lower()]), 0).label(code) for code in _ADDED[source]]
    statement = select(table.c.unit, *sums).where(
        table.c.unit.in_(units), table.c.day.between(*days), newest(table, known_ms, "unit", "day")
    )
    found = connection.execute(statement.group_by(table.c.unit)).mappings()
    return {row["unit"]: {code: int(row[code]) for code in _ADDED[source]} for row in found}


def of_calls(connection: Connection, units: Units, days: tuple[str, str], known_ms: int) -> list[tuple[Any, ...]]:
    """Unit, how it ended, field, by whom, how many, how long together."""
    table = hotline_call
    kinds = (table.c.unit, table.c.ended, table.c.advice_field, table.c.answered_by)
    statement = select(*kinds, func.count(), func.sum(table.c.talk_s)).where(
        table.c.unit.in_(units), table.c.day.between(*days), table.c.ended != Ended.VOID.value,
        newest(table, known_ms, "unit", "call"),
    )  # fmt: skip
    return [tuple(row) for row in connection.execute(statement.group_by(*kinds))]


def last_known(connection: Connection, code: str, units: Units, last: str, known_ms: int) -> dict[str, int]:
    """What each unit told last of a stock of its platform, on that day or before it."""
    table = web_day
    stands = (table.c.day <= last) & table.c[code.lower()].is_not(None) & newest(table, known_ms, "unit", "day")
    latest = select(table.c.unit, func.max(table.c.day).label("day")).where(table.c.unit.in_(units), stands)
    of_unit = latest.group_by(table.c.unit).subquery()
    statement = select(table.c.unit, table.c[code.lower()]).join(
        of_unit, (of_unit.c.unit == table.c.unit) & (of_unit.c.day == table.c.day)
    )
    return {row[0]: int(row[1]) for row in connection.execute(statement.where(newest(table, known_ms, "unit", "day")))}


def open_tasks(connection: Connection, units: Units, before: str, known_ms: int) -> dict[str, int]:
    """Tasks that were sent out before that day and not done.

    On the first day that was ever told some were open of which nobody said anything. More done than sent out shows
    them: the running sum counts from its lowest point, so that it is never below nothing.
    """
    table = hotline_day
    more = func.sum(table.c.g05 - table.c.g06).over(partition_by=table.c.unit, order_by=table.c.day)
    running = (
        select(table.c.unit, (table.c.g05 - table.c.g06).label("more"), more.label("left"))
        .where(table.c.unit.in_(units), table.c.day < before, newest(table, known_ms, "unit", "day"))
        .subquery()
    )
    statement = select(running.c.unit, func.sum(running.c.more), func.min(running.c.left)).group_by(running.c.unit)
    return {unit: int(whole) - min(0, int(lowest)) for unit, whole, lowest in connection.execute(statement)}
