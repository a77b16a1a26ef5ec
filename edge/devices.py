"""The devices of a hall: the lines that the hall file describes, each with the drivers of its devices.

Knows which devices share a port. Must not know what any device says, nor which drivers there are.
A device whose driver cannot be used stands quarantined with its reason; the others work.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import structlog

from drivers.driver import Channel, Driver, Order, OrderFailed, Tell
from drivers.kind import Kind
from drivers.lifecycle import State
from drivers.line import Line
from drivers.unit import Moved
from edge.driver_registry import BrokenDriver, kind_of, manifest_of
from edge.hall_door import DeviceHealth
from edge.outputs import Places
from hall.wire import DeviceInventory
from hall_config.models import DevicePart, HallFile

_PINS: Final = "gpio"
_STOP_S: Final = 2.5

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Port:
    name: str
    url: str
    baud: int


class Devices:
    """All lines of one hall, and what is known of each device. ``heard`` gets every report."""

    def __init__(self, file: HallFile, heard: Tell, wall_ms: Callable[[], int]) -> None:
        self._file = file
        self._heard = heard
        self._wall_ms = wall_ms
        self._lock = threading.Lock()
        self._health = {
            device.id: DeviceHealth(device.id, device.driver, "absent", "", wall_ms(), device.window, {})
            for device in file.device
        }
        self._broken: dict[str, str] = {}  # device: why its driver cannot be used
        self._line_of: dict[str, Line] = {}
        self._lines = self._build_lines()

    def start(self) -> None:
        for device, reason in self._broken.items():
            log.error("device.driver_broken", device=device, reason=reason)
            self._heard(Moved(device, State.QUARANTINED, reason, {}))
        for line in self._lines.values():
            line.start()

    def stop(self) -> None:
        """All lines at once: a silent device keeps its line for seconds, and there may be many."""
        for line in self._lines.values():
            line.end()
        deadline_s = time.monotonic() + _STOP_S
        for line in self._lines.values():
            line.stop(max(0.1, deadline_s - time.monotonic()))

    def submit(self, order: Order) -> None:
        line = self._line_of.get(order.device)
        if line is None:
            self._heard(OrderFailed(order.device, order, "driver_broken", self._broken[order.device]))
        else:
            line.submit(order)

    def health(self) -> tuple[DeviceHealth, ...]:
        with self._lock:
            return tuple(self._health.values())

    def moved(self, report: Moved) -> DeviceHealth:
        """Note a device's new state; returns what is now known of it."""
        with self._lock:
            before = self._health[report.device]
            same = before.state == report.state.value
            after = DeviceHealth(
                before.id,
                before.driver,
                report.state.value,
                report.reason,
                before.since_wall_ms if same else self._wall_ms(),
                before.window,
                report.counters,
            )
            self._health[report.device] = after
            return after

    def _build_lines(self) -> dict[str, Line]:
        ports: dict[str, _Port] = {}
        on_port: dict[str, list[tuple[DevicePart, Driver[Any]]]] = defaultdict(list)
        for device in self._file.device:
            try:
                port = _port_of(device, self._file)
                driver = self._driver(device, port)
            except BrokenDriver as problem:
                self._broken[device.id] = str(problem)
                continue
            ports[port.name] = port
            on_port[port.name].append((device, driver))
        return {name: self._line(port, on_port[name]) for name, port in ports.items()}

    def _line(self, port: _Port, members: list[tuple[DevicePart, Driver[Any]]]) -> Line:
        manifest = manifest_of(members[0][0].driver)

        def open_channel() -> Channel:
            return manifest.open_channel(port.url, port.baud)

        repeatable = {device.id: manifest_of(device.driver).repeatable for device, _ in members}
        drivers = [driver for _, driver in members]
        line = Line(port.name, open_channel, drivers, self._heard, baud=port.baud, repeatable=repeatable)
        self._line_of |= {device.id: line for device, _ in members}
        return line

    def _driver(self, device: DevicePart, port: _Port) -> Driver[Any]:
        options = dict(device.options)
        if device.port is not None and device.port.startswith("gpio:"):
            options["pin"] = device.port
        manifest = manifest_of(device.driver)
        try:
            return manifest.build(device.id, self._heard, address=device.address, baud=port.baud, options=options)
        except Exception as problem:
            log.exception("driver.not_built", device=device.id, driver=device.driver)
            raise BrokenDriver(f"{device.driver} cannot be built: {problem}") from problem


def _port_of(device: DevicePart, file: HallFile) -> _Port:
    """Where a device hangs: on a shared line, on the pins (all of them are one line), or on a port of its own."""
    if device.line is not None:
        line = next(line for line in file.line if line.id == device.line)
        return _Port(line.id, line.port, line.baud)
    assert device.port is not None
    if device.port.startswith("gpio:"):
        return _Port(_PINS, file.gpio.pins, 0)
    return _Port(device.id, device.port, device.baud or manifest_of(device.driver).default_baud)


def places_of(file: HallFile) -> Places:
    """Which devices stand at which window."""
    lamps = frozenset(device.id for device in file.device if "lamp" in device.options)
    terminals = _by_window(file, Kind.CALL_TERMINAL)
    rated = frozenset(device.id for device in file.device if _has_evaluator(device))
    evaluators = {window: tuple(sorted(rated.intersection(found))) for window, found in terminals.items()}
    return Places(_by_window(file, Kind.SIGN), terminals, evaluators, ids_of(file, Kind.PRINTER), lamps)


def _has_evaluator(device: DevicePart) -> bool:
    try:
        return "evaluator" in manifest_of(device.driver).capabilities
    except BrokenDriver:
        return False


def _by_window(file: HallFile, kind: Kind) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    for device in file.device:
        if device.window is not None and kind_of(device) is kind:
            found[device.window] = (*found.get(device.window, ()), device.id)
    return found


def ids_of(file: HallFile, kind: Kind) -> tuple[str, ...]:
    """The devices of a kind, in the order of the file."""
    return tuple(device.id for device in file.device if kind_of(device) is kind)


def inventory(file: HallFile) -> tuple[DeviceInventory, ...]:
    """What central learns of the devices."""
    return tuple(_inventory(device) for device in file.device)


def _inventory(device: DevicePart) -> DeviceInventory:
    try:
        manifest = manifest_of(device.driver)
    except BrokenDriver:
        return DeviceInventory(device.id, device.driver, device.driver, "", device.window, ())
    return DeviceInventory(
        device.id, device.driver, device.driver, manifest.version, device.window, manifest.capabilities
    )
