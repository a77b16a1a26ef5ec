"""Help buttons are lit until somebody answers; doors are open or closed. A second press while lit says nothing new.

The lawyers' gates have rules of their own in ``gates.py``."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

from hall.gate import gates, words
from hall.gate.state import GateState
from hall.moment import Moment
from hall.plan import Plan
from hall.refusal import Code, Refusal

_GATE_EVENTS = get_args(words.GateEvent)


def decide(state: GateState, plan: Plan, command: words.Command, now: Moment) -> list[words.Event]:
    """The events that answer ``command``; raises `Refusal`."""
    match command:
        case words.PressHelp(place=place):
            return [] if place in state.help_since_ms else [words.HelpRequested(place)]
        case words.AnswerHelp(place=place, staff=staff):
            since_ms = state.help_since_ms.get(place)
            if since_ms is None:
                raise Refusal(Code.NO_HELP_ASKED, "place")
            return [words.HelpAnswered(place, staff, (now.steady_ms - since_ms) // 1000)]
        case words.MoveDoor(door=door, open=is_open):
            since_ms = state.open_since_ms.get(door)
            if is_open:
                return [words.DoorOpened(door)] if since_ms is None else []
            return [] if since_ms is None else [words.DoorClosed(door, (now.steady_ms - since_ms) // 1000)]
        case _:
            return gates.decide(state, plan, command, now)


def pass_time(state: GateState, plan: Plan, now: Moment) -> list[words.Event]:
    """What the passing of time makes happen."""
    return gates.pass_time(state, plan, now)


def apply(state: GateState, event: object, at: Moment) -> GateState:
    """The next state; events of other rooms change nothing here."""
    if isinstance(event, _GATE_EVENTS):
        return gates.apply(state, event, at)
    match event:
        case words.HelpRequested(place=place):
            return replace(state, help_since_ms={**state.help_since_ms, place: at.steady_ms})
        case words.HelpAnswered(place=place):
            return replace(state, help_since_ms={key: ms for key, ms in state.help_since_ms.items() if key != place})
        case words.DoorOpened(door=door):
            return replace(state, open_since_ms={**state.open_since_ms, door: at.steady_ms})
        case words.DoorClosed(door=door):
            return replace(state, open_since_ms={key: ms for key, ms in state.open_since_ms.items() if key != door})
        case _:
            return state


def react(event: object) -> list[words.Effect]:
    """The lamp in the button follows the request; the lock follows the unlocking."""
    match event:
        case words.HelpRequested(place=place):
            return [words.LightLamp(place, lit=True)]
        case words.HelpAnswered(place=place):
            return [words.LightLamp(place, lit=False)]
        case _:
            return gates.react(event)


def repaint(state: GateState) -> list[words.Effect]:
    """The lamps as they should be now."""
    return [words.LightLamp(place, lit=True) for place in state.help_since_ms]
