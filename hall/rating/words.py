"""Commands, events and effects of the service rating (GB/T 39734-2020, GB/T 39735-2020; 国办发〔2019〕51号)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class BadReason(StrEnum):
    """Why a visitor was not satisfied (domain rules part 3); always optional."""

    ATTITUDE = "ATTITUDE"
    SLOW = "SLOW"
    NOT_TOLD_AT_ONCE = "NOT_TOLD_AT_ONCE"
    EXTRA_PAPERS = "EXTRA_PAPERS"
    OVER_LIMIT = "OVER_LIMIT"
    UNSKILLED = "UNSKILLED"
    DEVICE_FAULT = "DEVICE_FAULT"
    FEES = "FEES"
    PASSED_ON = "PASSED_ON"
    OTHER = "OTHER"


class RatingChannel(StrEnum):
    PAD = "PAD"
    PHONE = "PHONE"
    BUTTONS = "BUTTONS"


@dataclass(frozen=True, slots=True)
class GiveRating:
    """Grade 5 (very satisfied) to 1; the token is the ticket's.

    ``change`` replaces a grade already given, once, or gives the reasons of the grade just given. ``phone_mark`` is a
    keyed mark of the phone that asks.
    """

    token: str
    grade: int
    reasons: tuple[BadReason, ...] = ()
    text: str = ""
    channel: RatingChannel = RatingChannel.PAD
    change: bool = False
    phone_mark: str = ""


@dataclass(frozen=True, slots=True)
class DismissPad:
    """The pad at this window goes back to idle without a rating; silence is NOT_RATED."""

    window: int


@dataclass(frozen=True, slots=True)
class RatingGiven:
    """``version`` 1 is the first grade; its reasons and the one change follow. All are kept and the newest counts.

    ``too_fast``, ``equal_run`` and ``same_device`` mark what may be a game. It is kept, and left out of a rate only by
    a decision that somebody has to answer for.
    """

    day: str
    number: str
    service: str
    window: int
    staff: str
    grade: int
    channel: RatingChannel
    version: int
    reasons: tuple[BadReason, ...] = ()
    text: str = ""
    too_fast: bool = False
    equal_run: bool = False  # so many equal grades in a row at this window
    same_device: bool = False  # this phone has rated another service today
    phone_mark: str = ""


@dataclass(frozen=True, slots=True)
class RatingLapsed:
    """The pad went back to idle unanswered."""

    day: str
    number: str
    window: int


@dataclass(frozen=True, slots=True)
class AskForGrade:
    """Effect: the buttons at this window wake; the visitor may press."""

    window: int


@dataclass(frozen=True, slots=True)
class ThankForGrade:
    """Effect: the grade given by the buttons at this window was counted."""

    window: int
    grade: int


Command = GiveRating | DismissPad
Event = RatingGiven | RatingLapsed
Effect = AskForGrade | ThankForGrade
