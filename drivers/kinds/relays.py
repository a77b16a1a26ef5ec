"""Outputs that switch something: loudspeaker zones, a gate's lock, a lamp. A channel counts from 0."""

from __future__ import annotations

from dataclasses import dataclass

from drivers.driver import Order, Report


@dataclass(frozen=True, slots=True)
class SwitchRelays(Order):
    """Open exactly these zones and close the others; nothing stays open longer than ``longest_s`` + 2 s."""

    on: frozenset[int]
    longest_s: float = 30.0


@dataclass(frozen=True, slots=True)
class PulseRelay(Order):
    """Switch one relay on for ``tenths`` x 0.1 s; the board itself times it, or the driver does and lets go whatever
    happens. De-energised is safe."""

    relay: int
    tenths: int


@dataclass(frozen=True, slots=True)
class LightRelay(Order):
    """Switch a lamp that hangs on one relay; it may stay on."""

    relay: int
    lit: bool


@dataclass(frozen=True, slots=True)
class RelaysRead(Report):
    """What the board says is on."""

    on: frozenset[int]
