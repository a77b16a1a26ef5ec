"""One hall now, from its events only: windows, who waits, today's counts, devices in trouble, what happened last.

Folded in the order of the journal. ``day.opened`` begins afresh, ``day.closed`` empties the hall and leaves the day's
counts to be seen. Where each event takes a window is read off the hall's own table; central does not judge.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final, NamedTuple

from hall.devices import words as devices
from hall.gate import words as gate
from hall.queue import words
from hall.queue.state import TicketState, WindowState
from hall.queue.window import LIFE
from hall.rating.words import RatingGiven
from hall.wire import TYPES, Event

RECENT: Final = 20
SATISFIED: Final = 3  # the least grade that counts as satisfied (GB/T 39735-2020)
BAD: Final = 2  # the best grade that is a bad rating
_BAD_KEPT: Final = 50
_MAX_WINDOWS: Final = 200
_MAX_NAMED: Final = 500

AFTER: Final[Mapping[type, str]] = {kind: target.value for moves in LIFE.values() for kind, target in moves.items()}
_OCCUPIED: Final = (WindowState.CALLING.value, WindowState.SERVING.value)
_WAITING: Final = TicketState.WAITING.value
_HELD: Final = TicketState.HELD.value
_COUNTED: Final[Mapping[str, str]] = {
    TicketState.DONE.value: "done",
    TicketState.NO_SHOW.value: "no_show",
    TicketState.CANCELLED.value: "cancelled",
    TicketState.EXPIRED.value: "expired",
}
_TOLD: Final = (
    *("number", "window", "service", "to_service", "to_window", "device", "grade", "reason", "place", "door"),
    *("call", "waited_s", "served_s", "by_ms", "day", "state"),
)
_TOLD_OF: Final[Mapping[type, tuple[str, ...]]] = {
    kind: tuple(name for name in _TOLD if name in {part.name for part in fields(kind)}) for kind in TYPES.values()
}


@dataclass(slots=True)
class WindowView:
    """One window now; ``since_ms`` is wall time at the hall."""

    state: str = WindowState.CLOSED.value
    ticket: str | None = None
    since_ms: int = 0
    pause: str | None = None


@dataclass(slots=True)
class LiveView:
    """One hall now. ``waiting`` holds for each number: service class, since when, priority, window it is sent to.

    ``sums`` are what today's means are made of, by the definitions of the day's figures. ``bad`` is when bad ratings
    came, ``stepped`` by how much the hall's clock was moved last and when.
    """

    epoch: str = ""
    seq: int = 0
    ts: int = 0
    day: str | None = None
    day_open: bool = False
    windows: dict[int, WindowView] = field(default_factory=dict)
    waiting: dict[str, list[Any]] = field(default_factory=dict)
    held: int = 0
    counts: dict[str, int] = field(default_factory=lambda: _no_counts())
    sums: dict[str, int] = field(default_factory=lambda: no_sums())
    bad: list[int] = field(default_factory=list)
    stepped: list[int] = field(default_factory=list)
    trouble: dict[str, dict[str, Any]] = field(default_factory=dict)
    help: dict[str, int] = field(default_factory=dict)
    recent: list[dict[str, Any]] = field(default_factory=list)


class Move(NamedTuple):
    """What an event did to a ticket's row: its state before (None: it was new) and the row's facts after.

    ``waits`` and ``grades`` are the row's waiting time and grade before and after.
    """

    number: str
    before: str | None
    after: str
    service: str
    since_ms: int
    priority: str | None
    window: int | None
    waits: tuple[int | None, int | None] = (None, None)
    grades: tuple[int | None, int | None] = (None, None)


def apply(view: LiveView, event: Any, ts: int, move: Move | None) -> None:
    """Bring the view up to ``event``; ``move`` is given when the event is about a ticket."""
    if move is not None:
        _ticket_moved(view, event, ts, move)
        return
    match event:
        case words.DayOpened(day=day):
            _begin_day(view, day)
        case words.DayClosed():
            _empty(view)
            view.day_open = False
        case words.WindowOpened() | words.WindowPaused() | words.WindowResumed() | words.WindowClosed():
            _window_moved(view, event, ts)
        case devices.DeviceFailed(device=device) if len(view.trouble) < _MAX_NAMED:
            view.trouble[device] = {"state": event.state, "reason": event.reason[:200], "since_ms": ts}
        case devices.DeviceRecovered(device=device):
            view.trouble.pop(device, None)
        case gate.HelpRequested(place=place) if len(view.help) < _MAX_NAMED:
            view.help[place] = ts
        case gate.HelpAnswered(place=place):
            view.help.pop(place, None)
        case devices.ClockStepped(by_ms=by_ms):
            view.stepped = [by_ms, ts]


def remember(view: LiveView, seq: int, ts: int, kind: str, event: Event) -> None:
    """Keep the event among the last ones, with what can be told of it in one line."""
    told: dict[str, Any] = {"seq": seq, "ts": ts, "type": kind}
    for name in _TOLD_OF[type(event)]:
        value = getattr(event, name)
        if value is not None and value != "":
            told[name] = value if value.__class__ is int else str(value)[:60]
    view.recent.append(told)
    if len(view.recent) > RECENT:
        del view.recent[0]


def _begin_day(view: LiveView, day: str) -> None:
    _empty(view)
    view.day, view.day_open, view.counts = day, True, _no_counts()
    view.sums, view.bad = no_sums(), []


def _empty(view: LiveView) -> None:
    view.waiting.clear()
    view.help.clear()
    view.held = 0
    for window in view.windows.values():
        window.state, window.ticket, window.pause = WindowState.CLOSED.value, None, None


def _window_moved(view: LiveView, event: Any, ts: int) -> None:
    window = _window(view, event.window)
    if window is None:
        return
    state = AFTER[type(event)]
    window.pause = None
    if isinstance(event, words.WindowPaused):
        window.pause = event.reason.value
        state = WindowState.LUNCH.value if event.reason is words.PauseReason.LUNCH else state
    window.state, window.ticket, window.since_ms = state, None, ts


def _ticket_moved(view: LiveView, event: Any, ts: int, move: Move) -> None:
    if view.day is None or event.day > view.day:
        _begin_day(view, event.day)
    elif event.day < view.day:
        return
    if type(event) in AFTER:
        _at_window(view, event, ts, move.number)
    _count(view, event, move)
    if move.waits[0] != move.waits[1] or move.grades[0] != move.grades[1]:
        _sum(view.sums, move)
    if isinstance(event, RatingGiven) and event.grade <= BAD and move.grades[0] is None:
        view.bad = [*view.bad[1 - _BAD_KEPT :], ts]
    if move.after == _WAITING:
        view.waiting[move.number] = [move.service, move.since_ms, move.priority, move.window]
    else:
        view.waiting.pop(move.number, None)


def _at_window(view: LiveView, event: Any, ts: int, number: str) -> None:
    state = AFTER[type(event)]
    if state in _OCCUPIED:
        window = _window(view, event.window)
        if window is not None:
            if window.state != state or window.ticket != number:
                window.since_ms = ts
            window.state, window.ticket, window.pause = state, number, None
        return
    for window in view.windows.values():
        if window.ticket == number:
            window.state, window.ticket, window.since_ms = state, None, ts


def _count(view: LiveView, event: Any, move: Move) -> None:
    if isinstance(event, words.TicketIssued) and move.before is None:
        view.counts["issued"] += 1
    if move.before == move.after:
        return
    if move.before is not None and move.before in _COUNTED:
        view.counts[_COUNTED[move.before]] -= 1
    if move.after in _COUNTED:
        view.counts[_COUNTED[move.after]] += 1
    view.held += (move.after == _HELD) - (move.before == _HELD)


def _sum(sums: dict[str, int], move: Move) -> None:
    for sign, waited_s, grade in zip((-1, 1), move.waits, move.grades, strict=True):
        if waited_s is not None:
            sums["waited"] += sign
            sums["waited_s"] += sign * waited_s
        if grade is not None:
            sums["rated"] += sign
            sums["satisfied"] += sign * (grade >= SATISFIED)


def _window(view: LiveView, number: int) -> WindowView | None:
    window = view.windows.get(number)
    if window is None and len(view.windows) < _MAX_WINDOWS:
        window = view.windows[number] = WindowView()
    return window


def _no_counts() -> dict[str, int]:
    return {"issued": 0, "done": 0, "no_show": 0, "cancelled": 0, "expired": 0}


def no_sums() -> dict[str, int]:
    return {"waited": 0, "waited_s": 0, "rated": 0, "satisfied": 0}
