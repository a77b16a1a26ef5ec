"""Makes ``dot_font.bin`` from Unifont; run by hand: ``python -m simulators.dot_font_build unifont.otf``.

The file: zlib of 95 half-width glyphs of 16 bytes (20 to 7E), then rows 1 to 87 of GB2312, each of 94 glyphs of 32
bytes; a place that GB2312 leaves empty is all zero. One bit a dot, the leftmost is the highest.
"""

from __future__ import annotations

import sys
import zlib
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont

_ROWS: Final = 87
_SIZE: Final = 16
TARGET: Final = Path(__file__).with_name("dot_font.bin")


def build(font_file: Path) -> bytes:
    """The data before compression."""
    font = ImageFont.truetype(str(font_file), _SIZE)
    found = [_glyph(font, chr(code), 8) for code in range(0x20, 0x7F)]
    for row in range(1, _ROWS + 1):
        for cell in range(1, 95):
            code = bytes([0xA0 + row, 0xA0 + cell])
            try:
                found.append(_glyph(font, code.decode("gb2312"), 16))
            except UnicodeDecodeError:
                found.append(bytes(32))
    return b"".join(found)


def _glyph(font: ImageFont.FreeTypeFont, character: str, width: int) -> bytes:
    picture = Image.new("1", (width, _SIZE), 0)
    pen = ImageDraw.Draw(picture)
    pen.fontmode = "1"
    pen.text((0, 0), character, fill=1, font=font)
    return picture.tobytes()


def main(arguments: list[str]) -> int:
    """Write the file beside this one."""
    if len(arguments) != 1:
        sys.stderr.write("which unifont.otf? For example /usr/share/fonts/opentype/unifont/unifont.otf\n")
        return 2
    TARGET.write_bytes(zlib.compress(build(Path(arguments[0])), 9))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
