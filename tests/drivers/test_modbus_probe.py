"""Probing: the right boards are found at their addresses and told apart; for all others see test_all_probes.py."""

from __future__ import annotations

import time
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import pytest

from drivers.checksums import crc16_modbus
from drivers.driver import Found, Probe
from drivers.errors import NoReply
from drivers.input_board import MANIFEST as INPUTS
from drivers.modbus_bus import open_channel
from drivers.modbus_keypad import MANIFEST as KEYPAD
from drivers.modbus_probe import boards_at, harmless
from drivers.relay_board import MANIFEST as RELAYS
from tests.drivers.modbus_hall import ModbusHall, everything_shown


def asked(probe: Probe | None, port: str) -> tuple[Found, ...]:
    assert probe is not None
    channel = open_channel(port, probe.bauds[0])
    began_s = time.monotonic()
    try:
        return probe.ask(channel, probe.bauds[0])
    finally:
        assert time.monotonic() - began_s < probe.budget_s + 10, "a loaded machine has its time, but not for ever"
        channel.close()


def test_boards_are_found_at_their_addresses_and_told_apart(tmp_path: Path) -> None:
    devices: list[dict[str, Any]] = [
        {"id": "relays", "driver": "waveshare-relay", "address": 1},
        {"id": "inputs", "driver": "modbus-inputs", "address": 2},
        {"id": "keypad", "driver": "modbus-keypad", "address": 5, "window": 3},
        {"id": "more", "driver": "waveshare-relay", "address": 4},
    ]
    hall = ModbusHall(tmp_path, devices)
    before = everything_shown([hall.simulated(part["id"]) for part in devices])
    assert asked(RELAYS.probe, hall.port) == (Found(1, "relays, V2.00"), Found(4, "relays, V2.00"))
    assert asked(INPUTS.probe, hall.port) == (Found(2, "inputs"), Found(5, "inputs"))
    assert everything_shown([hall.simulated(part["id"]) for part in devices]) == before
    hall.stop()


def test_a_keypad_is_found_as_the_input_board_that_it_is() -> None:
    assert KEYPAD.probe is None
    assert INPUTS.probe is not None
    assert INPUTS.probe.may_be == (KEYPAD.name,)


def test_noise_and_boards_that_answer_for_another_are_not_believed(tmp_path: Path) -> None:
    hall = ModbusHall(tmp_path, [{"id": "relays", "driver": "waveshare-relay", "address": 3}])
    hall.do("relays", "answer_as", address=77)
    assert asked(RELAYS.probe, hall.port) == ()
    hall.do("relays", "reset")
    station = hall.host.stations["relays"]
    station.line.garble(station.tap, 1.0, seed=1)
    assert asked(RELAYS.probe, hall.port) == ()
    hall.stop()


@pytest.mark.parametrize("function", [1, 2])
def test_no_question_holds_a_byte_that_a_printer_obeys(function: int) -> None:
    for address in range(1, 256):
        frame = bytes((address, function, 0, 0, 0, 8))
        frame += crc16_modbus(frame).to_bytes(2, "little")
        if harmless(address, function):
            assert not set(frame) & set(b"\n\f\r\x1b\x1c\x1d")
    assert not harmless(10, function)
    assert harmless(1, function)


class SilentBus:
    """A line with nobody on it."""

    def hurried(self, wait_s: float) -> AbstractContextManager[None]:
        return nullcontext()

    def say(self, data: bytes) -> None: ...


@pytest.mark.parametrize("busy", [0, 1, 255])
def test_a_silent_line_is_asked_once_and_a_busy_board_from_the_factory_twice(busy: int) -> None:
    asked_for: list[int] = []

    def read(address: int) -> None:
        asked_for.append(address)
        if address != busy or asked_for.count(address) == 1:
            raise NoReply("nobody")

    bus: Any = SilentBus()
    assert boards_at(bus, 2, read) == ([busy] if busy else [])
    assert {asked_for.count(address) for address in range(2, 10) if harmless(address, 2)} == {1}
    assert (asked_for.count(1), asked_for.count(255)) == (2, 2)
