"""The rota drives the queue: who may be asked for, where they are called, and what happens when somebody is away."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hall.alarms.words import Alarm, Kind
from hall.duty.words import Duty, Half, MarkAbsent, MarkPresent, SetRota
from hall.plan import ServicePlan
from hall.queue import words
from hall.queue.words import Why
from hall.refusal import Code
from tests.hall.halls import Hall, plan

DAY = "2026-11-23"
LI, WANG = Duty("li", ("A",)), Duty("wang", ("A",), Half.MORNING)


def hall_with(*duties: Duty) -> Hall:
    hall = Hall(plan(services="AB"))
    hall.do(SetRota(DAY, duties, "desk"))
    hall.do(words.OpenWindow(1, "li"))
    hall.do(words.OpenWindow(2, "wang"))
    return hall


def called(hall: Hall, window: int) -> words.TicketCalled:
    hall.call(window)
    event = hall.log[-1][0]
    assert isinstance(event, words.TicketCalled)
    return event


def test_a_ticket_that_asks_for_a_person_is_called_where_the_person_sits() -> None:
    hall = hall_with(LI, WANG)
    hall.take("A", person="wang")
    hall.take("A")
    assert called(hall, 1).number == "A002"
    event = called(hall, 2)
    assert (event.number, event.why) == ("A001", Why.PERSON)


def test_the_person_may_move_to_another_window() -> None:
    hall = hall_with(LI)
    hall.take("A", person="li")
    hall.do(words.CloseWindow(1, "li"))
    hall.do(words.OpenWindow(3, "li"))
    assert called(hall, 3).number == "A001"


@pytest.mark.parametrize(("person", "service"), [("nobody", "A"), ("li", "B")])
def test_only_somebody_on_duty_for_the_class_may_be_asked_for(person: str, service: str) -> None:
    hall = hall_with(LI)
    assert hall.refused(words.TakeTicket(service, "t", person=person)) is Code.NOT_ON_DUTY


def test_whoever_comes_only_in_the_afternoon_may_be_asked_for_in_the_morning_and_not_the_other_way() -> None:
    hall = hall_with(WANG, Duty("zhao", ("A",), Half.AFTERNOON))
    hall.take("A", person="zhao")
    hall.pass_until("12:30")
    assert hall.refused(words.TakeTicket("A", "t", person="wang")) is Code.NOT_ON_DUTY


def test_absence_hands_the_waiting_over_in_their_places() -> None:
    hall = hall_with(LI, WANG)
    hall.take("A", person="li")
    hall.take("A")
    result = hall.do(MarkAbsent("li", "desk"))
    assert words.TicketHandedOver(DAY, "A001", "A", "li") in result.events
    assert called(hall, 2).number == "A001"


def test_the_end_of_a_half_day_hands_over_too() -> None:
    hall = hall_with(WANG)
    hall.take("A", person="wang")
    hall.pass_until("12:29")
    assert not any(isinstance(event, words.TicketHandedOver) for event in hall.tick())
    hall.pass_until("12:30")
    assert words.TicketHandedOver(DAY, "A001", "A", "wang") in hall.tick()


def test_a_new_rota_without_the_person_hands_over_at_once() -> None:
    hall = hall_with(LI)
    hall.take("A", person="li")
    result = hall.do(SetRota(DAY, (WANG,), "desk"))
    assert words.TicketHandedOver(DAY, "A001", "A", "li") in result.events


def test_who_was_marked_absent_may_come_after_all() -> None:
    hall = hall_with(LI)
    hall.do(MarkAbsent("li", "desk"))
    assert hall.refused(words.TakeTicket("A", "t", person="li")) is Code.NOT_ON_DUTY
    assert hall.refused(MarkAbsent("li", "desk")) is Code.NOT_ON_DUTY
    hall.do(MarkPresent("li", "desk"))
    hall.take("A", person="li")
    assert hall.refused(MarkPresent("li", "desk")) is Code.NOT_ABSENT


def test_a_class_on_duty_with_nobody_left_raises_an_alarm_while_somebody_waits() -> None:
    base = plan(services="AB")
    hall = Hall(replace(base, services=(ServicePlan("A", "调解", "Mediation", duty=True),)))
    hall.do(SetRota(DAY, (LI,), "desk"))
    hall.take("A")
    hall.do(MarkAbsent("li", "desk"))
    hall.tick()
    assert Alarm(Kind.DUTY, service="A") in hall.state.alarms.standing
    hall.do(MarkPresent("li", "desk"))
    hall.tick()
    assert not hall.state.alarms.standing


def test_a_rota_may_be_known_ahead_and_not_be_written_for_yesterday() -> None:
    hall = hall_with()
    hall.do(SetRota("2026-11-24", (LI,), "desk"))
    assert hall.refused(SetRota("2026-11-22", (LI,), "desk")) is Code.DAY_IS_OVER
    assert hall.refused(SetRota(DAY, (Duty("li", ("Z",)),), "desk")) is Code.UNKNOWN_SERVICE
    hall.pass_time(24 * 3600)
    hall.take("A", person="li")
    assert list(hall.state.duty.rotas) == ["2026-11-24"]
