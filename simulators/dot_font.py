"""16-dot glyphs of GB2312, as a font card has them: 8 dots wide for a Latin character, 16 for a Chinese one.

The dots are those of GNU Unifont; see ``dot_font.LICENSE.txt``. No system font is needed.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

HEIGHT: Final = 16
_LATIN: Final = range(0x20, 0x7F)
_LATIN_BYTES: Final = len(_LATIN) * HEIGHT
_ROWS: Final = range(0xA1, 0xF8)
_CELLS: Final = range(0xA1, 0xFF)


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character's dots: 16 rows, each a number whose highest bit (of ``width``) is the leftmost dot."""

    width: int
    rows: tuple[int, ...]


@cache
def _data() -> bytes:
    return zlib.decompress(Path(__file__).with_name("dot_font.bin").read_bytes())


@cache
def glyph(code: bytes) -> Glyph:
    """The dots of one character in GB2312 bytes; what the font lacks is a hollow box, as on a real card."""
    if len(code) == 1 and code[0] in _LATIN:
        start = (code[0] - _LATIN.start) * HEIGHT
        return Glyph(8, tuple(_data()[start : start + HEIGHT]))
    if len(code) == 2 and code[0] in _ROWS and code[1] in _CELLS:
        place = (code[0] - _ROWS.start) * len(_CELLS) + code[1] - _CELLS.start
        start = _LATIN_BYTES + place * 2 * HEIGHT
        raw = _data()[start : start + 2 * HEIGHT]
        if any(raw) or code == b"\xa1\xa1":
            return Glyph(16, tuple(int.from_bytes(raw[row : row + 2], "big") for row in range(0, 2 * HEIGHT, 2)))
    return _box(8 * len(code))


def _box(width: int) -> Glyph:
    edge = 1 << (width - 2) | 0b10
    full = (1 << (width - 1)) - 2
    return Glyph(width, (0, full, *[edge] * 12, full, 0))


def characters(text: bytes) -> Iterator[bytes]:
    """The bytes of each character: a high byte takes the next one with it."""
    place = 0
    while place < len(text):
        size = 2 if text[place] >= 0x80 else 1
        yield text[place : place + size]
        place += size


def text_rows(text: bytes) -> tuple[int, list[int]]:
    """Width in dots and the 16 rows of a whole line."""
    width, rows = 0, [0] * HEIGHT
    for code in characters(text):
        one = glyph(code)
        width += one.width
        rows = [row << one.width | more for row, more in zip(rows, one.rows, strict=True)]
    return width, rows


def as_strings(width: int, rows: list[int]) -> list[str]:
    """Rows as people can read them: ``#`` lit, ``.`` dark."""
    return [f"{row:0{width}b}".replace("1", "#").replace("0", ".") if width else "" for row in rows]
