"""Statements over ``ticket`` rows and the events they point to."""

from __future__ import annotations

import json
from collections.abc import Iterable
from operator import attrgetter
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, RowMapping, select, tuple_

from central import schema
from central.database import put_rows
from central.strict_json import write_json
from central.tickets.rules import TicketRow
from hall.queue.state import TicketState

_facts: Final = attrgetter(*(column.name for column in schema.ticket.columns if column is not schema.ticket.c.events))


def rows_of_day(connection: Connection, hall: str, day: str) -> list[TicketRow]:
    """Every ticket of a hall's day, older journals first."""
    table = schema.ticket
    return _older_first(connection, (table.c.hall == hall) & (table.c.day == day))


def rows_of_number(connection: Connection, hall: str, day: str, number: str) -> list[TicketRow]:
    """The tickets that had this number that day: one, unless a disk was lost."""
    table = schema.ticket
    return _older_first(connection, (table.c.hall == hall) & (table.c.day == day) & (table.c.number == number))


def tickets(
    connection: Connection, hall: str, day: str, *, window: int | None, service: str | None, state: TicketState | None,
    after: tuple[str, str] | None, limit: int,
) -> list[RowMapping]:  # fmt: skip
    """A hall's tickets of a day, by number: those last at a window, last in a class, in a state."""
    table = schema.ticket
    statement = select(table).where(table.c.hall == hall, table.c.day == day)
    for column, wanted in ((table.c.window, window), (table.c.service, service), (table.c.state, state)):
        if wanted is not None:
            statement = statement.where(column == wanted)
    if after is not None:
        number, epoch = after
        behind = (table.c.number > number) | ((table.c.number == number) & (table.c.epoch > epoch))
        statement = statement.where(behind)
    return list(connection.execute(statement.order_by(table.c.number, table.c.epoch).limit(limit)).mappings())


def keep(connection: Connection, rows: Iterable[TicketRow]) -> None:
    """Write the rows as they are now; of two for one ticket the later."""
    latest = {(row.hall, row.day, row.number, row.epoch): row for row in rows}
    put_rows(connection, schema.ticket, [(*_facts(row), write_json(row.events)) for row in latest.values()])


def story(connection: Connection, rows: Iterable[TicketRow]) -> list[dict[str, Any]]:
    """The events that the rows point to, in the order in which they happened, as stored."""
    places = [(stream, seq) for row in rows for stream, seq in row.events]
    table = schema.event
    found = connection.execute(
        select(table, schema.stream.c.epoch)
        .join(schema.stream, schema.stream.c.id == table.c.stream)
        .where(tuple_(table.c.stream, table.c.seq).in_(places))
        .order_by(schema.stream.c.first_ms, schema.stream.c.id, table.c.seq)
    ).mappings()
    return [dict(values) for values in found]


def _older_first(connection: Connection, wanted: ColumnElement[bool]) -> list[TicketRow]:
    """The tickets in the order in which their journals were begun."""
    table, stream = schema.ticket, schema.stream
    statement = (
        select(table)
        .outerjoin(stream, (stream.c.hall == table.c.hall) & (stream.c.epoch == table.c.epoch))
        .where(wanted)
        .order_by(stream.c.first_ms, stream.c.id)
    )
    return [_row(dict(values)) for values in connection.execute(statement).mappings()]


def _row(values: dict[str, Any]) -> TicketRow:
    values["events"] = json.loads(values["events"])
    return TicketRow(**values)
