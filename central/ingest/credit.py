"""How many events each hall may have under way, so that backlogs never stand before what is happening now.

What is on its way to us lies in one queue in the broker, in the order in which it came, so a live event waits for all
that was sent before it. Therefore the halls that drain a backlog share one budget (contract LH-9): what ingest stores
in less than half a second, as it has lately been going. With one of them it is all its own, with two hundred each has a
few events at a time, and together they still fill every transaction.
"""

from __future__ import annotations

from typing import Final

MOST: Final = 2000  # of one hall
LEAST: Final = 5
_WORTH_S: Final = 0.4  # of ingest, under way in all
_SMALLEST, _LARGEST = 400, 8000  # of all halls that drain
_AT_FIRST: Final = 5000.0  # events a second, until it has been seen
_TELLS: Final = 50  # events of a transaction that says something about the speed
_LATELY: Final = 0.2  # how much each such transaction counts
_DRAINS: Final = 10  # events of one hall in one transaction; a hall at work sends fewer
_FORGOTTEN_S: Final = 3.0
_EVENTS_A_MESSAGE: Final = 100


class Credits:
    """Each hall's share; belongs to the ingest thread."""

    def __init__(self) -> None:
        self._draining: dict[str, float] = {}
        self._events_a_second = _AT_FIRST

    @property
    def budget(self) -> int:
        """What all that drain may have under way together."""
        return int(min(_LARGEST, max(_SMALLEST, self._events_a_second * _WORTH_S)))

    def heard(self, hall: str, events: int, now_s: float) -> None:
        """So many events of a hall came in one transaction."""
        if events >= _DRAINS:
            self._draining[hall] = now_s

    def took(self, events: int, seconds: float) -> None:
        """How long one transaction took."""
        if events >= _TELLS and seconds > 0:
            self._events_a_second += _LATELY * (events / seconds - self._events_a_second)

    def share(self, hall: str, waiting: int, now_s: float) -> int:
        """What this hall may have unacknowledged; ``waiting``: messages of it that were not even taken yet."""
        self._draining = {one: at for one, at in self._draining.items() if now_s - at < _FORGOTTEN_S}
        fair = min(MOST, self.budget // len(self._draining)) if self._draining else MOST
        if fair > _EVENTS_A_MESSAGE:
            return max(0, fair - _EVENTS_A_MESSAGE * waiting)
        return 0 if waiting else max(LEAST, fair)
