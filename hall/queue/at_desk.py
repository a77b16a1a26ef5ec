"""What the guide desk and the supervisor may do: restore, give up, reprint, mark, and move windows to other classes."""

from __future__ import annotations

from typing import Final

from hall.plan import Plan
from hall.queue import words
from hall.queue.state import QueueState, Ticket, TicketState
from hall.refusal import Code, Refusal

AtDesk = (
    words.Restore
    | words.Cancel
    | words.ReprintSlip
    | words.MarkPriority
    | words.MarkPrivate
    | words.AssignWindow
    | words.EndAssignment
)
_LONGEST_ASSIGNMENT_S: Final = 12 * 3600


def decide_at_desk(state: QueueState, plan: Plan, command: AtDesk) -> list[words.Event]:
    """The events that answer a desk's command; raises `Refusal`."""
    match command:
        case words.Restore():
            return [_restore(state, plan, command)]
        case words.Cancel():
            return [_cancel(state, command)]
        case words.ReprintSlip(number=number):
            _today(state, number)
            return [words.SlipReprinted(state.day or "", number)]
        case words.MarkPriority():
            return [_mark_priority(state, plan, command)]
        case words.MarkPrivate(number=number, staff=staff):
            if _waiting(state, number).private:
                raise Refusal(Code.ALREADY_PRIVATE, "number", number=number)
            return [words.TicketMadePrivate(state.day or "", number, staff)]
        case words.AssignWindow():
            return [_assign(plan, command)]
        case words.EndAssignment(window=window, staff=staff):
            if window not in state.assigned:
                raise Refusal(Code.NOT_ASSIGNED, "window", window=window)
            return [words.WindowAssignmentEnded(window, staff)]


def _restore(state: QueueState, plan: Plan, command: words.Restore) -> words.Event:
    ticket = _today(state, command.number)
    if ticket.state is not TicketState.NO_SHOW:
        raise Refusal(Code.TICKET_NOT_MISSED, number=ticket.number)
    if ticket.restored:
        raise Refusal(Code.ALREADY_RESTORED, number=ticket.number)
    queue = state.waiting.get(ticket.service, ())
    place = min(plan.queue.restore_after_tickets, len(queue))
    while place < len(queue) and state.tickets[queue[place]].restored:
        place += 1  # nobody is overtaken by whoever is restored later
    return words.TicketRestored(state.day or "", ticket.number, ticket.service, place, command.staff)


def _cancel(state: QueueState, command: words.Cancel) -> words.Event:
    number = command.number
    if command.token is not None:
        number = state.by_token.get(command.token)
        if number is None:
            raise Refusal(Code.UNKNOWN_TOKEN, "token")
    ticket = _today(state, number or "")
    if ticket.state is not TicketState.WAITING:
        raise Refusal(Code.TICKET_NOT_WAITING, number=ticket.number)
    return words.TicketCancelled(state.day or "", ticket.number, ticket.service, command.by)


def _mark_priority(state: QueueState, plan: Plan, command: words.MarkPriority) -> words.Event:
    ticket = _waiting(state, command.number)
    if command.priority is not None and plan.queue.priority(command.priority) is None:
        raise Refusal(Code.UNKNOWN_PRIORITY, "priority", priority=command.priority)
    if ticket.priority is command.priority:
        raise Refusal(Code.SAME_PRIORITY, "priority", number=ticket.number)
    return words.TicketPrioritised(state.day or "", ticket.number, ticket.service, command.priority, command.staff)


def _assign(plan: Plan, command: words.AssignWindow) -> words.Event:
    if plan.window(command.window) is None:
        raise Refusal(Code.UNKNOWN_WINDOW, "window", window=command.window)
    services = tuple(dict.fromkeys(command.services))
    for letter in services or ("",):
        if plan.service(letter) is None:
            raise Refusal(Code.UNKNOWN_SERVICE, "services", service=letter)
    if not 60 <= command.for_s <= _LONGEST_ASSIGNMENT_S:
        raise Refusal(Code.ASSIGNED_TOO_LONG, "for_s", limit=_LONGEST_ASSIGNMENT_S)
    return words.WindowAssigned(command.window, services, command.for_s, command.staff)


def _today(state: QueueState, number: str) -> Ticket:
    ticket = state.tickets.get(number)
    if ticket is None:
        raise Refusal(Code.UNKNOWN_TICKET, "number", number=number)
    return ticket


def _waiting(state: QueueState, number: str) -> Ticket:
    ticket = _today(state, number)
    if ticket.state is not TicketState.WAITING:
        raise Refusal(Code.TICKET_NOT_WAITING, "number", number=number)
    return ticket
