"""How many codes a person can show, so that a reader that says more is known to be out of order.

Knows times and counts. Must not know any code.
"""

from __future__ import annotations

from typing import Final

BURST: Final = 20  # codes in one go, more than anybody shows
PER_S: Final = 2.0  # and after that
QUIET_S: Final = 2.0  # without a code, and the flood is over


class Pace:
    """Steady times come in as arguments. While the flood lasts nothing is let through."""

    def __init__(self) -> None:
        self._left = float(BURST)
        self._last_s = 0.0
        self._flooding = False

    def lets(self, now_s: float) -> bool:
        """One more code came: whether it shall be told."""
        self._flooding = self.flooding(now_s)
        self._left = min(float(BURST), self._left + (now_s - self._last_s) * PER_S)
        self._last_s = now_s
        self._flooding = self._flooding or self._left < 1.0
        if self._flooding:
            return False
        self._left -= 1.0
        return True

    def flooding(self, now_s: float) -> bool:
        return self._flooding and now_s - self._last_s < QUIET_S
