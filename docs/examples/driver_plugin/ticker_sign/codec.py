"""The ticker's frame, both ways. Bytes only, no port.

02 │ FUNCTION │ content, UTF-8 without control characters, at most 200 bytes │ 03 │ XOR of function … content
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from drivers.checksums import xor8
from drivers.frames import FrameError

LIMIT: Final = 200
_START, _END = 0x02, 0x03


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame. ``function``: ``Q`` how are you, ``S`` show, ``P`` power, ``B`` brightness."""

    function: str
    content: str = ""

    def encode(self) -> bytes:
        """The bytes on the line; ValueError for what no frame can carry."""
        body = (self.function + self.content).encode()
        if len(body) > LIMIT or any(byte < 0x20 for byte in body):
            raise ValueError(f"a frame holds {LIMIT} bytes and no control characters")
        return bytes([_START]) + body + bytes([_END, xor8(body)])


class Parser:
    """Takes bytes in any split, gives frames and what had to be dropped. Never raises, holds one frame at most."""

    def __init__(self) -> None:
        self._held = bytearray()

    def feed(self, data: bytes) -> list[Frame | FrameError]:
        found: list[Frame | FrameError] = []
        for byte in data:
            self._held.append(byte)
            while (item := self._next()) is not None:
                found.append(item)
        return found

    def _next(self) -> Frame | FrameError | None:
        held = self._held
        if not held:
            return None
        if held[0] != _START:
            return self._drop("noise")
        end = held.find(_END, 1)
        if end < 0:
            return self._drop("length") if len(held) > LIMIT + 1 else None
        if len(held) < end + 2:
            return None
        body = bytes(held[1:end])
        if not body or xor8(body) != held[end + 1]:
            return self._drop("checksum")  # one byte only: a good frame may begin inside a broken one
        try:
            text = body.decode()
        except UnicodeDecodeError:
            return self._drop("noise")
        del held[: end + 2]
        return Frame(text[0], text[1:])

    def _drop(self, problem: str) -> FrameError:
        del self._held[0]
        return FrameError(problem, 1)
