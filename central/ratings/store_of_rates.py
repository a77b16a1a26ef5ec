"""Counts of ratings, of services that could be rated, and of cases, summed where they lie."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, case, exists, func, or_, select

from central import schema
from central.keeping.tables import ticket_count
from central.ratings.rates import Group
from central.ratings.rules import GRADES
from central.ratings.store import counts, of_halls
from central.ratings.tables import rating, rating_case, served_count
from central.ratings.words import Content, Result, State
from central.units.store import below
from hall.queue.state import TicketState

_of: Final = rating.c
_DONE: Final = TicketState.DONE.value
_NAMES: Final = {
    "hall": ("hall",), "unit": ("hall",), "service": ("service",), "window": ("hall", "window"),
    "person": ("hall", "staff"), "day": ("day", "hall", "service"), "hall_service": ("hall", "service"),
}  # fmt: skip
WITHOUT_COUNTS: Final = frozenset({"window", "person"})  # of tickets that are deleted nothing of this was left before


@dataclass(frozen=True, slots=True)
class Asked:
    """Of which halls and days, and what makes a group."""

    path: str
    days: tuple[str, str]
    by: str
    hall: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        return _NAMES[self.by]


def rated(connection: Connection, asked: Asked, also: ColumnElement[bool] | None = None) -> Iterator[
    tuple[Group, Mapping[str, int]]
]:  # fmt: skip
    """Grades that count, and how many were left out."""
    group = [_of[name] for name in asked.names]
    columns = [
        *(_count(and_(_of.grade == grade, ~_of.excluded)).label(f"grade_{grade}") for grade in GRADES),
        _count(_of.excluded).label("excluded"),
    ]
    statement = select(*group, *columns).where(_those(asked), counts()).group_by(*group)
    return _by_group(connection, statement if also is None else statement.where(also), asked)


def cases(connection: Connection, asked: Asked, also: ColumnElement[bool] | None = None) -> Iterator[
    tuple[Group, Mapping[str, int]]
]:  # fmt: skip
    """How far bad ratings have come, of those that count."""
    it, group = rating_case.c, [_of[name] for name in asked.names]
    same = and_(it.hall == _of.hall, it.day == _of.day, it.number == _of.number)
    closed, invalid = it.state == State.CLOSED.value, it.state == State.INVALID.value
    silent = and_(closed, it.result == "")
    reached = it.content.in_((Content.SATISFIED.value, Content.NOT_SATISFIED.value))
    columns = [
        func.count().label("cases"), _count(invalid).label("invalid"),
        _count(~or_(invalid, silent)).label("to_contact"),
        _count(and_(it.in_time, ~invalid)).label("in_time"),
        _count(and_(closed, it.result == Result.RECTIFIED.value)).label("rectified"),
        _count(it.result != "").label("replied"), _count(reached).label("revisited"),
    ]  # fmt: skip
    statement = select(*group, *columns).select_from(rating.join(rating_case, same))
    statement = statement.where(_those(asked), counts(), ~_of.excluded).group_by(*group)
    return _by_group(connection, statement if also is None else statement.where(also), asked)


def rateable(connection: Connection, asked: Asked) -> Iterator[tuple[Group, int]]:
    """Services that were done: tickets that are here, and what is left of those that are deleted."""
    ticket = schema.ticket.c
    left: Any = served_count.c if asked.by in WITHOUT_COUNTS else ticket_count.c
    amount = left.n if asked.by in WITHOUT_COUNTS else left["count"]
    empty = {"staff": "", "window": 0}
    here = [func.coalesce(ticket[one], empty[one]) if one in empty else ticket[one] for one in asked.names]
    halls = select(schema.hall.c.id).where(_halls(asked))
    done = and_(ticket.state == _DONE, ticket.day.between(*asked.days), ticket.hall.in_(halls))
    gone = and_(left.day.between(*asked.days), left.hall.in_(halls))
    if asked.by not in WITHOUT_COUNTS:
        gone = and_(gone, left.state == _DONE)
    group = [left[name] for name in asked.names]
    for statement in (
        select(*here, func.count()).where(done).group_by(*here),
        select(*group, func.sum(amount)).where(gone).group_by(*group),
    ):
        for row in connection.execute(statement):
            yield tuple(row[:-1]), int(row[-1])


def known_from(connection: Connection, asked: Asked) -> str | None:
    """The first day from which on it is known at which window and by whom services were done; None for always."""
    ticket, left, old = schema.ticket.c, served_count.c, ticket_count.c
    halls = select(schema.hall.c.id).where(_halls(asked))
    same = exists().where(left.hall == old.hall, left.day == old.day)
    unknown = [select(func.max(old.day)).where(old.hall.in_(halls), old.state == _DONE, ~same)]
    if asked.by == "person":
        unknown += [
            select(func.max(ticket.day)).where(ticket.hall.in_(halls), ticket.state == _DONE, ticket.staff.is_(None)),
            select(func.max(left.day)).where(left.hall.in_(halls), left.staff == ""),
        ]
    days = [day for statement in unknown if (day := connection.execute(statement).scalar()) is not None]
    return (date.fromisoformat(max(days)) + timedelta(days=1)).isoformat() if days else None


def rows(connection: Connection, asked: Asked, limit: int) -> list[dict[str, Any]]:
    """Ratings one by one, without whom, where exactly and when they are about."""
    names = ("day", "hall", "service", "channel", "grade", "reasons", "has_text", "excluded")
    statement = select(*(_of[name] for name in names)).where(_those(asked), counts())
    order = (_of.day, _of.hall, _of.service, _of.grade.desc(), _of.reasons)
    return [dict(row) for row in connection.execute(statement.order_by(*order).limit(limit)).mappings()]


def units_of_halls(connection: Connection, asked: Asked) -> dict[str, str]:
    hall = schema.hall
    return {row.id: row.unit for row in connection.execute(select(hall.c.id, hall.c.unit).where(_halls(asked)))}


def halls_named(connection: Connection, ids: list[str]) -> dict[str, tuple[str, str]]:
    hall = schema.hall.c
    found = connection.execute(select(hall.id, hall.name_zh, hall.name_en).where(hall.id.in_(ids)))
    return {row.id: (row.name_zh or row.id, row.name_en or row.id) for row in found}


def published(connection: Connection, days: tuple[str, str], hall: str | None, limit: int) -> list[Any]:
    """Reviewed replies to bad ratings of these days, the newest service first."""
    it, of = rating_case.c, rating.c
    same = and_(it.hall == of.hall, it.day == of.day, it.number == of.number)
    columns = (it.hall, of.service, it.grade, it.public_text, it.public_reply)
    statement = select(*columns).select_from(rating.join(rating_case, same))
    statement = statement.where(it.published_ms.is_not(None), it.day.between(*days), ~of.excluded)
    if hall is not None:
        statement = statement.where(it.hall == hall)
    return list(connection.execute(statement.order_by(it.hall, of.service, it.grade, it.id).limit(limit)))


def _those(asked: Asked) -> ColumnElement[bool]:
    return and_(_of.day.between(*asked.days), of_halls(asked.path, asked.hall))


def _halls(asked: Asked) -> ColumnElement[bool]:
    at = below(asked.path)
    return at if asked.hall is None else and_(at, schema.hall.c.id == asked.hall)


def _count(those: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((those, 1)))


def _by_group(connection: Connection, statement: Any, asked: Asked) -> Iterator[tuple[Group, Mapping[str, int]]]:
    for row in connection.execute(statement).mappings():
        counted = {name: int(count) for name, count in row.items() if name not in asked.names}
        yield tuple(row[name] for name in asked.names), counted
