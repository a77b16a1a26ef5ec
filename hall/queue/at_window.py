"""What a window may do: open, call, recall, start, finish, miss, hold, resume, transfer, pause, close."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from hall.moment import Moment
from hall.plan import Plan, WindowPlan
from hall.queue import choice, words
from hall.queue.lunch import check_lunch
from hall.queue.state import QueueState, Ticket, TicketState, Window, WindowState
from hall.queue.undo import decide_undo
from hall.refusal import Code, Refusal

_ACTS: Final[dict[type, str]] = {
    words.CallNext: "call",
    words.CallNumber: "call",
    words.Recall: "recall",
    words.Start: "start",
    words.Finish: "finish",
    words.MarkNoShow: "no_show",
    words.Hold: "hold",
    words.ResumeHeld: "resume_held",
    words.Transfer: "transfer",
    words.OpenWindow: "open",
    words.PauseWindow: "pause",
    words.ResumeWindow: "resume",
    words.CloseWindow: "close",
    words.Undo: "undo",
}
AtWindow = (
    words.CallNext
    | words.CallNumber
    | words.Recall
    | words.Start
    | words.Finish
    | words.MarkNoShow
    | words.Hold
    | words.ResumeHeld
    | words.Transfer
    | words.OpenWindow
    | words.PauseWindow
    | words.ResumeWindow
    | words.CloseWindow
    | words.Undo
)


def decide_at_window(state: QueueState, plan: Plan, command: AtWindow, now: Moment) -> list[words.Event]:
    """The events that answer a window's command; raises `Refusal`."""
    if plan.window(command.window) is None:
        raise Refusal(Code.UNKNOWN_WINDOW, "window", window=command.window)
    window = state.window(command.window)
    pressed_again_ms = now.steady_ms - window.last_act_ms
    if window.last_act == _ACTS[type(command)] and pressed_again_ms < plan.queue.double_press_s * 1000:
        raise Refusal(Code.DOUBLE_PRESS, window=window.number)
    match command:
        case words.CallNext():
            return [_call(state, window, command.staff, _next(state, plan, window, now), now)]
        case words.CallNumber(number=number):
            return [_call(state, window, command.staff, _chosen(state, plan, window, number), now, command.reason)]
        case words.Recall() | words.Start() | words.MarkNoShow():
            return [_called(state, plan, window, command, now)]
        case words.Finish() | words.Hold():
            return [_served(state, window, command, now)]
        case words.ResumeHeld():
            return [_resume_held(state, window, command, now)]
        case words.Transfer():
            return [_transfer(state, plan, window, command)]
        case words.Undo(staff=staff):
            return decide_undo(state, plan, window, staff, now)
        case _:
            return _move_window(state, plan, window, command)


def _free(window: Window) -> None:
    match window.state:
        case WindowState.CLOSED:
            raise Refusal(Code.WINDOW_CLOSED, window=window.number)
        case WindowState.PAUSED | WindowState.LUNCH:
            raise Refusal(Code.WINDOW_PAUSED, window=window.number)
        case WindowState.CALLING | WindowState.SERVING:
            raise Refusal(Code.WINDOW_BUSY, window=window.number, number=window.ticket or "")


def _next(state: QueueState, plan: Plan, window: Window, now: Moment) -> choice.Choice:
    _free(window)
    found = choice.next_for(state, plan, window.number, now)
    if found is None:
        raise Refusal(Code.NOTHING_WAITING, window=window.number)
    return found


def _chosen(state: QueueState, plan: Plan, window: Window, number: str) -> choice.Choice:
    _free(window)
    ticket = state.tickets.get(number)
    if ticket is None:
        raise Refusal(Code.UNKNOWN_TICKET, "number", number=number)
    if ticket.state is not TicketState.WAITING:
        raise Refusal(Code.TICKET_NOT_WAITING, "number", number=number)
    serves = ticket.service in choice.services_of(state, plan.window(window.number))
    here = serves or ticket.window == window.number
    if not (here and choice.may_call(state, plan, window.number, ticket)):
        raise Refusal(Code.NOT_SERVED_THERE, "number", number=number, window=window.number)
    queue = state.waiting.get(ticket.service, ())
    return choice.Choice(ticket, queue.index(number) if number in queue else 0, words.Why.CHOSEN)


def _call(
    state: QueueState,
    window: Window,
    staff: str,
    chosen: choice.Choice,
    now: Moment,
    reason: words.JumpReason | None = None,
) -> words.Event:
    ticket = chosen.ticket
    waited_s = ticket.waited_s if ticket.waited_s is not None else (now.steady_ms - ticket.issued_ms) // 1000
    return words.TicketCalled(
        state.day or "", ticket.number, ticket.service, window.number, staff, waited_s, ticket.priority,
        chosen.overtook, chosen.why, reason,
    )  # fmt: skip


def _called(
    state: QueueState, plan: Plan, window: Window, command: words.Recall | words.Start | words.MarkNoShow, now: Moment
) -> words.Event:
    if window.state is not WindowState.CALLING or window.ticket is None:
        raise Refusal(Code.NOBODY_CALLED, window=window.number)
    ticket, day = state.tickets[window.ticket], state.day or ""
    since_call_ms = now.steady_ms - ticket.last_call_ms
    counts = since_call_ms >= plan.queue.call_interval_s * 1000
    match command:
        case words.Start():
            return words.TicketServedStarted(day, ticket.number, ticket.service, window.number, command.staff)
        case words.Recall():
            call = ticket.calls + 1 if counts else ticket.calls
            return words.TicketRecalled(day, ticket.number, window.number, command.staff, call)
        case words.MarkNoShow():
            if ticket.calls < plan.queue.calls_before_no_show:
                limit = plan.queue.calls_before_no_show
                raise Refusal(Code.TOO_FEW_CALLS, number=ticket.number, calls=ticket.calls, limit=limit)
            if not counts:  # no further call is needed: it would only begin the wait anew
                left_ms = plan.queue.call_interval_s * 1000 - since_call_ms
                raise Refusal(Code.CALLED_JUST_NOW, number=ticket.number, seconds=-(-left_ms // 1000))
            return words.TicketNoShow(day, ticket.number, ticket.service, window.number, command.staff, ticket.calls)


def _served(state: QueueState, window: Window, command: words.Finish | words.Hold, now: Moment) -> words.Event:
    ticket = _serving(state, window)
    if isinstance(command, words.Hold):
        return words.TicketHeld(state.day or "", ticket.number, window.number, command.staff)
    served_ms = ticket.served_ms + now.steady_ms - (ticket.serving_since_ms or now.steady_ms)
    return words.TicketFinished(
        state.day or "", ticket.number, ticket.service, window.number, command.staff, served_ms // 1000,
        ticket.held_ms // 1000,
    )  # fmt: skip


def _serving(state: QueueState, window: Window) -> Ticket:
    if window.state is not WindowState.SERVING or window.ticket is None:
        raise Refusal(Code.NOBODY_SERVED, window=window.number)
    return state.tickets[window.ticket]


def _resume_held(state: QueueState, window: Window, command: words.ResumeHeld, now: Moment) -> words.Event:
    _free(window)
    number = command.number or (window.held[0] if window.held else None)
    ticket = state.tickets.get(number) if number else None
    if ticket is None or ticket.state is not TicketState.HELD:
        raise Refusal(Code.NOTHING_HELD, "number" if command.number else None, window=window.number)
    held_ms = ticket.held_ms + now.steady_ms - (ticket.held_since_ms or now.steady_ms)
    return words.TicketResumed(state.day or "", ticket.number, window.number, command.staff, held_ms // 1000)


def _transfer(state: QueueState, plan: Plan, window: Window, command: words.Transfer) -> words.Event:
    if window.state is WindowState.CALLING and window.ticket is not None:
        ticket = state.tickets[window.ticket]
    else:
        ticket = _serving(state, window)
    to_service = _target_service(state, plan, window, ticket, command)
    moved = replace(ticket, service=to_service, person=None)
    if command.to_window is not None and not choice.may_call(state, plan, command.to_window, moved):
        raise Refusal(Code.NOT_SERVED_THERE, "to_window", number=ticket.number, window=command.to_window)
    return words.TicketTransferred(
        state.day or "", ticket.number, ticket.service, window.number, to_service, command.to_window, command.staff
    )


def _target_service(state: QueueState, plan: Plan, window: Window, ticket: Ticket, command: words.Transfer) -> str:
    """The class that the ticket will have. It changes only when the clerk names another: a window alone keeps it."""
    windows = plan.windows
    if command.to_window is not None:
        windows = (_other_window(plan, window, command.to_window),)
    elif command.to_service == ticket.service:
        raise Refusal(Code.SAME_PLACE, "to_service")
    keeps = command.to_window is not None and command.to_service is None
    service = ticket.service if keeps else command.to_service
    if service is None or plan.service(service) is None:
        raise Refusal(Code.UNKNOWN_SERVICE, "to_service", service=service or "")
    if not any(service in choice.services_of(state, item) for item in windows):
        field = "to_window" if keeps else "to_service"
        raise Refusal(Code.NOT_SERVED_THERE, field, number=ticket.number, window=command.to_window or 0)
    return service


def _other_window(plan: Plan, window: Window, number: int) -> WindowPlan:
    target = plan.window(number)
    if target is None:
        raise Refusal(Code.UNKNOWN_WINDOW, "to_window", window=number)
    if target.number == window.number:
        raise Refusal(Code.SAME_PLACE, "to_window")
    return target


def _move_window(
    state: QueueState,
    plan: Plan,
    window: Window,
    command: words.OpenWindow | words.PauseWindow | words.ResumeWindow | words.CloseWindow,
) -> list[words.Event]:
    number, staff = window.number, command.staff
    if isinstance(command, words.OpenWindow):
        return _open(window, staff)
    if window.state is WindowState.CLOSED:
        raise Refusal(Code.WINDOW_CLOSED, window=number)
    if isinstance(command, words.ResumeWindow):
        if window.state not in (WindowState.PAUSED, WindowState.LUNCH):
            raise Refusal(Code.WINDOW_NOT_PAUSED, window=number)
        return [words.WindowResumed(number, staff)]
    if window.state is WindowState.SERVING:
        raise Refusal(Code.WINDOW_BUSY, window=number, number=window.ticket or "")
    events: list[words.Event] = []
    if window.state is WindowState.CALLING and window.ticket is not None:
        events.append(words.TicketReturned(state.day or "", window.ticket, number))
    if isinstance(command, words.CloseWindow):
        return [*events, words.WindowClosed(number, staff)]
    if window.state in (WindowState.PAUSED, WindowState.LUNCH):
        raise Refusal(Code.WINDOW_PAUSED, window=number)
    if command.reason is words.PauseReason.LUNCH:
        check_lunch(state, plan, number)
    return [*events, words.WindowPaused(number, staff, command.reason)]


def _open(window: Window, staff: str) -> list[words.Event]:
    """Open, or take over from a colleague who has nobody at the window."""
    number = window.number
    if window.state is WindowState.CLOSED:
        return [words.WindowOpened(number, staff)]
    if window.staff == staff:
        raise Refusal(Code.WINDOW_OPEN, window=number)
    if window.state in (WindowState.CALLING, WindowState.SERVING):
        raise Refusal(Code.WINDOW_BUSY, window=number, number=window.ticket or "")
    return [words.WindowClosed(number, window.staff or ""), words.WindowOpened(number, staff)]
