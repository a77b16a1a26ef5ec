"""Why was this number called before that one: the rule, the reason, and who answers for it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hall.duty.words import Duty, SetRota
from hall.plan import WindowPlan
from hall.queue import words
from hall.queue.why import Answer, Cause, why_before
from hall.queue.words import JumpReason, Priority, Why
from tests.hall.halls import Hall, plan


def hall_with(*tickets: str, windows: tuple[WindowPlan, ...] | None = None) -> Hall:
    base = plan()
    hall = Hall(replace(base, windows=windows) if windows else base)
    hall.open(*(window.number for window in hall.plan.windows))
    for service in tickets:
        hall.take(service)
    return hall


def why(hall: Hall, first: str, second: str) -> Answer:
    answer = why_before(hall.state.queue, hall.plan, first, second, hall.now)
    assert answer is not None
    return answer


def test_who_came_first() -> None:
    hall = hall_with("A", "A")
    hall.call()
    assert why(hall, "A001", "A002") == Answer("A001", "A002", (Cause.CAME_FIRST,), Why.TURN, None, "plan")


def test_an_elder_by_the_card() -> None:
    hall = hall_with("A")
    hall.take("A", age=70)
    hall.call()
    assert why(hall, "A002", "A001") == Answer("A002", "A001", (Cause.RULE,), Why.PRIORITY, "ELDER", "card")


def test_a_priority_chosen_at_the_machine_or_marked_by_the_desk() -> None:
    hall = hall_with("A", "A")
    hall.take("A", priority=Priority.PREGNANT)
    hall.do(words.MarkPriority("A002", "guide-chen", Priority.DISABLED))
    hall.serve()
    hall.serve()
    assert why(hall, "A003", "A001").by == "visitor"
    assert (why(hall, "A002", "A001").priority, why(hall, "A002", "A001").by) == ("DISABLED", "guide-chen")


def test_a_number_that_staff_chose_names_them() -> None:
    hall = hall_with("A", "A")
    hall.do(words.CallNumber(1, "staff-1", "A002", JumpReason.BACK_WITH_PAPERS))
    answer = why(hall, "A002", "A001")
    assert (answer.causes, answer.rule, answer.by) == ((Cause.RULE,), Why.CHOSEN, "staff-1")


def test_two_classes_at_different_windows_or_at_one() -> None:
    windows = (WindowPlan(1, ("B",)), WindowPlan(2, ("C", "A")))
    hall = hall_with("A", "B", "C", windows=windows)
    hall.call(1)
    hall.call(2)
    assert why(hall, "B001", "A001").causes == (Cause.OTHER_CLASS,)
    assert why(hall, "C001", "A001").causes == (Cause.WINDOWS_ORDER,)


@pytest.mark.parametrize("restored", [True, False])
def test_the_other_was_called_and_did_not_come(restored: bool) -> None:
    hall = hall_with("A", "A")
    hall.miss()
    if restored:
        hall.do(words.Restore("A001", "desk"))
    hall.serve()
    assert why(hall, "A002", "A001").causes == (Cause.OTHER_WAS_AWAY,)


def test_the_other_came_when_called_again_before() -> None:
    hall = hall_with("A")
    hall.miss()
    hall.do(words.Restore("A001", "desk"))
    hall.serve()
    hall.take("A")
    hall.call()
    assert why(hall, "A002", "A001").causes == (Cause.NOT_CALLED_BEFORE,)


def test_the_other_asked_for_somebody_or_needs_a_door() -> None:
    rooms = (WindowPlan(1, ("A",)), WindowPlan(2, ("A",), closed=True))
    hall = hall_with(windows=rooms)
    hall.do(SetRota("2026-11-23", (Duty("li", ("A",)),), "desk"))
    hall.take("A", person="li")
    hall.take("A", private=True)
    hall.take("A")
    hall.call(1)
    assert Cause.OTHER_ASKED_FOR_PERSON in why(hall, "A003", "A001").causes
    assert Cause.OTHER_IS_PRIVATE in why(hall, "A003", "A002").causes


def test_the_wrong_way_round_and_numbers_of_no_ticket() -> None:
    hall = hall_with("A", "A")
    hall.call()
    assert why(hall, "A002", "A001").causes == (Cause.NOT_CALLED_BEFORE,)
    assert why_before(hall.state.queue, hall.plan, "A001", "A999", hall.now) is None
