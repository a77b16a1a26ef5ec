"""The rules of the queue, one promise a test."""

from __future__ import annotations

import pytest

from hall.queue import words
from hall.queue.state import TicketState, WindowState
from hall.queue.words import Face, PauseReason, Phrase, Priority
from hall.refusal import Code
from hall.step import repaint
from tests.hall.halls import Hall, plan


def hall_with(*taken: str, windows: tuple[int, ...] = (1,)) -> Hall:
    hall = Hall()
    hall.open(*windows)
    for service in taken:
        hall.take(service)
    return hall


def state_of(hall: Hall, number: str) -> TicketState:
    return hall.state.queue.tickets[number].state


def test_numbers_run_from_one_within_each_class() -> None:
    hall = Hall()
    assert [hall.take("A"), hall.take("A"), hall.take("B"), hall.take("A")] == ["A001", "A002", "B001", "A003"]


def test_a_number_grows_to_four_digits_after_999() -> None:
    hall = Hall()
    for _ in range(999):
        hall.take("A")
    assert hall.take("A") == "A1000"


def test_a_ticket_prints_a_slip_with_nothing_personal_on_it() -> None:
    hall = Hall()
    result = hall.do(words.TakeTicket("A", "secret-token", card_mark="f00d", age=70))
    slips = [effect for effect in result.effects if isinstance(effect, words.PrintSlip)]
    assert [slip.number for slip in slips] == ["A001"]
    assert "f00d" not in repr(slips)


def test_first_come_first_served_within_a_class() -> None:
    hall = hall_with("A", "A", "A", windows=(1, 2, 3))
    assert [hall.call(1), hall.call(2), hall.call(3)] == ["A001", "A002", "A003"]


def test_a_window_calls_its_first_class_first() -> None:
    hall = hall_with("B", "A")
    assert hall.call() == "A001"


def test_an_elder_is_called_before_those_who_came_earlier() -> None:
    hall = hall_with("A", "A")
    elder = hall.take("A", age=80)
    assert hall.call() == elder
    called = hall.log[-1][0]
    assert isinstance(called, words.TicketCalled)
    assert (called.priority, called.overtook) == (Priority.ELDER, 2)


def test_the_age_itself_stands_in_no_event() -> None:
    hall = Hall()
    hall.take("A", age=83)
    assert "83" not in repr(hall.log)


def test_a_younger_card_gives_no_priority() -> None:
    hall = hall_with("A")
    hall.take("A", age=64)
    assert hall.call() == "A001"


def test_after_two_priority_calls_a_patient_ordinary_visitor_is_next() -> None:
    hall = hall_with("A")
    hall.pass_time(1300)
    for _ in range(3):
        hall.take("A", priority=Priority.DISABLED)
    served = []
    for _ in range(4):
        served.append(hall.call())
        hall.do(words.Start(1, "staff-1"))
        hall.do(words.Finish(1, "staff-1"))
    assert served == ["A002", "A003", "A001", "A004"]


def test_priority_never_takes_a_visitor_who_is_already_called() -> None:
    hall = hall_with("A")
    assert hall.call() == "A001"
    hall.take("A", priority=Priority.URGENT)
    assert state_of(hall, "A001") is TicketState.CALLED
    assert hall.state.queue.window(1).ticket == "A001"


def test_a_call_shows_on_the_sign_and_is_spoken() -> None:
    hall = hall_with("A")
    result = hall.do(words.CallNext(1, "staff-1"))
    assert words.ShowOnSign(1, Face.CALLED, "A001") in result.effects
    assert words.Announce(Phrase.CALL, "A001", 1) in result.effects


def test_a_private_class_is_shown_but_not_spoken() -> None:
    hall = Hall()
    quiet = plan()
    services = (*quiet.services[:2], quiet.services[2].__class__("C", "调解", "Mediation", speak=False))
    hall.plan = quiet.__class__(quiet.hall, quiet.name_zh, quiet.name_en, services, quiet.windows)
    hall.open(1)
    hall.take("C")
    result = hall.do(words.CallNext(1, "staff-1"))
    assert any(isinstance(effect, words.ShowOnSign) for effect in result.effects)
    assert not any(isinstance(effect, words.Announce) for effect in result.effects)


def test_a_recalled_ticket_keeps_its_window() -> None:
    hall = hall_with("A")
    hall.call()
    result = hall.do(words.Recall(1, "staff-1"), after_s=25)
    assert hall.state.queue.tickets["A001"].window == 1
    assert words.Announce(Phrase.RECALL, "A001", 1, 2) in result.effects


def test_the_third_call_is_announced_as_the_last() -> None:
    hall = hall_with("A")
    hall.call()
    hall.do(words.Recall(1, "staff-1"), after_s=20)
    result = hall.do(words.Recall(1, "staff-1"), after_s=20)
    assert words.Announce(Phrase.LAST_CALL, "A001", 1, 3) in result.effects


def test_a_no_show_needs_three_calls_far_enough_apart() -> None:
    hall = hall_with("A")
    hall.call()
    assert hall.refused(words.MarkNoShow(1, "staff-1")) is Code.TOO_FEW_CALLS
    hall.do(words.Recall(1, "staff-1"), after_s=5)
    hall.do(words.Recall(1, "staff-1"), after_s=5)
    assert hall.refused(words.MarkNoShow(1, "staff-1"), after_s=30) is Code.TOO_FEW_CALLS
    hall.do(words.Recall(1, "staff-1"), after_s=20)
    hall.do(words.Recall(1, "staff-1"), after_s=20)
    assert hall.refused(words.MarkNoShow(1, "staff-1"), after_s=5) is Code.CALLED_JUST_NOW
    hall.do(words.MarkNoShow(1, "staff-1"), after_s=20)
    assert state_of(hall, "A001") is TicketState.NO_SHOW
    assert hall.state.queue.window(1).state is WindowState.IDLE


def missed(hall: Hall, window: int = 1) -> str:
    number = hall.call(window)
    for _ in range(2):
        hall.do(words.Recall(window, f"staff-{window}"), after_s=20)
    hall.do(words.MarkNoShow(window, f"staff-{window}"), after_s=20)
    return number


def test_a_missed_ticket_is_restored_once_behind_three_others() -> None:
    hall = hall_with("A")
    number = missed(hall)
    for _ in range(4):
        hall.take("A")
    hall.do(words.Restore(number, "desk"))
    assert hall.state.queue.waiting["A"] == ("A002", "A003", "A004", "A001", "A005")
    for _ in range(3):
        hall.call()
        hall.do(words.Start(1, "staff-1"))
        hall.do(words.Finish(1, "staff-1"))
    assert missed(hall) == "A001"
    assert hall.refused(words.Restore("A001", "desk")) is Code.ALREADY_RESTORED


def test_only_a_missed_ticket_can_be_restored() -> None:
    hall = hall_with("A")
    assert hall.refused(words.Restore("A001", "desk")) is Code.TICKET_NOT_MISSED
    assert hall.refused(words.Restore("A999", "desk")) is Code.UNKNOWN_TICKET


def test_a_transferred_ticket_keeps_its_number_and_stands_at_the_head() -> None:
    hall = hall_with("A", "B", "B")
    hall.call()
    hall.do(words.Start(1, "staff-1"))
    hall.do(words.Transfer(1, "staff-1", to_service="B"))
    assert hall.state.queue.waiting["B"] == ("A001", "B001", "B002")
    assert hall.state.queue.tickets["A001"].service == "B"
    hall.take("B", priority=Priority.URGENT)
    hall.open(2)
    assert hall.call(2) == "A001"


def test_a_ticket_sent_to_a_window_waits_for_that_window_only() -> None:
    hall = hall_with("A", windows=(1, 2, 3))
    hall.call(1)
    hall.do(words.Start(1, "staff-1"))
    hall.do(words.Transfer(1, "staff-1", to_window=2))
    hall.take("A")
    assert hall.call(3) == "A002"
    assert hall.call(2) == "A001"


def test_a_ticket_sent_to_a_window_that_closed_is_not_lost() -> None:
    hall = hall_with("A", windows=(1, 2))
    hall.call(1)
    hall.do(words.Start(1, "staff-1"))
    hall.do(words.Transfer(1, "staff-1", to_window=2))
    hall.do(words.CloseWindow(2, "staff-2"))
    assert hall.call(1) == "A001"


def test_the_first_wait_is_kept_through_a_transfer() -> None:
    hall = hall_with("A", windows=(1, 2))
    hall.pass_time(297)
    hall.call(1)
    hall.do(words.Start(1, "staff-1"))
    hall.do(words.Transfer(1, "staff-1", to_service="B"), after_s=500)
    hall.call(2)
    waits = [event.waited_s for event, _ in hall.log if isinstance(event, words.TicketCalled)]
    assert waits == [300, 300]


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (words.Transfer(1, "s", to_service="A"), Code.SAME_PLACE),
        (words.Transfer(1, "s", to_window=1), Code.SAME_PLACE),
        (words.Transfer(1, "s", to_service="Z"), Code.UNKNOWN_SERVICE),
        (words.Transfer(1, "s", to_window=99), Code.UNKNOWN_WINDOW),
        (words.Transfer(1, "s"), Code.UNKNOWN_SERVICE),
    ],
)
def test_a_transfer_to_nowhere_is_refused(command: words.Transfer, code: Code) -> None:
    hall = hall_with("A")
    hall.call()
    hall.do(words.Start(1, "s"))
    assert hall.refused(command) is code


def test_a_held_ticket_leaves_the_window_free_and_comes_back() -> None:
    hall = hall_with("A", "A")
    hall.call()
    hall.do(words.Start(1, "staff-1"))
    hall.do(words.Hold(1, "staff-1"), after_s=60)
    assert state_of(hall, "A001") is TicketState.HELD
    assert hall.call() == "A002"
    hall.do(words.Start(1, "staff-1"))
    hall.do(words.Finish(1, "staff-1"), after_s=100)
    hall.do(words.ResumeHeld(1, "staff-1"))
    hall.do(words.Finish(1, "staff-1"), after_s=40)
    finished = hall.log[-1][0]
    assert isinstance(finished, words.TicketFinished)
    assert (finished.number, finished.served_s, finished.held_s) == ("A001", 100, 109)


def test_cancelled_tickets_are_not_called() -> None:
    hall = hall_with("A", "A")
    hall.do(words.Cancel(token="token-1"))
    assert hall.call() == "A002"
    assert hall.refused(words.Cancel(number="A001")) is Code.TICKET_NOT_WAITING
    assert hall.refused(words.Cancel(token="guessed")) is Code.UNKNOWN_TOKEN


def test_a_window_that_pauses_while_calling_gives_the_ticket_back_to_the_head() -> None:
    hall = hall_with("A", "A")
    hall.call()
    hall.do(words.PauseWindow(1, "staff-1", PauseReason.MEETING))
    assert hall.state.queue.waiting["A"] == ("A001", "A002")
    assert hall.state.queue.window(1).state is WindowState.PAUSED


def test_lunch_looks_different_from_a_pause() -> None:
    hall = hall_with()
    result = hall.do(words.PauseWindow(1, "staff-1", PauseReason.LUNCH))
    assert hall.state.queue.window(1).state is WindowState.LUNCH
    assert words.ShowOnSign(1, Face.LUNCH, None) in result.effects
    hall.do(words.ResumeWindow(1, "staff-1"))
    assert hall.state.queue.window(1).state is WindowState.IDLE


def test_a_double_press_within_two_seconds_is_ignored() -> None:
    hall = hall_with("A", "A")
    hall.call()
    assert hall.refused(words.CallNext(1, "staff-1"), after_s=1.5) is Code.DOUBLE_PRESS
    assert hall.refused(words.CallNext(1, "staff-1"), after_s=1.5) is Code.WINDOW_BUSY


def test_two_windows_that_press_at_the_same_instant_get_two_tickets() -> None:
    hall = hall_with("A", "A", windows=(1, 2))
    first = hall.do(words.CallNext(1, "staff-1"), after_s=1)
    second = hall.do(words.CallNext(2, "staff-2"), after_s=0)
    numbers = [event.number for result in (first, second) for event in result.events]  # type: ignore[union-attr]
    assert numbers == ["A001", "A002"]


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (words.CallNext(1, "s"), Code.NOTHING_WAITING),
        (words.CallNext(2, "s"), Code.WINDOW_CLOSED),
        (words.CallNext(9, "s"), Code.UNKNOWN_WINDOW),
        (words.CallNumber(1, "s", "A001"), Code.UNKNOWN_TICKET),
        (words.Recall(1, "s"), Code.NOBODY_CALLED),
        (words.Start(1, "s"), Code.NOBODY_CALLED),
        (words.Finish(1, "s"), Code.NOBODY_SERVED),
        (words.Hold(1, "s"), Code.NOBODY_SERVED),
        (words.ResumeHeld(1, "s"), Code.NOTHING_HELD),
        (words.ResumeWindow(1, "s"), Code.WINDOW_NOT_PAUSED),
        (words.PauseWindow(2, "s"), Code.WINDOW_CLOSED),
        (words.OpenWindow(1, "staff-1"), Code.WINDOW_OPEN),
        (words.TakeTicket("Z", "t"), Code.UNKNOWN_SERVICE),
        (words.ReprintSlip("A001"), Code.UNKNOWN_TICKET),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(command: words.Command, code: Code) -> None:
    assert hall_with().refused(command) is code


def test_a_class_gives_tickets_only_in_its_hours() -> None:
    base = plan()
    day_only = base.services[0].__class__("A", "咨询", "Advice", hours=((9 * 60, 12 * 60),))
    hall = Hall(base.__class__(base.hall, base.name_zh, base.name_en, (day_only,), base.windows))
    hall.take("A")
    hall.pass_time(4 * 3600)
    assert hall.refused(words.TakeTicket("A", "late")) is Code.SERVICE_CLOSED


def test_one_card_holds_one_open_ticket_a_queue_and_two_in_all() -> None:
    hall = Hall()
    hall.take("A", card_mark="card")
    assert hall.refused(words.TakeTicket("A", "t2", card_mark="card")) is Code.CARD_HAS_TICKET
    hall.take("B", card_mark="card")
    assert hall.refused(words.TakeTicket("C", "t3", card_mark="card")) is Code.CARD_LIMIT
    assert hall.take("C") == "C001"


def test_a_colleague_takes_over_an_idle_window() -> None:
    hall = hall_with()
    hall.do(words.OpenWindow(1, "other"))
    assert hall.state.queue.window(1).staff == "other"


def test_the_estimate_is_unknown_while_no_window_is_open_and_grows_with_the_queue() -> None:
    hall = Hall()
    hall.take("A")
    first = hall.state.queue.tickets["A001"]
    assert first.estimated_wait_s is None
    hall.open(1, 2)
    hall.take("A")
    hall.take("A")
    waits = [hall.state.queue.tickets[number].estimated_wait_s for number in ("A002", "A003")]
    assert waits == [0, 600]  # both windows are free: one for A001, one for A002


def test_midnight_expires_who_waits_and_starts_at_one_again() -> None:
    hall = hall_with("A", "A", "A", windows=(1, 2))
    hall.call(1)
    hall.do(words.Start(1, "staff-1"))
    hall.call(2)
    hall.pass_time(16 * 3600)
    result = hall.do(words.Tick())
    closed = next(event for event in result.events if isinstance(event, words.DayClosed))
    assert (closed.day, closed.issued, closed.done, closed.expired) == ("2026-11-23", 3, 1, 2)
    assert hall.state.queue.day == "2026-11-24"
    assert all(window.state is WindowState.CLOSED for window in hall.state.queue.windows.values())
    assert hall.take("A") == "A001"


def test_a_clock_set_back_an_hour_changes_neither_day_nor_numbers_nor_waits() -> None:
    hall = hall_with("A")
    hall.move_wall_clock(-3600)
    assert hall.take("A") == "A002"
    assert hall.call() == "A001"
    called = hall.log[-1][0]
    assert isinstance(called, words.TicketCalled)
    assert called.waited_s == 6
    hall.move_wall_clock(-24 * 3600)
    assert hall.take("A") == "A003"
    assert hall.state.queue.day == "2026-11-23"


def test_a_clock_that_nobody_trusts_turns_no_day() -> None:
    hall = hall_with("A")
    hall.now = hall.now.__class__(hall.now.steady_ms, hall.now.wall_ms + 9 * 365 * 86_400_000, trusted=False)
    assert hall.take("A") == "A002"


def test_a_restart_repaints_and_announces_nothing() -> None:
    hall = hall_with("A", windows=(1, 2))
    hall.call(1)
    effects = repaint(hall.folded(), hall.plan)
    assert words.ShowOnSign(1, Face.CALLED, "A001") in effects
    assert words.ShowOnSign(2, Face.IDLE, None) in effects
    assert not any(isinstance(effect, words.Announce | words.PrintSlip) for effect in effects)
