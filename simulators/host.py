"""All simulated devices of one hall file, each behind its line, ready for a host to open their ports."""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hall_config.models import DevicePart, HallFile
from simulators.amplifier import wire_amplifier, wire_boards
from simulators.code_reader import SimulatedPlainReader
from simulators.device import Device
from simulators.doors import Door, FolderDoor, PtyDoor, SocketDoor
from simulators.line import Line, Tap
from simulators.pin_board import PinBoard
from simulators.registry import DEFAULT_BAUD, NETWORK_DRIVERS, PIN_KINDS, make_device
from simulators.written_copy import Ports, loopback_number

MakeDevice = Callable[[DevicePart, int], Device]


@dataclass(frozen=True, slots=True)
class Station:
    """One device where it stands: what it is, its line, its place on it."""

    part: DevicePart
    device: Device
    line: Line | PinBoard
    tap: Tap

    @property
    def port(self) -> str:
        """What a host opens to reach it."""
        return self.part.port or "" if isinstance(self.line, PinBoard) else self.line.door.port

    @contextmanager
    def held(self) -> Iterator[Device]:
        """The device, while nobody else touches it."""
        with self.line.lock:
            yield self.device


class Host:
    """Builds every line and device of a hall file; ``open`` makes their ports."""

    def __init__(
        self,
        hall: HallFile,
        folder: Path,
        *,
        earlier: Ports | None = None,
        seed: int = 1,
        paced: bool = False,
        make: MakeDevice = make_device,
    ) -> None:
        self.hall = hall
        self.folder = folder
        self._earlier = earlier or Ports()
        self._seed = seed
        self._paced = paced
        self._make = make
        self.lines: dict[str, Line] = {}
        self.pins: PinBoard | None = None
        self._stations: dict[str, Station] = {}
        for part in hall.device:
            self._stations[part.id] = self._place(part)
        self._passes = self._give_out_passes()
        placed = [station.device for station in self._stations.values()]
        self.amplifier = wire_amplifier(hall, placed)
        wire_boards(placed)

    @property
    def stations(self) -> Mapping[str, Station]:
        return self._stations

    def open(self) -> None:
        """Make every port; if one cannot be made none is left."""
        with contextlib.ExitStack() as undo:
            for line in self.lines.values():
                undo.callback(line.close)
                self._open(line)
            if self.pins is not None:
                undo.callback(self.pins.close)
                self.pins.open()
            undo.pop_all()

    def _open(self, line: Line) -> None:
        try:
            line.open()
        except OSError as problem:
            if problem.errno != errno.EADDRINUSE or not isinstance(line.door, SocketDoor):
                raise
            line.door.move()  # the port of an earlier run went to somebody else meanwhile
            line.open()

    def close(self) -> None:
        """Shut every port and stop every thread."""
        for line in self.lines.values():
            line.close()
        if self.pins is not None:
            self.pins.close()

    def ports(self) -> Ports:
        """The ports as they are now, for the copy of the hall file."""
        shared = {part.id for part in self.hall.line}
        return Ports(
            {line.id: line.door.port for line in self.lines.values() if line.id in shared},
            {one.part.id: one.port for one in self._stations.values() if one.part.port is not None},
            self.pins.url if self.pins is not None else None,
            self._passes,
        )

    def _give_out_passes(self) -> Mapping[str, str]:
        """Where the hall has a gate, phones that show passes, and the lists that make them believed."""
        if not self.hall.gate:
            return {}
        from simulators.pass_office import PassOffice  # cryptography: only for halls with a gate

        office = PassOffice(self.folder, self.hall.hall.id)
        for station in self._stations.values():
            if isinstance(station.device, SimulatedPlainReader):
                station.device.make_pass = office.make
        return office.part()

    def _place(self, part: DevicePart) -> Station:
        if part.driver in PIN_KINDS:
            return self._place_on_pins(part)
        device = self._make(part, self._seed)
        fill = getattr(device, "fill", None)
        if fill is None:
            line = self._line_of(part)
        else:
            line = self.lines[part.id] = Line(part.id, FolderDoor(self.folder / "dev" / part.id, fill))
        return Station(part, device, line, line.join(device))

    def _place_on_pins(self, part: DevicePart) -> Station:
        if self.pins is None:
            self.pins = PinBoard(loopback_number(self._earlier.pins) or loopback_number(self.hall.gpio.pins))
        placed = self.pins.place(part, PIN_KINDS[part.driver])
        return Station(placed, self.pins.tap(part.id).device, self.pins, self.pins.tap(part.id))

    def _line_of(self, part: DevicePart) -> Line:
        if part.line is not None:
            shared = next(line for line in self.hall.line if line.id == part.line)
            if part.line not in self.lines:
                door = self._door(part.line, shared.port, self._earlier.lines.get(part.line), part.driver)
                self.lines[part.line] = Line(part.line, door, baud=shared.baud, paced=self._paced)
            return self.lines[part.line]
        baud = part.baud or DEFAULT_BAUD.get(part.driver, 9600)
        door = self._door(part.id, part.port or "", self._earlier.devices.get(part.id), part.driver)
        paced = self._paced and isinstance(door, PtyDoor)
        line = self.lines[part.id] = Line(part.id, door, baud=baud, paced=paced)
        return line

    def _door(self, name: str, wanted: str, earlier: str | None, driver: str) -> Door:
        if driver in NETWORK_DRIVERS or wanted.startswith(("socket://", "tcp://", "rfc2217://")):
            return SocketDoor(loopback_number(wanted) or loopback_number(earlier))
        return PtyDoor(self.folder / "dev" / name)


def describe(station: Station, *, with_recent: bool = True) -> dict[str, Any]:
    """All that the control channel tells of one device, as JSON values."""
    part, tap = station.part, station.tap
    with station.held() as device:
        described: dict[str, Any] = {
            "id": part.id,
            "kind": device.kind,
            "driver": part.driver,
            "port": station.port,
            "line": part.line,
            "window": part.window,
            "address": part.address,
            "name_zh": part.name_zh,
            "name_en": part.name_en,
            "bytes": tap.activity.counters(),
            "faults": {**station.line.faults.as_json(), **tap.faults.as_json()},
            "shows": device.show(),
        }
        if with_recent:
            described["recent"] = tap.activity.recent()
    return described
