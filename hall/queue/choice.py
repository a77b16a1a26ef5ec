"""Who is called next, who waits before whom, and for how long: the fairness of the queue (domain rules 2.3).

Within a class first come, first served, except for declared priority: after ``priority_run`` priority calls in a row an
ordinary ticket comes first if the one at the head has lost its patience. A ticket transferred to a class stands at its
head; one transferred to a window is called by that window before all others, or by anybody once that window is closed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hall.moment import Moment
from hall.plan import Plan, ServicePlan
from hall.queue.state import Pace, QueueState, Ticket, WindowState

_WORKING = (WindowState.IDLE, WindowState.CALLING, WindowState.SERVING)
_PRIOR_SERVICES = 5  # the plan's average counts like so many services of today


@dataclass(frozen=True, slots=True)
class Choice:
    ticket: Ticket
    overtook: int  # how many stood before it in its queue


def next_for(state: QueueState, plan: Plan, window: int, now: Moment) -> Choice | None:
    """The ticket that ``window`` shall call, or None when nobody waits for it."""
    own = state.sent_to.get(window, ())
    if own:
        return Choice(state.tickets[own[0]], 0)
    window_plan = plan.window(window)
    services = window_plan.services if window_plan else ()
    for service in services:
        queue = state.waiting.get(service, ())
        if queue:
            return _from_queue(state, plan, service, queue, now)
    for number in _left_behind(state, window):
        ticket = state.tickets[number]
        if ticket.service in services:
            return Choice(ticket, 0)
    return None


def waiting_for(state: QueueState, plan: Plan, window: int) -> int:
    """How many could be called by ``window`` now."""
    window_plan = plan.window(window)
    services = window_plan.services if window_plan else ()
    own = len(state.sent_to.get(window, ()))
    left = sum(1 for number in _left_behind(state, window) if state.tickets[number].service in services)
    return own + left + sum(len(state.waiting.get(service, ())) for service in services)


def ahead_of(state: QueueState, service: str, priority: bool) -> int:
    """How many would be called before a ticket that joined the queue of ``service`` now."""
    queue = state.waiting.get(service, ())
    if not priority:
        return len(queue)
    return sum(1 for number in queue if state.tickets[number].priority or state.tickets[number].transferred)


def ahead_now(state: QueueState, number: str) -> int:
    """How many will be called before this waiting ticket, as far as can be told."""
    ticket = state.tickets[number]
    for queue in (*state.sent_to.values(), state.waiting.get(ticket.service, ())):
        if number in queue:
            before = queue[: queue.index(number)]
            if ticket.priority is None:
                behind = queue[queue.index(number) + 1 :]
                return len(before) + sum(1 for other in behind if state.tickets[other].priority)
            return sum(1 for other in before if state.tickets[other].priority or state.tickets[other].transferred)
    return 0


def estimated_wait_s(state: QueueState, plan: Plan, service: ServicePlan, ahead: int) -> int | None:
    """An honest guess, or None when no window serves this class now and nobody can know."""
    windows = [state.window(item.number) for item in plan.windows if service.letter in item.services]
    working = [window for window in windows if window.state in _WORKING]
    if not working:
        return None
    pace = state.pace.get(service.letter, Pace())
    weight = _PRIOR_SERVICES + pace.served
    average_s = (service.average_service_s * _PRIOR_SERVICES + pace.total_s) / weight
    idle = any(window.state is WindowState.IDLE for window in working)
    rest = 0.0 if idle else 0.5  # the services now under way are on average half done
    return int((ahead + rest) * average_s / len(working))


def _from_queue(state: QueueState, plan: Plan, service: str, queue: tuple[str, ...], now: Moment) -> Choice:
    head = state.tickets[queue[0]]
    if head.transferred or head.priority:
        return Choice(head, 0)
    priority = next((place for place, number in enumerate(queue) if state.tickets[number].priority), None)
    if priority is None:
        return Choice(head, 0)
    run_is_over = state.priority_run.get(service, 0) >= plan.queue.priority_run
    if run_is_over and now.steady_ms - head.issued_ms > plan.queue.ordinary_patience_s * 1000:
        return Choice(head, 0)
    return Choice(state.tickets[queue[priority]], priority)


def _left_behind(state: QueueState, window: int) -> Iterator[str]:
    """Tickets sent to a window that has since closed."""
    for number, queue in sorted(state.sent_to.items()):
        if number != window and state.window(number).state is WindowState.CLOSED:
            yield from queue
