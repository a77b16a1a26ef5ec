"""Who is called next, who waits before whom: the fairness of the queue (domain rules 2.3).

Among a window's classes the first one comes first, or each gets its share of the calls where the plan gives weights;
whoever has waited longer than the plan's patience for a class comes before both, and an appointment whose time has come
before all of these. Within a class first come, first served, except that a ticket that was transferred stands at the
head, an appointment is called when its time has come, and a lawful priority comes before ordinary tickets: after
``priority_run`` such calls in a row it is an ordinary ticket's turn, if one has lost its patience. A ticket sent to a
window is called by that window before all others, or by anybody once that window is closed. A ticket that asks for a
person is called where that person sits; a private one only behind a door that closes, where its class has such a room.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hall.moment import Moment
from hall.plan import Plan, WindowPlan
from hall.queue.places import priority_run
from hall.queue.state import QueueState, Ticket, WindowState
from hall.queue.words import Why


@dataclass(frozen=True, slots=True)
class Choice:
    ticket: Ticket
    overtook: int  # how many stood before it in its queue
    why: Why = Why.TURN


def services_of(state: QueueState, window: WindowPlan | None) -> tuple[str, ...]:
    """The classes that a window serves now: its own, or those it was given for a while."""
    if window is None:
        return ()
    assigned = state.assigned.get(window.number)
    return assigned.services if assigned else window.services


def next_for(state: QueueState, plan: Plan, window: int, now: Moment) -> Choice | None:
    """The ticket that ``window`` shall call, or None when nobody waits for it."""
    own = next(_sent_here(state, plan, window), None)
    if own is not None:
        return Choice(state.tickets[own], 0, Why.SENT)
    window_plan = plan.window(window)
    services = services_of(state, window_plan)
    queues = {service: _callable(state, plan, window, service) for service in services}
    queues = {service: queue for service, queue in queues.items() if queue}
    left = [state.tickets[number] for number in _left_behind(state, plan, window)]
    left = [ticket for ticket in left if ticket.service in services]
    if left and (not queues or _too_long(plan, left[0].issued_ms, now)):
        return Choice(left[0], 0, Why.SENT)
    return _of_classes(state, plan, window_plan, queues, now) if queues and window_plan is not None else None


def _of_classes(
    state: QueueState, plan: Plan, window: WindowPlan, queues: dict[str, tuple[str, ...]], now: Moment
) -> Choice:
    appointed = _appointed_class(state, queues, now)
    if appointed is not None:
        return _from_queue(state, plan, appointed, queues[appointed], now)
    usual, by_share = _class_in_turn(state, window, tuple(queues))
    overdue = _overdue_class(state, plan, queues, now)
    if overdue is not None and overdue != usual:
        chosen = _from_queue(state, plan, overdue, queues[overdue], now)
        return Choice(chosen.ticket, chosen.overtook, Why.OVERDUE)
    chosen = _from_queue(state, plan, usual, queues[usual], now)
    why = Why.SHARE if by_share and chosen.why is Why.TURN else chosen.why
    return Choice(chosen.ticket, chosen.overtook, why)


def may_call(state: QueueState, plan: Plan, window: int, ticket: Ticket) -> bool:
    """Whether this window may call a ticket of one of its classes: the right person, and a door for what is private."""
    if ticket.person is not None and state.window(window).staff != ticket.person:
        return False
    service = plan.service(ticket.service)
    if not (ticket.private or (service is not None and service.private)):
        return True
    rooms = [one.number for one in plan.windows if one.closed and ticket.service in services_of(state, one)]
    return not rooms or window in rooms


def waiting_for(state: QueueState, plan: Plan, window: int) -> int:
    """How many could be called by ``window`` now."""
    services = services_of(state, plan.window(window))
    own = sum(1 for _ in _sent_here(state, plan, window))
    left = sum(1 for number in _left_behind(state, plan, window) if state.tickets[number].service in services)
    return own + left + sum(len(_callable(state, plan, window, service)) for service in services)


def waited_for_since_ms(state: QueueState, plan: Plan, window: int) -> int | None:
    """Since when somebody waits whom ``window`` may call; None when nobody does."""
    services = services_of(state, plan.window(window))
    left = (number for number in _left_behind(state, plan, window) if state.tickets[number].service in services)
    queues = (number for service in services for number in _callable(state, plan, window, service))
    return min(
        (state.tickets[number].issued_ms for number in (*_sent_here(state, plan, window), *left, *queues)), default=None
    )


def ahead_of(state: QueueState, service: str, priority: bool) -> int:
    """How many would be called before a ticket that joined the queue of ``service`` now."""
    queue = state.waiting.get(service, ())
    if not priority:
        return len(queue)
    return sum(1 for number in queue if _before_ordinary(state.tickets[number]))


def ahead_now(state: QueueState, number: str) -> int:
    """How many will be called before this waiting ticket, as far as can be told."""
    ticket = state.tickets[number]
    for queue in (*state.sent_to.values(), state.waiting.get(ticket.service, ())):
        if number in queue:
            before = queue[: queue.index(number)]
            if ticket.priority is None:
                behind = queue[queue.index(number) + 1 :]
                return len(before) + sum(1 for other in behind if state.tickets[other].priority)
            return sum(1 for other in before if _before_ordinary(state.tickets[other]))
    return 0


def _before_ordinary(ticket: Ticket) -> bool:
    return ticket.priority is not None or ticket.transferred or ticket.slot_ms is not None


def _callable(state: QueueState, plan: Plan, window: int, service: str) -> tuple[str, ...]:
    """Who waits for this class and may be called by this window, in order."""
    queue = state.waiting.get(service, ())
    service_plan = plan.service(service)
    private = service_plan is not None and service_plan.private
    tickets = state.tickets
    if not private and not any(tickets[number].person is not None or tickets[number].private for number in queue):
        return queue
    return tuple(number for number in queue if may_call(state, plan, window, tickets[number]))


def _class_in_turn(state: QueueState, window: WindowPlan, services: Sequence[str]) -> tuple[str, bool]:
    """The class whose turn it is among those with somebody to call, and whether that is because of its share.

    Of the last calls (one fewer than all weights together) each class should have as many as its weight; the one that
    lacks most comes next. So the shares hold over any such stretch, and a class that was empty does not catch up.
    """
    weights = dict(zip(window.services, window.weights, strict=False))
    if not weights or window.number in state.assigned:
        return services[0], False
    lately = state.lately.get(window.number, ())[1 - sum(weights.values()) :] if sum(weights.values()) > 1 else ()
    lacks = {service: 1 - lately.count(service) / weights.get(service, 1) for service in services}
    first = max(services, key=lambda service: lacks[service])  # equal ones: the first of the list
    return first, first != services[0]


def _overdue_class(state: QueueState, plan: Plan, queues: dict[str, tuple[str, ...]], now: Moment) -> str | None:
    """The class of whoever has waited longest, and longer than the plan's patience for a class."""
    if plan.queue.class_patience_s == 0 or len(queues) < 2:
        return None
    since = {service: min(state.tickets[number].issued_ms for number in queue) for service, queue in queues.items()}
    service = min(since, key=lambda one: since[one])
    return service if _too_long(plan, since[service], now) else None


def _appointed_class(state: QueueState, queues: dict[str, tuple[str, ...]], now: Moment) -> str | None:
    """The class of the earliest appointment whose time has come."""
    slots = [
        (slot_ms, service)
        for service, queue in queues.items()
        for number in queue
        if (slot_ms := state.tickets[number].slot_ms) is not None and slot_ms <= now.steady_ms
    ]
    return min(slots)[1] if slots else None


def _too_long(plan: Plan, since_ms: int, now: Moment) -> bool:
    patience_ms = plan.queue.class_patience_s * 1000
    return patience_ms > 0 and now.steady_ms - since_ms > patience_ms


def _from_queue(state: QueueState, plan: Plan, service: str, queue: tuple[str, ...], now: Moment) -> Choice:
    tickets = [state.tickets[number] for number in queue]
    if tickets[0].transferred:
        return Choice(tickets[0], 0, Why.TRANSFERRED)
    due = [place for place, one in enumerate(tickets) if one.slot_ms is not None and one.slot_ms <= now.steady_ms]
    if due:
        place = min(due, key=lambda at: (tickets[at].slot_ms or 0, at))
        return Choice(tickets[place], place, Why.APPOINTMENT)
    ranked = [
        (_rank(plan, one), place)
        for place, one in enumerate(tickets)
        if one.priority is not None and (place == 0 or not one.restored)  # who was missed comes after the next tickets
    ]
    if not ranked:
        return Choice(tickets[0], 0, _plain(tickets[0]))
    if priority_run(state, service) >= plan.queue.priority_run:
        ordinary = next((place for place, one in enumerate(tickets) if one.priority is None), None)
        patience_ms = plan.queue.ordinary_patience_s * 1000
        if ordinary is not None and now.steady_ms - tickets[ordinary].issued_ms > patience_ms:
            return Choice(tickets[ordinary], ordinary, Why.PATIENCE)
    _, place = min(ranked)
    return Choice(tickets[place], place, Why.PRIORITY)


def _plain(ticket: Ticket) -> Why:
    return Why.PERSON if ticket.person is not None else Why.TURN


def _rank(plan: Plan, ticket: Ticket) -> tuple[int, bool]:
    rule = plan.queue.priority(ticket.priority or "")
    return (rule.rank if rule else 99, not ticket.senior)


def _sent_here(state: QueueState, plan: Plan, window: int) -> Iterator[str]:
    """Tickets sent to this window; one that has become private since needs a door that closes."""
    for number in state.sent_to.get(window, ()):
        if may_call(state, plan, window, state.tickets[number]):
            yield number


def _left_behind(state: QueueState, plan: Plan, window: int) -> Iterator[str]:
    """Tickets sent to a window that has since closed, or that may not call them any more."""
    for other, queue in sorted(state.sent_to.items()):
        closed = state.window(other).state is WindowState.CLOSED
        for number in queue if other != window else ():
            ticket = state.tickets[number]
            if (closed or not may_call(state, plan, other, ticket)) and may_call(state, plan, window, ticket):
                yield number
