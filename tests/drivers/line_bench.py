"""A line with devices whose behaviour the test sets, and what it told; drivers of real devices have their own tests."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass
from typing import Any

from drivers.driver import Order, Report
from drivers.errors import PortLost
from drivers.lifecycle import State
from drivers.line import Line
from drivers.unit import Moved
from tests.parts import wait_for


@dataclass(frozen=True, slots=True)
class Show(Order):
    text: str


class Pipe:
    """A channel with a real file number: what is written to ``far`` arrives."""

    def __init__(self) -> None:
        self._near, self.far = os.pipe()
        self.closed = 0

    def read(self, timeout_s: float) -> bytes:
        data = os.read(self._near, 4096)
        if not data:
            raise PortLost("unplugged")
        return data

    def fileno(self) -> int | None:
        return self._near

    def close(self) -> None:
        self.closed += 1


class Screen:
    """A device whose behaviour the test sets; drivers of real devices have tests of their own."""

    def __init__(self, device: str, poll_every_s: float | None = None) -> None:
        self.device = device
        self.poll_every_s = poll_every_s
        self.done: list[str] = []
        self.heard_bytes = b""
        self.polls = self.forgotten = 0
        self.problem: Exception | None = None
        self.gate = threading.Event()
        self.gate.set()

    def handshake(self, channel: Any) -> None:
        self._maybe_fail()

    def perform(self, channel: Any, order: Show) -> None:
        self.gate.wait(5)
        self._maybe_fail()
        self.done.append(order.text)

    def poll(self, channel: Any) -> None:
        self.polls += 1
        self._maybe_fail()

    def heard(self, channel: Any, data: bytes) -> None:
        self.heard_bytes += data

    def forget(self) -> None:
        self.forgotten += 1

    def _maybe_fail(self) -> None:
        if self.problem is not None:
            raise self.problem


class Bench:
    """One line and what it told."""

    def __init__(self, *screens: Screen) -> None:
        self.told: list[Report] = []
        self.pipe: Pipe | None = Pipe()
        self.opened = 0
        self.line = Line("bus", self._open, screens, self.told.append)

    def _open(self) -> Pipe:
        if self.pipe is None:
            raise PortLost("no such port")
        self.opened += 1
        return self.pipe

    def states(self, device: str) -> list[State]:
        return [report.state for report in self.told if isinstance(report, Moved) and report.device == device]

    def until(self, device: str, state: State) -> None:
        wait_for(lambda: self.states(device)[-1:] == [state], f"{device} {state}")
