"""Locks, lamps and each uncertain point of relay boards, against boards that differ in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from drivers.driver import Report
from drivers.errors import DeviceFault, PortLost
from drivers.kinds.relays import LightRelay, PulseRelay, SwitchRelays
from drivers.modbus_bus import open_channel
from drivers.options import read_options
from drivers.relay_board import MANIFEST, RelayBoard
from drivers.relay_board.options import OPTIONS, board_options
from hall_config.wording import catalogue
from simulators.relay_board import SimulatedRelayBoard
from tests.drivers.modbus_hall import manifest
from tests.drivers.relay_line import DEVICE, PATIENCE_S, Steady
from tests.drivers.wired_pty import on_pty
from tests.parts import wait_for


class Board:
    """One simulated board behind a pseudo-terminal, and the driver that has it."""

    def __init__(self, path: str, simulated: SimulatedRelayBoard, options: dict[str, Any]) -> None:
        self.simulated = simulated
        self.steady = Steady()
        self.reports: list[Report] = []
        found = board_options(read_options(OPTIONS, options))
        self.driver = RelayBoard(DEVICE, self.reports.append, options=found, steady=self.steady)
        self.channel = open_channel(path, 9600)

    @property
    def on(self) -> list[int]:
        found: list[int] = self.simulated.show()["on"]
        return found

    def perform(self, order: Any) -> None:
        self.driver.perform(self.channel, order)

    def switch(self, *on: int) -> None:
        self.perform(SwitchRelays(DEVICE, frozenset(on), 10.0))

    def meet(self) -> None:
        self.driver.handshake(self.channel)

    def later(self, seconds: float) -> None:
        self.steady.now_s += seconds
        self.driver.poll(self.channel)


Make = Callable[..., Board]


@pytest.fixture
def make() -> Iterator[Make]:
    with ExitStack() as undo:

        def make(firmware: str = "new", on: tuple[int, ...] = (), **options: Any) -> Board:
            simulated = SimulatedRelayBoard(DEVICE, firmware=firmware, options=options)
            for relay in on:
                simulated.relays[relay] = True
            board = Board(undo.enter_context(on_pty(simulated)), simulated, options)
            wait_for(lambda: simulated.slave.now_s > 0, "the board's time runs")
            undo.callback(board.channel.close)
            undo.enter_context(board.channel.hurried(PATIENCE_S))
            return board

        yield make


def test_at_the_first_meeting_everything_is_off_whatever_an_earlier_program_left(make: Make) -> None:
    board = make(on=(0, 3, 5, 7), zones=[0, 1], hands_off=[7])
    board.meet()
    assert board.on == [7], "what something else uses is never written"
    kept = make(on=(0, 3, 5, 7), zones=[0, 1], off_at_start=False)
    kept.meet()
    assert kept.on == [3, 5, 7], "zones are closed all the same"


def test_lamps_are_put_back_after_a_loss_and_locks_are_not(make: Make) -> None:
    board = make()
    board.meet()
    board.perform(LightRelay(DEVICE, 6, True))
    board.perform(PulseRelay(DEVICE, 4, 100))
    board.switch(0)
    assert board.on == [0, 4, 6]
    board.simulated.do("reset", {})
    board.driver.forget()
    board.steady.now_s += 1.0
    board.meet()
    assert board.on == [0, 6]
    board.perform(LightRelay(DEVICE, 6, False))
    board.switch()
    assert board.on == []


def test_zones_leave_locks_and_lamps_alone_once_they_are_known(make: Make) -> None:
    board = make()
    board.perform(PulseRelay(DEVICE, 1, 100))
    board.perform(LightRelay(DEVICE, 2, True))
    board.switch(0)
    board.switch()
    assert board.on == [1, 2]
    for relay in (1, 2):
        with pytest.raises(DeviceFault, match="no zones"):
            board.switch(0, relay)
    with pytest.raises(DeviceFault, match="in use"):
        board.perform(LightRelay(DEVICE, 1, True))
    with pytest.raises(DeviceFault, match="in use"):
        board.perform(PulseRelay(DEVICE, 2, 5))
    assert board.on == [1, 2]


def test_a_lock_that_is_still_on_after_its_pulse_is_let_go(make: Make) -> None:
    board = make()
    board.meet()
    board.perform(PulseRelay(DEVICE, 4, 5))
    board.simulated._ends_at_s.clear()  # a board that forgets its pulse
    board.later(0.6)
    assert board.on == [4]
    board.later(6.0)
    assert board.on == []


def test_a_board_that_times_no_pulses_says_what_to_set_and_then_the_driver_times_them(make: Make) -> None:
    plain = make("none")
    plain.meet()
    with pytest.raises(DeviceFault, match=r'options\.pulse = "driver"'):
        plain.perform(PulseRelay(DEVICE, 4, 5))
    board = make("none", pulse="driver")
    board.meet()
    assert board.driver.poll_every_s == 0.1
    board.perform(PulseRelay(DEVICE, 4, 5))
    assert board.on == [4]
    board.later(0.4)
    assert board.on == [4]
    board.later(0.2)
    assert board.on == []


def test_a_pulse_of_the_driver_ends_though_the_line_was_lost_meanwhile(make: Make) -> None:
    board = make("none", pulse="driver")
    board.meet()
    board.perform(PulseRelay(DEVICE, 4, 5))
    board.driver.forget()
    board.steady.now_s += 3.0
    board.meet()
    assert board.on == []
    board.perform(PulseRelay(DEVICE, 4, 5))
    board.simulated.do("answer_exception", {"code": 4, "times": 1})
    with pytest.raises(DeviceFault):
        board.later(0.6)
    board.later(0.1)
    assert board.on == []


@pytest.mark.parametrize(("firmware", "all_relays"), [("new", "new"), ("old", "old"), ("new", "0F"), ("old", "0F")])
def test_all_relays_go_at_once_on_old_and_new_firmware(make: Make, firmware: str, all_relays: str) -> None:
    board = make(firmware, all_relays=all_relays)
    board.switch(*range(8))
    assert board.on == list(range(8))
    board.switch(1)
    assert board.on == [1]
    board.switch()
    assert board.on == []
    assert board.simulated.show()["frames"] == 3


def test_the_old_command_on_a_new_board_is_refused_and_nothing_moves(make: Make) -> None:
    board = make("new", all_relays="old")
    with pytest.raises(DeviceFault) as caught:
        board.switch(*range(8))
    assert caught.value.code == "modbus-03"
    assert board.on == []


@pytest.mark.parametrize(
    ("options", "frames"),
    [
        ({"write": "auto"}, 3),
        ({"write": "run"}, 1),
        ({"write": "single"}, 3),
        ({"write": "auto", "zones": [0, 1, 2]}, 1),
    ],
)
def test_how_several_are_written_is_an_option(make: Make, options: dict[str, Any], frames: int) -> None:
    board = make(**{"zones": [2, 3, 4], **options})
    first = min(board.driver.options.zones)
    board.switch(first, first + 2)
    assert board.on == [first, first + 2]
    assert board.simulated.show()["frames"] == frames


def test_a_board_of_32_relays_is_one_too(make: Make) -> None:
    board = make(relays=32)
    board.meet()
    board.switch(0, 9, 31)
    assert board.on == [0, 9, 31]
    board.driver.poll(board.channel)
    assert board.reports[-1].on == frozenset({0, 9, 31})  # type: ignore[attr-defined]


def test_the_last_word_is_said_while_the_port_lives_and_never_after(make: Make) -> None:
    board = make()
    board.meet()
    board.switch(0, 1)
    board.channel.close()
    wait_for(lambda: board.on == [], "the zones are closed with the port")
    kept = make(off_at_stop=False)
    kept.meet()
    kept.switch(0)
    kept.channel.close()
    assert kept.on == [0]


def test_a_port_that_is_gone_takes_no_last_word(make: Make) -> None:
    board = make()
    board.meet()
    board.switch(0)
    asked: list[str] = []
    board.channel.at_close("another", lambda: asked.append("x"))
    board.channel._client.close()
    board.channel._client.connect = lambda: False  # type: ignore[method-assign]
    with pytest.raises(PortLost):
        board.switch(1)
    board.channel.close()
    assert asked == []


@pytest.mark.parametrize(
    "options",
    [
        {"zones": [0], "hands_off": [0]},
        {"hands_off": [9]},
        {"hands_off": ["1"]},
        {"write": "all"},
        {"all_relays": "0f"},
        {"pulse": "me"},
        {"longest_pulse_s": 0},
        {"longest_pulse_s": float("nan")},
        {"off_at_start": "yes"},
    ],
)
def test_options_that_make_no_sense_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="|".join(options)):
        MANIFEST.build(DEVICE, lambda report: None, address=1, baud=9600, options=options)


@pytest.mark.parametrize("driver", ["waveshare-relay", "modbus-inputs", "modbus-keypad"])
def test_every_option_is_explained(driver: str) -> None:
    found = manifest(driver)
    assert f"driver.{driver}" in catalogue()
    assert [one.key for one in found.options if f"driver_option.{driver}.{one.key}" not in catalogue()] == []
