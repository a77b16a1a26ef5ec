"""The ceiling speaker as a person sees it, with the wave of what it played last beside it."""

from __future__ import annotations

from array import array
from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw, ImageFont

_WIDTH, _HEIGHT = 760, 240
_PAPER: Final = (244, 245, 247)
_RIM: Final = (222, 224, 228)
_EDGE: Final = (176, 180, 188)
_GRILLE: Final = (250, 250, 251)
_HOLE: Final = (128, 134, 144)
_QUIET: Final = (124, 132, 146)
_SOUNDING: Final = (14, 122, 92)
_AXIS: Final = (208, 212, 220)


def draw_speaker(samples: array[int], rate: int, *, sounding: bool) -> bytes:
    """PNG: the speaker on the left, the wave on the right."""
    scale = 2  # drawn large and made small: round things stay round
    image = Image.new("RGB", (_WIDTH * scale, _HEIGHT * scale), _PAPER)
    draw = ImageDraw.Draw(image)
    _draw_round(draw, 120 * scale, 120 * scale, 100 * scale, scale, _SOUNDING if sounding else _EDGE)
    _draw_wave(draw, samples, (256 * scale, 40 * scale, 732 * scale, 192 * scale), _SOUNDING if sounding else _QUIET)
    small = image.resize((_WIDTH, _HEIGHT), Image.Resampling.LANCZOS)
    words = f"{len(samples) / rate:.1f} s" if samples else "-"
    ImageDraw.Draw(small).text((732, 218), words, font=ImageFont.load_default(18), fill=(70, 76, 88), anchor="rm")
    buffer = BytesIO()
    small.save(buffer, "PNG")
    return buffer.getvalue()


def _draw_round(draw: ImageDraw.ImageDraw, x: int, y: int, radius: int, scale: int, edge: tuple[int, int, int]) -> None:
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=_RIM, outline=edge, width=4 * scale)
    inner = radius * 82 // 100
    draw.ellipse((x - inner, y - inner, x + inner, y + inner), fill=_GRILLE, outline=_EDGE, width=scale)
    step, hole = 10 * scale, 3 * scale
    for row in range(-inner // step, inner // step + 1):
        shift = step // 2 if row % 2 else 0
        for column in range(-inner // step, inner // step + 1):
            dx, dy = column * step + shift, row * step
            if dx * dx + dy * dy <= (inner - 2 * hole) ** 2:
                draw.ellipse((x + dx - hole, y + dy - hole, x + dx + hole, y + dy + hole), fill=_HOLE)


def _draw_wave(
    draw: ImageDraw.ImageDraw, samples: array[int], box: tuple[int, int, int, int], colour: tuple[int, int, int]
) -> None:
    left, top, right, bottom = box
    middle, half = (top + bottom) // 2, (bottom - top) // 2
    draw.line((left, middle, right, middle), fill=_AXIS, width=2)
    columns = (right - left) // 6
    if not samples:
        return
    loudest = max(1, max(samples), -min(samples))
    for column in range(columns):
        part = samples[column * len(samples) // columns : (column + 1) * len(samples) // columns]
        if part:
            tall = max(2, half * max(max(part), -min(part)) // loudest)
            x = left + column * 6
            draw.rounded_rectangle((x, middle - tall, x + 3, middle + tall), 2, fill=colour)
