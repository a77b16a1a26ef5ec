"""How long people take, and how they differ: seconds of a real morning, shortened by the demo's speed."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Final, TypeVar

T = TypeVar("T")
_WAVE_S: Final = 1500.0  # buses and office hours bring people in waves
_WAVE: Final = 0.8
_SERVICE_S: Final = {"A": 150.0, "B": 240.0, "C": 200.0, "D": 170.0, "T": 120.0}
_OTHER_SERVICE_S: Final = 160.0
_SPREAD: Final = 0.35
CALL_INTERVAL_S: Final = 20.0  # as in the demo's hall files


@dataclass(slots=True)
class Pace:
    """The day's chance and its speed."""

    seed: int
    speed: float
    chance: Random = field(init=False)

    def __post_init__(self) -> None:
        self.chance = Random(self.seed)  # noqa: S311 - a play, not a secret

    async def rest(self, low_s: float, high_s: float) -> None:
        """Do something that takes a person so long."""
        await asyncio.sleep(self.chance.uniform(low_s, high_s) / self.speed)

    def happens(self, probability: float) -> bool:
        return self.chance.random() < probability

    def one_of(self, things: Sequence[T], weights: Sequence[float] | None = None) -> T:
        return self.chance.choices(things, weights)[0]

    def service_s(self, letter: str) -> float:
        """How long this matter takes at the window, in real seconds of this day."""
        usual_s = _SERVICE_S.get(letter, _OTHER_SERVICE_S)
        return usual_s * self.chance.lognormvariate(0.0, _SPREAD) / self.speed

    def until_next_arrival_s(self, per_hour: float, passed_s: float) -> float:
        """Poisson arrivals whose rate goes up and down; ``passed_s`` and the answer are real seconds."""
        wave = 1.0 + _WAVE * math.sin(2 * math.pi * passed_s * self.speed / _WAVE_S)
        return self.chance.expovariate(per_hour * wave / 3600.0 * self.speed)

    @property
    def call_interval_s(self) -> float:
        """Staff wait a little longer than the hall's rule asks for."""
        return max(1, round(CALL_INTERVAL_S / self.speed)) + 0.3
