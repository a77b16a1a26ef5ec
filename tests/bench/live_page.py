"""From an event at a hall to its number on central's start page, with 300 halls and 20 open pages.

One page is a real browser that shows the map of the whole city; nineteen more hold the same stream open and read it as
fast as it comes. The city is at work meanwhile: fifty events a second from all halls. A sample begins when the hall's
event is handed to the broker and ends with the first frame after the hall's tile shows the new number.
"""

from __future__ import annotations

import json
import random
import threading
import time
import urllib.request
from collections.abc import Sequence
from http.client import HTTPException
from pathlib import Path
from typing import Any, Final

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from playwright.sync_api import Page, sync_playwright

from central.clock import now_ms
from central.database import Database
from central.live import store as live_store
from central.units import store as units
from hall.moment import local_day
from hall.queue import words
from tests.bench.figures import Figure, spread
from tests.central.event_log import HallLog, issued
from tests.central.running import SECRET, RunningCentral
from tests.parts import Mosquitto, skip_unless, wait_for
from tests.screenshots import ARGUMENTS

HALLS: Final = 300
DISTRICTS: Final = 16
PAGES: Final = 20
EVENTS_A_SECOND: Final = 50
ROUNDS: Final = 200
AIM_MS: Final = 200
COMMAND: Final = "make bench ARGS=live-page"
WATCHED: Final = "hall-000"
_WATCH: Final = """(hall) => {
  window.seen = {};
  new MutationObserver(() => {
    const number = document.querySelector(`[data-link="${hall}"] b`)?.textContent;
    if (!number || number in window.seen) return;
    window.seen[number] = null;
    requestAnimationFrame(() => {
      const frame = new MessageChannel();  // its message comes after the frame was drawn
      frame.port1.onmessage = () => { window.seen[number] = performance.timeOrigin + performance.now(); };
      frame.port2.postMessage(null);
    });
  }).observe(document.getElementById("halls"), { childList: true, subtree: true });
}"""


class City:
    """All halls' side of the line, over one connection."""

    def __init__(self, broker: Mosquitto) -> None:
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5)
        self._client.max_inflight_messages_set(1000)
        self._client.connect("127.0.0.1", broker.port)
        self._client.loop_start()
        self.day = local_day(now_ms())
        self.logs = {f"hall-{number:03d}": HallLog(f"epoch-{number}", now_ms()) for number in range(HALLS)}
        self._chance = random.Random(7)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)

    def open(self) -> None:
        for hall, log in self.logs.items():
            facts = {"boot": "b", "version": "1", "config_rev": 1, "clock": "ntp"}
            self._say(hall, "node/state", {"online": True, "bdseq": 1, "epoch": log.epoch, **facts}, retain=True)
            windows = [{"number": number, "services": ["A"]} for number in range(1, 7)]
            services = [{"letter": "A", "name_zh": "法律咨询", "name_en": "Legal consultation"}]
            birth = {
                "hall": hall,
                "name_zh": f"{hall} 公共法律服务中心",
                "name_en": hall,
                "version": "1",
                "devices": [],
            }
            self._say(hall, "node/birth", {**birth, "windows": windows, "services": services}, retain=True)
            self.tell(hall, words.DayOpened(self.day), *(words.WindowOpened(n, f"staff-{n}") for n in range(1, 7)))

    def tell(self, hall: str, *events: Any) -> None:
        log = self.logs[hall]
        before = len(log.envelopes)
        log.at_ms = now_ms()
        log.add(*events)
        self._client.publish(f"lh/1/{hall}/evt", log.batch(log.envelopes[before:]), qos=1)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(5)
        self._client.disconnect()
        self._client.loop_stop()

    def _work(self) -> None:
        names = [hall for hall in self.logs if hall != WATCHED]
        taken = dict.fromkeys(names, 0)
        while not self._stop.wait(self._chance.expovariate(EVENTS_A_SECOND)):
            hall = self._chance.choice(names)
            taken[hall] += 1
            self.tell(hall, issued(f"A{taken[hall]:03d}", day=self.day))

    def _say(self, hall: str, leaf: str, value: Any, *, retain: bool) -> None:
        self._client.publish(f"lh/1/{hall}/{leaf}", json.dumps(value), qos=1, retain=retain)


def measure(folder: Path, broker: Mosquitto) -> list[Figure]:
    central = RunningCentral(folder / "central", broker)
    _place(central)
    central.start()
    city = City(broker)
    try:
        client = central.client("viewer")
        city.open()
        wait_for(lambda: _open_halls(client) == HALLS, "all halls are open", 60)
        for _ in range(PAGES - 1):
            threading.Thread(target=_listen, args=(central.url, client.headers["Authorization"]), daemon=True).start()
        city.start()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=skip_unless("chromium"), args=ARGUMENTS)
            page = browser.new_context(viewport={"width": 1920, "height": 1080}, locale="zh-CN").new_page()
            _sign_in(page, central)
            took = _samples(page, city)
            browser.close()
    finally:
        city.close()
        central.kill()
    return _figures(took)


def _place(central: RunningCentral) -> None:
    """The halls in sixteen districts."""
    central.data.mkdir()
    database = Database(central.database)
    with database.write() as connection:
        for number in range(DISTRICTS):
            facts = {"parent": "city", "level": "district", "path": f"city/d{number:02d}/", "made_ms": 1}
            units.add_unit(
                connection, id=f"d{number:02d}", name_zh=f"第{number}区", name_en=f"District {number}", **facts
            )
        for number in range(HALLS):
            live_store.know(connection, f"hall-{number:03d}", now_ms())
            units.put_hall(connection, f"hall-{number:03d}", f"d{number % DISTRICTS:02d}")
    database.close()


def _figures(took: Sequence[float]) -> list[Figure]:
    p95 = sorted(took)[int(len(took) * 0.95)]
    what = f"live page, {HALLS} halls, {PAGES} pages"
    return [
        spread(f"{what}: event to pixel", took, COMMAND),
        Figure(f"{what}: 95th percentile", round(p95, 1), "ms", ceiling=AIM_MS, command=COMMAND),
    ]


def _open_halls(client: Any) -> int:
    return sum(1 for hall in client.get("/api/v1/halls?limit=500").json()["items"] if hall["state"] == "open")


def _listen(url: str, authorization: str) -> None:
    """As a page does, for as long as central is there."""
    asked = urllib.request.Request(f"{url}/api/v1/stream", headers={"Authorization": authorization})
    try:
        with urllib.request.urlopen(asked, timeout=60) as stream:
            while stream.read1(65_536):
                pass
    except (OSError, HTTPException):
        return  # central was ended


def _sign_in(page: Page, central: RunningCentral) -> None:
    page.goto(f"{central.url}/sign-in")
    page.fill("[name=name]", "viewer")
    page.fill("[name=secret]", SECRET)
    page.keyboard.press("Enter")
    page.locator(f"[data-link={WATCHED}]").wait_for(timeout=60_000)
    page.evaluate(_WATCH, WATCHED)


def _samples(page: Page, city: City) -> list[float]:
    took = []
    chance = random.Random(3)
    for number in range(1, ROUNDS + 1):
        began_ms = time.time_ns() / 1e6
        city.tell(WATCHED, issued(f"A{number:03d}", day=city.day))
        page.wait_for_function("(number) => Boolean(window.seen[number])", arg=str(number), timeout=30_000)
        seen_ms: float = page.evaluate("(number) => window.seen[number]", str(number))
        took.append(seen_ms - began_ms)
        time.sleep(chance.uniform(0.02, 0.2))  # at any moment of the pages' own beat
    return took
