"""An elder is asked only where a page can ask; whoever does not answer has the priority, and no card waits for long."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from edge.elder_question import ANSWER_WITHIN_S, ElderQuestion
from hall.queue.words import Channel, Priority, TakeTicket
from tests.hall.halls import plan


class Hours:
    """What shall be done later, done when the test says so."""

    def __init__(self) -> None:
        self.acts: list[tuple[float, Callable[[], None]]] = []

    def after(self, seconds: float, act: Callable[[], None]) -> None:
        self.acts.append((seconds, act))


def card(age: int | None = 70, **more: object) -> TakeTicket:
    return replace(TakeTicket("A", "t" * 20, Channel.CARD, card_mark="mark", age=age), **more)


@pytest.fixture(name="hours")
def hours_fixture() -> Hours:
    return Hours()


@pytest.fixture(name="question")
def question_fixture(hours: Hours) -> ElderQuestion:
    return ElderQuestion(plan(), hours.after)


def test_without_a_page_nobody_is_asked(question: ElderQuestion) -> None:
    assert not question.hold(card(), lambda command: None)


@pytest.mark.parametrize("command", [card(64), card(None), card(70, priority=Priority.DISABLED)])
def test_only_an_elder_without_another_priority_is_asked(question: ElderQuestion, command: TakeTicket) -> None:
    with question.page_open():
        assert not question.hold(command, lambda last: None)


def test_a_hall_may_ask_nobody(hours: Hours) -> None:
    silent = ElderQuestion(replace(plan(), queue=replace(plan().queue, ask_elder=False)), hours.after)
    with silent.page_open():
        assert not silent.hold(card(), lambda last: None)


@pytest.mark.parametrize("wants", [True, False])
def test_the_holders_word_goes_with_the_ticket_once(question: ElderQuestion, wants: bool) -> None:
    taken: list[TakeTicket] = []
    rung: list[str] = []
    question.watch(lambda: rung.append("ring"))
    with question.page_open():
        assert question.hold(card(83), taken.append)
        asked = question.asked()
        assert asked is not None
        assert question.answer(asked.id, wants)
        assert not question.answer(asked.id, not wants)
    assert [one.waives_priority for one in taken] == [not wants]
    assert question.asked() is None
    assert len(rung) == 2


def test_silence_keeps_the_priority(question: ElderQuestion, hours: Hours) -> None:
    taken: list[TakeTicket] = []
    with question.page_open():
        question.hold(card(), taken.append)
        seconds, lapse = hours.acts[0]
        lapse()
        lapse()
    assert seconds == ANSWER_WITHIN_S
    assert [one.waives_priority for one in taken] == [False]


def test_a_second_card_settles_the_first_and_an_old_lapse_touches_no_new_question(
    question: ElderQuestion, hours: Hours
) -> None:
    taken: list[TakeTicket] = []
    with question.page_open():
        question.hold(card(token="first-card-of-the-two"), taken.append)
        question.hold(card(token="second-card-of-the-two"), taken.append)
        assert [one.token for one in taken] == ["first-card-of-the-two"]
        hours.acts[0][1]()
        assert question.asked() is not None
        assert not question.answer("not-its-id", wants=False)


def test_a_page_that_goes_leaves_no_card_waiting(question: ElderQuestion) -> None:
    taken: list[TakeTicket] = []
    with question.page_open():
        question.hold(card(), taken.append)
    assert [one.waives_priority for one in taken] == [False]


def test_no_more_of_the_age_is_held_than_the_rules_need(question: ElderQuestion) -> None:
    taken: list[TakeTicket] = []
    with question.page_open():
        question.hold(card(71), taken.append)
        question.hold(card(97), taken.append)
    assert [one.age for one in taken] == [65, 80]
