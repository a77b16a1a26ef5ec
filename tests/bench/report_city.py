"""How long a city's month takes: every unit counted and the city's form put together, then again after one hall moved.

16 districts, 216 street stations, 6,000 rooms and a million tickets on PostgreSQL; one district of the same on SQLite.
``BENCH_REPORT_TICKETS`` says another number of tickets.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sqlalchemy import update

from central import schema
from central.clock import now_ms
from central.database import Database
from central.report.counting import bring_up
from central.report.periods import period
from central.report.reading import sheet
from central.units import store as units
from central.units.rules import ROOT
from tests.bench.figures import Figure
from tests.bench.report_filling import City, build, fill_month
from tests.parts import Mosquitto
from tests.postgres import PostgreSQL

TICKETS: Final = int(os.environ.get("BENCH_REPORT_TICKETS", "1000000"))
CITY: Final = City(16, 216, 6000, TICKETS)
DISTRICT: Final = City(1, 14, 375, TICKETS // 16)
_MONTH: Final = "2026-06"
_COMMAND: Final = "make bench ARGS=report-city"


def measure(folder: Path, _broker: Mosquitto) -> list[Figure]:
    server = PostgreSQL()
    server.start()
    try:
        figures = list(_measured("PostgreSQL, the city", server.new_database(), CITY))
    finally:
        server.remove()
    return figures + list(_measured("SQLite, one district", f"sqlite:///{folder / 'report.db'}", DISTRICT))


def _measured(told: str, url: str, city: City) -> Iterator[Figure]:
    database = Database(url)
    made = build(database, city)
    fill_month(database, city, made, _MONTH)
    size = f"{told}: {city.rooms:,} rooms, {city.tickets:,} tickets"
    yield Figure(f"month computed ({size})", _computed_s(database), "s", command=_COMMAND)
    with database.write() as connection:
        moved = schema.stream.c.hall == made["village"][-1]
        connection.execute(update(schema.stream).where(moved).values(applied=2))
    yield Figure(f"again after one hall moved ({size})", _computed_s(database), "s", command=_COMMAND)
    yield Figure(f"again after nothing moved ({size})", _computed_s(database), "s", command=_COMMAND)
    database.close()


def _computed_s(database: Database) -> float:
    """From the question to the city's form with its checks, its columns and everything below it."""
    begun, of = time.perf_counter(), period(_MONTH)
    bring_up(database, f"{ROOT}/", of, now_ms())
    with database.read() as connection:
        unit = units.require_unit(connection, ROOT, f"{ROOT}/")
        told = sheet(connection, unit, of, f"{ROOT}/", now_ms(), 0)
    assert told is not None
    assert told.figures["A10"]
    return round(time.perf_counter() - begun, 2)
