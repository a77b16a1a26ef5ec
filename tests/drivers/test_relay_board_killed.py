"""A controller that is killed leaves zones open, for the board knows nothing of it; the next one shuts them at once."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.drivers.modbus_hall import ModbusHall
from tests.parts import wait_for

CONTROLLER = """
import sys, time
from drivers.driver import OrderDone
from drivers.kinds.relays import LightRelay, SwitchRelays
from drivers.line import Line
from drivers.relay_board import build, open_channel

def tell(report):
    if isinstance(report, OrderDone):
        print("done", flush=True)

driver = build("relays", tell, address=1, baud=9600, options={})
line = Line("bus", lambda: open_channel(sys.argv[1], 9600), [driver], tell)
line.start()
line.submit(SwitchRelays("relays", frozenset({0, 1})))
line.submit(LightRelay("relays", 6, True))
time.sleep(20)
"""


@pytest.mark.once
def test_zones_that_a_killed_controller_left_open_are_shut_by_the_next_one(tmp_path: Path) -> None:
    hall = ModbusHall(tmp_path, [{"id": "relays", "driver": "waveshare-relay", "address": 1}])
    try:
        with subprocess.Popen(
            [sys.executable, "-c", CONTROLLER, hall.port],
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        ) as controller:
            assert controller.stdout is not None
            done = (line for line in controller.stdout if line == "done\n")  # between the lines of its log
            assert next(done) == next(done)
            controller.send_signal(signal.SIGKILL)
            controller.wait(10)
        assert hall.shows("relays")["on"] == [0, 1, 6], "nobody tells the board"
        hall.start()
        hall.ready("relays")
        wait_for(lambda: hall.shows("relays")["on"] == [], "shut at the first meeting")
    finally:
        hall.stop()
