"""The life of a window, as one table: state -> event -> state. What is not in the table cannot happen.

CLOSED until somebody opens it; IDLE calls the next; CALLING waits for the visitor; SERVING until finished, held or
moved on. PAUSED and LUNCH call nobody and are told apart for the sign (domain rules 2.4).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from hall.queue import words
from hall.queue.state import WindowState
from hall.queue.ticket import ImpossibleEvent

_S = WindowState
_PAUSES: Final[Mapping[type, WindowState]] = {words.WindowResumed: _S.IDLE, words.WindowClosed: _S.CLOSED}

LIFE: Final[Mapping[WindowState, Mapping[type, WindowState]]] = {
    _S.CLOSED: {words.WindowOpened: _S.IDLE},
    _S.IDLE: {
        words.TicketCalled: _S.CALLING,
        words.TicketResumed: _S.SERVING,
        words.TicketReopened: _S.SERVING,
        words.TicketKeptCalled: _S.CALLING,
        words.WindowPaused: _S.PAUSED,
        words.WindowClosed: _S.CLOSED,
    },
    _S.CALLING: {
        words.TicketRecalled: _S.CALLING,
        words.TicketServedStarted: _S.SERVING,
        words.TicketNoShow: _S.IDLE,
        words.TicketReturned: _S.IDLE,
        words.TicketTransferred: _S.IDLE,
        words.TicketExpired: _S.IDLE,
    },
    _S.SERVING: {
        words.TicketKeptCalled: _S.CALLING,
        words.TicketFinished: _S.IDLE,
        words.TicketHeld: _S.IDLE,
        words.TicketTransferred: _S.IDLE,
    },
    _S.PAUSED: _PAUSES,
    _S.LUNCH: _PAUSES,
}


def follow(state: WindowState, event: object) -> WindowState:
    """The state after ``event``; raises `ImpossibleEvent`."""
    following = LIFE[state].get(type(event))
    if following is None:
        raise ImpossibleEvent(f"a window in {state} cannot meet {event}")
    if isinstance(event, words.WindowPaused) and event.reason is words.PauseReason.LUNCH:
        return _S.LUNCH
    return following
