"""A window's shares among its classes are exact over any stretch, and no class waits for ever."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from hall.plan import QueueRules, WindowPlan
from hall.queue import words
from hall.queue.words import Why
from tests.hall.halls import Hall, plan


def hall_with(weights: tuple[int, ...], each: int, patience_s: int = 0) -> Hall:
    """Window 1 serves one class for each weight, and so many wait for each of them."""
    letters = "ABCD"[: len(weights)]
    rules = QueueRules(class_patience_s=patience_s, double_press_s=0, stop_by_capacity=False)
    base = plan(windows=1, services=letters, rules=rules)
    hall = Hall(replace(base, windows=(WindowPlan(1, tuple(letters), weights=weights),)))
    hall.open(1)
    for letter in letters:
        for _ in range(each):
            hall.take(letter)
    return hall


def called_classes(hall: Hall, count: int) -> list[str]:
    return [hall.serve(1, served_s=1)[0] for _ in range(count)]


@settings(deadline=None, max_examples=25)
@given(st.lists(st.integers(1, 9), min_size=2, max_size=4))
def test_every_stretch_as_long_as_the_weights_together_holds_each_class_by_its_weight(weights: list[int]) -> None:
    whole = sum(weights)
    hall = hall_with(tuple(weights), each=max(weights) * 3)
    calls = called_classes(hall, 2 * whole)
    wanted = dict(zip("ABCD", weights, strict=False))
    for start in range(whole + 1):
        assert Counter(calls[start : start + whole]) == wanted, calls


def test_a_class_that_was_empty_does_not_catch_up() -> None:
    hall = hall_with((2, 1), each=0)
    for _ in range(12):
        hall.take("A")
    assert called_classes(hall, 6) == ["A"] * 6
    for _ in range(6):
        hall.take("B")
    assert Counter(called_classes(hall, 6)) == {"A": 4, "B": 2}


def test_the_call_that_a_share_led_to_says_so() -> None:
    hall = hall_with((1, 1), each=2)
    called_classes(hall, 2)
    whys = [event.why for event, _ in hall.log if isinstance(event, words.TicketCalled)]
    assert whys == [Why.TURN, Why.SHARE]


def test_without_weights_the_first_class_comes_first() -> None:
    hall = hall_with((), each=0)
    hall = Hall(replace(hall.plan, services=plan().services, windows=(WindowPlan(1, ("B", "A")),)))
    hall.open(1)
    for letter in "AABB":
        hall.take(letter)
    assert called_classes(hall, 4) == ["B", "B", "A", "A"]


def test_whoever_waits_too_long_comes_before_the_windows_earlier_classes() -> None:
    base = plan(windows=1, services="AB", rules=QueueRules(class_patience_s=2700))
    hall = Hall(base)
    hall.open(1)
    hall.take("B")
    hall.pass_time(2600)
    for _ in range(3):
        hall.take("A")
    assert hall.serve() == "A001"
    hall.pass_time(60)
    assert hall.serve() == "B001"
    overdue = [event.why for event, _ in hall.log if isinstance(event, words.TicketCalled)]
    assert overdue == [Why.TURN, Why.OVERDUE]
    assert hall.serve() == "A002"


def test_a_window_that_was_given_other_classes_serves_those_and_then_its_own_again() -> None:
    hall = Hall(replace(plan(services="AB"), windows=(WindowPlan(1, ("A",)), WindowPlan(2, ("B",)))))
    hall.open(1)
    hall.take("A")
    hall.take("B")
    hall.do(words.AssignWindow(1, "supervisor", ("B",), 3600))
    assert hall.serve() == "B001"
    hall.pass_time(3600)
    assert words.WindowAssignmentEnded(1, "") in hall.tick()
    assert hall.serve() == "A001"


def test_who_was_sent_to_a_window_that_closed_does_not_wait_for_ever() -> None:
    hall = Hall(plan(windows=2, services="A", rules=QueueRules(class_patience_s=2700)))
    hall.open(1, 2)
    for _ in range(4):
        hall.take("A")
    hall.call(1)
    hall.do(words.Transfer(1, "staff-1", to_window=2))
    hall.do(words.CloseWindow(2, "staff-2"))
    assert hall.serve() == "A002"
    hall.pass_time(2700)
    assert hall.serve() == "A001"
