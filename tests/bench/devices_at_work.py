"""Only the lines of a hall file, at work, in a process of their own: what they cost. Prints its figures as JSON.

``python -m tests.bench.devices_at_work hall.toml SECONDS``: a sign's face and a terminal's numbers every five seconds,
a slip every ten, a loudspeaker zone every eight; readers, relays and printers are polled as their drivers wish.
"""

from __future__ import annotations

import json
import random
import sys
import threading
import time
from pathlib import Path
from typing import Final

from drivers.driver import Order, OrderDone, OrderFailed, Report
from drivers.kinds.call_terminal import ShowNumbers
from drivers.kinds.printer import Print
from drivers.kinds.relays import SwitchRelays
from drivers.kinds.sign import ShowText
from drivers.kinds.slip import Text
from drivers.unit import Moved
from edge.devices import Devices
from hall_config.load import read_hall_file

_EVERY_S: Final = {"onbon-bx-sign": 5.0, "ff68-terminal": 5.0, "escpos-printer": 10.0, "waveshare-relay": 8.0}


def main(path: str, seconds: float) -> None:
    file = read_hall_file(path)
    states: dict[str, str] = {}
    ends = {"done": 0, "failed": 0}

    def heard(report: Report) -> None:
        if isinstance(report, Moved):
            states[report.device] = report.state.value
        elif isinstance(report, OrderDone | OrderFailed):
            ends["done" if isinstance(report, OrderDone) else "failed"] += 1

    devices = Devices(file, heard, lambda: 0)
    devices.start()
    deadline_s = time.monotonic() + 30
    while list(states.values()).count("ready") < len(file.device) and time.monotonic() < deadline_s:
        time.sleep(0.05)
    chance = random.Random(24)
    due = {one.id: time.monotonic() + chance.uniform(0, 5) for one in file.device if one.driver in _EVERY_S}
    kinds = {one.id: one.driver for one in file.device}
    begun_s, used_s = time.monotonic(), time.process_time()
    number = 0
    while (now_s := time.monotonic()) - begun_s < seconds:
        for device in [device for device, at_s in due.items() if at_s <= now_s]:
            number += 1
            due[device] = now_s + _EVERY_S[kinds[device]]
            devices.submit(_order(kinds[device], device, number))
        time.sleep(max(0.0, min(due.values()) - time.monotonic()))
    took_s, used_s = time.monotonic() - begun_s, time.process_time() - used_s
    found = {
        "cpu_percent": 100 * used_s / took_s,
        "resident_mb": _resident_mb(),
        "ready": list(states.values()).count("ready"),
        "threads": threading.active_count(),
        **ends,
    }
    devices.stop()
    sys.stdout.write(json.dumps(found) + "\n")


def _order(kind: str, device: str, number: int) -> Order:
    match kind:
        case "onbon-bx-sign":
            return ShowText(device, (f"A{number % 1000:03}号",), blink=True, slot="face", urgent=True)
        case "ff68-terminal":
            return ShowNumbers(device, number % 30, f"{number % 1000:03}", slot="numbers")
        case "escpos-printer":
            return Print(device, f"J{number}", (Text(f"A{number % 1000:03}"),))
        case _:
            return SwitchRelays(device, frozenset({0} if number % 2 else ()), slot="zones", urgent=True)


def _resident_mb() -> float:
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
