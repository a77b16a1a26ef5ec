"""A real pseudo-terminal with a simulated device behind it: a thread carries the bytes and lets time pass."""

from __future__ import annotations

import os
import select
import threading
import time
import tty
from collections.abc import Iterator
from contextlib import contextmanager

from simulators.device import Device

_TICK_S = 0.02


@contextmanager
def on_pty(simulator: Device) -> Iterator[str]:
    """The path of the terminal that a driver may open, for as long as the block lasts."""
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    stopping = threading.Event()
    lock = threading.Lock()

    def carry() -> None:
        while not stopping.is_set():
            ready, _, _ = select.select([ours], [], [], _TICK_S)
            with lock:
                if ready:
                    simulator.hear(os.read(ours, 4096))
                simulator.tick(time.monotonic())

    simulator.attach(lambda data: _write_all(ours, data))
    thread = threading.Thread(target=carry, name="simulated device", daemon=True)
    thread.start()
    try:
        yield os.ttyname(theirs)
    finally:
        stopping.set()
        thread.join(5)
        os.close(ours)
        os.close(theirs)


def _write_all(number: int, data: bytes) -> None:
    while data:
        data = data[os.write(number, data) :]
