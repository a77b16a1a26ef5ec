"""What can go wrong on a line, seeded, so that a bad day can be lived twice.

A device that shares its bus is unplugged, silenced or garbled alone: the others on the bus go on. The speed, the
echo and the host's own adapter belong to the whole line.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any


class Garble:
    """Flips one bit in some of the bytes."""

    def __init__(self, rate: float, seed: int) -> None:
        self.rate = rate
        self.seed = seed
        self._chance = Random(seed)  # noqa: S311 - noise on a wire, not a secret

    def spoil(self, data: bytes) -> bytes:
        spoilt = bytearray(data)
        for place in range(len(spoilt)):
            if self._chance.random() < self.rate:
                spoilt[place] ^= 1 << self._chance.randrange(8)
        return bytes(spoilt)


@dataclass(slots=True)
class TapFaults:
    """Faults of one device's own cable."""

    unplugged: bool = False
    silent: bool = False
    garble: Garble | None = None

    @property
    def cut(self) -> bool:
        return self.unplugged or self.silent

    def through(self, data: bytes) -> bytes:
        """What is left of ``data`` after this cable."""
        if self.cut:
            return b""
        return self.garble.spoil(data) if self.garble else data

    def as_json(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if self.unplugged:
            found["unplug"] = True
        if self.silent:
            found["silent"] = True
        if self.garble:
            found["garble"] = {"rate": self.garble.rate, "seed": self.garble.seed}
        return found


@dataclass(slots=True)
class LineFaults:
    """Faults of the whole line: the host's adapter and the wire that all share."""

    tap: TapFaults = field(default_factory=TapFaults)
    slow_baud: int | None = None
    echo: bool = False

    def as_json(self) -> dict[str, Any]:
        found = self.tap.as_json()
        if self.slow_baud:
            found["slow"] = {"baud": self.slow_baud}
        if self.echo:
            found["echo"] = True
        return found
