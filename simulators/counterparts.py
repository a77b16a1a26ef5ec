"""The simulated devices as the other side of the conformance checks; what each is like stands in `TRAITS`.

The checks ask by the entry point group ``legal_hall.counterparts`` (`counterpart_of`); nothing here imports a driver.
A driver that `simulators.registry` knows and that has no line here gets a device that is asked and never speaks first.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, cast

from hall_config.models import DevicePart
from simulators.counterpart_traits import PASSING, TRAITS, Deed, Traits
from simulators.device import Device
from simulators.doors import FolderDoor
from simulators.line import Line
from simulators.pin_board import PinBoard
from simulators.registry import NETWORK_DRIVERS, PIN_KINDS, UnknownDevice, make_device
from simulators.rough_doors import RoughDoor, RoughPtyDoor, RoughSocketDoor

_SEED: Final = 7
_NO_PROGRESS_S: Final = 1.5
_CHUNK: Final = 4096
_DEVICE: Final = "conformance-1"
_PIN: Final = "gpio:17"


class CarriesNoBytes(RuntimeError):
    """A device behind a folder or on a pin was to be silenced or to talk nonsense; it can only be unplugged."""

    def __init__(self) -> None:
        super().__init__("this device carries no bytes: check it over pty or tcp, or only unplug and replug it")


def counterpart_of(driver: str) -> SimulatedCounterpart | None:
    """The other side of one driver; None where there is no simulator for it."""
    traits = TRAITS.get(driver, Traits())
    if driver in PIN_KINDS:
        return SimulatedCounterpart(None, replace(traits, options={"pin": _PIN, **traits.options}), ("pins",), driver)

    def make(device_id: str) -> Device:
        options = {**traits.options, **traits.device_options}
        return make_device(
            DevicePart(id=device_id, driver=driver, port="pty:", address=traits.address, window=1, options=options),
            _SEED,
        )

    try:
        made = make(_DEVICE)
    except UnknownDevice:
        return None
    if hasattr(made, "fill"):
        return SimulatedCounterpart(make, traits, ("file",), driver)
    return SimulatedCounterpart(make, traits, ("tcp",) if driver in NETWORK_DRIVERS else ("pty", "tcp"), driver)


class SimulatedCounterpart:
    """How one simulated device is put on a line. Another vendor's package builds its own with ``make``, a function of
    the device's id, and its `Traits`."""

    def __init__(
        self,
        make: Callable[[str], Device] | None,
        traits: Traits,
        transports: tuple[str, ...] = ("pty", "tcp"),
        driver: str = "",
    ) -> None:
        self.transports = transports
        self.address = traits.address
        self.options = traits.options
        self.answers = traits.answers
        self.refuses = bool(traits.refuse)
        self.reports = tuple(reports for _, reports, _ in traits.provoke)
        self._make = make
        self._driver = driver
        self._traits = traits

    def open(self, transport: str, folder: Path) -> LineConnection | PinConnection:
        """A fresh device behind a fresh line."""
        if self._make is None:
            part = DevicePart(id=_DEVICE, driver=self._driver, port=_PIN, options=dict(self._traits.options))
            return PinConnection(part, self._traits)
        device, link = self._make(_DEVICE), folder / "dev" / _DEVICE
        if transport == "file":
            return LineConnection(device, self._traits, FolderDoor(link, cast(Any, device).fill))
        return LineConnection(device, self._traits, RoughPtyDoor(link) if transport == "pty" else RoughSocketDoor())


class _Acting:
    """What people and fate do with the device, whatever it hangs on."""

    def __init__(self, device: Device, lock: contextlib.AbstractContextManager[Any], traits: Traits) -> None:
        self.device = device
        self._lock = lock
        self._traits = traits

    def did(self) -> object:
        with self._lock:
            shown = self.device.show()
        return {key: value for key, value in shown.items() if key not in PASSING | self._traits.passing}

    def provoke(self, turn: int) -> tuple[str, ...]:
        deeds, _, secrets = self._traits.provoke[turn]
        self._do(deeds)
        return secrets

    def refuse(self) -> None:
        self._do(self._traits.refuse)

    def _do(self, deeds: tuple[Deed, ...]) -> None:
        with self._lock:
            for action, arguments in deeds:
                self.device.do(action, arguments)


class LineConnection(_Acting):
    """One simulated device alone on a line of bytes, or behind a folder in the place of a device file."""

    def __init__(self, device: Device, traits: Traits, door: RoughDoor | FolderDoor) -> None:
        self._line = Line(device.id, door)
        self._door = door
        super().__init__(device, self._line.lock, traits)
        self._line.join(self.device)
        self._line.open()

    @property
    def port(self) -> str:
        return self._door.port

    def close(self) -> None:
        self._line.close()

    def unplug(self) -> None:
        self._line.unplug(None)

    def replug(self, *, another_tty: bool = False) -> None:
        self._line.replug(None, another_tty=another_tty)

    def silence(self, on: bool) -> None:
        if on:
            self._line.silence(None)
        else:
            self._line.clear_faults(None)

    def noise(self, data: bytes, limit_s: float) -> int:
        sent, deadline_s = 0, time.monotonic() + limit_s
        moved_s = time.monotonic()
        while sent < len(data) and time.monotonic() < min(deadline_s, moved_s + _NO_PROGRESS_S):
            with self._lock:
                taken = self._rough.put_noise(data[sent : sent + _CHUNK])
            if taken:
                sent, moved_s = sent + taken, time.monotonic()
            else:
                time.sleep(0.002)
        return sent

    def pieces(self, size: int | None) -> None:
        with self._lock:
            self._rough.piece = size

    def glue(self, on: bool) -> None:
        with self._lock:
            self._rough.gluing = on

    def halve(self, on: bool) -> None:
        with self._lock:
            self._rough.halving = on

    @property
    def _rough(self) -> RoughDoor:
        if isinstance(self._door, FolderDoor):
            raise CarriesNoBytes
        return self._door


class PinConnection(_Acting):
    """One simulated button or contact on a board of pins, which carry no bytes."""

    def __init__(self, part: DevicePart, traits: Traits) -> None:
        self._board = PinBoard()
        self._board.place(part, PIN_KINDS[part.driver])
        super().__init__(self._board.tap(part.id).device, self._board.lock, traits)
        self._board.open()

    @property
    def port(self) -> str:
        return self._board.url

    def close(self) -> None:
        self._board.close()

    def unplug(self) -> None:
        self._board.unplug(None)

    def replug(self, *, another_tty: bool = False) -> None:
        self._board.replug(None)

    def silence(self, on: bool) -> None:
        raise CarriesNoBytes

    def noise(self, data: bytes, limit_s: float) -> int:
        raise CarriesNoBytes

    def pieces(self, size: int | None) -> None:
        raise CarriesNoBytes

    def glue(self, on: bool) -> None:
        raise CarriesNoBytes

    def halve(self, on: bool) -> None:
        raise CarriesNoBytes
