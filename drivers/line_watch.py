"""Sees a driver that never returns: its device is told as quarantined, and nothing waits behind it for ever.

One thread for all lines. A thread of a line cannot be taken away from a driver, so the line itself stays held until the
driver returns, if ever, or the program begins anew; then the devices' next answers tell their true states.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection
from typing import Final

from drivers.line import Line

HANGS_AFTER_S: Final = 30.0  # the longest time-out of a protocol of ours is far below
_LOOK_EVERY_S: Final = 1.0


class LineWatch:
    """``lines`` gives those of now. ``start`` once; ``stop`` twice is fine."""

    def __init__(self, lines: Callable[[], Collection[Line]], hangs_after_s: float = HANGS_AFTER_S) -> None:
        self._lines = lines
        self._hangs_after_s = hangs_after_s
        self._told: dict[Line, float] = {}  # since when it has been held, where that was told
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="line-watch", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._ending.set()
        if self._thread.is_alive():
            self._thread.join(_LOOK_EVERY_S)

    def _run(self) -> None:
        while not self._ending.wait(min(_LOOK_EVERY_S, self._hangs_after_s)):
            lines = self._lines()
            self._told = {line: since_s for line, since_s in self._told.items() if line in lines}
            for line in lines:
                self._look(line)

    def _look(self, line: Line) -> None:
        held = [(since_s, unit) for unit in line.units if (since_s := unit.busy_since_s) is not None]
        since_s, holder = held[0] if held else (time.monotonic(), None)
        if holder is None or time.monotonic() - since_s < self._hangs_after_s:
            self._told.pop(line, None)
            return
        if self._told.get(line) != since_s:
            self._told[line] = since_s
            for unit in line.units:
                unit.line_held_by(holder.driver.device)
        line.refuse_orders("line_held", holder.driver.device)
