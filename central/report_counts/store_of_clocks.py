"""Statements over the first ticket of each hall's day, and when the event arrived by which it was heard of."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, Select, case, func, literal, select

from central import schema
from central.report_counts.rules import ENDS
from central.report_counts.span import Span
from central.report_counts.store import add_tallies
from central.report_counts.tables import DOUBTFUL, day_tally

_BETWEEN: Final = " "  # in no ticket's number, and before every letter


@dataclass(frozen=True, slots=True)
class DayOfTickets:
    hall: str
    day: str
    tickets: int  # that came to an end: what the report counts
    events: str  # of the ticket with the first number


@dataclass(frozen=True, slots=True)
class Arrival:
    clock: str
    received_ms: int


def first_tickets(connection: Connection, units: Select[str], days: tuple[str, str]) -> list[DayOfTickets]:
    """For each hall and day how many tickets, and the story of the first: number and story as one text, the least."""
    of = schema.ticket.c
    ended = func.count(case((of.state.in_([state.value for state in ENDS]), 1)))
    told = of.number.concat(literal(_BETWEEN)).concat(of.events)
    statement = (
        select(of.hall, of.day, ended, func.min(told))
        .where(of.day.between(*days), of.hall.in_(_halls(units)))
        .group_by(of.hall, of.day)
    )
    return [
        DayOfTickets(name, day, int(tickets), text.partition(_BETWEEN)[2])
        for name, day, tickets, text in connection.execute(statement)
    ]


def left_doubtful(connection: Connection, span: Span) -> list[tuple[str, str, int]]:
    """Hall, day and how many tickets, of days whose tickets are deleted."""
    of = day_tally.c
    here = (of.code == DOUBTFUL, of.day.between(*span.days), of.hall.in_(_halls(span.units)))
    return [(name, day, int(n)) for name, day, n in connection.execute(select(of.hall, of.day, of.n).where(*here))]


def leave_doubtful(connection: Connection, rows: list[tuple[str, str, int]]) -> None:
    """Hall, day and how many tickets, before these are deleted."""
    add_tallies(connection, [(hall, day, DOUBTFUL, n) for hall, day, n in rows])


def _halls(units: Select[str]) -> Select[str]:
    hall = schema.hall.c
    return select(hall.id).where(hall.unit.in_(units))


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
