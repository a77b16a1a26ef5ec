"""UUIDv7: identifiers whose order is about the order of their making (RFC 9562 section 5.7)."""

from __future__ import annotations

import os
import uuid


def uuid7(wall_ms: int) -> str:
    """A new one for the given UTC milliseconds; its age can be read off it."""
    value = (wall_ms & (2**48 - 1)) << 80 | int.from_bytes(os.urandom(10), "big") & (2**76 - 1)
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return str(uuid.UUID(int=value))
