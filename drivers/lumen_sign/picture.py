"""A page as one-colour dots of our own, for cards whose fonts lack a character: centred, one line of 16 dots.

A page wider than the screen is cut between characters into further pages, so that nothing is lost and nothing runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from drivers.lumen_sign.glyphs import HEIGHT, Glyph, glyph

BitOrder = Literal["msb", "lsb"]

_REVERSED: Final = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def to_glyphs(text: str, fallback: str) -> tuple[list[Glyph], str]:
    """The glyphs of a text, and those characters that the fallback had to stand for."""
    found, lost = [], []
    for character in text:
        one = glyph(" " if character < " " or character == "\x7f" else character)
        if one is None:
            lost.append(character)
            one = glyph(fallback)
        if one is not None:
            found.append(one)
    return found, "".join(lost)


def cut_to_dots(glyphs: Sequence[Glyph], width: int) -> list[list[Glyph]]:
    """Pieces that fit the screen; one empty piece for an empty page."""
    pieces: list[list[Glyph]] = [[]]
    used = 0
    for one in glyphs:
        if used + one.width > width and pieces[-1]:
            pieces.append([])
            used = 0
        pieces[-1].append(one)
        used += one.width
    return pieces


def draw(glyphs: Sequence[Glyph], width: int, order: BitOrder) -> bytes:
    """The rows from the top, each padded to bytes; ``msb``: the leftmost dot is the highest bit."""
    used = sum(one.width for one in glyphs)
    right = width - used - (width - used) // 2
    rows = [0] * HEIGHT
    for one in glyphs:
        rows = [row << one.width | more for row, more in zip(rows, one.rows, strict=True)]
    size = (width + 7) // 8
    spare = size * 8 - width
    data = b"".join((row << right + spare).to_bytes(size, "big") for row in rows)
    return data if order == "msb" else data.translate(_REVERSED)
