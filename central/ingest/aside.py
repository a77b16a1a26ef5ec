"""Statements over what did not go the usual way, three lanes as one list: poison events, conflicts, rejected messages.

The newest first. Within one moment the order is that of `Place`, so that a page begins where the one before ended.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Column, ColumnElement, Connection, RowMapping, Select, and_, literal, or_, select, tuple_

from central import schema


class Place(NamedTuple):
    """Where in the list an item stands."""

    at_ms: int
    lane: str
    group: int
    number: int
    identity: str


@dataclass(frozen=True, slots=True)
class Aside:
    """One item with its place; ``facts`` are the columns of its lane."""

    place: Place
    facts: RowMapping


@dataclass(frozen=True, slots=True)
class _Lane:
    facts: Callable[[], Select[Any]]
    at_ms: Column[Any]
    key: tuple[ColumnElement[Any], ColumnElement[Any], ColumnElement[Any]]
    hall: Column[Any]


def set_aside(connection: Connection, hall: str, after: Place | None, limit: int) -> list[Aside]:
    """What of this hall was set aside behind this place."""
    found = [one for name in _LANES for one in _of_lane(connection, name, hall, after, limit)]
    found.sort(key=lambda one: (-one.place.at_ms, one.place.lane))  # stable: each lane is in order already
    return found[:limit]


def _of_lane(connection: Connection, name: str, hall: str, after: Place | None, limit: int) -> list[Aside]:
    lane = _LANES[name]
    statement = lane.facts().where(lane.hall == hall).order_by(lane.at_ms.desc(), *lane.key).limit(limit)
    statement = statement.add_columns(*(part.label(f"key_{n}") for n, part in enumerate(lane.key)))
    if after is not None:
        statement = statement.where(_behind(lane, name, after))
    rows = connection.execute(statement).mappings()
    return [Aside(Place(row[lane.at_ms.name], name, row["key_0"], row["key_1"], row["key_2"]), row) for row in rows]


def _behind(lane: _Lane, name: str, after: Place) -> ColumnElement[bool]:
    older = lane.at_ms < after.at_ms
    if name < after.lane:
        return older
    same_moment = lane.at_ms == after.at_ms
    if name > after.lane:
        return or_(older, same_moment)
    return or_(older, and_(same_moment, tuple_(*lane.key) > tuple_(*(literal(part) for part in after[2:]))))


def _poison() -> Select[Any]:
    table = schema.poison
    found = select(schema.stream.c.epoch, table.c.seq, table.c.type, table.c.received_ms)
    return found.join_from(table, schema.stream, schema.stream.c.id == table.c.stream)


def _conflict() -> Select[Any]:
    table = schema.conflict
    found = select(schema.stream.c.epoch, table.c.seq, table.c.id_stored, table.c.id_came, table.c.first_ms)
    return found.join_from(table, schema.stream, schema.stream.c.id == table.c.stream)


def _rejected() -> Select[Any]:
    table = schema.rejected
    return select(table.c.id, table.c.reason, table.c.size, table.c.received_ms)


_LANES = {
    "conflict": _Lane(
        _conflict,
        schema.conflict.c.first_ms,
        (schema.conflict.c.stream, schema.conflict.c.seq, schema.conflict.c.id_came),
        schema.stream.c.hall,
    ),
    "poison": _Lane(
        _poison,
        schema.poison.c.received_ms,
        (schema.poison.c.stream, schema.poison.c.seq, literal("")),
        schema.stream.c.hall,
    ),
    "rejected": _Lane(
        _rejected,
        schema.rejected.c.received_ms,
        (literal(0), schema.rejected.c.id, literal("")),
        schema.rejected.c.hall,
    ),
}
