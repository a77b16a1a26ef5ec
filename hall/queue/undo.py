"""Taking back a slip of the finger: one tap, within a few seconds, where nothing has been built on it.

A call goes back to where the ticket stood, a start or a no-show to being called, a finish or a transfer to being
served, a hold to service. Not taken back: a finish that the visitor has already rated, a transfer that another window
has called, anything after a second act at the same window, and what opens, pauses or closes a window, which has a key
of its own.
"""

from __future__ import annotations

from dataclasses import replace

from hall.ledger import put
from hall.moment import Moment
from hall.plan import Plan
from hall.queue import ticket as ticket_life
from hall.queue import window as window_life
from hall.queue import words
from hall.queue.places import join_queue, leave_queue, tally, uncount_call
from hall.queue.state import Pace, QueueState, Ticket, TicketState, Undoable, Window
from hall.queue.window_moves import with_window
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
            return [words.TicketReturned(day, number, window.number, undone=True, first=last.ticket.waited_s is None)]
        case TicketState.HELD:
            held_ms = now.steady_ms - last.at_ms + last.ticket.held_ms
            return [words.TicketResumed(day, number, window.number, staff, held_ms // 1000)]
        case _ if last.ticket.state is TicketState.CALLED:
            return [words.TicketKeptCalled(day, number, service, window.number, staff, last.act)]
        case _:
            return [words.TicketReopened(day, number, service, window.number, staff, last.act)]


def remember(window: Window, before: Ticket, event: object, at: Moment, earlier: QueueState) -> Window:
    """The window with its last act noted, or forgotten if that cannot be taken back."""
    act = type(event).__name__
    if act not in _STATE_AFTER:
        return replace(window, undoable=None)
    served_s = event.served_s if isinstance(event, words.TicketFinished) else 0
    noted = Undoable(act, before.number, before, at.steady_ms, served_s)
    if isinstance(event, words.TicketCalled):
        queue = earlier.waiting.get(before.service, ())
        ahead = queue[: queue.index(before.number)] if before.number in queue else ()
        noted = replace(noted, ahead=ahead)
    return replace(window, undoable=noted)


def act_taken_back(state: QueueState, event: words.TicketReopened | words.TicketKeptCalled, at: Moment) -> QueueState:
    """The ticket and its window as they were before the last act there."""
    window = state.window(event.window)
    now, last = state.tickets[event.number], window.undoable
    before = last.ticket if last is not None else now
    after = replace(
        before, state=ticket_life.follow(now.state, event), window=event.window,
        priority=now.priority, priority_by=now.priority_by, senior=now.senior, private=now.private,  # the desk's since
    )  # fmt: skip
    if now.state is TicketState.WAITING:
        state = leave_queue(state, now)
    if last is not None and last.act == words.TicketFinished.__name__:
        pace = state.pace.get(event.service, Pace())
        slower = Pace(pace.served - 1, pace.total_s - last.served_s)
        state = replace(state, pace={**state.pace, event.service: slower})
    state = replace(state, tickets=put(state.tickets, after.number, after), tally=tally(state, now.state, after.state))
    moved = replace(window, ticket=event.number, undoable=None)
    return with_window(state, moved, window_life.follow(window.state, event), event, at)


def call_taken_back(state: QueueState, event: words.TicketReturned, at: Moment) -> QueueState:
    """The ticket waits where it stood, and whose turn is next is as if it had not been called."""
    window = state.window(event.window)
    now, last = state.tickets[event.number], window.undoable
    before = last.ticket if last is not None else replace(now, window=None)
    after = replace(before, state=ticket_life.follow(now.state, event))
    state = replace(state, tickets=put(state.tickets, after.number, after), tally=tally(state, now.state, after.state))
    if after.window is not None:
        sent = (after.number, *state.sent_to.get(after.window, ()))
        state = replace(state, sent_to={**state.sent_to, after.window: sent})
    else:
        ahead = set(last.ahead) if last is not None else set()
        queue = state.waiting.get(after.service, ())
        place = max((at_place + 1 for at_place, number in enumerate(queue) if number in ahead), default=0)
        state = join_queue(state, after.service, after.number, place)
    state = uncount_call(state, after, window.number)
    moved = replace(window, ticket=None, undoable=None)
    return with_window(state, moved, window_life.follow(window.state, event), event, at)
