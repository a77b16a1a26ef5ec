"""A real RS-485 line in small: simulated boards behind one port, and one line with a driver for each."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from drivers.driver import Driver, Manifest, Order, Report
from drivers.lifecycle import State
from drivers.line import Line
from drivers.modbus_bus import open_channel
from drivers.unit import Moved
from hall_config.models import HallFile
from simulators.device import Device
from simulators.host import Host


def manifest(name: str) -> Manifest:
    (point,) = entry_points(group="legal_hall.drivers", name=name)
    found: Manifest = point.load()
    return found


def hall_file(devices: list[dict[str, Any]], port: str = "pty:", **parts: Any) -> HallFile:
    """A hall whose devices all hang on the line ``bus``."""
    return HallFile.model_validate(
        {
            "hall": {"id": "test-hall", "name_zh": "测试", "name_en": "Test"},
            "service": [{"letter": "A", "name_zh": "咨询", "name_en": "Advice"}],
            "window": [{"number": 3, "services": ["A"]}],
            "line": [{"id": "bus", "port": port}],
            "device": [{"line": "bus", **device} for device in devices],
            **parts,
        }
    )


class ModbusHall:
    """``devices``: id, driver, address and options of each. Simulated boards run at once, the line on demand."""

    def __init__(self, folder: Path, devices: list[dict[str, Any]], port: str = "pty:", **parts: Any) -> None:
        self.file = hall_file(devices, port, **parts)
        self.host = Host(self.file, folder)
        self.host.open()
        self.reports: list[Report] = []
        self.changed = threading.Condition()
        self.line: Line | None = None

    @property
    def port(self) -> str:
        return self.host.lines["bus"].door.port

    def start(self) -> None:
        drivers: list[Driver[Any]] = [
            manifest(part.driver).build(
                part.id, self.heard, address=part.address, baud=9600, options=dict(part.options)
            )
            for part in self.file.device
        ]
        self.line = Line("bus", lambda: open_channel(self.port, 9600), drivers, self.heard)
        self.line.start()

    def stop(self) -> None:
        if self.line is not None:
            self.line.stop()
        self.host.close()

    def heard(self, report: Report) -> None:
        with self.changed:
            self.reports.append(report)
            self.changed.notify_all()

    def submit(self, order: Order) -> None:
        assert self.line is not None
        self.line.submit(order)

    def simulated(self, device: str) -> Any:
        return self.host.stations[device].device

    def do(self, device: str, action: str, **arguments: Any) -> None:
        with self.host.stations[device].held() as held:
            held.do(action, arguments)

    def shows(self, device: str) -> dict[str, Any]:
        with self.host.stations[device].held() as held:
            return held.show()

    def silence(self, device: str) -> None:
        station = self.host.stations[device]
        station.line.silence(station.tap)

    def state(self, device: str) -> tuple[State, str] | None:
        moved = [report for report in self.reports if isinstance(report, Moved) and report.device == device]
        return (moved[-1].state, moved[-1].reason) if moved else None

    def wait_for(self, condition: Callable[[], object], what: str = "") -> None:
        deadline_s = time.monotonic() + 30
        with self.changed:
            while not condition():
                assert time.monotonic() < deadline_s, (what, self.reports[-20:])
                self.changed.wait(0.02)

    def settled(self, *devices: str) -> None:
        """Their boards have been read often enough that what moves from now on has moved."""
        self.ready(*devices)
        for device in devices:
            before = self.shows(device)["frames"]
            self.wait_for(lambda device=device, before=before: self.shows(device)["frames"] >= before + 4, device)  # type: ignore[misc]

    def ready(self, *devices: str) -> None:
        for device in devices:
            self.wait_for(lambda device=device: (self.state(device) or ("",))[0] is State.READY, device)  # type: ignore[misc]


def everything_shown(devices: list[Device]) -> list[dict[str, Any]]:
    """What the devices show, without the counters of what they heard."""
    counters = ("frames", "answers", "refusals", "dropped_bytes")
    return [{key: value for key, value in one.show().items() if key not in counters} for one in devices]
