"""Central's pages over a city of 16 districts, 220 street stations and 6,000 village rooms without a controller.

One central over one SQLite file, a viewer of the whole city: how long the start page takes in a browser until its map
stands and how many elements it has, how long and how large the stream's first word is, the lists page by page, a number
taken in a village until the stream tells it, and the memory of the program before and after all of it.
"""

from __future__ import annotations

import json
import statistics
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Page, sync_playwright
from sqlalchemy import Connection

from central.clock import now_ms
from central.database import Database
from central.places import keeper
from central.units import store as units
from tests.bench.figures import Figure
from tests.central.running import SECRET, RunningCentral
from tests.parts import Mosquitto, skip_unless
from tests.screenshots import ARGUMENTS

DISTRICTS: Final = 16
STREETS: Final = 220
VILLAGES: Final = 6000
TIMES: Final = 5
COMMAND: Final = "make bench ARGS=city-of-places"
_WHAT: Final = f"{VILLAGES + STREETS:,} places"


def measure(folder: Path, broker: Mosquitto) -> list[Figure]:
    central = RunningCentral(folder / "central", broker)
    central.data.mkdir()
    fill(central.database)
    central.start()
    try:
        client = central.client("viewer")
        bare_mb = _memory_mb(central)
        found = [*_lists(client), *_stream(central, client), *_browser(central)]
        found += [_figure("memory before the first page", bare_mb, "MB")]
        found += [_figure("memory after all pages", _memory_mb(central), "MB")]
        return found
    finally:
        central.kill()


def fill(address: str) -> None:
    """The tree of units, and a place at each street and village."""
    database = Database(address)
    wanted = list(_tree())
    for start in range(0, len(wanted), 500):
        with database.write() as connection:
            for one in wanted[start : start + 500]:
                _make(connection, *one)
    database.close()


def _tree() -> Iterator[tuple[str, str, str, str, str]]:
    """Each unit with its parent, level, path and Chinese name."""
    for number in range(DISTRICTS):
        yield f"d{number:02d}", "city", "district", f"city/d{number:02d}/", f"第{number + 1}区"
    for number in range(STREETS):
        street, parent = f"s{number:03d}", f"d{number % DISTRICTS:02d}"
        yield street, parent, "street", f"city/{parent}/{street}/", f"{number + 1}号街道公共法律服务站"
    for number in range(VILLAGES):
        place = number % STREETS
        street, district = f"s{place:03d}", f"d{place % DISTRICTS:02d}"
        village = f"v{number:04d}"
        yield village, street, "village", f"city/{district}/{street}/{village}/", f"{number + 1}号村公共法律服务室"


def _make(connection: Connection, unit: str, parent: str, level: str, path: str, name: str) -> None:
    facts = {"parent": parent, "level": level, "path": path, "made_ms": 1}
    units.add_unit(connection, id=unit, name_zh=name, name_en=unit, **facts)
    if level != "district":
        keeper.begin(connection, unit, unit, (name, unit), "{}", now_ms())


def _lists(client: Any) -> list[Figure]:
    found = []
    for name in ("halls", "places", "units"):
        took, cursor, pages = [], "", 0
        while pages == 0 or cursor:
            began = time.perf_counter()
            told = client.get(f"/api/v1/{name}?limit=100{f'&cursor={cursor}' if cursor else ''}").json()
            took.append((time.perf_counter() - began) * 1000)
            cursor, pages = told["next"], pages + 1
        found.append(_figure(f"a page of 100 of /{name}, mean of {pages}", statistics.mean(took), "ms"))
    return found


def _stream(central: RunningCentral, client: Any) -> list[Figure]:
    """The first word, and how soon a number taken in a village is told."""
    took, size = [], 0
    for _ in range(TIMES):
        began = time.perf_counter()
        with _opened(central, client) as stream:
            size = len(next(_events(stream)))
            took.append((time.perf_counter() - began) * 1000)
    told: list[float] = []
    with _opened(central, client) as stream:
        events = _events(stream)
        next(events)
        for number in range(20):
            said: list[float] = []
            asker = threading.Thread(target=_take, args=(central, f"v{number * 300:04d}", said))
            asker.start()
            while f'"waiting":{number + 1},' not in next(events).partition('"below"')[0]:
                pass
            heard = time.perf_counter()
            asker.join()
            told.append((heard - said[0]) * 1000)
    return [
        _figure("first word of the city's stream, at once after the start", took[0], "ms"),
        _figure("first word of the city's stream, later", statistics.median(took[1:]), "ms"),
        _figure("size of that first word", size / 1e3, "kB"),
        _figure("a number asked for in a village until the city's stream tells it", statistics.median(told), "ms"),
        _figure("the slowest of 20", max(told), "ms"),
    ]


def _opened(central: RunningCentral, client: Any) -> Any:
    asked = urllib.request.Request(f"{central.url}/api/v1/stream", headers=dict(client.headers))
    asked.remove_header("Accept-encoding")
    return urllib.request.urlopen(asked, timeout=60)


def _events(stream: Any) -> Iterator[str]:
    while line := stream.readline():
        if line.startswith(b"data:"):
            yield line.decode()


def _take(central: RunningCentral, place: str, said: list[float]) -> None:
    headers = {"Content-Type": "application/json", "Idempotency-Key": f"bench-{place}"}
    address = f"{central.url}/api/v1/public/places/{place}/tickets"
    said.append(time.perf_counter())
    asked = urllib.request.Request(address, json.dumps({"service": "A"}).encode(), headers)
    urllib.request.urlopen(asked, timeout=60).read()


def _browser(central: RunningCentral) -> list[Figure]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=skip_unless("chromium"), args=ARGUMENTS)
        page = browser.new_context(viewport={"width": 1920, "height": 1080}, locale="zh-CN").new_page()
        page.goto(f"{central.url}/sign-in")
        page.fill("[name=name]", "viewer")
        page.fill("[name=secret]", SECRET)
        page.keyboard.press("Enter")
        page.locator("#halls .group").first.wait_for(timeout=120_000)
        city = _shown(page, lambda: page.goto(f"{central.url}/"), "#halls .group >> nth=15")
        elements: int = page.evaluate("() => document.querySelectorAll('*').length")
        district = _shown(page, lambda: page.goto(f"{central.url}/?unit=d00"), "#halls .group >> nth=12")
        places = _shown(page, lambda: page.goto(f"{central.url}/places"), "#list tbody tr >> nth=0")
        browser.close()
    return [
        _figure("the city's start page until its map stands", city, "ms"),
        _figure("elements on it", elements, ""),
        _figure("a district's start page until its map stands", district, "ms"),
        _figure("the page of small places until its list stands", places, "ms"),
    ]


def _shown(page: Page, go: Callable[[], Any], until: str) -> float:
    took = []
    for _ in range(TIMES):
        began = time.perf_counter()
        go()
        page.locator(until).wait_for(timeout=120_000)
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took)


def _memory_mb(central: RunningCentral) -> float:
    assert central.process is not None
    status = Path(f"/proc/{central.process.pid}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))) / 1024


def _figure(name: str, value: float, unit: str) -> Figure:
    return Figure(f"{_WHAT}: {name}", round(value, 1), unit, command=COMMAND)
