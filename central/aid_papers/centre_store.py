"""Statements over the centres and their series of numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from central import schema
from central.aid_papers.tables import aid_centre, aid_series
from central.database import replace_row, upsert


def centre(connection: Connection, unit: str) -> RowMapping | None:
    table = aid_centre
    return connection.execute(select(table).where(table.c.unit == unit)).mappings().one_or_none()


def put_centre(connection: Connection, unit: str, now_ms: int, **facts: str) -> None:
    connection.execute(replace_row(connection, aid_centre), {"unit": unit, "changed_ms": now_ms, **facts})


def next_serial(connection: Connection, unit: str, series: str, year: int) -> int:
    """The next number of a series; its row is locked until the caller's transaction ends, and goes back with it."""
    table = aid_series
    insert: Any = upsert(connection, table).values(unit=unit, series=series, year=year, last=1)
    statement = insert.on_conflict_do_update(
        index_elements=[table.c.unit, table.c.series, table.c.year], set_={"last": table.c.last + 1}
    )
    return int(connection.execute(statement.returning(table.c.last)).scalar_one())


def used_series(connection: Connection, unit: str) -> bool:
    """Whether a number of this unit was ever taken."""
    table = aid_series
    return connection.execute(select(table.c.last).where(table.c.unit == unit).limit(1)).first() is not None


def unit_with_short_name(connection: Connection, short_name: str) -> str | None:
    """Whose short name it is."""
    table = aid_centre
    found: str | None = connection.execute(select(table.c.unit).where(table.c.short_name == short_name)).scalar()
    return found


def path_of(connection: Connection, unit: str) -> str | None:
    table = schema.unit
    found: str | None = connection.execute(select(table.c.path).where(table.c.id == unit)).scalar()
    return found


def centres_among(connection: Connection, units: Sequence[str]) -> set[str]:
    table = aid_centre
    return set(connection.execute(select(table.c.unit).where(table.c.unit.in_(units))).scalars())


def open_centres(connection: Connection) -> list[RowMapping]:
    """Centres whose unit is not closed, in the order of the tree."""
    unit, table = schema.unit, aid_centre
    statement = select(table).join(unit, unit.c.id == table.c.unit).where(unit.c.closed_ms.is_(None))
    return list(connection.execute(statement.order_by(unit.c.path)).mappings())
