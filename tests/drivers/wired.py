"""A line without a cable: joins a driver to a simulated device directly in memory, with no thread and no sleeping.

``read`` lets the device's time pass (its ``tick``) instead of waiting, so that a silence of a second costs nothing.
"""

from __future__ import annotations

from drivers.errors import PortLost
from simulators.device import Device

TICK_S = 0.1


class Wired:
    """A `drivers.transport.Transport` whose other end is a simulator. ``piece`` splits what the device says."""

    def __init__(self, simulator: Device, *, piece: int | None = None) -> None:
        self.simulator = simulator
        self.piece = piece
        self.sent = bytearray()  # all that the driver has written
        self.steady_s = 0.0
        self.lost = False
        self._waiting = bytearray()
        simulator.attach(self._say)

    def _say(self, data: bytes) -> None:
        self._waiting += data

    def read(self, timeout_s: float) -> bytes:
        self._check()
        left_s = timeout_s
        while not self._waiting and left_s > 0:
            step_s = min(TICK_S, left_s)
            self.let_pass(step_s)
            left_s -= step_s
        size = len(self._waiting) if self.piece is None else self.piece
        data = bytes(self._waiting[:size])
        del self._waiting[: len(data)]
        return data

    def write(self, data: bytes) -> None:
        self._check()
        self.sent += data
        self.simulator.hear(data)

    def fileno(self) -> int | None:
        return None

    def close(self) -> None:
        self.lost = True

    def let_pass(self, seconds: float) -> None:
        """The device's time goes on by so much."""
        self.steady_s += seconds
        self.simulator.tick(self.steady_s)

    def noise(self, data: bytes) -> None:
        """Rubbish on the line towards the host."""
        self._waiting += data

    def _check(self) -> None:
        if self.lost:
            raise PortLost("the line in memory is cut")
