"""What may be asked of the queue, and what the devices must do about what happened.

``decide`` gives events or raises a `Refusal`; ``react`` gives effects. Neither changes anything.
"""

from __future__ import annotations

from collections.abc import Iterator

from hall.moment import Moment, local_day
from hall.plan import Plan, WindowPlan
from hall.queue import choice, words
from hall.queue.at_window import decide_at_window
from hall.queue.issue import decide_issue
from hall.queue.state import QueueState, Ticket, TicketState, WindowState
from hall.refusal import Code, Refusal

_FACES = {
    WindowState.CLOSED: words.Face.CLOSED,
    WindowState.IDLE: words.Face.IDLE,
    WindowState.CALLING: words.Face.CALLED,
    WindowState.SERVING: words.Face.SERVING,
    WindowState.PAUSED: words.Face.PAUSED,
    WindowState.LUNCH: words.Face.LUNCH,
}


def decide(state: QueueState, plan: Plan, command: words.Command, now: Moment) -> list[words.Event]:
    """The events that answer ``command``; raises `Refusal`."""
    match command:
        case words.Tick():
            return []
        case words.TakeTicket():
            return [decide_issue(state, plan, command, now)]
        case words.Restore():
            return [_restore(state, plan, command)]
        case words.Cancel():
            return [_cancel(state, command)]
        case words.ReprintSlip(number=number):
            _today(state, number)
            return [words.SlipReprinted(state.day or "", number)]
        case _:
            return decide_at_window(state, plan, command, now)


def turn_day(state: QueueState, now: Moment) -> list[list[words.Event]]:
    """What a new day brings, in two steps (close, open), or nothing.

    A clock that nobody trusts never closes a day; a hall without a day opens one at once, because visitors wait.
    """
    today = local_day(now.wall_ms)
    if state.day is None:
        return [[words.DayOpened(today)]]
    if now.trusted and today > state.day:
        return [_close_day(state, state.day, now), [words.DayOpened(today)]]
    return []


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
    effects.extend(_speech(event, after, plan))
    effects.extend(_terminals(before, after, plan))
    return effects


def repaint(state: QueueState, plan: Plan) -> list[words.Effect]:
    """Every sign and keypad as it should look now, after a restart or a repaired device. Announces nothing."""
    effects: list[words.Effect] = []
    for window in plan.windows:
        effects.append(_sign(state, window.number))
        effects.append(_terminal(state, plan, window))
    return effects


def _restore(state: QueueState, plan: Plan, command: words.Restore) -> words.Event:
    ticket = _today(state, command.number)
    if ticket.state is not TicketState.NO_SHOW:
        raise Refusal(Code.TICKET_NOT_MISSED, number=ticket.number)
    if ticket.restored:
        raise Refusal(Code.ALREADY_RESTORED, number=ticket.number)
    place = min(plan.queue.restore_after_tickets, len(state.waiting.get(ticket.service, ())))
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


def _today(state: QueueState, number: str) -> Ticket:
    ticket = state.tickets.get(number)
    if ticket is None:
        raise Refusal(Code.UNKNOWN_TICKET, "number", number=number)
    return ticket


def _close_day(state: QueueState, day: str, now: Moment) -> list[words.Event]:
    events: list[words.Event] = []
    for ticket in state.tickets.values():
        match ticket.state:
            case TicketState.WAITING | TicketState.CALLED | TicketState.HELD:
                events.append(words.TicketExpired(day, ticket.number, ticket.service))
            case TicketState.SERVING:
                window = state.window(ticket.window or 0)
                served_ms = ticket.served_ms + now.steady_ms - (ticket.serving_since_ms or now.steady_ms)
                events.append(
                    words.TicketFinished(
                        day, ticket.number, ticket.service, window.number, window.staff or "", served_ms // 1000,
                        ticket.held_ms // 1000,
                    )
                )  # fmt: skip
    for window in state.windows.values():
        if window.state is not WindowState.CLOSED:
            events.append(words.WindowClosed(window.number, window.staff or ""))
    ended = sum(isinstance(event, words.TicketFinished) for event in events)
    expired = sum(isinstance(event, words.TicketExpired) for event in events)
    events.append(
        words.DayClosed(
            day,
            issued=len(state.tickets),
            done=state.tally.get(TicketState.DONE, 0) + ended,
            no_show=state.tally.get(TicketState.NO_SHOW, 0),
            cancelled=state.tally.get(TicketState.CANCELLED, 0),
            expired=state.tally.get(TicketState.EXPIRED, 0) + expired,
        )
    )
    return events


def _sign(state: QueueState, number: int) -> words.ShowOnSign:
    window = state.window(number)
    return words.ShowOnSign(number, _FACES[window.state], window.ticket)


def _slip(ticket: Ticket, *, reprint: bool) -> words.PrintSlip:
    return words.PrintSlip(
        ticket.number, ticket.service, ticket.token, ticket.issued_wall_ms, ticket.ahead_at_issue,
        ticket.estimated_wait_s, reprint,
    )  # fmt: skip


def _speech(event: object, state: QueueState, plan: Plan) -> Iterator[words.Announce]:
    number = getattr(event, "number", "")
    ticket = state.tickets.get(number)
    service = plan.service(ticket.service) if ticket else None
    if service is not None and not service.speak:
        return
    match event:
        case words.TicketCalled(window=window):
            yield words.Announce(words.Phrase.CALL, number, window)
        case words.TicketRecalled(window=window, call=call):
            last = call >= plan.queue.calls_before_no_show
            yield words.Announce(words.Phrase.LAST_CALL if last else words.Phrase.RECALL, number, window, call)
        case words.TicketNoShow():
            yield words.Announce(words.Phrase.MISSED, number, None)
        case words.TicketTransferred(to_window=int(to_window)):
            yield words.Announce(words.Phrase.TRANSFER, number, to_window)


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
