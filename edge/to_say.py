"""What waits to be said: urgent notices first, then calls, then notices.

Knows order and places in the queue. Must not know how anything is said.

- One ticket stands in the queue once: what is newer about it (recall, missed, transfer) takes the older one's place.
- When more than ``MOST`` calls wait, the oldest is dropped: it has been on the sign long since.
- A notice is neither replaced nor dropped.
"""

from __future__ import annotations

import threading
from collections import deque
from typing import Final

import structlog

from edge.notices import Notice
from hall.queue.words import Announce

MOST: Final = 20
log = structlog.get_logger()


class ToSay:
    """Safe to use from several threads; ``changed`` is told of all that comes."""

    def __init__(self, changed: threading.Condition) -> None:
        self._changed = changed
        self.calls: deque[Announce] = deque()
        self.urgent: deque[Notice] = deque()
        self.notices: deque[Notice] = deque()

    def __bool__(self) -> bool:
        return bool(self.calls or self.urgent or self.notices)

    def call(self, announce: Announce) -> None:
        """Queue a call; one that waits for the same ticket is replaced in its place."""
        with self._changed:
            for at, waiting in enumerate(self.calls):
                if waiting.number == announce.number:
                    self.calls[at] = announce
                    return
            self.calls.append(announce)
            if len(self.calls) > MOST:
                dropped = self.calls.popleft()
                log.warning("announcer.dropped", number=dropped.number, window=dropped.window, waiting=MOST)
            self._changed.notify_all()

    def notice(self, notice: Notice) -> None:
        """In its turn, or before all else when it is urgent."""
        with self._changed:
            (self.urgent if notice.urgent else self.notices).append(notice)
            self._changed.notify_all()

    def withdraw(self, number: str) -> None:
        """The ticket need not be called any more."""
        with self._changed:
            self.calls = deque(waiting for waiting in self.calls if waiting.number != number)

    def first(self) -> Announce | Notice:
        """Take out what is to be said now; something waits."""
        with self._changed:
            if self.urgent:
                return self.urgent.popleft()
            return self.calls.popleft() if self.calls else self.notices.popleft()

    def put_back(self, job: Announce | Notice) -> None:
        """It was cut, or has not been heard in all zones: again from its beginning, unless there is a newer call."""
        with self._changed:
            if isinstance(job, Notice):
                (self.urgent if job.urgent else self.notices).appendleft(job)
            elif all(waiting.number != job.number for waiting in self.calls):
                self.calls.appendleft(job)

    def take_all(self) -> tuple[tuple[Announce, ...], tuple[Notice, ...]]:
        """Calls and notices in their order; nothing waits any more."""
        with self._changed:
            found = tuple(self.calls), (*self.urgent, *self.notices)
            for waiting in (self.calls, self.urgent, self.notices):
                waiting.clear()
            return found
