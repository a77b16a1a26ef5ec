"""The simulated devices as the other side of the conformance checks: one line of `TRAITS` for each driver.

The checks ask by the entry point group ``legal_hall.counterparts`` (`counterpart_of`); nothing here imports a driver.
A driver that `simulators.registry` knows and that has no line here gets a device that is asked and never speaks first.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from hall_config.models import DevicePart
from simulators.device import Device
from simulators.line import Line
from simulators.people import person
from simulators.pin_board import PinBoard
from simulators.registry import NETWORK_DRIVERS, PIN_KINDS, UnknownDevice, make_device
from simulators.rough_doors import RoughDoor, RoughPtyDoor, RoughSocketDoor

Deed = tuple[str, Mapping[str, Any]]

_SEED: Final = 7
_NO_PROGRESS_S: Final = 1.5
_CHUNK: Final = 4096
_DEVICE: Final = "conformance-1"
_PIN: Final = "gpio:17"
# What a device shows of its line and its moment, not of what it did.
_PASSING: Final = frozenset({
    "counters", "frames", "answers", "refusals", "dropped_bytes", "broken", "foreign", "unknown_commands",
    "visible", "rows", "lit", "moving", "waiting_bytes", "lost_bytes", "answer", "faults_waiting",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Traits:
    """What must be known of a simulated device to check the driver on its other side.

    ``provoke``: deeds that make it report, with the number of reports and what of them is secret.
    """

    provoke: tuple[tuple[tuple[Deed, ...], int, tuple[str, ...]], ...] = ()
    refuse: tuple[Deed, ...] = ()
    answers: bool = True
    address: int | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    device_options: Mapping[str, Any] = field(default_factory=dict)
    passing: frozenset[str] = frozenset()


_PERSON: Final = "adult-2"


def _on_card(name: str) -> tuple[str, ...]:
    found = person(name)
    return () if found is None else tuple(found.fields[key] for key in ("name", "number", "address", "birth"))


def _press(*keys: str) -> tuple[Deed, ...]:
    return (("press", {"keys": list(keys)}),)


TRAITS: Final[Mapping[str, Traits]] = {
    "sam-id-card": Traits(
        provoke=(
            ((("tap_card", {"stay_s": 1.2, "person": _PERSON}),), 2, _on_card(_PERSON)),
            ((("tap_card", {"stay_s": 1.2, "person": "bus-card"}),), 1, ()),
        ),
        refuse=(("answer_fault", {"status": "60", "count": 50}),),
        passing=frozenset({"taps", "reads", "state", "card"}),
    ),
    "escpos-printer": Traits(
        provoke=(((("paper_low", {"on": True}),), 1, ()), ((("paper_low", {"on": False}),), 1, ())),
        refuse=(("paper_out", {}),),
        passing=frozenset({"status"}),
    ),
    "onbon-bx-sign": Traits(refuse=(("answer_error", {"code": 3, "times": 50}),), address=1),
    "lumen-cpower-sign": Traits(refuse=(("answer_error", {"code": 9, "times": 50}),), address=1),
    "a090-sign": Traits(answers=False, address=1),
    "ff68-terminal": Traits(
        provoke=((_press("call"), 1, ()), (_press("9", "0", "8", "1", "7", "confirm"), 1, ("90817",))),
        answers=False,
        address=1,
        passing=frozenset({"typed", "last_key", "evaluator"}),
    ),
    "waveshare-relay": Traits(refuse=(("answer_exception", {"code": 4}),), address=1),
    "speaker": Traits(answers=False, passing=frozenset({"playing", "heard_by_people", "last_zone_open"})),
    "gpio-button": Traits(
        provoke=(((("press", {}),), 1, ()), ((("press", {}),), 1, ())),
        options={"lamp": "gpio:22"},
        passing=frozenset({"pressed", "presses"}),
    ),
    "gpio-contact": Traits(
        provoke=(((("open", {}),), 1, ()), ((("close", {}),), 1, ())), passing=frozenset({"open", "moves"})
    ),
}


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
        make(_DEVICE)
    except UnknownDevice:
        return None
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
        door = RoughPtyDoor(folder / "dev" / _DEVICE) if transport == "pty" else RoughSocketDoor()
        return LineConnection(self._make(_DEVICE), self._traits, door)


class _Acting:
    """What people and fate do with the device, whatever it hangs on."""

    def __init__(self, device: Device, lock: contextlib.AbstractContextManager[Any], traits: Traits) -> None:
        self.device = device
        self._lock = lock
        self._traits = traits

    def did(self) -> object:
        with self._lock:
            shown = self.device.show()
        return {key: value for key, value in shown.items() if key not in _PASSING | self._traits.passing}

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
    """One simulated device alone on a line of bytes."""

    def __init__(self, device: Device, traits: Traits, door: RoughDoor) -> None:
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
                taken = self._door.put_noise(data[sent : sent + _CHUNK])
            if taken:
                sent, moved_s = sent + taken, time.monotonic()
            else:
                time.sleep(0.002)
        return sent

    def pieces(self, size: int | None) -> None:
        with self._lock:
            self._door.piece = size

    def glue(self, on: bool) -> None:
        with self._lock:
            self._door.gluing = on

    def halve_next(self) -> None:
        with self._lock:
            self._door.halve_next = True


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
        raise NotImplementedError(_NO_BYTES)

    def noise(self, data: bytes, limit_s: float) -> int:
        raise NotImplementedError(_NO_BYTES)

    def pieces(self, size: int | None) -> None:
        raise NotImplementedError(_NO_BYTES)

    def glue(self, on: bool) -> None:
        raise NotImplementedError(_NO_BYTES)

    def halve_next(self) -> None:
        raise NotImplementedError(_NO_BYTES)


_NO_BYTES: Final = "a pin carries no bytes"
