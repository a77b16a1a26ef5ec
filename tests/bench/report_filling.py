"""A city, or a district, with what its halls did in some months: tickets, records of services, ratings, other systems.

Everything follows from a seed. The rows are those that ingest would have written; a ticket's life is decided by its own
number, so that whoever counts by another way knows nothing of how they were made.
"""

from __future__ import annotations

import calendar
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from sqlalchemy import Connection, insert

from central import schema
from central.database import Database, put_rows
from central.ratings.tables import rating
from central.report_counts.tables import service_record
from central.report_entry.tables import adviser_visit
from central.units import store as units
from central.units.rules import ROOT
from hall.moment import local_ms
from hall.queue.state import TicketState
from hall.queue.words import Priority
from hall.record.words import AnsweredBy, Field, Group

_AT_ONCE: Final = 10_000
_ENDS: Final = (TicketState.DONE,) * 90 + (TicketState.NO_SHOW,) * 5 + (TicketState.CANCELLED,) * 2 + (
    TicketState.EXPIRED,
) * 3  # fmt: skip
_LETTERS: Final = "AAAABBCCDEFGHJKLT"
_GRADES: Final = (5,) * 70 + (4,) * 20 + (3,) * 7 + (2,) * 2 + (1,)
_PRIORITIES: Final = (None,) * 17 + (Priority.ELDER, Priority.DISABLED, Priority.MILITARY)
_BEGUN_MS: Final = local_ms("2020-01-01", 0)


@dataclass(frozen=True, slots=True)
class City:
    """How many units of each level, and how many tickets a month their halls have together, shared 4 : 3 : 3."""

    districts: int
    streets: int
    rooms: int
    tickets: int


def build(database: Database, city: City) -> dict[str, list[str]]:
    """The units, each with a hall of its own id; level -> their ids."""
    made: dict[str, list[str]] = {"district": [], "street": [], "village": []}
    with database.write() as connection:
        for number in range(city.districts):
            _unit(connection, made, f"d{number:02d}", ROOT, f"{ROOT}/", "district")
        for number in range(city.streets):
            parent = made["district"][number % city.districts]
            _unit(connection, made, f"s{number:03d}", parent, f"{ROOT}/{parent}/", "street")
        for number in range(city.rooms):
            place = number % city.streets
            parent, above = made["street"][place], made["district"][place % city.districts]
            _unit(connection, made, f"v{number:04d}", parent, f"{ROOT}/{above}/{parent}/", "village")
        halls = [one for level in made.values() for one in level]
        connection.execute(insert(schema.hall), [_hall(one) for one in halls])
        journals = [
            {"hall": one, "epoch": "e", "applied": 1, "conflicted": False, "first_ms": _BEGUN_MS} for one in halls
        ]
        connection.execute(insert(schema.stream), journals)
    return made


def _unit(connection: Connection, made: dict[str, list[str]], name: str, parent: str, above: str, level: str) -> None:
    path = f"{above}{name}/"
    units.add_unit(
        connection, id=name, parent=parent, level=level, path=path, name_zh=name, name_en=name, made_ms=_BEGUN_MS
    )
    made[level].append(name)


def _hall(name: str) -> dict[str, Any]:
    return {
        "id": name, "name_zh": name, "name_en": name, "birth": "", "online": True, "bdseq": 1, "epoch": "e",
        "boot": "", "version": "", "config_rev": 0, "clock": "none", "state_ms": 0, "heard_ms": 0,
        "first_ms": _BEGUN_MS, "unit": name, "kept_here": False,
    }  # fmt: skip


def fill_month(database: Database, city: City, made: dict[str, list[str]], name: str, seed: int = 1) -> None:
    """One month of work in every hall."""
    draw = random.Random(f"{seed} {name}")
    shares = (("district", 0.4), ("street", 0.3), ("village", 0.3))
    plan = [(hall, int(city.tickets * share / len(made[level]))) for level, share in shares for hall in made[level]]
    _put(database, schema.ticket, (row for row, _, _ in _month(draw, plan, name)))
    draw = random.Random(f"{seed} {name}")
    _put(database, service_record, (row for _, row, _ in _month(draw, plan, name) if row is not None))
    draw = random.Random(f"{seed} {name}")
    _put(database, rating, (row for _, _, row in _month(draw, plan, name) if row is not None))
    with database.write() as connection:
        connection.execute(
            insert(adviser_visit), [_visit(room, place, name) for place, room in enumerate(made["village"])]
        )


def _visit(room: str, place: int, name: str) -> dict[str, Any]:
    """From half an hour to five: some rooms have their four hours, some have not."""
    minutes = 30 * (place % 10 + 1)
    return {
        "id": f"{room}{name[2:4]}{name[5:]}", "unit": room, "day": f"{name}-08", "begins": 540, "ends": 540 + minutes,
        "minutes": minutes, "people": 3, "by": "p", "at_ms": 1,
    }  # fmt: skip


def _put(database: Database, table: Any, rows: Iterator[tuple[Any, ...]]) -> None:
    while chunk := list(islice(rows, _AT_ONCE)):
        with database.write() as connection:
            put_rows(connection, table, chunk)


_Row = tuple[Any, ...] | None


def _month(
    draw: random.Random, plan: Sequence[tuple[str, int]], name: str
) -> Iterator[tuple[tuple[Any, ...], _Row, _Row]]:
    """A ticket, what was noted of its service, its rating."""
    days = [f"{name}-{day:02d}" for day in range(1, calendar.monthrange(int(name[:4]), int(name[5:]))[1] + 1)]
    begins = {day: local_ms(day, 540) for day in days}
    for hall, tickets in plan:
        for number in range(tickets):
            yield _ticket(draw, hall, days[number % len(days)], number // len(days), begins)


def _ticket(
    draw: random.Random, hall: str, day: str, number: int, begins: dict[str, int]
) -> tuple[tuple[Any, ...], _Row, _Row]:
    letter, state = draw.choice(_LETTERS), draw.choice(_ENDS)
    done = state is TicketState.DONE
    code, priority = f"{letter}{number:03d}", draw.choice(_PRIORITIES)
    persons = 1 if draw.random() < 0.97 else draw.randrange(2, 9)
    waited = draw.randrange(0, 3000) if state is not TicketState.CANCELLED else None
    served = draw.randrange(60, 2400) if done else None
    issued = begins[day] + draw.randrange(0, 8 * 3_600_000)
    grade = draw.choice(_GRADES) if done and draw.random() < 0.4 else None
    row = {
        "hall": hall, "day": day, "number": code, "epoch": "e", "state": state.value, "service_issued": letter,
        "service": letter, "channel": "SCREEN", "priority": priority.value if priority else None, "persons": persons,
        "window": 1, "issued_ms": issued, "since_ms": issued, "waited_s": waited, "served_s": served, "calls": 1,
        "transferred": False, "grade": grade, "grade_version": 1 if grade else 0, "events": "[]", "staff": "s.1",
    }  # fmt: skip
    ticket = tuple(row[column.name] for column in schema.ticket.columns)
    noted = None
    if done and letter == "A" and draw.random() < 0.8:
        groups = "".join(f" {group} " for group in sorted(draw.sample(list(Group), draw.randrange(0, 3))))
        noted = (
            hall,
            day,
            code,
            "e",
            1,
            1,
            draw.choice(list(Field)).value,
            draw.choice(list(AnsweredBy)).value,
            groups,
        )
    rated = None
    if grade is not None:
        rated = (
            hall, day, code, "e", 1, letter, 1, "s.1", grade, "PAD", "", issued, *(False,) * 4, True, False,
        )  # fmt: skip
    return ticket, noted, rated
