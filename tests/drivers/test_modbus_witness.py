"""Independent witnesses: other Modbus stacks agree with our drivers and with our simulators about every byte.

The drivers speak with pymodbus' server, which is another program's idea of a board; the simulators, which have a
Modbus of their own, are asked by ``mbpoll`` (libmodbus in C).
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from drivers.driver import Report
from drivers.errors import DeviceFault, NoReply
from drivers.kinds.inputs import InputMoved
from drivers.kinds.relays import LightRelay, PulseRelay, RelaysRead, SwitchRelays
from drivers.modbus_bus import open_channel
from drivers.relay_board import MANIFEST as RELAYS
from tests.drivers.modbus_hall import ModbusHall, manifest
from tests.drivers.modbus_server import board, served
from tests.parts import skip_unless

WAYS = ["tcp", "socket", "pty"]


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """The other stack's server shares this process and its cores: how soon it answers is not what is asked here."""
    monkeypatch.setattr("drivers.modbus_bus._TIMEOUT_S", 3.0)
    monkeypatch.setattr("drivers.modbus_bus._MEET_S", 3.0)


@pytest.mark.parametrize("way", WAYS)
def test_a_plain_board_of_another_stack_is_switched_and_read(way: str) -> None:
    reports: list[Report] = []
    driver: Any = RELAYS.build("relays", reports.append, address=3, baud=9600, options={"pulse": "driver"})
    with served([board(3, [False] * 8)], way) as port:
        channel = open_channel(port)
        driver.handshake(channel)
        driver.perform(channel, SwitchRelays("relays", frozenset({0, 1, 5})))
        driver.perform(channel, LightRelay("relays", 7, True))
        driver.perform(channel, PulseRelay("relays", 4, 100))
        driver.poll(channel)
        assert reports[-1] == RelaysRead("relays", frozenset({0, 1, 4, 5, 7}))
        assert channel.read_registers(3, 0x8000) == (200,)
        channel.close()
        again = open_channel(port)
        assert again.read_coils(3, 8) == frozenset(), "the last word was heard"
        again.close()


@pytest.mark.parametrize("way", WAYS)
def test_inputs_and_keys_of_another_stack_are_read(way: str) -> None:
    reports: list[Report] = []
    driver: Any = manifest("modbus-inputs").build(
        "inputs", reports.append, address=1, baud=9600, options={"equal_reads": 1}
    )
    states = [True, False, False, True, False, False, False, True]
    with served([board(1, states), board(2, [False] * 8)], way) as port:
        channel = open_channel(port)
        driver.handshake(channel)
        driver.poll(channel)
        assert reports == [InputMoved("inputs", place, on, first=True) for place, on in enumerate(states)]
        with pytest.raises(DeviceFault, match="no such relay, input or register"):
            channel.read_inputs(1, 8, first=100)
        with pytest.raises((NoReply, DeviceFault)):  # this server speaks up for boards that are not there
            channel.read_inputs(9, 8, tries=1)
        assert channel.read_inputs(2, 8) == frozenset()
        channel.close()


@pytest.fixture
def mbpoll() -> Callable[..., str]:
    program = skip_unless("mbpoll")

    def ask(port: str, what: str, *values: int, address: int = 1, fails: bool = False) -> str:
        """``what``: type and place as mbpoll takes them; ``values`` are written, none reads."""
        once = [] if values else ["-1"]
        line = ["-m", "rtu", "-a", str(address), "-b", "9600", "-P", "none", "-0", "-o", "2", *once, *what.split()]
        done = subprocess.run(
            [program, *line, port, *map(str, values)], capture_output=True, text=True, timeout=30, check=False
        )
        assert (done.returncode != 0) is fails, done.stdout + done.stderr
        return done.stdout + done.stderr

    return ask


def bits(words: str) -> list[int]:
    """What mbpoll printed, as ``[place]: value`` in the order of the places."""
    return [int(value) for value in re.findall(r"\[\d+\]:\s+(\d+)", words)]


def test_libmodbus_reads_and_switches_the_simulated_relays(mbpoll: Callable[..., str], tmp_path: Path) -> None:
    hall = ModbusHall(tmp_path, [{"id": "relays", "driver": "waveshare-relay", "address": 1}])
    try:
        mbpoll(hall.port, "-t 0 -r 3", 1)
        mbpoll(hall.port, "-t 0 -r 5", 1, 0, 1)
        assert hall.shows("relays")["on"] == [3, 5, 7]
        assert bits(mbpoll(hall.port, "-t 0 -r 0 -c 8")) == [0, 0, 0, 1, 0, 1, 0, 1]
        assert bits(mbpoll(hall.port, f"-t 4 -r {0x8000} -c 1")) == [200]
        words = mbpoll(hall.port, "-t 1 -r 0 -c 8", fails=True)
        assert "Illegal function" in words
        words = mbpoll(hall.port, "-t 0 -r 0 -c 9", fails=True)
        assert "Illegal data address" in words
    finally:
        hall.stop()


def test_libmodbus_reads_the_simulated_inputs(mbpoll: Callable[..., str], tmp_path: Path) -> None:
    hall = ModbusHall(tmp_path, [{"id": "inputs", "driver": "modbus-inputs", "address": 9}])
    try:
        hall.do("inputs", "set", input=2, on=True)
        words = mbpoll(hall.port, "-t 1 -r 0 -c 8", address=9)
        assert bits(words) == [0, 0, 1, 0, 0, 0, 0, 0]
        mbpoll(hall.port, f"-t 4 -r {0x1000}", 0, address=9)
        assert hall.shows("inputs")["modes"][:2] == [0, 1]
        assert bits(mbpoll(hall.port, f"-t 4 -r {0x1000} -c 2", address=9)) == [0, 1]
    finally:
        hall.stop()
