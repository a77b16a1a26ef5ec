"""A call terminal: the staff's keys, a small display, and the visitor's buttons where it has some."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from drivers.driver import Order, Report


class Action(Enum):
    """What the staff ask for. What it does is the hall's business."""

    CALL_NEXT = "call_next"
    CALL_NUMBER = "call_number"
    RECALL = "recall"
    START = "start"
    FINISH = "finish"
    NO_SHOW = "no_show"
    HOLD = "hold"
    RESUME = "resume"
    PAUSE = "pause"
    TRANSFER = "transfer"
    LOGIN = "login"
    LOGOUT = "logout"
    BEEP_ADDRESS = "beep_address"
    SECURITY = "security"
    MANAGER = "manager"
    ADVISER = "adviser"


@dataclass(frozen=True, slots=True)
class TerminalAsked(Report):
    """Staff asked for something. ``keys`` are the raw names for the log; a login's digits are starred out there."""

    action: Action
    number: int | None = field(default=None, repr=False)
    keys: tuple[str, ...] = ()
    code: str = field(default="", repr=False)  # a login's digits as typed, leading zeros and all


@dataclass(frozen=True, slots=True)
class GradePressed(Report):
    """The visitor pressed a button of the evaluator: ``grade`` 5 (very satisfied) to 1, by the model's table."""

    grade: int


@dataclass(frozen=True, slots=True)
class ShowNumbers(Order):
    """Show how many wait and the last three digits of the ticket; None leaves its half dark."""

    waiting: int | None = None
    ticket: str | None = None


@dataclass(frozen=True, slots=True)
class Beep(Order):
    """One short sound."""


@dataclass(frozen=True, slots=True)
class AskGrade(Order):
    """Wake the evaluator: the service is over and the visitor may press."""


@dataclass(frozen=True, slots=True)
class ShowGrade(Order):
    """Thank the visitor on the evaluator: this grade was counted."""

    grade: int

    def __post_init__(self) -> None:
        if not 1 <= self.grade <= 5:
            raise ValueError(f"a grade is 1 to 5, not {self.grade}")
