"""16-dot glyphs for pictures that we draw ourselves: 8 dots wide for a Latin character, 16 for a Chinese one.

The dots are those of GNU Unifont (``glyphs.LICENSE.txt``) and come with this package: Latin, punctuation, and all
Chinese characters of Unicode's basic plane, 䶮 and 㑇 among them, and 𠮷. A character beyond them is drawn from the
Debian package ``fonts-noto-cjk`` where that is installed; a glyph never comes from a sign maker's own font file.
Loaded when the first picture is drawn: a hall without such a sign pays nothing.
"""

from __future__ import annotations

import lzma
import struct
from array import array
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

HEIGHT: Final = 16
FILE: Final = Path(__file__).with_name("glyphs.bin")
MORE_PACKAGE: Final = "fonts-noto-cjk"
MORE_FILE: Final = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
_MORE_FACE: Final = 2  # the simplified Chinese one of that collection
_MORE_SIZE: Final = 15
_ON_THE_LINE: Final = range(0x20000, 0x40000)  # only the ideographs of the higher planes: no emoji, no private use


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character's dots: 16 rows, each a number whose highest bit (of ``width``) is the leftmost dot."""

    width: int
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Table:
    codes: array[int]
    dots: bytes
    width: int

    def find(self, code: int) -> Glyph | None:
        place = bisect_left(self.codes, code)
        if place == len(self.codes) or self.codes[place] != code:
            return None
        step = self.width // 8
        start = place * step * HEIGHT
        end = start + step * HEIGHT
        return Glyph(
            self.width, tuple(int.from_bytes(self.dots[at : at + step], "big") for at in range(start, end, step))
        )


@cache
def _tables() -> tuple[_Table, _Table]:
    data = lzma.decompress(FILE.read_bytes())
    counts = struct.unpack_from("<II", data)
    codes_at, dots_at = 8, 8 + 4 * sum(counts)
    found = []
    for count, width in zip(counts, (8, 16), strict=True):
        codes = array("I", struct.unpack_from(f"<{count}I", data, codes_at))
        size = count * width * HEIGHT // 8
        found.append(_Table(codes, data[dots_at : dots_at + size], width))
        codes_at, dots_at = codes_at + 4 * count, dots_at + size
    return found[0], found[1]


@lru_cache(maxsize=4096)
def glyph(character: str) -> Glyph | None:
    """The dots of one character; None where no font here has it."""
    narrow, wide = _tables()
    return narrow.find(ord(character)) or wide.find(ord(character)) or _more(character)


def _more(character: str) -> Glyph | None:
    if ord(character) not in _ON_THE_LINE or not MORE_FILE.exists():
        return None
    from PIL import Image, ImageDraw, ImageFont  # rarely needed, and slow to load

    font = ImageFont.truetype(str(MORE_FILE), _MORE_SIZE, index=_MORE_FACE, layout_engine=ImageFont.Layout.BASIC)
    if bytes(font.getmask(character, "1")) == bytes(font.getmask("\U0003fffd", "1")):
        return None  # the box of a font that lacks it
    left, top, right, bottom = font.getbbox(character)
    place = ((HEIGHT - (right - left)) // 2 - left, (HEIGHT - (bottom - top)) // 2 - top)
    picture = Image.new("1", (HEIGHT, HEIGHT), 0)
    pen = ImageDraw.Draw(picture)
    pen.fontmode = "1"
    pen.text(place, character, fill=1, font=font)
    dots = picture.tobytes()
    return Glyph(HEIGHT, tuple(int.from_bytes(dots[at : at + 2], "big") for at in range(0, 2 * HEIGHT, 2)))
