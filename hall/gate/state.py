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


class Result(StrEnum):
    """What became of somebody, or of the gate, in a word for the staff."""

    PASS = "PASS"  # noqa: S105 - a word, not a secret
    STAFF = "STAFF"
    DENY = "DENY"
    MANUAL = "MANUAL"
    RELOCKED = "RELOCKED"
    LOCK_FAILED = "LOCK_FAILED"
    HELD_OPEN = "HELD_OPEN"
    FORCED = "FORCED"
    CONTACT_LOST = "CONTACT_LOST"


@dataclass(frozen=True, slots=True)
class GateResult:
    """One of the last things at a gate; nobody's name, pass or mark. ``reason`` is a code."""

    result: Result
    at_ms: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class GateState:
    help_since_ms: Mapping[str, int] = field(default_factory=dict)  # by place
    open_since_ms: Mapping[str, int] = field(default_factory=dict)  # by door
    gates: Mapping[str, Gate] = field(default_factory=dict)
    shown_ms: Mapping[str, int] = field(default_factory=dict)  # passes that have opened a gate, by mark
    lately: Mapping[str, tuple[GateResult, ...]] = field(default_factory=dict)  # by gate, newest first

    def gate(self, gate: str) -> Gate:
        return self.gates.get(gate, Gate())
