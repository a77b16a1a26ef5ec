"""The line: turns, lifecycles, silence that costs others nothing, keys that are heard while much is shown."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from drivers.driver import OrderDone, OrderFailed, Report
from drivers.errors import BadFrame, DeviceFault, DriverError, NoReply, PortLost
from drivers.lifecycle import LIFE, Happening, State, follow
from drivers.unit import Moved
from tests.drivers.line_bench import Bench, Pipe, Screen, Show
from tests.parts import wait_for


@pytest.fixture
def screen() -> Screen:
    return Screen("sign-1")


@pytest.fixture
def bench(screen: Screen) -> Iterator[Bench]:
    built = Bench(screen, Screen("sign-2"))
    built.line.start()
    built.until("sign-1", State.READY)
    built.until("sign-2", State.READY)
    yield built
    built.line.stop()


def test_orders_are_carried_out_and_told(bench: Bench, screen: Screen) -> None:
    order = Show("sign-1", "A001")
    bench.line.submit(order)
    wait_for(lambda: OrderDone("sign-1", order) in bench.told, "the order done")
    assert screen.done == ["A001"]


def test_a_newer_order_in_the_same_slot_replaces_one_that_waits(bench: Bench, screen: Screen) -> None:
    screen.gate.clear()
    bench.line.submit(Show("sign-1", "first"))
    for text in ("second", "third", "fourth"):
        bench.line.submit(Show("sign-1", text, slot="face"))
    bench.line.submit(Show("sign-1", "urgent", urgent=True))
    screen.gate.set()
    wait_for(lambda: "fourth" in screen.done, "the newest order")
    assert screen.done in (["first", "urgent", "fourth"], ["urgent", "first", "fourth"])


def test_bytes_are_heard_while_many_orders_wait(bench: Bench, screen: Screen) -> None:
    screen.gate.clear()
    for number in range(200):
        bench.line.submit(Show("sign-1", str(number)))
    assert bench.pipe is not None
    os.write(bench.pipe.far, b"key")
    seen_at: list[int] = []
    real = screen.heard

    def heard(channel: Any, data: bytes) -> None:
        seen_at.append(len(screen.done))
        real(channel, data)

    screen.heard = heard  # type: ignore[method-assign]
    screen.gate.set()
    wait_for(lambda: len(screen.done) == 200, "all orders")
    assert screen.heard_bytes == b"key"
    assert seen_at[0] <= 2


def test_a_silent_device_is_lost_after_three_failures_and_others_go_on(bench: Bench, screen: Screen) -> None:
    screen.problem = NoReply("nothing")
    for _ in range(3):
        bench.line.submit(Show("sign-1", "A001"))
    bench.until("sign-1", State.LOST)
    assert [report.code for report in bench.told if isinstance(report, OrderFailed)] == ["no_reply"] * 3
    bench.line.submit(Show("sign-1", "to the lost one"))
    other = Show("sign-2", "A002")
    bench.line.submit(other)
    wait_for(lambda: OrderDone("sign-2", other) in bench.told, "the other device's order")
    assert "lost" in [report.code for report in bench.told if isinstance(report, OrderFailed)]
    screen.problem = None
    bench.until("sign-1", State.READY)


def test_a_device_dead_from_the_start_costs_its_bus_little_whatever_is_asked_of_it() -> None:
    dead, living = Screen("sign-1"), Screen("sign-2", poll_every_s=0.02)
    dead.problem = NoReply("no power")
    bench = Bench(dead, living)

    def ask_again(report: Report) -> None:
        bench.told.append(report)
        if isinstance(report, OrderFailed) and len(bench.told) < 5000:
            bench.line.submit(Show("sign-1", "once more"))

    bench.line._tell = ask_again
    bench.line.start()
    bench.line.submit(Show("sign-1", "A001"))
    bench.until("sign-2", State.READY)
    wait_for(lambda: living.polls >= 10, "polls of the living one")
    bench.line.stop()
    assert dead.done == []


def test_a_mistake_of_ours_in_the_line_itself_ends_no_line(bench: Bench, screen: Screen) -> None:
    bench.line._due_unit = _raise_once(bench.line._due_unit)  # type: ignore[method-assign]
    wait_for(lambda: bench.opened >= 2, "the port opened anew")
    order = Show("sign-1", "A001")
    bench.until("sign-1", State.READY)
    bench.line.submit(order)
    wait_for(lambda: OrderDone("sign-1", order) in bench.told, "the order done")


def _raise_once(real: Callable[..., Any]) -> Callable[..., Any]:
    raised: list[bool] = []

    def fail_first(*given: Any, **named: Any) -> Any:
        if not raised:
            raised.append(True)
            raise ZeroDivisionError("our own mistake")
        return real(*given, **named)

    return fail_first


def test_one_failure_is_no_loss(bench: Bench, screen: Screen) -> None:
    screen.problem = BadFrame("noise")
    bench.line.submit(Show("sign-1", "A001"))
    wait_for(lambda: any(isinstance(report, OrderFailed) for report in bench.told), "the failure told")
    screen.problem = None
    order = Show("sign-1", "A002")
    bench.line.submit(order)
    wait_for(lambda: OrderDone("sign-1", order) in bench.told, "the next order done")
    assert bench.states("sign-1")[-1] is State.READY


def test_a_device_that_refuses_is_degraded_with_its_reason_told_once(bench: Bench, screen: Screen) -> None:
    screen.problem = DeviceFault("paper_out")
    for _ in range(4):
        bench.line.submit(Show("sign-1", "A001"))
    bench.until("sign-1", State.DEGRADED)
    wait_for(lambda: sum(isinstance(report, OrderFailed) for report in bench.told) == 4, "four refusals")
    told = [report.reason for report in bench.told if isinstance(report, Moved) and report.state is State.DEGRADED]
    assert told == ["paper_out"]


def test_a_driver_that_crashes_is_one_device_in_quarantine(bench: Bench, screen: Screen) -> None:
    screen.problem = ZeroDivisionError("our own mistake")
    bench.line.submit(Show("sign-1", "A001"))
    bench.until("sign-1", State.QUARANTINED)
    other = Show("sign-2", "A002")
    bench.line.submit(other)
    wait_for(lambda: OrderDone("sign-2", other) in bench.told, "the other device's order")


def test_an_unplugged_port_is_opened_again(bench: Bench, screen: Screen) -> None:
    lost, bench.pipe = bench.pipe, None
    assert lost is not None
    os.close(lost.far)
    bench.until("sign-1", State.LOST)
    bench.until("sign-2", State.LOST)
    assert screen.forgotten >= 1
    bench.pipe = Pipe()
    bench.until("sign-1", State.READY)
    assert bench.opened == 2


def test_orders_for_a_port_that_is_not_there_fail_instead_of_waiting() -> None:
    bench = Bench(Screen("sign-1"))
    bench.pipe = None
    bench.line.start()
    bench.until("sign-1", State.ABSENT)
    bench.line.submit(Show("sign-1", "A001"))
    wait_for(lambda: any(isinstance(report, OrderFailed) for report in bench.told), "the failure told")
    bench.line.stop()


def test_polls_come_in_their_time_and_notice_silence() -> None:
    screen = Screen("sign-1", poll_every_s=0.05)
    bench = Bench(screen)
    bench.line.start()
    wait_for(lambda: screen.polls >= 5, "five polls")
    screen.problem = NoReply("nothing")
    bench.until("sign-1", State.LOST)
    bench.line.stop()


def test_stop_joins_closes_and_may_be_repeated(bench: Bench) -> None:
    bench.line.stop()
    bench.line.stop()
    assert bench.pipe is not None
    assert bench.pipe.closed == 1
    assert bench.states("sign-1")[-1] is State.STOPPING
    bench.line.submit(Show("sign-1", "too late"))


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("happening", Happening)
def test_every_state_meets_every_happening(state: State, happening: Happening) -> None:
    following = follow(state, happening)
    expected = LIFE[state].get(happening, state)
    if happening is Happening.STOP and state is not State.DISABLED:
        expected = State.STOPPING
    assert following is expected


def test_every_error_of_ours_is_also_the_callers_built_in() -> None:
    assert issubclass(PortLost, ConnectionError)
    assert issubclass(NoReply, TimeoutError)
    assert issubclass(BadFrame, ValueError)
    assert issubclass(DeviceFault, RuntimeError)
    assert all(issubclass(kind, DriverError) for kind in (PortLost, NoReply, BadFrame, DeviceFault))


class Eager(Screen):
    """Wants its poll soon once it has heard something, and has time else."""

    def heard(self, channel: Any, data: bytes) -> None:
        super().heard(channel, data)
        self.poll_every_s = 0.01
        if data == b"bad":
            raise DeviceFault("flood", "too much")


@pytest.mark.parametrize("heard", [b"half", b"bad"])
def test_a_shorter_pace_takes_effect_at_once(heard: bytes) -> None:
    screen = Eager("reader-1", poll_every_s=3600)
    bench = Bench(screen)
    assert bench.pipe is not None
    bench.line.start()
    bench.until("reader-1", State.READY)
    assert screen.polls == 0
    os.write(bench.pipe.far, heard)
    wait_for(lambda: screen.polls >= 3, "three polls")
    bench.line.stop()
