"""The frame of the SAM_V module in an ID-card reader: bytes <-> commands and replies. No I/O, no card knowledge.

    AA AA AA 96 69 | length, 2 B big endian | head | data | check
                     counts head..check       |             XOR of everything from the first length byte
    request:  head = CMD PARA                 reply: head = SW1 SW2 SW3 (SW1 = SW2 = 00 in every published case)

A reply names neither its command nor the card: what an answer belongs to is known only by asking one thing at a time.
Readers send noise such as ``AA 00 AA AA 96 69``, and a stray ``AA`` may stand before a good preamble: the hunt is a
search for the five bytes, not a counter. A frame that fails its check gives back all but its first byte to the hunt.

Source: EAST "SAM_V 通讯协议"; the open clients named in README.md agree.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from functools import reduce
from operator import xor
from typing import Final

from drivers.checksums import xor8
from drivers.frames import FrameError

PREAMBLE: Final = bytes.fromhex("AAAAAA9669")
_LENGTH_BYTES: Final = 2
_SHORTEST: Final = 4  # SW1 SW2 SW3 and the check
_LONGEST: Final = 2400  # the largest documented reply body is 090A = 2314
_SLICE: Final = 4096  # how much of what was heard is taken in at once; bounds the buffer


class Command(Enum):
    """What a SAM can be asked: CMD and PARA."""

    RESET = b"\x10\xff"
    STATUS = b"\x11\xff"
    SAM_NUMBER = b"\x12\xff"
    FIND = b"\x20\x01"
    SELECT = b"\x20\x02"
    READ = b"\x30\x01"  # text and photo; there is no command for the text alone
    READ_WITH_FINGERPRINTS = b"\x30\x10"
    READ_NEWEST_ADDRESS = b"\x30\x03"
    READ_CARD_MANAGEMENT_NUMBER = b"\x30\x05"
    LIMIT_RADIO_BYTES = b"\x61\xff"  # data: one byte, 50 in all published programs


BAUD_CODES: Final = {115200: 0, 57600: 1, 38400: 2, 19200: 3, 9600: 4}


def encode(command: Command, data: bytes = b"") -> bytes:
    """The frame that asks ``command``."""
    return _frame(command.value + data)


def encode_set_baud(baud: int) -> bytes:
    """The frame that sets the line's speed; ``ValueError`` for one that the SAM does not know."""
    if baud not in BAUD_CODES:
        raise ValueError(f"a SAM cannot speak at {baud} baud; one of {sorted(BAUD_CODES)}")
    return _frame(bytes((0x60, BAUD_CODES[baud])))


def _frame(content: bytes) -> bytes:
    checked = (len(content) + 1).to_bytes(_LENGTH_BYTES, "big") + content
    return PREAMBLE + checked + bytes((xor8(checked),))


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer. ``body`` is a buffer of its own, to be wiped, and never shown: it may be a person."""

    status: int  # SW3
    head: bytes  # SW1 SW2
    body: bytearray = field(repr=False)

    def wipe(self) -> None:
        """Zero the body."""
        self.body[:] = bytes(len(self.body))


class Parser:
    """Takes bytes in any split, gives replies and what had to be dropped; holds at most one frame and a slice."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[Reply | FrameError]:
        """What these bytes complete; never raises."""
        found: list[Reply | FrameError] = []
        for start in range(0, len(data), _SLICE):
            self._buffer += data[start : start + _SLICE]
            while (item := self._next()) is not None:
                found.append(item)
        return found

    def clear(self) -> None:
        """Drop and wipe half-arrived bytes."""
        self._drop(len(self._buffer))

    def _next(self) -> Reply | FrameError | None:
        noise = self._noise_before_preamble()
        if noise:
            self._drop(noise)
            return FrameError("noise", noise)
        start = len(PREAMBLE)
        if len(self._buffer) < start + _LENGTH_BYTES:
            return None
        length = int.from_bytes(self._buffer[start : start + _LENGTH_BYTES], "big")
        if not _SHORTEST <= length <= _LONGEST:
            self._drop(1)
            return FrameError("length", 1)
        end = start + _LENGTH_BYTES + length
        if len(self._buffer) < end:
            return None
        if not self._sums_to_zero(start, end):
            self._drop(1)
            return FrameError("checksum", 1)
        head = start + _LENGTH_BYTES
        reply = Reply(self._buffer[head + 2], bytes(self._buffer[head : head + 2]), self._buffer[head + 3 : end - 1])
        self._drop(end)
        return reply

    def _noise_before_preamble(self) -> int:
        """How many bytes certainly belong to no frame; the beginning of a preamble at the very end is kept."""
        at = self._buffer.find(PREAMBLE)
        if at >= 0:
            return at
        for kept in range(min(len(PREAMBLE) - 1, len(self._buffer)), 0, -1):
            if self._buffer.endswith(PREAMBLE[:kept]):
                return len(self._buffer) - kept
        return len(self._buffer)

    def _sums_to_zero(self, start: int, end: int) -> bool:
        """The check byte brings the sum to zero; looked at in place, because a copy could not be wiped."""
        with memoryview(self._buffer) as view:
            return reduce(xor, view[start:end], 0) == 0

    def _drop(self, size: int) -> None:
        self._buffer[:size] = bytes(size)  # zeroed before it is let go: it may be a person
        del self._buffer[:size]


def sam_number(body: bytes) -> str:
    """The SAM's own number as it is printed on the module, from the 16 bytes of a `Command.SAM_NUMBER` reply."""
    if len(body) != 16:
        raise ValueError(f"a SAM number has 16 bytes, not {len(body)}")
    fields = (body[0:2], body[2:4], body[4:8], body[8:12], body[12:16])
    return "{:02d}.{:02d}-{:08d}-{:010d}-{:010d}".format(*(int.from_bytes(part, "little") for part in fields))
