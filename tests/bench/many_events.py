"""A store of a busy month: millions of events with their tickets, written as fast as the engine takes them.

``python -m tests.bench.many_events --database URL --events 5000000 --halls 250``. The past days are written straight
into the tables, as ingest would have left them; the last day comes in through ingest itself, so that every hall has a
live view. Seeded: the same arguments make the same store.
"""

from __future__ import annotations

import argparse
import json
import random
import sqlite3
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from sqlalchemy import Connection, insert, update

from central import schema
from central.database import Database
from central.ingest.intake import Intake, unpack
from central.ingest.message import Message
from central.ingest.months import month_of
from central.keeping.partitions import make_month
from central.keeping.store import go_on_counting
from hall.moment import local_day
from tests.central.event_log import HallLog, Morning

DAY_MS: Final = 86_400_000
SERVICES: Final = "ABCDG"
WINDOWS: Final = 6
LAST_MS: Final = 1_795_000_000_000  # the last day's morning, unless told otherwise
_EVENT: Final = tuple(column.name for column in schema.event.columns)
_TICKET: Final = tuple(column.name for column in schema.ticket.columns)
_A_TICKET: Final = 4.6  # events, on average


@dataclass(frozen=True, slots=True)
class Size:
    """How much is made. Halls are spread over ``districts`` of the city."""

    events: int = 5_000_000
    halls: int = 250
    days: int = 28
    districts: int = 16
    last_ms: int = LAST_MS
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Filled:
    """What is there now."""

    events: int
    tickets: int
    seconds: float


def fill(database: Database, size: Size) -> Filled:
    """Fill an empty store."""
    began = time.perf_counter()
    events = tickets = 0
    with database.write() as connection:
        _places(connection, size)
        for month in sorted({month_of(size.last_ms - day * DAY_MS) for day in range(size.days + 2)}):
            if connection.dialect.name == "postgresql":
                make_month(connection, month)
    for hall in range(1, size.halls + 1):
        made = _hall(hall, size)
        with database.write() as connection:
            _put(connection, "event", _EVENT, made.events)
            _put(connection, "ticket", _TICKET, made.tickets)
            months = [{"stream": hall, "month": month, "from_seq": seq} for month, seq in made.months.items()]
            connection.execute(insert(schema.event_month), months)
            top = update(schema.stream).where(schema.stream.c.id == hall).values(applied=len(made.events))
            connection.execute(top)
        events, tickets = events + len(made.events), tickets + len(made.tickets)
    _today(database, size)
    with database.write() as connection:
        connection.exec_driver_sql("ANALYZE")
    return Filled(events, tickets, time.perf_counter() - began)


def hall_id(number: int) -> str:
    return f"hall-{number:03d}"


def district_of(number: int, size: Size) -> str:
    return f"district-{number % size.districts:02d}"


def _places(connection: Connection, size: Size) -> None:
    first = size.last_ms - size.days * DAY_MS
    facts = {"parent": "city", "level": "district", "made_ms": first, "closed_ms": None}
    names = [f"district-{number:02d}" for number in range(size.districts)]
    rows = [{"id": name, "path": f"city/{name}/", "name_zh": f"{name} 区", "name_en": name, **facts} for name in names]
    connection.execute(insert(schema.unit), rows)
    streams = [
        {"id": hall, "hall": hall_id(hall), "epoch": _epoch(hall), "applied": 0, "conflicted": False, "first_ms": first}
        for hall in range(1, size.halls + 1)
    ]
    connection.execute(insert(schema.stream), streams)
    go_on_counting(connection, [schema.stream])


def _epoch(hall: int) -> str:
    return f"0199a000-0000-7000-8000-{hall:012d}"


@dataclass(slots=True)
class _Made:
    events: list[tuple[Any, ...]]
    tickets: list[tuple[Any, ...]]
    months: dict[int, int]


def _hall(hall: int, size: Size) -> _Made:
    chance = random.Random(size.seed * 100_003 + hall)
    made = _Made([], [], {})
    wanted = size.events // size.halls
    for back in range(size.days, 0, -1):
        start = size.last_ms - back * DAY_MS
        share = wanted * (size.days - back + 1) // size.days - len(made.events)
        _day(made, hall, start, max(1, round(share / _A_TICKET)), chance)
    return made


def _day(made: _Made, hall: int, start_ms: int, tickets: int, chance: random.Random) -> None:
    day, month = local_day(start_ms), month_of(start_ms)
    made.months.setdefault(month, len(made.events) + 1 if made.months else 0)
    every_ms = 8 * 3_600_000 // tickets
    for count in range(tickets):
        letter = SERVICES[chance.randrange(len(SERVICES))]
        number, window = f"{letter}{count + 1:03d}", chance.randrange(WINDOWS) + 1
        _ticket(made, (hall, month, day, number, letter, window), start_ms + count * every_ms, chance)


def _ticket(made: _Made, of: tuple[int, int, str, str, str, int], at_ms: int, chance: random.Random) -> None:
    hall, month, day, number, letter, window = of
    waited, served = chance.randrange(30, 2400), chance.randrange(60, 1800)
    came, grade = chance.random() < 0.93, chance.choice((5, 5, 5, 5, 4, 4, 3, 1)) if chance.random() < 0.75 else None
    priority = "ELDER" if chance.random() < 0.15 else None
    who = f'"day":"{day}","number":"{number}","service":"{letter}"'
    at_window = f'{who},"window":{window},"staff":"staff-{window}"'
    shown = f'"{priority}"' if priority else "null"
    issued = (
        f'{{{who},"token":"t{hall}-{number}","channel":"CARD","ahead":3,"estimated_wait_s":600,"priority":{shown}}}'
    )
    steps = [("ticket.issued/1", issued), ("ticket.called/1", f'{{{at_window},"waited_s":{waited}}}')]
    if came:
        steps.append(("ticket.served_started/1", f"{{{at_window}}}"))
        steps.append(("ticket.finished/1", f'{{{at_window},"served_s":{served}}}'))
        if grade is not None:
            steps.append(("rating.given/1", f'{{{at_window},"grade":{grade},"channel":"PAD","version":1}}'))
    else:
        steps.append(("ticket.no_show/1", f'{{{at_window},"calls":3}}'))
    story, moments = [], (0, waited, waited + 20, waited + 20 + served, waited + 25 + served)
    for (kind, data), after_s in zip(steps, moments, strict=False):
        seq, when = len(made.events) + 1, at_ms + after_s * 1000
        identity = f"0199a000-{hall:04x}-7000-8000-{seq:012x}"
        facts = (identity, when, "boot-1", when - LAST_MS + 10**11, "ntp", kind, False, "main", data, when + 300)
        made.events.append((hall, seq, month, *facts))
        story.append([hall, seq])
    state = "DONE" if came else "NO_SHOW"
    last = at_ms + moments[3 if came else 2] * 1000  # the last step of its life; a rating is none
    graded = grade if came else None
    made.tickets.append(
        (
            hall_id(hall), day, number, _epoch(hall), state, letter, letter, "CARD", priority, 1, window, at_ms, last,
            waited, served if came else None, 1, False, graded, 1 if graded else 0, f"staff-{window}" if came else None,
            json.dumps(story),
        )
    )  # fmt: skip


def _put(connection: Connection, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """The engine's own quickest way in."""
    names = ", ".join(f'"{name}"' for name in columns)
    raw = connection.connection.dbapi_connection
    assert raw is not None
    if isinstance(raw, sqlite3.Connection):
        raw.executemany(f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(columns))})", rows)
        return
    assert isinstance(raw, psycopg.Connection)
    with raw.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _today(database: Database, size: Size) -> None:
    """The last day of every hall, by the way of all events."""
    intake = Intake()
    for start in range(1, size.halls + 1, 25):
        messages = [one for hall in range(start, min(start + 25, size.halls + 1)) for one in _morning(hall, size)]
        with database.write() as connection:
            intake.take_in(connection, [unpack(one) for one in messages], size.last_ms)
    with database.write() as connection:
        for hall in range(1, size.halls + 1):
            place = update(schema.hall).where(schema.hall.c.id == hall_id(hall)).values(unit=district_of(hall, size))
            connection.execute(place)


def _morning(hall: int, size: Size) -> Iterator[Message]:
    log = HallLog(f"0199b000-0000-7000-8000-{hall:012d}", size.last_ms)
    Morning(log, size.seed + hall, SERVICES, WINDOWS).run(40)
    facts = {"epoch": log.epoch, "boot": "b", "version": "1", "config_rev": 1, "clock": "ntp"}
    yield Message(f"lh/1/{hall_id(hall)}/node/state", json.dumps({"online": True, "bdseq": 1, **facts}).encode())
    for payload in log.batches():
        yield Message(f"lh/1/{hall_id(hall)}/evt", payload, qos=1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", required=True)
    parser.add_argument("--events", type=int, default=Size().events)
    parser.add_argument("--halls", type=int, default=Size().halls)
    parser.add_argument("--days", type=int, default=Size().days)
    asked = parser.parse_args()
    database = Database(asked.database)
    try:
        print(fill(database, Size(asked.events, asked.halls, asked.days)))
    finally:
        database.close()


if __name__ == "__main__":
    main()
