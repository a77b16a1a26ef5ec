"""Lunch: by rota a core class stays served; of all, tickets are kept and the windows come back by themselves."""

from __future__ import annotations

from dataclasses import replace

from hall.plan import QueueRules, WindowPlan
from hall.queue import words
from hall.queue.state import WindowState
from hall.queue.words import PauseReason
from hall.refusal import Code
from tests.hall.halls import Hall, plan

AT_NOON = ((720, 780),)


def hall_by_rota() -> Hall:
    """Windows 1 and 2 serve the core class A, window 3 only B."""
    base = plan(services="AB", rules=QueueRules(lunch=AT_NOON))
    services = (replace(base.services[0], core=True), base.services[1])
    windows = (WindowPlan(1, ("A", "B")), WindowPlan(2, ("A",)), WindowPlan(3, ("B",)))
    return Hall(replace(base, services=services, windows=windows))


def hall_of_all() -> Hall:
    hall = Hall(plan(services="A", rules=QueueRules(lunch=AT_NOON, lunch_of_all=True)))
    hall.open(1, 2)
    return hall


def lunch(window: int) -> words.PauseWindow:
    return words.PauseWindow(window, f"staff-{window}", PauseReason.LUNCH)


def states(hall: Hall) -> list[WindowState]:
    return [hall.state.queue.window(number).state for number in (1, 2)]


def test_by_rota_the_last_window_of_a_core_class_stays() -> None:
    hall = hall_by_rota()
    hall.open(1, 2, 3)
    hall.do(lunch(1))
    assert hall.refused(lunch(2)) is Code.LAST_AT_LUNCH
    hall.do(lunch(3))  # B is no core class
    hall.do(words.ResumeWindow(1, "staff-1"))
    hall.do(lunch(2))
    assert hall.state.queue.window(2).state is WindowState.LUNCH


def test_by_rota_a_closed_window_does_not_count_as_served() -> None:
    hall = hall_by_rota()
    hall.open(1)
    assert hall.refused(lunch(1)) is Code.LAST_AT_LUNCH
    hall.do(words.PauseWindow(1, "staff-1", PauseReason.FAULT))  # any other reason is nobody's lunch


def test_all_free_windows_stop_together_and_come_back() -> None:
    hall = hall_of_all()
    hall.pass_until("12:00")
    events = hall.tick()
    assert words.LunchBegan("2026-11-23", 780) in events
    assert states(hall) == [WindowState.LUNCH] * 2
    hall.pass_until("13:00")
    assert words.LunchEnded("2026-11-23") in hall.tick()
    assert states(hall) == [WindowState.IDLE] * 2
    assert hall.state.queue.lunch_until is None


def test_a_busy_window_stops_when_its_visitor_has_gone() -> None:
    hall = hall_of_all()
    hall.take("A")
    hall.take("A")
    hall.pass_until("11:59")
    hall.call(1)
    hall.do(words.Start(1, "staff-1"))
    hall.pass_until("12:01")
    hall.tick()
    assert states(hall) == [WindowState.SERVING, WindowState.LUNCH]
    hall.do(words.Finish(1, "staff-1"))
    hall.tick()
    assert states(hall) == [WindowState.LUNCH] * 2
    assert hall.state.queue.waiting["A"] == ("A002",)  # kept


def test_a_clerk_who_takes_up_work_again_is_not_sent_away_a_second_time() -> None:
    hall = hall_of_all()
    hall.take("A")
    hall.take("A")
    hall.pass_until("12:10")
    hall.tick()
    hall.do(words.ResumeWindow(1, "staff-1"))
    hall.tick()
    hall.serve()
    hall.tick()
    assert states(hall) == [WindowState.IDLE, WindowState.LUNCH]
    assert hall.serve() == "A002"


def test_the_second_break_of_a_day_stops_everybody_again() -> None:
    base = plan(services="A", rules=QueueRules(lunch=((720, 780), (1080, 1110)), lunch_of_all=True))
    hall = Hall(base)
    hall.open(1)
    hall.pass_until("12:00")
    hall.tick()
    hall.do(words.ResumeWindow(1, "staff-1"))
    hall.pass_until("13:00")
    hall.tick()
    hall.pass_until("18:00")
    hall.tick()
    assert hall.state.queue.window(1).state is WindowState.LUNCH


def test_without_a_trusted_clock_nobody_is_sent_to_lunch() -> None:
    hall = hall_of_all()
    hall.pass_until("12:10")
    hall.now = replace(hall.now, trusted=False)
    assert hall.tick() == []
