"""Whether a signature is a drawing: a whole PNG and nothing else, read to its last point.

Its first bytes prove nothing: what stands behind them might be a page or a program. So every part is read: the lengths
and sums of its chunks, a size that a pad or a scanner has, exactly the points that this size needs, and nothing behind
the end. Pure; no picture library, so that every program judges alike.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Iterator
from typing import Final

_BEGIN: Final = b"\x89PNG\r\n\x1a\n"
_FRAME: Final = 12  # length, name and sum of a chunk
_HEAD: Final = 13
_LONGEST_SIDE: Final = 3000
_CHANNELS: Final = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by the colour type
_DEPTHS: Final = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
_FILTERS: Final = 5
_MOST_POINTS: Final = 4_000_000


class _NotDrawn(ValueError):
    """It is no PNG, or more than that."""


def is_drawn(signature: str, most_bytes: int) -> bool:
    """Whether this base64 is a drawing of at most so many bytes."""
    try:
        raw = base64.b64decode(signature, validate=True)
        _read(list(_chunks(raw)))
    except (binascii.Error, _NotDrawn):
        return False
    return len(raw) <= most_bytes


def _chunks(raw: bytes) -> Iterator[tuple[bytes, bytes]]:
    if not raw.startswith(_BEGIN):
        raise _NotDrawn
    at, name = len(_BEGIN), b""
    while name != b"IEND":
        length = int.from_bytes(raw[at : at + 4], "big")
        end = at + _FRAME + length
        if end > len(raw) or zlib.crc32(raw[at + 4 : end - 4]) != int.from_bytes(raw[end - 4 : end], "big"):
            raise _NotDrawn
        name = raw[at + 4 : at + 8]
        yield name, raw[at + 8 : end - 4]
        at = end
    if at != len(raw):
        raise _NotDrawn


def _read(chunks: list[tuple[bytes, bytes]]) -> None:
    names = [name for name, _ in chunks]
    head = chunks[0][1]
    if names[0] != b"IHDR" or names.count(b"IHDR") != 1 or len(head) != _HEAD:
        raise _NotDrawn
    wide, high = int.from_bytes(head[:4], "big"), int.from_bytes(head[4:8], "big")
    depth, colours, packing, filtering, interlaced = head[8:]
    if depth not in _DEPTHS.get(colours, ()) or (packing, filtering, interlaced) != (0, 0, 0):
        raise _NotDrawn
    if not (0 < wide <= _LONGEST_SIDE and 0 < high <= _LONGEST_SIDE) or wide * high > _MOST_POINTS:
        raise _NotDrawn
    if colours == 3 and b"PLTE" not in names:  # points are numbers of a palette
        raise _NotDrawn
    line = 1 + (wide * _CHANNELS[colours] * depth + 7) // 8
    points = _unpacked(b"".join(content for name, content in chunks if name == b"IDAT"), line * high)
    if any(one >= _FILTERS for one in points[::line]):
        raise _NotDrawn


def _unpacked(packed: bytes, length: int) -> bytes:
    """Exactly so many bytes, never more: a small file may unpack to a very large one."""
    opener = zlib.decompressobj()
    try:
        points = opener.decompress(packed, length + 1)
    except zlib.error:
        raise _NotDrawn from None
    if len(points) != length or not opener.eof or opener.unused_data:
        raise _NotDrawn
    return points
