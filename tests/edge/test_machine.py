"""A card in vain is told to the person at the machine, in words, for some seconds; nothing about the card is told."""

from __future__ import annotations

from concurrent.futures import Future

import pytest

from drivers.id_card_reader.session import TAKEN_TOO_EARLY
from edge.hall_door import Answer
from edge.machine import Choice, Machine
from edge.screens.card_view import card_refused
from hall.queue.words import Priority
from hall.refusal import Code, Refusal
from hall_config.wording import catalogue
from tests.hall.halls import plan

SHOWN_BY_THE_MACHINE = (
    "CARD_HAS_TICKET", "CARD_LIMIT", "SERVICE_CLOSED", "NUMBERS_USED_UP", "CARD_UNREADABLE", "CARD_TAKEN_EARLY",
    "CARD_OF_ANOTHER_KIND", "CARD_NOT_ALONE", "STOPPED_BY_TIME",
    "STOPPED_BY_CAPACITY", "DAILY_CAP", "BY_APPOINTMENT", "NOBODY_ON_DUTY", "NOT_ON_DUTY", "TOO_MANY_PERSONS",
    "TOO_EARLY", "CHECKED_IN_ALREADY", "EVACUATING", "OTHER",
)  # fmt: skip


def refused(code: Code, **params: str) -> Future[Answer]:
    future: Future[Answer] = Future()
    future.set_exception(Refusal(code, **params))
    return future


def test_a_card_takes_what_was_touched_or_the_first_class() -> None:
    touched = [Choice("C", Priority.DISABLED)]
    machine = Machine(plan(), lambda: touched.pop() if touched else None, lambda: 0)
    assert machine.choice() == Choice("C", Priority.DISABLED)
    assert machine.choice() == Choice("A", touched=False)


def test_a_refused_card_is_told_with_the_number_its_holder_has() -> None:
    machine = Machine(plan(), lambda: None, lambda: 1000)
    rung: list[str] = []
    machine.watch(lambda: rung.append("ring"))
    machine.card_answered(refused(Code.CARD_HAS_TICKET, number="A012"))
    shown = card_refused(machine.notice(), None, 2000)
    assert shown is not None
    assert (shown.code, shown.number, rung) == ("CARD_HAS_TICKET", "A012", ["ring"])
    assert card_refused(machine.notice(), None, 10_000) is None


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("check_digit", "CARD_UNREADABLE"),
        ("read_failed", "CARD_UNREADABLE"),
        (TAKEN_TOO_EARLY, "CARD_TAKEN_EARLY"),
        ("select_failed", "CARD_NOT_ALONE"),
        ("not_an_id_card", "CARD_OF_ANOTHER_KIND"),
    ],
)
def test_an_unreadable_card_is_told_by_code_alone(code: str, told: str) -> None:
    machine = Machine(plan(), lambda: None, lambda: 1000)
    machine.card_unreadable("card-reader", code)
    notice = machine.notice()
    assert notice is not None
    assert (notice.code, notice.number) == (told, None)


def test_every_word_that_the_machine_says_about_a_card_is_in_the_catalogue() -> None:
    for code in SHOWN_BY_THE_MACHINE:
        assert f"pages.card.{code}" in catalogue()
