"""An ID card laid on a window's own reader, for the application that this window fills in (实名, decision 0024).

Only a reader that stands at the window reads for its form, and only while the form asks: on the ticket machine's reader
anybody may lay a card, and nobody's name may come up at a window by accident. The fields are handed over once, to
whoever asked; the card is wiped here. Nothing of it is kept, logged or written down.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TookTooLong
from dataclasses import dataclass
from typing import Final

from drivers.driver import Report
from drivers.id_card_reader import CardKind, CardRead, CardUnreadable, IdCard
from edge.ethnic_groups import ethnic_group

WAIT_S: Final = 20.0
_KINDS: Final = {
    CardKind.CITIZEN: "RESIDENT",
    CardKind.HONG_KONG_MACAO_TAIWAN: "RESIDENCE_PERMIT",
    CardKind.FOREIGNER_2017: "PERMANENT_RESIDENT",
    CardKind.FOREIGNER_2023: "PERMANENT_RESIDENT",
}
_SEXES: Final = {"1": "M", "2": "F"}


class NoCard(Exception):
    """``code`` is NO_CARD_READER, CARD_ASKED_ALREADY, NO_CARD_LAID or CARD_UNREADABLE."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True, repr=False)
class CardFields:
    """What the form takes from a card; says nothing of itself in a log."""

    id_kind: str
    name: str
    sex: str | None
    birth: str | None
    ethnicity: str
    address: str
    number: str


class WindowCards:
    """``by_window``: the reader that stands at a window. Any thread may ask."""

    def __init__(self, by_window: Mapping[int, str]) -> None:
        self._by_window = dict(by_window)
        self._lock = threading.Lock()
        self._waiting: dict[str, Future[CardFields]] = {}

    def at(self, window: int) -> bool:
        return window in self._by_window

    def follow(self, by_window: Mapping[int, str]) -> None:
        """The hall file has changed."""
        self._by_window = dict(by_window)

    def read(self, window: int, wait_s: float = WAIT_S, asked: Callable[[], None] = lambda: None) -> CardFields:
        """Waits for the next card on the window's reader; raises `NoCard`. ``asked`` is told when it waits."""
        reader = self._by_window.get(window)
        if reader is None:
            raise NoCard("NO_CARD_READER")
        answer = Future[CardFields]()
        with self._lock:
            if reader in self._waiting:
                raise NoCard("CARD_ASKED_ALREADY")
            self._waiting[reader] = answer
        asked()
        try:
            return answer.result(wait_s)
        except TookTooLong:
            raise NoCard("NO_CARD_LAID") from None
        finally:
            with self._lock:
                self._waiting.pop(reader, None)

    def heard(self, report: Report) -> bool:
        """Whether the card was for a form; then it is wiped."""
        if not isinstance(report, CardRead | CardUnreadable):
            return False
        with self._lock:
            answer = self._waiting.pop(report.device, None)
        if answer is None:
            return False
        if isinstance(report, CardUnreadable):
            answer.set_exception(NoCard("CARD_UNREADABLE"))
            return True
        try:
            answer.set_result(_fields(report.card))
        finally:
            report.card.wipe()
        return True


def _fields(card: IdCard) -> CardFields:
    birth = card.birth
    return CardFields(
        _KINDS[card.kind],
        card.name,
        _SEXES.get(card.field("sex")),
        f"{birth[:4]}-{birth[4:6]}-{birth[6:]}" if birth else None,
        ethnic_group(card.field("ethnic_group")),
        card.field("address"),
        card.number,
    )
