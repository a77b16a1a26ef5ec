"""Grow GM65 and GM861S: commands to the reader and its replies. Bytes only.

    command  7E 00 │ type │ LEN │ address BE2 │ data, LEN bytes │ CRC BE2      type 07 read, 08 write, 09 save, 0A beat
    reply    02 00 │ 00 │ LEN │ data, LEN bytes │ CRC BE2                      LEN 00 is 256; heartbeat: 03 00 00 01 …
    code     03 │ LEN BE2 │ data                                              only when zone 60 says so

CRC-16/XMODEM (1021, start 0000) from the third byte to the one before the CRC, in both directions. ``AB CD`` in its
place means "not checked". Source: GM65 manual; Tasmota ``xsns_107_gm861.ino``; cv-scanner ``serialdoc.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from drivers.code_reader.codec import CODE_LIMIT, Item, Language, Reply
from drivers.frames import FrameError

READ, WRITE, SAVE, BEAT = 0x07, 0x08, 0x09, 0x0A
ZONE_START: Final = 0x0002
ZONE_SAME_CODE: Final = 0x0005
ZONE_BAUD: Final = 0x002A
NOT_CHECKED: Final = b"\xab\xcd"
BAUD_115200: Final = 0x001A  # uncertain: no two sources agree
_DIVISORS: Final = {1200: 0x09C4, 9600: 0x0139, 19200: 0x009C, 57600: 0x0034}
_DATA_LIMIT: Final = 256
_HEAD, _CRC = 4, 2


def crc16_xmodem(data: bytes) -> int:
    """CRC-16/XMODEM: polynomial 1021, start 0000, not reflected. Check value 31C3."""
    crc = 0
    for byte in data:
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1 ^ 0x1021 if crc & 0x8000 else crc << 1) & 0xFFFF
    return crc


def command(kind: int, address: int, data: bytes, *, checked: bool = True) -> bytes:
    """One command; ``checked`` False puts ``AB CD`` in the CRC's place."""
    if not 1 <= len(data) <= _DATA_LIMIT:
        raise ValueError(f"a command has 1 to {_DATA_LIMIT} data bytes, not {len(data)}")
    body = bytes([kind, len(data) & 0xFF]) + address.to_bytes(2, "big") + data
    return b"\x7e\x00" + body + (crc16_xmodem(body).to_bytes(2, "big") if checked else NOT_CHECKED)


def heartbeat(*, checked: bool = True) -> bytes:
    return command(BEAT, 0, b"\x00", checked=checked)


def trigger(on: bool, *, checked: bool = True) -> bytes:
    """Look for one code, or stop looking."""
    return command(WRITE, ZONE_START, bytes([on]), checked=checked)


def read_baud(*, checked: bool = True) -> bytes:
    return command(READ, ZONE_BAUD, b"\x02", checked=checked)


def set_same_code(units: int, *, checked: bool = True) -> bytes:
    """For so many units the reader does not say the same code again; 0: it may at once."""
    return command(WRITE, ZONE_SAME_CODE, bytes([units]), checked=checked)


def set_baud(baud: int, code_115200: int = BAUD_115200) -> bytes:
    return command(WRITE, ZONE_BAUD, (_DIVISORS | {115_200: code_115200})[baud].to_bytes(2, "little"))


def save() -> bytes:
    """Keep the zones over a power cut."""
    return command(SAVE, 0, b"\x00")


def baud_of(data: bytes, code_115200: int = BAUD_115200) -> int | None:
    """The baud that zone 2A stands for; None for a divisor that nobody published."""
    divisor = int.from_bytes(data, "little")
    return next((baud for baud, one in (_DIVISORS | {115_200: code_115200}).items() if one == divisor), None)


@dataclass(frozen=True, slots=True)
class Replies:
    """How replies are read. ``framed``: codes come with their length; ``unchecked``: ``AB CD`` is good."""

    framed: bool = False
    unchecked: bool = False

    def language(self) -> Language:
        return Language(b"\x02\x03", self.measure, self.read)

    def measure(self, data: bytes) -> int | None:
        """A reply begins 02 00 00 or 03 00 00; a code with its length begins 03 and is not empty."""
        if len(data) < 3:
            return None if data[1:2] in (b"", b"\x00") or self._code(data) else 0
        if data[1:3] == b"\x00\x00":
            if len(data) < _HEAD:
                return None
            size = _HEAD + (data[3] or _DATA_LIMIT) + _CRC
        elif self._code(data):
            length = int.from_bytes(data[1:3], "big")
            if length > CODE_LIMIT:
                return 0
            size = 3 + length
        else:
            return 0
        return size if len(data) >= size else None

    def read(self, raw: bytes) -> Item:
        if raw[1:3] != b"\x00\x00":
            return Reply("code", raw[3:])
        told = raw[-_CRC:]
        if told != crc16_xmodem(raw[2:-_CRC]).to_bytes(2, "big") and not (self.unchecked and told == NOT_CHECKED):
            return FrameError("checksum", len(raw))
        return Reply("beat" if raw[0] == 0x03 else "done", raw[_HEAD:-_CRC])

    def _code(self, data: bytes) -> bool:
        return self.framed and data[0] == 0x03
