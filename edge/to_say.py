"""What waits to be said: evacuation, urgent notices, calls, the end of numbers, then other notices.

Knows order, age and places in the queue. Must not know how anything is said.

- While the hall is evacuated nothing else is said; calls that waited are forgotten, for everybody leaves.
- One ticket stands in the queue once: what is newer about it (recall, missed, transfer) takes the older one's place.
- A call to a window ends an older one to the same window: its ticket has moved on.
- Speech is never more than 30 s behind the signs. When those that wait would come later if each were said in full, they
  are said short (`ToSay.presses`); a call that waited ``LATEST_S`` all the same is left to signs and screens, and its
  recall, 20 s after, is a new one.
- When more than ``MOST`` calls wait, the oldest is dropped: it has been on the sign long since.
- A notice is neither replaced nor dropped.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import structlog

from edge.notices import Notice
from hall.queue.words import Announce, Phrase

MOST: Final = 20
CROWD: Final = 3  # more calls than that are said short
LATEST_S: Final = 28.0  # zones and speaker take up to two seconds more until the first word
SHORT_S: Final = 6.0  # what a short one takes, chime and zones included
_TO_A_WINDOW: Final = (Phrase.CALL, Phrase.RECALL, Phrase.LAST_CALL)
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Waiting:
    """One announcement and since when it stands on the signs."""

    announce: Announce
    since_s: float


@dataclass(frozen=True, slots=True)
class Unsaid:
    """All that waited when somebody else took over."""

    calls: tuple[Waiting, ...]
    stop: Waiting | None
    evacuation: Waiting | None
    notices: tuple[Notice, ...]


class ToSay:
    """Safe to use from several threads; ``changed`` is told of all that comes."""

    def __init__(self, changed: threading.Condition, now_s: Callable[[], float] = time.monotonic) -> None:
        self._changed = changed
        self._now_s = now_s
        self.calls: deque[Waiting] = deque()
        self.urgent: deque[Notice] = deque()
        self.notices: deque[Notice] = deque()
        self.stop: Waiting | None = None
        self.evacuation: Waiting | None = None

    def __bool__(self) -> bool:
        return bool(self.evacuation or self.calls or self.urgent or self.stop or self.notices)

    def call(self, announce: Announce, since_s: float | None = None) -> None:
        """Queue an announcement; ``since_s`` when it has waited elsewhere before."""
        waiting = Waiting(announce, self._now_s() if since_s is None else since_s)
        with self._changed:
            match announce.phrase:
                case Phrase.EVACUATE:
                    self._evacuate(waiting)
                case Phrase.STOP:
                    self.stop = waiting
                case _:
                    self._call(waiting)
            self._changed.notify_all()

    def notice(self, notice: Notice) -> None:
        """In its turn, or before all calls when it is urgent."""
        with self._changed:
            (self.urgent if notice.urgent else self.notices).append(notice)
            self._changed.notify_all()

    def withdraw(self, number: str) -> None:
        """The ticket need not be called any more; without a number, nothing need be said to everybody."""
        with self._changed:
            if not number:
                self.stop = self.evacuation = None
            self.calls = deque(waiting for waiting in self.calls if waiting.announce.number != number)
            self._changed.notify_all()

    def first(self) -> Waiting | Notice | None:
        """Take out what is to be said now; an evacuation stays. None when nothing is left."""
        with self._changed:
            if self.evacuation is not None:
                return self.evacuation
            if self.urgent:
                return self.urgent.popleft()
            self._forget_late()
            if self.calls:
                return self.calls.popleft()
            stop, self.stop = self.stop, None
            return stop or (self.notices.popleft() if self.notices else None)

    def presses(self, full_s: float) -> bool:
        """Whether what is said now must be short: another ``full_s`` of it would make somebody behind it late."""
        now_s = self._now_s()
        with self._changed:
            return len(self.calls) > CROWD or any(
                now_s - waiting.since_s + full_s + place * SHORT_S > LATEST_S
                for place, waiting in enumerate(self.calls)
            )

    def put_back(self, job: Waiting | Notice) -> None:
        """It was cut, or has not been heard in all zones: again from its beginning, unless there is a newer call."""
        with self._changed:
            if isinstance(job, Notice):
                (self.urgent if job.urgent else self.notices).appendleft(job)
            elif job.announce.phrase is Phrase.STOP:
                self.stop = self.stop or job
            elif self.evacuation is None and not any(_supersedes(one, job) for one in self.calls):
                self.calls.appendleft(job)

    def take_all(self) -> Unsaid:
        """Everything in its order; nothing waits any more."""
        with self._changed:
            found = Unsaid(tuple(self.calls), self.stop, self.evacuation, (*self.urgent, *self.notices))
            self.stop = self.evacuation = None
            for waiting in (self.calls, self.urgent, self.notices):
                waiting.clear()
            return found

    def _evacuate(self, waiting: Waiting) -> None:
        if self.calls:
            log.info("announcer.dropped", numbers=[one.announce.number for one in self.calls], reason="evacuation")
        self.calls.clear()
        self.stop = None
        self.evacuation = self.evacuation or waiting

    def _call(self, waiting: Waiting) -> None:
        if self.evacuation is not None:
            return
        place = next((at for at, one in enumerate(self.calls) if _same_ticket(one, waiting)), None)
        if place is not None:
            self.calls[place] = waiting
        for older in [one for one in self.calls if one is not waiting and _supersedes(waiting, one)]:
            self.calls.remove(older)
            self._tell_dropped(older, "window_moved_on")
        if place is None:
            self.calls.append(waiting)
        if len(self.calls) > MOST:
            self._tell_dropped(self.calls.popleft(), "too_many")

    def _forget_late(self) -> None:
        now_s = self._now_s()
        for late in [one for one in self.calls if now_s - one.since_s > LATEST_S]:
            self.calls.remove(late)
            self._tell_dropped(late, "too_late")

    def _tell_dropped(self, dropped: Waiting, reason: str) -> None:
        announce = dropped.announce
        waited_s = round(self._now_s() - dropped.since_s)
        log.warning(
            "announcer.dropped", number=announce.number, window=announce.window, reason=reason, waited_s=waited_s
        )


def _same_ticket(one: Waiting, other: Waiting) -> bool:
    return one.announce.number == other.announce.number


def _supersedes(newer: Waiting, older: Waiting) -> bool:
    """Whether the older one need not be said any more once the newer one waits."""
    ours, theirs = newer.announce, older.announce
    to_window = ours.window is not None and ours.window == theirs.window
    return ours.number == theirs.number or (to_window and ours.phrase in _TO_A_WINDOW and theirs.phrase in _TO_A_WINDOW)
