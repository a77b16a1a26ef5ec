"""A controller that starts again under another plan: what a changed hall file took out takes nothing from anybody."""

from __future__ import annotations

from dataclasses import replace

from hall.emptiness import is_empty
from hall.queue import words
from hall.queue.state import TicketState
from hall.refusal import Code
from hall.safety.words import EndEvacuation, Evacuate
from tests.hall.halls import Hall


def test_tickets_of_a_class_that_was_taken_out_stay_until_the_desk_takes_them_up() -> None:
    hall = Hall()
    hall.open(1, 3)
    gone, served = hall.take("C"), hall.take("A")
    assert hall.call(3) == served
    hall.do(words.Start(3, "staff-3"))
    hall.plan = replace(hall.plan, services=hall.plan.services[:2], windows=hall.plan.windows[:1])
    hall.state = hall.folded()
    hall.pass_time(600)
    hall.tick()
    assert hall.state.queue.tickets[gone].state is TicketState.WAITING
    assert hall.refused(words.TakeTicket("C", "new")) is Code.UNKNOWN_SERVICE
    other = hall.take("A")
    assert hall.call(1) == other  # the classes that stay go on
    hall.do(words.Start(1, "staff-1"))
    hall.do(words.Finish(1, "staff-1"))
    hall.do(words.Cancel(number=gone, by="desk"))
    assert hall.state.queue.tickets[gone].state is TicketState.CANCELLED


def test_a_hall_is_empty_when_nobody_holds_an_open_ticket_and_nobody_works() -> None:
    hall = Hall()
    assert is_empty(hall.state)
    number = hall.take("A")
    assert not is_empty(hall.state)
    hall.do(words.Cancel(number=number, by="desk"))
    assert is_empty(hall.state)
    hall.open(1)
    assert not is_empty(hall.state)
    hall.do(words.CloseWindow(1, "staff-1"))
    hall.do(Evacuate("boss"))
    assert not is_empty(hall.state)
    hall.do(EndEvacuation("boss"))
    assert is_empty(hall.state)
