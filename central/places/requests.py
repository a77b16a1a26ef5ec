"""What may be asked of a small place, field by field, and the hall's command that it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Annotated, Any, Final, Literal, TypeVar

from fastapi import Path
from pydantic import Field

from central.failures import ApiError, NotFound, RefusedByRule, WrongField
from central.keys import Key
from central.places.journal import Place
from central.web_doors import Strict
from hall.queue import words
from hall.queue.state import WindowState
from hall.queue.words import PauseReason, Priority
from hall.rating.words import BadReason
from hall.refusal import Code, Refusal
from hall.step import Command

E = TypeVar("E", bound=StrEnum)
PathPlace = Annotated[str, Path(pattern=r"^[0-9a-z-]{3,40}$")]
PathWindow = Annotated[int, Path(ge=1, le=99)]
PathToken = Annotated[str, Path(pattern=r"^[0-9A-Za-z_-]{16,64}$", description="the secret of this ticket")]
Number = Annotated[str, Field(pattern=r"^[0-9A-Za-z]{2,12}$")]
Letter = Annotated[str, Field(min_length=1, max_length=8)]
Choice = Annotated[str, Field(min_length=1, max_length=32)]
# any small number is let through to the rules, which say in their own words that a grade is 1 to 5
Grade = Annotated[int, Field(ge=-999, le=999, json_schema_extra={"minimum": 1, "maximum": 5})]
CommandName = Literal[
    "call_next", "recall", "start", "finish", "no_show", "hold", "resume", "transfer", "pause", "open", "close",
    "call_number", "restore", "cancel", "undo",
]  # fmt: skip


class TakingTicket(Strict):
    service: Letter
    priority: Choice | None = None
    persons: Annotated[int, Field(ge=1, le=99)] = 1
    command_id: Key | None = None


class WindowAct(Strict):
    """The same words as at a window with a controller."""

    command: CommandName
    number: Number | None = None
    to_service: Letter | None = None
    to_window: Annotated[int, Field(ge=1, le=99)] | None = None
    reason: Choice | None = None
    command_id: Key | None = None


class Rating(Strict):
    """``change`` replaces a grade that was given before."""

    token: Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{8,128}$")]
    grade: Grade
    reasons: Annotated[list[Choice], Field(max_length=20, default_factory=list)]
    text: Annotated[str, Field(pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$")] = ""
    change: bool = False
    command_id: Key | None = None


class NewPlace(Strict):
    """Without a plan it begins with the usual one: three matters at one window."""

    unit: Annotated[str, Field(pattern=r"^[0-9a-z-]{3,40}$")]
    plan: dict[str, Any] | None = None
    command_id: Key | None = None


class PlanSaid(Strict):
    """The queue parts of a hall file. ``seen``: what the writer was told under ``seen``; where that is no more what is
    said, somebody else was faster, and nothing is kept."""

    parts: dict[str, Any]
    seen: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")] | None = None
    command_id: Key | None = None


class PlanTried(Strict):
    parts: dict[str, Any]


class PlaceChange(Strict):
    """``give_up_waiting``: who waits is sent away and the windows close; without it a place in use stays open."""

    closed: bool
    give_up_waiting: bool = False
    command_id: Key | None = None


class KeyOnly(Strict):
    command_id: Key | None = None


_PLAIN: Final[Mapping[str, Callable[[int, str], Command]]] = {
    "call_next": words.CallNext,
    "recall": words.Recall,
    "start": words.Start,
    "finish": words.Finish,
    "no_show": words.MarkNoShow,
    "hold": words.Hold,
    "close": words.CloseWindow,
    "undo": words.Undo,
}


def command_of(place: Place, window: int, staff: str, body: WindowAct) -> Command:
    """The command that ``body`` asks for; raises `Refusal`, `WrongField`."""
    if body.command in _PLAIN:
        return _PLAIN[body.command](window, staff)
    number = body.number.upper() if body.number else None
    match body.command:
        case "call_number":
            reason = code_of(words.JumpReason, body.reason, "reason") or words.JumpReason.OTHER
            return words.CallNumber(window, staff, _needed(number), reason)
        case "restore":
            return words.Restore(_needed(number), staff)
        case "cancel":
            return words.Cancel(number=_needed(number), by=staff)
        case "transfer":
            if body.to_service is None and body.to_window is None:
                raise WrongField("MISSING_FIELD", "to_service")
            return words.Transfer(window, staff, body.to_service, body.to_window)
        case "pause":
            return words.PauseWindow(window, staff, code_of(PauseReason, body.reason, "reason") or PauseReason.OTHER)
        case _:
            return _open_or_resume(place, window, staff, body.command, number)


def _open_or_resume(place: Place, window: int, staff: str, command: str, number: str | None) -> Command:
    """``resume`` ends a pause, or takes up a held ticket; ``open`` ends a pause too."""
    paused = place.state.queue.window(window).state in (WindowState.PAUSED, WindowState.LUNCH)
    if paused and number is None:
        return words.ResumeWindow(window, staff)
    return words.OpenWindow(window, staff) if command == "open" else words.ResumeHeld(window, staff, number)


def _needed(number: str | None) -> str:
    if number is None:
        raise WrongField("MISSING_FIELD", "number")
    return number


def code_of(kind: type[E], name: str | None, field: str) -> E | None:
    """The member of a list of codes; raises `Refusal` for a name that is not in it."""
    if name is None:
        return None
    if name not in kind.__members__:
        raise Refusal(Code.UNKNOWN_REASON, field)
    return kind(name)


def priority_of(name: str | None) -> Priority | None:
    if name is not None and name not in Priority.__members__:
        raise Refusal(Code.UNKNOWN_PRIORITY, "priority")
    return Priority(name) if name is not None else None


def bad_reasons_of(names: list[str]) -> tuple[BadReason, ...]:
    if any(name not in BadReason.__members__ for name in names):
        raise Refusal(Code.UNKNOWN_REASON, "reasons")
    return tuple(dict.fromkeys(BadReason(name) for name in names))


_WRONG: Final = frozenset(
    {Code.UNKNOWN_SERVICE, Code.UNKNOWN_PRIORITY, Code.UNKNOWN_REASON, Code.UNKNOWN_GRADE, Code.TEXT_TOO_LONG}
)
_NOT_THERE: Final = frozenset({Code.UNKNOWN_WINDOW, Code.UNKNOWN_TICKET, Code.UNKNOWN_TOKEN})
_OF_THE_PATH: Final = (None, "window", "number", "token")


def answer_to(refusal: Refusal) -> ApiError:
    """A rule's no as the interface says it: the same status and code as on a controller."""
    code, field = refusal.code, refusal.field
    if code in _WRONG or (code in _NOT_THERE and field not in _OF_THE_PATH):
        return WrongField(code.value, field)
    return (NotFound if code in _NOT_THERE else RefusedByRule)(code.value, field)
