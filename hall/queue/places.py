"""Who stands where: leaving and joining a queue, and what a call means for whose turn is next."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from hall.queue.state import QueueState, Ticket, TicketState

_LATELY: Final = 120  # calls of a window that its shares look back on: more than all weights together


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
    run = state.priority_run.get(ticket.service, 0)
    if ticket.slot_ms is None:
        run = run + 1 if ticket.priority else 0
    lately = (*state.lately.get(window, ())[1 - _LATELY :], ticket.service)
    return replace(
        state,
        priority_run={**state.priority_run, ticket.service: run},
        last_called={**state.last_called, ticket.service: ticket.number},
        lately={**state.lately, window: lately},
    )


def tally(state: QueueState, before: TicketState | None, after: TicketState) -> dict[str, int]:
    """Today's tickets by state after one has moved."""
    counts = dict(state.tally)
    if before is not None:
        counts[before.value] = counts.get(before.value, 0) - 1
    counts[after.value] = counts.get(after.value, 0) + 1
    return counts
