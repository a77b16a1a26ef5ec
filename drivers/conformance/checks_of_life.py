"""C01 to C05 and C08: a driver opens, notices silence and a pulled plug, comes back, and leaves nothing behind."""

from __future__ import annotations

import time
from typing import Final

import pytest

from drivers.conformance.bench import CALL_S, READY_S, Bench, descriptors, threads
from drivers.errors import DriverError
from drivers.line import Line

UNPLUG_SEEN_S: Final = 2.0
REPLUG_WORKS_S: Final = 5.0
_ROUNDS: Final = 2


def test_c01_opens_in_time(bench: Bench) -> None:
    """C01 opens-in-time: on a line of its own the device is ready within 15 s."""
    with bench.line():
        assert bench.is_working()


def test_c02_handshake_with_a_living_device(bench: Bench) -> None:
    """C02 handshake-with-a-living-device: handshake and poll succeed, twice, on a channel with no line around it."""
    with bench.channel() as channel:
        driver = bench.build()
        for _ in range(2):
            driver.handshake(channel)
            if driver.poll_every_s is not None:
                driver.poll(channel)
        driver.forget()


def test_c03_a_silent_device_is_no_reply_within_the_budget(bench: Bench) -> None:
    """C03 silent-device-is-named: a device that says nothing is a DriverError in time; when it speaks it is ready."""
    if not (bench.counterpart.answers and bench.carries_bytes):
        pytest.skip("this device is never asked, so it is never missed")
    bench.connection.silence(True)
    with bench.channel() as channel:
        driver = bench.build()
        began_s = time.monotonic()
        with pytest.raises(DriverError):
            driver.handshake(channel)
        assert time.monotonic() - began_s <= CALL_S * bench.patience
        driver.forget()
        bench.connection.silence(False)
        _handshake_at_last(bench, driver, channel)


def _handshake_at_last(bench: Bench, driver: object, channel: object) -> None:
    """A late answer to an older question may spoil one attempt, not all."""
    deadline_s = time.monotonic() + READY_S * bench.patience
    while True:
        try:
            driver.handshake(channel)  # type: ignore[attr-defined]
        except DriverError:
            if time.monotonic() > deadline_s:
                raise
        else:
            return


def test_c04_unplug_is_seen_within_two_seconds(bench: Bench) -> None:
    """C04 unplug-is-port-lost: a pulled plug is seen within 2 s, and every order is refused by name meanwhile."""
    with bench.line():
        bench.connection.unplug()
        bench.wait(lambda: not bench.is_working(), UNPLUG_SEEN_S, "the unplugged line is lost", promised=True)


@pytest.mark.parametrize("another_tty", [False, True], ids=["same", "another_tty"])
def test_c05_replug_works_within_five_seconds(bench: Bench, another_tty: bool) -> None:
    """C05 replug-works: the plug is back in, also behind another tty: ready within 5 s."""
    if another_tty and bench.transport != "pty":
        pytest.skip("only a tty can come back as another one")
    with bench.line():
        for _ in range(_ROUNDS):
            bench.connection.unplug()
            bench.wait(lambda: not bench.is_working(), UNPLUG_SEEN_S, "the unplugged line is lost", promised=True)
            bench.connection.replug(another_tty=another_tty)
            bench.wait(bench.is_working, REPLUG_WORKS_S, "the line that was plugged in again is ready", promised=True)


def test_c08_close_is_idempotent_and_leaves_nothing(bench: Bench) -> None:
    """C08 close-is-idempotent-and-joins: no thread and no descriptor is left, however often it is closed."""
    with bench.line():
        pass  # what is loaded and opened once for all
    connection = bench.connection
    before_files, before_threads = descriptors(), threads()
    for _ in range(_ROUNDS):
        line = Line("conformance", bench.open_channel, [bench.build()], bench.tell)
        line.start()
        bench.wait_until_working()
        line.stop(CALL_S * bench.patience)
        line.stop()
        channel = bench.open_channel()
        channel.close()
        channel.close()
    assert connection is bench.connection
    bench.wait(lambda: threads() <= before_threads, CALL_S, "every thread that was started has ended")
    bench.wait(lambda: descriptors() <= before_files, CALL_S, "every file that was opened is closed")
