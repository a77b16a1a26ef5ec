"""C09, C10, C11, C15: what a driver does with orders, and what it tells: by name, once, and nothing secret."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final

import pytest

from drivers.conformance.bench import DEVICE, Bench
from drivers.conformance.orders import SLIP_SECRET, changes_by_itself, impossible, order_names, samples
from drivers.driver import Driver, Order, OrderDone, OrderFailed, Report
from drivers.errors import DeviceFault, DriverError

_SOME_POLLS_S: Final = 1.0


def test_c09_an_impossible_order_is_refused_by_name(bench: Bench) -> None:
    """C09 wrong-state-named: what no such device can do is a DeviceFault, and nothing moves."""
    with bench.line():
        before = bench.settle()
    failed = []
    with bench.channel() as channel:
        driver = bench.build()
        driver.handshake(channel)
        for order in impossible(bench.manifest.kind, DEVICE):
            try:
                driver.perform(channel, order)
            except DeviceFault as problem:
                if not str(problem):
                    failed.append(f"{order!r}: refused without words")
            except Exception as problem:  # noqa: BLE001 - a stranger's driver may raise anything
                failed.append(f"{order!r}: {type(problem).__name__} {problem}")
            else:
                failed.append(f"{order!r}: silently done")
        assert failed == []
        assert bench.settle() == before, "a refused order moved something"
        driver.handshake(channel)


def test_c09_a_device_that_refuses_is_named(bench: Bench) -> None:
    """C09 wrong-state-named: a device that refuses is a DeviceFault with a code: never silent, never done."""
    if not bench.counterpart.refuses:
        pytest.skip("this device cannot refuse")
    with bench.channel() as channel:
        driver = bench.build()
        driver.handshake(channel)
        able = [order for order in samples(bench.manifest.kind, DEVICE) if _can(driver, channel, order)]
        bench.connection.refuse()
        calls: list[Callable[[], None]] = [partial(driver.handshake, channel), partial(driver.poll, channel)]
        calls += [partial(driver.perform, channel, order) for order in able]
        codes = []
        for call in calls:
            try:
                call()
            except DeviceFault as fault:
                codes.append(fault.code)
            except (DriverError, ValueError):
                continue
    assert codes, "the device refused, and nobody was told"
    assert all(code and " " not in code for code in codes), codes


def _can(driver: Driver[Any], channel: Any, order: Order) -> bool:
    """Whether such a device takes this order at all; what it never takes says nothing of its faults."""
    try:
        driver.perform(channel, order)
    except DriverError:
        return False
    return True


def _performed(bench: Bench) -> Iterator[tuple[Order, OrderDone | OrderFailed, object, OrderDone | OrderFailed]]:
    with bench.line() as line:
        for order in samples(bench.manifest.kind, DEVICE):
            first = bench.order(line, order)
            after = bench.settle()
            yield order, first, after, bench.order(line, order)


def test_c10_repeatable_orders_act_once(bench: Bench) -> None:
    """C10 idempotent-or-declared: what `Manifest.repeatable` names acts once when it is given twice."""
    known = order_names(bench.manifest.kind)
    assert bench.manifest.repeatable <= known, f"orders of this kind: {sorted(known)}"
    wrong, done = [], 0
    for order, first, after, second in _performed(bench):
        for end in (first, second):
            if isinstance(end, OrderFailed) and end.code in ("crashed", "bad_frame", "no_reply", "port_lost"):
                wrong.append(f"{type(order).__name__}: {end.code} {end.words}")
        done += isinstance(first, OrderDone)
        repeatable = type(order).__name__ in bench.manifest.repeatable and not changes_by_itself(order)
        if repeatable and isinstance(first, OrderDone) and bench.settle() != after:
            wrong.append(f"{type(order).__name__} is declared repeatable and acted twice: {after} {bench.settle()}")
    assert wrong == []
    only_speaks = bool(bench.counterpart.reports)
    assert done or not known or only_speaks, "a device of this kind is given orders, and this driver did none of them"


def test_c11_secrets_are_never_logged(
    bench: Bench, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """C11 secrets-never-logged: no log line, no report's repr and no reason holds what was read or printed."""
    secrets = {SLIP_SECRET}
    with caplog.at_level(logging.DEBUG), bench.line() as line:
        for turn in range(len(bench.counterpart.reports)):
            if bench.carries_bytes:
                bench.connection.halve(True)
                secrets.update(bench.connection.provoke(turn))
                bench.settle()
                bench.connection.halve(False)
            secrets.update(bench.connection.provoke(turn))
            bench.settle()
        for order in samples(bench.manifest.kind, DEVICE):
            bench.order(line, order)
    out, err = capfd.readouterr()
    reports = [one for one in bench.reports if not isinstance(one, OrderDone | OrderFailed)]
    shown = "\n".join([out, err, caplog.text, *map(repr, reports), *(one.words for one in _failures(bench.reports))])
    assert [secret for secret in sorted(secrets) if secret and secret in shown] == []


def _failures(reports: list[Report]) -> list[OrderFailed]:
    return [one for one in reports if isinstance(one, OrderFailed)]


def test_c15_reports_only_through_tell(bench: Bench) -> None:
    """C15 reports-only-through-tell: what is told is a Report of this device, told by the line's own thread."""
    with bench.line() as line:
        for turn in range(len(bench.counterpart.reports)):
            bench.provoke(turn)
        for order in samples(bench.manifest.kind, DEVICE)[:1]:
            bench.order(line, order)
        time.sleep(_SOME_POLLS_S)
    assert [one for one in bench.reports if not isinstance(one, Report) or one.device != DEVICE] == []
    assert len(bench.tellers) == 1, "somebody else than the line's thread told something"
    assert threading.get_ident() not in bench.tellers
    with bench.channel() as channel:
        driver = bench.build()
        assert driver.handshake(channel) is None  # type: ignore[func-returns-value]
        if driver.poll_every_s is not None:
            assert driver.poll(channel) is None  # type: ignore[func-returns-value]
