"""A terminal's keys as commands of the window that it stands at."""

from __future__ import annotations

import pytest

from drivers.kinds.call_terminal import Action, TerminalAsked
from edge.terminal_keys import command_for
from hall.queue import words
from tests.hall.halls import Hall

CODES = {"0042": "staff-1"}


def asks(hall: Hall, action: Action, number: int | None = None, code: str = "") -> words.Command | None:
    asked = TerminalAsked("terminal-1", action, number=number, code=code)
    return command_for(asked, 1, hall.state, CODES.get)


@pytest.fixture
def hall() -> Hall:
    made = Hall()
    made.open(1)
    return made


def test_a_code_opens_the_window_for_its_owner_and_an_unknown_one_does_nothing() -> None:
    hall = Hall()
    assert asks(hall, Action.LOGIN, code="0042") == words.OpenWindow(1, "staff-1")
    assert asks(hall, Action.LOGIN, code="42") is None
    assert asks(hall, Action.LOGIN) is None


def test_closing_is_refused_while_somebody_is_being_called(hall: Hall) -> None:
    assert asks(hall, Action.LOGOUT) == words.CloseWindow(1, "staff-1")
    hall.take()
    hall.call()
    assert asks(hall, Action.LOGOUT) is None


def test_pause_pressed_twice_is_a_resume(hall: Hall) -> None:
    pause = asks(hall, Action.PAUSE)
    assert pause == words.PauseWindow(1, "staff-1")
    hall.do(pause)
    assert asks(hall, Action.PAUSE) == asks(hall, Action.RESUME) == words.ResumeWindow(1, "staff-1")


def test_resume_takes_up_the_held_ticket_of_a_window_that_works(hall: Hall) -> None:
    assert asks(hall, Action.RESUME) == words.ResumeHeld(1, "staff-1")


def test_a_typed_number_is_the_waiting_ticket_that_waits_longest(hall: Hall) -> None:
    first, _ = hall.take("B"), hall.take("A")
    assert (first, asks(hall, Action.CALL_NUMBER, number=1)) == ("B001", words.CallNumber(1, "staff-1", "B001"))
    assert asks(hall, Action.CALL_NUMBER, number=9) is None
    assert asks(hall, Action.CALL_NUMBER) is None


def test_a_transfer_needs_a_window(hall: Hall) -> None:
    assert asks(hall, Action.TRANSFER, number=2) == words.Transfer(1, "staff-1", to_window=2)
    assert asks(hall, Action.TRANSFER) is None
