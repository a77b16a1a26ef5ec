"""The devices of a hall: one line in the table for each driver, and the lines that the hall file describes.

Knows which driver a name means and which devices share a port. Must not know what any device says.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from drivers import call_terminal, hall_inputs, id_card_reader, led_sign, speaker, ticket_printer, zone_relay
from drivers.driver import Channel, Driver, Manifest, Order, Tell
from drivers.line import Line
from drivers.unit import Moved
from edge.hall_door import DeviceHealth
from edge.outputs import Places
from hall.wire import DeviceInventory
from hall_config.models import DevicePart, HallFile

DRIVERS: Final[Mapping[str, Manifest]] = {
    manifest.name: manifest
    for manifest in (
        id_card_reader.MANIFEST,
        ticket_printer.MANIFEST,
        led_sign.MANIFEST,
        call_terminal.MANIFEST,
        zone_relay.MANIFEST,
        speaker.MANIFEST,
        hall_inputs.BUTTON,
        hall_inputs.CONTACT,
    )
}
_PINS: Final = "gpio"
_STOP_S: Final = 2.5


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
        self._lines = self._build_lines()
        self._line_of = {device.id: self._lines[_port_of(device, file).name] for device in file.device}

    def start(self) -> None:
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
        self._line_of[order.device].submit(order)

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
        on_port: dict[str, list[DevicePart]] = defaultdict(list)
        for device in self._file.device:
            port = _port_of(device, self._file)
            ports[port.name] = port
            on_port[port.name].append(device)
        return {name: self._line(port, on_port[name]) for name, port in ports.items()}

    def _line(self, port: _Port, devices: list[DevicePart]) -> Line:
        manifest = DRIVERS[devices[0].driver]

        def open_channel() -> Channel:
            return manifest.open_channel(port.url, port.baud)

        return Line(port.name, open_channel, [self._driver(device, port) for device in devices], self._heard)

    def _driver(self, device: DevicePart, port: _Port) -> Driver[Any]:
        options = dict(device.options)
        if device.port is not None and device.port.startswith("gpio:"):
            options["pin"] = device.port
        manifest = DRIVERS[device.driver]
        return manifest.build(device.id, self._heard, address=device.address, baud=port.baud, options=options)


def _port_of(device: DevicePart, file: HallFile) -> _Port:
    """Where a device hangs: on a shared line, on the pins (all of them are one line), or on a port of its own."""
    default_baud = DRIVERS[device.driver].default_baud
    if device.line is not None:
        line = next(line for line in file.line if line.id == device.line)
        return _Port(line.id, line.port, line.baud)
    assert device.port is not None
    if device.port.startswith("gpio:"):
        return _Port(_PINS, file.gpio.pins, 0)
    return _Port(device.id, device.port, device.baud or default_baud)


def places_of(file: HallFile) -> Places:
    """Which devices stand at which window."""
    signs: dict[int, tuple[str, ...]] = {}
    terminals: dict[int, tuple[str, ...]] = {}
    for device in file.device:
        if device.window is not None and device.driver == led_sign.MANIFEST.name:
            signs[device.window] = (*signs.get(device.window, ()), device.id)
        if device.window is not None and device.driver == call_terminal.MANIFEST.name:
            terminals[device.window] = (*terminals.get(device.window, ()), device.id)
    printers = ids_of(file, ticket_printer.MANIFEST.name)
    lamps = frozenset(device.id for device in file.device if "lamp" in device.options)
    return Places(signs, terminals, printers, lamps)


def ids_of(file: HallFile, driver: str) -> tuple[str, ...]:
    """The devices that a driver serves."""
    return tuple(device.id for device in file.device if device.driver == driver)


def inventory(file: HallFile) -> tuple[DeviceInventory, ...]:
    """What central learns of the devices."""
    return tuple(
        DeviceInventory(
            device.id,
            device.driver,
            device.driver,
            DRIVERS[device.driver].version,
            device.window,
            DRIVERS[device.driver].capabilities,
        )
        for device in file.device
    )
