"""Why one ticket was called before another: the rule, the reason and who answers for it, from today's state."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from hall.moment import Moment
from hall.plan import Plan
from hall.queue.choice import services_of
from hall.queue.state import QueueState, Ticket, TicketState
from hall.queue.words import Why


class Cause(StrEnum):
    """The words stand in the catalogue under ``cause.<cause>``."""

    NOT_CALLED_BEFORE = "NOT_CALLED_BEFORE"  # the question is the wrong way round
    CAME_FIRST = "CAME_FIRST"
    OTHER_CLASS = "OTHER_CLASS"  # another class, at a window that does not serve the other's
    WINDOWS_ORDER = "WINDOWS_ORDER"  # the window serves both, its order or shares chose the class
    RULE = "RULE"  # the rule that chose the earlier one; see ``rule``
    OTHER_WAS_AWAY = "OTHER_WAS_AWAY"  # missed, given back or put back into the queue
    OTHER_ASKED_FOR_PERSON = "OTHER_ASKED_FOR_PERSON"
    OTHER_IS_PRIVATE = "OTHER_IS_PRIVATE"


@dataclass(frozen=True, slots=True)
class Answer:
    """Why ``first`` was called before ``second``; ``by`` answers for it: a name, "card", "visitor" or "plan"."""

    first: str
    second: str
    causes: tuple[Cause, ...]
    rule: Why | None
    priority: str | None
    by: str


def why_before(state: QueueState, plan: Plan, first: str, second: str, now: Moment) -> Answer | None:
    """The answer, or None when today has no such tickets."""
    one, other = state.tickets.get(first), state.tickets.get(second)
    if one is None or other is None:
        return None
    priority = one.priority.value if one.priority else None
    by = _answers_for(one)
    if one.called_ms is None or (other.called_ms is not None and other.called_ms < one.called_ms):
        if one.called_ms is not None and _missed_its_call(other, one.called_ms):
            return Answer(first, second, (Cause.OTHER_WAS_AWAY,), one.why, priority, by)
        return Answer(first, second, (Cause.NOT_CALLED_BEFORE,), one.why, priority, by)
    causes = tuple(_causes(state, plan, one, other))
    return Answer(first, second, causes or (Cause.RULE,), one.why, priority, by)


def _missed_its_call(ticket: Ticket, before_ms: int) -> bool:
    """It was called before that and did not come, and has not been called again until then."""
    again = ticket.restored and ticket.state is not TicketState.WAITING and ticket.last_call_ms < before_ms
    return (ticket.restored or ticket.state is TicketState.NO_SHOW) and not again


def _causes(state: QueueState, plan: Plan, one: Ticket, other: Ticket) -> list[Cause]:
    causes: list[Cause] = []
    if one.issued_ms < other.issued_ms and one.service == other.service:
        causes.append(Cause.CAME_FIRST)
    if one.service != other.service:
        window = plan.window(one.window) if one.window is not None else None
        both = other.service in services_of(state, window)
        causes.append(Cause.WINDOWS_ORDER if both else Cause.OTHER_CLASS)
    if one.why not in (None, Why.TURN) and one.issued_ms > other.issued_ms:
        causes.append(Cause.RULE)
    if other.restored or other.state in (TicketState.NO_SHOW, TicketState.CANCELLED):
        causes.append(Cause.OTHER_WAS_AWAY)
    if other.person is not None:
        causes.append(Cause.OTHER_ASKED_FOR_PERSON)
    if other.private and not one.private:
        causes.append(Cause.OTHER_IS_PRIVATE)
    return causes


def _answers_for(ticket: Ticket) -> str:
    if ticket.why is Why.CHOSEN:
        return ticket.called_by or ""
    if ticket.why is Why.PRIORITY:
        return ticket.priority_by or "visitor"
    return "plan"
