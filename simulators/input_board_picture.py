"""The input board and the keypad as a person sees them: a lamp at each input, a key that is down."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw, ImageFont

_PAPER: Final = (244, 245, 247)
_BOARD: Final = (22, 52, 96)
_SILK: Final = (226, 232, 240)
_METAL: Final = (190, 194, 198)
_TERMINAL: Final = (52, 130, 84)
_LAMP_ON: Final = (80, 235, 110)
_LAMP_OFF: Final = (24, 66, 40)
_CASE: Final = (52, 56, 62)
_KEY: Final = (228, 231, 234)
_KEY_DOWN: Final = (120, 205, 140)
_DEAD: Final = (96, 100, 106)
_COLUMNS: Final = 8


def draw_inputs(inputs: Sequence[bool], *, address: int) -> bytes:
    """PNG of the board."""
    rows = (len(inputs) + _COLUMNS - 1) // _COLUMNS
    width, height = 700, 76 + rows * 104
    image = Image.new("RGB", (width, height), _PAPER)
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((6, 6, width - 7, height - 7), 12, fill=_BOARD)
    draw.text((28, 18), "Modbus RTU Inputs", font=ImageFont.load_default(18), fill=_SILK)
    draw.text((width - 28, 20), f"RS-485  address {address}", font=ImageFont.load_default(15), fill=_SILK, anchor="ra")
    for channel, on in enumerate(inputs):
        _draw_input(draw, 28 + channel % _COLUMNS * 81, 56 + channel // _COLUMNS * 104, channel, on)
    return _png(image)


def _draw_input(draw: ImageDraw.ImageDraw, left: int, top: int, channel: int, on: bool) -> None:
    middle = left + 36
    if on:
        draw.ellipse((middle - 14, top, middle + 14, top + 28), fill=(40, 120, 64))
    draw.ellipse((middle - 8, top + 6, middle + 8, top + 22), fill=_LAMP_ON if on else _LAMP_OFF, outline=_SILK)
    draw.text((middle, top + 42), f"DI{channel + 1}", font=ImageFont.load_default(16), fill=_SILK, anchor="mm")
    draw.rectangle((left + 6, top + 56, left + 66, top + 88), fill=_TERMINAL, outline=(30, 84, 52), width=2)
    draw.ellipse((middle - 9, top + 63, middle + 9, top + 81), fill=_METAL)
    draw.line((middle - 6, top + 72, middle + 6, top + 72), fill=(90, 94, 98), width=2)


def draw_keypad(inputs: Sequence[bool], labels: Sequence[str], *, address: int) -> bytes:
    """PNG of the keypad; each key has the name of what it asks for."""
    columns = 4
    rows = (len(inputs) + columns - 1) // columns
    width, height = 40 + columns * 128, 66 + rows * 86
    image = Image.new("RGB", (width, height), _PAPER)
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((6, 6, width - 7, height - 7), 16, fill=_CASE)
    draw.text((26, 20), "Keypad", font=ImageFont.load_default(18), fill=_SILK)
    draw.text((width - 26, 22), f"address {address}", font=ImageFont.load_default(15), fill=_SILK, anchor="ra")
    for channel, down in enumerate(inputs):
        left, top = 24 + channel % columns * 126, 54 + channel // columns * 86
        sunk = 4 if down else 0
        label = labels[channel]
        fill = _KEY_DOWN if down else _KEY if label else _DEAD
        if not down:
            draw.rounded_rectangle((left, top + 5, left + 114, top + 75), 10, fill=(30, 33, 37))
        draw.rounded_rectangle((left, top + sunk, left + 114, top + 70 + sunk), 10, fill=fill)
        draw.text((left + 10, top + 8 + sunk), str(channel), font=ImageFont.load_default(13), fill=(90, 94, 98))
        words = label.replace("_", " ")
        draw.text((left + 57, top + 40 + sunk), words, font=ImageFont.load_default(16), fill=(24, 28, 32), anchor="mm")
    return _png(image)


def _png(image: Image.Image) -> bytes:
    buffer = BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()
