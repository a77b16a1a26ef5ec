"""How long each number of the dashboard takes over a store of millions of events, on both engines.

A real ``hall central`` on a store that `tests.bench.many_events` filled (5 million events; ``BENCH_DASHBOARD_EVENTS``
says another number), asked over HTTP by one person; the time is from the question to the whole answer.
"""

from __future__ import annotations

import math
import os
import random
import time
from pathlib import Path
from typing import Any, Final

from central.clock import now_ms
from central.database import Database
from hall.moment import local_day
from tests.bench.figures import Figure
from tests.bench.many_events import DAY_MS, Size, fill, hall_id
from tests.central.running import RunningCentral
from tests.parts import Mosquitto
from tests.postgres import PostgreSQL

EVENTS: Final = int(os.environ.get("BENCH_DASHBOARD_EVENTS", "5000000"))
HALLS: Final = 250
ASKED: Final = 60
AIM_MS: Final = 200.0
COMMAND: Final = "make bench ARGS=dashboard"


def measure(folder: Path, broker: Mosquitto) -> list[Figure]:
    size = Size(events=EVENTS, halls=HALLS, last_ms=now_ms() - 6 * 3_600_000)
    figures = _on("SQLite", f"sqlite:///{folder / 'many.db'}", folder / "lite", broker, size)
    server = PostgreSQL()
    server.start()
    try:
        return figures + _on("PostgreSQL", server.new_database(), folder / "pg", broker, size)
    finally:
        server.remove()


def _on(engine: str, url: str, data: Path, broker: Mosquitto, size: Size) -> list[Figure]:
    database = Database(url)
    filled = fill(database, size)
    database.close()
    central = RunningCentral(data, broker, database=url)
    central.start()
    try:
        client = central.client("supervisor")
        told = f"{engine}, {filled.events / 1e6:.1f} M events"
        return [
            _spread(f"{name} ({told})", [_asked_ms(client, *ask) for ask in asks])
            for name, asks in _questions(size).items()
        ]
    finally:
        central.stop()


def _questions(size: Size) -> dict[str, list[tuple[str, dict[str, Any]]]]:
    """What the dashboard asks, each `ASKED` times about different halls and days."""
    chance = random.Random(1)
    halls = [hall_id(chance.randint(1, size.halls)) for _ in range(ASKED)]
    days = [local_day(size.last_ms - chance.randint(0, size.days - 1) * DAY_MS) for _ in range(ASKED)]
    today = local_day(size.last_ms)
    return {
        "all halls with their live numbers": [("/api/v1/halls", {"limit": 500})] * ASKED,
        "one hall": [(f"/api/v1/halls/{hall}", {}) for hall in halls],
        "figures of a day, all halls": [("/api/v1/figures", {"day": day, "limit": 500}) for day in days],
        "figures of a day, one hall": [
            ("/api/v1/figures", {"day": day, "hall": hall}) for day, hall in zip(days, halls, strict=True)
        ],
        "today against the weekday before, the city": [("/api/v1/trend", {"day": today})] * ASKED,
        "today against the weekday before, one hall": [
            ("/api/v1/trend", {"day": today, "hall": hall}) for hall in halls
        ],
        "the fleet": [("/api/v1/fleet", {"limit": 500})] * ASKED,
        "open alarms": [("/api/v1/alarms", {})] * ASKED,
        "a hall's newest hundred events": [("/api/v1/events", {"hall": hall, "limit": 100}) for hall in halls],
    }  # fmt: skip


def _asked_ms(client: Any, path: str, query: dict[str, Any]) -> float:
    begun = time.perf_counter()
    answer = client.get(path, params=query)
    took_ms = (time.perf_counter() - begun) * 1000
    assert answer.status_code == 200, f"{path} {query}: {answer.status_code} {answer.text[:300]}"
    return took_ms


def _spread(name: str, samples_ms: list[float]) -> Figure:
    """The 95th percentile against the aim; a ratio above 1 misses it."""
    ordered = sorted(samples_ms)
    p50, p95, p99 = (ordered[math.ceil(len(ordered) * part) - 1] for part in (0.5, 0.95, 0.99))
    return Figure(
        f"{name}, p95", round(p95, 1), "ms", round(p50, 1), round(p99, 1), AIM_MS, round(p95 / AIM_MS, 2), COMMAND
    )
