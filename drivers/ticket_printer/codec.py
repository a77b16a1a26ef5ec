"""ESC/POS: slips -> bytes, and the printer's status bytes -> what is the matter with it. No I/O.

    1B 40 initialise    1C 26 Chinese on    1B 61 n align    1D 21 wh size    1B 64 n, 1B 4A n feed lines, dots
    1D 28 6B … QR       1D 76 30 … raster   1D 56 n cut      10 04 n real-time status    1D 72 01 paper, in its turn

What comes back is told apart by its bits, never by whole bytes (makers use the others as they like):

    bit     7 . . 4 . . 1 0
            0     1     1 0   answer to 10 04 n, one byte
            0     1     0 0   first of four bytes of automatic status; the other three have bits 7 and 4 at 0
            0     0           answer to 1D 72 01, one byte; nothing but its being awaited makes it one

Source: Epson ESC/POS command reference.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from drivers.frames import FrameError
from drivers.kinds.slip import Feed, Part, Qr, Rule, Text
from drivers.ticket_printer.profile import Profile
from drivers.ticket_printer.qr_raster import modules_of, raster_strips
from drivers.ticket_printer.text import encode_lines

ALL_STATUSES: Final = (1, 2, 3, 4)
PAPER_QUERY: Final = b"\x1d\x72\x01"
_INITIALISE: Final = b"\x1b\x40"
_CHINESE_ON: Final = b"\x1c\x26"
_ALIGN: Final = {"left": b"\x1b\x61\x00", "center": b"\x1b\x61\x01", "right": b"\x1b\x61\x02"}
_CUT: Final = {"full": b"\x1d\x56\x00", "partial": b"\x1d\x56\x01", "none": b""}
_RULE: Final = "─"  # two columns each in all three charsets, and they join
_QR_LEVEL_M: Final = b"\x31"


@dataclass(frozen=True, slots=True)
class EncodedSlip:
    data: bytes
    replaced: int  # characters that this printer cannot print and that became 〓 or ?
    longest_command: int  # bytes that a printer may still be waiting for when the line was cut


def encode_slip(parts: Sequence[Part], profile: Profile) -> EncodedSlip:
    """One whole slip, from initialise to cut."""
    commands: list[bytes] = [_INITIALISE, _CHINESE_ON if profile.chinese_mode else b""]
    replaced = 0
    for part in parts:
        match part:
            case Text():
                wide, high = min(part.wide, profile.largest_size), min(part.high, profile.largest_size)
                lines = encode_lines(part.words, profile.charset, profile.columns // wide)
                replaced += sum(line.replaced for line in lines)
                commands.append(_ALIGN[part.align] + _size(wide, high, profile))
                commands.extend(line.data + b"\n" for line in lines)
            case Rule():
                rule = _RULE * (profile.columns // 2)
                commands.append(_ALIGN["left"] + _size(1, 1, profile) + rule.encode(profile.charset) + b"\n")
            case Qr():
                commands.extend(_qr(part, profile))
            case Feed(lines=count):
                commands.append(_size(1, 1, profile) + bytes((0x1B, 0x64, count)))
    commands.append(_size(1, 1, profile) + bytes((0x1B, 0x64, profile.feed_before_cut_lines)) + _CUT[profile.cut])
    return EncodedSlip(b"".join(commands), replaced, max(len(command) for command in commands))


def _size(wide: int, high: int, profile: Profile) -> bytes:
    if profile.size_command == "gs":
        return bytes((0x1D, 0x21, (wide - 1) << 4 | (high - 1)))
    latin = (0x20 if wide > 1 else 0) | (0x10 if high > 1 else 0)
    chinese = (0x04 if wide > 1 else 0) | (0x08 if high > 1 else 0)
    return bytes((0x1B, 0x21, latin, 0x1C, 0x21, chinese))


def _qr(part: Qr, profile: Profile) -> Iterator[bytes]:
    """In the middle, with a margin of four modules above and below."""
    data = part.content.encode()
    size = max(2, min(part.size, profile.width_dots // modules_of(len(data))))
    margin = bytes((0x1B, 0x4A, 4 * size))
    yield _ALIGN["center"] + margin
    if profile.native_qr:
        yield _function(b"\x41\x32\x00") + _function(b"\x43" + bytes((size,))) + _function(b"\x45" + _QR_LEVEL_M)
        yield _function(b"\x50\x30" + data)
        yield _function(b"\x51\x30")
    else:
        yield from raster_strips(data, size)
    yield margin


def _function(content: bytes) -> bytes:
    """``GS ( k`` for QR codes (31)."""
    return b"\x1d\x28\x6b" + (len(content) + 1).to_bytes(2, "little") + b"\x31" + content


def realtime_commands(data: bytes) -> int:
    """How many places of the data a printer might take for ``DLE EOT`` or ``DLE DC4``."""
    return sum(1 for first, second in pairwise(data) if first == 0x10 and second in (0x04, 0x14))


def status_query(numbers: Sequence[int]) -> bytes:
    """``DLE EOT n`` for each n, answered by one byte each in this order, at once, whatever waits in the buffer."""
    return b"".join(bytes((0x10, 0x04, number)) for number in numbers)


@dataclass(frozen=True, slots=True)
class Status:
    """An answer to ``DLE EOT n``; n is known by its place."""

    value: int


@dataclass(frozen=True, slots=True)
class AutoStatus:
    """Four bytes that the printer sends unasked when something changes."""

    value: bytes


@dataclass(frozen=True, slots=True)
class PaperStatus:
    """The answer to `PAPER_QUERY`: all that was sent before it has been printed."""

    value: int


class Parser:
    """Takes bytes in any split; holds at most three."""

    def __init__(self) -> None:
        self.awaits_paper = 0  # so many bytes of no other pattern are answers to `PAPER_QUERY`
        self._begun = bytearray()

    def feed(self, data: bytes) -> list[Status | AutoStatus | PaperStatus | FrameError]:
        """What these bytes mean; never raises."""
        found: list[Status | AutoStatus | PaperStatus | FrameError] = []
        noise = 0
        for byte in data:
            if self._begun and byte & 0x90:
                noise += len(self._begun)
                self._begun.clear()
            item = self._take(byte)
            if item is not None:
                found.append(item)
            elif not self._begun:
                noise += 1
        if noise:
            found.append(FrameError("noise", noise))
        return found

    def clear(self) -> None:
        """Forget what half arrived."""
        self._begun.clear()
        self.awaits_paper = 0

    def _take(self, byte: int) -> Status | AutoStatus | PaperStatus | None:
        if self._begun or byte & 0x93 == 0x10:
            self._begun.append(byte)
            if len(self._begun) < 4:
                return None
            value = bytes(self._begun)
            self._begun.clear()
            return AutoStatus(value)
        if byte & 0x93 == 0x12:
            return Status(byte)
        if self.awaits_paper and byte & 0x90 == 0:
            self.awaits_paper -= 1
            return PaperStatus(byte)
        return None
