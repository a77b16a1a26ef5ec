"""Taking back a slip of the finger: one tap, within a few seconds, where nothing has been built on it.

A call goes back to the head of its queue, a start or a no-show to being called, a finish or a transfer to being served,
a hold to service. Not taken back: a finish that the visitor has already rated, a transfer that another window has
called, anything after a second act at the same window, and what opens, pauses or closes a window, which has a key of
its own.
"""

from __future__ import annotations

from dataclasses import replace

from hall.moment import Moment
from hall.plan import Plan
from hall.queue import words
from hall.queue.state import QueueState, Ticket, TicketState, Undoable, Window
from hall.refusal import Code, Refusal

_STATE_AFTER = {
    words.TicketCalled.__name__: TicketState.CALLED,
    words.TicketServedStarted.__name__: TicketState.SERVING,
    words.TicketFinished.__name__: TicketState.DONE,
    words.TicketNoShow.__name__: TicketState.NO_SHOW,
    words.TicketHeld.__name__: TicketState.HELD,
    words.TicketTransferred.__name__: TicketState.WAITING,
}


def undoable(state: QueueState, plan: Plan, window: Window, now: Moment) -> Undoable | None:
    """What this window could take back now, or None."""
    last = window.undoable
    if last is None or now.steady_ms - last.at_ms > plan.queue.undo_s * 1000:
        return None
    ticket = state.tickets.get(last.number)
    return last if ticket is not None and ticket.state is _STATE_AFTER[last.act] else None


def decide_undo(state: QueueState, plan: Plan, window: Window, staff: str, now: Moment) -> list[words.Event]:
    """The events that take the last act back; raises `Refusal`."""
    last = undoable(state, plan, window, now)
    if last is None:
        raise Refusal(Code.NOTHING_TO_UNDO, window=window.number)
    day, number, service = state.day or "", last.number, last.ticket.service
    match _STATE_AFTER[last.act]:
        case TicketState.CALLED:
            return [words.TicketReturned(day, number, window.number)]
        case TicketState.HELD:
            held_ms = now.steady_ms - last.at_ms + last.ticket.held_ms
            return [words.TicketResumed(day, number, window.number, staff, held_ms // 1000)]
        case _ if last.ticket.state is TicketState.CALLED:
            return [words.TicketKeptCalled(day, number, service, window.number, staff, last.act)]
        case _:
            return [words.TicketReopened(day, number, service, window.number, staff, last.act)]


def remember(window: Window, before: Ticket, event: object, at: Moment) -> Window:
    """The window with its last act noted, or forgotten if that cannot be taken back."""
    act = type(event).__name__
    if act not in _STATE_AFTER:
        return replace(window, undoable=None)
    served_s = event.served_s if isinstance(event, words.TicketFinished) else 0
    return replace(window, undoable=Undoable(act, before.number, before, at.steady_ms, served_s))
