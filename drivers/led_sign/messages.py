"""Onbon BX-5K/6K: what the packets say. Requests to a sign, its replies, and its error table.

    request data:  group │ command │ answer 01/02 │ reserved 2 │ …
    reply data:    group │ command │ error        │ reserved 2 │ …
    ACK A0 00 00, NACK A0 01 error: for all commands that have no reply of their own

Dynamic areas live in the card's RAM and bear any number of updates. Program files are flash: not used for calls.
Never sent, and therefore not here: A1 00 formats the card, fonts included; A2 01 erases all files but the firmware;
A1 05 and A1 06 write flash. `Request` refuses whatever is not named in it.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

Coordinates = Literal["pixel_flag", "bytes", "pixel_raw"]

AREA_HEAD: Final = 27  # bytes of an area before its text

_ALLOWED: Final = frozenset({
    (0xA1, 0x02), (0xA2, 0x00), (0xA2, 0x03), (0xA2, 0x09), (0xA3, 0x00), (0xA3, 0x02), (0xA3, 0x06), (0xA3, 0x10),
})  # fmt: skip

ERROR_CODES: Final = {
    0x01: "group",
    0x02: "command",
    0x03: "busy",
    0x04: "memory",
    0x05: "checksum",
    0x06: "no_file",
    0x07: "flash",
    0x08: "download",
    0x09: "file_name",
    0x0A: "file_type",
    0x0B: "file_crc",
    0x0C: "font_missing",
    0x0D: "firmware_type",
    0x0E: "clock_format",
    0x0F: "file_exists",
    0x10: "block_number",
}


@dataclass(frozen=True, slots=True)
class Request:
    """One request. ``own_reply``: the sign answers with the same group and command instead of ACK."""

    group: int
    command: int
    body: bytes = b""
    reserved: bytes = b"\x00\x00"
    own_reply: bool = False

    def __post_init__(self) -> None:
        if (self.group, self.command) not in _ALLOWED:
            raise ValueError(
                f"{self.group:02X} {self.command:02X} is never sent: it may erase the card or write its flash"
            )

    def data(self) -> bytes:
        """The packet's data."""
        return bytes([self.group, self.command, 0x01]) + self.reserved + self.body


def ping() -> Request:
    return Request(0xA2, 0x00)


def read_status() -> Request:
    return Request(0xA1, 0x02, own_reply=True)


def read_fonts() -> Request:
    return Request(0xA2, 0x09, own_reply=True)


def set_clock(local: datetime) -> Request:
    """BCD: year low, year high, month, day, hour, minute, second, weekday 1 to 7. The clock knows no time zone."""
    numbers = (
        local.year % 100,
        local.year // 100,
        local.month,
        local.day,
        local.hour,
        local.minute,
        local.second,
        local.isoweekday(),
    )
    # The vendor's own sample has the body's length in the reserved bytes, here and in the next ones so marked.
    return Request(0xA2, 0x03, bytes(_bcd(number) for number in numbers), b"\x08\x00")


def switch(on: bool) -> Request:
    return Request(0xA3, 0x00, b"\x01" if on else b"\x02")


def set_brightness(level: int) -> Request:
    """Forced brightness, 0 to 15."""
    if not 0 <= level <= 15:
        raise ValueError(f"brightness is 0 to 15, not {level}")
    return Request(0xA3, 0x02, bytes([0x01, level]), b"\x02\x00")  # marked: see set_clock


def clear() -> Request:
    return Request(0xA3, 0x10)


def delete_areas() -> Request:
    """All dynamic areas go; the screen falls back to its stored program."""
    return Request(0xA3, 0x06, b"\xff\x00", b"\x02\x00")  # marked: see set_clock


@dataclass(frozen=True, slots=True)
class Area:
    """A dynamic area and its text, which is already in the device's bytes. Lengths in pixels."""

    text: bytes
    width: int
    height: int
    x: int = 0
    y: int = 0
    coordinates: Coordinates = "pixel_flag"
    run_mode: int = 0  # 0 loop, 1 stop on the last page, 2 remove after the timeout
    timeout_s: int = 0
    alignment: int = 0x0A  # bits 1-0: left right centre; bits 3-2: top bottom middle
    single_line: bool = True
    display: int = 1  # 1 static 2 quick 3 left 4 right 5 up 6 down
    speed: int = 0  # 0 fastest to 18 slowest
    stay_half_s: int = 0

    def encode(self) -> bytes:
        x, width = (_across(value, self.coordinates) for value in (self.x, self.width))
        head = struct.pack("<BHHHH", 0, x, self.y, width, self.height)
        ways = struct.pack("<BBBHBB", 0, 0, self.run_mode, self.timeout_s, 0, 0)
        look = bytes([self.alignment, 1 if self.single_line else 2, 1, self.display, 0, self.speed, self.stay_half_s])
        area = head + ways + look + struct.pack("<I", len(self.text)) + self.text
        return struct.pack("<H", len(area)) + area


def show_area(area: Area) -> Request:
    """Replace dynamic area 0. The two reserved bytes are the process mode here: 0, keep the other areas."""
    return Request(0xA3, 0x06, b"\x00\x01" + area.encode())


def _across(pixels: int, coordinates: Coordinates) -> int:
    match coordinates:
        case "pixel_flag":
            return pixels | 0x8000
        case "bytes":
            return pixels // 8
        case "pixel_raw":
            return pixels


def _bcd(number: int) -> int:
    return number // 10 << 4 | number % 10


@dataclass(frozen=True, slots=True)
class Reply:
    """What a sign answered."""

    group: int
    command: int
    error: int
    body: bytes
    tail: bytes = b""  # all after the error: the list of fonts begins here, its paper shows no reserved bytes

    @classmethod
    def decode(cls, data: bytes) -> Reply | None:
        """None for data that is too short to be a reply."""
        if len(data) < 5:
            return None
        return cls(data[0], data[1], data[2], data[5:], data[3:])

    def answers(self, request: Request) -> bool:
        """Whether this is an answer to ``request``: a NACK, or the kind of good answer that it has."""
        if (self.group, self.command) == (0xA0, 0x01):
            return True
        wanted = (request.group, request.command) if request.own_reply else (0xA0, 0x00)
        return (self.group, self.command) == wanted

    @property
    def fault(self) -> str | None:
        """The error's stable name, or None when all is well."""
        if self.error:
            return ERROR_CODES.get(self.error, f"error_{self.error:02x}")
        return "refused" if (self.group, self.command) == (0xA0, 0x01) else None


def fonts(reply: Reply) -> frozenset[tuple[int, int]] | None:
    """Which fonts a card lists, as kind (0 Latin, 1 Chinese) and height; None for a list of another layout.

    Its paper shows no reserved bytes before the count and all other replies have them: the length tells which it is.
    """
    for start in (0, 2):
        listed = reply.tail[start + 1 :]
        if len(reply.tail) > start and len(listed) == 3 * reply.tail[start]:
            return frozenset((listed[at], listed[at + 2]) for at in range(0, len(listed), 3))
    return None


@dataclass(frozen=True, slots=True)
class Status:
    """What matters to a hall of the status reply; its clock, bar code and custom id are left unread."""

    on: bool
    brightness: int
    programs: int
    areas: tuple[int, ...]

    @classmethod
    def decode(cls, body: bytes) -> Status | None:
        """None for a body of another layout. BX-5K1 leaves out the two bytes of the special area."""
        tail = body[15:]  # on/off 1, brightness 1, clock 8, programs 1, program name 4
        for count_at in (2, 0):
            if len(tail) > count_at and len(tail) == count_at + 1 + tail[count_at] + 28:
                areas = tuple(tail[count_at + 1 : count_at + 1 + tail[count_at]])
                return cls(body[0] == 1, body[1], body[10], areas)
        return None
