"""Statements over the first ticket of each hall's day, and when the event arrived by which it was heard of."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, func, literal, select

from central import schema
from central.report_counts.span import Span

_BETWEEN: Final = " "  # in no ticket's number, and before every letter


@dataclass(frozen=True, slots=True)
class DayOfTickets:
    hall: str
    day: str
    tickets: int
    events: str  # of the ticket with the first number


@dataclass(frozen=True, slots=True)
class Arrival:
    clock: str
    received_ms: int


def first_tickets(connection: Connection, span: Span) -> list[DayOfTickets]:
    """For each hall and day how many tickets, and the story of the first: number and story as one text, the least."""
    of, hall = schema.ticket.c, schema.hall
    told = of.number.concat(literal(_BETWEEN)).concat(of.events)
    statement = (
        select(of.hall, of.day, func.count(), func.min(told))
        .where(of.day.between(*span.days), of.hall.in_(select(hall.c.id).where(hall.c.unit.in_(span.units))))
        .group_by(of.hall, of.day)
    )
    return [
        DayOfTickets(name, day, int(tickets), text.partition(_BETWEEN)[2])
        for name, day, tickets, text in connection.execute(statement)
    ]


def arrivals(connection: Connection, keys: Collection[tuple[int, int, int]]) -> dict[tuple[int, int], Arrival]:
    """Journal and number -> how it arrived; ``keys`` hold the month between the two."""
    table, found = schema.event, dict[tuple[int, int], Arrival]()
    of_journal: dict[tuple[int, int], list[int]] = {}
    for stream, month, seq in keys:
        of_journal.setdefault((stream, month), []).append(seq)
    columns = select(table.c.stream, table.c.seq, table.c.clock, table.c.received_ms)
    for (stream, month), seqs in of_journal.items():  # one by one: together neither engine goes by the key
        here = (table.c.stream == stream) & (table.c.month == month) & table.c.seq.in_(seqs)
        for row in connection.execute(columns.where(here)):
            found[row.stream, row.seq] = Arrival(row.clock, row.received_ms)
    return found
