"""Halls whose tickets of a period may stand on wrong days, since the hall's clock was wrong: the report names them.

Of each hall's each day one ticket is looked at, the first of its numbers, and of that the event by which it was first
heard of: one look through the period's tickets, which lie together by their day, and one event by its key for each
day of a hall. A day is doubtful when that event

- came to central before the day had begun in China (a clock that went ahead), or
- says itself that the hall had no clock to go by (``none``).

What this cannot see: a clock that is slow or wrong by hours within the same day; one that went ahead while the line was
down for at least as long, since then the events came late; a day on which only the first ticket was right; days whose
events retention has deleted before their tickets. Tickets on days after the period are none of it: they are seen in the
period that they say. So a name here is a reason to ask, and no name is no proof. What was seen of a day is left behind
when its tickets are deleted (`leave_doubts`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import Connection, Select

from central.ingest.months import read_months
from central.report_counts import store_of_clocks as store
from central.report_counts.span import Span
from central.units.rules import ROOT
from central.units.store import ids_at
from hall.moment import local_day

NO_CLOCK = "none"


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A hall, the days in doubt, and how many tickets that the report counts stand on them."""

    hall: str
    days: tuple[str, ...]
    tickets: int


def doubtful(connection: Connection, span: Span) -> list[Doubtful]:
    """By hall."""
    found: dict[str, dict[str, int]] = {}
    for hall, day, tickets in [*_seen(connection, span.units, span.days), *store.left_doubtful(connection, span)]:
        days = found.setdefault(hall, {})
        days[day] = days.get(day, 0) + tickets
    return [Doubtful(hall, tuple(sorted(days)), sum(days.values())) for hall, days in sorted(found.items())]


def leave_doubts(connection: Connection, day: str) -> None:
    """What is seen of a day's tickets, before they are deleted."""
    store.leave_doubtful(connection, _seen(connection, ids_at(f"{ROOT}/"), (day, day)))


def _seen(connection: Connection, units: Select[str], days: tuple[str, str]) -> list[tuple[str, str, int]]:
    """Hall, day, how many tickets; only where some are counted."""
    found = store.first_tickets(connection, units, days)
    first = {(one.hall, one.day): (one, _heard_first(one.events)) for one in found}
    months = read_months(connection, {place[0] for _, place in first.values() if place is not None})
    keys = {
        (stream, months[stream].of(seq), seq)
        for _, place in first.values()
        if place is not None and (stream := place[0]) in months and (seq := place[1]) >= 0
    }
    events = store.arrivals(connection, keys)
    return [
        (day.hall, day.day, day.tickets)
        for day, place in first.values()
        if place is not None and day.tickets and _is_doubtful(day.day, events.get(place))
    ]


def _is_doubtful(day: str, arrived: store.Arrival | None) -> bool:
    return arrived is not None and (arrived.clock == NO_CLOCK or day > local_day(arrived.received_ms))


def _heard_first(events: str) -> tuple[int, int] | None:
    """Journal and number of the first event of a ticket's story."""
    story = json.loads(events)
    return (story[0][0], story[0][1]) if story else None
