"""UUIDv7: identifiers whose order is about the order of their making (RFC 9562 section 5.7)."""

from __future__ import annotations

import os
import uuid


def uuid7(wall_ms: int) -> str:
    """A new one for the given UTC milliseconds."""
    chance = int.from_bytes(os.urandom(10), "big")
    value = (wall_ms & 0xFFFF_FFFF_FFFF) << 80 | chance & ((1 << 76) - 1)
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return str(uuid.UUID(int=value))
