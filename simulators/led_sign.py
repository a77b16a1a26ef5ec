"""A window sign on an Onbon BX-5K/6K font card, from the card's side. Written from Onbon's paper 字库卡通讯协议 v1.4.

    A5 (one or more) │ escape( header 14 │ data │ CRC 2 ) │ 5A
    header: to 2 │ from 2 │ 0 0 0 │ barcode │ check mode 0 │ display │ device │ version 02 │ length of data 2

Numbers are little-endian. A5 A6 5A 5B inside travel as A6 02, A6 01, 5B 02, 5B 01. The CRC is CRC-16/ARC.
Obeys and answers: its own address, FFFE (answers as FFFE). Obeys in silence: FFFF. Hears nothing else.
Refuses as the paper says: unknown group 1, command 2, out of memory 4, checksum 5, font missing 0C, clock format 0E.
It does not keep programs in flash: their commands are refused as unknown, and so are format (A1 00) and reset (A2 01).
"""

from __future__ import annotations

import struct
from collections import Counter, deque
from collections.abc import Callable, Mapping
from typing import Any, Final

from simulators.device import Send, WrongArgument
from simulators.device_actions import unknown_action
from simulators.dot_font import as_strings
from simulators.led_sign_card import Refused, read_areas
from simulators.led_sign_picture import draw_sign
from simulators.led_sign_screen import Screen

_HEADER: Final = struct.Struct("<HHBBBBBBBBH")
_TO_ALL, _TO_ALL_SILENT, _HOST = 0xFFFE, 0xFFFF, 0x8000
_GROUP, _COMMAND, _MEMORY, _CHECKSUM, _FONT, _CLOCK = 0x01, 0x02, 0x04, 0x05, 0x0C, 0x0E
_GROUPS: Final = frozenset({0xA0, 0xA1, 0xA2, 0xA3, 0xA4})
_LONGEST: Final = 4096  # a frame beyond this is noise; one beyond 1024 data bytes is refused, not ignored
_DATA_LIMIT: Final = 1024
_ESCAPED: Final = {0xA5: b"\xa6\x02", 0xA6: b"\xa6\x01", 0x5A: b"\x5b\x02", 0x5B: b"\x5b\x01"}
_UNESCAPED: Final = {pair: byte for byte, pair in _ESCAPED.items()}

Handler = Callable[[bytes], bytes | None]


class SimulatedOnbonSign:
    """One sign. Actions: ``reset``, ``power_cut`` (what it showed is gone), ``answer_error`` {code, times},
    ``lose_font`` {font}, ``clear_faults``.
    """

    kind = "onbon-bx-sign"

    def __init__(
        self,
        device_id: str,
        *,
        address: int = 1,
        window: int | None = None,
        seed: int = 0,
        options: Mapping[str, Any] | None = None,
    ) -> None:
        chosen = options or {}
        self.id = device_id
        self.window = window
        self._address = address
        self._raw_pixels = chosen.get("coords") == "pixel_raw"
        self._also_host = chosen.get("destination") == "8000"  # on its own network port
        self._area_limit = 512 if chosen.get("generation") == 5 else 1024
        self._screen = Screen(int(chosen.get("width", 64)), int(chosen.get("height", 16)))
        self._send: Send = lambda data: None
        self._now_s = 0.0
        self._on = True
        self._brightness = 15
        self._font_reserve = 2 if chosen.get("font_reply") == "reserved" else 0
        self._clock = ""
        self._fonts = {"O000", "E000"}
        self._errors: deque[int] = deque()
        self._counters: Counter[str] = Counter(frames=0, broken=0, foreign=0, refused=0)
        self._frame: bytearray | None = None
        self._handlers: dict[tuple[int, int], Handler] = {
            (0xA2, 0x00): lambda data: None,
            (0xA1, 0x02): self._status,
            (0xA2, 0x03): self._set_clock,
            (0xA2, 0x09): self._list_fonts,
            (0xA3, 0x00): self._switch,
            (0xA3, 0x02): self._set_brightness,
            (0xA3, 0x06): self._areas,
            (0xA3, 0x10): self._clear,
        }

    # --- the door --------------------------------------------------------------------------------------------

    def attach(self, send: Send) -> None:
        self._send = send

    def hear(self, data: bytes) -> None:
        for byte in data:
            if byte == 0xA5:
                self._counters["broken"] += bool(self._frame)
                self._frame = bytearray()
            elif self._frame is None:
                continue
            elif byte == 0x5A:
                frame, self._frame = self._frame, None
                self._take(bytes(frame))
            else:
                self._frame.append(byte)
                if len(self._frame) > _LONGEST:
                    self._counters["broken"] += 1
                    self._frame = None

    def tick(self, steady_s: float) -> None:
        self._now_s = steady_s

    def do(self, action: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        match action:
            case "reset" | "power_cut":
                self._screen.clear()
                self._on, self._frame = True, None
            case "answer_error":
                self._errors.extend([_number(arguments, "code", 1, 255)] * _number(arguments, "times", 1, 1000, 1))
            case "other_address":
                self._address = _number(arguments, "address", 1, 254)
            case "lose_font":
                self._fonts.discard(str(arguments.get("font", "O000")))
            case "clear_faults":
                self._errors.clear()
                self._fonts = {"O000", "E000"}
            case _:
                raise unknown_action("a sign", self.kind, action)
        return {}

    def show(self) -> dict[str, Any]:
        areas = self._screen.areas(self._now_s)
        rows = self._rows()
        return {
            "address": self._address,
            "window": self.window,
            "width": self._screen.width,
            "height": self._screen.height,
            "power": self._on,
            "brightness": self._brightness,
            "clock": self._clock,
            "text": " ".join(_words(line) for area, _ in areas for page in area.pages for line in page).strip(),
            "pages": [[_words(line) for line in page] for area, _ in areas for page in area.pages],
            "visible": [_words(line) for area, age_s in areas for line in area.pages[area.page_at(age_s)]],
            "moving": any(area.display in (3, 4) for area, _ in areas),
            "blinking": any(len(area.pages) > 1 and area.pages[1] == [b" "] for area, _ in areas),
            "rows": as_strings(self._screen.width, rows),
            "lit": sum(row.bit_count() for row in rows),
            "counters": dict(self._counters),
        }

    def picture(self) -> bytes | None:
        return draw_sign(tuple(self._rows()), self._screen.width, self._brightness)

    def audio(self) -> bytes | None:
        return None

    def _rows(self) -> list[int]:
        return self._screen.rows(self._now_s) if self._on else [0] * self._screen.height

    # --- the language ----------------------------------------------------------------------------------------

    def _take(self, frame: bytes) -> None:
        body = _unescape(frame)
        if body is None or len(body) < _HEADER.size + 2:
            self._counters["broken"] += 1
            return
        to, sender, _, _, _, _, check, _, _, _, length = _HEADER.unpack_from(body)
        data, crc = body[_HEADER.size : -2], int.from_bytes(body[-2:], "little")
        if to not in (self._address, _TO_ALL, _TO_ALL_SILENT) and not (self._also_host and to == _HOST):
            self._counters["foreign"] += 1
            return
        if sender != _HOST:  # on a line with echo this is another sign's answer
            return
        answer_as = None if to == _TO_ALL_SILENT else to
        if check or crc != _crc(body[:-2]) or length != len(data):
            self._counters["broken"] += 1
            self._answer(answer_as, bytes([0xA0, 0x01, _CHECKSUM, 0, 0]))
            return
        self._counters["frames"] += 1
        self._answer(answer_as if data[2:3] == b"\x01" else None, self._obey(data))

    def _obey(self, data: bytes) -> bytes:
        try:
            return self._reply_to(data)
        except Refused as refusal:
            self._counters["refused"] += 1
            return bytes([0xA0, 0x01, refusal.code, 0, 0])

    def _reply_to(self, data: bytes) -> bytes:
        if self._errors:
            raise Refused(self._errors.popleft())
        if len(data) > _DATA_LIMIT:
            raise Refused(_MEMORY)
        if len(data) < 5 or data[0] not in _GROUPS:
            raise Refused(_GROUP)
        handler = self._handlers.get((data[0], data[1]))
        if handler is None:
            raise Refused(_COMMAND)
        own = handler(data)
        if (data[0], data[1]) == (0xA2, 0x09):  # the one reply whose paper shows no reserved bytes
            return bytes([0xA2, 0x09, 0]) + bytes(self._font_reserve) + (own or b"")
        return bytes([0xA0, 0x00, 0, 0, 0]) if own is None else bytes([data[0], data[1], 0, 0, 0]) + own

    def _answer(self, sender: int | None, data: bytes) -> None:
        if sender is None:
            return
        body = _HEADER.pack(_HOST, sender, 0, 0, 0, 0, 0, 0, 0xFE, 2, len(data)) + data
        body += _crc(body).to_bytes(2, "little")
        preamble = 9 if sender == _TO_ALL else 8  # as the paper's samples have it
        self._send(b"\xa5" * preamble + b"".join(_ESCAPED.get(byte, bytes([byte])) for byte in body) + b"\x5a")

    # --- the commands ----------------------------------------------------------------------------------------

    def _status(self, data: bytes) -> bytes:
        areas = [area.location for area, _ in self._screen.areas(self._now_s)]
        clock = bytes(8)  # year, month, day, weekday, hour, minute, second; this card's battery is flat
        parts = [1 if self._on else 2, self._brightness, *clock, 0, 0, 0, 0, 0, 0, 0, len(areas), *areas]
        return bytes(parts) + bytes(16) + bytes(12)

    def _set_clock(self, data: bytes) -> None:
        fields = data[5:]
        if len(fields) != 8 or any(byte >> 4 > 9 or byte & 15 > 9 for byte in fields):
            raise Refused(_CLOCK)
        low, high, month, day, hour, minute, second, weekday = ((byte >> 4) * 10 + (byte & 15) for byte in fields)
        possible = 1 <= month <= 12 and 1 <= day <= 31 and hour < 24 and minute < 60 and second < 60
        if not possible or not 1 <= weekday <= 7:
            raise Refused(_CLOCK)
        self._clock = f"{high:02}{low:02}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}"

    def _list_fonts(self, data: bytes) -> bytes:
        """Count, then kind (0 Latin, 1 Chinese), width, height of each."""
        fonts = [bytes([1, 16, 16])] * ("O000" in self._fonts) + [bytes([0, 8, 16])] * ("E000" in self._fonts)
        return bytes([len(fonts)]) + b"".join(fonts)

    def _switch(self, data: bytes) -> None:
        if data[5:] not in (b"\x01", b"\x02"):
            raise Refused(_COMMAND)
        self._on = data[5] == 1

    def _set_brightness(self, data: bytes) -> None:
        if len(data) == 7 and data[5] == 1 and data[6] <= 15:
            self._brightness = data[6]
        elif not (len(data) == 55 and data[5] == 2 and all(level <= 15 for level in data[7:])):
            raise Refused(_COMMAND)

    def _areas(self, data: bytes) -> None:
        change = read_areas(data, self._raw_pixels)
        for area, size in change.areas:
            if size > self._area_limit:
                raise Refused(_MEMORY)
            if not area.fonts <= self._fonts:
                raise Refused(_FONT)
        if change.clear_first:
            self._screen.clear()
        for location in change.deleted:
            self._screen.delete(location)
        for area, _ in change.areas:
            self._screen.put(area, self._now_s)

    def _clear(self, data: bytes) -> None:
        self._screen.clear()


def _unescape(frame: bytes) -> bytes | None:
    found, place = bytearray(), 0
    while place < len(frame):
        if frame[place] in (0xA6, 0x5B):
            byte = _UNESCAPED.get(frame[place : place + 2])
            if byte is None:
                return None
            found.append(byte)
            place += 2
        else:
            found.append(frame[place])
            place += 1
    return bytes(found)


def _crc(data: bytes) -> int:
    """CRC-16/ARC, bit by bit."""
    value = 0
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = (value >> 1) ^ (0xA001 if value & 1 else 0)
    return value


def _words(line: bytes) -> str:
    return line.decode("gb2312", "replace")


def _number(arguments: Mapping[str, Any], name: str, low: int, high: int, default: int | None = None) -> int:
    value = arguments.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise WrongArgument(name, f"{name} is a whole number from {low} to {high}")
    return value
