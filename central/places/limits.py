"""How often one source may ask something of a place's public pages: enough for a village, too little for a flood.

Kept in memory: whoever starts central anew may be asked a few times more. A count is of whole windows of time, so that
a source costs two numbers.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Final

from central.failures import TooMany

_SOURCES: Final = 20_000  # remembered at most; whoever was quiet longest is forgotten first


class Limits:
    """``most`` times in ``per_s`` seconds for each source."""

    def __init__(self, most: int, per_s: int) -> None:
        self._most, self._per_ms = most, per_s * 1000
        self._counts: OrderedDict[str, tuple[int, int]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, source: str, now_ms: int) -> None:
        """Count once more; raises `TooMany`."""
        stretch = now_ms // self._per_ms
        with self._lock:
            began, count = self._counts.get(source, (stretch, 0))
            count = count + 1 if began == stretch else 1
            self._counts[source] = (stretch, count)
            self._counts.move_to_end(source)
            if len(self._counts) > _SOURCES:
                self._counts.popitem(last=False)
        if count > self._most:
            raise TooMany("TOO_OFTEN", retry_after_s=max(1, ((stretch + 1) * self._per_ms - now_ms) // 1000))
