"""What can be rated, what was, and which pads are awake."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Rateable:
    """One finished service. ``grade`` 0 means not rated: silence stays NOT_RATED."""

    day: str
    number: str
    service: str
    window: int
    staff: str
    finished_ms: int
    grade: int = 0
    version: int = 0
    rated_ms: int = 0
    explained: bool = False  # its reasons came after it
    changed: bool = False


@dataclass(frozen=True, slots=True)
class RatingState:
    rateable: Mapping[str, Rateable] = field(default_factory=dict)  # by token
    pads: Mapping[int, str] = field(default_factory=dict)  # window -> token that its pad asks about
    runs: Mapping[int, tuple[int, int]] = field(default_factory=dict)  # window -> the last grade, how often in a row
    devices: Mapping[str, str] = field(default_factory=dict)  # today: a phone's mark -> the number that it rated first
