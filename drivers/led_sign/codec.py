"""Onbon BX-5K/6K font cards: the packet on the line. Bytes only, no port.

    A5 × 8   escape( header 14 │ data ≤ 1024 │ CRC 2 )   5A
             header: to LE2 │ from LE2 │ 0 0 0 │ barcode 0 │ check 0 │ display │ device │ version 02 │ data length LE2

A receiver takes one or more A5; the first other byte is the packet's; an A5 inside a packet means that the packet was
cut and a new one begins. Inside, A5 A6 5A 5B travel as A6 02, A6 01, 5B 02, 5B 01. Lengths and the CRC-16/ARC (LE, over
header and data) are those of the bytes before escaping. The vendor knows two further check modes, a 16-bit sum and
none: they are refused here, because one flipped bit in that field would switch the check off.

Source: Onbon 字库卡通讯协议 v1.4 (github.com/onbonlab/onbonlab.github.io).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

from drivers.checksums import crc16_arc
from drivers.escaped_frames import EscapedFrames, Marks
from drivers.frames import FrameError

HOST: Final = 0x8000
BROADCAST: Final = 0xFFFE  # everybody obeys and answers, with FFFE as the sender
BROADCAST_SILENT: Final = 0xFFFF
ANY_DEVICE_TYPE: Final = 0xFE
DATA_LIMIT: Final = 1024

_HEADER: Final = struct.Struct("<HH3xBBBBBH")
_CRC: Final = struct.Struct("<H")
_BODY_LIMIT: Final = _HEADER.size + DATA_LIMIT + _CRC.size
_STARTS: Final = 8
_MARKS: Final = Marks(0xA5, 0x5A, {0xA5: b"\xa6\x02", 0xA6: b"\xa6\x01", 0x5A: b"\x5b\x02", 0x5B: b"\x5b\x01"})


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet, of either direction."""

    destination: int
    source: int
    data: bytes
    device_type: int = ANY_DEVICE_TYPE
    display_mode: int = 0
    version: int = 2

    def encode(self) -> bytes:
        """The bytes on the line."""
        if len(self.data) > DATA_LIMIT:
            raise ValueError(f"{len(self.data)} data bytes do not fit a packet of {DATA_LIMIT}")
        header = _HEADER.pack(
            self.destination, self.source, 0, 0, self.display_mode, self.device_type, self.version, len(self.data)
        )
        body = header + self.data
        body += _CRC.pack(crc16_arc(body))
        return _MARKS.wrap(body, starts=_STARTS)


class Parser(EscapedFrames[Packet]):
    """Takes bytes in any split and gives whole packets; what is no packet becomes a `FrameError`. Never raises."""

    def __init__(self) -> None:
        super().__init__(_MARKS, _BODY_LIMIT, _unpack)


def _unpack(body: bytes) -> Packet | FrameError:
    if len(body) < _HEADER.size + _CRC.size:
        return FrameError("length", len(body))
    to, sender, barcode, check, display, device, version, length = _HEADER.unpack_from(body)
    if barcode or length != len(body) - _HEADER.size - _CRC.size:
        return FrameError("length", len(body))
    if check or _CRC.unpack(body[-_CRC.size :])[0] != crc16_arc(body[: -_CRC.size]):
        return FrameError("checksum", len(body))
    return Packet(to, sender, body[_HEADER.size : -_CRC.size], device, display, version)
