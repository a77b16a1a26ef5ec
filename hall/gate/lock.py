"""The life of a gate, as one table: state -> event -> state. What is not in the table cannot happen.

A gate is CLOSED until a pass or the staff unlock it. UNLOCKED waits some seconds for the door to move and falls back
when nobody comes. OPEN after an unlock is a passage; OPEN for too long is HELD_OPEN, an alarm; a door that moves
without an unlock is FORCED. A contact that cannot be read leaves the gate UNKNOWN: no state of a door is invented, and
the lock can still be opened by the staff. Fire release is wired outside the software.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from hall.gate import words
from hall.gate.state import Leaf

_L = Leaf

LIFE: Final[Mapping[Leaf, Mapping[type, Leaf]]] = {
    _L.UNKNOWN: {
        words.GateUnlocked: _L.UNKNOWN,
        words.GateLockFailed: _L.UNKNOWN,
        words.GateOpened: _L.OPEN,
        words.GateClosed: _L.CLOSED,
    },
    _L.CLOSED: {
        words.GateUnlocked: _L.UNLOCKED,
        words.GateForced: _L.FORCED,
        words.GateContactLost: _L.UNKNOWN,
    },
    _L.UNLOCKED: {
        words.GateOpened: _L.OPEN,
        words.GateRelocked: _L.CLOSED,
        words.GateLockFailed: _L.CLOSED,
        words.GateContactLost: _L.UNKNOWN,
    },
    _L.OPEN: {
        words.GatePassed: _L.OPEN,
        words.GateClosed: _L.CLOSED,
        words.GateHeldOpen: _L.HELD_OPEN,
        words.GateContactLost: _L.UNKNOWN,
    },
    _L.HELD_OPEN: {
        words.GatePassed: _L.HELD_OPEN,
        words.GateClosed: _L.CLOSED,
        words.GateContactLost: _L.UNKNOWN,
    },
    _L.FORCED: {
        words.GateClosed: _L.CLOSED,
        words.GateContactLost: _L.UNKNOWN,
    },
}


class ImpossibleEvent(Exception):
    """A gate met an event that its state does not know: a mistake of ours."""


def possible(leaf: Leaf, event: type) -> bool:
    return event in LIFE[leaf]


def follow(leaf: Leaf, event: object) -> Leaf:
    """The state after ``event``; raises `ImpossibleEvent`."""
    following = LIFE[leaf].get(type(event))
    if following is None:
        raise ImpossibleEvent(f"a gate that is {leaf} cannot meet {event}")
    return following
