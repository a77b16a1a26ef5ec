"""What closes or opens: buttons, contacts, and boards with many inputs. A channel counts from 0."""

from __future__ import annotations

from dataclasses import dataclass

from drivers.driver import Order, Report


@dataclass(frozen=True, slots=True)
class ButtonPressed(Report):
    """Somebody pressed the button."""


@dataclass(frozen=True, slots=True)
class ContactMoved(Report):
    """The door's contact opened or closed; also told once after each start."""

    open: bool


@dataclass(frozen=True, slots=True)
class InputMoved(Report):
    """One input of a board, debounced; ``on`` is what the board says. Also told once for each input after each start,
    then with ``first`` set: nobody has pressed anything."""

    channel: int
    on: bool
    first: bool = False


@dataclass(frozen=True, slots=True)
class LightLamp(Order):
    """Light the lamp of this button, or put it out."""

    lit: bool
