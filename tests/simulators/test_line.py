"""A simulated line over real pseudo-terminals and sockets, opened with pyserial as a driver would."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import serial

from simulators.doors import PtyDoor, SocketDoor
from simulators.faults import Garble
from simulators.line import Line, Tap
from simulators.pacing import Pacer
from tests.simulators.small_device import Parrot
from tests.simulators.waiting import until


class Bus:
    """A line with two parrots and a host's port."""

    def __init__(self, folder: Path, *, paced: bool = False, baud: int = 9600) -> None:
        self.line = Line("bus", PtyDoor(folder / "dev" / "bus"), paced=paced, baud=baud)
        self.first, self.second = Parrot("one", 1), Parrot("two", 2)
        self.first_tap: Tap = self.line.join(self.first)
        self.second_tap: Tap = self.line.join(self.second)
        self.line.open()
        self.ports: list[Any] = []

    def host(self) -> Any:
        port = serial.serial_for_url(self.line.door.port, timeout=3.0, write_timeout=3.0, exclusive=True)
        self.ports.append(port)
        return port

    def close(self) -> None:
        for port in self.ports:
            port.close()
        self.line.close()


@pytest.fixture
def bus(tmp_path: Path) -> Iterator[Bus]:
    made = Bus(tmp_path)
    yield made
    made.close()


def test_each_device_hears_everything_and_only_the_one_asked_answers(bus: Bus) -> None:
    port = bus.host()
    port.write(b"?2;")
    assert port.read(3) == b"!2;"
    port.write(b"?1;")
    assert port.read(3) == b"!1;"
    assert bus.first.heard == bus.second.heard == b"?2;?1;"


def test_bytes_pass_unchanged_all_256_of_them(bus: Bus) -> None:
    port = bus.host()
    every = bytes(range(256)) * 8
    port.write(every)
    until(lambda: len(bus.first.heard) == len(every), "all bytes heard")
    assert bytes(bus.first.heard) == every


def test_a_megabyte_of_rubbish_is_heard_and_the_line_lives(bus: Bus) -> None:
    port = bus.host()
    rubbish = os.urandom(65_536).replace(b";", b":")
    for _ in range(16):
        port.write(rubbish)
    port.write(b";?1;")
    assert port.read(3) == b"!1;"
    assert len(bus.first.heard) == 16 * len(rubbish) + 4


def test_an_unplugged_adapter_is_gone_and_comes_back_under_the_same_name(bus: Bus) -> None:
    port = bus.host()
    bus.line.unplug(None)
    assert not Path(bus.line.door.port).exists()
    with pytest.raises((serial.SerialException, OSError)):
        until(lambda: port.write(b"?1;") and port.read(1) is None, "an error")
    before = bus.line.door.tty  # type: ignore[attr-defined]
    bus.line.replug(None, another_tty=True)
    assert os.readlink(bus.line.door.port) != before
    again = bus.host()
    again.write(b"?1;")
    assert again.read(3) == b"!1;"


def test_a_replug_under_another_name_leaves_nothing_under_the_old_one(bus: Bus) -> None:
    old = Path(bus.line.door.port)
    bus.line.unplug(None)
    bus.line.replug(None, name="adapter-2")
    assert not old.is_symlink()
    assert Path(bus.line.door.port).name == "adapter-2"
    port = bus.host()
    port.write(b"?2;")
    assert port.read(3) == b"!2;"


def test_one_device_pulled_off_the_bus_leaves_the_others_at_work(bus: Bus) -> None:
    port = bus.host()
    bus.line.unplug(bus.first_tap)
    port.write(b"?1;?2;")
    assert port.read(3) == b"!2;"
    assert bus.first.heard == b""
    bus.line.replug(bus.first_tap)
    port.write(b"?1;")
    assert port.read(3) == b"!1;"


def test_a_silent_line_takes_bytes_and_gives_none(bus: Bus) -> None:
    port = bus.host()
    bus.line.silence(None)
    port.timeout = 0.2
    port.write(b"?1;")
    assert port.read(1) == b""
    bus.line.clear_faults(None)
    port.timeout = 3.0
    port.write(b"?1;")
    assert port.read(3) == b"!1;"


def test_an_echoing_adapter_gives_back_what_the_host_says(bus: Bus) -> None:
    port = bus.host()
    bus.line.echo()
    port.write(b"?1;")
    assert port.read(6) == b"?1;!1;"


def test_garbling_is_the_same_for_the_same_seed_and_changes_only_some_bytes() -> None:
    data = bytes(1000)
    once, twice, other = Garble(0.05, 7).spoil(data), Garble(0.05, 7).spoil(data), Garble(0.05, 8).spoil(data)
    assert once == twice != other
    assert 20 < sum(byte != 0 for byte in once) < 90


def test_a_garbled_line_spoils_bytes_both_ways(bus: Bus) -> None:
    port = bus.host()
    bus.line.garble(None, 1.0, 3)
    port.write(b"a" * 200)
    until(lambda: len(bus.first.heard) == 200, "200 bytes")
    assert b"a" not in bus.first.heard


def test_a_slow_line_takes_the_time_of_its_baud_rate_both_ways(bus: Bus) -> None:
    port = bus.host()
    bus.line.slow(600)  # 60 bytes a second
    started_s = time.monotonic()
    port.write(b"......?1;")  # 9 bytes there, 3 back
    assert port.read(3) == b"!1;"
    took_s = time.monotonic() - started_s
    assert 12 / 60 - 0.01 <= took_s < 1.0


def test_a_paced_line_holds_the_host_back_as_a_wire_does(tmp_path: Path) -> None:
    bus = Bus(tmp_path, paced=True, baud=115_200)
    port = bus.host()
    started_s = time.monotonic()
    port.write(b"." * 4605 + b"?1;")
    assert port.read(3) == b"!1;"
    took_s = time.monotonic() - started_s
    bus.close()
    assert took_s >= 4608 / 11_520


def test_what_passed_is_counted_with_times(bus: Bus) -> None:
    port = bus.host()
    before_ns = time.monotonic_ns()
    port.write(b"?1;")
    assert port.read(3) == b"!1;"
    heard, said = bus.first_tap.activity.recent()
    assert bus.first_tap.activity.counters() == {"heard": 3, "said": 3, "lost": 0}
    assert (heard["way"], heard["tail_hex"]) == ("heard", "3F 31 3B")
    assert (said["way"], said["tail_hex"]) == ("said", "21 31 3B")
    assert before_ns <= heard["ended_ns"] <= said["ended_ns"] <= time.monotonic_ns()


def test_time_passes_for_the_devices_also_when_nothing_is_said(bus: Bus) -> None:
    until(lambda: bus.first.ticks > 2 and bus.second.ticks > 2, "ticks")


def test_closing_twice_leaves_no_thread_and_no_link(tmp_path: Path) -> None:
    bus = Bus(tmp_path)
    link = Path(bus.line.door.port)
    bus.close()
    bus.close()
    assert not link.is_symlink()
    assert not bus.line._thread.is_alive()


def test_a_socket_line_serves_one_host_after_another() -> None:
    line = Line("net", SocketDoor())
    line.join(Parrot("net", 1))
    line.open()
    try:
        for _ in range(3):
            with serial.serial_for_url(line.door.port, timeout=3.0) as port:
                port.write(b"?1;")
                assert port.read(3) == b"!1;"
        number = line.door.port
        line.unplug(None)
        with pytest.raises(serial.SerialException):
            serial.serial_for_url(number, timeout=1.0)
        line.replug(None)
        assert line.door.port == number
        line.unplug(None)
        line.replug(None, another_tty=True)
        assert line.door.port == number  # a TCP port has no other tty
    finally:
        line.close()


def test_a_full_pacer_says_how_much_found_no_room() -> None:
    pacer = Pacer(4)
    assert pacer.push(b"abcdef", 0.0) == 2
    assert pacer.take(0.0, 9600) == b""
    assert pacer.due_s(9600) == pytest.approx(0.002, abs=0.0015)
    assert pacer.take(10 / 9600, 9600) == b"a"
    assert pacer.take(1.0, 9600) == b"bcd"
    assert pacer.due_s(9600) is None
