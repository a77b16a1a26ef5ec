"""A slip of the finger is taken back by one tap, for each act; and what may not be taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from hall.plan import QueueRules
from hall.queue import words
from hall.queue.state import QueueState, TicketState, WindowState
from hall.queue.words import PauseReason, Priority
from hall.rating.words import GiveRating
from hall.refusal import Code
from tests.hall.halls import Hall, plan

UNDO = words.Undo(1, "staff-1")


def hall_with(*tickets: str, rules: QueueRules | None = None) -> Hall:
    hall = Hall(plan(rules=rules))
    hall.open(1, 2)
    for service in tickets:
        hall.take(service)
    return hall


def called(hall: Hall) -> None:
    hall.call(1)


def serving(hall: Hall) -> None:
    called(hall)
    hall.do(words.Start(1, "staff-1"), after_s=10)


def thrice_called(hall: Hall) -> None:
    called(hall)
    for _ in range(2):
        hall.do(words.Recall(1, "staff-1"), after_s=21)
    hall.pass_time(21)


ACTS: list[tuple[Callable[[Hall], None] | None, words.Command]] = [
    (None, words.CallNext(1, "staff-1")),
    (None, words.CallNumber(1, "staff-1", "A002")),
    (called, words.Start(1, "staff-1")),
    (serving, words.Finish(1, "staff-1")),
    (thrice_called, words.MarkNoShow(1, "staff-1")),
    (called, words.Transfer(1, "staff-1", to_service="B")),
    (serving, words.Transfer(1, "staff-1", to_service="B")),
    (serving, words.Transfer(1, "staff-1", to_window=2)),
]


def without_marks_of_time(queue: QueueState) -> QueueState:
    """All but what only says when something was last done, and what was learnt."""
    windows = {
        number: replace(window, last_act="", last_act_ms=0, since_ms=0, undoable=None)
        for number, window in queue.windows.items()
    }
    return replace(
        queue, windows=windows, experience={}, levels={},
        waiting={line: ids for line, ids in queue.waiting.items() if ids},
        turns={service: turns for service, turns in queue.turns.items() if turns},
        lately={window: calls for window, calls in queue.lately.items() if calls},
        pace={service: pace for service, pace in queue.pace.items() if pace.served},
        tally={state: count for state, count in queue.tally.items() if count},
    )  # fmt: skip


@pytest.mark.parametrize(("before", "act"), ACTS)
def test_everything_is_as_it_was_before_the_act(before: Callable[[Hall], None] | None, act: words.Command) -> None:
    hall = hall_with("A", "A", "A")
    if before is not None:
        before(hall)
    was = hall.state.queue
    hall.do(act, after_s=4)
    assert without_marks_of_time(hall.state.queue) != without_marks_of_time(was)
    hall.do(UNDO, after_s=4)
    assert without_marks_of_time(hall.state.queue) == without_marks_of_time(was)
    assert hall.folded() == hall.state


def test_a_hold_is_taken_back_to_service() -> None:
    hall = hall_with("A")
    serving(hall)
    hall.do(words.Hold(1, "staff-1"))
    hall.do(UNDO)
    assert hall.state.queue.tickets["A001"].state is TicketState.SERVING
    assert hall.state.queue.window(1).held == ()


def test_a_number_called_by_mistake_does_not_jump_the_queue_by_it() -> None:
    hall = hall_with("A", "A", "A")
    hall.do(words.CallNumber(1, "staff-1", "A003"))
    hall.do(words.CallNext(2, "staff-2"), after_s=1)  # A001, in the meantime
    hall.do(words.TakeTicket("A", "later"), after_s=1)
    hall.do(UNDO, after_s=1)
    assert hall.state.queue.waiting["A"] == ("A002", "A003", "A004")


def test_a_ticket_sent_to_this_window_waits_for_it_again() -> None:
    hall = hall_with("A")
    hall.call(2)
    hall.do(words.Transfer(2, "staff-2", to_window=1))
    hall.call(1)
    hall.do(UNDO)
    assert hall.state.queue.sent_to == {1: ("A001",)}


def test_the_wait_goes_on_until_the_call_that_stands() -> None:
    hall = hall_with("A")
    hall.do(words.CallNext(1, "staff-1"), after_s=100)
    hall.do(UNDO)
    hall.do(words.CallNext(1, "staff-1"), after_s=100)
    assert [event.waited_s for event, _ in hall.log if isinstance(event, words.TicketCalled)] == [100, 203]


def test_a_priority_call_that_was_a_mistake_does_not_use_up_the_turn() -> None:
    hall = hall_with("A", rules=QueueRules(ordinary_patience_s=10))
    for _ in range(3):
        hall.take("A", priority=Priority.DISABLED)
    hall.pass_time(60)
    hall.call(1)
    hall.do(UNDO)
    assert [hall.serve(1) for _ in range(3)] == ["A002", "A003", "A001"]


def test_time_served_before_a_mistaken_finish_counts_on() -> None:
    hall = hall_with("A")
    serving(hall)
    hall.do(words.Finish(1, "staff-1"), after_s=60)
    hall.do(UNDO)
    hall.do(words.Finish(1, "staff-1"), after_s=40)
    served = [event.served_s for event, _ in hall.log if isinstance(event, words.TicketFinished)]
    assert served == [60, 103]
    assert hall.state.queue.pace["A"].served == 1


def test_not_after_the_seconds_of_the_plan() -> None:
    hall = hall_with("A")
    hall.call(1)
    assert hall.refused(UNDO, after_s=5.1) is Code.NOTHING_TO_UNDO
    slower = hall_with("A", rules=QueueRules(undo_s=30))
    slower.call(1)
    slower.do(UNDO, after_s=29)


def test_not_twice_and_not_an_act_before_the_last() -> None:
    hall = hall_with("A", "A")
    hall.call(1)
    hall.do(words.Start(1, "staff-1"), after_s=1)
    hall.do(UNDO, after_s=1)
    assert hall.state.queue.window(1).state is WindowState.CALLING
    assert hall.refused(UNDO, after_s=2.5) is Code.NOTHING_TO_UNDO


def test_not_a_finish_that_the_visitor_has_rated() -> None:
    hall = hall_with("A")
    serving(hall)
    hall.do(words.Finish(1, "staff-1"))
    hall.do(GiveRating("token-1", 5), after_s=1)
    assert hall.refused(UNDO, after_s=1) is Code.NOTHING_TO_UNDO


def test_a_finish_taken_back_closes_the_rating_with_it() -> None:
    hall = hall_with("A")
    serving(hall)
    hall.do(words.Finish(1, "staff-1"))
    hall.do(UNDO)
    assert hall.refused(GiveRating("token-1", 5)) is Code.NOT_RATEABLE


def test_not_a_transfer_that_another_window_has_called() -> None:
    hall = hall_with("A")
    serving(hall)
    hall.do(words.Transfer(1, "staff-1", to_window=2))
    hall.do(words.CallNext(2, "staff-2"), after_s=1)
    assert hall.refused(UNDO, after_s=1) is Code.NOTHING_TO_UNDO


def test_what_the_desk_marked_in_between_stays_marked() -> None:
    hall = hall_with("A")
    serving(hall)
    hall.do(words.Transfer(1, "staff-1", to_service="B"), after_s=1)
    hall.do(words.MarkPrivate("A001", "desk"), after_s=1)
    hall.do(UNDO, after_s=1)
    assert hall.state.queue.tickets["A001"].private


@pytest.mark.parametrize("act", [words.PauseWindow(1, "staff-1", PauseReason.OTHER), words.CloseWindow(1, "staff-1")])
def test_not_a_pause_or_a_closing_and_nothing_before_it(act: words.Command) -> None:
    hall = hall_with("A")
    serving(hall)
    hall.do(words.Finish(1, "staff-1"), after_s=1)
    hall.do(act, after_s=1)
    assert hall.refused(UNDO, after_s=1) is Code.NOTHING_TO_UNDO


def test_not_the_act_of_another_window() -> None:
    hall = hall_with("A")
    hall.call(2)
    assert hall.refused(UNDO, after_s=1) is Code.NOTHING_TO_UNDO


def test_what_was_said_of_a_call_taken_back_is_said_no_more() -> None:
    hall = hall_with("A")
    hall.call(1)
    effects = hall.do(UNDO).effects
    assert words.Unsay("A001") in effects
    assert words.ShowOnSign(1, words.Face.IDLE, None) in effects
