"""The one door of the rules: a state, a command and a moment give a new state, what happened, and what to do about it.

``step`` asks the room that owns the command, lets every room hear each event, and collects the effects. It changes
nothing by itself: the caller commits the events to the journal first and carries out the effects after.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

from hall.alarms import rules as alarms_rules
from hall.appointments import rules as appointments_rules
from hall.appointments import words as appointments_words
from hall.devices import rules as devices_rules
from hall.devices import words as devices_words
from hall.duty import rules as duty_rules
from hall.duty import words as duty_words
from hall.gate import rules as gate_rules
from hall.gate import words as gate_words
from hall.intake import rules as intake_rules
from hall.intake import words as intake_words
from hall.moment import Moment
from hall.opinions import rules as opinions_rules
from hall.opinions import words as opinions_words
from hall.plan import Plan
from hall.queue import effects as queue_effects
from hall.queue import rules as queue_rules
from hall.queue import words as queue_words
from hall.queue.apply import apply as apply_queue
from hall.rating import rules as rating_rules
from hall.rating import words as rating_words
from hall.record import rules as record_rules
from hall.record import words as record_words
from hall.safety import rules as safety_rules
from hall.safety import words as safety_words
from hall.state import HallState
from hall.wire import Event

Command = (
    queue_words.Command
    | rating_words.Command
    | devices_words.Command
    | gate_words.Command
    | duty_words.Command
    | appointments_words.Command
    | safety_words.Command
    | record_words.Command
    | opinions_words.Command
    | intake_words.Command
)
Effect = queue_words.Effect | rating_words.Effect | devices_words.Effect | gate_words.Effect

_QUEUE = get_args(queue_words.Command)
_RATING = get_args(rating_words.Command)
_DEVICES = get_args(devices_words.Command)
_GATE = get_args(gate_words.Command)
_DUTY = get_args(duty_words.Command)
_APPOINTMENTS = get_args(appointments_words.Command)
_SAFETY = get_args(safety_words.Command)
_INTAKE = get_args(intake_words.Command)


@dataclass(frozen=True, slots=True)
class Step:
    """What one command made of the hall."""

    state: HallState
    events: tuple[Event, ...]
    effects: tuple[Effect, ...]


def step(state: HallState, plan: Plan, command: Command, now: Moment) -> Step:
    """Carry out ``command``; raises `hall.refusal.Refusal`, and then nothing has changed.

    A refused command may still have turned the day; the next one will turn it again, so nothing is lost by the refusal.
    """
    events: list[Event] = []
    effects: list[Effect] = []
    for happened in queue_rules.turn_day(state.queue, now):
        state = _follow(state, plan, happened, now, events, effects)
    state = _follow(state, plan, _decide(state, plan, command, now), now, events, effects)
    if isinstance(command, queue_words.Tick):
        noticed = alarms_rules.pass_time(state.alarms, state.queue, state.duty, plan, now)
        state = _follow(state, plan, noticed, now, events, effects)
    return Step(state, tuple(events), tuple(effects))


def apply(state: HallState, event: Event, at: Moment) -> HallState:
    """The next state after one event; folding a journal with it gives the live state."""
    return HallState(
        queue=apply_queue(state.queue, event, at),
        rating=rating_rules.apply(state.rating, state.queue, event, at),
        devices=devices_rules.apply(state.devices, event, at),
        gate=gate_rules.apply(state.gate, event, at),
        duty=duty_rules.apply(state.duty, event),
        appointments=appointments_rules.apply(state.appointments, event),
        safety=safety_rules.apply(state.safety, event, at),
        alarms=alarms_rules.apply(state.alarms, event),
        record=record_rules.apply(state.record, event),
        opinions=opinions_rules.apply(state.opinions, event),
        intake=intake_rules.apply(state.intake, event, at),
    )


def repaint(state: HallState, plan: Plan) -> list[Effect]:
    """Every sign, keypad and lamp as it should look now; announces and prints nothing."""
    shown: list[Effect] = [*queue_effects.repaint(state.queue, plan), *gate_rules.repaint(state.gate)]
    return [*shown, *safety_rules.signs(plan)] if state.safety.evacuating else shown


def _decide(state: HallState, plan: Plan, command: Command, now: Moment) -> list[Event]:
    if isinstance(command, _RATING):
        return list(rating_rules.decide(state.rating, state.queue, plan, command, now))
    if isinstance(command, _DEVICES):
        return list(devices_rules.decide(state.devices, state.queue, command, now))
    if isinstance(command, _GATE):
        return list(gate_rules.decide(state.gate, plan, command, now))
    if isinstance(command, _DUTY):
        return list(duty_rules.decide(state.duty, state.queue, plan, command, now))
    if isinstance(command, _APPOINTMENTS):
        return list(appointments_rules.decide(state, plan, command, now))
    if isinstance(command, _SAFETY):
        return list(safety_rules.decide(state.safety, plan, command, now))
    if isinstance(command, record_words.RecordService):
        return list(record_rules.decide(state.record, state.queue, command))
    if isinstance(command, _INTAKE):
        return list(intake_rules.decide(state.intake, state.queue, command))
    if isinstance(command, opinions_words.GiveOpinion):
        return list(opinions_rules.decide(state.opinions, state.queue, command, now))
    assert isinstance(command, _QUEUE)
    events: list[Event] = list(queue_rules.decide(state, plan, command, now))
    if isinstance(command, queue_words.Tick):
        events += gate_rules.pass_time(state.gate, plan, now)
        events += duty_rules.pass_time(state.duty, state.queue, plan, now)
        events += intake_rules.pass_time(state.intake, state.queue, now)
    return events


def _follow(
    state: HallState, plan: Plan, happened: Sequence[Event], now: Moment, events: list[Event], effects: list[Effect]
) -> HallState:
    for event in happened:
        before, state = state, apply(state, event, now)
        events.append(event)
        shown = queue_effects.react(before.queue, event, state.queue, plan)
        effects.extend(shown if not state.safety.evacuating else safety_rules.keep_signs(shown))
        effects.extend(rating_rules.react(event))
        effects.extend(devices_rules.react(event))
        effects.extend(gate_rules.react(event))
        effects.extend(safety_rules.react(event, state.queue, plan))
    return state


def fold(state: HallState, events: list[tuple[Event, Moment]]) -> HallState:
    """The state after a stretch of the journal."""
    for event, at in events:
        state = apply(state, event, at)
    return state
