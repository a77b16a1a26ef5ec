"""Button, lamp and contact: over a simulated pigpio daemon, with the real pigpio library."""

from __future__ import annotations

import builtins
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from drivers.driver import Order, Report
from drivers.errors import DeviceFault, PortLost
from drivers.hall_inputs import BUTTON, CONTACT, open_channel
from drivers.kinds.inputs import ButtonPressed, ContactMoved, LightLamp
from simulators.gpio_pins import SimulatedPins

HELP, DOOR = "help-1", "door-1"


def pin_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "pins"]


class Bench:
    """Both drivers on one channel, as a line has them."""

    def __init__(self, pins: SimulatedPins) -> None:
        self.pins = pins
        self.button = pins.device(HELP, "button", 17, 22)
        self.door = pins.device(DOOR, "contact", 27)
        self.reports: list[Report] = []
        options: dict[str, Any] = {"pin": "gpio:17", "lamp": "gpio:22"}
        self.drivers: list[Any] = [
            BUTTON.build(HELP, self.reports.append, address=None, baud=0, options=options),
            CONTACT.build(DOOR, self.reports.append, address=None, baud=0, options={"pin": "gpio:27"}),
        ]
        self.connect()

    def connect(self) -> None:
        self.channel = open_channel(f"pigpio://127.0.0.1:{self.pins.port}", 0)
        for driver in self.drivers:
            driver.handshake(self.channel)

    def poll(self) -> None:
        for driver in self.drivers:
            driver.poll(self.channel)

    def poll_until(self, condition: Callable[[], bool]) -> None:
        deadline_s = time.monotonic() + 30
        while not condition():
            assert time.monotonic() < deadline_s, self.reports
            self.poll()

    def lose(self) -> None:
        """What a line does when a driver says PortLost."""
        self.channel.close()
        for driver in self.drivers:
            driver.forget()


@pytest.fixture
def bench() -> Iterator[Bench]:
    pins = SimulatedPins()
    pins.open()
    bench = Bench(pins)
    yield bench
    bench.lose()
    pins.close()
    assert pin_threads() == []


def test_the_door_is_told_once_at_the_start_and_each_time_it_moves(bench: Bench) -> None:
    assert bench.reports == [ContactMoved(DOOR, False)]
    bench.door.do("open", {})
    bench.poll_until(lambda: len(bench.reports) == 2)
    bench.door.do("close", {})
    bench.poll_until(lambda: len(bench.reports) == 3)
    assert bench.reports[1:] == [ContactMoved(DOOR, True), ContactMoved(DOOR, False)]


def test_each_press_is_one_report_the_first_one_too(bench: Bench) -> None:
    for count in range(1, 4):
        bench.button.do("hold", {})
        bench.poll_until(lambda count=count: bench.reports.count(ButtonPressed(HELP)) == count)  # type: ignore[misc]
        bench.button.do("release", {})
    bench.poll()
    assert bench.reports.count(ButtonPressed(HELP)) == 3


def test_a_bouncing_contact_is_one_press_because_the_daemon_filters(bench: Bench) -> None:
    bench.button.do("press", {"bounces": 10})
    bench.door.do("open", {})
    bench.poll_until(lambda: ContactMoved(DOOR, True) in bench.reports and ButtonPressed(HELP) in bench.reports)
    bench.door.do("close", {})  # what is told after it has come after all bounces
    bench.poll_until(lambda: bench.reports[-1] == ContactMoved(DOOR, False))
    bench.poll()
    assert bench.reports.count(ButtonPressed(HELP)) == 1
    assert bench.pins.bank.filter_us[17] == 50_000


def test_the_lamp_is_lit_and_put_out(bench: Bench) -> None:
    assert bench.button.show()["lamp"] is False
    bench.drivers[0].perform(bench.channel, LightLamp(HELP, True))
    assert bench.button.show()["lamp"] is True
    bench.drivers[0].perform(bench.channel, LightLamp(HELP, False))
    assert bench.button.show()["lamp"] is False


def test_a_daemon_that_goes_away_is_a_lost_port_and_all_is_well_when_it_is_back(
    bench: Bench, capfd: pytest.CaptureFixture[str]
) -> None:
    bench.drivers[0].perform(bench.channel, LightLamp(HELP, True))
    bench.pins.close()
    with pytest.raises(PortLost):
        bench.poll_until(lambda: False)
    bench.lose()
    assert pin_threads() == []
    with pytest.raises(PortLost, match="pigpiod"):
        bench.connect()
    bench.door.do("open", {})
    bench.pins.open()
    bench.connect()
    assert bench.reports[-1] == ContactMoved(DOOR, True)
    assert bench.button.show()["lamp"] is True
    bench.button.do("press", {})
    bench.poll_until(lambda: bench.reports[-1] == ButtonPressed(HELP))
    assert capfd.readouterr() == ("", "")


def test_an_order_to_a_daemon_that_has_gone_is_a_lost_port(bench: Bench) -> None:
    bench.pins.close()
    with pytest.raises(PortLost):
        bench.drivers[0].perform(bench.channel, LightLamp(HELP, True))


def test_closing_gives_the_connection_back_and_leaves_no_thread(bench: Bench) -> None:
    bench.lose()
    bench.channel.close()
    assert pin_threads() == []
    deadline_s = time.monotonic() + 30
    while bench.pins.connections:
        assert time.monotonic() < deadline_s
    bench.connect()
    bench.button.do("press", {})
    bench.poll_until(lambda: ButtonPressed(HELP) in bench.reports)


def test_a_device_can_shake_hands_again_on_the_same_channel(bench: Bench) -> None:
    for driver in bench.drivers:
        driver.handshake(bench.channel)
    bench.button.do("press", {})
    bench.door.do("press", {})
    bench.poll_until(lambda: {ButtonPressed(HELP), ContactMoved(DOOR, True)} <= set(bench.reports))


def test_two_devices_on_one_pin_are_a_fault_of_the_second(bench: Bench) -> None:
    twin = BUTTON.build("help-2", lambda report: None, address=None, baud=0, options={"pin": 17})
    with pytest.raises(DeviceFault) as caught:
        twin.handshake(bench.channel)
    assert caught.value.code == "pin-in-use"


def test_a_pin_that_the_board_has_not_is_a_fault(bench: Bench) -> None:
    driver = BUTTON.build("help-2", lambda report: None, address=None, baud=0, options={"pin": 50})
    with pytest.raises(DeviceFault) as caught:
        driver.handshake(bench.channel)
    assert caught.value.code == "bad-pin"


def test_what_cannot_be_ordered_is_refused(bench: Bench) -> None:
    dark = BUTTON.build("help-2", lambda report: None, address=None, baud=0, options={"pin": 5})
    dark.handshake(bench.channel)
    with pytest.raises(DeviceFault, match="no lamp"):
        dark.perform(bench.channel, LightLamp("help-2", True))
    with pytest.raises(DeviceFault, match="only be read"):
        bench.drivers[1].perform(bench.channel, Order(DOOR))
    dark.forget()


@pytest.mark.parametrize(
    "answer", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n" + bytes(40), b"\x00" * 64, b"\xff" * 64], ids=range(4)
)
def test_something_that_is_no_pigpio_daemon_is_a_lost_port(answer: bytes, capfd: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer_one(line: socket.socket) -> None:
            with line:
                line.recv(16)
                line.sendall(answer)

        def serve() -> None:
            for _ in range(2):
                threading.Thread(target=answer_one, args=(server.accept()[0],), daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        with pytest.raises(PortLost):
            open_channel(f"pigpio://127.0.0.1:{server.getsockname()[1]}", 0)
    assert pin_threads() == []
    assert capfd.readouterr() == ("", "")


def test_a_daemon_of_an_unknown_board_is_let_go_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulators.pigpio_language._BOARD", 0)
    pins = SimulatedPins()
    pins.open()
    with pytest.raises(PortLost, match="pigpiod"):
        open_channel(f"pigpio://127.0.0.1:{pins.port}", 0)
    assert pin_threads() == []
    pins.close()


def test_a_daemon_that_says_nothing_is_lost_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        began_s = time.monotonic()
        with pytest.raises(PortLost, match="no answer"):
            open_channel(f"pigpio://127.0.0.1:{server.getsockname()[1]}", 0)
        assert time.monotonic() - began_s < 4


def test_a_daemon_that_falls_silent_is_lost_when_it_is_asked(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("drivers.hall_inputs.pins._CHECK_EVERY_S", 0.0)
    with bench.pins._lock:  # the daemon hangs: it answers nobody
        with pytest.raises(PortLost, match="no answer"):
            bench.poll()
        bench.lose()


@pytest.mark.parametrize(
    "pins", ["", "gpio", "pigpio://", "pigpio://h:99999", "tcp://127.0.0.1:1", "pigpio://127.0.0.1:1"]
)
def test_pins_that_are_not_there_are_lost(pins: str, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(PortLost):
        open_channel(pins, 0)
    assert capfd.readouterr() == ("", "")


def test_native_pins_without_lgpio_name_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    real_import = builtins.__import__

    def no_lgpio(name: str, *rest: Any, **more: Any) -> Any:
        if name in ("lgpio", "gpiozero.pins.lgpio"):
            raise ImportError(name)
        return real_import(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", no_lgpio)
    with pytest.raises(PortLost, match="python3-lgpio"):
        open_channel("native", 0)
