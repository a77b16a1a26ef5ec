"""Statements over tickets, records of services and tallies, summed where they lie: a city's month is a million rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, case, delete, exists, func, or_, select

from central import schema
from central.database import upsert
from central.matters.tables import matter
from central.matters.words import Kind, State
from central.report_counts.rules import (
    ADVICE,
    ANSWERED,
    ENDS,
    FIELDS,
    GROUPS,
    LONG_WAIT_S,
    ON_SITE,
    OTHER_PRIORITY,
    OTHER_SERVICE,
    PRIORITIES,
    SERVICES,
    is_day,
    tallied,
)
from central.report_counts.span import Span
from central.report_counts.tables import DOUBTFUL, day_tally, service_record
from hall.queue.state import TicketState
from hall.record.words import AnsweredBy, Field, ServiceRecorded

_NUMBER: Final = 12
_EVER: Final = 2**62
_of: Final = schema.ticket.c
_DONE: Final = _of.state == TicketState.DONE.value
_ENDED: Final = _of.state.in_([state.value for state in ENDS])


def take(connection: Connection, hall: str, event: object) -> None:
    """What an event of a hall adds to the report beside its ticket; what is no cell changes nothing."""
    found = tallied(event)
    if found is not None and is_day(found[0]):
        add_tallies(connection, [(hall, found[0], code, 1) for code in found[1]])


def take_record(connection: Connection, hall: str, stream: int, epoch: str, event: ServiceRecorded) -> None:
    """What a journal notes of a service; ``epoch`` is that of its ticket."""
    if not is_day(event.day) or len(event.number) > _NUMBER:
        return  # no ticket of ours: it stays an event and nothing more
    table = service_record
    facts = {
        "stream": stream, "version": event.version, "field": event.field or "", "answered_by": event.answered_by or "",
        "groups": "".join(f" {group} " for group in sorted(set(event.groups))),
    }  # fmt: skip
    statement = upsert(connection, table).values(
        hall=hall, day=event.day, number=event.number, epoch=epoch, **facts
    )  # fmt: skip
    newer = or_(table.c.stream < stream, and_(table.c.stream == stream, table.c.version <= event.version))
    keys = [column.name for column in table.primary_key]
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=facts, where=newer))


def add_tallies(connection: Connection, rows: list[tuple[str, str, str, int]]) -> None:
    """Hall, day, cell, how many more."""
    if not rows:
        return
    statement = upsert(connection, day_tally)
    keys = [column.name for column in day_tally.primary_key]
    more = statement.on_conflict_do_update(index_elements=keys, set_={"n": day_tally.c.n + statement.excluded.n})
    names = ("hall", "day", "code", "n")
    connection.execute(more, [dict(zip(names, row, strict=True)) for row in rows])


def by_hall(connection: Connection, span: Span) -> dict[str, dict[str, int]]:
    """Every cell that the halls of these units have of these days: hall -> code -> how many.

    `ON_SITE` are the people served at windows; at which tier the hall stands is not known here.
    """
    first, last = span.days
    at = select(schema.hall.c.id).where(schema.hall.c.unit.in_(span.units))
    found: dict[str, dict[str, int]] = {}
    _add(found, _tickets(connection, and_(_of.day.between(first, last), _of.hall.in_(at))))
    _add(found, _advice(connection, and_(_of.day.between(first, last), _of.hall.in_(at)), span.known_ms))
    tally = day_tally.c
    here = (tally.day.between(first, last), tally.hall.in_(at), tally.code != DOUBTFUL)
    left = select(tally.hall, tally.code, func.sum(tally.n)).where(*here).group_by(tally.hall, tally.code)
    for hall, code, count in connection.execute(left):
        cells = found.setdefault(hall, {})
        cells[code] = cells.get(code, 0) + int(count)
    for cells in found.values():  # what was done can be rated: one count, so that the two never differ
        cells["P01"] = cells.get("A11", 0)
    return found


def leave_tallies(connection: Connection, day: str) -> None:
    """What the report needs of a day's tickets, before they are deleted; with them go the records of their services."""
    left: dict[str, dict[str, int]] = {}
    _add(left, _tickets(connection, _of.day == day))
    _add(left, _advice(connection, _of.day == day, _EVER))
    add_tallies(connection, [(hall, day, code, n) for hall, cells in left.items() for code, n in cells.items()])
    connection.execute(delete(service_record).where(service_record.c.day == day))


def _add(found: dict[str, dict[str, int]], rows: list[Mapping[str, Any]]) -> None:
    for row in rows:
        cells = found.setdefault(row["hall"], {})
        for code, figure in row.items():
            if code != "hall" and figure:
                cells[code] = cells.get(code, 0) + int(figure)


def _tickets(connection: Connection, those: ColumnElement[bool]) -> list[Mapping[str, Any]]:
    """A ticket counts when it has come to an end: what still waits in a hall that is cut off is not known yet."""
    letters = list(SERVICES)
    columns = [
        func.count().label("A10"),
        *(_count(_of.state == state.value).label(code) for state, code in ENDS.items()),
        *(_count(_of.priority == priority.value).label(code) for priority, code in PRIORITIES.items()),
        _count(_of.priority.not_in([one.value for one in PRIORITIES])).label(OTHER_PRIORITY),
        _sum(_DONE, _of.waited_s).label("A21S"),
        _sum(_DONE, _of.served_s).label("A22S"),
        _count(_DONE & (_of.waited_s > LONG_WAIT_S)).label("A23"),
        *(_count(_DONE & (_of.service == letter)).label(code) for letter, code in SERVICES.items()),
        _count(_DONE & _of.service.not_in(letters)).label(OTHER_SERVICE),
        _sum(_DONE, _of.persons).label(ON_SITE),
    ]
    statement = select(_of.hall, *columns).where(those, _ENDED).group_by(_of.hall)
    return [dict(row) for row in connection.execute(statement).mappings()]


def _advice(connection: Connection, those: ColumnElement[bool], known_ms: int) -> list[Mapping[str, Any]]:
    """Services of class A that were finished; what nobody noted of one is "other". One that has a record of its own
    (``central/matters``) counts there; one that was struck by then has none."""
    said = service_record.c
    noted = and_(
        said.hall == _of.hall, said.day == _of.day, said.number == _of.number, said.epoch == _of.epoch
    )  # fmt: skip
    field, answered = func.coalesce(said.field, ""), func.coalesce(said.answered_by, "")
    columns = [
        func.sum(_of.persons).label("B02"),
        *(_sum(_one_of(field, one, Field.OTHER), _of.persons).label(code) for one, code in FIELDS.items()),
        *(_sum(_one_of(answered, one, AnsweredBy.OTHER), _of.persons).label(code) for one, code in ANSWERED.items()),
        *(_count(said.groups.contains(f" {group} ")).label(code) for group, code in GROUPS.items()),
    ]
    own = matter.c
    apart = exists().where(
        own.kind == Kind.ADVICE.value, own.hall == _of.hall, own.ticket_day == _of.day,
        own.ticket_number == _of.number, own.opened_ms < known_ms,
        or_(own.state != State.STRUCK.value, own.changed_ms >= known_ms),
    )  # fmt: skip
    source = schema.ticket.outerjoin(service_record, noted)
    statement = select(_of.hall, *columns).select_from(source).where(those, _DONE, _of.service == ADVICE, ~apart)
    return [dict(row) for row in connection.execute(statement.group_by(_of.hall)).mappings()]


def _one_of(said: ColumnElement[str], one: str, default: str) -> ColumnElement[bool]:
    return or_(said == str(one), said == "") if one == default else said == str(one)


def _count(those: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((those, 1)))


def _sum(those: ColumnElement[bool], amount: ColumnElement[Any]) -> ColumnElement[int]:
    return func.sum(case((those, amount), else_=0))
