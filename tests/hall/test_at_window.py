"""What a clerk's keys promise: where a transfer leads, and when a visitor may be marked as missing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hall.plan import WindowPlan
from hall.queue import words
from hall.refusal import Code, Refusal
from tests.hall.halls import Hall, plan


def hall_of_three(*tickets: str) -> Hall:
    """Window 1 serves all, window 2 A and C, window 3 B: window 1 has called the first of these tickets."""
    windows = (WindowPlan(1, ("A", "B", "C")), WindowPlan(2, ("A", "C")), WindowPlan(3, ("B",)))
    hall = Hall(replace(plan(), windows=windows))
    hall.open(1)
    for service in tickets:
        hall.take(service)
    hall.call()
    return hall


@pytest.mark.parametrize(("service", "window"), [("A", 2), ("C", 2), ("B", 3)])
def test_a_transfer_to_a_window_keeps_the_class_that_is_served_there(service: str, window: int) -> None:
    hall = hall_of_three(service)
    hall.do(words.Transfer(1, "staff-1", to_window=window))
    moved = hall.state.queue.tickets[f"{service}001"]
    assert (moved.service, moved.window) == (service, window)


def test_a_transfer_to_a_window_without_that_class_needs_another_class_by_name() -> None:
    hall = hall_of_three("B")
    assert hall.refused(words.Transfer(1, "staff-1", to_window=2)) is Code.NOT_SERVED_THERE
    assert hall.refused(words.Transfer(1, "staff-1", to_service="B", to_window=2)) is Code.NOT_SERVED_THERE
    hall.do(words.Transfer(1, "staff-1", to_service="C", to_window=2))
    moved = hall.state.queue.tickets["B001"]
    assert (moved.service, moved.window) == ("C", 2)


def test_a_clerk_may_change_the_class_on_the_way_to_a_window() -> None:
    hall = hall_of_three("A")
    hall.do(words.Transfer(1, "staff-1", to_service="C", to_window=2))
    assert hall.state.queue.tickets["A001"].service == "C"
    assert hall.state.queue.sent_to == {2: ("A001",)}


@pytest.mark.parametrize(
    ("service", "window", "field"), [(None, 2, "to_window"), ("B", 2, "to_service"), ("Z", 2, "to_service")]
)
def test_a_refused_transfer_names_the_wrong_half_of_its_target(service: str | None, window: int, field: str) -> None:
    hall = hall_of_three("B")
    with pytest.raises(Refusal) as caught:
        hall.do(words.Transfer(1, "staff-1", service, window))
    assert caught.value.field == field


def no_show(hall: Hall, after_s: float) -> Refusal | None:
    try:
        hall.do(words.MarkNoShow(1, "staff-1"), after_s)
    except Refusal as refusal:
        return refusal
    return None


def test_a_no_show_before_the_last_call_says_how_many_calls_were_made() -> None:
    hall = hall_of_three("A")
    for calls in (1, 2):
        refusal = no_show(hall, after_s=20)
        assert refusal is not None
        assert (refusal.code, refusal.params["calls"], refusal.params["limit"]) == (Code.TOO_FEW_CALLS, calls, 3)
        hall.do(words.Recall(1, "staff-1"), after_s=20)


def test_a_no_show_right_after_the_last_call_says_how_long_to_wait_and_asks_for_no_call() -> None:
    hall = hall_of_three("A")
    for _ in range(2):
        hall.do(words.Recall(1, "staff-1"), after_s=20)
    refusal = no_show(hall, after_s=4.2)
    assert refusal is not None
    assert (refusal.code, refusal.params["seconds"]) == (Code.CALLED_JUST_NOW, 16)
    assert no_show(hall, after_s=15.8) is None
