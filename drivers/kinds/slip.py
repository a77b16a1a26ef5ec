"""What stands on a slip: parts from top to bottom. The paper is cut after the last one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Align = Literal["left", "center", "right"]
_ALIGNS: Final = ("left", "center", "right")
_LONGEST_TEXT: Final = 2000
LONGEST_QR_BYTES: Final = 331  # version 13 at level M: larger ones do not fit the narrow paper in a readable size
_CONTROL: Final = 0x20


@dataclass(frozen=True, slots=True)
class Text:
    """One or more lines; what is too long is broken. ``wide`` and ``high`` multiply the size of each character."""

    words: str
    align: Align = "left"
    wide: int = 1
    high: int = 1

    def __post_init__(self) -> None:
        if self.align not in _ALIGNS:
            raise ValueError(f"align is one of {_ALIGNS}, not {self.align!r}")
        if not (1 <= self.wide <= 8 and 1 <= self.high <= 8):
            raise ValueError("a character is 1 to 8 times as wide and high")
        if len(self.words) > _LONGEST_TEXT:
            raise ValueError(f"a text on a slip has {_LONGEST_TEXT} characters at most")


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the paper."""


@dataclass(frozen=True, slots=True)
class Qr:
    """A QR code in the middle of the paper; ``size`` is the dots of a module, made less where it would not fit."""

    content: str
    size: int = 6

    def __post_init__(self) -> None:
        if not 2 <= self.size <= 16:
            raise ValueError("a module has 2 to 16 dots")
        size = len(self.content.encode())
        if not 1 <= size <= LONGEST_QR_BYTES:
            raise ValueError(f"a QR code on a slip holds 1 to {LONGEST_QR_BYTES} bytes, not {size}")
        if any(ord(character) < _CONTROL or ord(character) == 0x7F for character in self.content):
            raise ValueError("a QR code on a slip holds no control characters")


@dataclass(frozen=True, slots=True)
class Feed:
    """Empty lines."""

    lines: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.lines <= 30:
            raise ValueError("1 to 30 empty lines")


Part = Text | Rule | Qr | Feed
