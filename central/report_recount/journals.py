"""Which events of a hall count, as they were known at a moment: each once, in the order of its journals.

A number that is missing holds up what is behind it until it comes or is given up, as ingest does; one that came only
after it had been given up stays set aside; repeats of a disk that was rolled back are marked where they are stored.
Days whose events retention has deleted cannot be judged, and are named.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import Connection

from central.report.periods import Period
from central.report_recount import store
from central.report_recount.store import Journal
from hall.wire import read_event

_NAMED: Final = 100


@dataclass(frozen=True, slots=True)
class Happened:
    """An event as it was stored. ``journal`` is the place of its journal among those of the hall, ``ts`` the moment
    that the hall's clock said."""

    journal: int
    ts: int
    id: str
    type: str
    event: Any


@dataclass(slots=True)
class Notes:
    """What is to be known of a hall's journals beside the events."""

    hall: str
    unjudged: tuple[str, str] | None = None  # first and last day of the period whose events are deleted
    held_up: int = 0  # events that wait for a number before them
    set_aside: list[str] = field(default_factory=list)  # ids; came after they had been given up


def heard(connection: Connection, hall: str, of: Period, cut_ms: int, notes: Notes) -> Iterator[Happened]:
    """The events of a period's days; what is to be said of the journals stands in ``notes`` afterwards."""
    first, last = of.first.isoformat(), of.last.isoformat()
    months = _months(of)
    for place, journal in enumerate(store.journals(connection, hall)):
        _note_deleted(notes, journal, first, last)
        upto, aside = _in_order(connection, journal, cut_ms, notes)
        for row in store.events(connection, journal, upto, months, cut_ms):
            if row.seq in aside:
                continue
            data = json.loads(row.data)
            event = read_event(row.type, data) if first <= str(data.get("day", "")) <= last else None
            if event is not None:
                yield Happened(place, row.ts, row.id, row.type, event)


def _in_order(connection: Connection, journal: Journal, cut_ms: int, notes: Notes) -> tuple[int, frozenset[int]]:
    """Up to which number nothing is missing, and which numbers before it do not count."""
    count, top = store.extent(connection, journal, cut_ms)
    lost = store.given_up(connection, journal)
    if not lost and count == top - journal.first + 1:
        return top, frozenset()
    known, aside = [], dict[int, str]()
    told = store.declared_lost(connection, journal) if lost else []
    for span in lost:
        since_ms = _given_up_ms(connection, journal, span, told)
        if since_ms is not None and since_ms <= cut_ms:
            known.append(span)
            aside |= store.came_after(connection, journal, span, since_ms)
    upto = _upto(store.numbers(connection, journal, cut_ms), journal.first, known)
    notes.held_up += sum(1 for seq in store.numbers(connection, journal, cut_ms) if seq > upto) if upto < top else 0
    notes.set_aside += [identity for _, identity in sorted(aside.items())][:_NAMED]
    return upto, frozenset(aside)


def _given_up_ms(connection: Connection, journal: Journal, span: tuple[int, int], told: list[Any]) -> int | None:
    """When a range was given up: when the hall said so, else when its journal went on behind it."""
    for row in told:
        said = json.loads(row["data"])
        if (said.get("from_seq"), said.get("to_seq")) == span:
            return int(row["received_ms"])
    return store.came_above(connection, journal, span[1])


def _upto(numbers: Iterator[int], first: int, lost: list[tuple[int, int]]) -> int:
    wanted = first
    for seq in numbers:
        while wanted < seq:
            over = max((end for begin, end in lost if begin <= wanted <= end), default=0)
            if not over:
                return wanted - 1
            wanted = over + 1
        wanted = max(wanted, seq + 1)
    return wanted - 1


def _note_deleted(notes: Notes, journal: Journal, first: str, last: str) -> None:
    for month in journal.purged:
        end = (date(month // 100 + month % 100 // 12, month % 100 % 12 + 1, 1) - timedelta(days=1)).isoformat()
        if end >= first:
            until = max(min(end, last), notes.unjudged[1] if notes.unjudged else first)
            notes.unjudged = (first, until)


def _months(of: Period) -> tuple[str, ...]:
    return tuple(sorted({f"{of.first:%Y-%m}", f"{of.last:%Y-%m}"}))
