"""Giving a number: which class is open, which number comes next, who has priority, one card one open ticket."""

from __future__ import annotations

from typing import Final

from hall.moment import Moment, local_minute
from hall.plan import Plan, ServicePlan
from hall.queue import words
from hall.queue.choice import ahead_of, estimated_wait_s
from hall.queue.state import QueueState, TicketState
from hall.refusal import Code, Refusal

_OPEN: Final = (TicketState.WAITING, TicketState.CALLED, TicketState.SERVING, TicketState.HELD)


def decide_issue(state: QueueState, plan: Plan, command: words.TakeTicket, now: Moment) -> words.TicketIssued:
    """The ticket that ``command`` gets; raises `Refusal`."""
    service = _open_service(plan, command.service, now)
    _check_card(state, plan, command)
    priority = command.priority
    if priority is None and command.age is not None and command.age >= plan.queue.elder_age:
        priority = words.Priority.ELDER
    ahead = ahead_of(state, service.letter, priority is not None)
    return words.TicketIssued(
        day=state.day or "",
        number=_next_number(state, plan, service.letter),
        service=service.letter,
        token=command.token,
        channel=command.channel,
        ahead=ahead,
        estimated_wait_s=estimated_wait_s(state, plan, service, ahead),
        priority=priority,
        card_mark=command.card_mark,
        persons=command.persons,
    )


def _open_service(plan: Plan, letter: str, now: Moment) -> ServicePlan:
    service = plan.service(letter)
    if service is None:
        raise Refusal(Code.UNKNOWN_SERVICE, "service", service=letter)
    if now.trusted and not service.open_at(local_minute(now.wall_ms)):
        raise Refusal(Code.SERVICE_CLOSED, "service", service=letter)
    return service


def _check_card(state: QueueState, plan: Plan, command: words.TakeTicket) -> None:
    """One card, one open ticket in a queue; a limit over all queues, where a no-show counts (domain rules 2.2)."""
    if command.card_mark is None:
        return
    tickets = [state.tickets[number] for number in state.by_card.get(command.card_mark, ())]
    for ticket in tickets:
        if ticket.service == command.service and ticket.state in _OPEN:
            raise Refusal(Code.CARD_HAS_TICKET, number=ticket.number)
    if sum(ticket.state in (*_OPEN, TicketState.NO_SHOW) for ticket in tickets) >= plan.queue.tickets_per_card:
        raise Refusal(Code.CARD_LIMIT, limit=plan.queue.tickets_per_card)


def _next_number(state: QueueState, plan: Plan, letter: str) -> str:
    serial = state.last_serial.get(letter, 0) + 1
    if serial > plan.queue.numbers_per_service:
        raise Refusal(Code.NUMBERS_USED_UP, "service", service=letter)
    return f"{letter}{serial:03d}"
