"""The relay driver against the simulated board, over a real pseudo-terminal and over TCP."""

from __future__ import annotations

import os
import random
import time
import tty
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from drivers.errors import BadFrame, DeviceFault, NoReply, PortLost
from drivers.kinds.relays import PulseRelay, RelaysRead
from drivers.relay_board import MANIFEST, RelayBoard, open_channel
from drivers.relay_board.driver import READ_EVERY_S
from tests.drivers.relay_line import DEVICE, PATIENCE_S, Bench, BoardOnLine
from tests.frame_checks import samples

SAMPLES = {sample.name: sample.data for sample in samples("relay_board")}


@pytest.fixture
def pty_line() -> Iterator[tuple[str, BoardOnLine, Callable[[], None]]]:
    master, slave = os.openpty()
    tty.setraw(slave)
    name = os.ttyname(slave)
    line = BoardOnLine(master)
    open_numbers = [master, slave]

    def unplug() -> None:
        line.stop()
        while open_numbers:
            os.close(open_numbers.pop())

    yield name, line, unplug
    if open_numbers:
        unplug()


@pytest.fixture
def bench_as_delivered(pty_line: tuple[str, BoardOnLine, Callable[[], None]]) -> Iterator[Bench]:
    bench = Bench(pty_line[0], pty_line[1])
    yield bench
    bench.channel.close()


@pytest.fixture
def bench(bench_as_delivered: Bench) -> Iterator[Bench]:
    with bench_as_delivered.channel.hurried(PATIENCE_S):
        yield bench_as_delivered


def test_zones_open_and_close_with_the_bytes_of_the_manual(bench: Bench) -> None:
    bench.switch(*range(8))
    assert bench.on == list(range(8))
    assert bytes(bench.line.heard) == SAMPLES["all-on"]
    bench.line.heard.clear()
    bench.switch()
    assert bench.on == []
    assert bytes(bench.line.heard) == SAMPLES["all-off"]


def test_the_handshake_reads_the_board_and_its_version_once(bench: Bench) -> None:
    bench.driver.handshake(bench.channel)
    assert bytes(bench.line.heard) == SAMPLES["read-relays"] + SAMPLES["read-version"] + SAMPLES["read-relays"]
    assert bench.reports == [RelaysRead(DEVICE, frozenset())]


def test_the_handshake_closes_zones_that_nobody_wants_open(bench: Bench) -> None:
    bench.board.relays = [True] * 8
    bench.driver.handshake(bench.channel)
    assert bench.on == []


def test_the_handshake_lives_with_a_board_that_has_no_version(bench: Bench) -> None:
    bench.line.change = lambda data: [SAMPLES["own-fault"]] if data == SAMPLES["version-2.00"] else [data]
    bench.driver.handshake(bench.channel)
    bench.switch(3)
    assert bench.on == [3]


def test_a_pulse_is_sent_as_the_manual_writes_it(bench: Bench) -> None:
    bench.driver.perform(bench.channel, PulseRelay(DEVICE, 0, 5))
    assert bytes(bench.line.heard) == SAMPLES["pulse-0-half-s"]
    assert bench.board.show()["pulsing"] == [0]


def test_a_pulse_whose_answer_is_lost_is_not_given_twice(bench: Bench) -> None:
    bench.line.change = lambda data: []
    with pytest.raises(NoReply):
        bench.driver.perform(bench.channel, PulseRelay(DEVICE, 0, 5))
    assert bytes(bench.line.heard) == SAMPLES["pulse-0-half-s"]


def test_pulses_that_cannot_be_are_refused_before_the_line(bench: Bench) -> None:
    bench.switch(1)
    bench.line.heard.clear()
    for relay in (-1, 8, 1):
        with pytest.raises(DeviceFault):
            bench.driver.perform(bench.channel, PulseRelay(DEVICE, relay, 5))
    for tenths in (-1, 0, 101):
        with pytest.raises(DeviceFault, match="a pulse lasts"):
            bench.driver.perform(bench.channel, PulseRelay(DEVICE, 0, tenths))
    with pytest.raises(DeviceFault, match="no zones"):
        bench.switch(8)
    assert not bench.line.heard


@pytest.mark.parametrize("code", [1, 2, 3, 4])
def test_each_exception_code_is_a_fault_of_its_own(bench: Bench, code: int) -> None:
    bench.board.do("answer_exception", {"code": code})
    with pytest.raises(DeviceFault) as caught:
        bench.switch(0)
    assert caught.value.code == f"modbus-{code:02d}"
    assert str(caught.value)
    bench.board.do("reset", {})
    bench.switch(0)
    assert bench.on == [0]


def test_a_silent_board_is_no_reply_within_a_second(bench_as_delivered: Bench) -> None:
    bench_as_delivered.line.change = lambda data: []
    began = time.monotonic()
    with pytest.raises(NoReply):
        bench_as_delivered.switch(0)
    assert time.monotonic() - began < 1.5


def test_a_board_with_another_address_is_no_reply(bench: Bench) -> None:
    bench.board.do("other_address", {"address": 2})
    with pytest.raises(NoReply):
        bench.driver.handshake(bench.channel)


@pytest.mark.parametrize(
    "rubbish",
    [b"\x00" * 30, b"\xff\xfe", SAMPLES["eight-set"][:-1] + b"\x00", b"\x02" + SAMPLES["eight-set"][1:]],
    ids=["zeros", "two bytes", "checksum", "another address"],
)
def test_an_answer_that_is_none_is_a_bad_frame(bench: Bench, rubbish: bytes) -> None:
    bench.line.change = lambda data: [rubbish]
    with pytest.raises(BadFrame):
        bench.switch(0)


def test_an_answer_to_another_question_is_a_bad_frame(bench: Bench) -> None:
    bench.line.change = lambda data: [SAMPLES["relays-0-and-6"]]
    with pytest.raises(BadFrame):
        bench.switch(0)
    bench.line.change = lambda data: [SAMPLES["relay-0-on"]]
    with pytest.raises(BadFrame):
        bench.driver.perform(bench.channel, PulseRelay(DEVICE, 1, 5))


def test_an_answer_in_single_bytes_is_understood(bench: Bench) -> None:
    bench.line.change = lambda data: [data[index : index + 1] for index in range(len(data))]
    bench.switch(2)
    bench.driver.handshake(bench.channel)
    assert bench.reports[-1] == RelaysRead(DEVICE, frozenset({2}))


def test_one_lost_answer_is_asked_for_again(bench: Bench) -> None:
    lost: list[bytes] = []

    def lose_the_first(data: bytes) -> list[bytes]:
        if not lost:
            lost.append(data)
            return []
        return [data]

    bench.line.change = lose_the_first
    bench.switch(5)
    assert lost
    assert bench.on == [5]


def test_ten_thousand_random_bytes_cost_one_answer_and_move_nothing_wrong(bench: Bench) -> None:
    chance = random.Random(11)
    noise = [chance.randbytes(1000) for _ in range(10)]

    def noise_first(data: bytes) -> list[bytes]:
        found = [*noise]
        noise.clear()
        return found or [data]

    bench.line.change = noise_first
    bench.switch(1, 2)
    assert not noise
    bench.driver.handshake(bench.channel)
    assert bench.on == [1, 2]
    assert bench.reports == [RelaysRead(DEVICE, frozenset({1, 2}))]


def test_two_answers_in_one_read_are_one_answer(bench: Bench) -> None:
    bench.line.change = lambda data: [data + data]
    bench.switch(3)
    bench.driver.handshake(bench.channel)
    assert bench.reports == [RelaysRead(DEVICE, frozenset({3}))]


def test_every_state_of_eight_relays_is_read_as_it_is(bench: Bench) -> None:
    for state in range(256):
        bench.board.relays = [bool(state >> relay & 1) for relay in range(8)]
        expected = frozenset(relay for relay in range(8) if state >> relay & 1)
        assert bench.channel.read_coils(1, 8) == expected


def test_the_watchdog_closes_the_zones_even_when_nobody_asks(bench: Bench) -> None:
    bench.switch(0, 1, longest_s=4.0)
    bench.steady.now_s += 5.9
    bench.driver.poll(bench.channel)
    assert bench.on == [0, 1]
    bench.steady.now_s += 0.2
    bench.driver.poll(bench.channel)
    assert bench.on == []
    bench.line.heard.clear()
    bench.driver.poll(bench.channel)
    assert SAMPLES["all-off"] not in bytes(bench.line.heard)


def test_the_watchdog_tries_again_until_the_board_has_heard_it(bench: Bench) -> None:
    bench.switch(0, longest_s=1.0)
    bench.steady.now_s += 4.0
    bench.board.do("answer_exception", {"code": 4, "times": 1})
    with pytest.raises(DeviceFault):
        bench.driver.poll(bench.channel)
    assert bench.on == [0]
    bench.driver.forget()
    bench.driver.handshake(bench.channel)
    assert bench.on == []


def test_zones_in_use_are_opened_again_after_the_line_came_back(bench: Bench) -> None:
    bench.switch(4, longest_s=10.0)
    bench.driver.forget()
    bench.board.do("reset", {})
    bench.steady.now_s += 1.0
    bench.driver.handshake(bench.channel)
    assert bench.on == [4]


def test_what_the_board_lost_is_found_by_reading_back_and_set_again(bench: Bench) -> None:
    bench.switch(4, longest_s=30.0)
    bench.driver.poll(bench.channel)
    assert bench.reports == [RelaysRead(DEVICE, frozenset({4}))]
    bench.board.do("reset", {})
    bench.steady.now_s += READ_EVERY_S - 0.1
    bench.driver.poll(bench.channel)
    assert bench.on == []
    bench.steady.now_s += 0.2
    bench.driver.poll(bench.channel)
    assert bench.on == [4]


def test_a_relay_between_two_zones_is_never_touched(pty_line: tuple[str, BoardOnLine, Callable[[], None]]) -> None:
    bench = Bench(pty_line[0], pty_line[1], zones=[0, 2])
    bench.driver.perform(bench.channel, PulseRelay(DEVICE, 1, 50))
    bench.switch(0, 2)
    assert bench.on == [0, 1, 2]
    bench.switch()
    assert bench.on == [1]
    assert bench.board.show()["pulsing"] == [1]
    bench.channel.close()


def test_an_unplugged_port_is_lost(pty_line: tuple[str, BoardOnLine, Callable[[], None]]) -> None:
    bench = Bench(pty_line[0], pty_line[1])
    bench.switch(0)
    pty_line[2]()
    with pytest.raises(PortLost):
        bench.switch(1)
    bench.channel.close()
    bench.channel.close()


@pytest.mark.parametrize(
    "port", ["/dev/no-such-port", "socket://127.0.0.1:1", "tcp://", "tcp://h:99999", "nonsense://x"]
)
def test_a_port_that_is_not_there_is_lost(port: str) -> None:
    with pytest.raises(PortLost):
        open_channel(port, 9600)


@pytest.mark.parametrize(
    "options",
    [
        {"zone": [1]},
        {"zones": []},
        {"zones": [8]},
        {"zones": [-1]},
        {"zones": "01"},
        {"zones": [True]},
        {"relays": 0},
        {"relays": 33},
        {"relays": "8"},
    ],
)
def test_options_that_make_no_sense_are_errors(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        MANIFEST.build(DEVICE, lambda report: None, address=1, baud=9600, options=options)


def test_the_manifest_builds_a_driver_with_the_factory_address() -> None:
    driver = MANIFEST.build(DEVICE, lambda report: None, address=None, baud=9600, options={"zones": [0, 1]})
    assert isinstance(driver, RelayBoard)
    assert driver.options.zones == frozenset({0, 1})
