"""What staff ask for at a window, field by field, as the hall's commands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from edge.hall_door import Command
from edge.screens.desk import Desk
from edge.screens.errors import ApiError
from edge.screens.requests import CommandName, WindowAct, code_of, codes_of, pause_reason_of
from hall.queue import words
from hall.queue.state import WindowState
from hall.record.words import AnsweredBy, Field, Group, Paper, RecordService
from hall.refusal import Code, Refusal
from hall.safety.words import CallColleagues

_PLAIN: Final[dict[str, Callable[[int, str], Command]]] = {
    "call_next": words.CallNext,
    "recall": words.Recall,
    "start": words.Start,
    "finish": words.Finish,
    "no_show": words.MarkNoShow,
    "hold": words.Hold,
    "close": words.CloseWindow,
    "undo": words.Undo,
    "call_colleagues": CallColleagues,
}


def command_of(desk: Desk, window: int, staff: str, body: WindowAct) -> Command:
    """The command that ``body`` asks for; raises `Refusal` and `ApiError`."""
    if body.command in _PLAIN:
        return _PLAIN[body.command](window, staff)
    number = body.number.upper() if body.number else None
    match body.command:
        case "call_number":
            reason = code_of(words.JumpReason, body.reason, "reason") or words.JumpReason.OTHER
            return words.CallNumber(window, staff, _needed(number, "number"), reason)
        case "restore":
            return words.Restore(_needed(number, "number"), staff)
        case "cancel":
            return words.Cancel(number=_needed(number, "number"), by=staff)
        case "transfer":
            return _transfer(desk, window, staff, body)
        case "pause":
            return words.PauseWindow(window, staff, pause_reason_of(body.reason))
        case "record":
            return _record(window, staff, _needed(number, "number"), body)
        case _:
            return _open_or_resume(desk, window, staff, body.command, number)


def _transfer(desk: Desk, window: int, staff: str, body: WindowAct) -> Command:
    """To a class, to a window, or to a room by the number on its door."""
    to_window = body.to_window
    if body.to_room is not None:
        if to_window is not None:
            raise ApiError(422, "ONE_TARGET", "to_room")
        to_window = next((one.number for one in desk.door.plan.windows if one.room == body.to_room), None)
        if to_window is None:
            raise Refusal(Code.UNKNOWN_WINDOW, "to_room")
    if body.to_service is None and to_window is None:
        raise ApiError(422, "ONE_TARGET", "to_service")
    return words.Transfer(window, staff, body.to_service, to_window)


def _record(window: int, staff: str, number: str, body: WindowAct) -> Command:
    return RecordService(
        window,
        staff,
        number,
        code_of(Field, body.field, "field"),
        code_of(AnsweredBy, body.answered_by, "answered_by"),
        codes_of(Group, body.groups, "groups"),
        codes_of(Paper, body.papers, "papers"),
    )


def _open_or_resume(desk: Desk, window: int, staff: str, command: CommandName, number: str | None) -> Command:
    """``resume`` ends a pause, or takes up a held ticket; ``open`` ends a pause too."""
    paused = desk.door.look()[0].queue.window(window).state in (WindowState.PAUSED, WindowState.LUNCH)
    if paused and number is None:
        return words.ResumeWindow(window, staff)
    return words.OpenWindow(window, staff) if command == "open" else words.ResumeHeld(window, staff, number)


def _needed(number: str | None, field: str) -> str:
    if number is None:
        raise ApiError(422, "MISSING_FIELD", field)
    return number
