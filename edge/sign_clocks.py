"""The clocks inside sign cards: set soon after a card is met, and once each day, while the wall clock can be trusted.

Knows which devices say that they have such a clock (capability ``clock``). Must not know their bytes. One card is told
at a time, some seconds apart, so that a bus full of signs is never kept from a call.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Final

from drivers.driver import Order, Report
from drivers.kinds.sign import SetClock
from drivers.lifecycle import State, working
from drivers.unit import Moved
from hall.moment import Moment, local_day
from hall_config.wording import CHINA

CAPABILITY: Final = "clock"
_LOOK_EVERY_S: Final = 5.0


class SignClocks:
    """Any thread may call."""

    def __init__(self, devices: Collection[str], submit: Callable[[Order], None], now: Callable[[], Moment]) -> None:
        self._submit = submit
        self._now = now
        self._lock = threading.Lock()
        self._devices = frozenset(devices)
        self._set_on: dict[str, str] = {}  # those that work: the day on which they were told last, "" for never
        self._troubled: set[str] = set()  # something is the matter with them: an order carried out would hide it
        self._started = False
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sign-clocks", daemon=True)

    def start(self) -> None:
        self._started = True
        if self._devices and self._thread.ident is None:
            self._thread.start()

    def stop(self) -> None:
        self._ending.set()
        if self._thread.is_alive():
            self._thread.join(2.0)

    def follow(self, devices: Collection[str]) -> None:
        """The hall file has changed."""
        with self._lock:
            self._devices = frozenset(devices)
        if self._started:
            self.start()

    def heard(self, report: Report) -> bool:
        """A card that comes back may have been without power. No report is for this room alone."""
        if isinstance(report, Moved):
            with self._lock:
                if not working(report.state):
                    self._set_on.pop(report.device, None)
                elif report.device in self._devices:
                    self._set_on.setdefault(report.device, "")
                (self._troubled.discard if report.state is State.READY else self._troubled.add)(report.device)
        return False

    def turn(self) -> None:
        """Tell the time to the next card that does not have it from today."""
        now, steady_s = self._now(), time.monotonic()
        if not now.trusted:
            return
        today = local_day(now.wall_ms)
        with self._lock:
            able = self._devices - self._troubled
            due = next((one for one, day in self._set_on.items() if one in able and day != today), None)
            if due is None:
                return
            self._set_on[due] = today
        local = datetime.fromtimestamp(now.wall_ms // 1000, CHINA) + timedelta(milliseconds=now.wall_ms % 1000)
        self._submit(SetClock(due, local, steady_s, slot="clock"))

    def _run(self) -> None:
        while not self._ending.wait(_LOOK_EVERY_S):
            self.turn()
