"""The events of one hall's day, seeded: people come, are called, come or not, are served, moved on, rate or go.

Nothing of the product's rules is used here: what comes out must be legal by `docs/wire.md`, and a test folds it along
the product's own tables. Time is the hall's own, in milliseconds since its doors opened.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import Any, Final

from simulators.day.pace import Pace

_MOST_WAITING: Final = 60  # who finds more people than that comes another day
_GRADES: Final = ((5, 4, 3, 2, 1), (70.0, 18.0, 8.0, 3.0, 1.0))
_SLIP_S: Final = 2.0
_CALLS: Final = 3


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened ``at_ms`` after the doors opened."""

    at_ms: int
    kind: str
    data: dict[str, Any]


@dataclass(slots=True)
class _Ticket:
    number: str
    service: str
    since_ms: int
    token: str
    started_ms: int = 0
    restored: bool = False


class HallDay:
    """One hall at work. `until` tells what happens up to a moment; the same seed tells the same day."""

    def __init__(self, day: str, seed: int, visitors_per_hour: float, windows: int = 5, services: str = "ABC") -> None:
        self.day = day
        self.services = services
        self.windows = windows
        self._pace = Pace(seed, 1.0)
        self._per_hour = visitors_per_hour
        self._now_ms = 0
        self._order = count()
        self._coming: list[tuple[int, int, Callable[[], None]]] = []
        self._told: list[Happening] = []
        self._waiting: deque[_Ticket] = deque()
        self._idle: set[int] = set()
        self._issued = dict.fromkeys(services, 0)
        for window in range(1, windows + 1):
            self._in(self._pace.chance.uniform(0, 20), partial(self._open, window))
        self._tell("day.opened/1", day=day)
        if visitors_per_hour > 0:
            self._in(self._pace.until_next_arrival_s(visitors_per_hour, 0.0), self._arrive)

    @property
    def next_ms(self) -> int | None:
        """When something happens next; None when nothing ever will."""
        if self._told:
            return self._told[0].at_ms
        return self._coming[0][0] if self._coming else None

    def until(self, at_ms: int) -> Iterator[Happening]:
        """Everything up to that moment that was not told yet, in order."""
        while self._coming and self._coming[0][0] <= at_ms:
            self._now_ms, _, act = heapq.heappop(self._coming)
            act()
        told, self._told = self._told, []
        yield from told

    def first(self, events: int) -> Iterator[Happening]:
        """At least so many events at once, as after hours without a line."""
        found = 0
        while found < events and (at_ms := self.next_ms) is not None:
            for happening in self.until(at_ms):
                found += 1
                yield happening

    def _in(self, seconds: float, act: Callable[[], None]) -> None:
        heapq.heappush(self._coming, (self._now_ms + round(seconds * 1000), next(self._order), act))

    def _between(self, low_s: float, high_s: float) -> float:
        return self._pace.chance.uniform(low_s, high_s)

    def _tell(self, kind: str, **data: Any) -> None:
        self._told.append(Happening(self._now_ms, kind, data))

    def _tell_of(self, kind: str, ticket: _Ticket, window: int, **more: Any) -> None:
        about = {"day": self.day, "number": ticket.number, "window": window, "staff": f"staff{window}"}
        self._tell(kind, **about, **more)

    def _open(self, window: int) -> None:
        self._tell("window.opened/1", window=window, staff=f"staff{window}")
        self._free(window)

    def _arrive(self) -> None:
        self._in(self._pace.until_next_arrival_s(self._per_hour, self._now_ms / 1000), self._arrive)
        if len(self._waiting) >= _MOST_WAITING:
            return
        letter = self._pace.one_of(self.services)
        self._issued[letter] += 1
        token = f"{self._pace.chance.getrandbits(96):024x}"
        ticket = _Ticket(f"{letter}{self._issued[letter]:03d}", letter, self._now_ms, token)
        priority = self._pace.one_of((None, "ELDER", "DISABLED"), (85.0, 13.0, 2.0))
        ahead = sum(1 for other in self._waiting if other.service == letter)
        self._tell(
            "ticket.issued/1", day=self.day, number=ticket.number, service=letter, token=token,
            channel=self._pace.one_of(("MACHINE", "CARD", "PHONE"), (50.0, 40.0, 10.0)), ahead=ahead,
            estimated_wait_s=60 * ahead, priority=priority,
        )  # fmt: skip
        self._in(_SLIP_S, lambda: self._tell("slip.printed/1", day=self.day, number=ticket.number))
        self._wait(ticket)
        if self._pace.happens(0.02):
            self._in(self._between(120, 900), lambda: self._give_up(ticket))

    def _give_up(self, ticket: _Ticket) -> None:
        if ticket in self._waiting:
            self._waiting.remove(ticket)
            self._tell("ticket.cancelled/1", day=self.day, number=ticket.number, service=ticket.service, by="visitor")

    def _wait(self, ticket: _Ticket, *, first: bool = False) -> None:
        if first:
            self._waiting.appendleft(ticket)
        else:
            self._waiting.append(ticket)
        if self._idle:
            window = min(self._idle)
            self._idle.discard(window)
            self._in(self._between(1, 5), lambda: self._call(window))

    def _free(self, window: int) -> None:
        """The window is free: rarely a pause, mostly the next visitor."""
        if self._pace.happens(0.02):
            reason = self._pace.one_of(("PAPERS", "MEETING", "OTHER"))
            self._tell("window.paused/1", window=window, staff=f"staff{window}", reason=reason)
            self._in(self._between(60, 400), lambda: self._resume(window))
        else:
            self._in(self._between(2, 12), lambda: self._call(window))

    def _resume(self, window: int) -> None:
        self._tell("window.resumed/1", window=window, staff=f"staff{window}")
        self._in(self._between(1, 4), lambda: self._call(window))

    def _call(self, window: int) -> None:
        if not self._waiting:
            self._idle.add(window)
            return
        ticket = self._waiting.popleft()
        waited_s = (self._now_ms - ticket.since_ms) // 1000
        self._tell_of("ticket.called/1", ticket, window, service=ticket.service, waited_s=waited_s)
        self._speak(ticket, window, 1)
        if self._pace.happens(0.07):
            self._in(20, lambda: self._recall(ticket, window, 2))
        else:
            self._in(self._between(4, 30), lambda: self._start(ticket, window))

    def _speak(self, ticket: _Ticket, window: int, call: int) -> None:
        spoken = {"day": self.day, "number": ticket.number, "window": window, "call": call, "device": "speaker"}
        self._in(1.5, lambda: self._tell("announcement.spoken/1", **spoken))

    def _recall(self, ticket: _Ticket, window: int, call: int) -> None:
        self._tell_of("ticket.recalled/1", ticket, window, call=call)
        self._speak(ticket, window, call)
        if call < _CALLS:
            self._in(20, lambda: self._recall(ticket, window, call + 1))
        elif self._pace.happens(0.5):
            self._in(self._between(4, 15), lambda: self._start(ticket, window))
        else:
            self._in(20, lambda: self._miss(ticket, window))

    def _miss(self, ticket: _Ticket, window: int) -> None:
        self._tell_of("ticket.no_show/1", ticket, window, service=ticket.service, calls=_CALLS)
        self._free(window)
        if not ticket.restored and self._pace.happens(0.4):
            ticket.restored = True
            self._in(self._between(60, 600), lambda: self._restore(ticket))

    def _restore(self, ticket: _Ticket) -> None:
        place = min(3, len(self._waiting))
        self._tell(
            "ticket.restored/1", day=self.day, number=ticket.number, service=ticket.service, place=place, staff="desk"
        )
        ticket.since_ms = self._now_ms
        self._wait(ticket)

    def _start(self, ticket: _Ticket, window: int) -> None:
        ticket.started_ms = self._now_ms
        self._tell_of("ticket.served_started/1", ticket, window, service=ticket.service)
        self._in(self._pace.service_s(ticket.service), lambda: self._end(ticket, window))

    def _end(self, ticket: _Ticket, window: int) -> None:
        if len(self.services) > 1 and self._pace.happens(0.05):
            here, ticket.service = ticket.service, self._pace.one_of([s for s in self.services if s != ticket.service])
            self._tell_of_transfer(ticket, window, here)
        else:
            served_s = (self._now_ms - ticket.started_ms) // 1000
            self._tell_of("ticket.finished/1", ticket, window, service=ticket.service, served_s=served_s)
            if self._pace.happens(0.6):
                self._in(self._between(2, 15), lambda: self._rate(ticket, window))
        self._free(window)

    def _tell_of_transfer(self, ticket: _Ticket, window: int, here: str) -> None:
        self._tell(
            "ticket.transferred/1", day=self.day, number=ticket.number, from_service=here, from_window=window,
            to_service=ticket.service, to_window=None, staff=f"staff{window}",
        )  # fmt: skip
        ticket.since_ms = self._now_ms
        self._wait(ticket, first=True)

    def _rate(self, ticket: _Ticket, window: int) -> None:
        grade = self._pace.one_of(*_GRADES)
        self._tell_of("rating.given/1", ticket, window, service=ticket.service, grade=grade, channel="PAD", version=1)
