"""A relay module with an electric lock on one pin: drawn while the pin is driven to its active level.

The module has a resistor of its own: a pin that nobody drives lets the relay fall off.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from simulators.device import Send
from simulators.device_actions import unknown_action
from simulators.pin_bank import PinBank
from simulators.pin_pictures import draw_lock


class SimulatedOutput:
    """Nobody can do anything to it; it counts how often and how long it was drawn."""

    kind = "gpio-output"

    def __init__(
        self,
        device_id: str,
        bank: PinBank,
        pin: int,
        *,
        active_high: bool = True,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self.id = device_id
        self._bank, self._pin, self._active_high, self._steady = bank, pin, active_high, steady
        self._drawn = False
        self._pulses = 0
        self._since_s = self._last_s = 0.0
        bank.watchers.append(self._look)

    def attach(self, send: Send) -> None:
        """A relay says no bytes."""

    def hear(self, data: bytes) -> None:
        """A relay hears no bytes."""

    def do(self, action: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        raise unknown_action("a relay", self.kind, action)

    def show(self) -> dict[str, Any]:
        return {"on": self._drawn, "pulses": self._pulses, "last_s": round(self._last_s, 2), "pin": self._pin}

    def picture(self) -> bytes | None:
        return draw_lock(drawn=self._drawn)

    def audio(self) -> bytes | None:
        return None

    def tick(self, steady_s: float) -> None:
        """A relay stays as its host left it."""

    def _look(self) -> None:
        driven = self._bank.driven(self._pin)
        drawn = driven is not None and driven is self._active_high
        if drawn and not self._drawn:
            self._pulses += 1
            self._since_s = self._steady()
        elif self._drawn and not drawn:
            self._last_s = self._steady() - self._since_s
        self._drawn = drawn
