"""A changed file and the lines: what did not change keeps thread, port and state; nothing acts twice after a loss."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from drivers.driver import OrderDone, OrderFailed, Report
from drivers.kinds.relays import PulseRelay, SwitchRelays
from drivers.kinds.sign import ShowText
from drivers.lifecycle import State
from drivers.unit import Moved
from edge.devices import Changes, Devices
from hall_config.models import DevicePart, HallFile, LinePart
from simulators.host import Host
from tests.parts import wait_for

SIGN: dict[str, Any] = {"driver": "onbon-bx-sign", "window": 1}


class Desk:
    """Simulated devices, and the controller's lines to them."""

    def __init__(self, folder: Path, *devices: dict[str, Any]) -> None:
        lines = (LinePart(id="bus", port="pty:"),)
        self.file = _file(lines, [DevicePart.model_validate(device) for device in devices])
        self.host = Host(self.file, folder)
        self.host.open()
        ports = self.host.ports()
        self.lines = tuple(line.model_copy(update={"port": ports.lines[line.id]}) for line in lines if ports.lines)
        self.parts = [
            part.model_copy(update={"port": ports.devices[part.id]}) if part.port else part for part in self.file.device
        ]
        self.told: list[Report] = []
        self.devices = Devices(self.now(), self.heard, lambda: 0)
        self.devices.start()
        for part in self.parts:
            self.until(part.id, State.READY)

    def now(self) -> HallFile:
        return _file(self.lines, self.parts)

    def heard(self, report: Report) -> None:
        self.told.append(report)
        if isinstance(report, Moved):
            self.devices.moved(report)

    def change(self, device: str, **changes: Any) -> Changes:
        self.parts = [part.model_copy(update=changes) if part.id == device else part for part in self.parts]
        return self.devices.follow(self.now())

    def states(self, device: str) -> list[State]:
        return [one.state for one in self.told if isinstance(one, Moved) and one.device == device]

    def until(self, device: str, state: State) -> None:
        wait_for(lambda: self.states(device)[-1:] == [state], f"{device} {state}")

    def shows(self, device: str) -> dict[str, Any]:
        with self.host.stations[device].held() as station:
            found: dict[str, Any] = station.show()
        return found


def _file(lines: tuple[LinePart, ...], devices: list[DevicePart]) -> HallFile:
    return HallFile.model_validate(
        {
            "hall": {"id": "test-hall", "name_zh": "测试", "name_en": "Test"},
            "service": [{"letter": "A", "name_zh": "咨询", "name_en": "Advice"}],
            "window": [{"number": 1, "services": ["A"]}],
        }
    ).model_copy(update={"line": lines, "device": tuple(devices)})


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    built = Desk(
        tmp_path,
        {"id": "sign-1", "line": "bus", "address": 1, **SIGN},
        {"id": "sign-2", "line": "bus", "address": 2, **SIGN},
        {"id": "sign-3", "port": "pty:", "address": 1, **SIGN},
        {"id": "relay", "port": "pty:", "driver": "waveshare-relay", "options": {"zones": [0, 1]}},
    )
    yield built
    built.devices.stop()
    built.host.close()


def test_a_file_that_says_the_same_changes_nothing(desk: Desk) -> None:
    before, told = dict(desk.devices._lines), len(desk.told)
    assert desk.devices.follow(desk.now()) == Changes()
    assert desk.change("sign-1", name_zh="一号", name_en="One") == Changes()
    assert desk.devices._lines == before
    assert all(isinstance(one, Moved) is False for one in desk.told[told:])


def test_only_the_line_of_a_changed_device_begins_anew(desk: Desk) -> None:
    before = dict(desk.devices._lines)
    met = {device: desk.states(device).count(State.READY) for device in ("sign-1", "sign-2", "sign-3", "relay")}
    channel = before["relay"]._channel
    assert desk.change("sign-3", options={"width": 96}) == Changes(restarted=("sign-3",))
    desk.until("sign-3", State.READY)
    assert desk.devices._lines["sign-3"] is not before["sign-3"]
    assert {name for name, line in desk.devices._lines.items() if line is before[name]} == {"bus", "relay"}
    assert desk.devices._lines["relay"]._channel is channel
    assert desk.change("sign-2", address=9) == Changes(restarted=("sign-1", "sign-2"))  # one bus, one line
    desk.until("sign-1", State.READY)
    assert desk.states("relay").count(State.READY) == met["relay"]


def test_a_device_is_taken_out_and_another_put_in(desk: Desk) -> None:
    gone = desk.parts.pop(2)
    assert desk.devices.follow(desk.now()) == Changes(removed=("sign-3",))
    assert desk.states("sign-3")[-1] is State.DISABLED
    assert [health.id for health in desk.devices.health()] == ["sign-1", "sign-2", "relay"]
    order = ShowText("sign-3", ("A001",))
    desk.devices.submit(order)
    assert [one.code for one in desk.told if isinstance(one, OrderFailed)] == ["no_device"]
    desk.parts.append(gone)
    assert desk.devices.follow(desk.now()) == Changes(added=("sign-3",))
    desk.until("sign-3", State.READY)
    desk.devices.submit(order)
    wait_for(lambda: OrderDone("sign-3", order) in desk.told, "shown")


def test_a_driver_that_is_not_there_breaks_one_device_and_is_mended(desk: Desk) -> None:
    assert desk.change("sign-3", driver="no-such-sign") == Changes()
    desk.until("sign-3", State.QUARANTINED)
    assert desk.devices.follow(desk.now()) == Changes()  # and it is told once
    assert desk.states("sign-3").count(State.QUARANTINED) == 1
    desk.devices.submit(ShowText("sign-3", ("A001",)))
    assert [one.code for one in desk.told if isinstance(one, OrderFailed)] == ["driver_broken"]
    desk.change("sign-3", driver="onbon-bx-sign")
    desk.until("sign-3", State.READY)


def test_orders_that_wait_on_a_line_that_ends_are_answered(desk: Desk) -> None:
    orders = [ShowText("sign-3", (f"A{number:03}",)) for number in range(50)]
    for order in orders:
        desk.devices.submit(order)
    desk.change("sign-3", options={"width": 96})
    answered = [one.order for one in desk.told if isinstance(one, OrderDone | OrderFailed)]
    wait_for(lambda: len(answered) == 50, "an answer to each")
    desk.until("sign-3", State.READY)


def test_what_may_be_given_twice_is_put_back_after_a_loss_and_a_gates_pulse_never(desk: Desk) -> None:
    pulse = PulseRelay("relay", 4, 5)
    desk.devices.submit(pulse)
    wait_for(lambda: OrderDone("relay", pulse) in desk.told, "the gate opened once")
    station = desk.host.stations["relay"]
    heard = station.tap.activity.counters()["heard"]
    station.line.unplug(None)
    desk.until("relay", State.LOST)
    lost = PulseRelay("relay", 5, 5)
    desk.devices.submit(lost)
    wait_for(lambda: any(isinstance(one, OrderFailed) and one.order is lost for one in desk.told), "refused")
    station.line.replug(None)
    desk.until("relay", State.READY)
    desk.devices.put_back(lost)
    zones = SwitchRelays("relay", frozenset({1}))
    desk.devices.put_back(zones)
    wait_for(lambda: OrderDone("relay", zones) in desk.told, "the zone put back")
    assert not any(isinstance(one, OrderDone) and one.order is lost for one in desk.told)
    assert station.tap.activity.counters()["heard"] > heard
    assert 5 not in desk.shows("relay")["on"]


def test_a_relay_that_was_a_lock_may_be_a_zone_after_its_board_has_changed(desk: Desk) -> None:
    pulse = PulseRelay("relay", 1, 1)
    desk.devices.submit(pulse)
    wait_for(lambda: OrderDone("relay", pulse) in desk.told, "the pulse")
    refused = SwitchRelays("relay", frozenset({1}))
    desk.devices.submit(refused)
    wait_for(lambda: any(isinstance(one, OrderFailed) and one.order is refused for one in desk.told), "no zone")
    assert desk.change("relay", options={"zones": [0, 1], "hands_off": [7]}) == Changes(restarted=("relay",))
    wait_for(lambda: desk.states("relay").count(State.READY) == 2, "the board again")
    zone = SwitchRelays("relay", frozenset({1}))
    desk.devices.submit(zone)
    wait_for(lambda: OrderDone("relay", zone) in desk.told, "the zone")
