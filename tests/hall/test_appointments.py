"""Checking in: from 20 minutes before the slot to 15 after it, in front of the slot; later, an ordinary ticket."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hall.appointments.words import Appointment, AppointmentCheckedIn, CheckIn, SetAppointments
from hall.duty.words import Duty, SetRota
from hall.plan import ServicePlan
from hall.queue import words
from hall.queue.words import Priority, Why
from hall.refusal import Code, Refusal
from tests.hall.halls import Hall, plan

DAY = "2026-11-23"
TEN = Appointment("a-10", DAY, 600, "A")
OTHER = replace(TEN, id="other")


def hall_with(*appointments: Appointment) -> Hall:
    hall = Hall(plan(services="AB"))
    hall.open(1)
    hall.do(SetAppointments(DAY, appointments or (TEN,), "central"))
    return hall


def check_in(hall: Hall, appointment: str = "a-10", token: str = "t-ap") -> AppointmentCheckedIn:
    events = hall.do(CheckIn(appointment, token), after_s=0).events
    return next(event for event in events if isinstance(event, AppointmentCheckedIn))


@pytest.mark.parametrize(("time", "late"), [("09:40", False), ("10:00", False), ("10:15", False), ("10:16", True)])
def test_the_window_of_time_is_twenty_minutes_before_to_fifteen_after(time: str, late: bool) -> None:
    hall = hall_with()
    hall.pass_until(time)
    assert check_in(hall).late is late


def test_whoever_is_too_early_hears_when_to_come() -> None:
    hall = hall_with()
    hall.pass_until("09:39")
    with pytest.raises(Refusal) as caught:
        hall.do(CheckIn("a-10", "t"), after_s=0)
    assert (caught.value.code, caught.value.params["time"]) == (Code.TOO_EARLY, "09:40")


def test_at_its_time_it_stands_before_ordinary_tickets_and_before_priority() -> None:
    hall = hall_with()
    hall.pass_until("09:50")
    hall.take("A")
    hall.take("A", priority=Priority.ELDER)
    check_in(hall)
    hall.pass_until("10:01")
    hall.call()
    event = hall.log[-1][0]
    assert isinstance(event, words.TicketCalled)
    assert (event.number, event.why, event.overtook) == ("A003", Why.APPOINTMENT, 2)


def test_at_its_time_it_comes_before_the_windows_earlier_classes() -> None:
    hall = hall_with(replace(TEN, service="B"))
    hall.pass_until("09:50")
    hall.take("A")
    check_in(hall)
    hall.take("A")
    assert hall.serve() == "A001"
    hall.pass_until("10:01")
    assert [hall.serve(), hall.serve()] == ["B001", "A002"]


def test_before_its_time_it_waits_as_others_do() -> None:
    hall = hall_with()
    hall.pass_until("09:45")
    check_in(hall)
    hall.take("A", priority=Priority.ELDER)
    assert [hall.serve(), hall.serve()] == ["A002", "A001"]


def test_two_appointments_are_called_by_their_slots_not_by_who_came_first() -> None:
    hall = hall_with(TEN, replace(TEN, id="a-10-10", minute=610))
    hall.pass_until("09:55")
    check_in(hall, "a-10-10", "t1")
    check_in(hall, "a-10", "t2")
    hall.pass_until("10:12")
    assert [hall.serve(), hall.serve()] == ["A002", "A001"]


def test_late_is_an_ordinary_ticket_at_the_end() -> None:
    hall = hall_with()
    hall.pass_until("10:20")
    hall.take("A")
    assert check_in(hall).late
    assert hall.state.queue.tickets["A002"].slot_ms is None
    assert [hall.serve(), hall.serve()] == ["A001", "A002"]


def test_nobody_checks_in_twice_and_nobody_unknown() -> None:
    hall = hall_with()
    hall.pass_until("09:50")
    check_in(hall)
    with pytest.raises(Refusal) as caught:
        hall.do(CheckIn("a-10", "t2"))
    assert (caught.value.code, caught.value.params["number"]) == (Code.CHECKED_IN_ALREADY, "A001")
    assert hall.refused(CheckIn("guessed", "t3")) is Code.UNKNOWN_APPOINTMENT


def test_a_new_list_of_the_day_keeps_the_tickets_already_given() -> None:
    hall = hall_with()
    hall.pass_until("09:50")
    check_in(hall)
    hall.do(SetAppointments(DAY, (TEN, replace(TEN, id="a-11", minute=660)), "central"))
    assert hall.refused(CheckIn("a-10", "t2")) is Code.CHECKED_IN_ALREADY


def test_an_appointment_with_a_person_is_called_where_the_person_sits() -> None:
    hall = hall_with(replace(TEN, person="li"))
    hall.do(SetRota(DAY, (Duty("li", ("A",)),), "desk"))
    hall.do(words.OpenWindow(2, "li"))
    hall.pass_until("10:00")
    check_in(hall)
    assert hall.refused(words.CallNext(1, "staff-1")) is Code.NOTHING_WAITING
    assert hall.call(2) == "A001"


def test_a_class_by_appointment_takes_late_comers_only_while_it_is_open() -> None:
    visit = ServicePlan("K", "视频探视", "Prison visit", hours=((540, 620),), by_appointment=True)
    hall = Hall(replace(plan(), services=(visit,)))
    hall.do(SetAppointments(DAY, (replace(TEN, service="K"), replace(TEN, id="b", service="K", minute=590)), "central"))
    hall.pass_until("09:55")
    check_in(hall)
    hall.pass_until("10:21")
    assert hall.refused(CheckIn("b", "t2")) is Code.SERVICE_CLOSED


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (replace(OTHER, service="Z"), Code.UNKNOWN_SERVICE),
        (replace(OTHER, minute=1440), Code.WRONG_APPOINTMENT),
        (replace(OTHER, minute=-1), Code.WRONG_APPOINTMENT),
        (replace(OTHER, persons=0), Code.WRONG_APPOINTMENT),
        (replace(OTHER, day="2026-11-24"), Code.WRONG_APPOINTMENT),
        (replace(TEN, minute=610), Code.SAME_APPOINTMENT_TWICE),
    ],
)
def test_a_list_that_makes_no_sense_is_refused_whole(wrong: Appointment, code: Code) -> None:
    hall = hall_with()
    assert hall.refused(SetAppointments(DAY, (TEN, wrong), "central")) is code


def test_lists_of_days_gone_by_are_refused_and_forgotten() -> None:
    hall = hall_with()
    assert hall.refused(SetAppointments("2026-11-22", (), "central")) is Code.DAY_IS_OVER
    hall.pass_time(24 * 3600)
    hall.tick()
    assert hall.state.appointments.lists == {}
