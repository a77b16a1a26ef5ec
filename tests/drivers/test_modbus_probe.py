"""Probing: the right boards are found at their addresses and told apart; for all others see test_all_probes.py."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from drivers import modbus_probe
from drivers.checksums import crc16_modbus
from drivers.driver import Found, Probe
from drivers.input_board import MANIFEST as INPUTS
from drivers.modbus_bus import open_channel
from drivers.modbus_keypad import MANIFEST as KEYPAD
from drivers.modbus_probe import harmless
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


def test_noise_and_boards_that_answer_for_another_are_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(modbus_probe, "_PASSES", 1)
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
