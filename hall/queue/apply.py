"""The queue after an event. Follows the two tables, so that an impossible event stops the program at once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hall.ledger import Ledger, put
from hall.moment import Moment
from hall.queue import ticket as ticket_life
from hall.queue import undo, words
from hall.queue import window as window_life
from hall.queue.forecast import learn
from hall.queue.places import count_call, join_queue, leave_queue, tally
from hall.queue.state import Assignment, Pace, QueueState, Ticket, TicketState, Window, WindowState
from hall.queue.window_moves import forget_hold, window_moved, with_window

_PAST_DAYS = 30


def apply(state: QueueState, event: object, at: Moment) -> QueueState:
    """The next state; events of other rooms change nothing here."""
    match event:
        case words.DayOpened(day=day):
            return _new_day(state, day)
        case words.TicketIssued():
            return _issue(state, event, at)
        case words.WindowOpened() | words.WindowPaused() | words.WindowResumed() | words.WindowClosed():
            return window_moved(state, event, at)
        case words.TicketTransferred():
            return _transfer(state, event, at)
        case words.TicketReturned(undone=True):
            return undo.call_taken_back(state, event, at)
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
        case words.TicketReopened() | words.TicketKeptCalled():
            return undo.act_taken_back(state, event, at)
        case words.TicketPrioritised() | words.TicketMadePrivate() | words.TicketHandedOver():
            return _ticket_marked(state, event)
        case _:
            return _rest(state, event, at)


def _rest(state: QueueState, event: object, at: Moment) -> QueueState:
    match event:
        case words.IssuingStopped(service=service, reason=reason):
            return replace(state, stopped={**state.stopped, service: reason.value})
        case words.LunchBegan(until=until):
            return replace(state, lunch_until=until)
        case words.LunchEnded():
            return replace(state, lunch_until=None, lunch_over=())
        case words.WindowAssigned(window=window, services=services, for_s=for_s):
            assignment = Assignment(services, at.steady_ms + for_s * 1000)
            return replace(state, assigned={**state.assigned, window: assignment})
        case words.WindowAssignmentEnded(window=window):
            return replace(state, assigned={one: kept for one, kept in state.assigned.items() if one != window})
        case _:
            return state


def _new_day(state: QueueState, day: str) -> QueueState:
    windows = {number: Window(number, last_act=window.last_act) for number, window in state.windows.items()}
    past = dict(state.past)
    for service, pace in state.pace.items():
        past[service] = (*past.get(service, ())[1 - _PAST_DAYS :], pace)
    return QueueState(
        day=day, windows=windows, tickets=Ledger(), by_token=Ledger(), by_card=Ledger(), past=past,
        experience=state.experience,
    )  # fmt: skip


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
        person=event.person,
        private=event.private,
        senior=event.senior,
        priority_by=event.priority_by,
        slot_ms=event.slot_ms,
        modelled_wait_s=event.modelled_wait_s,
        wait_bound_s=event.wait_bound_s,
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
        tally=tally(state, None, TicketState.WAITING),
    )


def _ticket_moved(state: QueueState, event: Any, at: Moment) -> QueueState:
    before = state.tickets[event.number]
    after = replace(before, state=ticket_life.follow(before.state, event))
    after, earlier = _ticket_facts(after, event, at), state
    state = replace(
        state, tickets=put(state.tickets, after.number, after), tally=tally(state, before.state, after.state)
    )
    if before.state is TicketState.WAITING:
        state = leave_queue(state, before)
    if after.state is TicketState.WAITING:
        place = event.place if isinstance(event, words.TicketRestored) else 0
        state = join_queue(state, after.service, after.number, place)
    if isinstance(event, words.TicketCalled):
        state = count_call(state, before, event.window)
        if before.waited_s is None:
            state = learn(state, before, event.waited_s)
    if isinstance(event, words.TicketFinished):
        pace = state.pace.get(event.service, Pace())
        faster = Pace(pace.served + 1, pace.total_s + event.served_s)
        state = replace(state, pace={**state.pace, event.service: faster})
    return _window_of_ticket(state, before, event, at, earlier)


def _ticket_facts(ticket: Ticket, event: Any, at: Moment) -> Ticket:
    match event:
        case words.TicketCalled(window=window, waited_s=waited_s):
            return replace(
                ticket, window=window, calls=1, last_call_ms=at.steady_ms, waited_s=waited_s,
                called_ms=ticket.called_ms if ticket.called_ms is not None else at.steady_ms,
                why=event.why, called_by=event.staff, overtook=event.overtook,
            )  # fmt: skip
        case words.TicketRecalled(call=call) if call > ticket.calls:
            return replace(ticket, calls=call, last_call_ms=at.steady_ms)
        case words.TicketReturned() | words.TicketExpired():
            return replace(ticket, window=None)
        case words.TicketNoShow():
            return replace(ticket, window=None, sent_on_ms=at.steady_ms)
        case words.TicketRestored():
            return replace(ticket, restored=True, calls=0, slot_ms=None)
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


def _ticket_marked(state: QueueState, event: Any) -> QueueState:
    ticket = state.tickets[event.number]
    match event:
        case words.TicketPrioritised(priority=priority, staff=staff):
            ticket = replace(
                ticket, priority=priority, priority_by=staff, senior=ticket.senior and priority is not None
            )
        case words.TicketMadePrivate():
            ticket = replace(ticket, private=True)
        case words.TicketHandedOver():
            ticket = replace(ticket, person=None)
    return replace(state, tickets=put(state.tickets, ticket.number, ticket))


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
        sent_on_ms=at.steady_ms,
        served_ms=served_ms,
        serving_since_ms=None,
        calls=0,
        person=None,
        slot_ms=None,
    )
    state = replace(
        state, tickets=put(state.tickets, after.number, after), tally=tally(state, before.state, after.state)
    )
    if event.to_window is not None:
        queue = (*state.sent_to.get(event.to_window, ()), event.number)
        state = replace(state, sent_to={**state.sent_to, event.to_window: queue})
    else:
        waiting = state.waiting.get(event.to_service, ())
        place = next((i for i, number in enumerate(waiting) if not state.tickets[number].transferred), len(waiting))
        state = join_queue(state, event.to_service, event.number, place)
    return _window_of_ticket(state, before, event, at, state)


def _window_of_ticket(state: QueueState, before: Ticket, event: Any, at: Moment, earlier: QueueState) -> QueueState:
    """Move the window that the event happened at, if it happened at one."""
    if isinstance(event, words.TicketRestored | words.TicketCancelled):
        return state
    if isinstance(event, words.TicketExpired) and before.state is not TicketState.CALLED:
        return forget_hold(state, before)
    number = (
        event.from_window if isinstance(event, words.TicketTransferred) else getattr(event, "window", before.window)
    )
    if number is None:
        return state
    window = state.window(number)
    following = window_life.follow(window.state, event)
    if isinstance(event, words.TicketResumed):
        state = forget_hold(state, before)
        window = state.window(number)
    busy = following in (WindowState.CALLING, WindowState.SERVING)
    held = (*window.held, event.number) if isinstance(event, words.TicketHeld) else window.held
    moved = undo.remember(replace(window, ticket=event.number if busy else None, held=held), before, event, at, earlier)
    return with_window(state, moved, following, event, at)
