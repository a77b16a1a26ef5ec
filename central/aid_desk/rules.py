"""What the list of work goes by: how near a limit is, whose turn it is, what comes next. Pure.

A light is of days, as people plan them: overdue, due today, due within three days, later, no limit running. The clocks
of a case itself, with their stops and their articles, stand in ``aid_limits``; this list knows the nearest of them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from central.accounts.permissions import Act
from central.aid.stages import ENDS, RESTING, State
from central.failures import RefusedByRule, WrongField
from hall.moment import local_day, local_ms

SOON_DAYS: Final = 3  # how far the desk looks ahead: a habit of the house, no rule of law
LOOKUPS: Final = 60  # of people by name or number, for one person in `LOOKUPS_MS`
LOOKUPS_MS: Final = 3_600_000
COUNTED: Final = 1000  # more are told as "1000+"
_DAY_MS: Final = 86_400_000
_MINUTES: Final = 24 * 60
_BRACKETS: Final = str.maketrans("()[]【】［］", "（）〔〕〔〕〔〕")
_WIDE: Final = {code: code - 0xFEE0 for code in range(0xFF0D, 0xFF5B) if chr(code).isalnum() or code == 0xFF0D}
_NO_DIGITS: Final = str.maketrans("OIL", "011")
_SERIAL_DIGITS: Final = 4
_SERIAL: Final = re.compile(r"第([0-9]{1,9})号$")
_TAIL: Final = re.compile(r"(?:〔?(20[0-9]{2})〕?第|第)?([0-9]{1,9})号?")


class Light(StrEnum):
    """Words under ``central.aid_light``."""

    OVERDUE = "OVERDUE"
    TODAY = "TODAY"
    SOON = "SOON"
    LATER = "LATER"
    NONE = "NONE"


class Waiting(StrEnum):
    """For whom a case waits; words under ``central.aid_waiting``."""

    REVIEW = "REVIEW"
    APPROVE = "APPROVE"
    ASSIGN = "ASSIGN"
    CONFLICT = "CONFLICT"
    ARCHIVE = "ARCHIVE"


@dataclass(frozen=True, slots=True)
class Turn:
    """Which cases wait for an act: their states, and whether the reviewer has proposed a decision (F08).

    ``conflict``: those of any state whose lawyer has a conflict of interest that nobody has settled.
    """

    act: Act
    states: tuple[State, ...] = ()
    proposed: bool | None = None
    conflict: bool = False


TURNS: Final[Mapping[Waiting, Turn]] = {
    Waiting.REVIEW: Turn(Act.AID_REVIEW, (State.SUBMITTED, State.UNDER_REVIEW), proposed=False),
    Waiting.APPROVE: Turn(Act.AID_APPROVE, (State.UNDER_REVIEW,), proposed=True),
    Waiting.ASSIGN: Turn(Act.AID_ASSIGN, (State.GRANTED, State.NOTICE_IN, State.CHANGING)),
    Waiting.CONFLICT: Turn(Act.AID_ASSIGN, conflict=True),
    Waiting.ARCHIVE: Turn(Act.AID_ARCHIVE, (State.CLOSED,)),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which cases of a list are asked for; nothing said asks for all."""

    states: tuple[str, ...] = ()
    light: Light | None = None
    owner: str | None = None  # an empty one: nobody's
    channel: str | None = None
    first: bool = False  # urgent, or a soldier's
    waiting: Waiting | None = None
    asker: str = ""  # who has reviewed a case does not decide on it


OVER: Final = tuple(state for state in State if state in ENDS or state in RESTING)
OBJECTED_TO: Final = (State.OBJECTED,)

# What a state waits for; words under ``central.aid_next``.
_NEXT: Final[Mapping[State, str]] = {
    State.DRAFT: "SUBMIT",
    State.SUBMITTED: "REVIEW",
    State.NEED_SUPPLEMENT: "SUPPLEMENT",
    State.UNDER_REVIEW: "DECIDE",
    State.COOP_CHECK: "COOPERATION",
    State.GRANTED: "ASSIGN",
    State.ASSIGNED: "ENGAGE",
    State.ENGAGED: "WORK",
    State.CHANGING: "REASSIGN",
    State.NOTICE_IN: "ASSIGN_AND_ANSWER",
    State.OBJECTED: "BUREAU",
    State.CLOSED: "ARCHIVE",
    State.REFUSED: "MAY_OBJECT",
    State.TERMINATED: "MAY_OBJECT",
}


def states_over(wanted: Wanted) -> tuple[str, ...]:
    """Which states are meant by a list of what is over; raises `WrongField` for a filter that it does not have."""
    if wanted != Wanted(states=wanted.states, asker=wanted.asker):
        raise WrongField("AID_OVER_FILTER", "over")
    if not set(wanted.states) <= set(OVER):
        raise WrongField("AID_OVER_FILTER", "state")
    return wanted.states or OVER


def light_of(due_ms: int | None, now_ms: int) -> Light:
    """How near a limit is."""
    if due_ms is None:
        return Light.NONE
    if due_ms < now_ms:
        return Light.OVERDUE
    days = days_left(due_ms, now_ms)
    return Light.TODAY if days == 0 else Light.SOON if days <= SOON_DAYS else Light.LATER


def days_left(due_ms: int, now_ms: int) -> int:
    """Calendar days from today to the day of a limit; below zero behind it."""
    return (local_ms(local_day(due_ms), 0) - local_ms(local_day(now_ms), 0)) // _DAY_MS


def span_of(light: Light, now_ms: int) -> tuple[int, int] | None:
    """Between which moments a limit ends that has this light, the first included; None for cases without a limit."""
    tomorrow = local_ms(local_day(now_ms), _MINUTES)
    later = tomorrow + SOON_DAYS * _DAY_MS
    spans = {
        Light.OVERDUE: (0, now_ms),
        Light.TODAY: (now_ms, tomorrow),
        Light.SOON: (tomorrow, later),
        Light.LATER: (later, 2**63 - 1),
    }
    return spans.get(light)


def next_of(state: State, *, proposed: bool) -> str | None:
    """What comes next in a case; None once it is over for good."""
    return "APPROVE" if state is State.UNDER_REVIEW and proposed else _NEXT.get(state)


def spellings(number: str) -> frozenset[str]:
    """The numbers, of a document, a case or a receipt, that somebody may mean by what they typed from the paper.

    Documents bear full-width brackets and four digits; a receipt small letters in its middle, and no letter that looks
    like a digit.
    """
    typed = _plain(number)
    printed = _SERIAL.sub(lambda found: f"第{int(found[1]):0{_SERIAL_DIGITS}d}号", typed)
    head, _, tail = typed.rpartition("-")
    receipt = f"{head[:1].upper()}{head[1:].lower()}-{tail.upper().translate(_NO_DIGITS)}"
    return frozenset({number.strip(), printed, receipt})


def tail_of(number: str) -> str | None:
    """What the number of a case ends with, where somebody typed no more than that: ``0028``, ``〔2026〕第28号``."""
    found = _TAIL.fullmatch(_plain(number))
    if found is None:
        return None
    year = f"〔{found[1]}〕" if found[1] else ""
    return f"{year}第{int(found[2]):0{_SERIAL_DIGITS}d}号"


def _plain(number: str) -> str:
    """No blanks, plain digits, the brackets of documents."""
    return "".join(number.split()).translate(_WIDE).translate(_BRACKETS)


def check_owner(now: str, seen: str, owner: str, fits: Collection[str], *, live: bool) -> None:
    """Raises `RefusedByRule` where somebody was quicker or the case is over, `WrongField` for one who cannot see it."""
    if not live:
        raise RefusedByRule("AID_OVER", "owner")
    if now != seen:
        raise RefusedByRule("AID_OWNER_CHANGED", "seen")
    if owner and owner not in fits:
        raise WrongField("AID_OWNER_UNFIT", "owner")
