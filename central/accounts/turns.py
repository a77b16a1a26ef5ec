"""Turns at the slow hash: few at once, and never so many waiting that nobody else is served.

A hash takes long on purpose. Whoever sends sign-ins by the hundred must not hold all threads of the web server with
them: who comes when too many wait already is told to come again in a moment.
"""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Final

from central.failures import Unavailable

AT_ONCE: Final = 2  # each takes 64 MiB
MOST_WAITING: Final = 24  # of the web server's forty threads
_AGAIN_S: Final = 2


class Turns:
    """``with turns:`` is one turn; raises `Unavailable` where too many wait."""

    def __init__(self, at_once: int = AT_ONCE, most_waiting: int = MOST_WAITING) -> None:
        self._free = threading.Semaphore(at_once)
        self._counting = threading.Lock()
        self._most_waiting = most_waiting
        self._waiting = 0

    def __enter__(self) -> None:
        if self._free.acquire(blocking=False):
            return
        with self._counting:
            if self._waiting >= self._most_waiting:
                raise Unavailable("SIGN_IN_BUSY", retry_after_s=_AGAIN_S)
            self._waiting += 1
        try:
            self._free.acquire()
        finally:
            with self._counting:
                self._waiting -= 1

    def __exit__(self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> None:
        self._free.release()
