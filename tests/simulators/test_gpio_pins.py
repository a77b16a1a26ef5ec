"""The simulated pigpio daemon by its own bytes, and the button and door that hang on it."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from hall_config.models import DevicePart
from simulators.device import ActionRefused, WrongArgument
from simulators.gpio_pins import SimulatedPins
from simulators.pin_bank import PULL_UP
from simulators.pin_board import PinBoard

MODES, MODEG, PUD, READ, WRITE, BR1, TICK, HWVER, NB, NC, FG, NOIB = 0, 1, 2, 3, 4, 10, 16, 17, 19, 21, 97, 99


class Client:
    """A client of bytes; no pigpio library."""

    def __init__(self, pins: SimulatedPins) -> None:
        self.line = socket.create_connection(("127.0.0.1", pins.port), 5)

    def read(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            more = self.line.recv(size - len(data))
            assert more, "closed"
            data += more
        return data

    def reply(self) -> tuple[int, int, int, int]:
        command, p1, p2, result = struct.unpack("<IIIi", self.read(16))
        return command, p1, p2, result

    def ask(self, command: int, p1: int = 0, p2: int = 0) -> int:
        self.line.sendall(struct.pack("<IIII", command, p1, p2, 0))
        answer = self.reply()
        assert answer[:3] == (command, p1, p2)
        return answer[3]

    def note(self) -> tuple[int, int, int]:
        sequence, flags, _tick, levels = struct.unpack("<HHII", self.read(12))
        return sequence, flags, levels


@pytest.fixture
def pins() -> Iterator[SimulatedPins]:
    pins = SimulatedPins()
    pins.open()
    yield pins
    pins.close()


def test_the_board_says_what_it_is_and_counts_time(pins: SimulatedPins) -> None:
    client = Client(pins)
    assert client.ask(HWVER) == 0xC03114
    first = client.ask(TICK)
    assert (client.ask(TICK) - first) % (1 << 32) < 5_000_000


def test_levels_follow_pull_contact_and_output(pins: SimulatedPins) -> None:
    button = pins.device("help-1", "button", 17)
    client = Client(pins)
    assert client.ask(READ, 17) == 0
    assert client.ask(PUD, 17, 2) == 0
    assert client.ask(READ, 17) == 1
    assert client.ask(BR1) >> 17 & 1 == 1
    button.do("hold", {})
    assert client.ask(READ, 17) == 0
    assert client.ask(WRITE, 17, 1) == 0
    assert (client.ask(MODEG, 17), client.ask(READ, 17)) == (1, 1)


@pytest.mark.parametrize(
    ("command", "p1", "p2", "error"),
    [
        (READ, 54, 0, -3),
        (WRITE, 4_000_000_000, 1, -3),
        (WRITE, 4, 2, -5),
        (MODES, 4, 8, -4),
        (PUD, 4, 3, -6),
        (FG, 32, 100, -2),
        (FG, 4, 300_001, -125),
        (NB, 5, 1, -25),
        (NC, 5, 0, -25),
        (7, 4, 100, -88),
        (5000, 0, 0, -88),
    ],
)
def test_what_cannot_be_is_answered_with_the_error_of_the_manual(
    pins: SimulatedPins, command: int, p1: int, p2: int, error: int
) -> None:
    assert Client(pins).ask(command, p1, p2) == error


def test_watched_pins_are_told_of_and_others_are_not(pins: SimulatedPins) -> None:
    button, door = pins.device("help-1", "button", 17), pins.device("door-1", "contact", 27)
    stream, control = Client(pins), Client(pins)
    handle = stream.ask(NOIB)
    for pin in (17, 27):
        control.ask(PUD, pin, 2)
    control.ask(NB, handle, 1 << 17)
    door.do("open", {})
    button.do("hold", {})
    sequence, flags, levels = stream.note()
    assert (sequence, flags, levels >> 17 & 1, levels >> 27 & 1) == (0, 0, 0, 1)
    button.do("release", {})
    assert stream.note()[2] >> 17 & 1 == 1
    assert control.ask(NC, handle) == 0
    assert control.ask(NB, handle, 1) == -25


def test_bounces_are_seen_without_a_filter_and_not_with_one(pins: SimulatedPins) -> None:
    button = pins.device("help-1", "button", 17)
    stream, control = Client(pins), Client(pins)
    control.ask(PUD, 17, 2)
    control.ask(NB, stream.ask(NOIB), 1 << 17)
    button.do("hold", {"bounces": 3})
    assert [stream.note()[2] >> 17 & 1 for _ in range(7)] == [0, 1, 0, 1, 0, 1, 0]
    button.do("release", {})
    stream.note()
    control.ask(FG, 17, 5000)
    button.do("hold", {"bounces": 3})
    button.do("release", {})
    assert [stream.note()[2] >> 17 & 1 for _ in range(2)] == [0, 1]


def test_commands_in_pieces_in_one_go_and_with_extensions_are_understood(pins: SimulatedPins) -> None:
    client = Client(pins)
    two = struct.pack("<IIII", HWVER, 0, 0, 0) + struct.pack("<IIII", READ, 4, 0, 0)
    for index in range(len(two)):
        client.line.sendall(two[index : index + 1])
    assert [client.reply()[3], client.reply()[3]] == [0xC03114, 1]
    client.line.sendall(struct.pack("<IIII", 38, 0, 0, 10) + b"0123456789" + struct.pack("<IIII", READ, 4, 0, 0))
    assert [client.reply()[3], client.reply()[3]] == [-88, 1]


def test_an_endless_extension_ends_the_connection_and_no_other(pins: SimulatedPins) -> None:
    bad, good = Client(pins), Client(pins)
    bad.line.sendall(struct.pack("<IIII", 38, 0, 0, 0xFFFFFFFF))
    assert bad.line.recv(16) == b""
    assert good.ask(HWVER) == 0xC03114


def test_unplug_ends_every_connection_and_replug_is_on_the_same_port(pins: SimulatedPins) -> None:
    client, port = Client(pins), pins.port
    pins.close()
    assert client.line.recv(1) == b""
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", port), 1)
    pins.close()
    pins.open()
    assert pins.port == port
    assert Client(pins).ask(HWVER) == 0xC03114


def test_no_thread_is_left(pins: SimulatedPins) -> None:
    pins.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "pigpio-daemon"]


def test_a_client_that_goes_takes_its_stream_along(pins: SimulatedPins) -> None:
    for _ in range(40):  # more than there are handles
        client = Client(pins)
        assert client.ask(NOIB) >= 0
        client.line.close()
        deadline_s = time.monotonic() + 30
        while pins.connections:
            assert time.monotonic() < deadline_s


def test_a_press_is_let_go_by_itself(pins: SimulatedPins) -> None:
    button = pins.device("help-1", "button", 17, 22)
    button.do("press", {})
    button.tick(100.0)
    assert button.show() == {"pressed": True, "presses": 1, "lamp": False, "pin": 17}
    button.tick(100.3)
    assert not button.show()["pressed"]
    button.do("press", {})
    button.do("press", {})
    assert button.show()["presses"] == 3


def test_the_lamp_is_an_output_that_is_high(pins: SimulatedPins) -> None:
    button = pins.device("help-1", "button", 17, 22)
    Client(pins).ask(WRITE, 22, 1)
    assert button.show()["lamp"] is True
    assert pins.device("help-2", "button", 18).show()["lamp"] is None


def test_a_door_opens_closes_and_is_pushed(pins: SimulatedPins) -> None:
    door = pins.device("door-1", "contact", 27)
    assert [door.do(action, {})["open"] for action in ("open", "open", "close", "press", "press")] == [
        True,
        True,
        False,
        True,
        False,
    ]
    assert door.show()["moves"] == 4


def test_pictures_differ_with_what_is_shown(pins: SimulatedPins) -> None:
    button, door = pins.device("help-1", "button", 17, 22), pins.device("door-1", "contact", 27)
    calm, closed = button.picture(), door.picture()
    button.do("hold", {})
    door.do("open", {})
    assert len({calm, closed, button.picture(), door.picture()}) == 4
    assert button.audio() is None
    assert door.audio() is None


@pytest.mark.parametrize(
    ("kind", "action", "arguments"),
    [
        ("button", "open", {}),
        ("button", "press", {"bounces": 21}),
        ("button", "press", {"bounces": True}),
        ("contact", "hold", {}),
        ("contact", "open", {"bounces": "x"}),
    ],
)
def test_an_action_that_cannot_be_done_is_refused(
    pins: SimulatedPins, kind: str, action: str, arguments: dict[str, Any]
) -> None:
    with pytest.raises(ActionRefused):
        pins.device("x-1", kind, 17).do(action, arguments)


@pytest.mark.parametrize(("kind", "pin", "lamp"), [("bell", 17, None), ("button", 54, None), ("button", 17, -1)])
def test_what_cannot_hang_on_a_pin_is_an_error(pins: SimulatedPins, kind: str, pin: int, lamp: int | None) -> None:
    with pytest.raises(ValueError):
        pins.device("x-1", kind, pin, lamp)


def test_a_wire_that_came_off_looks_like_an_open_door() -> None:
    board = PinBoard()
    door = board.place(DevicePart(id="door-1", driver="gpio-contact", port="gpio:27"), "contact")
    bank = board._pins.bank
    bank.set_pull(27, PULL_UP)
    assert not bank.level(27)
    board.unplug(board.tap(door.id))
    assert bank.level(27)
    board.tap(door.id).device.do("open", {})
    board.replug(board.tap(door.id))
    assert bank.level(27)
    board.tap(door.id).device.do("close", {})
    assert not bank.level(27)
    board.close()


def test_a_port_that_somebody_else_has_meanwhile_is_replaced(pins: SimulatedPins) -> None:
    second = SimulatedPins(pins.port)
    second.open()
    assert second.port != pins.port
    second.close()


@pytest.mark.parametrize("given", [{"key": []}, {"bounces": -1}, {"bounces": True}, {"junk": 1}])
def test_an_argument_that_a_button_has_not_is_named(pins: SimulatedPins, given: dict[str, object]) -> None:
    button = pins.device("help-1", "button", 17)
    with pytest.raises(WrongArgument) as wrong:
        button.do("press", given)
    assert wrong.value.field == next(iter(given))
    assert button.show()["presses"] == 0
