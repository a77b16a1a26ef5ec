"""Halls whose tickets of a period may stand on wrong days, since the hall's clock was wrong: the report names them.

Of each hall's each day one ticket is looked at, the first of its numbers, and of that the event by which it was first
heard of: one look through the period's tickets, which lie together by their day, and one event by its key for each
day of a hall. A day is doubtful when that event

- came to central before the day had begun in China (a clock that went ahead), or
- says itself that the hall had no clock to go by (``none``).

What this cannot see: a clock that is slow or wrong by hours within the same day; one that went ahead while the line was
down for at least as long, since then the events came late; a day on which only the first ticket was right; days whose
tickets or events retention has deleted. Tickets on days after the period are none of it: they are seen in the period
that they say. So a name here is a reason to ask, and no name is no proof.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import Connection

from central.ingest.months import read_months
from central.report_counts import store_of_clocks as store
from central.report_counts.span import Span
from hall.moment import local_day

NO_CLOCK = "none"


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A hall, the days in doubt, and how many tickets stand on them."""

    hall: str
    days: tuple[str, ...]
    tickets: int


def doubtful(connection: Connection, span: Span) -> list[Doubtful]:
    """By hall."""
    first = {(one.hall, one.day): (one, _heard_first(one.events)) for one in store.first_tickets(connection, span)}
    months = read_months(connection, {place[0] for _, place in first.values() if place is not None})
    keys = {
        (stream, months[stream].of(seq), seq)
        for _, place in first.values()
        if place is not None and (stream := place[0]) in months and (seq := place[1]) >= 0
    }
    events = store.arrivals(connection, keys)
    found: dict[str, list[store.DayOfTickets]] = {}
    for day, place in first.values():
        arrived = events.get(place) if place is not None else None
        if arrived is not None and (arrived.clock == NO_CLOCK or day.day > local_day(arrived.received_ms)):
            found.setdefault(day.hall, []).append(day)
    return [
        Doubtful(hall, tuple(sorted(one.day for one in days)), sum(one.tickets for one in days))
        for hall, days in sorted(found.items())
    ]


def _heard_first(events: str) -> tuple[int, int] | None:
    """Journal and number of the first event of a ticket's story."""
    story = json.loads(events)
    return (story[0][0], story[0][1]) if story else None
