"""How loud the hall speaks at which time of day.

Knows the profile of the hall file. Must not know what is said.
"""

from __future__ import annotations

from collections.abc import Callable

from hall.moment import local_minute
from hall_config.models import SpeechPart


class Loudness:
    """``now`` is this minute's volume, ``full`` the loudest of the day: an evacuation is said with that."""

    def __init__(self, part: SpeechPart, wall_ms: Callable[[], int]) -> None:
        self._wall_ms = wall_ms
        steps = [(int(one[:2]) * 60 + int(one[3:5]), int(one[6:])) for one in part.volume_times]
        self._steps = sorted([(0, part.volume), *steps], key=lambda step: step[0])
        self.full = max(volume for _, volume in self._steps)

    def now(self) -> int:
        minute = local_minute(self._wall_ms())
        return [volume for start, volume in self._steps if start <= minute][-1]
