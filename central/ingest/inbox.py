"""Messages between the broker's thread and the ingest thread: in order for each hall, in turn between halls.

A hall that drains a week's backlog fills its own line only; every round takes one message from each hall.
"""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from typing import Final

from central.ingest.message import LinkUp, Message

_MAX_MESSAGES: Final = 40  # one transaction: up to 4,000 events, usually far fewer


class Inbox:
    """Fair lines, one for each hall; notes about the link come first."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._lines: OrderedDict[str, deque[Message]] = OrderedDict()
        self._notes: deque[LinkUp] = deque()
        self._size = 0
        self._woken = False

    def put(self, item: Message | LinkUp) -> None:
        """Hand over; never waits."""
        with self._changed:
            if isinstance(item, LinkUp):
                self._notes.append(item)
            else:
                self._lines.setdefault(_line_of(item.topic), deque()).append(item)
                self._size += 1
            self._changed.notify()

    def wake(self) -> None:
        """Let the taker look around: there is something else to do."""
        with self._changed:
            self._woken = True
            self._changed.notify()

    def waiting(self, hall: str) -> int:
        """How many messages of a hall have not been taken."""
        with self._changed:
            return len(self._lines.get(hall, ()))

    def take(self, timeout_s: float, linger_s: float) -> tuple[list[LinkUp], list[Message]]:
        """What is there, as one transaction's worth; waits up to ``timeout_s`` for the first, ``linger_s`` for more."""
        with self._changed:
            self._changed.wait_for(self._something, timeout_s)
            if self._size and not self._woken:
                self._changed.wait_for(lambda: self._woken or self._size >= _MAX_MESSAGES, linger_s)
            self._woken = False
            notes = list(self._notes)
            self._notes.clear()
            return notes, self._round()

    def _something(self) -> bool:
        return bool(self._size or self._notes or self._woken)

    def _round(self) -> list[Message]:
        taken: list[Message] = []
        while self._size and len(taken) < _MAX_MESSAGES:
            name, line = self._lines.popitem(last=False)
            taken.append(line.popleft())
            self._size -= 1
            if line:
                self._lines[name] = line
        return taken


def _line_of(topic: str) -> str:
    parts = topic.split("/", 3)
    return parts[2] if len(parts) > 2 else ""
