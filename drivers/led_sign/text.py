"""Words as the sign's card has them: GB2312, two bytes and 16 dots for a Chinese character, one byte and 8 dots else.

A backslash begins the card's escapes and has none of its own, so it becomes its full-width brother. Control
characters become spaces. What GB2312 lacks becomes the fallback character and is named, never dropped in silence.
"""

from __future__ import annotations

from typing import Final

CELL_DOTS: Final = 8

# GB2312 has these signs; Python's table has them under their Japanese neighbours.
_SAME_SIGN: Final = {"·": "・", "—": "―", "\\": "＼"}


def to_card(text: str, fallback: str) -> tuple[bytes, str]:
    """The bytes for the card, and those characters that the fallback had to stand for."""
    found = bytearray()
    lost = []
    for character in text:
        sign = _SAME_SIGN.get(character, character)
        if sign < " " or sign == "\x7f":
            sign = " "
        try:
            found += sign.encode("gb2312")
        except UnicodeEncodeError:
            lost.append(character)
            found += fallback.encode("gb2312")
    return bytes(found), "".join(lost)


def cut_to_width(line: bytes, cells: int) -> list[bytes]:
    """Pieces of at most so many cells; no character is torn."""
    pieces, piece, place = [], bytearray(), 0
    while place < len(line):
        size = 2 if line[place] >= 0x80 else 1
        if len(piece) + size > cells:
            pieces.append(bytes(piece))
            piece = bytearray()
        piece += line[place : place + size]
        place += size
    return [*pieces, bytes(piece)]
