"""A point: one relay or one input of a device, as a hall file names it: ``relays-1:4``, or ``door-1`` for a device that
has one only.

One meaning for the check of a hall file and for all who run it. Knows names, channels and what a board's options keep
relays for. Must not know what hangs on a point.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

# The forms in a hall file; a point that must name its channel, and one of a device that may have one only.
DEVICE_FORM: Final = "[a-z][0-9a-z-]{0,39}"
CHANNEL_POINT_FORM: Final = f"{DEVICE_FORM}:[0-9]{{1,3}}"
POINT_FORM: Final = f"{DEVICE_FORM}(:[0-9]{{1,3}})?"
CHANNELS: Final = 1000  # as many as three digits can name
_POINT: Final = re.compile(POINT_FORM, re.ASCII)

Point = tuple[str, int]  # device and channel, from 0


def point_of(text: str) -> Point:
    """``inputs-1:2`` as device and channel; a device alone is its channel 0."""
    device, channel = parts_of(text)
    return device, channel or 0


def parts_of(text: str) -> tuple[str, int | None]:
    """Device and channel; None where no channel is named. A ValueError for what is no point."""
    if _POINT.fullmatch(text) is None:
        raise ValueError(f"no point: {text!r}")
    device, named, channel = text.partition(":")
    return device, int(channel) if named else None


def is_point(text: str | None) -> bool:
    return text is not None and _POINT.fullmatch(text) is not None


def zone_relays(options: Mapping[str, Any], count: int) -> tuple[int, ...]:
    """The relays that a board keeps for loudspeakers: those of its option ``zones``, or all that it has."""
    own = options.get("zones")
    wanted = own if isinstance(own, list | tuple) else range(count)
    hands_off = _listed(options, "hands_off")
    return tuple(relay for relay in wanted if relay in range(count) and relay not in hands_off)


def other_relays(options: Mapping[str, Any], count: int) -> tuple[int, ...]:
    """The relays that a board has for a lock or a lamp: none that loudspeakers are named for."""
    taken = (*_listed(options, "zones"), *_listed(options, "hands_off"))
    return tuple(relay for relay in range(count) if relay not in taken)


def _listed(options: Mapping[str, Any], key: str) -> tuple[object, ...]:
    found = options.get(key)
    return tuple(found) if isinstance(found, list | tuple) else ()
