"""Evacuation overrides everything until somebody ends it; the silent key is shown to colleagues only.

While the hall is evacuated nobody is called and no number is given; whoever waits keeps the place. Signs, displays and
speech say the same preset words (domain rules 2.5). Nothing of a window's silent call reaches a sign, a loudspeaker or
a public page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hall.moment import Moment
from hall.plan import Plan
from hall.queue.effects import repaint
from hall.queue.state import QueueState
from hall.queue.words import Announce, Effect, Face, Phrase, ShowOnSign, Unsay
from hall.refusal import Code, Refusal
from hall.safety import words
from hall.safety.state import SafetyState


def decide(state: SafetyState, plan: Plan, command: words.Command, now: Moment) -> list[words.Event]:
    """The events that answer ``command``; raises `Refusal`."""
    match command:
        case words.Evacuate(staff=staff):
            return [] if state.evacuating else [words.EvacuationBegan(staff)]
        case words.EndEvacuation(staff=staff):
            if state.evacuating_since_ms is None:
                raise Refusal(Code.NO_EVACUATION)
            return [words.EvacuationEnded(staff, (now.steady_ms - state.evacuating_since_ms) // 1000)]
        case words.CallColleagues(window=window, staff=staff):
            if plan.window(window) is None:
                raise Refusal(Code.UNKNOWN_WINDOW, "window", window=window)
            return [] if window in state.called_since_ms else [words.ColleaguesCalled(window, staff)]
        case words.GoToColleague(window=window, staff=staff):
            since_ms = state.called_since_ms.get(window)
            if since_ms is None:
                raise Refusal(Code.NO_HELP_ASKED, "window")
            return [words.ColleagueWent(window, staff, (now.steady_ms - since_ms) // 1000)]


def apply(state: SafetyState, event: object, at: Moment) -> SafetyState:
    """The next state; events of other rooms change nothing here."""
    match event:
        case words.EvacuationBegan():
            return replace(state, evacuating_since_ms=at.steady_ms)
        case words.EvacuationEnded():
            return replace(state, evacuating_since_ms=None)
        case words.ColleaguesCalled(window=window):
            return replace(state, called_since_ms={**state.called_since_ms, window: at.steady_ms})
        case words.ColleagueWent(window=window):
            return replace(
                state, called_since_ms={one: ms for one, ms in state.called_since_ms.items() if one != window}
            )
        case _:
            return state


def react(event: object, queue: QueueState, plan: Plan) -> list[Effect]:
    """What the devices must do about an evacuation."""
    match event:
        case words.EvacuationBegan():
            return [*signs(plan), Announce(Phrase.EVACUATE, "", None)]
        case words.EvacuationEnded():
            return [Unsay(""), *repaint(queue, plan)]
        case _:
            return []


def keep_signs(shown: Sequence[Effect]) -> list[Effect]:
    """Of what the queue would show during an evacuation: nothing on signs, nothing spoken."""
    return [effect for effect in shown if not isinstance(effect, ShowOnSign | Announce)]


def signs(plan: Plan) -> list[Effect]:
    """Every window's sign during an evacuation."""
    return [ShowOnSign(window.number, Face.EVACUATE) for window in plan.windows]
