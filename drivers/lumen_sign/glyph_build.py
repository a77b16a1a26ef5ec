"""Makes ``glyphs.bin`` from Unifont; run by hand: ``python -m drivers.lumen_sign.glyph_build unifont.otf``.

The file, before its compression: count of narrow and of wide glyphs (two LE4), the code points of both in rising
order (LE4 each), then the dots: 16 bytes a narrow glyph (8×16), 32 a wide one (16×16). One bit a dot, the leftmost
is the highest. 𠮷 (U+20BB7), which this Unifont lacks, is its 吉 with the two bars of 士 exchanged.
"""

from __future__ import annotations

import lzma
import struct
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from drivers.lumen_sign.glyphs import FILE, HEIGHT

# Latin, Greek, Cyrillic, punctuation, letter-like signs and shapes, CJK with extension A, compatibility, full width
_RANGES: Final = (
    (0x20, 0x250),
    (0x370, 0x460),
    (0x2000, 0x2070),
    (0x20A0, 0x20C0),
    (0x2100, 0x2300),
    (0x2460, 0x2680),
    (0x2E80, 0x2FE0),
    (0x3000, 0x4DC0),
    (0x4E00, 0xA000),
    (0xF900, 0xFB00),
    (0xFE30, 0xFE50),
    (0xFF00, 0xFFF0),
)
_NO_GLYPH: Final = ("Cn", "Cc", "Cf", "Co", "Mn")
_LUCKY, _LUCKY_BROAD_BASE, _BARS = "吉", 0x20BB7, (3, 7)


def build(font_file: Path) -> bytes:
    """The data before compression."""
    font = ImageFont.truetype(str(font_file), HEIGHT, layout_engine=ImageFont.Layout.BASIC)
    narrow: dict[int, bytes] = {}
    wide: dict[int, bytes] = {}
    for character in _characters():
        width = 8 if font.getlength(character) <= 8 else 16
        (narrow if width == 8 else wide)[ord(character)] = _dots(font, character, width)
    wide[_LUCKY_BROAD_BASE] = _exchanged(wide[ord(_LUCKY)])
    head = struct.pack("<II", len(narrow), len(wide))
    codes = b"".join(struct.pack("<I", code) for table in (narrow, wide) for code in sorted(table))
    return head + codes + b"".join(table[code] for table in (narrow, wide) for code in sorted(table))


def _characters() -> Iterator[str]:
    for start, end in _RANGES:
        yield from (chr(code) for code in range(start, end) if unicodedata.category(chr(code)) not in _NO_GLYPH)


def _dots(font: ImageFont.FreeTypeFont, character: str, width: int) -> bytes:
    picture = Image.new("1", (width, HEIGHT), 0)
    pen = ImageDraw.Draw(picture)
    pen.fontmode = "1"
    pen.text((0, 0), character, fill=1, font=font)
    return picture.tobytes()


def _exchanged(dots: bytes) -> bytes:
    rows = [dots[place : place + 2] for place in range(0, len(dots), 2)]
    one, other = _BARS
    rows[one], rows[other] = rows[other], rows[one]
    return b"".join(rows)


def main(arguments: list[str]) -> int:
    """Write the file beside this one."""
    if len(arguments) != 1:
        sys.stderr.write("which unifont.otf? For example /usr/share/fonts/opentype/unifont/unifont.otf\n")
        return 2
    FILE.write_bytes(lzma.compress(build(Path(arguments[0])), preset=9 | lzma.PRESET_EXTREME))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
