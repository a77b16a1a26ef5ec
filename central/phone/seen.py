"""One look at all halls for whoever looks in the same moment: a crowd on the page costs no more than one person."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Any


class Seen:
    """What was seen last, for ``lasts_s`` seconds; whoever comes while somebody looks waits for that look."""

    def __init__(self, lasts_s: float) -> None:
        self._lasts_s = lasts_s
        self._lock = Lock()
        self._found: list[dict[str, Any]] = []
        self._until_s = float("-inf")

    def now(self, now_s: float, look: Callable[[], list[dict[str, Any]]]) -> list[dict[str, Any]]:
        with self._lock:
            if now_s >= self._until_s:
                self._found = look()
                self._until_s = now_s + self._lasts_s
            return self._found
