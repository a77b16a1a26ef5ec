"""How long the desk's lists and look-ups take among 200,000 cases, on both engines.

A real ``hall central`` on a store that `tests.bench.aid_cases` filled, asked over HTTP by people of one large centre,
of a district and of the whole city; the time is from the question to the whole answer. ``BENCH_AID_CASES`` says
another number of cases.
"""

from __future__ import annotations

import math
import os
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx2

from central.accounts.desk import AccountDesk
from central.accounts.permissions import Role
from central.clock import now_ms
from central.database import Database
from central.keeping import master_key
from tests.bench.aid_cases import Size, Somebody, centre, fill
from tests.bench.figures import Figure
from tests.central.running import SECRET, RunningCentral
from tests.parts import LET_GO_FIRST, Mosquitto
from tests.postgres import PostgreSQL

CASES: Final = int(os.environ.get("BENCH_AID_CASES", "200000"))
ASKED: Final = 60
AIM_MS: Final = 200.0
_WHY: Final = "来电询问办理进度"
_PLACES: Final = {"centre": centre(0), "district": "district-01", "city": "city"}
_LISTS: Final[dict[str, dict[str, Any]]] = {
    "work list": {},
    "work list, overdue": {"light": "OVERDUE"},
    "work list, one's own": {"owner": "staff-07"},
    "work list, to review": {"waiting": "REVIEW"},
    "work list, by channel and nobody's": {"channel": "WEB", "owner": "none"},
    "what is over": {"over": "true"},
}


@dataclass(frozen=True, slots=True)
class Asking:
    """A central over the filled store; clients are people of a place."""

    central: RunningCentral
    known: list[Somebody]
    told: str  # engine and size

    def client(self, name: str) -> httpx2.Client:
        client = httpx2.Client(base_url=self.central.url, timeout=60, limits=LET_GO_FIRST)
        answer = client.post("/api/v1/session", json={"name": name, "secret": SECRET})
        assert answer.status_code == 200, answer.text
        client.headers["Authorization"] = f"Bearer {answer.json()['token']}"
        return client


def measure_list(folder: Path, broker: Mosquitto) -> list[Figure]:
    """Pages of the list, and the counts beside it."""
    return _on_both(folder, broker, _lists, "make bench ARGS=aid-worklist")


def measure_search(folder: Path, broker: Mosquitto) -> list[Figure]:
    """People and cases looked up."""
    return _on_both(folder, broker, _searches, "make bench ARGS=aid-search")


_Measure = Callable[[Asking, str], Iterator[Figure]]


def _on_both(folder: Path, broker: Mosquitto, measure: _Measure, command: str) -> list[Figure]:
    with _asking("SQLite", f"sqlite:///{folder / 'aid.db'}", folder / "lite", broker) as asking:
        figures = list(measure(asking, command))
    server = PostgreSQL()
    server.start()
    try:
        with _asking("PostgreSQL", server.new_database(), folder / "pg", broker) as asking:
            return figures + list(measure(asking, command))
    finally:
        server.remove()


@contextmanager
def _asking(engine: str, url: str, data: Path, broker: Mosquitto) -> Iterator[Asking]:
    data.mkdir()
    database = Database(url)
    vault = master_key.open_vault(database, None, data, now_ms(), make=True)
    known = fill(database, vault, Size(now_ms(), CASES))
    accounts = AccountDesk(database)
    for place, unit in _PLACES.items():
        for number in range(3 * ASKED // 50 + 1):  # nobody may look up more than sixty people an hour
            accounts.add(f"{place}.{number}", [Role.REVIEWER, Role.SUPERVISOR], now_ms(), SECRET, unit)
    database.close()
    central = RunningCentral(data, broker, database=url)
    central.start()
    try:
        yield Asking(central, known, f"{engine}, {CASES:,} cases")
    finally:
        central.kill()


def _lists(asking: Asking, command: str) -> Iterator[Figure]:
    for place in _PLACES:
        client = asking.client(f"{place}.0")
        for name, query in _LISTS.items():
            samples = list(_pages(client, query))
            yield _spread(f"{name}, {place} ({asking.told})", samples, command)
        counted = [_asked_ms(client, "GET", "/api/v1/aid/desk/buckets") for _ in range(ASKED // 2)]
        yield _spread(f"counts beside the list, {place} ({asking.told})", counted, command)


def _pages(client: httpx2.Client, query: dict[str, Any]) -> Iterator[float]:
    """Fifty rows a page, from the first page on and again."""
    cursor = None
    for _ in range(ASKED):
        began = time.perf_counter()
        asked = {**query, "limit": 50, **({"cursor": cursor} if cursor else {})}
        answer = client.get("/api/v1/aid/cases", params=asked)
        yield (time.perf_counter() - began) * 1000
        assert answer.status_code == 200, answer.text
        cursor = answer.json()["next"]


def _searches(asking: Asking, command: str) -> Iterator[Figure]:
    chance = random.Random(1)
    for place in _PLACES:
        for number, kind in enumerate(("number", "name", "id_number")):
            samples = []
            for turn in range(ASKED):
                if turn % 50 == 0:
                    client = asking.client(f"{place}.{number}") if turn == 0 else asking.client(f"{place}.3")
                one = chance.choice(asking.known)
                body = {kind: getattr(one, kind), **({"reason": _WHY} if kind != "number" else {})}
                samples.append(_asked_ms(client, "POST", "/api/v1/aid/search", body))
            yield _spread(f"looked up by {kind}, {place} ({asking.told})", samples, command)


def _asked_ms(client: httpx2.Client, method: str, path: str, body: Any = None) -> float:
    began = time.perf_counter()
    answer = client.request(method, path, json=body) if body is not None else client.request(method, path)
    took_ms = (time.perf_counter() - began) * 1000
    assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text[:300]}"
    return took_ms


def _spread(name: str, samples_ms: list[float], command: str) -> Figure:
    """The 95th percentile against the aim; a ratio above 1 misses it."""
    ordered = sorted(samples_ms)
    p50, p95, p99 = (ordered[math.ceil(len(ordered) * part) - 1] for part in (0.5, 0.95, 0.99))
    return Figure(
        f"{name}, p95", round(p95, 1), "ms", round(p50, 1), round(p99, 1), AIM_MS, round(p95 / AIM_MS, 2), command
    )
