"""A shared line: the fast lane, dead neighbours that cost little, turns that end, orders that are never done twice."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from drivers import line_channel
from drivers.driver import OrderDone, OrderFailed, Report
from drivers.errors import DeviceFault, DriverError, NoReply
from drivers.kinds.sign import ShowText
from drivers.led_sign import MANIFEST, OnbonSign
from drivers.lifecycle import State
from drivers.line import Line
from drivers.order_queue import OrderQueue
from drivers.transport import SerialTransport
from drivers.unit import Moved
from simulators.doors import PtyDoor
from simulators.led_sign import SimulatedOnbonSign
from simulators.line import Line as SimulatedLine
from tests.drivers.line_bench import Bench, Pipe, Screen, Show
from tests.parts import wait_for

LONG_S = 60.0  # longer than any test waits: what gives way in time did not wait for this


class Talker(Screen):
    """Asks real bytes on a real line and waits for an answer as long as it is let."""

    def __init__(self, device: str, answer_s: float = LONG_S) -> None:
        super().__init__(device)
        self.answer_s = answer_s
        self.dead = False
        self.asked = 0
        self.before: Callable[[], None] = lambda: None
        self.asked_before: list[int] = []

    def handshake(self, channel: Any) -> None:
        self._ask(channel)

    def perform(self, channel: Any, order: Show) -> None:
        self.before()
        try:
            self._ask(channel)
        except NoReply:
            self._ask(channel)  # its one retry
        self.done.append(order.text)

    def _ask(self, channel: Any) -> None:
        channel.write(b"?" if not self.dead else b"!")
        self.asked += 1
        while True:
            data = channel.read(self.answer_s)
            if b"." in data:
                return
            if not data:
                raise NoReply("nothing")


class Bus:
    """A pseudo-terminal on which whoever asks ``?`` is answered ``.``; ``!`` is answered by nobody."""

    def __init__(self, *talkers: Talker, repeatable: frozenset[str] = frozenset()) -> None:
        self.told: list[Report] = []
        self.master, self._slave = os.openpty()
        os.set_blocking(self.master, False)
        self.babbles = False
        names = {talker.device: repeatable for talker in talkers}
        path = os.ttyname(self._slave)
        self.line = Line("bus", lambda: SerialTransport(path), talkers, self.told.append, baud=9600, repeatable=names)
        self.line.start()

    def answer(self) -> bool:
        """Answer what has been asked; always true, to be called while waiting for something else."""
        try:
            asked = os.read(self.master, 4096)
        except BlockingIOError:
            asked = b""
        os.write(self.master, b"." * asked.count(b"?") + (b"#" * 50 if self.babbles else b""))
        return True

    def until(self, condition: Any, what: str) -> None:
        wait_for(lambda: self.answer() and condition(), what)

    def state(self, device: str) -> State | None:
        states = [one.state for one in self.told if isinstance(one, Moved) and one.device == device]
        return states[-1] if states else None

    def close(self) -> None:
        self.line.stop()
        os.close(self.master)
        os.close(self._slave)


@pytest.fixture
def talkers() -> tuple[Talker, Talker]:
    return Talker("sign-1"), Talker("sign-2")


@pytest.fixture
def bus(talkers: tuple[Talker, Talker]) -> Iterator[Bus]:
    built = Bus(*talkers, repeatable=frozenset({"Show"}))
    for talker in talkers:
        built.until(lambda talker=talker: built.state(talker.device) is State.READY, "both ready")
    yield built
    built.close()


def test_urgent_orders_go_first_and_in_their_own_order() -> None:
    queue = OrderQueue()
    orders = [Show("a", "1"), Show("a", "2", urgent=True), Show("b", "3"), Show("b", "4", urgent=True)]
    for order in orders:
        queue.put(order)
    taken = [queue.take() for _ in orders]
    assert [one.text for one in taken if one] == ["2", "4", "1", "3"]  # type: ignore[attr-defined]
    assert queue.take() is None


def test_an_order_that_gave_way_is_dropped_when_a_newer_one_has_its_slot() -> None:
    queue = OrderQueue()
    queue.put(Show("a", "old", slot="face"))
    old = queue.take()
    assert old is not None
    queue.put(Show("a", "new", slot="face"))
    queue.put_back(old)
    assert [one.text for one in (queue.take(),) if one] == ["new"]  # type: ignore[attr-defined]
    assert not queue.any


def test_the_question_to_a_dead_device_is_left_when_an_order_comes(
    bus: Bus, talkers: tuple[Talker, Talker], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line_channel, "SHARED_TURN_S", LONG_S)
    dead, _ = talkers
    dead.dead, dead.answer_s = True, 0.05
    for _ in range(3):
        bus.line.submit(Show("sign-1", "in vain"))
    bus.until(lambda: bus.state("sign-1") is State.LOST, "the dead one lost")
    dead.answer_s = LONG_S
    asked = dead.asked
    bus.until(lambda: dead.asked > asked, "the dead one asked again, which takes a minute")
    order = Show("sign-2", "A001")
    bus.line.submit(order)
    bus.until(lambda: OrderDone("sign-2", order) in bus.told, "the living one's order, long before that minute is over")


def test_an_order_that_may_be_given_twice_is_left_for_an_urgent_one_at_its_retry(
    bus: Bus, talkers: tuple[Talker, Talker], monkeypatch: pytest.MonkeyPatch
) -> None:
    slow, other = talkers
    slow.dead, slow.answer_s = True, 0.5
    bus.line.submit(Show("sign-1", "slow"))
    bus.until(lambda: slow.asked == 2, "the first question")
    other.before = lambda: other.asked_before.append(slow.asked)
    bus.line.submit(Show("sign-2", "A001", urgent=True))
    bus.until(lambda: "A001" in other.done, "the urgent order")
    assert other.asked_before == [2]  # no retry of the slow one before it
    bus.until(lambda: any(isinstance(one, OrderFailed) for one in bus.told), "the slow one told as failed in the end")


def test_an_order_that_acts_each_time_is_never_left(
    talkers: tuple[Talker, Talker], monkeypatch: pytest.MonkeyPatch
) -> None:
    bus = Bus(*talkers)  # nothing is repeatable
    for talker in talkers:
        bus.until(lambda talker=talker: bus.state(talker.device) is State.READY, "both ready")
    pulsed, _ = talkers
    pulsed.dead, pulsed.answer_s = True, 0.3
    bus.line.submit(Show("sign-1", "pulse"))
    bus.until(lambda: pulsed.asked == 2, "the first question")
    order = Show("sign-2", "A001", urgent=True)
    bus.line.submit(order)
    bus.until(lambda: OrderDone("sign-2", order) in bus.told, "the urgent order")
    ends = [one for one in bus.told if isinstance(one, OrderDone | OrderFailed)]
    assert [end.device for end in ends] == ["sign-1", "sign-2"]
    bus.close()


def test_a_device_that_never_stops_talking_loses_the_line(
    bus: Bus, talkers: tuple[Talker, Talker], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line_channel, "SHARED_TURN_S", 0.3)
    talkers[0].dead = bus.babbles = True
    bus.line.submit(Show("sign-1", "in vain"))
    bus.until(lambda: any(isinstance(one, OrderFailed) for one in bus.told), "the babbler's turn over")
    order = Show("sign-2", "A001")
    bus.line.submit(order)
    bus.until(lambda: OrderDone("sign-2", order) in bus.told, "the other one's order")


def test_orders_that_wait_when_the_port_is_lost_are_refused_and_not_done_later() -> None:
    screen = Screen("gate-1")
    bench = Bench(screen)
    bench.line.start()
    bench.until("gate-1", State.READY)
    screen.gate.clear()
    pulses = [Show("gate-1", f"pulse {number}") for number in range(3)]
    for order in pulses:
        bench.line.submit(order)
    lost, bench.pipe = bench.pipe, None
    assert lost is not None
    os.close(lost.far)
    screen.gate.set()
    bench.until("gate-1", State.LOST)
    wait_for(lambda: sum(isinstance(one, OrderDone | OrderFailed) for one in bench.told) == 3, "all answered")
    done = list(screen.done)
    bench.pipe = Pipe()
    bench.until("gate-1", State.READY)
    last = Show("gate-1", "asked anew")
    bench.line.submit(last)
    wait_for(lambda: OrderDone("gate-1", last) in bench.told, "a new order")
    assert screen.done == [*done, "asked anew"]
    bench.line.stop()


@pytest.mark.parametrize("problem", [DeviceFault("paper_out"), NoReply("nothing"), ZeroDivisionError("our mistake")])
def test_a_thousand_equal_faults_are_one_line_in_the_log(problem: Exception) -> None:
    screen = Screen("printer-1", poll_every_s=0.0)
    bench = Bench(screen)
    with capture_logs() as logs:
        bench.line.start()
        bench.until("printer-1", State.READY)
        screen.problem = problem
        unit = bench.line._units["printer-1"]
        for _ in range(1000):  # as often as in hours of real time
            unit.failed(problem) if isinstance(problem, DriverError) else unit.crashed(problem)
        wait_for(lambda: bench.states("printer-1")[-1] is not State.READY, "the fault told")
        bench.line.stop()
    of_the_fault = [entry for entry in logs if entry.get("state") not in ("handshake", "ready", "stopping")]
    expected = ["device.driver_crashed", "device.state"] if isinstance(problem, ZeroDivisionError) else ["device.state"]
    assert [entry["event"] for entry in of_the_fault] == expected


def test_signs_on_an_echoing_adapter_work_and_the_echo_is_dropped(tmp_path: Path) -> None:
    bus = SimulatedLine("bus", PtyDoor(tmp_path / "bus"))
    screens = [SimulatedOnbonSign(f"sign-{number}", address=number) for number in (1, 2)]
    for screen in screens:
        bus.join(screen)
    bus.open()
    bus.echo()
    told: list[Report] = []
    drivers = [OnbonSign(one.id, told.append, address=number, baud=9600) for number, one in enumerate(screens, 1)]
    names = {driver.device: MANIFEST.repeatable for driver in drivers}
    path = str(tmp_path / "bus")
    line = Line("bus", lambda: SerialTransport(path), drivers, told.append, baud=9600, repeatable=names)
    line.start()
    try:
        orders = [ShowText(f"sign-{turn % 2 + 1}", (f"A{turn:03}",)) for turn in range(8)]
        for order in orders:
            line.submit(order)
        wait_for(lambda: all(OrderDone(order.device, order) in told for order in orders), "all shown")
        assert [screen.show()["text"] for screen in screens] == ["A006", "A007"]
        channel = line._channel
        assert isinstance(channel, line_channel.LineChannel)
        assert channel.echo.echoing
        assert channel.echo.dropped > 0
        assert all(driver.late_or_foreign <= 3 for driver in drivers)  # those before it was found out
    finally:
        line.stop()
        bus.close()


def test_a_key_pressed_while_another_is_asked_is_heard(bus: Bus, talkers: tuple[Talker, Talker]) -> None:
    asked, other = talkers
    asked.before = lambda: os.write(bus.master, b"key") and None  # the other one speaks in the middle of this turn
    bus.line.submit(Show("sign-1", "A001"))
    bus.until(lambda: b"key" in other.heard_bytes, "the key to be heard")
    assert b"key" not in asked.heard_bytes, "it had these bytes in its own turn"


def test_a_lost_device_is_asked_rarely_and_found_again(bus: Bus, talkers: tuple[Talker, Talker]) -> None:
    dead, _ = talkers
    dead.dead, dead.answer_s = True, 0.05
    for _ in range(3):
        bus.line.submit(Show("sign-1", "in vain"))
    bus.until(lambda: bus.state("sign-1") is State.LOST, "the dead one lost")
    asked, begun_s = dead.asked, time.monotonic()
    bus.until(lambda: time.monotonic() - begun_s > 2.0, "two seconds")
    assert dead.asked - asked <= 4
    dead.dead = False
    bus.until(lambda: bus.state("sign-1") is State.READY, "found again")
