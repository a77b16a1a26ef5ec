"""The life of a ticket, as one table: state -> event -> state. What is not in the table cannot happen.

``WAITING -> CALLED -> SERVING -> DONE`` is the usual way. A ticket that was called and did not come is NO_SHOW and may
be restored once. A window that stops while it calls gives the ticket back (CALLED -> WAITING). A transfer keeps the
number and makes it WAITING in another queue; it counts once. SERVING and HELD alternate while a visitor fetches
papers. At day close whoever still waits is EXPIRED (domain rules 2.4). A slip of the finger at a window is taken back
by ``TicketReopened`` (of a finish, a transfer) or ``TicketKeptCalled`` (of a start, a no-show, a transfer), while
nothing else has happened there; a call is taken back by ``TicketReturned`` and a hold by ``TicketResumed``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from hall.queue import words
from hall.queue.state import TicketState

_S = TicketState

LIFE: Final[Mapping[TicketState | None, Mapping[type, TicketState]]] = {
    None: {words.TicketIssued: _S.WAITING},
    _S.WAITING: {
        words.TicketCalled: _S.CALLED,
        words.TicketCancelled: _S.CANCELLED,
        words.TicketExpired: _S.EXPIRED,
        words.TicketReopened: _S.SERVING,
        words.TicketKeptCalled: _S.CALLED,
    },
    _S.CALLED: {
        words.TicketRecalled: _S.CALLED,
        words.TicketServedStarted: _S.SERVING,
        words.TicketNoShow: _S.NO_SHOW,
        words.TicketReturned: _S.WAITING,
        words.TicketTransferred: _S.WAITING,
        words.TicketExpired: _S.EXPIRED,
    },
    _S.SERVING: {
        words.TicketKeptCalled: _S.CALLED,
        words.TicketFinished: _S.DONE,
        words.TicketHeld: _S.HELD,
        words.TicketTransferred: _S.WAITING,
    },
    _S.HELD: {
        words.TicketResumed: _S.SERVING,
        words.TicketExpired: _S.EXPIRED,
    },
    _S.NO_SHOW: {words.TicketRestored: _S.WAITING, words.TicketKeptCalled: _S.CALLED},
    _S.DONE: {words.TicketReopened: _S.SERVING},
    _S.CANCELLED: {},
    _S.EXPIRED: {},
}


class ImpossibleEvent(Exception):
    """An event that the table does not allow: the journal or the rules are wrong, never the asker."""


def follow(state: TicketState | None, event: object) -> TicketState:
    """The state after ``event``; raises `ImpossibleEvent`."""
    following = LIFE[state].get(type(event))
    if following is None:
        raise ImpossibleEvent(f"a ticket in {state} cannot meet {event}")
    return following
