"""A draft lives with its ticket: opened only where the ticket is, wiped when the ticket is over or after 12 hours.

It starts no period of the law: that is done by the formal application (法律援助法 43), submitted once for each ticket,
at the kiosk while the ticket waits or at the window that has it. An application ends the draft and is never wiped. The
pages of its papers follow it in order, part by part; what is there already is not taken again.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from hall.intake import words
from hall.intake.codes import Channel
from hall.intake.state import Draft, IntakeState, Receipt
from hall.moment import Moment
from hall.queue.state import QueueState, Ticket, TicketState
from hall.queue.words import DayOpened, TicketFinished, TicketReopened
from hall.refusal import Code, Refusal

MOST_PAGES: Final = 40  # of one application
MOST_PARTS: Final = 22  # of one page
_KEPT_MS: Final = 12 * 3_600_000
_KEPT_AFTER_SERVICE_MS: Final = 10 * 60_000  # a finish may be a mistake
_AT_WINDOW: Final = (TicketState.CALLED, TicketState.SERVING)
_GIVEN_UP: Final = (TicketState.CANCELLED, TicketState.EXPIRED)


def decide(state: IntakeState, queue: QueueState, command: words.Command) -> list[words.Event]:
    """The event that answers ``command``, none for a page that is there already; raises `Refusal`."""
    if isinstance(command, words.TakePage):
        return _take_page(state, queue, command)
    ticket = queue.tickets.get(command.number)
    if ticket is None:
        raise Refusal(Code.UNKNOWN_TICKET, "number", number=command.number)
    match command:
        case words.SaveDraft():
            _require_waiting(ticket)
            return [words.DraftSaved(queue.day or "", ticket.number)]
        case words.OpenDraft():
            if ticket.number not in state.drafts:
                raise Refusal(Code.NO_DRAFT, "number", number=ticket.number)
            _require_at(ticket, command.window)
            return [words.DraftOpened(queue.day or "", ticket.number, command.window, command.staff)]
        case words.SubmitApplication():
            return [_submit(state, queue, ticket, command)]


def _submit(
    state: IntakeState, queue: QueueState, ticket: Ticket, command: words.SubmitApplication
) -> words.ApplicationSubmitted:
    before = state.receipt_of(ticket.number)
    if before is not None:
        raise Refusal(Code.SUBMITTED_ALREADY, "number", number=ticket.number, receipt=before)
    if command.receipt in state.receipts:
        raise Refusal(Code.SUBMITTED_ALREADY, "receipt", number=ticket.number, receipt=command.receipt)
    if command.channel is Channel.WINDOW and command.window is not None:
        _require_at(ticket, command.window)
    else:
        _require_waiting(ticket)
    return words.ApplicationSubmitted(
        queue.day or "",
        ticket.number,
        command.receipt,
        command.channel,
        command.window,
        command.staff,
        command.pages,
        command.code_hash,
        command.sealed,
    )


def _take_page(state: IntakeState, queue: QueueState, command: words.TakePage) -> list[words.Event]:
    """Pages come from the window that took the application, or that has its ticket now."""
    receipt = state.receipts.get(command.receipt)
    if receipt is None:
        raise Refusal(Code.UNKNOWN_RECEIPT, "receipt")
    if receipt.window != command.window:
        _require_at(queue.tickets[receipt.number], command.window)
    if not (1 <= command.page <= command.pages <= MOST_PAGES and 1 <= command.part <= command.parts <= MOST_PARTS):
        raise Refusal(Code.PAGE_OUT_OF_TURN, "page")
    if command.page <= receipt.taken:
        return []
    same = command.parts == receipt.parts
    if same and 1 < command.part <= receipt.part:
        return []
    if command.page != receipt.taken + 1 or not (command.part == 1 or (same and command.part == receipt.part + 1)):
        raise Refusal(Code.PAGE_OUT_OF_TURN, "page")
    page = words.PageTaken(command.receipt, command.page, command.pages, command.part, command.parts, command.sealed)
    return [page]


def _require_waiting(ticket: Ticket) -> None:
    if ticket.state is not TicketState.WAITING:
        raise Refusal(Code.TICKET_NOT_WAITING, "number", number=ticket.number)


def _require_at(ticket: Ticket, window: int) -> None:
    if ticket.window != window or ticket.state not in _AT_WINDOW:
        raise Refusal(Code.NOT_AT_THIS_WINDOW, "number", number=ticket.number, window=window)


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
            return _with_draft(state, number, Draft(at.steady_ms))
        case words.DraftOpened(number=number, staff=staff):
            return _with_draft(state, number, replace(state.drafts[number], opened_by=staff))
        case TicketFinished(number=number) if number in state.drafts:
            return _with_draft(state, number, replace(state.drafts[number], done_ms=at.steady_ms))
        case TicketReopened(number=number) if number in state.drafts:
            return _with_draft(state, number, replace(state.drafts[number], done_ms=None))
        case words.DraftWiped(number=number):
            return _without_draft(state, number)
        case words.ApplicationSubmitted():
            receipt = Receipt(event.number, event.window, at.wall_ms, event.pages)
            return replace(_without_draft(state, event.number), receipts={**state.receipts, event.receipt: receipt})
        case words.PageTaken(receipt=name) if name in state.receipts:
            return replace(state, receipts={**state.receipts, name: _with_page(state.receipts[name], event)})
        case DayOpened():
            return IntakeState()
        case _:
            return state


def _with_draft(state: IntakeState, number: str, draft: Draft) -> IntakeState:
    return replace(state, drafts={**state.drafts, number: draft})


def _without_draft(state: IntakeState, number: str) -> IntakeState:
    return replace(state, drafts={kept: draft for kept, draft in state.drafts.items() if kept != number})


def _with_page(receipt: Receipt, event: words.PageTaken) -> Receipt:
    pages = max(receipt.pages, event.pages)
    if event.part == event.parts:
        return replace(receipt, pages=pages, taken=event.page, part=0, parts=0)
    return replace(receipt, pages=pages, part=event.part, parts=event.parts)


def _over(draft: Draft, queue: QueueState, number: str, now: Moment) -> words.WipeReason | None:
    ticket = queue.tickets[number]
    if ticket.state in _GIVEN_UP:
        return words.WipeReason.GIVEN_UP
    if draft.done_ms is not None and now.steady_ms - draft.done_ms > _KEPT_AFTER_SERVICE_MS:
        return words.WipeReason.SERVED
    return words.WipeReason.TIME if now.steady_ms - draft.saved_ms > _KEPT_MS else None
