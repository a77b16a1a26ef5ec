"""Statements over ratings, their versions, and looks at flagged ones."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, exists, func, insert, or_, select, update

from central import schema
from central.database import upsert
from central.keeping.sealed_columns import SealedText
from central.ratings.tables import rating, rating_case, rating_review, rating_version, served_count
from central.units.store import below
from hall.queue.state import TicketState

Key = tuple[str, str, str]  # hall, day, number
_of: Final = rating.c
FLAGGED: Final = or_(_of.too_fast, _of.equal_run, _of.same_device)


def _is(key: Key, table: Any = rating) -> ColumnElement[bool]:
    hall, day, number = key
    return and_(table.c.hall == hall, table.c.day == day, table.c.number == number)


def held(connection: Connection, key: Key) -> RowMapping | None:
    """The rating of a service as it counts."""
    return connection.execute(select(rating).where(_is(key))).mappings().one_or_none()


def add(connection: Connection, **facts: Any) -> None:
    connection.execute(insert(rating).values(**facts))


def change(connection: Connection, key: Key, **facts: Any) -> None:
    connection.execute(update(rating).where(_is(key)).values(**facts))


def add_version(connection: Connection, **facts: Any) -> bool:
    """False for one that is there already."""
    statement = upsert(connection, rating_version).values(**facts).on_conflict_do_nothing()
    return bool(connection.execute(statement).rowcount)


def versions(connection: Connection, key: Key) -> list[RowMapping]:
    """Every version, in the order in which they were given."""
    table = rating_version
    order = (table.c.at_ms, table.c.epoch, table.c.version)
    return list(connection.execute(select(table).where(_is(key, table)).order_by(*order)).mappings())


def text_of(connection: Connection, key: Key) -> str:
    """What the visitor wrote last; nothing where the event is deleted."""
    for version in reversed(versions(connection, key)):
        if version["has_text"]:
            table = schema.event
            place = (table.c.stream == version["stream"]) & (table.c.seq == version["seq"])
            data = connection.execute(select(table.c.data).where(place)).scalar_one_or_none()
            return "" if data is None else str(json.loads(data).get("text", ""))
    return ""


def path_of_hall(connection: Connection, hall: str) -> tuple[str, str]:
    """The unit that a hall belongs to, and its path."""
    table = schema.unit
    statement = select(table.c.id, table.c.path).join(schema.hall, schema.hall.c.unit == table.c.id)
    row = connection.execute(statement.where(schema.hall.c.id == hall)).one()
    return row.id, row.path


def counts() -> ColumnElement[bool]:
    """Only what is the rating of a service that was done, whether its ticket is still here or deleted."""
    ticket = schema.ticket.c
    there = exists().where(
        ticket.hall == _of.hall, ticket.day == _of.day, ticket.number == _of.number,
        ticket.state == TicketState.DONE.value,
    )  # fmt: skip
    return or_(_of.done, there)


def leave_served(connection: Connection, day: str) -> None:
    """What rates need of a day's tickets, before they are deleted: who served how many, and whose rating counts."""
    ticket = schema.ticket.c
    done = (ticket.day == day) & (ticket.state == TicketState.DONE.value)
    staff, window = func.coalesce(ticket.staff, "").label("staff"), func.coalesce(ticket.window, 0).label("window")
    kinds = (ticket.hall, ticket.day, ticket.service, window, staff)
    found = connection.execute(select(*kinds, func.count().label("n")).where(done).group_by(*kinds)).mappings().all()
    if found:
        statement = upsert(connection, served_count)
        keys = [column.name for column in served_count.primary_key]
        more = {"n": served_count.c.n + statement.excluded.n}
        connection.execute(
            statement.on_conflict_do_update(index_elements=keys, set_=more), [dict(row) for row in found]
        )
    connection.execute(update(rating).where(_of.day == day, counts()).values(done=True))


# --- one's own, and what is exported ----------------------------------------------------------------------------


def own(person: str, unit: str, path: str) -> ColumnElement[bool]:
    """Ratings of what this account did: at halls of its own unit, which name their staff themselves, and at small
    places below, whose staff are accounts here."""
    hall = schema.hall.c
    mine = select(hall.id).where(or_(hall.unit == unit, and_(hall.kept_here, below(path))))
    return and_(_of.staff == person, _of.hall.in_(mine))


def given_before(at_ms: int) -> ColumnElement[bool]:
    """By the version that counts."""
    return _of.rated_ms < at_ms


def listed(connection: Connection, those: ColumnElement[bool], days: tuple[str, str], limit: int) -> list[RowMapping]:
    """The newest days first; of a day the best first, so that its order tells nothing of when each was given."""
    case = rating_case.c
    same = and_(case.hall == _of.hall, case.day == _of.day, case.number == _of.number)
    columns = (rating, case.state.label("case_state"), case.public_text, case.public_reply, case.published_ms)
    statement = select(*columns).outerjoin(rating_case, same).where(those, _of.day.between(*days))
    order = (_of.day.desc(), _of.hall, _of.grade.desc(), _of.service, _of.version)
    return list(connection.execute(statement.order_by(*order).limit(limit)).mappings())


def of_halls(path: str, hall: str | None) -> ColumnElement[bool]:
    """Ratings at or below a path, or of one hall there."""
    at = select(schema.hall.c.id).where(below(path))
    return _of.hall.in_(at if hall is None else at.where(schema.hall.c.id == hall))


# --- flagged ----------------------------------------------------------------------------------------------------


def flagged(
    connection: Connection, path: str, days: tuple[str, str], waiting: bool, after: tuple[str, str, str] | None,
    limit: int,
) -> list[RowMapping]:  # fmt: skip
    """Ratings that may be a game, the newest day first: those that nobody has looked at, or those somebody has."""
    review = rating_review.c
    seen = exists().where(review.hall == _of.hall, review.day == _of.day, review.number == _of.number)
    statement = select(rating).where(of_halls(path, None), _of.day.between(*days), FLAGGED, ~seen if waiting else seen)
    if after is not None:
        day, hall, number = after
        behind = or_(_of.hall > hall, and_(_of.hall == hall, _of.number > number))
        statement = statement.where(or_(_of.day < day, and_(_of.day == day, behind)))
    return list(connection.execute(statement.order_by(_of.day.desc(), _of.hall, _of.number).limit(limit)).mappings())


def reviews(connection: Connection, key: Key) -> list[RowMapping]:
    table = rating_review
    return list(connection.execute(select(table).where(_is(key, table)).order_by(table.c.n)).mappings())


def add_review(
    connection: Connection, key: Key, n: int, at_ms: int, actor: str, decision: str, sealed: SealedText
) -> None:
    hall, day, number = key
    row = {"hall": hall, "day": day, "number": number, "n": n, "at_ms": at_ms, "actor": actor, "decision": decision}
    connection.execute(insert(rating_review).values(**row, sealed=sealed))


def without_case(connection: Connection, first: str, worst_good: int, limit: int) -> Sequence[RowMapping]:
    """Bad ratings since a day that have no case."""
    case = rating_case.c
    same = exists().where(case.hall == _of.hall, case.day == _of.day, case.number == _of.number)
    statement = select(rating).where(_of.day >= first, _of.grade < worst_good, ~same)
    return connection.execute(statement.order_by(_of.day, _of.hall, _of.number).limit(limit)).mappings().all()
