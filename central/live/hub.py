"""Who watches: every page's stream is told that halls changed, and reads for itself what they are now.

Each change has a number; a stream remembers the last one it has shown. Numbers begin anew with the program, so a
page that comes back with an older id is simply shown the present.
"""

from __future__ import annotations

import asyncio
import secrets
import threading
from collections.abc import Iterable


class Hub:
    """Numbers the changes; wakes the streams of the web server's loop."""

    def __init__(self) -> None:
        self.life = secrets.token_hex(4)
        self._lock = threading.Lock()
        self._number = 0
        self._everything = 0
        self.alarms = 0  # how often an alarm moved
        self._changed: dict[str, int] = {}
        self._waiting: dict[asyncio.Event, asyncio.AbstractEventLoop] = {}
        self._closed = False

    @property
    def number(self) -> int:
        return self._number

    @property
    def closed(self) -> bool:
        """Whether the program is about to end and streams should too."""
        return self._closed

    def tell(self, halls: Iterable[str]) -> None:
        """These halls changed; from any thread, after the commit."""
        with self._lock:
            self._number += 1
            for hall in halls:
                self._changed[hall] = self._number
            waiting = list(self._waiting.items())
        _wake(waiting)

    def tell_all(self) -> None:
        """Whatever is shown may have changed: a unit was moved, an alarm opened."""
        with self._lock:
            self._number += 1
            self._everything = self._number
            waiting = list(self._waiting.items())
        _wake(waiting)

    def tell_alarms(self, halls: Iterable[str]) -> None:
        """Alarms opened, were seen or ended in these halls."""
        with self._lock:
            self.alarms += 1
        self.tell(halls)

    def everything_since(self, number: int) -> bool:
        """Whether more changed after ``number`` than single halls."""
        return self._everything > number

    def close(self) -> None:
        """End all streams."""
        self._closed = True
        with self._lock:
            waiting = list(self._waiting.items())
        _wake(waiting)

    def since(self, number: int) -> tuple[int, list[str]]:
        """The present number, and the halls that changed after ``number``."""
        with self._lock:
            return self._number, [hall for hall, when in self._changed.items() if when > number]

    async def wait(self, number: int, timeout_s: float) -> None:
        """Until something changed after ``number``, or the time is over."""
        woken = asyncio.Event()
        with self._lock:
            if self._number > number or self._closed:
                return
            self._waiting[woken] = asyncio.get_running_loop()
        try:
            await asyncio.wait_for(woken.wait(), timeout_s)
        except TimeoutError:
            return
        finally:
            with self._lock:
                self._waiting.pop(woken, None)


def _wake(waiting: Iterable[tuple[asyncio.Event, asyncio.AbstractEventLoop]]) -> None:
    for woken, loop in waiting:
        try:
            loop.call_soon_threadsafe(woken.set)
        except RuntimeError:  # that loop has ended
            continue
