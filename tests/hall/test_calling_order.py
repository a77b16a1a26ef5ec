"""The waiting list is what the window would call, one after the other: neither list nor rule can go its own way."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from hall.plan import QueueRules, WindowPlan
from hall.queue import words
from hall.queue.order import calling_order
from hall.queue.words import Priority
from hall.refusal import Refusal
from hall.state import HallState
from tests.hall.halls import Hall, plan

WINDOWS = (WindowPlan(1, ("B", "A")), WindowPlan(2, ("A", "C")), WindowPlan(3, ("A", "B", "C")))


def new_hall(patience_s: int = 1200) -> Hall:
    rules = QueueRules(ordinary_patience_s=patience_s)
    hall = Hall(replace(plan(rules=rules), windows=WINDOWS))
    hall.open(1, 2, 3)
    return hall


def listed(hall: Hall, window: int, most: int = 99) -> list[str]:
    return calling_order(hall.state.queue, hall.plan, window, hall.now, most)


def called(hall: Hall, window: int) -> list[str]:
    """What the window really calls, in one moment."""
    numbers = []
    while True:
        try:
            hall.do(words.CallNext(window, "s"), after_s=0)
        except Refusal:
            return numbers
        numbers.append(hall.state.queue.window(window).ticket or "")
        hall.do(words.Start(window, "s"), after_s=0)
        hall.do(words.Finish(window, "s"), after_s=0)


def test_the_classes_of_a_window_come_in_its_order_and_priority_first() -> None:
    hall = new_hall()
    for service in "AABB":
        hall.take(service)
    hall.take("B", priority=Priority.ELDER)
    assert listed(hall, 1) == ["B003", "B001", "B002", "A001", "A002"]
    assert listed(hall, 2) == ["A001", "A002"]
    assert listed(hall, 1, most=2) == ["B003", "B001"]


def test_an_impatient_visitor_stands_after_the_second_priority_call() -> None:
    hall = new_hall(patience_s=60)
    hall.take("A")
    for _ in range(4):
        hall.take("A", priority=Priority.ELDER)
    hall.pass_time(120)
    assert listed(hall, 2) == ["A002", "A003", "A001", "A004", "A005"]


def test_who_was_sent_here_comes_first_and_who_waits_at_a_closed_window_last() -> None:
    hall = new_hall()
    for service in "AAAC":
        hall.take(service)
    for to_window in (2, 1):
        hall.call(3)
        hall.do(words.Transfer(3, "s", to_window=to_window))
    hall.do(words.CloseWindow(1, "s"))
    assert listed(hall, 2) == ["A001", "A003", "C001", "A002"]


@settings(deadline=None)
@given(
    taken=st.lists(st.tuples(st.sampled_from("ABC"), st.sampled_from([None, None, *Priority]), st.integers(0, 30))),
    sent=st.lists(st.tuples(st.sampled_from([1, 2, 3]), st.sampled_from(["A", "B", "C", None]), st.integers(1, 3))),
    closed=st.sets(st.sampled_from([2, 3])),
    patience_s=st.sampled_from([30, 200, 1200]),
)
def test_the_list_is_always_what_the_window_then_calls(
    taken: list[tuple[str, Priority | None, int]],
    sent: list[tuple[int, str | None, int]],
    closed: set[int],
    patience_s: int,
) -> None:
    hall = new_hall(patience_s)
    for service, priority, after_s in taken:
        hall.pass_time(after_s)
        hall.take(service, priority=priority)
    for at, to_service, to_window in sent:
        try:
            hall.do(words.CallNext(at, "s"))
            hall.do(words.Transfer(at, "s", to_service, to_window if to_service is None else None))
        except Refusal:
            continue
    for window in closed:
        hall.do(words.CloseWindow(window, "s"))
    before: HallState = hall.state
    order = listed(hall, 1)
    assert all(listed(hall, 1, most) == order[:most] for most in (1, 2, 5))
    assert hall.state is before
    if hall.state.queue.window(1).state == "CALLING":  # a refused transfer left its ticket here
        hall.do(words.Start(1, "s"), after_s=0)
        hall.do(words.Finish(1, "s"), after_s=0)
    assert order == called(hall, 1)
