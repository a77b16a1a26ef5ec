"""The only place of central that asks for the time."""

from __future__ import annotations

import time


def now_ms() -> int:
    """UTC in milliseconds: for people, for lives of sessions, for what was received when."""
    return time.time_ns() // 1_000_000


def steady_s() -> float:
    """Seconds that never go back: for intervals."""
    return time.monotonic()
