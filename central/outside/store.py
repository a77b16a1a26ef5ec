"""Statements over days and calls of other systems: their newest versions, and new ones beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, and_, exists, insert, select

from central.outside.codes import TOLD, Ended, Source
from central.outside.tables import DAYS, hotline_call, hotline_day
from central.units.store import ids_at

_AT_ONCE: Final = 500
CALL: Final = ("unit", "call", "day", "at_ms", "ended", "talk_s", "advice_field", "answered_by")
Day = tuple[str, str]  # unit, day


@dataclass(frozen=True, slots=True)
class Whence:
    """Who tells it, when, and in which file."""

    told_by: str
    told_ms: int
    file: str = ""


def newest(table: Any, known_ms: int | None = None, *key: str) -> ColumnElement[bool]:
    """Rows that are the newest version of what they are about; with ``known_ms`` the newest before that."""
    later = table.alias()
    same = [later.c[name] == table.c[name] for name in key]
    then = [] if known_ms is None else [later.c.told_ms < known_ms]
    mine = [] if known_ms is None else [table.c.told_ms < known_ms]
    return and_(*mine, ~exists().where(*same, later.c.version > table.c.version, *then))


# --- days ---------------------------------------------------------------------------------------------------


def known_days(connection: Connection, source: Source, days: Iterable[Day]) -> dict[Day, dict[str, Any]]:
    """What is told of these days now: unit, day, version and every code."""
    table, found = DAYS[source], dict[Day, dict[str, Any]]()
    for unit, some in _lots(days):
        statement = _figures(source).where(table.c.unit == unit, table.c.day.in_(some), newest(table, None, *_DAY))
        for row in connection.execute(statement).mappings():
            found[row["unit"], row["day"]] = dict(row)
    return found


def add_days(connection: Connection, source: Source, rows: Sequence[Mapping[str, Any]], whence: Whence) -> None:
    """New versions of these days; what was told before stays."""
    known = known_days(connection, source, [(row["unit"], row["day"]) for row in rows])
    fresh = [
        {
            "unit": row["unit"],
            "day": row["day"],
            "version": known[row["unit"], row["day"]]["version"] + 1 if (row["unit"], row["day"]) in known else 1,
            **{code.lower(): row[code] for code in TOLD[source].every},
            **_told(whence),
        }
        for row in rows
    ]
    if fresh:
        connection.execute(insert(DAYS[source]), fresh)


def versions(connection: Connection, source: Source, unit: str, day: str) -> list[RowMapping]:
    """Everything that was told of a day, the newest first."""
    table = DAYS[source]
    statement = _figures(source).add_columns(table.c.told_by, table.c.told_ms, table.c.file)
    statement = statement.where(table.c.unit == unit, table.c.day == day).order_by(table.c.version.desc())
    return list(connection.execute(statement).mappings())


def latest_days(connection: Connection, source: Source, path: str, limit: int) -> list[RowMapping]:
    """The days that units at or below a path told, as they stand: the latest ones, in order."""
    table = DAYS[source]
    statement = _figures(source).where(table.c.unit.in_(ids_at(path)), newest(table, None, *_DAY))
    found = connection.execute(statement.order_by(table.c.day.desc(), table.c.unit).limit(limit)).mappings()
    return list(reversed(list(found)))


# --- calls --------------------------------------------------------------------------------------------------


def known_calls(connection: Connection, calls: Iterable[tuple[str, str]]) -> dict[tuple[str, str], dict[str, Any]]:
    """What is told of these calls now, by unit and call."""
    table, found = hotline_call, dict[tuple[str, str], dict[str, Any]]()
    columns = [table.c[name] for name in (*CALL, "version")]
    for unit, some in _lots(calls):
        statement = select(*columns).where(table.c.unit == unit, table.c.call.in_(some), newest(table, None, *_CALL))
        for row in connection.execute(statement).mappings():
            found[row["unit"], row["call"]] = dict(row)
    return found


def add_calls(connection: Connection, rows: Sequence[Mapping[str, Any]], whence: Whence) -> None:
    known = known_calls(connection, [(row["unit"], row["call"]) for row in rows])
    fresh = [
        {
            **{name: row[name] for name in CALL},
            "version": known[row["unit"], row["call"]]["version"] + 1 if (row["unit"], row["call"]) in known else 1,
            **_told(whence),
        }
        for row in rows
    ]
    if fresh:
        connection.execute(insert(hotline_call), fresh)


def latest_calls(connection: Connection, path: str, limit: int) -> list[RowMapping]:
    """The latest calls that units at or below a path told of, in order."""
    table = hotline_call
    columns = [table.c[name] for name in CALL]
    statement = select(*columns).where(table.c.unit.in_(ids_at(path)), newest(table, None, *_CALL))
    found = connection.execute(statement.order_by(table.c.day.desc(), table.c.at_ms.desc()).limit(limit)).mappings()
    return list(reversed(list(found)))


def days_told_by_sums(connection: Connection, days: Iterable[Day]) -> set[Day]:
    """Which of these days have calls in their sums."""
    table, found = hotline_day, set[Day]()
    for unit, some in _lots(days):
        wanted = select(table.c.unit, table.c.day).where(
            table.c.unit == unit, table.c.day.in_(some), table.c.g01 > 0, newest(table, None, *_DAY)
        )
        found |= {(row.unit, row.day) for row in connection.execute(wanted)}
    return found


def days_told_by_calls(connection: Connection, days: Iterable[Day]) -> set[Day]:
    """Which of these days have calls that were told one by one."""
    table, found = hotline_call, set[Day]()
    for unit, some in _lots(days):
        wanted = select(table.c.unit, table.c.day).where(
            table.c.unit == unit, table.c.day.in_(some), table.c.ended != Ended.VOID.value, newest(table, None, *_CALL)
        )
        found |= {(row.unit, row.day) for row in connection.execute(wanted.distinct())}
    return found


_DAY: Final = ("unit", "day")
_CALL: Final = ("unit", "call")


def _figures(source: Source) -> Select[Any]:
    """Unit, day, version, and the figures by their codes."""
    table = DAYS[source]
    codes = [table.c[code.lower()].label(code) for code in TOLD[source].every]
    return select(table.c.unit, table.c.day, table.c.version, *codes)


def _told(whence: Whence) -> dict[str, Any]:
    return {"told_by": whence.told_by, "told_ms": whence.told_ms, "file": whence.file}


def _lots(pairs: Iterable[tuple[str, str]]) -> Iterable[tuple[str, list[str]]]:
    """Unit by unit, as many at once as a statement takes."""
    of_unit: dict[str, list[str]] = {}
    for unit, other in dict.fromkeys(pairs):
        of_unit.setdefault(unit, []).append(other)
    for unit, others in of_unit.items():
        for start in range(0, len(others), _AT_ONCE):
            yield unit, others[start : start + _AT_ONCE]
