"""Statements over years of rest days, and the table that holds now."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from sqlalchemy import Connection, RowMapping, func, insert, select

from central.rest_days.tables import rest_day_year
from central.strict_json import write_json
from hall.law.days import DayTable, YearStatus
from hall_config.rest_days import YearPart, shipped

SHIPPED: int = 0  # the revision of a year as it ships


@dataclass(frozen=True, slots=True)
class KnownYear:
    """A year's table with where it is from; ``by`` is nobody for one that ships."""

    part: YearPart
    revision: int
    by: str | None = None
    at_ms: int | None = None


def day_table(connection: Connection) -> DayTable:
    """The rest days that hold now: what ships with the program, and over it what was brought in."""
    return _table(tuple(one.part.model_dump_json() for one in in_force(connection)))


def in_force(connection: Connection) -> list[KnownYear]:
    """Each year once, the oldest first: the newest that was brought in, or what ships, whichever is official."""
    found = {one.year: KnownYear(one, SHIPPED) for one in shipped().years}
    table = rest_day_year
    newest = select(table.c.year, func.max(table.c.revision).label("revision")).group_by(table.c.year).subquery()
    same = (table.c.year == newest.c.year) & (table.c.revision == newest.c.revision)
    for row in connection.execute(select(table).join(newest, same)).mappings():
        given, known = _read(row), found.get(row["year"])
        official = known is not None and known.part.status is YearStatus.OFFICIAL
        if not official or given.part.status is YearStatus.OFFICIAL:
            found[row["year"]] = given
    return [found[year] for year in sorted(found)]


def year_in_force(connection: Connection, year: int) -> KnownYear | None:
    return next((one for one in in_force(connection) if one.part.year == year), None)


def revisions(connection: Connection, year: int) -> list[KnownYear]:
    """All that was ever said of a year, the newest first, and last what ships."""
    table = rest_day_year
    rows = connection.execute(select(table).where(table.c.year == year).order_by(table.c.revision.desc())).mappings()
    return [_read(row) for row in rows] + [KnownYear(one, SHIPPED) for one in shipped().years if one.year == year]


def add(connection: Connection, part: YearPart, by: str, now_ms: int) -> int:
    """Bring a year in; the revision it has got."""
    table = rest_day_year
    last = connection.execute(select(func.max(table.c.revision)).where(table.c.year == part.year)).scalar()
    revision = (last or SHIPPED) + 1
    row = {
        "year": part.year, "revision": revision, "status": part.status.value, "document": part.model_dump_json(),
        "put_ms": now_ms, "put_by": by,
    }  # fmt: skip
    connection.execute(insert(table).values(row))
    return revision


def table_with(connection: Connection, part: YearPart) -> DayTable:
    """The table as it would be with this year in it."""
    others = [one.part.model_dump_json() for one in in_force(connection) if one.part.year != part.year]
    return _table((*others, part.model_dump_json()))


def _read(row: RowMapping) -> KnownYear:
    part = YearPart.model_validate_json(row["document"])
    return KnownYear(part, row["revision"], row["put_by"], row["put_ms"])


@lru_cache(maxsize=8)
def _table(documents: tuple[str, ...]) -> DayTable:
    """By what it says, so that the same days are one table with one revision, in whatever store."""
    parts = sorted((YearPart.model_validate_json(one) for one in documents), key=lambda one: one.year)
    holidays = shipped().holidays.month_days()
    said = [[one.year, one.status, *sorted(map(str, one.days().off)), *sorted(one.worked)] for one in parts]
    revision = sha256(write_json([said, sorted(holidays)]).encode()).hexdigest()[:16]
    return DayTable.of((one.days() for one in parts), holidays, revision)
