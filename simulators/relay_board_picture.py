"""The relay board as a person sees it: blue relays in a row, a red lamp over each that has pulled in."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw, ImageFont

_WIDTH, _HEIGHT, _ROW = 760, 270, 205
_COLUMNS: Final = 8
_BOARD: Final = (18, 74, 60)
_RELAY: Final = (38, 92, 178)
_RELAY_EDGE: Final = (22, 58, 120)
_SILK: Final = (226, 236, 228)
_LAMP_ON: Final = (255, 64, 48)
_LAMP_OFF: Final = (72, 30, 28)
_METAL: Final = (190, 194, 198)
_TERMINAL: Final = (52, 130, 84)


def draw_board(relays: Sequence[bool], *, address: int) -> bytes:
    """PNG of the board."""
    height = _HEIGHT + (len(relays) - 1) // _COLUMNS * _ROW
    image = Image.new("RGB", (_WIDTH, height), (244, 245, 247))
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((6, 6, _WIDTH - 7, height - 7), 12, fill=_BOARD)
    for x, y in ((22, 22), (_WIDTH - 23, 22), (22, height - 23), (_WIDTH - 23, height - 23)):
        draw.ellipse((x - 9, y - 9, x + 9, y + 9), fill=_METAL, outline=_SILK)
        draw.ellipse((x - 4, y - 4, x + 4, y + 4), fill=(244, 245, 247))
    draw.text((44, 13), "Modbus RTU Relay", font=ImageFont.load_default(18), fill=_SILK)
    draw.text((_WIDTH - 44, 15), f"RS-485  address {address}", font=ImageFont.load_default(15), fill=_SILK, anchor="ra")
    for index, on in enumerate(relays):
        _draw_relay(draw, 26 + index % _COLUMNS * 89, index // _COLUMNS * _ROW, index, on)
    buffer = BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def _draw_relay(draw: ImageDraw.ImageDraw, left: int, top: int, index: int, on: bool) -> None:
    middle = left + 42
    if on:
        draw.ellipse((middle - 15, top + 45, middle + 15, top + 75), fill=(120, 40, 34))
    draw.ellipse((middle - 9, top + 51, middle + 9, top + 69), fill=_LAMP_ON if on else _LAMP_OFF, outline=_SILK)
    draw.rectangle((left + 4, top + 82, left + 80, top + 186), fill=_RELAY, outline=_RELAY_EDGE, width=3)
    draw.text((middle, top + 104), f"CH{index + 1}", font=ImageFont.load_default(20), fill=(255, 255, 255), anchor="mm")
    # the contact: closed where the relay has pulled in
    draw.line((left + 18, top + 150, left + 32, top + 150), fill=(255, 255, 255), width=3)
    draw.line((left + 52, top + 150, left + 66, top + 150), fill=(255, 255, 255), width=3)
    end = (left + 53, top + 150) if on else (left + 50, top + 132)
    draw.line((left + 32, top + 150, *end), fill=(255, 255, 255), width=3)
    word = "ON" if on else "OFF"
    draw.text((middle, top + 172), word, font=ImageFont.load_default(15), fill=(255, 255, 255), anchor="mm")
    draw.rectangle((left + 4, top + 196, left + 80, top + 238), fill=_TERMINAL, outline=(30, 84, 52), width=2)
    for screw in range(3):
        x = left + 18 + screw * 24
        draw.ellipse((x - 8, top + 204, x + 8, top + 220), fill=_METAL)
        draw.line((x - 5, top + 212, x + 5, top + 212), fill=(90, 94, 98), width=2)
        label = ("NO", "COM", "NC")[screw]
        draw.text((x, top + 230), label, font=ImageFont.load_default(10), fill=_SILK, anchor="mm")
