"""Commands, events and effects of the door contact and the help button."""

from __future__ import annotations

from dataclasses import dataclass


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


Command = PressHelp | AnswerHelp | MoveDoor
Event = HelpRequested | HelpAnswered | DoorOpened | DoorClosed
Effect = LightLamp
