"""In which order one window would call who waits for it, if nobody else called and nobody came."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from hall.moment import Moment
from hall.plan import Plan
from hall.queue.choice import next_for
from hall.queue.places import count_call, leave_queue
from hall.queue.state import QueueState


def calling_order(state: QueueState, plan: Plan, window: int, now: Moment, most: int) -> list[str]:
    """The first ``most`` numbers in the order of ``call_next``: the rule itself is asked again and again."""
    return list(islice(_one_after_another(_fronts(state, most), plan, window, now), most))


def _one_after_another(state: QueueState, plan: Plan, window: int, now: Moment) -> Iterator[str]:
    while (found := next_for(state, plan, window, now)) is not None:
        yield found.ticket.number
        state = count_call(leave_queue(state, found.ticket), found.ticket, window)


def _fronts(state: QueueState, most: int) -> QueueState:
    """Each queue without whoever cannot be among the next ``most``: of tickets that the rules treat alike the first
    come first, so that long queues need not be looked through again and again."""
    waiting = {}
    for service, queue in state.waiting.items():
        left: dict[object, int] = {}
        near = []
        for number in queue:
            ticket = state.tickets[number]
            alike = (ticket.priority, ticket.senior, ticket.person, ticket.private, ticket.slot_ms, ticket.restored)
            if left.setdefault(alike, most) > 0:
                left[alike] -= 1
                near.append(number)
        waiting[service] = tuple(near)
    return replace(state, waiting=waiting)
