"""When a class gives no more numbers: hours, time, capacity, cap, appointment, duty; and who may pass all the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hall.duty.words import Duty, Half, SetRota
from hall.plan import QueueRules
from hall.queue import words
from hall.queue.issue import stopped
from hall.queue.words import Phrase, StopReason
from hall.refusal import Code
from tests.hall.halls import Hall, plan, spoken

DAY = "2026-11-23"


def hall_with(services: str = "A", rules: QueueRules | None = None, **service: object) -> Hall:
    """From nine to five, unless the test says otherwise."""
    base = plan(windows=1, services=services, rules=rules)
    given = {"hours": ((540, 1020),), **service}
    return Hall(replace(base, services=tuple(replace(one, **given) for one in base.services)))  # type: ignore[arg-type]


def would_give(hall: Hall) -> bool:
    """Whether the machine would give a number now."""
    return stopped(hall.state, hall.plan, hall.plan.services[0], hall.now) is None


def take(service: str = "A", **more: object) -> words.TakeTicket:
    return words.TakeTicket(service, "token", **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("time", ["08:00", "17:00", "20:00"])
def test_no_number_outside_the_hours(time: str) -> None:
    hall = hall_with()
    hall.pass_until(time)
    assert hall.refused(take()) is Code.SERVICE_CLOSED


def test_no_number_in_the_last_half_hour() -> None:
    hall = hall_with()
    hall.pass_until("16:29")
    hall.take("A")
    hall.pass_until("16:30")
    assert hall.refused(take()) is Code.STOPPED_BY_TIME


def test_the_last_half_hour_is_that_of_the_last_span_of_the_day() -> None:
    hall = hall_with(hours=((540, 690), (810, 1020)))
    hall.pass_until("11:20")
    assert hall.take("A") == "A001"
    hall.pass_until("12:00")
    assert hall.refused(take()) is Code.SERVICE_CLOSED


def test_no_number_when_those_who_wait_fill_the_time_that_is_left() -> None:
    hall = hall_with()
    hall.open(1)
    hall.pass_until("16:00")
    given = 0
    while would_give(hall):
        hall.take("A")
        given += 1
    assert 5 <= given <= 8  # an hour, ten minutes each
    hall.serve()
    hall.serve()
    assert hall.take("A")  # capacity may come back


def test_a_hall_may_leave_capacity_to_its_staff() -> None:
    hall = hall_with(rules=QueueRules(stop_by_capacity=False))
    hall.open(1)
    hall.pass_until("16:00")
    assert [hall.take("A") for _ in range(15)][-1] == "A015"


def test_the_daily_cap_holds() -> None:
    hall = hall_with(daily_cap=2)
    hall.take("A")
    hall.take("A")
    assert hall.refused(take()) is Code.DAILY_CAP


def test_a_class_by_appointment_gives_no_number_at_the_machine() -> None:
    assert hall_with(by_appointment=True).refused(take()) is Code.BY_APPOINTMENT


def test_a_class_on_duty_is_open_only_while_somebody_is_there() -> None:
    hall = hall_with(duty=True)
    assert hall.refused(take()) is Code.NOBODY_ON_DUTY
    hall.do(SetRota(DAY, (Duty("mediator", ("A",), Half.MORNING),), "desk"))
    hall.take("A")
    hall.pass_until("12:30")
    assert hall.refused(take()) is Code.NOBODY_ON_DUTY


@pytest.mark.parametrize(
    ("key", "time"), [("speak", "17:30"), ("speak", "16:45"), ("by_appointment", "10:00"), ("duty", "10:00")]
)
def test_the_desk_may_issue_whatever_stops_the_machine(key: str, time: str) -> None:
    hall = hall_with(rules=None, services="A", **{key: True})
    hall.pass_until(time)
    hall.do(take(staff="desk"))
    assert hall.state.queue.waiting["A"] == ("A001",)


def test_a_clock_that_nobody_trusts_closes_nothing() -> None:
    hall = hall_with()
    hall.pass_until("20:00")
    hall.now = replace(hall.now, trusted=False)
    assert hall.take("A") == "A001"


def test_the_end_is_spoken_once_when_the_last_class_stops() -> None:
    base = hall_with("ABC")
    services = base.plan.services
    late = replace(services[1], hours=((540, 1080),))
    prison_visit = replace(services[2], by_appointment=True)
    hall = Hall(replace(base.plan, services=(services[0], late, prison_visit)))
    hall.pass_until("16:30")
    first = hall.do(words.Tick())
    assert words.IssuingStopped(DAY, "A", StopReason.TIME) in first.events
    assert spoken(first) == []
    hall.pass_until("17:30")
    last = hall.do(words.Tick())
    assert [one.phrase for one in spoken(last)] == [Phrase.STOP]
    assert [spoken(hall.do(words.Tick(), after_s=60)) for _ in range(20)] == [[]] * 20


def test_a_cap_that_is_reached_last_ends_the_day_too() -> None:
    base = hall_with("AB")
    capped = replace(base.plan.services[1], hours=((540, 1200),), daily_cap=1)
    hall = Hall(replace(base.plan, services=(base.plan.services[0], capped)))
    hall.pass_until("16:30")
    hall.tick()
    hall.take("B")
    assert [one.phrase for one in spoken(hall.do(words.Tick()))] == [Phrase.STOP]


def test_whoever_holds_a_ticket_is_served_after_the_stop() -> None:
    hall = hall_with()
    hall.open(1)
    hall.take("A")
    hall.pass_until("17:20")
    hall.tick()
    assert hall.serve() == "A001"
