"""Statements over units, and over which halls stand where."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, func, insert, select, update

from central import schema
from central.failures import NotFound


def below(path: str) -> ColumnElement[bool]:
    """Halls at or below a path; ids hold no wildcard."""
    unit = schema.unit
    return schema.hall.c.unit.in_(select(unit.c.id).where(unit.c.path.startswith(path)))


def ids_at(path: str, alone: bool = False) -> Select[str]:
    """Units at or below a path; ``alone``: the one that stands there."""
    table = schema.unit
    return select(table.c.id).where(table.c.path == path if alone else table.c.path.startswith(path))


def unit(connection: Connection, unit_id: str) -> RowMapping | None:
    table = schema.unit
    return connection.execute(select(table).where(table.c.id == unit_id)).mappings().one_or_none()


def require_unit(connection: Connection, unit_id: str, own_path: str) -> RowMapping:
    """The unit, if it stands at or below ``own_path``; raises `NotFound`."""
    row = unit(connection, unit_id)
    if row is None or not row["path"].startswith(own_path):
        raise NotFound("NO_SUCH_UNIT")
    return row


def names(connection: Connection, ids: Collection[str]) -> dict[str, tuple[str, str]]:
    """The names of these units, Chinese and English."""
    table = schema.unit
    rows = connection.execute(select(table.c.id, table.c.name_zh, table.c.name_en).where(table.c.id.in_(ids)))
    return {row.id: (row.name_zh, row.name_en) for row in rows}


def units(connection: Connection, own_path: str, after: str, limit: int) -> list[RowMapping]:
    """Units at or below a path, each behind its parent."""
    table = schema.unit
    statement = select(table).where(table.c.path.startswith(own_path), table.c.path > after)
    return list(connection.execute(statement.order_by(table.c.path).limit(limit)).mappings())


def open_units(connection: Connection) -> list[RowMapping]:
    """All units that are not closed, each behind its parent."""
    table = schema.unit
    return list(connection.execute(select(table).where(table.c.closed_ms.is_(None)).order_by(table.c.path)).mappings())


def trail(connection: Connection, path: str, own_path: str) -> list[RowMapping]:
    """The units from one's own down to this one."""
    table = schema.unit
    steps = path.split("/")[:-1]
    paths = ["/".join(steps[:count]) + "/" for count in range(1, len(steps) + 1)]
    wanted = select(table).where(table.c.path.in_([one for one in paths if one.startswith(own_path)]))
    return list(connection.execute(wanted.order_by(table.c.path)).mappings())


def add_unit(connection: Connection, **facts: Any) -> None:
    connection.execute(insert(schema.unit).values(**facts))


def change_unit(connection: Connection, unit_id: str, **facts: Any) -> None:
    table = schema.unit
    connection.execute(update(table).where(table.c.id == unit_id).values(**facts))


def move_below(connection: Connection, old_path: str, new_path: str) -> None:
    """Give a unit and all below it their new paths."""
    table = schema.unit
    moved = new_path + func.substr(table.c.path, len(old_path) + 1)
    connection.execute(update(table).where(table.c.path.startswith(old_path)).values(path=moved))


def put_hall(connection: Connection, hall: str, unit_id: str) -> None:
    table = schema.hall
    connection.execute(update(table).where(table.c.id == hall).values(unit=unit_id))


def longest_below(connection: Connection, path: str) -> int:
    """How long the longest path at or below this one is."""
    table = schema.unit
    longest = select(func.max(func.length(table.c.path))).where(table.c.path.startswith(path))
    return int(connection.execute(longest).scalar_one())


def is_used(connection: Connection, path: str) -> bool:
    """Whether a hall, an account or an open unit stands at or below."""
    table = schema.unit
    staff = select(schema.account.c.id).where(
        schema.account.c.unit.in_(select(table.c.id).where(table.c.path.startswith(path)))
    )
    child = select(table.c.id).where(table.c.path.startswith(path), table.c.path != path, table.c.closed_ms.is_(None))
    hall = select(schema.hall.c.id).where(below(path))
    return any(connection.execute(one.limit(1)).first() is not None for one in (child, hall, staff))
