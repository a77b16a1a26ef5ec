"""What a call terminal's keys ask of the hall, given who sits at the window now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from drivers.kinds.call_terminal import Action, TerminalAsked
from hall.queue import words
from hall.queue.state import WindowState
from hall.state import HallState

_PAUSED: Final = (WindowState.PAUSED, WindowState.LUNCH)
_PLAIN: Final[Mapping[Action, Callable[[int, str], words.Command]]] = {
    Action.CALL_NEXT: words.CallNext,
    Action.RECALL: words.Recall,
    Action.START: words.Start,
    Action.FINISH: words.Finish,
    Action.NO_SHOW: words.MarkNoShow,
    Action.HOLD: words.Hold,
    Action.LOGOUT: words.CloseWindow,
}


def command_for(
    asked: TerminalAsked, window: int, state: HallState, staff_by_code: Callable[[str], str | None]
) -> words.Command | None:
    """The command, or None for keys that mean nothing in a hall (the terminal beeps)."""
    action, number = asked.action, asked.number
    now = state.queue.window(window)
    staff = now.staff or ""
    if action is Action.LOGOUT and now.state is WindowState.CALLING:
        return None  # a keypad cannot ask whether that was meant, and one wrong digit is enough
    plain = _PLAIN.get(action)
    if plain is not None:
        return plain(window, staff)
    match action:
        case Action.CALL_NUMBER:
            ticket = _typed_ticket(number, state)
            return words.CallNumber(window, staff, ticket) if ticket else None
        case Action.RESUME:
            return words.ResumeWindow(window, staff) if now.state in _PAUSED else words.ResumeHeld(window, staff)
        case Action.PAUSE:
            return words.ResumeWindow(window, staff) if now.state in _PAUSED else words.PauseWindow(window, staff)
        case Action.TRANSFER:
            return words.Transfer(window, staff, to_window=number) if number is not None else None
        case Action.LOGIN:
            name = staff_by_code(asked.code) if asked.code else None
            return words.OpenWindow(window, name) if name else None
        case _:
            return None


def _typed_ticket(number: int | None, state: HallState) -> str | None:
    """A keypad has no letters: ``12`` is the waiting ticket numbered 012 that waits longest."""
    if number is None:
        return None
    found = [
        ticket
        for service in state.queue.waiting.values()
        for name in service
        if (ticket := state.queue.tickets[name]).number[1:].lstrip("0") == str(number)
    ]
    found.sort(key=lambda ticket: ticket.issued_ms)
    return found[0].number if found else None
