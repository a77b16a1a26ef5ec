"""The only place of the simulators that asks for the time: a phone shows a pass with it, a fleet dates its events."""

from __future__ import annotations

import time


def wall_now_s() -> int:
    """Seconds since 1970, as this machine believes."""
    return wall_now_ms() // 1000


def wall_now_ms() -> int:
    """Milliseconds since 1970, as this machine believes."""
    return time.time_ns() // 1_000_000
