"""The queue after an event. Follows the two tables, so that an impossible event stops the program at once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hall.ledger import Ledger, put
from hall.moment import Moment
from hall.queue import ticket as ticket_life
from hall.queue import window as window_life
from hall.queue import words
from hall.queue.state import Pace, QueueState, Ticket, TicketState, Window, WindowState

_WINDOW_ACTS: dict[type, str] = {
    words.TicketCalled: "call",
    words.TicketRecalled: "recall",
    words.TicketReturned: "return",
    words.TicketServedStarted: "start",
    words.TicketFinished: "finish",
    words.TicketNoShow: "no_show",
    words.TicketHeld: "hold",
    words.TicketResumed: "resume_held",
    words.TicketTransferred: "transfer",
    words.WindowOpened: "open",
    words.WindowPaused: "pause",
    words.WindowResumed: "resume",
    words.WindowClosed: "close",
}


def apply(state: QueueState, event: object, at: Moment) -> QueueState:
    """The next state; events of other rooms change nothing here."""
    match event:
        case words.DayOpened(day=day):
            return _new_day(state, day)
        case words.TicketIssued():
            return _issue(state, event, at)
        case words.WindowOpened() | words.WindowPaused() | words.WindowResumed() | words.WindowClosed():
            return _window_moved(state, event, at)
        case words.TicketTransferred():
            return _transfer(state, event, at)
        case (
            words.TicketCalled()
            | words.TicketRecalled()
            | words.TicketReturned()
            | words.TicketServedStarted()
            | words.TicketFinished()
            | words.TicketNoShow()
            | words.TicketHeld()
            | words.TicketResumed()
            | words.TicketRestored()
            | words.TicketCancelled()
            | words.TicketExpired()
        ):
            return _ticket_moved(state, event, at)
        case _:
            return state


def _new_day(state: QueueState, day: str) -> QueueState:
    windows = {number: Window(number, last_act=window.last_act) for number, window in state.windows.items()}
    return QueueState(day=day, windows=windows, tickets=Ledger(), by_token=Ledger(), by_card=Ledger())


def _issue(state: QueueState, event: words.TicketIssued, at: Moment) -> QueueState:
    ticket = Ticket(
        number=event.number,
        service=event.service,
        token=event.token,
        state=ticket_life.follow(None, event),
        channel=event.channel,
        issued_ms=at.steady_ms,
        issued_wall_ms=at.wall_ms,
        ahead_at_issue=event.ahead,
        estimated_wait_s=event.estimated_wait_s,
        priority=event.priority,
        card_mark=event.card_mark,
        persons=event.persons,
    )
    by_card = state.by_card
    if event.card_mark is not None:
        by_card = put(by_card, event.card_mark, (*by_card.get(event.card_mark, ()), event.number))
    return replace(
        state,
        tickets=put(state.tickets, event.number, ticket),
        waiting={**state.waiting, event.service: (*state.waiting.get(event.service, ()), event.number)},
        last_serial={**state.last_serial, event.service: state.last_serial.get(event.service, 0) + 1},
        by_token=put(state.by_token, event.token, event.number),
        by_card=by_card,
        tally=_tally(state, None, TicketState.WAITING),
    )


def _ticket_moved(state: QueueState, event: Any, at: Moment) -> QueueState:
    before = state.tickets[event.number]
    after = replace(before, state=ticket_life.follow(before.state, event))
    after = _ticket_facts(after, event, at)
    state = replace(
        state, tickets=put(state.tickets, after.number, after), tally=_tally(state, before.state, after.state)
    )
    if before.state is TicketState.WAITING:
        state = leave_queue(state, before)
    if after.state is TicketState.WAITING:
        place = event.place if isinstance(event, words.TicketRestored) else 0
        state = _join_queue(state, after.service, after.number, place)
    if isinstance(event, words.TicketCalled):
        state = count_run(state, before)
    if isinstance(event, words.TicketFinished):
        pace = state.pace.get(event.service, Pace())
        faster = Pace(pace.served + 1, pace.total_s + event.served_s)
        state = replace(state, pace={**state.pace, event.service: faster})
    return _window_of_ticket(state, before, event, at)


def _ticket_facts(ticket: Ticket, event: Any, at: Moment) -> Ticket:
    match event:
        case words.TicketCalled(window=window, waited_s=waited_s):
            return replace(ticket, window=window, calls=1, last_call_ms=at.steady_ms, waited_s=waited_s)
        case words.TicketRecalled(call=call) if call > ticket.calls:
            return replace(ticket, calls=call, last_call_ms=at.steady_ms)
        case words.TicketReturned() | words.TicketExpired() | words.TicketNoShow():
            return replace(ticket, window=None)
        case words.TicketRestored():
            return replace(ticket, restored=True, calls=0)
        case words.TicketServedStarted():
            return replace(ticket, serving_since_ms=at.steady_ms)
        case words.TicketHeld():
            served_ms = ticket.served_ms + at.steady_ms - (ticket.serving_since_ms or at.steady_ms)
            return replace(ticket, served_ms=served_ms, serving_since_ms=None, held_since_ms=at.steady_ms)
        case words.TicketResumed(window=window):
            held_ms = ticket.held_ms + at.steady_ms - (ticket.held_since_ms or at.steady_ms)
            return replace(ticket, window=window, held_ms=held_ms, held_since_ms=None, serving_since_ms=at.steady_ms)
        case _:
            return ticket


def _transfer(state: QueueState, event: words.TicketTransferred, at: Moment) -> QueueState:
    before = state.tickets[event.number]
    served_ms = before.served_ms
    if before.serving_since_ms is not None:
        served_ms += at.steady_ms - before.serving_since_ms
    after = replace(
        before,
        state=ticket_life.follow(before.state, event),
        service=event.to_service,
        window=event.to_window,
        transferred=True,
        served_ms=served_ms,
        serving_since_ms=None,
        calls=0,
    )
    state = replace(
        state, tickets=put(state.tickets, after.number, after), tally=_tally(state, before.state, after.state)
    )
    if event.to_window is not None:
        queue = (*state.sent_to.get(event.to_window, ()), event.number)
        state = replace(state, sent_to={**state.sent_to, event.to_window: queue})
    else:
        waiting = state.waiting.get(event.to_service, ())
        place = next((i for i, number in enumerate(waiting) if not state.tickets[number].transferred), len(waiting))
        state = _join_queue(state, event.to_service, event.number, place)
    return _window_of_ticket(state, before, event, at)


def _window_of_ticket(state: QueueState, before: Ticket, event: Any, at: Moment) -> QueueState:
    """Move the window that the event happened at, if it happened at one."""
    if isinstance(event, words.TicketRestored | words.TicketCancelled):
        return state
    if isinstance(event, words.TicketExpired) and before.state is not TicketState.CALLED:
        return _forget_hold(state, before)
    number = (
        event.from_window if isinstance(event, words.TicketTransferred) else getattr(event, "window", before.window)
    )
    if number is None:
        return state
    window = state.window(number)
    following = window_life.follow(window.state, event)
    if isinstance(event, words.TicketResumed):
        state = _forget_hold(state, before)
        window = state.window(number)
    busy = following in (WindowState.CALLING, WindowState.SERVING)
    held = (*window.held, event.number) if isinstance(event, words.TicketHeld) else window.held
    moved = replace(window, ticket=event.number if busy else None, held=held)
    return _with_window(state, moved, following, event, at)


def _forget_hold(state: QueueState, ticket: Ticket) -> QueueState:
    if ticket.state is not TicketState.HELD or ticket.window is None:
        return state
    holder = state.window(ticket.window)
    kept = tuple(number for number in holder.held if number != ticket.number)
    return replace(state, windows={**state.windows, holder.number: replace(holder, held=kept)})


def _window_moved(state: QueueState, event: Any, at: Moment) -> QueueState:
    window = state.window(event.window)
    following = window_life.follow(window.state, event)
    match event:
        case words.WindowOpened(staff=staff):
            window = replace(window, staff=staff, pause=None)
        case words.WindowPaused(reason=reason):
            window = replace(window, pause=reason)
        case words.WindowResumed():
            window = replace(window, pause=None)
        case words.WindowClosed():
            window = replace(window, staff=None, pause=None, ticket=None)
    return _with_window(state, window, following, event, at)


def _with_window(state: QueueState, window: Window, following: WindowState, event: object, at: Moment) -> QueueState:
    since_ms = window.since_ms if following is window.state else at.steady_ms
    moved = replace(
        window, state=following, since_ms=since_ms, last_act=_WINDOW_ACTS.get(type(event), ""), last_act_ms=at.steady_ms
    )
    return replace(state, windows={**state.windows, moved.number: moved})


def leave_queue(state: QueueState, ticket: Ticket) -> QueueState:
    """It waits no longer, wherever it stood."""
    waiting = dict(state.waiting)
    waiting[ticket.service] = tuple(number for number in waiting.get(ticket.service, ()) if number != ticket.number)
    sent_to = {
        window: tuple(number for number in queue if number != ticket.number) for window, queue in state.sent_to.items()
    }
    return replace(state, waiting=waiting, sent_to={window: queue for window, queue in sent_to.items() if queue})


def _join_queue(state: QueueState, service: str, number: str, place: int) -> QueueState:
    queue = state.waiting.get(service, ())
    return replace(state, waiting={**state.waiting, service: (*queue[:place], number, *queue[place:])})


def count_run(state: QueueState, ticket: Ticket) -> QueueState:
    """What a call of this ticket means for whose turn is next: priority may not come too often in a row."""
    run = state.priority_run.get(ticket.service, 0) + 1 if ticket.priority else 0
    return replace(state, priority_run={**state.priority_run, ticket.service: run})


def _tally(state: QueueState, before: TicketState | None, after: TicketState) -> dict[str, int]:
    tally = dict(state.tally)
    if before is not None:
        tally[before.value] = tally.get(before.value, 0) - 1
    tally[after.value] = tally.get(after.value, 0) + 1
    return tally
