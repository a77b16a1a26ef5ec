"""The devices of a hall: the lines that the hall file describes, each with the drivers of its devices.

Knows which devices share a port. Must not know what any device says, nor which drivers there are.
A device whose driver cannot be used stands quarantined with its reason; the others work. When the file changes, only
those lines end and begin anew on which something changed; the others notice nothing. After a loss only orders that
their driver names as repeatable are put back.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

import structlog

from drivers.driver import Channel, Driver, Order, OrderFailed, Tell
from drivers.errors import PortLost
from drivers.kind import Kind
from drivers.kinds.printer import PaperLow
from drivers.lifecycle import State
from drivers.line import Line
from drivers.line_watch import LineWatch
from drivers.unit import Moved
from edge.driver_registry import BrokenDriver, build_driver, kind_of, manifest_of
from edge.hall_door import DeviceHealth
from edge.outputs import Places
from hall.wire import DeviceInventory
from hall_config.models import DevicePart, HallFile

PAPER: Final = "paper_low"  # a printer's counter: 1 while its roll comes to its end
_PINS: Final = "gpio"
_STOP_S: Final = 2.5

DeviceNews = Moved | PaperLow
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Port:
    name: str
    url: str
    baud: int


@dataclass(frozen=True, slots=True)
class _Bus:
    """One line as the file describes it; lines with equal ones need not be built anew."""

    port: _Port
    members: tuple[DevicePart, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """What a changed file did to the devices, by their ids; ``restarted`` are those that begin anew."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    restarted: tuple[str, ...] = ()


class Devices:
    """All lines of one hall, and what is known of each device. ``heard`` gets every report."""

    def __init__(self, file: HallFile, heard: Tell, wall_ms: Callable[[], int]) -> None:
        self._heard = heard
        self._wall_ms = wall_ms
        self._lock = threading.Lock()
        self._health = {device.id: self._unknown(device) for device in file.device}
        self._broken: dict[str, str] = {}  # device: why its driver cannot be used
        self._line_of: dict[str, Line] = {}
        self._repeatable: dict[str, frozenset[str]] = {}
        self._buses = self._buses_of(file)
        self._lines = self._lines_for(self._buses)
        self._watch = LineWatch(lambda: tuple(self._lines.values()))

    def start(self) -> None:
        self._tell_broken(self._broken)
        for line in self._lines.values():
            line.start()
        self._watch.start()

    def stop(self) -> None:
        self._watch.stop()
        _stop_together(self._lines.values())

    def submit(self, order: Order) -> None:
        line = self._line_of.get(order.device)
        if line is not None:
            line.submit(order)
        elif (why := self._broken.get(order.device)) is not None:
            self._heard(OrderFailed(order.device, order, "driver_broken", why))
        else:
            self._heard(OrderFailed(order.device, order, "no_device", "it was taken out, or is just beginning anew"))

    def put_back(self, order: Order) -> None:
        """What a device should show or do now, after it was away: only what may be given twice and acts once.

        A gate that was to be pulsed before the loss is not pulsed after it: whoever stood there has left.
        """
        if type(order).__name__ in self._repeatable.get(order.device, frozenset()):
            self.submit(order)
        else:
            log.info("order.not_put_back", device=order.device, order=type(order).__name__)

    def follow(self, file: HallFile) -> Changes:
        """Make the lines those of ``file``; lines whose part is as before keep thread, port and state."""
        before, self._broken = dict(self._broken), {}
        buses = self._buses_of(file)
        changed = {name for name in {*buses, *self._buses} if buses.get(name) != self._buses.get(name)}
        ended = [self._lines.pop(name) for name in changed if name in self._lines]
        self._line_of = {device: line for device, line in self._line_of.items() if line not in ended}
        _stop_together(ended)
        known, parts = set(self._health), {device.id: device for device in file.device}
        for device in known - set(parts):
            self._heard(Moved(device, State.DISABLED, "removed", {}))
        with self._lock:
            self._health = {
                device.id: replace(kept, driver=device.driver, window=device.window)
                if (kept := self._health.get(device.id)) is not None
                else self._unknown(device)
                for device in file.device
            }
        self._buses = buses
        for bus in (bus for name, bus in buses.items() if name not in changed):
            self._broken |= {device.id: before[device.id] for device in bus.members if device.id in before}
        fresh = self._lines_for({name: bus for name, bus in buses.items() if name in changed})
        self._lines |= fresh
        self._tell_broken({device: why for device, why in self._broken.items() if before.get(device) != why})
        for line in fresh.values():
            line.start()
        begun = [device.id for name in sorted(fresh) for device in buses[name].members]
        return Changes(
            tuple(sorted(set(parts) - known)),
            tuple(sorted(known - set(parts))),
            tuple(device for device in begun if device in known),
        )

    def health(self) -> tuple[DeviceHealth, ...]:
        with self._lock:
            return tuple(self._health.values())

    def moved(self, report: DeviceNews) -> DeviceHealth | None:
        """Note a device's new state or its paper; returns what is now known of it, None of a device that is no more."""
        with self._lock:
            before = self._health.get(report.device)
            if before is None:
                return None
            paper = {name: count for name, count in before.counters.items() if name == PAPER}
            if isinstance(report, PaperLow):
                after = replace(before, counters={**before.counters, PAPER: int(report.low)})
                self._health[report.device] = after
                return after
            same = before.state == report.state.value
            after = DeviceHealth(
                before.id,
                before.driver,
                report.state.value,
                report.reason,
                before.since_wall_ms if same else self._wall_ms(),
                before.window,
                {**paper, **report.counters},
            )
            self._health[report.device] = after
            return after

    def _unknown(self, device: DevicePart) -> DeviceHealth:
        return DeviceHealth(device.id, device.driver, "absent", "", self._wall_ms(), device.window, {})

    def _tell_broken(self, broken: Mapping[str, str]) -> None:
        for device, reason in broken.items():
            log.error("device.driver_broken", device=device, reason=reason)
            self._heard(Moved(device, State.QUARANTINED, reason, {}))

    def _buses_of(self, file: HallFile) -> dict[str, _Bus]:
        ports: dict[str, _Port] = {}
        members: dict[str, list[DevicePart]] = defaultdict(list)
        for device in file.device:
            try:
                port = _port_of(device, file)
            except BrokenDriver as problem:
                self._broken[device.id] = str(problem)
                continue
            ports[port.name] = port
            # what people call it is no reason to begin anew
            members[port.name].append(device.model_copy(update={"name_zh": "", "name_en": ""}))
        return {name: _Bus(port, tuple(members[name])) for name, port in ports.items()}

    def _lines_for(self, buses: Mapping[str, _Bus]) -> dict[str, Line]:
        return {name: line for name, bus in buses.items() if (line := self._line(bus)) is not None}

    def _line(self, bus: _Bus) -> Line | None:
        """None when no driver on it can be used."""
        drivers: list[Driver[Any]] = []
        for device in bus.members:
            try:
                drivers.append(self._driver(device, bus.port))
            except BrokenDriver as problem:
                self._broken[device.id] = str(problem)
                continue
            self._repeatable[device.id] = manifest_of(device.driver).repeatable
        if not drivers:
            return None
        open_port = partial(_open, bus)
        line = Line(bus.port.name, open_port, drivers, self._heard, baud=bus.port.baud, repeatable=self._repeatable)
        self._line_of = {**self._line_of, **{driver.device: line for driver in drivers}}
        return line

    def _driver(self, device: DevicePart, port: _Port) -> Driver[Any]:
        try:
            return build_driver(device, self._heard, baud=port.baud)
        except ValueError as problem:
            raise BrokenDriver(f"{device.driver} cannot be built: {problem}") from problem


def _open(bus: _Bus) -> Channel:
    """All drivers on one port open it alike; the first one that can be used does it."""
    for device in bus.members:
        try:
            return manifest_of(device.driver).open_channel(bus.port.url, bus.port.baud)
        except BrokenDriver:
            continue
    raise PortLost(f"{bus.port.name}: none of its drivers can be used")


def _stop_together(lines: Collection[Line]) -> None:
    """All at once: a silent device keeps its line for seconds, and there may be many."""
    for line in lines:
        line.end()
    deadline_s = time.monotonic() + _STOP_S
    for line in lines:
        line.stop(max(0.1, deadline_s - time.monotonic()))


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
    evaluators, displays = (
        {window: tuple(one for one in found if one in able) for window, found in terminals.items()}
        for able in (able_ids(file, "evaluator"), able_ids(file, "numbers"))
    )
    mute = frozenset(one for found in terminals.values() for one in found) - able_ids(file, "beep")
    return Places(_by_window(file, Kind.SIGN), displays, evaluators, ids_of(file, Kind.PRINTER), lamps, mute)


def able_ids(file: HallFile, capability: str) -> frozenset[str]:
    """The devices whose drivers can do this."""
    found = set()
    for device in file.device:
        with contextlib.suppress(BrokenDriver):
            if capability in manifest_of(device.driver).capabilities:
                found.add(device.id)
    return frozenset(found)


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
