"""A district's year, made the way people make it: thirteen units, twelve months, every form sent, taken and locked.

What the forms say is then counted by SQL that knows nothing of the report: one statement a figure, over the rows as
they are. ``BENCH_REPORT_TICKETS`` says another number of tickets than a million.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, insert, text

from central.accounts.permissions import Role
from central.accounts.person import Person
from central.database import Database
from central.report import store, store_of_lines
from central.report.counting import bring_up
from central.report.figures import counts_of, figures_of
from central.report.formula import Figure
from central.report.guards import findings_of
from central.report.periods import period, year_of
from central.report.stages import Move
from central.report.work import Said, move
from central.report.year import lock
from central.report_entry.tables import report_entry
from central.units import store as units
from central.units.rules import ROOT
from tests.bench.figures import Figure as Measured
from tests.bench.report_filling import City, build, fill_month
from tests.parts import Mosquitto
from tests.postgres import PostgreSQL

TICKETS: Final = int(os.environ.get("BENCH_REPORT_TICKETS", "1000000"))
YEAR: Final = 2025
THIRTEEN: Final = (1, 3, 9)  # a district, its street stations, their rooms
_COMMAND: Final = "make bench ARGS=report-year"
_ROLES: Final = {"p": Role.REPORT_PREPARER, "r": Role.REPORT_REVIEWER, "s": Role.REPORT_SIGNER}
_BEFORE_SENDING: Final = {
    "village": (("p", Move.DRAW_UP), ("p", Move.SUBMIT)),
    "street": (("p", Move.DRAW_UP), ("r", Move.CHECK), ("r", Move.SUBMIT)),
    "district": (("p", Move.DRAW_UP), ("r", Move.CHECK), ("s", Move.SIGN), ("p", Move.SUBMIT)),
    "city": (("p", Move.DRAW_UP), ("r", Move.CHECK), ("s", Move.SIGN), ("s", Move.CLOSE)),
}


def measure(folder: Path, _broker: Mosquitto) -> list[Measured]:
    server = PostgreSQL()
    server.start()
    try:
        figures = list(_measured("PostgreSQL", server.new_database()))
    finally:
        server.remove()
    return figures + list(_measured("SQLite", f"sqlite:///{folder / 'year.db'}"))


def _measured(engine: str, url: str) -> Iterator[Measured]:
    database = Database(url)
    made = fill_year(database, TICKETS)
    begun = time.perf_counter()
    told = make_year(database, made)
    took = round(time.perf_counter() - begun, 2)
    name = f"a district's year made ({engine}: 13 units, {TICKETS:,} tickets)"
    yield Measured(name, took, "s", command=_COMMAND)
    with database.read() as connection:
        wrong = {code: (told[code], figure) for code, figure in by_sql(connection).items() if told[code] != figure}
    assert not wrong, wrong
    yield Measured(f"figures confirmed by SQL ({engine})", len(QUESTIONS), "", command=_COMMAND)
    database.close()


def fill_year(
    database: Database, tickets: int, shape: tuple[int, int, int] = THIRTEEN, seed: int = 1
) -> dict[str, list[str]]:
    city = City(*shape, tickets // 12)
    made = build(database, city)
    for name in year_of(YEAR):
        fill_month(database, city, made, name, seed)
    typed = [(made["district"][0], code, "9") for code in ("K01", "K02", "K03", "K04")]
    typed += [(room, "J04", "1") for room in made["village"]]
    with database.write() as connection:
        for unit, code, value in typed:
            facts = {"unit": unit, "period": year_of(YEAR)[0], "code": code, "n": 1, "value": value}
            more = {"id": secrets.token_hex(8), "carried": False, "by": "p", "at_ms": 1}
            connection.execute(insert(report_entry).values(**facts, **more))
    return made


def make_year(database: Database, made: Mapping[str, list[str]]) -> dict[str, Figure]:
    """Every form of the year on its way; the city's yearly form."""
    for name in year_of(YEAR):
        of = period(name)
        bring_up(database, f"{ROOT}/", of, of.late_ms)
        for level in ("village", "street", "district", "city"):
            for unit in made.get(level, [ROOT]):
                with database.write() as connection:
                    _send(connection, unit, name, of.to_ms + 1)
    with database.write() as connection:
        lock(connection, units.require_unit(connection, ROOT, f"{ROOT}/"), YEAR, "s.city", 1)
    with database.read() as connection:
        row = store.version(connection, ROOT, year_of(YEAR)[-1], 1)
        assert row is not None
        assert counts_of(row["total"])
        kept = connection.execute(text("SELECT figures FROM report_year WHERE unit = 'city'")).scalar_one()
    return figures_of(kept)


def _send(connection: Connection, unit: str, name: str, now_ms: int) -> None:
    row = units.require_unit(connection, unit, f"{ROOT}/")
    step = 0
    for letter, one in _BEFORE_SENDING[row["level"]]:
        person = _person(letter, unit, row["path"])
        step = move(connection, row, name, person, Said(one, step), now_ms)["step"]
        if one is Move.DRAW_UP:
            _note(connection, unit, name)
    if unit != ROOT:
        above = units.require_unit(connection, row["parent"], f"{ROOT}/")
        move(connection, row, name, _person("r", above["id"], above["path"]), Said(Move.ACCEPT, step), now_ms)


def _note(connection: Connection, unit: str, name: str) -> None:
    """What moved a lot, or is nothing after it was something, is explained."""
    row, version = units.require_unit(connection, unit, f"{ROOT}/"), store.version(connection, unit, name, 1)
    assert version is not None
    for found in findings_of(connection, row, period(name), version):
        facts = {"unit": unit, "period": name, "rule": found.id, "text": "随机生成", "actor": "p", "at_ms": 1}
        store_of_lines.add_note(connection, **facts)


def _person(letter: str, unit: str, path: str) -> Person:
    return Person(f"{letter}.{unit}", frozenset({_ROLES[letter]}), unit, path, "")


# What the yearly form says, asked in the plainest words there are.
QUESTIONS: Final[Mapping[str, str]] = {
    "A10": "SELECT count(*) FROM ticket WHERE day LIKE '2025-%'",
    "A11": "SELECT count(*) FROM ticket WHERE day LIKE '2025-%' AND state = 'DONE'",
    "A12": "SELECT count(*) FROM ticket WHERE day LIKE '2025-%' AND state = 'NO_SHOW'",
    "A13": "SELECT count(*) FROM ticket WHERE day LIKE '2025-%' AND state = 'CANCELLED'",
    "A14": "SELECT count(*) FROM ticket WHERE day LIKE '2025-%' AND state = 'EXPIRED'",
    "A17": "SELECT count(*) FROM ticket WHERE day LIKE '2025-%' AND priority = 'ELDER'",
    "A19": "SELECT count(*) FROM ticket WHERE day LIKE '2025-%' AND priority = 'MILITARY'",
    "A23": "SELECT count(*) FROM ticket WHERE day LIKE '2025-%' AND state = 'DONE' AND waited_s > 1800",
    "A21S": "SELECT sum(waited_s) FROM ticket WHERE day LIKE '2025-%' AND state = 'DONE'",
    "A22S": "SELECT sum(served_s) FROM ticket WHERE day LIKE '2025-%' AND state = 'DONE'",
    "A02": "SELECT sum(persons) FROM ticket WHERE day LIKE '2025-%' AND state = 'DONE'",
    **{
        code: f"SELECT sum(persons) FROM ticket WHERE day LIKE '2025-%' AND state = 'DONE' AND hall LIKE '{letter}%'"
        for code, letter in (("A50", "d"), ("A51", "s"), ("A52", "v"))
    },
    **{
        f"A{30 + place}": f"SELECT count(*) FROM ticket WHERE state = 'DONE' AND service = '{letter}'"
        for place, letter in enumerate("ABCDEFGHJKLT")
    },
    "B01": "SELECT sum(persons) FROM ticket WHERE day LIKE '2025-%' AND state = 'DONE' AND service = 'A'",
    "B13": "SELECT sum(t.persons) FROM ticket t JOIN service_record r ON r.hall = t.hall AND r.day = t.day"
    " AND r.number = t.number WHERE r.field = 'LABOUR' AND t.state = 'DONE'",
    "B42": "SELECT count(*) FROM service_record WHERE groups LIKE '% ELDER %'",
    "P01": "SELECT count(*) FROM ticket WHERE day LIKE '2025-%' AND state = 'DONE'",
    "P02": "SELECT count(*) FROM rating WHERE day LIKE '2025-%'",
    "P03": "SELECT count(*) FROM rating WHERE day LIKE '2025-%' AND grade = 5",
    "P10": "SELECT count(*) FROM rating WHERE day LIKE '2025-%' AND grade < 3",
    "J06": "SELECT count(*) FROM adviser_visit WHERE minutes >= 240",
    "J02": "SELECT count(*) FROM unit WHERE level = 'village'",
}


def by_sql(connection: Connection) -> dict[str, Fraction]:
    return {code: Fraction(int(connection.execute(text(asked)).scalar_one())) for code, asked in QUESTIONS.items()}
