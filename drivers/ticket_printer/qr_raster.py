"""A QR code as dots, for printers that cannot draw one themselves.

``1D 76 30 00 xL xH yL yH`` and rows of dots: x in bytes, y in dots, little endian, 1 is black, the highest bit left.
It is sent in strips, so that a printer with a small buffer need not hold it whole.

A printer may take ``10 04 n`` and ``10 14 n`` for real-time commands even inside the dots. They cannot occur: the byte
10 is a single black dot between white ones, and a module is at least two dots wide.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from typing import Final

import segno

_STRIP_ROWS: Final = 64
# Bytes that fit into versions 1 to 13 at level M, byte mode (ISO/IEC 18004, table 7).
_CAPACITY: Final = (14, 26, 42, 62, 84, 106, 122, 152, 180, 213, 251, 287, 331)


def modules_of(size: int) -> int:
    """How many modules wide the QR code of that many bytes is, at level M."""
    version = bisect_left(_CAPACITY, size) + 1
    return 17 + 4 * version


def raster_strips(data: bytes, size: int) -> Iterator[bytes]:
    """The commands that print the code with modules of ``size`` dots (at least 2)."""
    code = segno.make(data, error="m", mode="byte", micro=False, boost_error=False)
    rows = [_row(modules, size) for modules in code.matrix for _ in range(size)]
    width = len(rows[0])
    for start in range(0, len(rows), _STRIP_ROWS):
        strip = rows[start : start + _STRIP_ROWS]
        head = b"\x1d\x76\x30\x00" + width.to_bytes(2, "little") + len(strip).to_bytes(2, "little")
        yield head + b"".join(strip)


def _row(modules: bytearray, size: int) -> bytes:
    dots = "".join(("1" if module else "0") * size for module in modules)
    dots += "0" * (-len(dots) % 8)
    return int(dots, 2).to_bytes(len(dots) // 8, "big")
