"""Again and again the plugs of all devices of a hall are pulled and put in again: nothing is left over.

Sixteen rounds by themselves, a hundred and more with ``PLUG_ROUNDS=100`` in the environment (docs/performance.md).
The devices are simulated in a process of their own, the lines and drivers run in this one, so that its threads, open
files and memory are theirs. Half of the rounds come back as another tty. A projector is not among them: it is asked on
a connection of its own every ten seconds and has no plug that anybody could see.
"""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import tomlkit

from drivers.driver import Report
from drivers.unit import Moved
from edge.devices import Devices
from hall_config.load import read_hall_file
from hall_config.logs import quiet_logs
from tests.journeys.house import DEMO_FILE, Client, Program
from tests.parts import free_port, wait_for

ROUNDS: Final = int(os.environ.get("PLUG_ROUNDS", "16"))
SETTLED: Final = 8  # after so many rounds every cache is full that will ever be
MOST_MB: Final = 4.0
_MORE: Final = (
    {"id": "code-reader", "driver": "newland-code-reader", "port": "pty:"},
    {"id": "strip", "driver": "a090-sign", "port": "pty:", "address": 1, "window": 1},
    {"id": "lumen", "driver": "lumen-cpower-sign", "port": "pty:", "address": 1, "window": 1},
    {"id": "inputs", "driver": "modbus-inputs", "port": "pty:", "address": 1},
)


class Plugs:
    """All devices of a hall behind their plugs, and where each is in its life."""

    def __init__(self, folder: Path) -> None:
        file: Any = tomlkit.parse(DEMO_FILE.read_text(encoding="utf-8"))
        file["data"] = {"folder": str(folder / "data")}
        for device in _MORE:
            file["device"].append(device)
        asked, ready, control = folder / "asked.toml", folder / "hall.toml", free_port()
        asked.write_text(tomlkit.dumps(file), encoding="utf-8")
        simulate = ["simulate", "--config", str(asked), "--control", str(control), "--write", str(ready)]
        self.simulator = Program([*simulate, "--run", str(folder / "run")], folder / "simulator.log")
        self.simulator.start()
        self.client = Client(f"http://127.0.0.1:{control}")
        wait_for(self.client.ready, "the simulated devices", 30)
        self.hall = read_hall_file(ready)
        self.states: dict[str, str] = {}
        self.devices = Devices(self.hall, self.heard, lambda: 0)
        self.devices.start()
        self.all_ready()

    def heard(self, report: Report) -> None:
        if isinstance(report, Moved):
            self.states[report.device] = report.state.value

    def all_ready(self) -> None:
        names = {device.id for device in self.hall.device}
        wait_for(lambda: {name for name in names if self.states.get(name) == "ready"} == names, "all ready", 40)

    def one_of_each_line(self) -> list[str]:
        """Who pulls the plug of his line pulls it for all that hang on it; pins are one by one."""
        found: dict[str, str] = {}
        for device in self.hall.device:
            found.setdefault(device.line or device.id, device.id)
        return list(found.values())

    def round(self, *, another_tty: bool) -> None:
        plugs = self.one_of_each_line()
        for device in plugs:
            self._do(device, "unplug", whole_line=True)
        wait_for(lambda: all(self.states[device] != "ready" for device in plugs), "all plugs missed", 40)
        for device in plugs:
            port = next(one.port or "pty" for one in self.hall.device if one.id == device)
            more = {"another_tty": True} if another_tty and "://" not in port and "gpio" not in port else {}
            self._do(device, "replug", whole_line=True, **more)
        self.all_ready()

    def _do(self, device: str, action: str, **arguments: Any) -> None:
        status, answer = self.client.post(f"/sim/devices/{device}/do", {"action": action, **arguments})
        assert status == 200, answer

    def close(self) -> None:
        self.devices.stop()
        self.simulator.stop()


@pytest.fixture
def plugs(tmp_path: Path) -> Iterator[Plugs]:
    with quiet_logs():  # pytest keeps every line in memory, and that is what this test measures
        built = Plugs(tmp_path)
        yield built
        built.close()


def left() -> tuple[int, int]:
    return threading.active_count(), len(os.listdir("/proc/self/fd"))


def resident_mb() -> float:
    gc.collect()
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_many_rounds_leave_nothing_over(plugs: Plugs) -> None:
    at_first, settled_mb = left(), 0.0
    for number in range(ROUNDS):
        plugs.round(another_tty=number % 2 == 1)
        if number + 1 == SETTLED:
            settled_mb = resident_mb()
    grown_mb = resident_mb() - settled_mb
    wait_for(lambda: left() == at_first, f"threads and files as at first: {at_first}, now {left()}")
    assert grown_mb < MOST_MB
