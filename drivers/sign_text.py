"""Words as the fonts of sign cards have them: GB2312 or GBK, two bytes for a Chinese character, one else.

Control characters become spaces. What the character set lacks becomes the fallback character and is named by its code
point, once for each text, and never dropped in silence. Texts are cut only between characters.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

CELL_DOTS: Final = 8

Charset = Literal["gb2312", "gbk"]

# GB2312 has these signs; Python's table has them under their Japanese neighbours.
_SAME_SIGN: Final = {"·": "・", "—": "―"}
_REMEMBERED_TEXTS: Final = 200


def to_card(
    text: str, fallback: str, charset: Charset = "gb2312", same_sign: Mapping[str, str] | None = None
) -> tuple[bytes, str]:
    """The bytes for the card, and those characters that the fallback had to stand for."""
    same = _SAME_SIGN | dict(same_sign or {}) if charset == "gb2312" else dict(same_sign or {})
    found = bytearray()
    lost = []
    for character in text:
        sign = same.get(character, character)
        try:
            found += _spaced(sign).encode(charset)
        except UnicodeEncodeError:
            lost.append(character)
            found += fallback.encode(charset)
    return bytes(found), "".join(lost)


def _spaced(sign: str) -> str:
    return " " if sign < " " or sign == "\x7f" else sign


def cut_to_width(line: bytes, cells: int) -> list[bytes]:
    """Pieces of at most so many cells; no character is torn."""
    pieces, piece = [], bytearray()
    for character in characters(line):
        if len(piece) + len(character) > cells:
            pieces.append(bytes(piece))
            piece = bytearray()
        piece += character
    return [*pieces, bytes(piece)]


def characters(line: bytes) -> list[bytes]:
    """The bytes of each character: a high byte takes the next one with it."""
    found, place = [], 0
    while place < len(line):
        size = 2 if line[place] >= 0x80 else 1
        found.append(line[place : place + size])
        place += size
    return found


def check_fallback(fallback: str, charset: Charset = "gb2312") -> None:
    """Raises ValueError in words when it cannot stand for others itself."""
    if len(fallback) != 1 or fallback < " " or fallback == "\\":
        raise ValueError("fallback is one character, and no backslash")
    try:
        fallback.encode(charset)
    except UnicodeEncodeError as problem:
        raise ValueError(f"fallback {fallback!r} is itself outside {charset.upper()}") from problem


class Replaced:
    """Says once for each text which characters the fallback stood for; code points only, a text may hold a name."""

    def __init__(self, log: Any) -> None:
        self._log = log
        self._named: dict[str, None] = {}

    def name(self, text: str, lost: str, **more: object) -> None:
        if not lost or text in self._named:
            return
        if len(self._named) >= _REMEMBERED_TEXTS:
            del self._named[next(iter(self._named))]
        self._named[text] = None
        self._log.warning("sign_characters_replaced", characters=[f"U+{ord(one):04X}" for one in lost], **more)
