"""Many halls at once: one thread turns all connections, a few others build them."""

from __future__ import annotations

import queue
import selectors
import socket
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import structlog

from simulators.clock import wall_now_ms
from simulators.fleet.line import Line

_TURN_S: Final = 0.05
_BEAT_S: Final = 1.0
_BUILDERS: Final = 4
log = structlog.get_logger()


class Fleet:
    """All lines; `run` turns them until somebody has seen enough. ``resting``: nothing more happens in the halls."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = lines
        self.resting = False
        self._selector = selectors.DefaultSelector()
        self._watched: dict[Line, socket.socket] = {}
        self._pool = ThreadPoolExecutor(_BUILDERS, "fleet-connect")
        self._built: queue.SimpleQueue[tuple[Line, bool]] = queue.SimpleQueue()
        self._beat_s = 0.0
        self._stopping = threading.Event()

    @property
    def up(self) -> int:
        return sum(line.hall.up for line in self.lines)

    @property
    def drained(self) -> bool:
        return all(line.hall.drained for line in self.lines)

    @property
    def events(self) -> int:
        return sum(line.hall.journal.last for line in self.lines)

    @property
    def acked(self) -> int:
        return sum(line.hall.acked for line in self.lines)

    def stop(self) -> None:
        """Let `run` return; from any thread."""
        self._stopping.set()

    @property
    def stopping(self) -> bool:
        return self._stopping.is_set()

    def run(self, enough: Callable[[], bool] = lambda: False) -> None:
        """Until ``enough`` or `stop`; may be called again."""
        while not self._stopping.is_set() and not enough():
            self._turn()

    def close(self) -> None:
        """All halls say goodbye; every socket is closed."""
        self._pool.shutdown()
        self._take_built(time.monotonic())
        for line in self.lines:
            self._forget(line)
            line.close()
        self._selector.close()

    def _turn(self) -> None:
        ready = self._selector.select(_TURN_S) if self._watched else []
        if not self._watched:
            self._stopping.wait(_TURN_S)
        now_s, now_ms = time.monotonic(), wall_now_ms()
        for key, mask in ready:
            line: Line = key.data
            alive = (not mask & selectors.EVENT_WRITE or line.write()) and (
                not mask & selectors.EVENT_READ or line.read(now_s)
            )
            if not alive:
                self._lost(line, now_s)
        self._take_built(now_s)
        for line in self.lines:
            if not self.resting:
                line.hall.live_on(now_ms, now_s)
            self._tend(line, now_s)
        if now_s - self._beat_s > _BEAT_S:
            self._beat_s = now_s
            for line in list(self._watched):
                if not line.beat():
                    self._lost(line, now_s)

    def _tend(self, line: Line, now_s: float) -> None:
        watched = self._watched.get(line)
        if watched is not None:
            line.pump(now_s)
            if not line.alive:
                self._lost(line, now_s)
                return
            wish = selectors.EVENT_READ | (selectors.EVENT_WRITE if line.wants_to_write else 0)
            if self._selector.get_key(watched).events != wish:
                self._selector.modify(watched, wish, line)
        elif not line.connecting and line.due_s <= now_s:
            line.connecting = True
            self._pool.submit(self._build, line)

    def _build(self, line: Line) -> None:
        try:
            self._built.put((line, line.connect()))
        except Exception:  # the outermost line of the thread
            log.exception("fleet.connect_failed", hall=line.hall.name)
            self._built.put((line, False))

    def _take_built(self, now_s: float) -> None:
        while not self._built.empty():
            line, good = self._built.get()
            line.connecting = False
            if good and line.socket is not None:
                self._watched[line] = line.socket
                self._selector.register(line.socket, selectors.EVENT_READ, line)
            else:
                line.failed(now_s)

    def _lost(self, line: Line, now_s: float) -> None:
        self._forget(line)
        line.failed(now_s)

    def _forget(self, line: Line) -> None:
        watched = self._watched.pop(line, None)
        if watched is not None:
            self._selector.unregister(watched)
