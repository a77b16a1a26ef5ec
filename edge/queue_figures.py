"""What this hall tells others of its queues: now and then, whenever something has changed, and once a minute anyway.

Knows when it is time to tell it. Must not know where it goes: the uplink says it where nothing waits for an answer.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import Any, Final, Protocol

from hall.moment import Moment
from hall.plan import Plan
from hall.queue.now import queue_now
from hall.shape import dump
from hall.state import HallState

_AT_MOST_EVERY_S: Final = 5.0
_AT_LEAST_EVERY_S: Final = 60.0


class Hall(Protocol):
    """The hall as it is."""

    @property
    def plan(self) -> Plan: ...

    def look(self) -> tuple[HallState, int]: ...


class Watch(Protocol):
    def now(self) -> Moment: ...


class QueueFigures:
    """Belongs to the uplink's thread."""

    def __init__(self, hall: Hall, clock: Watch) -> None:
        self._hall = hall
        self._clock = clock
        self._told_s = float("-inf")
        self._told_seq = -1

    def __call__(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """What is to be told by now: nothing, or one measurement with its name."""
        state, seq = self._hall.look()
        gone_s = time.monotonic() - self._told_s
        if gone_s < (_AT_MOST_EVERY_S if seq != self._told_seq else _AT_LEAST_EVERY_S):
            return
        self._told_s, self._told_seq = time.monotonic(), seq
        yield "queue", dump(queue_now(state, self._hall.plan, self._clock.now()))
