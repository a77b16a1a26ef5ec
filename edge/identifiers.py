"""Identifiers whose order is about the order of their making: UUIDv7 (RFC 9562 section 5.7) and ULID; secret codes."""

from __future__ import annotations

import os
import secrets
import uuid
from typing import Final

_CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no I, L, O, U: what is read off a paper is read right
_CODE_CHARACTERS: Final = 16


def uuid7(wall_ms: int) -> str:
    """A new one for the given UTC milliseconds."""
    chance = int.from_bytes(os.urandom(10), "big")
    value = (wall_ms & 0xFFFF_FFFF_FFFF) << 80 | chance & ((1 << 76) - 1)
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return str(uuid.UUID(int=value))


def ulid(wall_ms: int) -> str:
    """A new one for the given UTC milliseconds: 48 bits of time, 80 of chance, 26 characters."""
    value = (wall_ms & 0xFFFF_FFFF_FFFF) << 80 | int.from_bytes(os.urandom(10), "big")
    return "".join(_CROCKFORD[value >> shift & 31] for shift in range(125, -1, -5))


def secret_code() -> str:
    """Eighty bits of chance that a person can read off a paper and type."""
    return "".join(secrets.choice(_CROCKFORD) for _ in range(_CODE_CHARACTERS))


def in_groups(code: str) -> str:
    """``ABCD-EFGH-…``: as it stands on paper."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))
