"""How many events each hall may have under way, so that backlogs never stand before what is happening now.

What is on its way to us lies in one queue in the broker, in the order in which it came, so a live event waits for all
that was sent before it. Therefore the halls that drain a backlog share one budget (contract LH-9): with one of them it
is all its own, with two hundred each has a few events at a time, and together they still fill every transaction.
"""

from __future__ import annotations

from typing import Final

MOST: Final = 2000  # of one hall
BUDGET: Final = 4000  # of all that drain; well under a second of ingest
LEAST: Final = 20
_DRAINS: Final = 10  # events of one hall in one transaction; a hall at work sends fewer
_FORGOTTEN_S: Final = 3.0
_EVENTS_A_MESSAGE: Final = 100


class Credits:
    """Each hall's share; belongs to the ingest thread."""

    def __init__(self) -> None:
        self._draining: dict[str, float] = {}

    def heard(self, hall: str, events: int, now_s: float) -> None:
        """So many events of a hall came in one transaction."""
        if events >= _DRAINS:
            self._draining[hall] = now_s

    def share(self, hall: str, waiting: int, now_s: float) -> int:
        """What this hall may have unacknowledged; ``waiting``: messages of it that were not even taken yet."""
        self._draining = {one: at for one, at in self._draining.items() if now_s - at < _FORGOTTEN_S}
        fair = max(LEAST, min(MOST, BUDGET // max(1, len(self._draining))))
        return max(0, fair - _EVENTS_A_MESSAGE * waiting) if fair > _EVENTS_A_MESSAGE or not waiting else 0
