"""The ticket machine between its card reader and its page: what was touched, and what became of a card."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Final

import structlog

from edge.elder_question import ElderQuestion
from edge.hall_door import Answer
from hall.plan import Plan
from hall.queue.words import Priority, TakeTicket
from hall.refusal import Refusal

log = structlog.get_logger()

# What its holder can do about it; all other codes of a reader are a card that could not be read.
_UNREADABLE: Final = {
    "taken_too_early": "CARD_TAKEN_EARLY",
    "not_an_id_card": "CARD_OF_ANOTHER_KIND",
    "select_failed": "CARD_NOT_ALONE",  # what a reader says of two cards at once, too
    "kind": "CARD_OF_ANOTHER_KIND",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """What was touched on the machine's page for the card that may follow."""

    service: str
    priority: Priority | None = None
    persons: int = 1
    person: str | None = None
    touched: bool = True  # False: nothing was touched, it is the hall's first class


@dataclass(frozen=True, slots=True)
class CardNotice:
    """Why a card gave no ticket: a refusal's code, or one of ``CARD_…``. Nothing about the card itself."""

    code: str
    number: str | None
    steady_ms: int


def class_of_a_plain_card(plan: Plan) -> str:
    """The class that a card gets when nothing was touched before; the machine's page says which."""
    return plan.services[0].letter


class Machine:
    """Shared by the reader's line thread and the pages. ``elders`` asks whom the card shows to be an elder."""

    def __init__(
        self,
        plan: Plan,
        touched: Callable[[], Choice | None],
        steady_ms: Callable[[], int],
        elders: ElderQuestion | None = None,
    ) -> None:
        self._plan = plan
        self.elders = elders or ElderQuestion(plan)
        self._touched = touched
        self._steady_ms = steady_ms
        self._lock = threading.Lock()
        self._notice: CardNotice | None = None
        self._listeners: tuple[Callable[[], None], ...] = ()

    def choice(self) -> Choice:
        """What was touched just now, or the hall's first class."""
        return self._touched() or Choice(class_of_a_plain_card(self._plan), touched=False)

    def notice(self) -> CardNotice | None:
        """The newest card that gave no ticket; the page shows it for some seconds."""
        with self._lock:
            return self._notice

    def watch(self, listener: Callable[[], None]) -> None:
        self._listeners = (*self._listeners, listener)
        self.elders.watch(listener)

    def card_laid(self, command: TakeTicket, submit: Callable[[TakeTicket], Future[Answer]]) -> None:
        """Take this card's ticket, at once or as soon as its holder has been asked."""

        def go(last: TakeTicket) -> None:
            submit(last).add_done_callback(self.card_answered)

        if not self.elders.hold(command, go):
            go(command)

    def card_answered(self, answer: Future[Answer]) -> None:
        problem = answer.exception()
        if isinstance(problem, Refusal):
            number = problem.params.get("number")
            self._note(problem.code.value, str(number) if number is not None else None)

    def card_unreadable(self, device: str, code: str) -> None:
        log.info("card.unreadable", device=device, code=code)
        self._note(_UNREADABLE.get(code, "CARD_UNREADABLE"), None)

    def _note(self, code: str, number: str | None) -> None:
        with self._lock:
            self._notice = CardNotice(code, number, self._steady_ms())
        for listener in self._listeners:
            listener()
