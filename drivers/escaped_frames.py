"""Frames between a start and an end mark, with both marks escaped inside: A5 | escape( body ) | end.

Knows the marks, the escapes and how long a body may grow. Must not know what a body means: the room unpacks it.
A start mark inside a body means that the frame was cut and a new one begins; several in a row are one. What stands
between frames is noise. Bytes without a meaning of their own are taken in whole runs, not one by one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final, Generic, TypeVar

from drivers.frames import FrameError

Message = TypeVar("Message")


class Marks:
    """The marks of one protocol. ``escapes``: each byte that may not stand inside, and the two bytes in its place;
    the first of the two is an escape byte and stands for itself nowhere."""

    def __init__(self, start: int, end: int, escapes: Mapping[int, bytes]) -> None:
        leads = {pair[0] for pair in escapes.values()}
        if not {start, end} | leads <= set(escapes) or any(len(pair) != 2 for pair in escapes.values()):
            raise ValueError("each mark and each escape byte needs two bytes in its place")
        if any(pair[1] in (start, end) for pair in escapes.values()):
            raise ValueError("no escape may end in a mark")
        self.start: Final = start
        self.end: Final = end
        self.leads: Final = frozenset(leads)
        self.originals: Final = {pair: bytes([byte]) for byte, pair in escapes.items()}
        self.plain: Final = re.compile(b"[^" + b"".join(re.escape(bytes([byte])) for byte in sorted(escapes)) + b"]+")
        self._replaced: Final = {bytes([byte]): pair for byte, pair in escapes.items()}
        self._special: Final = re.compile(b"|".join(re.escape(byte) for byte in sorted(self._replaced)), re.DOTALL)

    def wrap(self, body: bytes, starts: int = 1) -> bytes:
        """The body as it stands on the line, with so many start marks before it."""
        inner = self._special.sub(lambda found: self._replaced[found[0]], body)
        return bytes([self.start]) * starts + inner + bytes([self.end])


class EscapedFrames(Generic[Message]):
    """Takes bytes in any split and gives what ``unpack`` makes of each whole body of at most ``longest`` bytes; what is
    no frame becomes a `FrameError`. Never raises."""

    def __init__(self, marks: Marks, longest: int, unpack: Callable[[bytes], Message | FrameError]) -> None:
        self._marks = marks
        self._longest = longest
        self._unpack = unpack
        self._body: bytearray | None = None  # None: hunting for a start mark
        self._escape = b""  # the first byte of an escape whose second is to come

    def feed(self, data: bytes) -> list[Message | FrameError]:
        """The messages that these bytes complete."""
        results: list[Message | FrameError] = []
        place = 0
        while place < len(data):
            if self._body is None:
                place = self._hunt(data, place, results)
            elif not self._escape and (run := self._marks.plain.match(data, place)):
                room = self._longest + 1 - len(self._body)
                end = min(run.end(), place + room)
                self._append(self._body, data[place:end], results)
                place = end
            else:
                self._take(self._body, data[place], results)
                place += 1
        return results

    def _hunt(self, data: bytes, place: int, results: list[Message | FrameError]) -> int:
        found = data.find(self._marks.start, place)
        end = len(data) if found < 0 else found
        if end > place:
            results.append(FrameError("noise", end - place))
        if found >= 0:
            self._begin()
        return end + 1

    def _begin(self) -> None:
        self._body, self._escape = bytearray(), b""

    def _take(self, body: bytearray, byte: int, results: list[Message | FrameError]) -> None:
        """A byte with a meaning, or the second one of an escape."""
        if byte == self._marks.start:
            if body or self._escape:
                results.append(FrameError("end", len(body)))
            self._begin()
        elif self._escape:
            original = self._marks.originals.get(self._escape + bytes([byte]))
            self._escape = b""
            if original is None:
                self._give_up("escape", results)
            else:
                self._append(body, original, results)
        elif byte in self._marks.leads:
            self._escape = bytes([byte])
        else:  # of the bytes that may not stand inside only the end mark is left
            self._body = None
            results.append(self._unpack(bytes(body)))

    def _append(self, body: bytearray, piece: bytes, results: list[Message | FrameError]) -> None:
        body += piece
        if len(body) > self._longest:
            self._give_up("length", results)

    def _give_up(self, problem: str, results: list[Message | FrameError]) -> None:
        results.append(FrameError(problem, len(self._body or b"")))
        self._body = None
