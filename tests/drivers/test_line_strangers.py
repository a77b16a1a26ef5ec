"""A stranger's driver that exits, fails in forgetting or never returns: one device of the line, not the others."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from drivers.driver import OrderDone, OrderFailed
from drivers.lifecycle import State
from drivers.line_watch import LineWatch
from drivers.unit import Moved
from tests.drivers.line_bench import Bench, Pipe, Screen, Show
from tests.parts import wait_for


class Rude(Screen):
    """``leaves``: it ends the program instead of answering. ``grudge``: it fails when it should forget."""

    leaves = grudge = False

    def perform(self, channel: Any, order: Show) -> None:
        if self.leaves:
            raise SystemExit("no licence")
        super().perform(channel, order)

    def forget(self) -> None:
        super().forget()
        if self.grudge:
            raise RuntimeError("I forget nothing")


@pytest.fixture
def rude() -> Rude:
    return Rude("sign-1")


@pytest.fixture
def bench(rude: Rude) -> Iterator[Bench]:
    built = Bench(rude, Screen("sign-2", poll_every_s=0.05))
    built.line.start()
    built.until("sign-1", State.READY)
    built.until("sign-2", State.READY)
    yield built
    rude.gate.set()
    built.line.stop()


def works(bench: Bench, device: str) -> None:
    order = Show(device, "A001")
    bench.line.submit(order)
    wait_for(lambda: OrderDone(device, order) in bench.told, f"{device} works")


def failures(bench: Bench) -> list[tuple[str, str]]:
    return [(report.device, report.code) for report in bench.told if isinstance(report, OrderFailed)]


@pytest.mark.parametrize("grudge", [False, True])
def test_a_driver_that_exits_is_one_device_in_quarantine(bench: Bench, rude: Rude, grudge: bool) -> None:
    rude.leaves, rude.grudge = True, grudge
    bench.line.submit(Show("sign-1", "A001"))
    bench.until("sign-1", State.QUARANTINED)
    works(bench, "sign-2")
    assert failures(bench) == [("sign-1", "crashed")]
    assert State.LOST not in bench.states("sign-2")


def test_a_driver_that_fails_in_forgetting_keeps_no_line_from_its_port(bench: Bench, rude: Rude) -> None:
    rude.grudge = True
    rude.problem = OSError("what no driver may raise")
    assert bench.pipe is not None
    bench.line.submit(Show("sign-1", "A001"))
    bench.until("sign-1", State.QUARANTINED)
    old, bench.pipe = bench.pipe, None
    os.close(old.far)  # the port is lost, and found again
    bench.until("sign-2", State.LOST)
    bench.pipe = Pipe()
    bench.until("sign-2", State.READY)


def test_a_driver_that_never_returns_is_named_and_nothing_waits_behind_it(bench: Bench, rude: Rude) -> None:
    watch = LineWatch(lambda: (bench.line,), hangs_after_s=0.2)
    watch.start()
    try:
        rude.gate = threading.Event()
        held = Show("sign-1", "held")
        bench.line.submit(held)
        bench.until("sign-1", State.QUARANTINED)
        bench.until("sign-2", State.LOST)
        reasons = {report.device: report.reason for report in bench.told if isinstance(report, Moved)}
        assert reasons == {"sign-1": "hangs", "sign-2": "line_held"}
        bench.line.submit(Show("sign-2", "behind it"))
        wait_for(lambda: ("sign-2", "line_held") in failures(bench), "the refusal of what waits")
        rude.gate.set()
        bench.until("sign-1", State.READY)
        bench.until("sign-2", State.READY)
        assert OrderDone("sign-1", held) in bench.told
        works(bench, "sign-2")
    finally:
        watch.stop()


def test_a_slow_driver_is_left_alone(bench: Bench, rude: Rude) -> None:
    watch = LineWatch(lambda: (bench.line,), hangs_after_s=30.0)
    watch.start()
    rude.gate = threading.Event()
    threading.Timer(0.3, rude.gate.set).start()
    works(bench, "sign-1")
    watch.stop()
    watch.stop()
    assert State.QUARANTINED not in bench.states("sign-1")
