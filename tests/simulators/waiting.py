"""Wait for a condition with a deadline; a test never sleeps to let something happen."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def until(look: Callable[[], T], what: str = "", within_s: float = 30.0) -> T:
    """The first true value of ``look``; fails when the deadline passes without one."""
    deadline_s = time.monotonic() + within_s
    while True:
        found = look()
        if found:
            return found
        assert time.monotonic() < deadline_s, f"waited {within_s} s in vain: {what}"
        time.sleep(0.005)
