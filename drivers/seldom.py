"""One log line for many of a kind: the first at once, then one every ten minutes at most, with their number.

For what is no change of state and yet worth knowing: a line so noisy that questions are asked twice. Without this one
bad cable would fill the log. Knows times and counts; must not know any device.
"""

from __future__ import annotations

import time
from typing import Any, Final

_EVERY_S: Final = 600.0


class Seldom:
    """``log`` is a bound logger, ``event`` the line's name. Belongs to its line's thread."""

    def __init__(self, log: Any, event: str, every_s: float = _EVERY_S) -> None:
        self._log = log
        self._event = event
        self._every_s = every_s
        self._since = 0
        self._said_s: float | None = None

    def note(self, **words: object) -> None:
        self._since += 1
        now_s = time.monotonic()
        if self._said_s is None or now_s - self._said_s >= self._every_s:
            self._log.info(self._event, **words, times=self._since)
            self._since, self._said_s = 0, now_s
