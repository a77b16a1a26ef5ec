"""A big screen or projector: power, input, and how it is."""

from __future__ import annotations

from dataclasses import dataclass

from drivers.driver import Order, Report


@dataclass(frozen=True, slots=True)
class SwitchDisplay(Order):
    """On or off; warming up or cooling down takes it as long as it takes."""

    on: bool


@dataclass(frozen=True, slots=True)
class SelectInput(Order):
    """Choose the input by the screen's own name of it, such as ``31`` for PJLink's digital 1."""

    source: str


@dataclass(frozen=True, slots=True)
class DisplayState(Report):
    """``power`` is off, on, cooling, warming or unknown; ``faults`` name what the screen itself says is wrong."""

    power: str
    faults: tuple[str, ...] = ()
