"""LED strips on the wire of the call terminals: the "A0 90" message, its plain sister, and what may be an answer.

    A0 90 │ address │ A5 show, A1 show stored │ length 2, high byte first │ data │ XOR of address … last data byte
    data  a Chinese character: two GB2312 bytes and a colour; any other: one byte and a colour. 0 red, 1 green, 2 yellow

    80 + address │ C0 + (two highest bits of the address, moved down by two) │ 44 │ GBK text │ 1A    no check or answer

The public code counts the length with a base of 255, which is surely meant to be 256: alike below 255 bytes.
An answer begins A0 90 address and ends A5 AA; its length is written nowhere. It has no check.
The A0 90 message has no letter for "end": a receiver goes by the length.

Sources: uvbs/HospitalQueueSystem and marzlia/HallQueFront on GitHub (facts only); all samples are computed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from drivers.checksums import xor8
from drivers.frames import FrameError
from drivers.sign_text import characters

DATA_LIMIT: Final = 254  # where both bases of the length agree
PLAIN_ADDRESSES: Final = range(1, 0x40)  # above, the first byte leaves the range that the public code knows
LONGEST_ANSWER: Final = 32

_START: Final = b"\xa0\x90"
_END: Final = b"\xa5\xaa"
_SHOW: Final = 0xA5
_SHORTEST_ANSWER: Final = 5
_CHUNK: Final = 4096


def show(address: int, text: bytes, colour: int = 0, length_base: int = 256) -> bytes:
    """Show this text, already in the strip's bytes."""
    data = b"".join(character + bytes([colour]) for character in characters(text))
    high, low = divmod(len(data), length_base)
    if high > 0xFF:
        raise ValueError(f"{len(data)} bytes do not fit a message")
    body = bytes([address, _SHOW, high, low]) + data
    return _START + body + bytes([xor8(body)])


def data_size(text: bytes) -> int:
    """How long the data of `show` will be."""
    return len(text) + len(characters(text))


def show_plain(address: int, text: bytes) -> bytes:
    """The same in the plain form of single-colour strips."""
    if address not in PLAIN_ADDRESSES:
        raise ValueError(f"a plain strip has an address from 1 to {PLAIN_ADDRESSES[-1]}, not {address}")
    if 0x1A in text:
        raise ValueError("1A ends a plain text")
    return bytes([0x80 + address, 0xC0 + ((address & 0xC0) >> 2), 0x44]) + text + b"\x1a"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a strip said, whole."""

    address: int
    frame: bytes


class Parser:
    """Takes bytes in any split and gives whole answers; what is none becomes a `FrameError`. Never raises.

    ``answer_bytes``: how long an answer is, 0 where that is not known: then its first A5 AA ends it. A new A0 90 begins
    anew. On this wire terminals are heard as well: their frames are noise here.
    """

    def __init__(self, answer_bytes: int = 0) -> None:
        self._size = answer_bytes
        self._held = bytearray()

    def feed(self, data: bytes) -> list[Answer | FrameError]:
        """The answers that these bytes complete."""
        results: list[Answer | FrameError] = []
        for start in range(0, len(data), _CHUNK):
            self._held += data[start : start + _CHUNK]
            while self._step(results):
                pass
        return results

    def _step(self, results: list[Answer | FrameError]) -> bool:
        begin = self._held.find(_START)
        if begin < 0:
            keep = 1 if self._held[-1:] == _START[:1] else 0
            self._drop(len(self._held) - keep, "noise", results)
            return False
        self._drop(begin, "noise", results)
        again = self._held.find(_START, 2)
        held = bytes(self._held if again < 0 else self._held[:again])
        size = self._answer_size(held)
        if size is not None:
            frame = bytes(self._held[:size])
            del self._held[:size]
            results.append(Answer(frame[2], frame))
            return True
        longest = self._size or LONGEST_ANSWER
        if again < 0 and len(held) < longest:
            return False
        self._drop(max(2, again), "end" if again >= 0 else "length", results)
        return True

    def _answer_size(self, held: bytes) -> int | None:
        if self._size:
            whole = held[: self._size]
            return self._size if len(whole) == self._size and whole.endswith(_END) else None
        end = held.find(_END, _SHORTEST_ANSWER - len(_END))
        return end + len(_END) if 0 <= end <= LONGEST_ANSWER - len(_END) else None

    def _drop(self, size: int, problem: str, results: list[Answer | FrameError]) -> None:
        if size > 0:
            results.append(FrameError(problem, size))
            del self._held[:size]
