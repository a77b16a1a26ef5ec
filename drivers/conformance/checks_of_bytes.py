"""C06, C07, C14: half a frame, a flood of rubbish, bytes one by one. Skipped where no bytes are carried."""

from __future__ import annotations

import random
import resource
import time
from collections.abc import Callable
from typing import Final

import pytest

from drivers.conformance.bench import DEVICE, Bench, resident_bytes, weight
from drivers.conformance.orders import ForeignOrder
from drivers.errors import DriverError

FLOOD_BYTES: Final = 1_000_000
FLOOD_LIMIT_S: Final = 20.0  # within this the driver has taken what it takes
FLOOD_CPU_S: Final = 20.0  # 50 kB/s is five times a line of 115200 baud
FLOOD_MEMORY: Final = 32 * 1024 * 1024
FLOOD_KEPT: Final = 256 * 1024  # by the driver itself: a longest frame and what was read at once
RECOVERS_S: Final = 30.0
_SEED: Final = 20_260_101
_ATTEMPTS: Final = 6
_AGAIN: Final = 3
_HALF_S: Final = 1.0
_PERSON_S: Final = 4.0  # after that a person scans or presses again


@pytest.fixture(autouse=True)
def _on_bytes(bench: Bench) -> None:
    if not bench.carries_bytes:
        pytest.skip("no bytes are carried here")


def test_c06_half_a_frame_is_no_answer(bench: Bench) -> None:
    """C06 half-frame-is-no-frame: an answer that breaks off is no answer; the next one counts."""
    if not bench.counterpart.answers:
        pytest.skip("this device is never asked")
    with bench.channel() as channel:
        driver = bench.build()
        driver.handshake(channel)
        bench.connection.halve(True)
        with pytest.raises(DriverError):
            driver.handshake(channel)
        driver.forget()
        bench.connection.halve(False)
        _handshakes_again(driver, channel)


def test_c06_half_a_report_is_no_report(bench: Bench) -> None:
    """C06 half-frame-is-no-frame: what a device says half is told whole (it said it again) or not at all."""
    if not bench.counterpart.reports:
        pytest.skip("this device never reports by itself")
    with bench.line():
        bench.settle()
        first = bench.provoke(0)
        bench.settle()
        second = bench.provoke(1)
        bench.settle()
        before = len(bench.told())
        bench.connection.halve(True)
        bench.connection.provoke(0)
        time.sleep(_HALF_S)
        told_of_halves = bench.told()[before:]
        bench.connection.halve(False)
        _patiently(bench, lambda: len(bench.told()) - before >= len(first))  # it says it again, or it never will
        bench.wait_until_working(RECOVERS_S)
        for _ in range(_AGAIN):
            bench.connection.provoke(1)
            if _patiently(bench, lambda: second[-1] in bench.told()[before:]):
                break
    assert told_of_halves == [], "half of what was said is told"
    assert second[-1] in bench.told()[before:], "what was said whole is not told"
    assert [one for one in bench.told()[before:] if one not in first + second] == []


def _patiently(bench: Bench, condition: Callable[[], bool]) -> bool:
    """Whether it comes true within a person's patience."""
    deadline_s = time.monotonic() + _PERSON_S * min(bench.patience, 2.0)
    while not condition() and time.monotonic() < deadline_s:
        time.sleep(0.02)
    return condition()


def test_c07_a_flood_of_rubbish_is_bounded(bench: Bench) -> None:
    """C07 garbage-flood-bounded: 1 MB of noise costs bounded time and memory, and the device is ready afterwards."""
    noise = random.Random(_SEED).randbytes(FLOOD_BYTES)  # noqa: S311 - noise on a wire, not a secret
    with bench.line() as line:
        before_bytes, before_s, before_weight = resident_bytes(), _cpu_s(), weight(bench.driver)
        bench.connection.noise(noise, FLOOD_LIMIT_S)
        assert _cpu_s() - before_s < FLOOD_CPU_S * bench.patience, "the noise cost too much computing"
        assert resident_bytes() - before_bytes < FLOOD_MEMORY, "the noise is kept in memory"
        bench.order(line, ForeignOrder(DEVICE))
        bench.wait_until_working(RECOVERS_S)  # what the line still held has been read by then
        assert weight(bench.driver) - before_weight < FLOOD_KEPT, "the driver keeps the noise"
        if bench.counterpart.reports:
            _reports_again(bench)


def _reports_again(bench: Bench) -> None:
    """A report may be lost to a frame that the noise has begun; a person tries again."""
    for turn in (0, 1) * _AGAIN:
        before = len(bench.told())
        bench.connection.provoke(turn)
        if _patiently(bench, lambda: len(bench.told()) - before >= bench.counterpart.reports[turn]):  # noqa: B023
            return
    pytest.fail("nothing is reported any more after the noise")


def test_c07_noise_instead_of_an_answer_is_named(bench: Bench) -> None:
    """C07 garbage-flood-bounded: rubbish while an answer is awaited is an answer found in it or a DriverError."""
    chance = random.Random(_SEED + 1)  # noqa: S311 - as above
    with bench.channel() as channel:
        driver = bench.build()
        driver.handshake(channel)
        for _ in range(_ATTEMPTS):
            bench.connection.noise(chance.randbytes(200), 1.0)
            try:
                driver.handshake(channel)
                if driver.poll_every_s is not None:
                    driver.poll(channel)
            except DriverError:
                driver.forget()
        _handshakes_again(driver, channel)


@pytest.mark.parametrize("way", ["one_byte", "glued"])
def test_c14_any_split_gives_the_same(bench: Bench, way: str) -> None:
    """C14 any-split-same-result: bytes one by one, or two answers in one read, mean the same as whole ones."""
    connection = bench.connection
    with bench.line():
        bench.settle()
        plain = [bench.provoke(turn) for turn in range(len(bench.counterpart.reports))]
        bench.settle()
        if way == "one_byte":
            connection.pieces(1)
        else:
            connection.glue(True)
        split = [bench.provoke(turn) for turn in range(len(bench.counterpart.reports))]
        bench.settle()
    assert split == plain
    with bench.channel() as channel:
        driver = bench.build()
        driver.handshake(channel)
        if driver.poll_every_s is not None:
            driver.poll(channel)


def _handshakes_again(driver: object, channel: object) -> None:
    for attempt in range(_ATTEMPTS):
        try:
            driver.handshake(channel)  # type: ignore[attr-defined]
        except DriverError:
            if attempt == _ATTEMPTS - 1:
                raise
        else:
            return


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
