"""What may be asked over HTTP, field by field. Types are strict, unknown fields are refused."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal, TypeVar

from fastapi import Header, Query
from pydantic import BaseModel, ConfigDict, Field

from edge.screens.errors import ApiError
from hall.queue.words import PauseReason, Priority
from hall.rating.words import BadReason
from hall.refusal import Code, Refusal

E = TypeVar("E", bound=StrEnum)
Key = Annotated[str, Field(pattern=r"^[\x21-\x7e]{1,200}$")]
KeyHeader = Annotated[Key | None, Header(alias="Idempotency-Key", description="the same key acts once, for 24 h")]
Token = Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{8,128}$")]
ServiceLetter = Annotated[str, Field(min_length=1, max_length=8)]
Number = Annotated[str, Field(pattern=r"^[0-9A-Za-z]{2,12}$")]
Choice = Annotated[str, Field(min_length=1, max_length=32)]
OnDuty = Annotated[
    str, Field(min_length=1, max_length=64, pattern=r"^[^\x00-\x1f\x7f]*$", description="on duty, and asked for")
]
Limit = Annotated[int, Query(ge=1, le=500, description="so many at once")]
Cursor = Annotated[str | None, Query(pattern=r"^[0-9]{1,9}$", description="what the answer before gave as `next`")]
# Any small number is let through to the rules, which say in their own words that a grade is 1 to 5.
Grade = Annotated[int, Field(ge=-999, le=999, json_schema_extra={"minimum": 1, "maximum": 5})]

_SAYABLE = r"^[^\x00-\x1f\x7f]*\w[^\x00-\x1f\x7f]*$"  # a line with at least one letter, character or digit

CommandName = Literal[
    "call_next", "recall", "start", "finish", "no_show", "hold", "resume", "transfer", "pause", "open", "close",
    "call_number", "restore", "cancel", "undo", "record", "call_colleagues",
]  # fmt: skip


class Strict(BaseModel):
    """A request's body: an unknown field is an error, and so is a value of another kind."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class TakingTicket(Strict):
    """``POST /api/v1/tickets``"""

    service: ServiceLetter
    priority: Choice | None = None
    persons: Annotated[int, Field(ge=1, le=99)] = 1
    person: OnDuty | None = None
    channel: Literal["MACHINE", "KIOSK", "DESK", "PHONE"] = "MACHINE"
    command_id: Key | None = None


class WindowAct(Strict):
    """``POST /api/v1/windows/{n}/commands``"""

    command: CommandName
    number: Number | None = None
    to_service: ServiceLetter | None = None
    to_window: Annotated[int, Field(ge=1, le=999)] | None = None
    to_room: Annotated[int, Field(ge=1, le=99)] | None = None
    reason: Choice | None = None
    field: Choice | None = None
    answered_by: Choice | None = None
    groups: Annotated[list[Choice], Field(max_length=10)] = []
    papers: Annotated[list[Choice], Field(max_length=10)] = []
    command_id: Key | None = None


class KeyOnly(Strict):
    command_id: Key | None = None


class Rating(Strict):
    """``POST /api/v1/ratings``; ``change`` replaces a grade that was given before."""

    token: Token
    grade: Grade
    reasons: Annotated[list[Choice], Field(max_length=20)] = []
    text: Annotated[str, Field(pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$")] = ""
    change: bool = False
    command_id: Key | None = None


class NoticeText(Strict):
    """A text for the whole hall; lengths that are said within half a minute in each language."""

    text_zh: Annotated[str, Field(min_length=1, max_length=100, pattern=_SAYABLE)]
    text_en: Annotated[str, Field(max_length=300, pattern=f"{_SAYABLE}|^$")] = ""
    urgent: bool = False


class NoticeToSay(NoticeText):
    """``POST /api/v1/announcements``"""

    command_id: Key | None = None


class SigningIn(Strict):
    """``POST /api/v1/session``; ``window`` when it is not the person's usual one."""

    name: Annotated[str, Field(min_length=1, max_length=64)]
    secret: Annotated[str, Field(min_length=1, max_length=256)]
    window: Annotated[int, Field(ge=1, le=999)] | None = None


class MachineChoice(Strict):
    """``POST /api/v1/machine/choice``: what was touched before a card is tapped; nothing clears it."""

    service: ServiceLetter | None = None
    priority: Choice | None = None
    persons: Annotated[int, Field(ge=1, le=99)] = 1
    person: OnDuty | None = None


class ElderAnswer(Strict):
    """``POST /api/v1/machine/elder``: whether the priority that the card gives is wanted."""

    id: Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{8,16}$")]
    wants: bool


def command_key(scope: str, header: str | None, body: str | None) -> str | None:
    """The key under which the journal remembers this command; ``scope`` keeps askers apart."""
    if header is not None and body is not None and header != body:
        raise ApiError(422, "TWO_KEYS", "command_id")
    key = header or body
    return None if key is None else f"{scope}:{key}"


def priority_of(name: str | None) -> Priority | None:
    if name is None:
        return None
    if name not in Priority.__members__:
        raise Refusal(Code.UNKNOWN_PRIORITY, "priority")
    return Priority(name)


def code_of(kind: type[E], name: str | None, field: str) -> E | None:
    """The member of a list of codes; raises `Refusal` for a name that is not in it."""
    if name is None:
        return None
    if name not in kind.__members__:
        raise Refusal(Code.UNKNOWN_REASON, field)
    return kind(name)


def codes_of(kind: type[E], names: list[str], field: str) -> tuple[E, ...]:
    """The members of a list of codes, each once."""
    found = (code_of(kind, name, field) for name in names)
    return tuple(dict.fromkeys(one for one in found if one is not None))


def minute_of(time: str) -> int:
    """``"09:30"`` as the minute of the day."""
    return int(time[:2]) * 60 + int(time[3:])


def pause_reason_of(name: str | None) -> PauseReason:
    if name is None:
        return PauseReason.OTHER
    if name not in PauseReason.__members__:
        raise Refusal(Code.UNKNOWN_REASON, "reason")
    return PauseReason(name)


def bad_reasons_of(names: list[str]) -> tuple[BadReason, ...]:
    if any(name not in BadReason.__members__ for name in names):
        raise Refusal(Code.UNKNOWN_REASON, "reasons")
    return tuple(dict.fromkeys(BadReason(name) for name in names))
