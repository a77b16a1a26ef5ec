"""The help button, the door and an electric lock as a person sees them."""

from __future__ import annotations

from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw

_SIZE: Final = 240
_SCALE: Final = 3  # drawn large and made small: edges stay smooth
_WALL: Final = (244, 245, 247)
_STEEL: Final = (206, 210, 216)
_EDGE: Final = (150, 156, 166)


def draw_button(*, pressed: bool, lamp: bool) -> bytes:
    """PNG: a round button in a steel plate; its ring is lit with the lamp."""
    image, draw = _canvas()
    draw.rounded_rectangle(_box(30, 30, 210, 210), 18 * _SCALE, fill=_STEEL, outline=_EDGE, width=2 * _SCALE)
    for x, y in ((46, 46), (194, 46), (46, 194), (194, 194)):
        draw.ellipse(_box(x - 5, y - 5, x + 5, y + 5), fill=_EDGE)
    if lamp:
        draw.ellipse(_box(50, 50, 190, 190), fill=(255, 226, 140))
    draw.ellipse(_box(58, 58, 182, 182), fill=(255, 190, 40) if lamp else (120, 126, 136))
    draw.ellipse(_box(70, 70, 170, 170), fill=(24, 84, 160), outline=(14, 56, 112), width=2 * _SCALE)
    inset = 6 if pressed else 0
    draw.ellipse(_box(76 + inset, 76 + inset, 164 - inset, 164 - inset), fill=(40, 108, 196))
    # a bell: what the button is for, without words
    white = (255, 255, 255)
    draw.pieslice(_box(103, 96, 137, 136), 180, 360, fill=white)
    draw.rectangle(_box(103, 115, 137, 130), fill=white)
    draw.rounded_rectangle(_box(97, 129, 143, 135), 3 * _SCALE, fill=white)
    draw.ellipse(_box(115, 134, 125, 144), fill=white)
    draw.ellipse(_box(116, 90, 124, 98), fill=white)
    return _png(image)


def draw_door(*, is_open: bool) -> bytes:
    """PNG: a door in its frame, with the contact above it."""
    image, draw = _canvas()
    draw.rectangle(_box(62, 30, 178, 214), fill=(112, 118, 128))
    draw.rectangle(_box(70, 38, 170, 214), fill=(40, 46, 56) if is_open else (176, 132, 88))
    if is_open:
        leaf = [(70, 38), (110, 52), (110, 206), (70, 214)]
        draw.polygon([(x * _SCALE, y * _SCALE) for x, y in leaf], fill=(176, 132, 88), outline=(120, 86, 54))
        draw.ellipse(_box(99, 124, 106, 134), fill=(232, 214, 160))
    else:
        draw.rectangle(_box(84, 54, 156, 110), outline=(140, 102, 66), width=2 * _SCALE)
        draw.rectangle(_box(84, 138, 156, 196), outline=(140, 102, 66), width=2 * _SCALE)
        draw.ellipse(_box(152, 120, 162, 130), fill=(232, 214, 160))
    draw.rounded_rectangle(_box(106, 22, 134, 32), 3 * _SCALE, fill=(250, 250, 251), outline=_EDGE, width=_SCALE)
    draw.ellipse(_box(117, 24, 123, 30), fill=(226, 60, 48) if is_open else (40, 160, 96))
    draw.line((0, 214 * _SCALE, _SIZE * _SCALE, 214 * _SCALE), fill=_EDGE, width=2 * _SCALE)
    return _png(image)


def draw_lock(*, drawn: bool) -> bytes:
    """PNG: an electric strike in a frame; its bolt is back while the relay is drawn."""
    image, draw = _canvas()
    draw.rounded_rectangle(_box(60, 26, 180, 214), 10 * _SCALE, fill=_STEEL, outline=_EDGE, width=2 * _SCALE)
    for y in (42, 198):
        draw.ellipse(_box(115, y - 5, 125, y + 5), fill=_EDGE)
    draw.rectangle(_box(88, 78, 152, 162), fill=(40, 46, 56))
    if drawn:
        draw.rectangle(_box(88, 104, 102, 136), fill=(176, 182, 190))
    else:
        draw.rectangle(_box(88, 104, 150, 136), fill=(226, 230, 236), outline=_EDGE, width=_SCALE)
    draw.ellipse(_box(113, 176, 127, 190), fill=(40, 160, 96) if drawn else (226, 60, 48))
    return _png(image)


def _canvas() -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("RGB", (_SIZE * _SCALE, _SIZE * _SCALE), _WALL)
    return image, ImageDraw.Draw(image)


def _box(left: int, top: int, right: int, bottom: int) -> tuple[int, int, int, int]:
    return left * _SCALE, top * _SCALE, right * _SCALE, bottom * _SCALE


def _png(image: Image.Image) -> bytes:
    buffer = BytesIO()
    image.resize((_SIZE, _SIZE), Image.Resampling.LANCZOS).save(buffer, "PNG")
    return buffer.getvalue()
