"""Commands, events and effects of door contacts, help buttons and the lawyers' gates."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class PressHelp:
    """Somebody asks for a person; ``place`` is the button's device id."""

    place: str


@dataclass(frozen=True, slots=True)
class AnswerHelp:
    place: str
    staff: str


@dataclass(frozen=True, slots=True)
class MoveDoor:
    door: str
    open: bool


@dataclass(frozen=True, slots=True)
class HelpRequested:
    place: str


@dataclass(frozen=True, slots=True)
class HelpAnswered:
    place: str
    staff: str
    waited_s: int


@dataclass(frozen=True, slots=True)
class DoorOpened:
    door: str


@dataclass(frozen=True, slots=True)
class DoorClosed:
    door: str
    open_s: int


@dataclass(frozen=True, slots=True)
class LightLamp:
    """The lamp in the help button: lit while nobody has answered."""

    place: str
    lit: bool


class Verdict(StrEnum):
    """What the check of a pass said. A fault of ours is never a denial: staff look at the person (MANUAL)."""

    ALLOW = "ALLOW"
    DENY = "DENY"
    MANUAL = "MANUAL"


@dataclass(frozen=True, slots=True)
class PresentPass:
    """A pass was read at a gate and checked. ``mark`` tells two presentations apart and says nothing about the person;
    ``reason`` is a code, empty when it is allowed."""

    gate: str
    verdict: Verdict
    reason: str = ""
    mark: str = ""


@dataclass(frozen=True, slots=True)
class OpenGate:
    """Somebody of the staff lets a person in who has shown licence and identity card."""

    gate: str
    staff: str


@dataclass(frozen=True, slots=True)
class MoveGate:
    """The gate's contact says how the door stands; also told once after each start."""

    gate: str
    open: bool


@dataclass(frozen=True, slots=True)
class WalkThrough:
    """The gate's passage sensor has seen somebody."""

    gate: str


@dataclass(frozen=True, slots=True)
class LoseGate:
    """The gate's contact cannot be read any more."""

    gate: str


@dataclass(frozen=True, slots=True)
class MissPulse:
    """The lock did not get its pulse; ``reason`` is the code of the device."""

    gate: str
    reason: str


@dataclass(frozen=True, slots=True)
class GateUnlocked:
    """A gate is unlocked for one person; written before the lock gets its pulse."""

    gate: str
    by: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class GateRefused:
    """A pass was shown and the gate stayed locked; nothing says whose pass."""

    gate: str
    verdict: Verdict
    reason: str


@dataclass(frozen=True, slots=True)
class GateOpened:
    gate: str


@dataclass(frozen=True, slots=True)
class GatePassed:
    """Somebody went through a gate that was unlocked; who, is not known here."""

    gate: str
    by: str


@dataclass(frozen=True, slots=True)
class GateClosed:
    gate: str


@dataclass(frozen=True, slots=True)
class GateRelocked:
    gate: str


@dataclass(frozen=True, slots=True)
class GateHeldOpen:
    gate: str


@dataclass(frozen=True, slots=True)
class GateForced:
    gate: str


@dataclass(frozen=True, slots=True)
class GateContactLost:
    gate: str


@dataclass(frozen=True, slots=True)
class GateLockFailed:
    gate: str
    reason: str


@dataclass(frozen=True, slots=True)
class PulseLock:
    """Unlock this gate once, for the time that its plan gives."""

    gate: str


GateCommand = PresentPass | OpenGate | MoveGate | WalkThrough | LoseGate | MissPulse
GateEvent = (
    GateUnlocked
    | GateRefused
    | GateOpened
    | GatePassed
    | GateClosed
    | GateRelocked
    | GateHeldOpen
    | GateForced
    | GateContactLost
    | GateLockFailed
)
Command = PressHelp | AnswerHelp | MoveDoor | GateCommand
Event = HelpRequested | HelpAnswered | DoorOpened | DoorClosed | GateEvent
Effect = LightLamp | PulseLock
