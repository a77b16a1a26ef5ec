"""A code scanner as a person sees it: a window in a steel plate, a red aiming line, a phone before it, a green lamp."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw

_SIZE: Final = 240
_SCALE: Final = 3  # drawn large and made small: edges stay smooth
_WALL, _STEEL, _EDGE = (244, 245, 247), (206, 210, 216), (150, 156, 166)


@dataclass(frozen=True, slots=True)
class Face:
    """``read``: a code was read just now."""

    looking: bool
    in_view: bool
    read: bool
    kind: str


def draw_reader(face: Face) -> bytes:
    """PNG of the scanner."""
    image = Image.new("RGB", (_SIZE * _SCALE, _SIZE * _SCALE), _WALL)
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle(_box(24, 24, 216, 216), 16 * _SCALE, fill=_STEEL, outline=_EDGE, width=2 * _SCALE)
    for x, y in ((38, 38), (202, 38), (38, 202), (202, 202)):
        draw.ellipse(_box(x - 4, y - 4, x + 4, y + 4), fill=_EDGE)
    draw.rounded_rectangle(
        _box(56, 70, 184, 184), 8 * _SCALE, fill=(20, 22, 28), outline=(60, 64, 72), width=2 * _SCALE
    )
    if face.looking:
        draw.rectangle(_box(60, 74, 180, 180), fill=(54, 20, 24))
        draw.rectangle(_box(60, 125, 180, 129), fill=(236, 54, 48))
    if face.in_view or face.read:
        _phone(draw)
    lamp = (52, 196, 110) if face.read else (96, 102, 112)
    draw.ellipse(_box(112, 42, 128, 58), fill=lamp, outline=_EDGE, width=_SCALE)
    buffer = BytesIO()
    image.resize((_SIZE, _SIZE), Image.Resampling.LANCZOS).save(buffer, "PNG")
    return buffer.getvalue()


def _phone(draw: ImageDraw.ImageDraw) -> None:
    """A phone with something like a code on it; nobody can read a code out of this picture."""
    draw.rounded_rectangle(
        _box(84, 78, 156, 196), 8 * _SCALE, fill=(30, 34, 42), outline=(12, 14, 18), width=2 * _SCALE
    )
    draw.rectangle(_box(90, 92, 150, 182), fill=(252, 252, 253))
    for row in range(9):
        for column in range(9):
            corner = (row < 3 or row > 5) and (column < 3 or column > 5) and not (row > 5 and column > 5)
            dark = corner or (row * 5 + column * 3 + row * column) % 3 == 0
            if dark:
                x, y = 97 + column * 5, 112 + row * 5
                draw.rectangle(_box(x, y, x + 5, y + 5), fill=(24, 26, 32))
    for x, y in ((97, 112), (127, 112), (97, 142)):
        draw.rectangle(_box(x + 3, y + 3, x + 12, y + 12), fill=(252, 252, 253))
        draw.rectangle(_box(x + 6, y + 6, x + 9, y + 9), fill=(24, 26, 32))


def _box(left: int, top: int, right: int, bottom: int) -> tuple[int, int, int, int]:
    return left * _SCALE, top * _SCALE, right * _SCALE, bottom * _SCALE
