"""Statements over records, their steps, their people and their numbers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, func, insert, literal, or_, select, update

from central import schema
from central.aid.tables import aid_case
from central.database import upsert
from central.imports.tables import lawyer_entry
from central.keeping.sealed_columns import SealedText
from central.matters.tables import matter, matter_party, matter_series, matter_step
from central.matters.words import Kind, State
from central.strict_json import write_json
from central.units.store import ids_at

_MANY: Final = 500


@dataclass(frozen=True, slots=True)
class NewStep:
    """A step to be written behind the others."""

    at_ms: int
    actor: str
    move: str
    from_state: str
    to_state: str
    facts: Mapping[str, Any]
    sealed: SealedText | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which records a list shows."""

    path: str
    kind: str | None = None
    state: str | None = None
    case: str | None = None
    from_ms: int | None = None
    until_ms: int | None = None
    still_open: bool = False
    due_before_ms: int | None = None


def take_number(connection: Connection, unit: str, kind: str, year: int) -> int:
    """The next number of the series; what the caller's transaction does not keep is given again."""
    table = matter_series
    fresh = upsert(connection, table).values(unit=unit, kind=kind, year=year, last=1)
    statement = fresh.on_conflict_do_update(
        index_elements=["unit", "kind", "year"], set_={"last": table.c.last + 1}
    ).returning(table.c.last)
    return int(connection.execute(statement).scalar_one())


def add(connection: Connection, **facts: Any) -> None:
    connection.execute(insert(matter).values(**facts))


def change(connection: Connection, identifier: str, version: int, **facts: Any) -> bool:
    """False when somebody else was quicker."""
    table = matter
    wanted = update(table).where(table.c.id == identifier, table.c.version == version)
    return connection.execute(wanted.values(version=version + 1, **facts)).rowcount == 1


def by_id(connection: Connection, identifier: str, path: str) -> RowMapping | None:
    """A record that stands at or below this path."""
    statement = select(matter).where(matter.c.id == identifier, _below(path))
    return connection.execute(statement).mappings().one_or_none()


def listed(connection: Connection, wanted: Wanted, after: tuple[int, str] | None, limit: int) -> list[RowMapping]:
    """The newest first."""
    table = matter
    statement = select(table).where(*_filters(wanted))
    if after is not None:
        opened_ms, identifier = after
        older = and_(table.c.opened_ms == opened_ms, table.c.id < identifier)
        statement = statement.where(or_(table.c.opened_ms < opened_ms, older))
    return list(
        connection.execute(statement.order_by(table.c.opened_ms.desc(), table.c.id.desc()).limit(limit)).mappings()
    )


def since(connection: Connection, path: str, kind: str, from_ms: int) -> list[RowMapping]:
    """Records of a kind that were begun then or later, the oldest first."""
    table = matter
    statement = select(table).where(*_filters(Wanted(path, kind, from_ms=from_ms)))
    return list(connection.execute(statement.order_by(table.c.opened_ms, table.c.id)).mappings())


def counted(connection: Connection, wanted: Wanted) -> dict[str, int]:
    """How many of each kind."""
    statement = select(matter.c.kind, func.count()).where(*_filters(wanted)).group_by(matter.c.kind)
    return {row[0]: row[1] for row in connection.execute(statement)}


def found(connection: Connection, path: str, column: str, mark: str, limit: int) -> list[RowMapping]:
    """Records that somebody is in, by a blind index; the newest first."""
    inside = select(matter_party.c.matter).where(matter_party.c[column] == mark)
    statement = select(matter).where(matter.c.id.in_(inside), _below(path))
    return list(connection.execute(statement.order_by(matter.c.opened_ms.desc()).limit(limit)).mappings())


def _filters(wanted: Wanted) -> list[ColumnElement[bool]]:
    table = matter
    exact = {"kind": wanted.kind, "state": wanted.state, "case": wanted.case}
    filters = [_below(wanted.path), *(table.c[name] == value for name, value in exact.items() if value is not None)]
    if wanted.from_ms is not None:
        filters.append(table.c.opened_ms >= wanted.from_ms)
    if wanted.until_ms is not None:
        filters.append(table.c.opened_ms < wanted.until_ms)
    if wanted.still_open:
        filters.append(table.c.closed_ms.is_(None))
    if wanted.due_before_ms is not None:
        filters.append(table.c.due_ms < wanted.due_before_ms)
    return filters


def _below(path: str) -> ColumnElement[bool]:
    unit = schema.unit
    return matter.c.unit.in_(select(unit.c.id).where(unit.c.path.startswith(path)))


# --- what a record may name -------------------------------------------------------------------------------------


def case_of(connection: Connection, told: str, path: str) -> str | None:
    """The id of a case of legal aid at or below this path, by its id, its number or its receipt."""
    inside = select(schema.unit.c.id).where(schema.unit.c.path.startswith(path))
    named = or_(aid_case.c.id == told, aid_case.c.number == told, aid_case.c.receipt == told)
    return connection.execute(select(aid_case.c.id).where(named, aid_case.c.unit.in_(inside))).scalars().first()


def number_of_case(connection: Connection, case: str) -> str:
    """A case's number, or its receipt while it has none; nothing for one that went."""
    row = connection.execute(select(aid_case.c.number, aid_case.c.receipt).where(aid_case.c.id == case)).one_or_none()
    return "" if row is None else row.number or row.receipt or ""


def has_lawyer(connection: Connection, mark: str) -> bool:
    """Whether the register has that lawyer."""
    return connection.execute(select(lawyer_entry.c.mark).where(lawyer_entry.c.mark == mark)).first() is not None


def lawyers(connection: Connection, path: str, limit: int) -> list[RowMapping]:
    """Lawyers of the register who may practise, of a unit on the way down to this path or below it."""
    unit, table = schema.unit, lawyer_entry
    way_down = literal(path).like(unit.c.path.concat("%"))
    inside = select(unit.c.id).where(or_(unit.c.path.startswith(path), way_down))
    statement = select(table).where(table.c.unit.in_(inside), table.c.state == "ACTIVE")
    return list(connection.execute(statement.order_by(table.c.firm, table.c.mark).limit(limit)).mappings())


# --- steps ------------------------------------------------------------------------------------------------------


def add_step(connection: Connection, identifier: str, step: NewStep) -> int:
    """Write it behind the last one, joined to it by its hash; its number."""
    table = matter_step
    last = connection.execute(
        select(table.c.n, table.c.hash).where(table.c.matter == identifier).order_by(table.c.n.desc()).limit(1)
    ).one_or_none()
    number, before = (last.n + 1, last.hash) if last is not None else (1, "")
    row = {
        "matter": identifier, "n": number, "at_ms": step.at_ms, "actor": step.actor, "move": step.move,
        "from_state": step.from_state, "to_state": step.to_state, "facts": write_json(dict(step.facts)),
        "sealed": step.sealed, "before": before,
    }  # fmt: skip
    connection.execute(insert(table).values(**row, hash=hash_of(row)))
    return number


def hash_of(row: Mapping[str, Any] | RowMapping) -> str:
    """What joins a step to the one before; the sealed text goes in as it is stored."""
    sealed = row["sealed"]
    parts = [row[name] for name in ("before", "matter", "n", "at_ms", "actor", "move", "from_state", "to_state")]
    sealed_hash = "" if sealed is None else hashlib.sha256(sealed.record).hexdigest()
    return hashlib.sha256(write_json([*parts, row["facts"], sealed_hash]).encode()).hexdigest()


def steps(connection: Connection, identifier: str) -> list[RowMapping]:
    table = matter_step
    return list(connection.execute(select(table).where(table.c.matter == identifier).order_by(table.c.n)).mappings())


def broken_at(rows: Sequence[RowMapping]) -> int | None:
    """The first step that is not what was written, None for a whole chain."""
    before = ""
    for number, row in enumerate(rows, start=1):
        if row["n"] != number or row["before"] != before or row["hash"] != hash_of(row):
            return number
        before = row["hash"]
    return None


@dataclass(frozen=True, slots=True)
class Told:
    """A record as it is counted: whose it is, what it is, whether somebody came for it with a ticket, its steps."""

    unit: str
    kind: str
    ticket: bool
    steps: list[tuple[int, str, str, str, dict[str, Any]]]


def histories(connection: Connection, path: str, from_ms: int, known_ms: int, alone: bool = False) -> Iterator[Told]:
    """Each record that did anything since then or is open still; steps before ``known_ms``."""
    table = matter_step
    statement = (
        select(matter.c.kind, matter.c.unit, matter.c.ticket_number, table.c.matter, table.c.at_ms, table.c.move,
               table.c.from_state, table.c.to_state, table.c.facts)
        .join(table, table.c.matter == matter.c.id)
        .where(matter.c.unit.in_(ids_at(path, alone)))
        .where(or_(matter.c.changed_ms >= from_ms, matter.c.closed_ms.is_(None)))
        .where(table.c.at_ms < known_ms)
        .order_by(table.c.matter, table.c.n)
    )  # fmt: skip
    told, identifier = None, ""
    for row in connection.execute(statement):
        if row.matter != identifier:
            if told is not None:
                yield told
            told, identifier = Told(row.unit, row.kind, row.ticket_number is not None, []), row.matter
        assert told is not None
        told.steps.append((row.at_ms, row.move, row.from_state, row.to_state, json.loads(row.facts)))
    if told is not None:
        yield told


# --- people -----------------------------------------------------------------------------------------------------


def add_party(connection: Connection, **facts: Any) -> None:
    connection.execute(insert(matter_party).values(**facts))


def parties(connection: Connection, identifier: str, steps: Collection[int] | None = None) -> list[RowMapping]:
    """Everybody who ever was in a record; with ``steps``, who came with one of these, or before that was noted."""
    table = matter_party
    wanted = select(table).where(table.c.matter == identifier)
    if steps is not None:
        wanted = wanted.where(or_(table.c.step.is_(None), table.c.step.in_(steps)))
    return list(connection.execute(wanted.order_by(table.c.n)).mappings())


# --- limits that wait for a day table ---------------------------------------------------------------------------


def unsure(connection: Connection, after: str) -> list[RowMapping]:
    """Open records whose limit was counted with an estimated year, by id, some at a time."""
    table = matter
    statement = select(table).where(table.c.due_sure.is_(False), table.c.due_ms.is_not(None), table.c.id > after)
    return list(connection.execute(statement.order_by(table.c.id).limit(_MANY)).mappings())


def put_due(connection: Connection, identifier: str, due_ms: int, sure: bool) -> None:
    """A limit counted again: no step of the record, and no change of it."""
    table = matter
    connection.execute(update(table).where(table.c.id == identifier).values(due_ms=due_ms, due_sure=sure))


def kind_of(row: RowMapping) -> Kind:
    return Kind(row["kind"])


def state_of(row: RowMapping) -> State:
    return State(row["state"])


def unit_of_hall(connection: Connection, hall: str) -> str:
    """The unit that a hall belongs to."""
    return str(connection.execute(select(schema.hall.c.unit).where(schema.hall.c.id == hall)).scalar_one())
