"""Statements over cases of bad ratings and their steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, case, func, insert, or_, select, update

from central import schema
from central.database import upsert
from central.keeping.sealed_columns import SealedText
from central.ratings.chain import START, hash_of
from central.ratings.tables import rating, rating_case, rating_step
from central.strict_json import write_json
from central.units.store import below

_of: Final = rating_case.c
_NEVER: Final = 2**62
_MANY: Final = 500
# what has no limit running comes last
DUE: Final = case((_of.due_ms.is_(None), _NEVER), else_=_of.due_ms)
_same: Final = and_(rating.c.hall == _of.hall, rating.c.day == _of.day, rating.c.number == _of.number)
_RATED: Final = (
    rating.c.service, rating.c.window, rating.c.staff, rating.c.has_text, rating.c.reasons, rating.c.channel,
    rating.c.grade.label("grade_now"), rating.c.excluded, rating.c.too_fast, rating.c.equal_run, rating.c.same_device,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which cases a list shows."""

    path: str
    hall: str | None = None
    state: str | None = None
    closed: bool = False
    due_before_ms: int | None = None


@dataclass(frozen=True, slots=True)
class NewStep:
    """A step to be written behind the others."""

    at_ms: int
    actor: str
    move: str
    from_state: str
    to_state: str
    facts: Mapping[str, Any]
    sealed: SealedText | None = None


def add(connection: Connection, **facts: Any) -> bool:
    """False when this service has a case already."""
    statement = upsert(connection, rating_case).values(**facts)
    return bool(connection.execute(statement.on_conflict_do_nothing()).rowcount)


def change(connection: Connection, identifier: str, version: int, **facts: Any) -> bool:
    """False when somebody else was quicker."""
    wanted = update(rating_case).where(_of.id == identifier, _of.version == version)
    return connection.execute(wanted.values(version=version + 1, **facts)).rowcount == 1


def of_service(connection: Connection, hall: str, day: str, number: str) -> RowMapping | None:
    same = and_(_of.hall == hall, _of.day == day, _of.number == number)
    return connection.execute(select(rating_case).where(same)).mappings().one_or_none()


def by_id(connection: Connection, identifier: str, path: str) -> RowMapping | None:
    """A case of a hall at or below this path, with its rating."""
    statement = select(rating_case, *_RATED).join(rating, _same).where(_of.id == identifier, _at(path))
    return connection.execute(statement).mappings().one_or_none()


def listed(
    connection: Connection, wanted: Wanted, after: tuple[int, str] | None, limit: int
) -> list[tuple[int, RowMapping]]:
    """What is due first first, each with its place in the list; closed ones the last closed first."""
    place = -func.coalesce(_of.closed_ms, 0) if wanted.closed else DUE
    statement = select(rating_case, *_RATED, place.label("place")).join(rating, _same).where(*_filters(wanted))
    if after is not None:
        statement = statement.where(or_(place > after[0], and_(place == after[0], _of.id > after[1])))
    found = connection.execute(statement.order_by(place, _of.id).limit(limit)).mappings()
    return [(int(row["place"]), row) for row in found]


def count(connection: Connection, wanted: Wanted) -> dict[str, int]:
    """How many in each state."""
    statement = select(_of.state, func.count()).where(*_filters(wanted)).group_by(_of.state)
    return {row[0]: row[1] for row in connection.execute(statement)}


def _filters(wanted: Wanted) -> list[ColumnElement[bool]]:
    filters = [_at(wanted.path), _of.closed_ms.is_not(None) if wanted.closed else _of.closed_ms.is_(None)]
    if wanted.hall is not None:
        filters.append(_of.hall == wanted.hall)
    if wanted.state is not None:
        filters.append(_of.state == wanted.state)
    if wanted.due_before_ms is not None:
        filters.append(_of.due_ms < wanted.due_before_ms)
    return filters


def _at(path: str) -> ColumnElement[bool]:
    return _of.hall.in_(select(schema.hall.c.id).where(below(path)))


# --- steps ------------------------------------------------------------------------------------------------------


def next_step(connection: Connection, identifier: str) -> int:
    """The number that the next step will have."""
    table = rating_step
    last = connection.execute(select(func.max(table.c.n)).where(table.c.case == identifier)).scalar()
    return int(last or 0) + 1


def add_step(connection: Connection, identifier: str, step: NewStep) -> None:
    """Write it behind the last one, joined to it by its hash."""
    table = rating_step
    order = select(table.c.n, table.c.hash).where(table.c.case == identifier).order_by(table.c.n.desc())
    last = connection.execute(order.limit(1)).one_or_none()
    number, before = (last.n + 1, last.hash) if last is not None else (1, START)
    row = {
        "case": identifier, "n": number, "at_ms": step.at_ms, "actor": step.actor, "move": step.move,
        "from_state": step.from_state, "to_state": step.to_state, "facts": write_json(dict(step.facts)),
        "sealed": step.sealed, "before": before,
    }  # fmt: skip
    connection.execute(insert(table).values(**row, hash=hash_of(row)))


def steps(connection: Connection, identifier: str) -> list[RowMapping]:
    table = rating_step
    return list(connection.execute(select(table).where(table.c.case == identifier).order_by(table.c.n)).mappings())


# --- limits that wait for a day table, and clocks that ran ahead ------------------------------------------------


def unsure(connection: Connection, now_ms: int, after: str) -> list[RowMapping]:
    """Open cases whose limit was counted with an estimated year or from a time still to come, some at a time."""
    those = or_(and_(_of.due_sure.is_(False), _of.due_ms.is_not(None)), _of.opened_ms > now_ms)
    statement = select(rating_case).where(_of.closed_ms.is_(None), those, _of.id > after)
    return list(connection.execute(statement.order_by(_of.id).limit(_MANY)).mappings())


def put_due(connection: Connection, identifier: str, **facts: Any) -> None:
    """A limit counted again: no step of the case, and no change of it."""
    connection.execute(update(rating_case).where(_of.id == identifier).values(**facts))
