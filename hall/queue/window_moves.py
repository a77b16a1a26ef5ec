"""A window after an event: its state by the table, since when, and the last act for the double-press rule."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hall.moment import Moment
from hall.queue import window as window_life
from hall.queue import words
from hall.queue.state import QueueState, Ticket, TicketState, Window, WindowState

_WINDOW_ACTS: dict[type, str] = {
    words.TicketCalled: "call",
    words.TicketRecalled: "recall",
    words.TicketReturned: "return",
    words.TicketServedStarted: "start",
    words.TicketFinished: "finish",
    words.TicketNoShow: "no_show",
    words.TicketHeld: "hold",
    words.TicketResumed: "resume_held",
    words.TicketTransferred: "transfer",
    words.TicketReopened: "undo",
    words.TicketKeptCalled: "undo",
    words.WindowOpened: "open",
    words.WindowPaused: "pause",
    words.WindowResumed: "resume",
    words.WindowClosed: "close",
}


def window_moved(state: QueueState, event: Any, at: Moment) -> QueueState:
    """Opened, paused, resumed or closed."""
    window = replace(state.window(event.window), undoable=None)
    following = window_life.follow(window.state, event)
    match event:
        case words.WindowOpened(staff=staff):
            window = replace(window, staff=staff, pause=None)
        case words.WindowPaused(reason=reason):
            window = replace(window, pause=reason)
        case words.WindowResumed():
            window = replace(window, pause=None)
            if state.lunch_until is not None:
                state = replace(state, lunch_over=(*state.lunch_over, window.number))
        case words.WindowClosed():
            window = replace(window, staff=None, pause=None, ticket=None)
    return with_window(state, window, following, event, at)


def with_window(state: QueueState, window: Window, following: WindowState, event: object, at: Moment) -> QueueState:
    """The window in its following state."""
    since_ms = window.since_ms if following is window.state else at.steady_ms
    moved = replace(
        window, state=following, since_ms=since_ms, last_act=_WINDOW_ACTS.get(type(event), ""), last_act_ms=at.steady_ms
    )
    return replace(state, windows={**state.windows, moved.number: moved})


def forget_hold(state: QueueState, ticket: Ticket) -> QueueState:
    """The window that held this ticket holds it no longer."""
    if ticket.state is not TicketState.HELD or ticket.window is None:
        return state
    holder = state.window(ticket.window)
    kept = tuple(number for number in holder.held if number != ticket.number)
    return replace(state, windows={**state.windows, holder.number: replace(holder, held=kept)})
