"""What may be asked of the queue, and what the devices must do about what happened.

``decide`` gives events or raises a `Refusal`; ``react`` gives effects. Neither changes anything.
"""

from __future__ import annotations

from hall.moment import Moment, local_day
from hall.plan import Plan
from hall.queue import lunch, words
from hall.queue.at_desk import AtDesk, decide_at_desk
from hall.queue.at_window import decide_at_window
from hall.queue.issue import decide_issue, stopped_for_today
from hall.queue.state import QueueState, TicketState, WindowState
from hall.refusal import Code, Refusal
from hall.state import HallState

# whoever left the hall on order is neither called nor missed
_NOT_WHILE_EVACUATING = (words.CallNext, words.CallNumber, words.Recall, words.MarkNoShow, words.ResumeHeld)


def decide(hall: HallState, plan: Plan, command: words.Command, now: Moment) -> list[words.Event]:
    """The events that answer ``command``; raises `Refusal`."""
    state = hall.queue
    match command:
        case words.Tick():
            return _pass_time(hall, plan, now)
        case words.TakeTicket():
            return [decide_issue(hall, plan, command, now)]
        case _ if isinstance(command, AtDesk):
            return decide_at_desk(state, plan, command)
        case words.Undo(window=number) if _rated(hall, number):
            raise Refusal(Code.NOTHING_TO_UNDO, window=number)
        case _ if isinstance(command, _NOT_WHILE_EVACUATING) and hall.safety.evacuating:
            raise Refusal(Code.EVACUATING)
        case _:
            return decide_at_window(state, plan, command, now)


def _rated(hall: HallState, window: int) -> bool:
    """Whether the visitor whom this window served last has already rated it: then the service is over."""
    last = hall.queue.window(window).undoable
    found = hall.rating.rateable.get(last.ticket.token) if last else None
    return found is not None and found.version > 0


def _pass_time(hall: HallState, plan: Plan, now: Moment) -> list[words.Event]:
    state = hall.queue
    events: list[words.Event] = []
    for service in plan.services if not hall.safety.evacuating else ():
        if service.letter not in state.stopped and not service.by_appointment:
            stop = stopped_for_today(hall, plan, service, now)
            if stop is not None:
                events.append(words.IssuingStopped(state.day or "", service.letter, stop))
    for window, assignment in sorted(state.assigned.items()):
        if now.steady_ms >= assignment.until_ms:
            events.append(words.WindowAssignmentEnded(window, ""))
    return [*events, *lunch.pass_time(state, plan, now)]


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
