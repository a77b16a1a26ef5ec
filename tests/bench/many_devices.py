"""Twenty-four serial devices at work, each on a pseudo-terminal of its own with bytes at the line's speed; and how long
a device takes from its power or its plug to ``ready``.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Final

import tomlkit

from drivers.driver import Report
from drivers.unit import Moved
from edge.devices import Devices
from hall_config.load import read_hall_file
from tests.bench.bus import simulated
from tests.bench.figures import Figure, spread
from tests.journeys.house import Hall
from tests.parts import Mosquitto, wait_for

SECONDS: Final = 60
ROUNDS: Final = 5
KINDS: Final = {"onbon-bx-sign": 9, "ff68-terminal": 9, "sam-id-card": 2, "escpos-printer": 2, "waveshare-relay": 2}
COMMAND: Final = "make bench ARGS=many-devices"


def measure(folder: Path, _broker: Mosquitto) -> list[Figure]:
    hall = simulated(folder, _file(folder))
    try:
        figures = [*_at_work(hall), *_powered_on(hall)]
    finally:
        hall.simulator.stop()
    return figures


def _file(folder: Path) -> Any:
    devices: list[dict[str, Any]] = []
    for driver, count in KINDS.items():
        for number in range(1, count + 1):
            name = driver.split("-", maxsplit=1)[0]
            place = {"window": number, "address": 1} if driver in ("onbon-bx-sign", "ff68-terminal") else {}
            devices.append({"id": f"{name}-{number}", "driver": driver, "port": "pty:", **place})
    on_bus = [
        {"id": f"shared-{number}", "driver": "onbon-bx-sign", "line": "bus", "address": number, "window": 9}
        for number in (1, 2)
    ]
    return {
        "hall": {"id": "bench-many", "name_zh": "测速大厅", "name_en": "Bench hall"},
        "data": {"folder": str(folder / "data")},
        "service": [{"letter": "A", "name_zh": "咨询", "name_en": "Advice"}],
        "window": [{"number": number, "services": ["A"]} for number in range(1, 10)],
        "line": [{"id": "bus", "port": "pty:", "baud": 9600}],
        "device": devices + on_bus,
    }


def _at_work(hall: Hall) -> list[Figure]:
    """Without the two on the bus: twenty-four lines, twenty-four threads."""
    alone = hall.folder / "alone.toml"
    file: Any = tomlkit.parse(hall.file.read_text(encoding="utf-8"))
    for device in [device for device in file["device"] if "line" in device]:
        file["device"].remove(device)
    alone.write_text(tomlkit.dumps(file), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.devices_at_work", str(alone), str(SECONDS)],
        capture_output=True, text=True, check=True, timeout=SECONDS + 90,
    )  # fmt: skip
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["ready"] == sum(KINDS.values()), found
    assert not found["failed"], found
    return [
        Figure("24 serial devices at work, of one core", round(found["cpu_percent"], 2), "%", command=COMMAND),
        Figure("resident memory of their process", round(found["resident_mb"], 1), "MB", command=COMMAND),
        Figure("orders carried out meanwhile", found["done"], f"in {SECONDS} s", command=COMMAND),
    ]


def _powered_on(hall: Hall) -> list[Figure]:
    ready_s: dict[str, float] = {}
    states: dict[str, str] = {}

    def heard(report: Report) -> None:
        if isinstance(report, Moved):
            states[report.device] = report.state.value
            if report.state.value == "ready":
                ready_s[report.device] = time.monotonic()

    file = read_hall_file(hall.file)
    devices = Devices(file, heard, lambda: 0)
    devices.start()
    wait_for(lambda: list(states.values()).count("ready") == len(file.device), "all ready", 60)
    plugs = [_round(hall, name, states, ready_s, whole=True) for name in _one_of_each() for _ in range(ROUNDS)]
    powers = [_round(hall, "shared-2", states, ready_s, whole=False) for _ in range(ROUNDS)]
    devices.stop()
    return [
        spread("plug put in again to ready, five kinds", plugs, COMMAND),
        spread("power of one of a bus back to ready", powers, COMMAND),
    ]


def _one_of_each() -> list[str]:
    return [f"{driver.split('-', maxsplit=1)[0]}-1" for driver in KINDS]


def _round(hall: Hall, device: str, states: dict[str, str], ready_s: dict[str, float], *, whole: bool) -> float:
    """Milliseconds from the plug's or the power's return to ``ready``; it was away until it was noticed."""
    hall.do(device, "unplug", whole_line=whole)
    wait_for(lambda: states[device] != "ready", f"{device} missed", 60)
    time.sleep(3.0)  # long enough for the line to have begun to ask rarely
    begun_s = time.monotonic()
    hall.do(device, "replug", whole_line=whole)
    wait_for(lambda: ready_s[device] > begun_s, f"{device} ready", 60)
    return (ready_s[device] - begun_s) * 1000
