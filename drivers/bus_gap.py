"""The silence of 3.5 characters that RS-485 wants between two frames: 4 ms at 9600 baud, and no longer than needed.

It belongs to the wire, not to a device: several drivers share one open channel, and each must hear the others' bytes.
One line thread works on a channel, so nothing here is locked.
"""

from __future__ import annotations

import time
from typing import Final
from weakref import WeakKeyDictionary

from drivers.transport import Transport

_CHARACTER_BITS: Final = 10  # 8N1
_GAP_BITS: Final = 38.5  # 3.5 characters of 11 bits, as the standards for such buses count them

_last_byte_s: WeakKeyDictionary[Transport, float] = WeakKeyDictionary()


def line_time_s(size: int, baud: int) -> float:
    """How long the wire itself needs for so many bytes."""
    return size * _CHARACTER_BITS / baud


def last_byte_s(channel: Transport) -> float | None:
    """When the last byte that we know of has passed, or will have passed."""
    return _last_byte_s.get(channel)


def note_bytes(channel: Transport) -> None:
    """The wire was heard just now."""
    _last_byte_s[channel] = time.monotonic()


def note_left(channel: Transport, left_s: float) -> None:
    """Our last byte leaves at that instant."""
    _last_byte_s[channel] = left_s


def write_after_gap(channel: Transport, data: bytes, baud: int) -> float:
    """Write as soon as the wire has been silent long enough; gives the instant at which the last byte has left.

    Some adapters take the bytes at once and send them later, so the wire's own time counts too.
    """
    keep_gap(channel, baud)
    return write_now(channel, data, baud)


def keep_gap(channel: Transport, baud: int) -> None:
    """Wait until the wire has been silent long enough."""
    last_s = _last_byte_s.get(channel)
    if last_s is not None:
        wait_s = last_s + _GAP_BITS / baud - time.monotonic()
        if wait_s > 0:
            time.sleep(wait_s)


def write_now(channel: Transport, data: bytes, baud: int) -> float:
    """Write without waiting: for an answer that the device expects at once."""
    started_s = time.monotonic()
    channel.write(data)
    left_s = max(time.monotonic(), started_s + line_time_s(len(data), baud))
    note_left(channel, left_s)
    return left_s
