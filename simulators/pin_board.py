"""The pins of the board behind a pigpio daemon on loopback: where buttons, contacts and lamps hang.

Pins have no bytes of their own, so of a line's faults only the plug exists: the daemon is gone, or one cable is off.
"""

from __future__ import annotations

import re
import threading
import time
from typing import Any, Final

import structlog

from hall_config.models import DevicePart
from simulators.activity import Activity
from simulators.device import ActionRefused
from simulators.faults import LineFaults, TapFaults
from simulators.gpio_pins import SimulatedPins
from simulators.line import TICK_S, Tap

_PIN: Final = re.compile(r"gpio:(\d{1,2})")
_FIRST_FREE_PIN: Final = 4

log = structlog.get_logger()


class PinBoard:
    """All pin devices of one hall, with the lock and the passing time that lines have too."""

    def __init__(self, number: int = 0) -> None:
        self.lock = threading.RLock()
        self.faults = LineFaults()
        self.activity = Activity()
        self.taps: list[Tap] = []
        self._pins = SimulatedPins(number)
        self._used: set[int] = set()
        self._wires: dict[str, frozenset[int]] = {}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="pins", daemon=True)

    @property
    def url(self) -> str:
        return f"pigpio://127.0.0.1:{self._pins.port}"

    def place(self, part: DevicePart, kind: str) -> DevicePart:
        """Put a device on its pin; ``pty:`` gets a free one. Gives back the part with the pin that it has."""
        found = _PIN.fullmatch(part.port or "")
        pin = int(found.group(1)) if found else self._free_pin()
        lamp = _lamp_pin(part.options)
        wires = self._wires[part.id] = frozenset({pin} if lamp is None else {pin, lamp})
        self._used |= wires
        active_high = part.options.get("active_high") is not False
        self.taps.append(Tap(self._pins.device(part.id, kind, pin, lamp, active_high=active_high)))
        return part.model_copy(update={"port": f"gpio:{pin}"})

    def tap(self, device_id: str) -> Tap:
        return next(tap for tap in self.taps if tap.device.id == device_id)

    def _free_pin(self) -> int:
        return next(pin for pin in range(_FIRST_FREE_PIN, 54) if pin not in self._used)

    def open(self) -> None:
        self._pins.open()
        if not self._thread.is_alive():
            self._thread.start()

    def close(self) -> None:
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout=2.0)
        self._pins.close()

    def _run(self) -> None:
        while not self._stopping.wait(TICK_S):
            try:
                with self.lock:
                    for tap in self.taps:
                        tap.device.tick(time.monotonic())
            except Exception:
                log.exception("pins.broken", hint="a simulated pin device has an error")

    # --- faults, as `Line` has them --------------------------------------------------------------------------

    def alone(self, tap: Tap) -> bool:
        return False

    def unplug(self, tap: Tap | None) -> None:
        with self.lock:
            if tap is not None:
                self._cut(tap, True)
                return
            self.faults.tap.unplugged = True
            self._pins.close()

    def replug(self, tap: Tap | None, *, another_tty: bool = False, name: str | None = None) -> None:
        if another_tty or name is not None:
            raise ActionRefused("pins have no other tty and no other name")
        with self.lock:
            if tap is not None:
                self._cut(tap, False)
                return
            if self.faults.tap.unplugged:
                self._pins.open()
            self.faults = LineFaults()

    def silence(self, tap: Tap | None) -> None:
        raise ActionRefused(_NO_BYTES)

    def garble(self, tap: Tap | None, rate: float, seed: int) -> None:
        raise ActionRefused(_NO_BYTES)

    def slow(self, baud: int | None) -> None:
        raise ActionRefused(_NO_BYTES)

    def echo(self) -> None:
        raise ActionRefused(_NO_BYTES)

    def clear_faults(self, tap: Tap | None) -> None:
        with self.lock:
            for one in self.taps:
                self._cut(one, False)
                one.faults = TapFaults()
        self.replug(None)

    def _cut(self, tap: Tap, off: bool) -> None:
        """An input without its wire is pulled up: a button that is not pressed, a door that stands open."""
        tap.faults.unplugged = off
        for pin in self._wires[tap.device.id]:
            self._pins.bank.cut(pin, off)


_NO_BYTES: Final = "a pin carries no bytes; it can only be unplugged"


def _lamp_pin(options: dict[str, Any]) -> int | None:
    """The lamp's pin as the driver's options name it: a number, or ``gpio:N``."""
    lamp = options.get("lamp_pin", options.get("lamp"))
    if isinstance(lamp, str) and (found := _PIN.fullmatch(lamp)):
        return int(found.group(1))
    return lamp if isinstance(lamp, int) and not isinstance(lamp, bool) else None
