"""A draft lives with its ticket: opened only where the ticket is, wiped when the ticket is over or after 12 hours.

It starts no period of the law: that is done by the formal application at the window (法律援助法 43).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from hall.intake import words
from hall.intake.state import Draft, IntakeState
from hall.moment import Moment
from hall.queue.state import QueueState, TicketState
from hall.queue.words import DayOpened, TicketFinished, TicketReopened
from hall.refusal import Code, Refusal

_KEPT_MS: Final = 12 * 3_600_000
_KEPT_AFTER_SERVICE_MS: Final = 10 * 60_000  # a finish may be a mistake
_AT_WINDOW: Final = (TicketState.CALLED, TicketState.SERVING)
_GIVEN_UP: Final = (TicketState.CANCELLED, TicketState.EXPIRED)


def decide(state: IntakeState, queue: QueueState, command: words.Command) -> list[words.Event]:
    """The event that answers ``command``; raises `Refusal`."""
    ticket = queue.tickets.get(command.number)
    if ticket is None:
        raise Refusal(Code.UNKNOWN_TICKET, "number", number=command.number)
    if isinstance(command, words.SaveDraft):
        if ticket.state is not TicketState.WAITING:
            raise Refusal(Code.TICKET_NOT_WAITING, "number", number=ticket.number)
        return [words.DraftSaved(queue.day or "", ticket.number)]
    if ticket.number not in state.drafts:
        raise Refusal(Code.NO_DRAFT, "number", number=ticket.number)
    if ticket.window != command.window or ticket.state not in _AT_WINDOW:
        raise Refusal(Code.NOT_AT_THIS_WINDOW, "number", number=ticket.number, window=command.window)
    return [words.DraftOpened(queue.day or "", ticket.number, command.window, command.staff)]


def pass_time(state: IntakeState, queue: QueueState, now: Moment) -> list[words.Event]:
    """Drafts whose time is over."""
    events: list[words.Event] = []
    for number, draft in state.drafts.items():
        reason = _over(draft, queue, number, now)
        if reason is not None:
            events.append(words.DraftWiped(queue.day or "", number, reason))
    return events


def apply(state: IntakeState, event: object, at: Moment) -> IntakeState:
    """The next state; events of other rooms change nothing here."""
    match event:
        case words.DraftSaved(number=number):
            return IntakeState({**state.drafts, number: Draft(at.steady_ms)})
        case words.DraftOpened(number=number, staff=staff):
            opened = replace(state.drafts[number], opened_by=staff)
            return IntakeState({**state.drafts, number: opened})
        case TicketFinished(number=number) if number in state.drafts:
            return IntakeState({**state.drafts, number: replace(state.drafts[number], done_ms=at.steady_ms)})
        case TicketReopened(number=number) if number in state.drafts:
            return IntakeState({**state.drafts, number: replace(state.drafts[number], done_ms=None)})
        case words.DraftWiped(number=number):
            return IntakeState({kept: draft for kept, draft in state.drafts.items() if kept != number})
        case DayOpened():
            return IntakeState()
        case _:
            return state


def _over(draft: Draft, queue: QueueState, number: str, now: Moment) -> words.WipeReason | None:
    ticket = queue.tickets[number]
    if ticket.state in _GIVEN_UP:
        return words.WipeReason.GIVEN_UP
    if draft.done_ms is not None and now.steady_ms - draft.done_ms > _KEPT_AFTER_SERVICE_MS:
        return words.WipeReason.SERVED
    return words.WipeReason.TIME if now.steady_ms - draft.saved_ms > _KEPT_MS else None
