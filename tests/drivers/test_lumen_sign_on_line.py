"""The C-Power sign's driver on real lines: pseudo-terminals, its own network port, a serial server, turns of pages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from drivers.driver import OrderDone, OrderFailed, Report
from drivers.errors import NoReply
from drivers.kinds.sign import SetBrightness, ShowText
from drivers.lifecycle import State
from drivers.line import Line
from drivers.lumen_sign import LumenSign
from drivers.lumen_sign import driver as lumen_driver
from drivers.transport import SerialTransport
from drivers.unit import Moved
from simulators.device import Device
from simulators.doors import PtyDoor, SocketDoor
from simulators.line import Line as SimulatedLine
from simulators.lumen_sign import SimulatedLumenSign
from tests.drivers.wired_pty import on_pty
from tests.simulators.waiting import until

WORDS = "楼蔼爱号"  # C2A5 B0AA B0AE: the marks and the escape of the frame


def sign(**options: Any) -> LumenSign:
    return LumenSign("sign-1", print, address=1, baud=115_200, options=options)


@contextmanager
def on_network(device: Device) -> Iterator[str]:
    door = SocketDoor()
    far = SimulatedLine("far", door)
    far.join(device)
    far.open()
    try:
        yield door.port
    finally:
        far.close()


@pytest.mark.parametrize("render", ["text", "bitmap"])
def test_over_a_pseudo_terminal(render: str) -> None:
    simulator = SimulatedLumenSign("sign-1")
    with on_pty(simulator) as path:
        line = SerialTransport(path, 115_200)
        one = sign(render=render)
        one.handshake(line)
        one.perform(line, ShowText("sign-1", (WORDS,)))
        one.poll(line)
        line.close()
    assert simulator.show()["lit"] > 100
    assert simulator.show()["text"] == (WORDS if render == "text" else "")
    assert simulator.show()["counters"] == {"frames": 4, "broken": 0, "foreign": 0, "refused": 0, "flash_writes": 0}


@pytest.mark.parametrize(
    ("driver_side", "card_side"), [("auto", "tcp"), ("auto", "serial"), ("tcp", "tcp"), ("serial", "serial")]
)
@pytest.mark.parametrize("render", ["text", "bitmap"])
def test_over_the_network_in_either_framing(
    driver_side: str, card_side: str, render: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lumen_driver, "ANSWER_S", 0.5 if (driver_side, card_side) != ("auto", "serial") else 0.3)
    simulator = SimulatedLumenSign("sign-1", options={"framing": card_side})
    with on_network(simulator) as url:
        line = SerialTransport(url, 115_200)
        one = sign(framing=driver_side, render=render)
        one.handshake(line)
        one.perform(line, ShowText("sign-1", (WORDS,)))
        line.close()
    assert simulator.show()["lit"] > 100
    assert simulator.show()["counters"]["frames"] >= 3


def test_a_card_of_the_other_framing_is_silent_when_one_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lumen_driver, "ANSWER_S", 0.1)
    with on_network(SimulatedLumenSign("sign-1", options={"framing": "serial"})) as url:
        line = SerialTransport(url, 115_200)
        with pytest.raises(NoReply):
            sign(framing="tcp").handshake(line)
        line.close()


class House:
    """Signs behind one simulated pair, and the line of the controller that works them."""

    def __init__(self, folder: Path, count: int = 1, **options: Any) -> None:
        self.screens = [SimulatedLumenSign(f"sign-{number}", address=number) for number in range(1, count + 1)]
        self.bus = SimulatedLine("bus", PtyDoor(folder / "bus"))
        self.taps = [self.bus.join(screen) for screen in self.screens]
        self.bus.open()
        self.reports: list[Report] = []
        drivers = [
            LumenSign(screen.id, self.reports.append, address=number, baud=115_200, options=options)
            for number, screen in enumerate(self.screens, 1)
        ]
        port = str(folder / "bus")
        self.line = Line("bus", lambda: SerialTransport(port, 115_200), drivers, self.reports.append)
        self.line.start()

    def __enter__(self) -> House:
        return self

    def __exit__(self, *_: object) -> None:
        self.line.stop()
        self.bus.close()

    def ends(self) -> list[Report]:
        return [report for report in self.reports if isinstance(report, OrderDone | OrderFailed)]

    def state(self, device: str = "sign-1") -> tuple[State, str] | None:
        moved = [report for report in self.reports if isinstance(report, Moved) and report.device == device]
        return (moved[-1].state, moved[-1].reason) if moved else None


def test_pages_take_turns_on_the_line_by_themselves(tmp_path: Path) -> None:
    with House(tmp_path, render="text", page_s=0.5) as house:
        house.line.submit(ShowText("sign-1", ("A012", "3号")))
        seen: set[str] = set()

        def both() -> bool:
            seen.add(house.screens[0].show()["text"])
            return {"A012", "3号"} <= seen

        until(both, "both pages")
        house.line.submit(ShowText("sign-1", ("A013",)))
        until(lambda: house.screens[0].show()["text"] == "A013", "the next call")


@pytest.mark.parametrize(("code", "reason"), [(1, "checksum"), (2, "sequence"), (9, "error_09")])
def test_each_refusal_reaches_the_state_of_health_and_the_next_success_heals_it(
    code: int, reason: str, tmp_path: Path
) -> None:
    with House(tmp_path) as house:
        until(lambda: house.state() == (State.READY, ""), "ready")
        house.screens[0].do("answer_error", {"code": code, "times": 2})
        house.line.submit(SetBrightness("sign-1", 3))
        until(lambda: house.state() == (State.DEGRADED, reason), reason)
        house.screens[0].do("clear_faults", {})
        house.line.submit(SetBrightness("sign-1", 3))
        until(lambda: house.state() == (State.READY, ""), "ready again")


def test_two_signs_on_one_pair_and_one_is_unplugged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lumen_driver, "ANSWER_S", 0.1)
    with House(tmp_path, 2) as house:
        for number in (1, 2):
            house.line.submit(ShowText(f"sign-{number}", (f"A00{number}",)))
        until(lambda: len(house.ends()) == 2, "both shown")
        assert [screen.show()["text"] for screen in house.screens] == ["A001", "A002"]
        house.bus.unplug(house.taps[0])
        house.line.submit(ShowText("sign-1", ("A003",)))
        house.line.submit(ShowText("sign-2", ("A004",)))
        until(lambda: len(house.ends()) == 4, "both ended")
        assert [screen.show()["text"] for screen in house.screens] == ["A001", "A004"]
        assert {type(end) for end in house.ends()[2:]} == {OrderFailed, OrderDone}


def test_a_replugged_sign_is_met_again(tmp_path: Path) -> None:
    with House(tmp_path) as house:
        until(lambda: house.state() == (State.READY, ""), "ready")
        house.bus.unplug(None)
        until(lambda: (house.state() or (State.READY, ""))[0] is not State.READY, "gone")
        house.bus.replug(None, another_tty=True)
        until(lambda: (house.state() or (State.LOST, ""))[0] is State.READY, "back")
        house.line.submit(ShowText("sign-1", ("A005",)))
        until(lambda: house.screens[0].show()["text"] == "A005", "shown")


def test_an_echoing_adapter_is_no_answer_and_no_trouble(tmp_path: Path) -> None:
    with House(tmp_path) as house:
        house.bus.echo()
        house.line.submit(ShowText("sign-1", ("A012",)))
        until(lambda: house.screens[0].show()["text"] == "A012", "shown")
        until(lambda: [type(end) for end in house.ends()] == [OrderDone], "told")
