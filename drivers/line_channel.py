"""The open port as a line lends it to one device for one turn: bounded in time, left when an urgent order waits.

Knows turns, the silence between two of them, our own bytes coming back, when a turn may be taken away. Must not know
frames. Drivers see a `drivers.transport.Transport` and nothing else. The rules of a turn on a line that is shared:

- it lasts ``SHARED_TURN_S`` and the time that its bytes need on the wire; after that nothing more is read or written;
- a device that is not known to work is left for any order, one that has just failed for an urgent order: ``SETTLE_S``
  after our last byte a living one would have begun to answer;
- a poll is left for an urgent order before its next question, and an order that may be given twice before its retry;
- a device that has just failed gets no retry: it costs one time-out a round;
- what was heard in it is heard by the others too when it is over: a key pressed meanwhile is not lost.
"""

from __future__ import annotations

import os
import select
import time
from dataclasses import dataclass
from enum import Enum
from typing import Final

from drivers.bus_gap import keep_gap, last_byte_s, line_time_s, note_bytes, note_left
from drivers.driver import Channel
from drivers.echo import EchoFilter
from drivers.errors import DriverError, GaveWay, NoReply, PortLost
from drivers.order_queue import OrderQueue
from drivers.transport import Transport

SHARED_TURN_S: Final = 2.0
SETTLE_S: Final = 0.12  # answers begin within some tens of milliseconds; a serial server on the network adds as much
_OVERHEARD_BYTES: Final = 4096  # more in one turn is a flood, of which nobody needs all
_SLICE_S: Final = 0.05  # where a port cannot be waited on together with the bell


class Leave(Enum):
    """For what a turn may be left."""

    NEVER = "never"  # what is begun must be ended: a slip, a gate's pulse
    AT_RETRY = "at_retry"  # for an urgent order, when one question has gone unanswered
    BETWEEN = "between"  # for an urgent order, before the next question
    SUSPECT = "suspect"  # for an urgent order, while nothing is heard: the device has just failed
    IN_SILENCE = "in_silence"  # for any order, while nothing is heard: the device is not known to work


_LEFT_IN_SILENCE: Final = (Leave.SUSPECT, Leave.IN_SILENCE)


@dataclass(frozen=True, slots=True)
class Turn:
    """How one device may use the line this time."""

    leave: Leave = Leave.NEVER
    retries: bool = True
    shared: bool = False


class LineChannel:
    """A `Transport`. ``orders`` are those that wait for the line; ``bell`` is readable when a new one has come."""

    def __init__(self, transport: Transport, baud: int, bell: int, orders: OrderQueue) -> None:
        self.transport = transport
        self.echo = EchoFilter()
        self._baud = baud
        self._bell = bell
        self._orders = orders
        self._turn = Turn()
        self._ends_s = float("inf")
        self._asked = self._unanswered = False
        self._overheard = bytearray()

    def begin(self, turn: Turn) -> None:
        """The next device has the line."""
        self._turn = turn
        self._ends_s = time.monotonic() + SHARED_TURN_S if turn.shared else float("inf")
        self._asked = self._unanswered = False
        self._overheard.clear()

    def overheard(self) -> bytes:
        """What has come in this turn, for the others on the line."""
        return bytes(self._overheard)

    def end(self, *, silent: bool = False) -> None:
        """The turn is over; ``silent``: the device did not answer."""
        if silent:
            self.echo.silent()
        self.begin(Turn())

    def read(self, timeout_s: float) -> bytes:
        until_s = min(time.monotonic() + timeout_s, self._ends_s)
        while True:
            left_s = until_s - time.monotonic()
            data = self._receive(max(0.0, self._until_leave(left_s)))
            if data or left_s <= 0:
                return data

    def write(self, data: bytes) -> None:
        self._may_write()
        if not self._asked and self._baud:
            keep_gap(self, self._baud)
        self._asked = self._unanswered = True
        self.echo.write(data)
        started_s = time.monotonic()
        self.transport.write(data)
        wire_s = line_time_s(len(data), self._baud) if self._baud else 0.0
        note_left(self, max(time.monotonic(), started_s + wire_s))
        self._ends_s += wire_s

    def fileno(self) -> int | None:
        return self.transport.fileno()

    def close(self) -> None:
        self.transport.close()

    def _may_write(self) -> None:
        if time.monotonic() >= self._ends_s:
            raise NoReply(f"no answer within the {SHARED_TURN_S:g} s that one device may keep a shared line")
        if not self._asked:
            return
        if self._unanswered and not self._turn.retries:
            raise NoReply("no answer; not asked again, for it has failed just before")
        leave = self._turn.leave
        if leave is Leave.NEVER or (leave is Leave.AT_RETRY and not self._unanswered):
            return
        if self._others_wait(leave):
            raise GaveWay(after_silence=self._unanswered)

    def _others_wait(self, leave: Leave) -> bool:
        return self._orders.any if leave is Leave.IN_SILENCE else self._orders.any_urgent

    def _until_leave(self, left_s: float) -> float:
        """How long to wait now, given that so much is left; raises `GaveWay` when the silence has lasted enough."""
        leave = self._turn.leave
        if leave not in _LEFT_IN_SILENCE or not self._unanswered or not self._others_wait(leave):
            return left_s
        settle_s = (last_byte_s(self) or 0.0) + SETTLE_S - time.monotonic()
        if settle_s <= 0:
            raise GaveWay(after_silence=leave is Leave.SUSPECT)
        return min(left_s, settle_s)

    def _receive(self, wait_s: float) -> bytes:
        """What has come for the driver within ``wait_s``, or until the bell rings."""
        number = self.transport.fileno()
        if number is None:
            data = self.transport.read(min(wait_s, _SLICE_S))
        elif self._ready(number, wait_s):
            data = self.transport.read(0.0)
        else:
            data = b""
        if not data:
            return b""
        note_bytes(self)
        left = self.echo.take(data)
        if left:
            self._unanswered = False
            self._overheard += left[: _OVERHEARD_BYTES - len(self._overheard)]
        return left

    def _ready(self, number: int, wait_s: float) -> bool:
        listening = self._turn.leave in _LEFT_IN_SILENCE
        try:
            ready, _, _ = select.select([number, self._bell] if listening else [number], [], [], wait_s)
        except (OSError, ValueError) as problem:
            raise PortLost(str(problem)) from problem
        if self._bell in ready:
            os.read(self._bell, 4096)
        return number in ready


def begin_turn(channel: Channel, turn: Turn) -> None:
    """Lend the line to the next device, where it is one that is lent by turns."""
    if isinstance(channel, LineChannel):
        channel.begin(turn)


def end_turn(channel: Channel, problem: DriverError | None) -> bytes:
    """The line is free again; what was heard meanwhile."""
    if not isinstance(channel, LineChannel):
        return b""
    overheard = channel.overheard()
    channel.end(silent=isinstance(problem, NoReply))
    return overheard


def number_of(channel: Channel) -> int | None:
    """What to wait on for bytes that come unasked; None where bytes do not come so."""
    find = getattr(channel, "fileno", None)
    number: int | None = find() if find is not None else None
    return number


def look_at_plug(channel: Channel) -> None:
    """A channel that is only asked now and then may be able to see at no cost that its plug is out: `PortLost`."""
    look = getattr(channel, "look_at_plug", None)
    if look is not None:
        look()
