"""The sign's driver in time and on pseudo-terminals, alone and with others on the bus."""

from __future__ import annotations

import time
from pathlib import Path
from queue import SimpleQueue
from random import Random
from typing import Any

import pytest
from structlog.testing import capture_logs

from drivers.driver import OrderDone, OrderFailed, Report
from drivers.errors import DeviceFault, NoReply, PortLost
from drivers.kinds.sign import ShowText
from drivers.led_sign import OnbonSign, driver, messages
from drivers.led_sign.codec import HOST, Packet, Parser
from drivers.lifecycle import Happening, State
from drivers.line import Line
from drivers.transport import Memory, SerialTransport
from drivers.unit import Moved, Unit
from simulators.doors import PtyDoor, SocketDoor
from simulators.led_sign import SimulatedOnbonSign
from simulators.line import Line as SimulatedLine
from tests.drivers.wired import Wired
from tests.drivers.wired_pty import on_pty

TICKET = ShowText("sign-1", ("请A012号",))


def ignore(report: Report) -> None:
    raise AssertionError(f"a sign never speaks unasked: {report}")


def sign(device: str = "sign-1", address: int | None = 1, **options: Any) -> OnbonSign:
    return OnbonSign(device, ignore, address=address, baud=9600, options=options)


def joined(**options: Any) -> tuple[OnbonSign, SimulatedOnbonSign, Wired]:
    simulator = SimulatedOnbonSign("sign-1", options=options)
    return sign(**options), simulator, Wired(simulator)


class Stopwatch(Wired):
    """Notes when bytes were given to the driver and when it wrote."""

    def __init__(self, simulator: SimulatedOnbonSign) -> None:
        super().__init__(simulator)
        self.read_s = self.written_s = 0.0

    def read(self, timeout_s: float) -> bytes:
        data = super().read(timeout_s)
        self.read_s = time.monotonic() if data else self.read_s
        return data

    def write(self, data: bytes) -> None:
        self.written_s = time.monotonic()
        super().write(data)


def test_signs_on_one_bus_keep_the_silence_between_them() -> None:
    line = Stopwatch(SimulatedOnbonSign("a", address=1))
    sign("a", 1).perform(line, ShowText("a", ("1",)))
    last_byte_s = line.read_s
    with pytest.raises(NoReply):
        sign("b", 2).handshake(line)
    assert line.written_s - last_byte_s >= 3.5 * 10 / 9600


def put_what_waits(one: OnbonSign, line: Wired) -> None:
    while one.poll_every_s != driver.POLL_EVERY_S:
        one.poll(line)


def test_a_screen_that_wants_a_second_gets_it() -> None:
    simulator = SimulatedOnbonSign("sign-1")
    one, line = sign(min_interval_s=0.6), Stopwatch(simulator)
    for number in range(3):
        one.perform(line, ShowText("sign-1", (str(number),)))
    put_s = line.written_s
    assert simulator.show()["text"] == "0"  # the others came too soon; nobody sleeps
    assert one.poll_every_s is not None
    assert one.poll_every_s <= 0.6
    put_what_waits(one, line)
    assert line.written_s - put_s >= 0.59
    assert simulator.show()["text"] == "2"
    assert one.poll_every_s == driver.POLL_EVERY_S


def test_a_text_that_waits_is_put_after_a_failure_and_forgotten_with_the_line() -> None:
    one, simulator, line = joined(min_interval_s=0.6)
    one.perform(line, ShowText("sign-1", ("0",)))
    one.perform(line, ShowText("sign-1", ("1",)))
    line.lost = True
    with pytest.raises(PortLost):
        put_what_waits(one, line)
    one.forget()
    line.lost = False
    one.poll(line)
    assert simulator.show()["text"] == "0"
    one.perform(line, ShowText("sign-1", ("2",)))
    put_what_waits(one, line)
    one.perform(line, ShowText("sign-1", ("3",)))
    simulator.do("answer_error", {"code": 4})
    with pytest.raises(DeviceFault):
        put_what_waits(one, line)
    one.poll(line)  # a refused text is not tried again and again
    assert simulator.show()["text"] == "2"


def test_over_a_pseudo_terminal() -> None:
    simulator = SimulatedOnbonSign("sign-1")
    with on_pty(simulator) as path:
        line = SerialTransport(path)
        one = sign()
        one.handshake(line)
        one.perform(line, ShowText("sign-1", ("楼蔼爱Z[",)))
        one.poll(line)
        line.close()
    assert simulator.show()["text"] == "楼蔼爱Z["


def test_silence_on_a_real_line_lasts_two_half_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver, "ANSWER_S", 0.1)
    simulator = SimulatedOnbonSign("sign-1", address=9)
    with on_pty(simulator) as path:
        line = SerialTransport(path)
        started = time.monotonic()
        with pytest.raises(NoReply):
            sign().perform(line, TICKET)
        assert 0.2 <= time.monotonic() - started < 2.0
        line.close()
    assert simulator.show()["counters"]["foreign"] == 2


def test_two_signs_on_one_bus_over_a_pseudo_terminal_and_one_is_unplugged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver, "ANSWER_S", 0.1)
    bus = SimulatedLine("bus", PtyDoor(tmp_path / "bus"))
    screens = [SimulatedOnbonSign(f"sign-{number}", address=number) for number in (1, 2)]
    taps = [bus.join(screen) for screen in screens]
    bus.open()
    reports: SimpleQueue[Report] = SimpleQueue()
    drivers = [OnbonSign(one.id, reports.put, address=number, baud=9600) for number, one in enumerate(screens, 1)]
    line = Line("bus", lambda: SerialTransport(str(tmp_path / "bus")), drivers, reports.put)
    line.start()
    try:
        for number in (1, 2):
            line.submit(ShowText(f"sign-{number}", (f"A00{number}",), slot="show"))
        assert {_order_end(reports).device for _ in screens} == {"sign-1", "sign-2"}
        assert [screen.show()["text"] for screen in screens] == ["A001", "A002"]
        bus.unplug(taps[0])
        line.submit(ShowText("sign-1", ("A003",)))
        line.submit(ShowText("sign-2", ("A004",)))
        ends = [_order_end(reports) for _ in range(2)]
        assert [type(end) for end in ends] == [OrderFailed, OrderDone]
        assert [screen.show()["text"] for screen in screens] == ["A001", "A004"]
    finally:
        line.stop()
        bus.close()


def _told_while_showing(line: Line, reports: SimpleQueue[Report]) -> list[tuple[str, str]]:
    """What was told of the sign until it showed the next ticket; it is shown in any case."""
    line.submit(ShowText("sign-1", ("A001",)))
    told = []
    while not isinstance(report := reports.get(timeout=20), OrderDone | OrderFailed):
        if isinstance(report, Moved):
            told.append((report.state.value, report.reason))
    assert isinstance(report, OrderDone)
    return told


def test_two_signs_of_one_number_are_named_until_one_has_another(tmp_path: Path) -> None:
    bus = SimulatedLine("bus", PtyDoor(tmp_path / "bus"))
    screens = [SimulatedOnbonSign(f"sign-{number}", address=1) for number in (1, 2)]
    for screen in screens:
        bus.join(screen)
    bus.open()
    reports: SimpleQueue[Report] = SimpleQueue()
    with capture_logs() as said:
        one = OnbonSign("sign-1", reports.put, address=1, baud=9600)
        line = Line("bus", lambda: SerialTransport(str(tmp_path / "bus")), [one], reports.put)
        line.start()
        try:
            told = [move for _ in range(6) for move in _told_while_showing(line, reports)]
            assert told[-1] == ("degraded", "answered_twice")
            assert told.count(told[-1]) == 1
            screens[1].do("other_address", {"address": 2})
            assert [move for _ in range(6) for move in _told_while_showing(line, reports)] == [("ready", "")]
        finally:
            line.stop()
            bus.close()
    twice = [line for line in said if line["event"] == "sign_answered_twice"]
    assert len(twice) == 1
    assert twice[0]["device"] == "sign-1"
    assert "same address" in twice[0]["check"]


def _order_end(reports: SimpleQueue[Report]) -> OrderDone | OrderFailed:
    while True:
        report = reports.get(timeout=30)
        if isinstance(report, OrderDone | OrderFailed):
            return report


@pytest.mark.parametrize("destination", ["screen", "8000"])
def test_over_the_network_to_either_receiver(destination: str) -> None:
    simulator = SimulatedOnbonSign("sign-1", options={"destination": destination})
    bus = SimulatedLine("bus", SocketDoor())
    bus.join(simulator)
    bus.open()
    line = SerialTransport(bus.door.port)
    try:
        one = sign(destination=destination)
        one.handshake(line)
        one.perform(line, ShowText("sign-1", ("楼蔼爱Z[",)))
        one.poll(line)
    finally:
        line.close()
        bus.close()
    assert simulator.show()["text"] == "楼蔼爱Z["


def test_a_card_asked_as_8000_is_not_mistaken_for_our_own_echo() -> None:
    asked = Memory()
    one = sign(destination="8000")
    written: list[bytes] = []
    asked.write = written.append  # type: ignore[method-assign]
    with pytest.raises(NoReply):
        one.handshake(asked)
    ping = written[0]
    assert ping[8:12] == b"\x00\x80\x00\x80"
    with pytest.raises(NoReply):
        one.handshake(Memory([(ping, ping)]))


@pytest.mark.parametrize(("code", "reason"), list(messages.ERROR_CODES.items()))
def test_each_refusal_reaches_the_state_of_health(code: int, reason: str) -> None:
    reports: list[Report] = []
    unit = Unit(OnbonSign("sign-1", reports.append, address=1, baud=9600), "bus", reports.append)
    simulator = SimulatedOnbonSign("sign-1")
    line = Wired(simulator)
    unit.move(Happening.OPEN, "")
    unit.port_opened()
    unit.driver.handshake(line)
    unit.answered()
    simulator.do("answer_error", {"code": code, "times": 2})
    with pytest.raises(DeviceFault) as caught:
        unit.driver.perform(line, TICKET)
    unit.failed(caught.value)
    assert (unit.state, unit.reason) == (State.DEGRADED, reason)


def test_ten_thousand_bytes_of_noise_do_not_lose_what_follows() -> None:
    parser = Parser()
    parser.feed(Random(5).randbytes(10_000))
    packet = Packet(1, HOST, messages.ping().data())
    assert packet in parser.feed(packet.encode())
