"""Whom a card shows to be an elder is asked at the machine; without an answer the priority is given: it is a right.

Knows the pending ticket, without the card's number or name: its mark, what was chosen, and whether the age is an
elder's or one of those who go first. Held for at most 15 seconds. Must not know reader or page.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final

from hall.plan import Plan
from hall.queue.words import Priority, TakeTicket

ANSWER_WITHIN_S: Final = 15.0
Go = Callable[[TakeTicket], None]
After = Callable[[float, Callable[[], None]], object]


@dataclass(frozen=True, slots=True)
class Asked:
    """The question that stands on the machine's page."""

    id: str
    service: str


@dataclass(frozen=True, slots=True)
class _Pending:
    id: str
    command: TakeTicket
    go: Go


def in_so_many_seconds(seconds: float, act: Callable[[], None]) -> object:
    """On a thread of its own, which keeps no program running."""
    timer = threading.Timer(seconds, act)
    timer.daemon = True
    timer.start()
    return timer


class ElderQuestion:
    """One question at a time; a second card settles the first one's for its holder."""

    def __init__(self, plan: Plan, after: After = in_so_many_seconds) -> None:
        self._plan = plan
        self._after = after
        self._lock = threading.Lock()
        self._pending: _Pending | None = None
        self._pages = 0
        self._listeners: tuple[Callable[[], None], ...] = ()

    @contextmanager
    def page_open(self) -> Iterator[None]:
        """A machine's page that can ask is live."""
        with self._lock:
            self._pages += 1
        try:
            yield
        finally:
            with self._lock:
                self._pages -= 1
                last = self._pages == 0
            if last:
                self._settle(None, waives=False)

    def watch(self, listener: Callable[[], None]) -> None:
        self._listeners = (*self._listeners, listener)

    def asked(self) -> Asked | None:
        with self._lock:
            pending = self._pending
        return Asked(pending.id, pending.command.service) if pending else None

    def hold(self, command: TakeTicket, go: Go) -> bool:
        """Whether this card's holder is asked; then ``go`` gets the command with the answer, soon. False: go on."""
        held = self._question_for(command)
        if held is None:
            return False
        self._settle(None, waives=False)  # two cards at once: the first one's holder has the priority
        pending = _Pending(secrets.token_urlsafe(8), held, go)
        with self._lock:
            if self._pages == 0:
                return False
            self._pending = pending
        self._after(ANSWER_WITHIN_S, lambda: self._lapse(pending.id))
        self._ring()
        return True

    def answer(self, asked: str, wants: bool) -> bool:
        """The holder's own word; False when that question is over."""
        return self._settle(asked, waives=not wants)

    def _lapse(self, asked: str) -> None:
        self._settle(asked, waives=False)

    def _question_for(self, command: TakeTicket) -> TakeTicket | None:
        """The command as it is held, with no more of the age than the rules need; None when there is nothing to ask."""
        rules = self._plan.queue
        if not rules.ask_elder or rules.priority(Priority.ELDER) is None or command.priority is not None:
            return None
        if command.age is None or command.age < rules.elder_age:
            return None
        return replace(command, age=rules.senior_age if command.age >= rules.senior_age else rules.elder_age)

    def _settle(self, asked: str | None, *, waives: bool) -> bool:
        with self._lock:
            pending = self._pending
            if pending is None or (asked is not None and asked != pending.id):
                return False
            self._pending = None
        pending.go(replace(pending.command, waives_priority=waives))
        self._ring()
        return True

    def _ring(self) -> None:
        for listener in self._listeners:
            listener()
