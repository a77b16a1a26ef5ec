"""What a code reader says: codes as lines of text, and between them the replies of its own language. Bytes only.

    code ──► [ ]Xn ] text  CR | LF | CR LF        at most 512 bytes, UTF-8 or GBK
    reply ─► measured and read by the dialect (gm65.py, newland.py)

The text is a stranger's. It is refused when it is too long, holds control characters or is no text; it is never in a
log. A reply begins with a byte that no text has, so it is found wherever it stands; what was read of a code before it
is thrown away. A silence ends a half-arrived code: `Stream.pause` is told of it by whoever has a clock.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Literal

from drivers.frames import FrameError

CODE_LIMIT: Final = 512
_AIM: Final = re.compile(rb"\][A-Za-z][0-9A-Za-z]")
_NO_TEXT: Final = frozenset({"Cc", "Cs"})

Suffix = Literal["any", "cr", "lf", "crlf", "none"]
Encoding = Literal["auto", "utf-8", "gbk"]
_ENDS: Final[dict[str, bytes]] = {"any": b"\r\n", "cr": b"\r", "lf": b"\n", "crlf": b"\n", "none": b""}
_ENCODINGS: Final[dict[str, tuple[str, ...]]] = {"auto": ("utf-8", "gbk"), "utf-8": ("utf-8",), "gbk": ("gbk",)}


@dataclass(frozen=True, slots=True)
class Code:
    """One code that was read whole."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Refused:
    """Something that cannot be a code: ``too_long``, ``control_characters`` or ``not_text``."""

    code: str


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer in the reader's own language. ``kind`` is the dialect's word for it."""

    kind: str
    data: bytes = b""


Item = Code | Refused | Reply | FrameError
Measure = Callable[[bytes], int | None]  # size of the reply that begins here; 0: none begins; None: more is needed
Read = Callable[[bytes], Item]


@dataclass(frozen=True, slots=True)
class Language:
    """A dialect's replies: the bytes with which one can begin, how long one is, and what it says."""

    starts: bytes = b""
    measure: Measure = lambda data: 0
    read: Read = lambda data: FrameError("noise", len(data))


class CodeLines:
    """Puts one code together. Never raises, never holds more than the limit."""

    def __init__(self, suffix: Suffix = "any", encoding: Encoding = "auto", *, strip_aim: bool = True) -> None:
        self._ends = _ENDS[suffix]
        self._crlf = suffix == "crlf"
        self._encodings = _ENCODINGS[encoding]
        self._strip_aim = strip_aim
        self._held = bytearray()
        self._dropping = False

    @property
    def half(self) -> bool:
        """A code has begun and not ended."""
        return bool(self._held) or self._dropping

    def feed(self, data: bytes) -> list[Item]:
        items: list[Item] = []
        for byte in data:
            if byte in self._ends:
                items += self._end()
            elif not self._dropping:
                self._held.append(byte)
                if len(self._held) > CODE_LIMIT + self._crlf:
                    items.append(self._too_long())
        return items

    def pause(self) -> list[Item]:
        """Nothing came for longer than the reader ever waits inside a code."""
        if not self._ends:
            return self._end()
        return self.cut()

    def cut(self) -> list[Item]:
        """Throw a half-arrived code away."""
        size = len(self._held)
        self._held.clear()
        self._dropping = False
        return [FrameError("end", size)] if size else []

    def whole(self, raw: bytes) -> list[Item]:
        """A code that came with its length instead of an end."""
        return [self._read(raw.rstrip(b"\r\n"))] if raw.strip(b"\r\n") else []

    def _too_long(self) -> Refused:
        self._held.clear()
        self._dropping = True
        return Refused("too_long")

    def _end(self) -> list[Item]:
        raw = bytes(self._held)
        self._held.clear()
        self._dropping = False
        if self._crlf:
            raw = raw.removesuffix(b"\r")
        return [self._read(raw)] if raw else []

    def _read(self, raw: bytes) -> Code | Refused:
        if self._strip_aim and (found := _AIM.match(raw)):
            raw = raw[found.end() :]
        for encoding in self._encodings:
            try:
                text = raw.decode(encoding)
            except UnicodeDecodeError:
                continue
            bad = any(unicodedata.category(one) in _NO_TEXT for one in text)
            return Refused("control_characters") if bad else Code(text)
        return Refused("not_text")


class Stream:
    """Takes bytes in any split and gives codes and replies in their order."""

    def __init__(self, lines: CodeLines, language: Language | None = None) -> None:
        self._lines = lines
        self._language = language or Language()
        self._held = bytearray()

    @property
    def half(self) -> bool:
        """Something has begun and not ended."""
        return bool(self._held) or self._lines.half

    def feed(self, data: bytes) -> list[Item]:
        self._held += data
        items: list[Item] = []
        while self._held:
            start = next((place for place, byte in enumerate(self._held) if byte in self._language.starts), None)
            if start != 0:
                items += self._lines.feed(bytes(self._held[:start]))
                del self._held[:start]
                continue
            size = self._language.measure(bytes(self._held))
            if size is None:
                break
            items += self._reply(size) if size else self._no_reply()
        return items

    def pause(self) -> list[Item]:
        """A silence: what has begun will not end any more."""
        held, self._held = bytes(self._held), bytearray()
        return [*self._lines.feed(held), *self._lines.pause()]

    def _reply(self, size: int) -> list[Item]:
        raw = bytes(self._held[:size])
        found = self._language.read(raw)
        if isinstance(found, FrameError):
            return [found, *self._no_reply()]  # one byte on: a good reply may begin inside a broken one
        del self._held[:size]
        if isinstance(found, Reply) and found.kind == "code":
            return [*self._lines.cut(), *self._lines.whole(found.data)]
        return [*self._lines.cut(), found]

    def _no_reply(self) -> list[Item]:
        items = self._lines.feed(bytes(self._held[:1]))
        del self._held[:1]
        return items
