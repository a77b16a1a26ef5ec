"""What may happen at a lawyers' gate: who is let in, what the door tells, and what the passing of time brings.

A pass opens a gate once: its mark is remembered for ``pass_memory_s``, for all gates of the hall and across a restart.
Nothing is unlocked again after a restart: a pulse follows an event that is new, never the state.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from hall.gate import words
from hall.gate.lock import follow, possible
from hall.gate.state import Gate, GateResult, GateState, Leaf, Result
from hall.gate.words import Verdict
from hall.moment import Moment
from hall.plan import GatePlan, Plan
from hall.refusal import Code, Refusal

BY_PASS: Final = "pass"  # noqa: S105 - what is shown, not a secret


def decide(state: GateState, plan: Plan, command: words.GateCommand, now: Moment) -> list[words.Event]:
    """The events that answer ``command``; raises `Refusal`."""
    gate_plan = plan.gate(command.gate)
    if gate_plan is None:
        raise Refusal(Code.UNKNOWN_GATE, "gate")
    gate = state.gate(command.gate)
    match command:
        case words.PresentPass():
            return [_answer(state, gate, plan, command, now)]
        case words.OpenGate(gate=name, staff=staff):
            if not possible(gate.leaf, words.GateUnlocked):
                raise Refusal(Code.GATE_IN_USE, "gate")
            return [words.GateUnlocked(name, staff)]
        case words.MoveGate(gate=name, open=is_open):
            return _opened(gate, name) if is_open else _closed(gate, gate_plan)
        case words.WalkThrough(gate=name):
            return [words.GatePassed(name, gate.let_in_by)] if _under_way(gate) else []
        case words.LoseGate(gate=name):
            return [] if gate.leaf is Leaf.UNKNOWN else [words.GateContactLost(name)]
        case words.MissPulse(gate=name, reason=reason):
            return [words.GateLockFailed(name, reason)] if possible(gate.leaf, words.GateLockFailed) else []


def pass_time(state: GateState, plan: Plan, now: Moment) -> list[words.Event]:
    """What has lasted long enough to be something else."""
    events: list[words.Event] = []
    for gate_plan in plan.gates:
        gate = state.gate(gate_plan.id)
        lasted_s = (now.steady_ms - gate.since_ms) / 1000
        if gate.leaf is Leaf.UNLOCKED and lasted_s >= gate_plan.unlock_s:
            events.append(words.GateRelocked(gate_plan.id))
        elif gate.leaf is Leaf.OPEN and lasted_s >= gate_plan.open_alarm_s:
            events.append(words.GateHeldOpen(gate_plan.id))
    return events


def apply(state: GateState, event: words.GateEvent, at: Moment) -> GateState:
    """The state after one event of a gate."""
    state = _note(state, event, at)
    if isinstance(event, words.GateRefused):
        return state
    gate = state.gate(event.gate)
    leaf = follow(gate.leaf, event)
    since_ms = gate.since_ms if leaf is gate.leaf else at.steady_ms
    let_in_by = gate.let_in_by
    if isinstance(event, words.GateUnlocked):
        let_in_by, since_ms = event.by, at.steady_ms
        state = _remember(state, event.mark, at)
    elif isinstance(event, words.GatePassed) or leaf in (Leaf.CLOSED, Leaf.UNKNOWN, Leaf.FORCED):
        let_in_by = ""
    return replace(state, gates={**state.gates, event.gate: Gate(leaf, since_ms, let_in_by)})


def react(event: object) -> list[words.Effect]:
    return [words.PulseLock(event.gate)] if isinstance(event, words.GateUnlocked) else []


def _answer(state: GateState, gate: Gate, plan: Plan, shown: words.PresentPass, now: Moment) -> words.Event:
    verdict, reason = shown.verdict, shown.reason
    if verdict is Verdict.ALLOW:
        shown_ms = state.shown_ms.get(shown.mark)
        if not shown.mark or (shown_ms is not None and now.steady_ms - shown_ms < plan.pass_memory_s * 1000):
            verdict, reason = Verdict.DENY, "used"
        elif gate.leaf is Leaf.UNKNOWN:
            verdict, reason = Verdict.MANUAL, "contact_lost"
        elif not possible(gate.leaf, words.GateUnlocked):
            verdict, reason = Verdict.DENY, "in_use"  # the pass is not used up: it opens when the door is closed
    if verdict is Verdict.ALLOW:
        return words.GateUnlocked(shown.gate, BY_PASS, shown.mark)
    return words.GateRefused(shown.gate, verdict, reason)


def _opened(gate: Gate, name: str) -> list[words.Event]:
    if possible(gate.leaf, words.GateOpened):
        return [words.GateOpened(name)]
    return [words.GateForced(name)] if possible(gate.leaf, words.GateForced) else []


def _closed(gate: Gate, plan: GatePlan) -> list[words.Event]:
    if not possible(gate.leaf, words.GateClosed):
        return []
    passed = [words.GatePassed(plan.id, gate.let_in_by)] if _under_way(gate) and not plan.sees_passage else []
    return [*passed, words.GateClosed(plan.id)]


def _under_way(gate: Gate) -> bool:
    return gate.leaf in (Leaf.OPEN, Leaf.HELD_OPEN) and bool(gate.let_in_by)


def _note(state: GateState, event: words.GateEvent, at: Moment) -> GateState:
    """What the staff want to read of it, newest first; an ordinary passage is told by its unlocking."""
    match event:
        case words.GateUnlocked(by=by):
            result, reason = Result.PASS if by == BY_PASS else Result.STAFF, ""
        case words.GateRefused(verdict=verdict, reason=reason):
            result = Result.MANUAL if verdict is Verdict.MANUAL else Result.DENY
        case words.GateLockFailed(reason=reason):
            result = Result.LOCK_FAILED
        case _:
            if type(event) not in _NOTED:
                return state
            result, reason = _NOTED[type(event)], ""
    noted = GateResult(result, at.steady_ms, reason)
    return replace(state, lately={**state.lately, event.gate: (noted, *state.lately.get(event.gate, ()))[:_KEPT]})


def _remember(state: GateState, mark: str, at: Moment) -> GateState:
    """Marks older than any pass can live are let go, so that a day of passes stays small."""
    if not mark:
        return state
    young = {key: ms for key, ms in state.shown_ms.items() if at.steady_ms - ms < _FORGET_MS}
    return replace(state, shown_ms={**young, mark: at.steady_ms})


_FORGET_MS: Final = 3_600_000
_KEPT: Final = 6  # of the last results
_NOTED: Final[Mapping[type, Result]] = {
    words.GateRelocked: Result.RELOCKED,
    words.GateHeldOpen: Result.HELD_OPEN,
    words.GateForced: Result.FORCED,
    words.GateContactLost: Result.CONTACT_LOST,
}
