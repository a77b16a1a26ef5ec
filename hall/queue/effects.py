"""What signs, keypads, printer and loudspeakers must do because something happened in the queue."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hall.opening import hours_on
from hall.plan import Plan, WindowPlan
from hall.queue import choice, words
from hall.queue.state import QueueState, Ticket, WindowState

_FACES: Final = {
    WindowState.CLOSED: words.Face.CLOSED,
    WindowState.IDLE: words.Face.IDLE,
    WindowState.CALLING: words.Face.CALLED,
    WindowState.SERVING: words.Face.SERVING,
    WindowState.PAUSED: words.Face.PAUSED,
    WindowState.LUNCH: words.Face.LUNCH,
}


def react(before: QueueState, event: object, after: QueueState, plan: Plan) -> list[words.Effect]:
    """What the devices must do because ``event`` led from ``before`` to ``after``."""
    effects: list[words.Effect] = []
    for window in after.windows.values():
        old = before.windows.get(window.number)
        if old is None or old.state is not window.state or old.ticket != window.ticket:
            effects.append(_sign(after, window.number))
    match event:
        case words.TicketIssued(number=number):
            effects.append(_slip(after.tickets[number], reprint=False))
        case words.SlipReprinted(number=number):
            effects.append(_slip(after.tickets[number], reprint=True))
        case words.TicketRecalled(window=window_number):
            effects.append(_sign(after, window_number))
        case words.TicketReturned(number=number):
            effects.append(words.Unsay(number))
    effects.extend(_speech(event, before, after, plan))
    effects.extend(_terminals(before, after, plan))
    return effects


def repaint(state: QueueState, plan: Plan) -> list[words.Effect]:
    """Every sign and keypad as it should look now, after a restart or a repaired device. Announces nothing."""
    effects: list[words.Effect] = []
    for window in plan.windows:
        effects.append(_sign(state, window.number))
        effects.append(_terminal(state, plan, window))
    return effects


def _sign(state: QueueState, number: int) -> words.ShowOnSign:
    window = state.window(number)
    return words.ShowOnSign(number, _FACES[window.state], window.ticket)


def _slip(ticket: Ticket, *, reprint: bool) -> words.PrintSlip:
    return words.PrintSlip(
        ticket.number, ticket.service, ticket.token, ticket.issued_wall_ms, ticket.ahead_at_issue,
        ticket.estimated_wait_s, reprint,
    )  # fmt: skip


def _speech(event: object, before: QueueState, state: QueueState, plan: Plan) -> Iterator[words.Announce]:
    if isinstance(event, words.IssuingStopped):
        if _all_stopped(state, plan) and not _all_stopped(before, plan):
            yield words.Announce(words.Phrase.STOP, "", None)
        return
    number = getattr(event, "number", None) or ""
    ticket = state.tickets.get(number)
    service = plan.service(ticket.service) if ticket else None
    if ticket is None or ticket.private or (service is not None and (service.private or not service.speak)):
        return
    match event:
        case words.TicketCalled(window=window):
            yield words.Announce(words.Phrase.CALL, number, window, room=_room(plan, window))
        case words.TicketRecalled(window=window, call=call):
            last = call >= plan.queue.calls_before_no_show
            phrase = words.Phrase.LAST_CALL if last else words.Phrase.RECALL
            yield words.Announce(phrase, number, window, call, _room(plan, window))
        case words.TicketNoShow():
            yield words.Announce(words.Phrase.MISSED, number, None)
        case words.TicketTransferred(to_window=int(to_window)):
            yield words.Announce(words.Phrase.TRANSFER, number, to_window, room=_room(plan, to_window))


def _all_stopped(state: QueueState, plan: Plan) -> bool:
    """Whether no class that gives numbers by the clock today gives any more."""
    by_clock = [
        service.letter
        for service in plan.services
        if state.day is not None and hours_on(plan, service, state.day) and not service.by_appointment
    ]
    return bool(by_clock) and all(letter in state.stopped for letter in by_clock)


def _room(plan: Plan, window: int) -> int | None:
    found = plan.window(window)
    return found.room if found else None


def _terminals(before: QueueState, after: QueueState, plan: Plan) -> Iterator[words.ShowOnTerminal]:
    """Only the keypads whose two numbers changed: the line to them is slow."""
    if before.waiting == after.waiting and before.sent_to == after.sent_to and before.windows == after.windows:
        return
    for window in plan.windows:
        shown = _terminal(after, plan, window)
        if shown != _terminal(before, plan, window):
            yield shown


def _terminal(state: QueueState, plan: Plan, window: WindowPlan) -> words.ShowOnTerminal:
    return words.ShowOnTerminal(
        window.number, choice.waiting_for(state, plan, window.number), state.window(window.number).ticket
    )
