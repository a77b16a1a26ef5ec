"""A day played again, under its own plan or another: who would have waited how long.

A `Script` is what the hall cannot choose: when people came and for what, when windows were staffed, how long each
visitor took. `play` lets the rules themselves (`hall.step`) decide everything else, and gives the events that would
have been. So a plan is tried on a real day before anybody switches.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from hall.moment import Moment
from hall.plan import Plan
from hall.queue import words
from hall.queue.choice import waiting_for
from hall.queue.day_script import Script, Work
from hall.queue.state import WindowState
from hall.refusal import Refusal
from hall.state import HallState
from hall.step import Command, step
from hall.wire import Event

_DESK: Final = "desk"
_LATEST_MS: Final = 36 * 3_600_000  # a day that never empties ends here


@dataclass(slots=True)
class _Run:
    plan: Plan
    script: Script
    state: HallState
    due: list[tuple[int, int, Command]] = field(default_factory=list)
    events: list[tuple[Event, Moment]] = field(default_factory=list)
    turned_away: list[tuple[str, str]] = field(default_factory=list)  # service class, code
    planned: int = 0
    calling: set[int] = field(default_factory=set)  # windows whose next call is already planned
    leaving: dict[int, Command] = field(default_factory=dict)  # pauses and closings that wait for a visitor's end


@dataclass(frozen=True, slots=True)
class Played:
    """What would have been: the events, and who would have got no number."""

    events: tuple[tuple[Event, Moment], ...]
    turned_away: tuple[tuple[str, str], ...]
    state: HallState


def play(plan: Plan, script: Script, state: HallState | None = None) -> Played:
    """The day under ``plan``; ``state`` is the hall's state before it, with what it has learnt."""
    run = _Run(plan, script, state or HallState())
    for at_ms, command in script.commands:
        _later(run, at_ms, command)
    if not run.due:
        return Played((), (), run.state)
    begins_ms = run.due[0][0]
    tick_ms, each_ms = begins_ms, int(script.tick_s * 1000)
    while run.due and run.due[0][0] < begins_ms + _LATEST_MS:
        at_ms, _, command = heapq.heappop(run.due)
        while tick_ms + each_ms < at_ms:
            tick_ms += each_ms
            _do(run, tick_ms, words.Tick())
            _idle_windows_call(run, tick_ms)
        _do(run, at_ms, command)
        _idle_windows_call(run, at_ms)
    return Played(tuple(run.events), tuple(run.turned_away), run.state)


def _later(run: _Run, at_ms: int, command: Command) -> None:
    run.planned += 1
    heapq.heappush(run.due, (at_ms, run.planned, command))


def _do(run: _Run, at_ms: int, command: Command) -> None:
    now = Moment(at_ms, at_ms + run.script.wall_offset_ms)
    if isinstance(command, words.CallNext):
        run.calling.discard(command.window)
    if isinstance(command, words.TakeTicket):
        command = _as_the_plan_allows(run.plan, command)
    command = _of_the_same_visitor(run, command)
    if isinstance(command, words.ResumeWindow | words.OpenWindow) and command.window in run.leaving:
        del run.leaving[command.window]  # back before the visitor had gone
        return
    try:
        result = step(run.state, run.plan, command, now)
    except Refusal as refusal:
        _refused(run, command, refusal)
        return
    run.state = result.state
    for event in result.events:
        run.events.append((event, now))
        for after_s, following in _answers(run, event):
            _later(run, at_ms + int(after_s * 1000), following)


def _as_the_plan_allows(plan: Plan, command: words.TakeTicket) -> words.TakeTicket:
    """A priority that this plan does not know is none; one that it leaves to the desk is given there."""
    if command.priority is None:
        return command
    rule = plan.queue.priority(command.priority)
    if rule is None:
        return replace(command, priority=None)
    return command if rule.at_machine else replace(command, staff=_DESK)


def _of_the_same_visitor(run: _Run, command: Command) -> Command:
    """Under other rules the same visitor may have another number."""
    if (
        not isinstance(command, words.Cancel | words.Restore | words.MarkPriority | words.MarkPrivate)
        or command.number is None
    ):
        return command
    number = run.state.queue.by_token.get(run.script.tokens.get(command.number, ""))
    return command if number is None else replace(command, number=number)


def _refused(run: _Run, command: Command, refusal: Refusal) -> None:
    """Somebody who got no number is counted; a window that cannot leave now leaves when its visitor has gone."""
    if isinstance(command, words.TakeTicket):
        run.turned_away.append((command.service, refusal.code.value))
    match command:
        case words.PauseWindow(window=window) | words.CloseWindow(window=window):
            if run.state.queue.window(window).state is WindowState.SERVING:
                run.leaving[window] = command


def _answers(run: _Run, event: Event) -> Iterator[tuple[float, Command]]:
    """What visitor and staff do because of ``event``, and after how many seconds."""
    rules = run.plan.queue
    match event:
        case words.TicketCalled(number=number, window=window, staff=staff):
            work = _work(run, number)
            if work.comes or run.state.queue.tickets[number].restored:
                yield work.walk_s, words.Start(window, staff)
                return
            for call in range(1, rules.calls_before_no_show):
                yield call * (rules.call_interval_s + 1.0), words.Recall(window, staff)
            yield rules.calls_before_no_show * (rules.call_interval_s + 1.0), words.MarkNoShow(window, staff)
        case words.TicketServedStarted(number=number, window=window, staff=staff):
            yield _work(run, number).served_s, words.Finish(window, staff)
        case words.TicketFinished(window=window) | words.TicketNoShow(window=window) if window in run.leaving:
            yield 0.5, run.leaving.pop(window)


def _work(run: _Run, number: str) -> Work:
    return run.script.works.get(run.state.queue.tickets[number].token, Work())


def _idle_windows_call(run: _Run, at_ms: int) -> None:
    """Staff call as soon as they are free and somebody waits."""
    waiting = run.state.queue.waiting
    if not (any(waiting.values()) or run.state.queue.sent_to):
        return
    for window in run.state.queue.windows.values():
        if window.state is not WindowState.IDLE or window.number in run.calling or window.number in run.leaving:
            continue
        if waiting_for(run.state.queue, run.plan, window.number):
            run.calling.add(window.number)
            _later(run, at_ms + int(run.script.gap_s * 1000), words.CallNext(window.number, window.staff or ""))
