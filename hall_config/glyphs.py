"""Which characters a font file can show: its table ``cmap`` (OpenType 1.9), read as far as that takes.

    file  = 'ttcf' version count offset[count]  (a collection: several faces)  |  one face
    face  = version numTables searchRange entrySelector rangeShift  { tag checksum offset length } *
    cmap  = version count { platform encoding offset } *   each leads to a subtable
    subtable format 12 = 12, 0, length, language, count { first last glyph } *     every plane of Unicode
    subtable format 4  = segments of the first plane

A character that is mapped to glyph 0 is one that the font lacks.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

_COLLECTION: Final = b"ttcf"
_SEGMENTS, _EVERY_PLANE = 4, 12
_LAST_OF_FORMAT_4: Final = 0xFFFF


@dataclass(frozen=True, slots=True)
class Shown:
    """Spans of code points, first and last, sorted and apart."""

    firsts: tuple[int, ...]
    lasts: tuple[int, ...]

    def __contains__(self, character: object) -> bool:
        code = ord(character) if isinstance(character, str) else -1
        at = bisect_right(self.firsts, code) - 1
        return at >= 0 and code <= self.lasts[at]


def shown_by(file: Path, index: int = 0) -> Shown:
    """What the face at this place of the file shows; nothing where it has no table that says so."""
    with file.open("rb") as opened:
        table = _cmap(opened, index)
    return _shown(table) if table else Shown((), ())


def _cmap(opened: BinaryIO, index: int) -> bytes:
    start = 0
    if opened.read(4) == _COLLECTION:
        opened.seek(12 + 4 * index)
        (start,) = struct.unpack(">I", opened.read(4))
    opened.seek(start)
    (count,) = struct.unpack(">4xH6x", opened.read(12))
    for _ in range(count):
        tag, offset, length = struct.unpack(">4s4xII", opened.read(16))
        if tag == b"cmap":
            opened.seek(offset)
            return opened.read(length)
    return b""


def _shown(table: bytes) -> Shown:
    (count,) = struct.unpack_from(">2xH", table)
    places = {struct.unpack_from(">I", table, 4 + 8 * at + 4)[0] for at in range(count)}
    spans: list[tuple[int, int]] = []
    for place in places:
        (kind,) = struct.unpack_from(">H", table, place)
        if kind == _EVERY_PLANE:
            spans += _every_plane(table, place)
        elif kind == _SEGMENTS:
            spans += _segments(table, place)
    return _joined(spans)


def _every_plane(table: bytes, place: int) -> list[tuple[int, int]]:
    (count,) = struct.unpack_from(">I", table, place + 12)
    groups = struct.iter_unpack(">III", table[place + 16 : place + 16 + 12 * count])
    return [(first + (glyph == 0), last) for first, last, glyph in groups]


def _segments(table: bytes, place: int) -> list[tuple[int, int]]:
    """A segment with an offset names each character's glyph; one without counts them up."""
    (twice,) = struct.unpack_from(">H", table, place + 6)
    count = twice // 2
    lasts = struct.unpack_from(f">{count}H", table, place + 14)
    firsts = struct.unpack_from(f">{count}H", table, place + 16 + twice)
    offsets_at = place + 16 + 3 * twice
    offsets = struct.unpack_from(f">{count}H", table, offsets_at)
    spans: list[tuple[int, int]] = []
    for at, (first, last, offset) in enumerate(zip(firsts, lasts, offsets, strict=True)):
        if first == _LAST_OF_FORMAT_4:
            continue
        if not offset:
            spans.append((first, last))
            continue
        glyphs = struct.unpack_from(f">{last - first + 1}H", table, offsets_at + 2 * at + offset)
        spans += [(first + n, first + n) for n, glyph in enumerate(glyphs) if glyph]
    return spans


def _joined(spans: list[tuple[int, int]]) -> Shown:
    firsts: list[int] = []
    lasts: list[int] = []
    for first, last in sorted(span for span in spans if span[0] <= span[1]):
        if lasts and first <= lasts[-1] + 1:
            lasts[-1] = max(lasts[-1], last)
        else:
            firsts.append(first)
            lasts.append(last)
    return Shown(tuple(firsts), tuple(lasts))
