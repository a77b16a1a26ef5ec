"""How long a line waits before it opens its port again, and how long it then looks on before it asks anybody.

A port that is not there is tried every two seconds at least, so that a plug that is put back works at once. One that
opens and is closed again at once (a serial server that another program holds) must not be opened a thousand times a
second: it is tried ever more rarely, and believed only when it has stayed open for a moment.
"""

from __future__ import annotations

import time
from typing import Final

_ABSENT_S: Final = (0.2, 0.5, 1.0, 2.0)
_CLOSED_S: Final = (0.2, 0.5, 1.0, 2.0)
_STEADY_S: Final = 2.0  # a port that was open so long was a good one
_BELIEVED: Final = 2  # times that a port may be closed at once before it is looked on first
_LOOK_ON_S: Final = 1.0


class Reopening:
    """Belongs to its line's thread."""

    def __init__(self) -> None:
        self._absent = 0
        self._closed = 0
        self._opened_s = 0.0

    def opened(self) -> float:
        """Seconds to look on before a device is asked."""
        self._absent = 0
        self._opened_s = time.monotonic()
        return _LOOK_ON_S if self._closed >= _BELIEVED else 0.0

    def failed(self) -> float:
        """It did not open: seconds to wait. A port that is away was unplugged, and not closed by whoever holds it."""
        self._absent += 1
        self._closed = 0
        return _ABSENT_S[min(self._absent, len(_ABSENT_S)) - 1]

    def lost(self) -> float:
        """It was open and is no more: seconds to wait."""
        if time.monotonic() - self._opened_s >= _STEADY_S:
            self._closed = 0
            return 0.0
        self._closed += 1
        return _CLOSED_S[min(self._closed, len(_CLOSED_S)) - 1]
