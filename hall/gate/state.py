"""Who asked for help, which doors stand open, and how each gate stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Leaf(StrEnum):
    """How a gate stands; what leads from one to the other is the table in ``lock.py``."""

    UNKNOWN = "UNKNOWN"  # its contact has not spoken, or cannot be read
    CLOSED = "CLOSED"
    UNLOCKED = "UNLOCKED"
    OPEN = "OPEN"
    HELD_OPEN = "HELD_OPEN"
    FORCED = "FORCED"


@dataclass(frozen=True, slots=True)
class Gate:
    """``let_in_by`` is who opened it for the passage that goes on; empty when nobody did, or it is done."""

    leaf: Leaf = Leaf.UNKNOWN
    since_ms: int = 0
    let_in_by: str = ""


@dataclass(frozen=True, slots=True)
class GateState:
    help_since_ms: Mapping[str, int] = field(default_factory=dict)  # by place
    open_since_ms: Mapping[str, int] = field(default_factory=dict)  # by door
    gates: Mapping[str, Gate] = field(default_factory=dict)
    shown_ms: Mapping[str, int] = field(default_factory=dict)  # passes that have opened a gate, by mark

    def gate(self, gate: str) -> Gate:
        return self.gates.get(gate, Gate())
