"""What a font card reads out of the data of A3 06, the dynamic areas. All numbers little-endian.

    A3 06 answer │ process mode │ 00 │ delete: 0, FF or n and n ids │ count │ { length 2 │ area } …
    area: type 00 │ x 2 │ y 2 │ width 2 │ height 2 │ place │ line spacing │ run mode │ timeout 2 │ sound │ extra 00 │
          alignment │ 1 single 2 multi line │ 1 manual 2 automatic break │ display │ exit │ speed │ stay │ length 4 │
          text

Bit 15 of x and width says dots; without it they are bytes of eight dots. Some firmware takes them as dots always.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

from simulators.led_sign_screen import Area

_COMMAND: Final = 0x02
_FIXED: Final = struct.Struct("<BHHHHBBBHBB")
_LOOK: Final = struct.Struct("<BBBBBBBI")
_SPOKEN: Final = {0: 0, 1: 3, 2: 3}  # sound mode: bytes that follow it (mode 2 also has its own text)


class Refused(Exception):
    """The card answers NACK with this code."""

    def __init__(self, code: int) -> None:
        super().__init__(f"error {code:02X}")
        self.code = code


@dataclass(frozen=True)
class AreaChange:
    """One A3 06: what goes and what comes; each new area with its length on the line."""

    clear_first: bool
    deleted: list[int]
    areas: list[tuple[Area, int]]


def read_areas(data: bytes, raw_pixels: bool) -> AreaChange:
    """The change that ``data`` asks for; `Refused` when the lengths in it do not fit together."""
    try:
        return _read(data, raw_pixels)
    except (IndexError, struct.error):
        raise Refused(_COMMAND) from None


def _read(data: bytes, raw_pixels: bool) -> AreaChange:
    gone, place = data[5], 6
    deleted = list(range(256))
    if gone != 0xFF:
        deleted = list(data[place : place + gone])
        place += gone
    count, place = data[place], place + 1
    areas = []
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, place)
        part = data[place + 2 : place + 2 + length]
        if len(part) != length:
            raise Refused(_COMMAND)
        areas.append((_read_area(part, raw_pixels), length))
        place += 2 + length
    if place != len(data):
        raise Refused(_COMMAND)
    return AreaChange(data[3] == 1, deleted, areas)


def _read_area(part: bytes, raw_pixels: bool) -> Area:
    kind, x, y, width, height, location, _, run_mode, timeout_s, sound, extra = _FIXED.unpack_from(part)
    if kind or sound or extra:  # this card has no voice
        raise Refused(_COMMAND)
    alignment, lines, breaks, display, _, speed, stay, length = _LOOK.unpack_from(part, _FIXED.size)
    text = part[_FIXED.size + _LOOK.size :]
    if length != len(text) or not height or not width & 0x7FFF:
        raise Refused(_COMMAND)
    return Area(
        location=location,
        x=_dots(x, raw_pixels),
        y=y,
        width=_dots(width, raw_pixels),
        height=height,
        run_mode=run_mode,
        timeout_s=timeout_s,
        alignment=alignment,
        single_line=lines == 1,
        wraps=lines != 1 and breaks == 2,
        display=display,
        speed=speed,
        stay_half_s=stay,
        text=text,
    )


def _dots(value: int, raw_pixels: bool) -> int:
    return value & 0x7FFF if raw_pixels or value & 0x8000 else value * 8
