"""What a C-Power card reads out of an external call (command 7B): windows, texts, pictures.

    01 count │ { x 2 │ y 2 │ width 2 │ height 2 } …                      all high byte first
    12 window │ effect │ align │ speed │ stay 2 │ font │ R G B │ text │ 00
    03 window │ mode │ speed │ stay 2 │ format 4 │ x 2 │ y 2 │ "I1" │ width LE2 │ height LE2 │ property │ 00 │ rows

A property of 01 is one plane of red, one bit a dot, rows padded to bytes; which end of a byte is left is not certain.
"""

from __future__ import annotations

import struct
from typing import Final

from simulators.lumen_sign_screen import Picture, Screen, Text, Window

_UNKNOWN_CALL: Final = 0x03  # the paper names 1 and 2 and leaves the others open
_LARGEST: Final = 4096
_WINDOWS: Final = 8


class Refused(Exception):
    """The card answers with this return code."""

    def __init__(self, code: int) -> None:
        super().__init__(f"return code {code:02X}")
        self.code = code


def obey(call: bytes, screen: Screen, now_s: float, lsb_left: bool) -> None:
    """Do what the call says; `Refused` when its parts do not fit together."""
    try:
        match call[0]:
            case 0x01:
                _split(call, screen)
            case 0x12:
                _text(call, screen, now_s)
            case 0x03:
                _picture(call, screen, now_s, lsb_left)
            case 0x06:
                screen.clear()
            case _:
                raise Refused(_UNKNOWN_CALL)
    except (IndexError, struct.error):
        raise Refused(_UNKNOWN_CALL) from None


def _split(call: bytes, screen: Screen) -> None:
    count = call[1]
    if not 1 <= count <= _WINDOWS or len(call) != 2 + 8 * count:
        raise Refused(_UNKNOWN_CALL)
    windows = [Window(*struct.unpack_from(">HHHH", call, 2 + 8 * place)) for place in range(count)]
    if any(not 0 < window.width <= _LARGEST or not 0 < window.height <= _LARGEST for window in windows):
        raise Refused(_UNKNOWN_CALL)
    screen.clear()
    screen.windows.extend(windows)


def _window(screen: Screen, number: int) -> Window:
    if number >= len(screen.windows):
        raise Refused(_UNKNOWN_CALL)
    return screen.windows[number]


def _text(call: bytes, screen: Screen, now_s: float) -> None:
    _, number, effect, align, speed, stay_s, _, _, _, _ = struct.unpack_from(">BBBBBHBBBB", call)
    words, end, rest = call[11:].partition(b"\x00")
    if not end or rest or speed > 100:  # the table says 1 to 100; the paper's own sample has 0
        raise Refused(_UNKNOWN_CALL)
    screen.filled[number] = (Text(_window(screen, number), effect, align, speed, stay_s, words), now_s)


def _picture(call: bytes, screen: Screen, now_s: float, lsb_left: bool) -> None:
    _, number, _, _, _, kind, x, y = struct.unpack_from(">BBBBHBHH", call)
    mark, width, height, planes, _ = struct.unpack_from("<2sHHBB", call, 11)
    size = (width + 7) // 8
    data = call[19:]
    if kind != 4 or mark != b"I1" or planes != 1 or len(data) != size * height or not 0 < width <= _LARGEST:
        raise Refused(_UNKNOWN_CALL)
    if lsb_left:
        data = bytes(sum((byte >> bit & 1) << 7 - bit for bit in range(8)) for byte in data)
    spare = size * 8 - width
    rows = [int.from_bytes(data[row * size : (row + 1) * size], "big") >> spare for row in range(height)]
    screen.filled[number] = (Picture(_window(screen, number), x, y, width, tuple(rows)), now_s)
