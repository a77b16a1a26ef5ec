"""Receipt numbers of what comes from home: ``W<unit>-<ulid>``, searchable beside the official number for ever."""

from __future__ import annotations

import secrets
from typing import Final

_CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no I, L, O, U: what is read off a paper is read right
_CHANCE_BITS: Final = 80


def web_receipt(unit: str, wall_ms: int) -> str:
    """A new one: 48 bits of time, 80 of chance, in 26 characters."""
    value = (wall_ms & (2**48 - 1)) << _CHANCE_BITS | secrets.randbits(_CHANCE_BITS)
    return f"W{unit}-" + "".join(_CROCKFORD[value >> shift & 31] for shift in range(125, -1, -5))
