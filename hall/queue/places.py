"""Who stands where: leaving and joining a queue, and what a call means for whose turn is next."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from hall.queue.state import QueueState, Ticket, TicketState, Turn

_LATELY: Final = 216  # calls of a window that its shares look back on: all letters by the greatest weight
_TURNS: Final = 40  # calls of a class that its turns look back on


def leave_queue(state: QueueState, ticket: Ticket) -> QueueState:
    """It waits no longer, wherever it stood."""
    waiting = dict(state.waiting)
    waiting[ticket.service] = tuple(number for number in waiting.get(ticket.service, ()) if number != ticket.number)
    sent_to = {
        window: tuple(number for number in queue if number != ticket.number) for window, queue in state.sent_to.items()
    }
    return replace(state, waiting=waiting, sent_to={window: queue for window, queue in sent_to.items() if queue})


def join_queue(state: QueueState, service: str, number: str, place: int) -> QueueState:
    queue = state.waiting.get(service, ())
    return replace(state, waiting={**state.waiting, service: (*queue[:place], number, *queue[place:])})


def count_call(state: QueueState, ticket: Ticket, window: int) -> QueueState:
    """What a call of this ticket means for whose turn is next: priority may not come too often in a row, and each
    class has its share of a window's calls. An appointment neither prolongs nor ends a run."""
    turns = state.turns.get(ticket.service, ())
    if ticket.slot_ms is None:
        turns = (*turns[1 - _TURNS :], Turn(ticket.number, ticket.priority is not None))
    lately = (*state.lately.get(window, ())[1 - _LATELY :], ticket.service)
    return replace(
        state,
        turns={**state.turns, ticket.service: turns},
        lately={**state.lately, window: lately},
    )


def uncount_call(state: QueueState, ticket: Ticket, window: int) -> QueueState:
    """As if this window's last call, of this ticket, had not been."""
    turns = state.turns.get(ticket.service, ())
    last = max((place for place, turn in enumerate(turns) if turn.number == ticket.number), default=None)
    if last is not None and ticket.slot_ms is None:
        turns = turns[:last] + turns[last + 1 :]
    lately = state.lately.get(window, ())[:-1]
    return replace(state, turns={**state.turns, ticket.service: turns}, lately={**state.lately, window: lately})


def priority_run(state: QueueState, service: str) -> int:
    """How many of the last calls of this class were priority calls in a row."""
    turns = state.turns.get(service, ())
    return next((run for run, turn in enumerate(reversed(turns)) if not turn.priority), len(turns))


def tally(state: QueueState, before: TicketState | None, after: TicketState) -> dict[str, int]:
    """Today's tickets by state after one has moved."""
    counts = dict(state.tally)
    if before is not None:
        counts[before.value] = counts.get(before.value, 0) - 1
    counts[after.value] = counts.get(after.value, 0) + 1
    return counts
