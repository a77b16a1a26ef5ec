"""The life of a device as seen from its line, as one table: state -> what happened -> state (contract section 4).

``absent``: its port is not there. ``opening``: the port is being opened. ``handshake``: the device is asked whether it
is there and fit. ``ready``: works. ``degraded``: speaks, but says that it cannot do all (paper out). ``lost``: was
there and is silent or unplugged. ``quarantined``: its driver failed in a way nobody foresaw; tried again rarely.
``disabled``: switched off by configuration. ``stopping``: the program ends. What is not in the table changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class State(StrEnum):
    ABSENT = "absent"
    OPENING = "opening"
    HANDSHAKE = "handshake"
    READY = "ready"
    DEGRADED = "degraded"
    LOST = "lost"
    QUARANTINED = "quarantined"
    DISABLED = "disabled"
    STOPPING = "stopping"


class Happening(StrEnum):
    OPEN = "open"  # the line tries its port
    OPENED = "opened"
    NO_PORT = "no_port"
    ANSWERED = "answered"  # the device did what was asked
    FAULT = "fault"  # it speaks and refuses
    SILENT = "silent"  # it did not answer, or not in its language, too often
    CRASHED = "crashed"  # the driver raised what no driver may raise
    STOP = "stop"


_S, _H = State, Happening

LIFE: Final[Mapping[State, Mapping[Happening, State]]] = {
    _S.ABSENT: {_H.OPEN: _S.OPENING},
    _S.OPENING: {_H.OPENED: _S.HANDSHAKE, _H.NO_PORT: _S.ABSENT},
    _S.HANDSHAKE: {
        _H.ANSWERED: _S.READY,
        _H.FAULT: _S.DEGRADED,
        _H.SILENT: _S.LOST,
        _H.NO_PORT: _S.LOST,
        _H.CRASHED: _S.QUARANTINED,
    },
    _S.READY: {
        _H.FAULT: _S.DEGRADED,
        _H.SILENT: _S.LOST,
        _H.NO_PORT: _S.LOST,
        _H.CRASHED: _S.QUARANTINED,
    },
    _S.DEGRADED: {
        _H.ANSWERED: _S.READY,
        _H.SILENT: _S.LOST,
        _H.NO_PORT: _S.LOST,
        _H.CRASHED: _S.QUARANTINED,
    },
    _S.LOST: {
        _H.ANSWERED: _S.READY,
        _H.FAULT: _S.DEGRADED,
        _H.OPENED: _S.HANDSHAKE,
        _H.CRASHED: _S.QUARANTINED,
    },
    _S.QUARANTINED: {
        _H.ANSWERED: _S.READY,
        _H.FAULT: _S.DEGRADED,
        _H.SILENT: _S.LOST,
        _H.NO_PORT: _S.LOST,
        _H.OPENED: _S.HANDSHAKE,
    },
    _S.DISABLED: {},
    _S.STOPPING: {},
}


def follow(state: State, happening: Happening) -> State:
    """The state after ``happening``; unchanged where the table has no entry."""
    if happening is Happening.STOP and state is not State.DISABLED:
        return State.STOPPING
    return LIFE[state].get(happening, state)


def working(state: State) -> bool:
    """Whether the device does its work, perhaps not all of it."""
    return state in (State.READY, State.DEGRADED)
