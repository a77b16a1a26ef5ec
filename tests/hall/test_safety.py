"""Evacuation overrides everything until it is ended; the silent key reaches colleagues and nobody else."""

from __future__ import annotations

import pytest

from hall.queue import words
from hall.queue.words import Face, Phrase
from hall.refusal import Code
from hall.safety.words import CallColleagues, ColleaguesCalled, ColleagueWent, EndEvacuation, Evacuate, GoToColleague
from hall.step import repaint
from tests.hall.halls import Hall, spoken


def hall_with(*tickets: str) -> Hall:
    hall = Hall()
    hall.open(1, 2)
    for service in tickets:
        hall.take(service)
    return hall


def test_it_is_spoken_at_once_and_every_sign_says_it() -> None:
    hall = hall_with()
    result = hall.do(Evacuate("desk"))
    assert [one.phrase for one in spoken(result)] == [Phrase.EVACUATE]
    shown = {effect.window: effect.face for effect in result.effects if isinstance(effect, words.ShowOnSign)}
    assert shown == dict.fromkeys((1, 2, 3), Face.EVACUATE)
    assert repaint(hall.state, hall.plan)[-1] == words.ShowOnSign(3, Face.EVACUATE)  # also after a restart


@pytest.mark.parametrize(
    "command",
    [
        words.CallNext(1, "s"),
        words.CallNumber(1, "s", "A002"),
        words.Recall(2, "s"),
        words.MarkNoShow(2, "s"),
        words.ResumeHeld(1, "s"),
        words.TakeTicket("A", "t"),
        words.TakeTicket("A", "t", staff="desk"),
    ],
)
def test_nobody_is_called_or_missed_and_no_number_is_given(command: words.Command) -> None:
    hall = hall_with("A", "A")
    hall.call(2)
    hall.do(Evacuate("desk"))
    assert hall.refused(command, after_s=60) is Code.EVACUATING


def test_what_windows_still_do_changes_no_sign_and_says_nothing() -> None:
    hall = hall_with("A")
    hall.call(1)
    hall.do(words.Start(1, "s"))
    hall.do(Evacuate("desk"))
    for command in (words.Finish(1, "s"), words.CloseWindow(1, "s")):
        effects = hall.do(command).effects
        assert not [effect for effect in effects if isinstance(effect, words.ShowOnSign | words.Announce)]


def test_afterwards_everybody_has_kept_the_place() -> None:
    hall = hall_with("A", "A")
    before = hall.state.queue.waiting
    hall.do(Evacuate("desk"))
    hall.tick()
    result = hall.do(EndEvacuation("desk"), after_s=900)
    assert hall.state.queue.waiting == before
    assert words.Unsay("") in result.effects
    assert words.ShowOnSign(1, Face.IDLE, None) in result.effects
    assert hall.call(1) == "A001"


def test_a_second_press_changes_nothing_and_what_never_began_cannot_end() -> None:
    hall = hall_with()
    assert hall.refused(EndEvacuation("desk")) is Code.NO_EVACUATION
    hall.do(Evacuate("desk"))
    assert hall.do(Evacuate("guard")).events == ()


def test_the_silent_key_shows_and_says_nothing() -> None:
    hall = hall_with()
    result = hall.do(CallColleagues(1, "staff-1"))
    assert result.events == (ColleaguesCalled(1, "staff-1"),)
    assert result.effects == ()
    assert hall.do(CallColleagues(1, "staff-1")).events == ()


def test_a_colleague_who_goes_ends_it_and_the_time_is_kept() -> None:
    hall = hall_with()
    assert hall.refused(GoToColleague(1, "guard")) is Code.NO_HELP_ASKED
    hall.do(CallColleagues(1, "staff-1"))
    result = hall.do(GoToColleague(1, "guard"), after_s=40)
    assert result.events == (ColleagueWent(1, "guard", 40),)
    assert hall.state.safety.called_since_ms == {}
    assert hall.refused(CallColleagues(9, "x")) is Code.UNKNOWN_WINDOW
