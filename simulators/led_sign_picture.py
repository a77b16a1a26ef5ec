"""The sign as a person sees it: lit red dots with a little glow on a black module, unlit ones just visible."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw, ImageFilter

_PITCH: Final = 12  # pixels for each 4.75 mm from dot to dot of a 3.75 mm module
_SHARP: Final = 4  # drawn so much larger, then made small: round dots
_BLACK: Final = (10, 8, 8)
_DARK: Final = (46, 24, 22)
_CASE: Final = (38, 40, 43)
_EDGE: Final = (70, 73, 77)
_BORDER: Final = 20
_MODULE: Final = 16  # dots; modules meet there, and one sees it a little


@lru_cache(maxsize=128)
def draw_sign(rows: tuple[int, ...], width: int, brightness: int) -> bytes:
    """PNG of these dots; ``brightness`` 0 to 15."""
    picture = _empty(width, len(rows)).copy()
    lit, mask = _lit_dot(brightness)
    glow = _glow(rows, width, brightness)
    picture.paste(Image.new("RGB", glow.size, (255, 36, 18)), (_BORDER, _BORDER), glow)
    for y, x in _places(rows, width):
        picture.paste(lit, (_BORDER + x * _PITCH, _BORDER + y * _PITCH), mask)
    buffer = BytesIO()
    picture.save(buffer, "PNG", compress_level=3)
    return buffer.getvalue()


def _places(rows: Sequence[int], width: int) -> list[tuple[int, int]]:
    return [(y, x) for y, row in enumerate(rows) for x in range(width) if row >> (width - 1 - x) & 1]


def _glow(rows: Sequence[int], width: int, brightness: int) -> Image.Image:
    """Light that spills around lit dots, made at one pixel a dot and enlarged."""
    dots = Image.new("L", (width, len(rows)), 0)
    strength = 14 + brightness * 4
    for y, x in _places(rows, width):
        dots.putpixel((x, y), strength)
    large = dots.resize((width * _PITCH, len(rows) * _PITCH), Image.Resampling.BILINEAR)
    return large.filter(ImageFilter.BoxBlur(3))


@cache
def _dot(colour: tuple[int, int, int], heart: tuple[int, int, int]) -> tuple[Image.Image, Image.Image]:
    large = _PITCH * _SHARP
    picture, mask = Image.new("RGB", (large, large), colour), Image.new("L", (large, large), 0)
    edge, inner = large * 0.11, large * 0.3
    ImageDraw.Draw(mask).ellipse((edge, edge, large - edge, large - edge), fill=255)
    ImageDraw.Draw(picture).ellipse((inner, inner, large - inner, large - inner), fill=heart)
    size = (_PITCH, _PITCH)
    return (
        picture.filter(ImageFilter.GaussianBlur(4)).resize(size, Image.Resampling.LANCZOS),
        mask.resize(size, Image.Resampling.LANCZOS),
    )


def _lit_dot(brightness: int) -> tuple[Image.Image, Image.Image]:
    part = 0.45 + 0.55 * brightness / 15
    return _dot((int(235 * part), int(26 * part), int(14 * part)), (int(255 * part), int(104 * part), int(78 * part)))


@cache
def _empty(width: int, height: int) -> Image.Image:
    """The case with all its dots dark."""
    inner = (width * _PITCH, height * _PITCH)
    picture = Image.new("RGB", (inner[0] + 2 * _BORDER, inner[1] + 2 * _BORDER), _CASE)
    pen = ImageDraw.Draw(picture)
    right, bottom = picture.width - 1, picture.height - 1
    pen.rectangle((0, 0, right, bottom), outline=_EDGE, width=2)
    pen.rectangle((_BORDER - 5, _BORDER - 5, right - _BORDER + 5, bottom - _BORDER + 5), fill=(20, 20, 22))
    pen.rectangle((_BORDER, _BORDER, right - _BORDER, bottom - _BORDER), fill=_BLACK)
    for seam in range(_MODULE, width, _MODULE):
        x = _BORDER + seam * _PITCH
        pen.line((x, _BORDER, x, bottom - _BORDER), fill=(17, 14, 14))
    for x, y in ((9, 9), (right - 9, 9), (9, bottom - 9), (right - 9, bottom - 9)):
        pen.ellipse((x - 4, y - 4, x + 4, y + 4), fill=_EDGE, outline=(24, 25, 27))
    dark, mask = _dot(_DARK, _DARK)
    for y in range(height):
        for x in range(width):
            picture.paste(dark, (_BORDER + x * _PITCH, _BORDER + y * _PITCH), mask)
    return picture
