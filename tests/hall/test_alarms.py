"""What lasts too long is raised once, by the plan's limits, and ends by itself."""

from __future__ import annotations

from hall.alarms.words import AlarmCleared, AlarmRaised, Kind
from hall.queue import words
from hall.queue.words import PauseReason
from tests.hall.halls import Hall


def alarms(hall: Hall) -> list[AlarmRaised | AlarmCleared]:
    return [event for event in hall.tick() if isinstance(event, AlarmRaised | AlarmCleared)]


def hall_with(*tickets: str) -> Hall:
    hall = Hall()
    hall.open(1)
    for service in tickets:
        hall.take(service)
    return hall


def test_a_hold_longer_than_half_an_hour() -> None:
    hall = hall_with("A")
    hall.call()
    hall.do(words.Start(1, "s"))
    hall.do(words.Hold(1, "s"))
    hall.pass_time(1795)
    assert alarms(hall) == []
    hall.pass_time(10)
    assert alarms(hall) == [AlarmRaised(Kind.HOLD, 1, "A001")]
    assert alarms(hall) == []  # once
    hall.do(words.ResumeHeld(1, "s"))
    assert alarms(hall) == [AlarmCleared(Kind.HOLD, 1, "A001")]


def test_a_pause_longer_than_a_quarter_of_an_hour_but_not_lunch() -> None:
    hall = hall_with()
    hall.open(2)
    hall.do(words.PauseWindow(1, "s", PauseReason.MEETING))
    hall.do(words.PauseWindow(2, "s", PauseReason.LUNCH))
    hall.pass_time(910)
    assert alarms(hall) == [AlarmRaised(Kind.PAUSE, 1)]
    hall.do(words.ResumeWindow(1, "s"))
    assert alarms(hall) == [AlarmCleared(Kind.PAUSE, 1)]


def test_a_wait_longer_than_an_hour_by_class() -> None:
    hall = Hall()
    hall.take("A")
    hall.take("A")
    hall.pass_time(3600)
    assert alarms(hall) == [AlarmRaised(Kind.WAIT, service="A")]
    hall.do(words.Cancel(number="A001"))
    hall.do(words.Cancel(number="A002"))
    assert alarms(hall) == [AlarmCleared(Kind.WAIT, service="A")]


def test_a_free_window_while_somebody_waits_for_it() -> None:
    hall = hall_with("A")
    hall.pass_time(610)
    assert alarms(hall) == [AlarmRaised(Kind.IDLE, 1)]
    hall.call()
    assert alarms(hall) == [AlarmCleared(Kind.IDLE, 1)]


def test_a_window_that_was_free_in_an_empty_hall_has_its_time_from_the_first_visitor() -> None:
    hall = hall_with()
    hall.pass_time(7200)
    hall.take("A")
    assert alarms(hall) == []
    hall.pass_time(590)
    assert alarms(hall) == []
    hall.pass_time(10)
    assert alarms(hall) == [AlarmRaised(Kind.IDLE, 1)]


def test_a_free_window_is_not_blamed_for_those_whom_it_may_not_call() -> None:
    hall = hall_with("A")
    hall.do(words.AssignWindow(1, "supervisor", ("B",), 3600))
    hall.pass_time(900)
    assert alarms(hall) == []


def test_a_new_day_ends_the_alarms_of_the_old_one() -> None:
    hall = hall_with("A")
    hall.pass_time(3700)
    assert {alarm.kind for alarm in alarms(hall)} == {Kind.IDLE, Kind.WAIT}
    hall.pass_time(24 * 3600)
    assert {(type(alarm), alarm.kind) for alarm in alarms(hall)} == {
        (AlarmCleared, Kind.IDLE), (AlarmCleared, Kind.WAIT),
    }  # fmt: skip
