"""Private matters: the number only, a room with a door where there is one, never a word through the loudspeaker."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hall.plan import ServicePlan, WindowPlan
from hall.queue import words
from hall.queue.words import Face
from hall.refusal import Code
from tests.hall.halls import Hall, plan, spoken

ROOM = 3


def new_hall(door: bool = True) -> Hall:
    """Windows 1 and 2 and a room serve A and the private class H."""
    services = (ServicePlan("A", "咨询", "Advice"), ServicePlan("H", "帮教", "Resettlement", private=True))
    windows = (WindowPlan(1, ("A", "H")), WindowPlan(2, ("A", "H")), WindowPlan(ROOM, ("H", "A"), room=1, closed=door))
    hall = Hall(replace(plan(), services=services, windows=windows))
    hall.open(1, 2, ROOM)
    return hall


def private_ticket(hall: Hall, how: str) -> str:
    """A ticket that is private: by its class, by choice at the machine, or by a mark of the desk."""
    if how == "class":
        return hall.take("H")
    if how == "choice":
        return hall.take("A", private=True)
    number = hall.take("A")
    hall.do(words.MarkPrivate(number, "desk"))
    return number


@pytest.mark.parametrize("how", ["class", "choice", "mark"])
def test_it_is_called_behind_the_door_only(how: str) -> None:
    hall = new_hall()
    number = private_ticket(hall, how)
    assert hall.refused(words.CallNext(1, "staff-1")) is Code.NOTHING_WAITING
    assert hall.refused(words.CallNumber(1, "staff-1", number)) is Code.NOT_SERVED_THERE
    assert hall.call(ROOM) == number


@pytest.mark.parametrize("how", ["class", "choice", "mark"])
def test_no_call_recall_or_miss_of_it_is_spoken_and_the_sign_shows_the_number(how: str) -> None:
    hall = new_hall()
    number = private_ticket(hall, how)
    called = hall.do(words.CallNext(ROOM, "s"))
    assert words.ShowOnSign(ROOM, Face.CALLED, number) in called.effects
    others = [hall.do(words.Recall(ROOM, "s"), 21), hall.do(words.Recall(ROOM, "s"), 21)]
    missed = hall.do(words.MarkNoShow(ROOM, "s"), 21)
    assert [spoken(result) for result in (called, *others, missed)] == [[]] * 4


def test_others_are_spoken_in_the_same_room_with_its_number() -> None:
    hall = new_hall()
    hall.take("A")
    assert [one.room for one in spoken(hall.do(words.CallNext(ROOM, "s")))] == [1]


@pytest.mark.parametrize("how", ["class", "choice", "mark"])
def test_without_any_door_it_is_called_at_a_window_and_still_not_spoken(how: str) -> None:
    hall = new_hall(door=False)
    private_ticket(hall, how)
    assert spoken(hall.do(words.CallNext(1, "s"))) == []


def test_a_private_ticket_is_not_sent_to_an_open_window() -> None:
    hall = new_hall()
    hall.take("H")
    hall.call(ROOM)
    assert hall.refused(words.Transfer(ROOM, "s", to_window=2)) is Code.NOT_SERVED_THERE
    assert spoken(hall.do(words.Transfer(ROOM, "s", to_service="A"))) == []
    assert hall.state.queue.waiting["A"] == ("H001",)


def test_who_becomes_private_after_being_sent_to_a_window_is_called_by_the_room() -> None:
    hall = new_hall()
    hall.take("A")
    hall.call(1)
    hall.do(words.Transfer(1, "s", to_window=2))
    hall.do(words.MarkPrivate("A001", "desk"))
    assert hall.refused(words.CallNext(2, "s")) is Code.NOTHING_WAITING
    assert hall.call(ROOM) == "A001"


def test_only_waiting_tickets_are_marked_and_only_once() -> None:
    hall = new_hall()
    hall.take("A")
    hall.do(words.MarkPrivate("A001", "desk"))
    assert hall.refused(words.MarkPrivate("A001", "desk")) is Code.ALREADY_PRIVATE
    hall.call(ROOM)
    assert hall.refused(words.MarkPrivate("A001", "desk")) is Code.TICKET_NOT_WAITING
    assert hall.refused(words.MarkPrivate("Z9", "desk")) is Code.UNKNOWN_TICKET
