"""The simulated relay board behind a file number, and a driver before it."""

from __future__ import annotations

import os
import select
import threading
from collections.abc import Callable
from typing import Any

from drivers.driver import Report
from drivers.kinds.relays import SwitchRelays
from drivers.options import read_options
from drivers.relay_board import RelayBoard, open_channel
from drivers.relay_board.options import OPTIONS, board_options
from simulators.relay_board import SimulatedRelayBoard

DEVICE = "relay-1"
PATIENCE_S = 2.0  # for `hurried`: the board is a thread beside others on a busy machine, not a chip


class BoardOnLine:
    """A simulated board behind a file number (pty master or socket); everything heard is kept."""

    def __init__(self, number: int) -> None:
        self.board = SimulatedRelayBoard(DEVICE)
        self.heard = bytearray()
        self.change: Callable[[bytes], list[bytes]] = lambda data: [data]
        self._number = number
        self._end_read, self._end_write = os.pipe()
        self.board.attach(self._say)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _say(self, data: bytes) -> None:
        for piece in self.change(data):
            os.write(self._number, piece)

    def _run(self) -> None:
        while True:
            ready, _, _ = select.select([self._number, self._end_read], [], [])
            if self._end_read in ready:
                return
            try:
                data = os.read(self._number, 4096)
            except OSError:
                return
            if not data:
                return
            self.heard += data
            self.board.hear(data)

    def stop(self) -> None:
        os.write(self._end_write, b"x")
        self._thread.join(5)
        os.close(self._end_read)
        os.close(self._end_write)


class Steady:
    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


class Bench:
    """A driver, its channel, its board and what it reported."""

    def __init__(self, port: str, line: BoardOnLine, **options: Any) -> None:
        self.line, self.board = line, line.board
        self.reports: list[Report] = []
        self.steady = Steady()
        found = board_options(read_options(OPTIONS, options))
        self.driver = RelayBoard(DEVICE, self.reports.append, options=found, steady=self.steady)
        self.channel = open_channel(port, 9600)

    def switch(self, *on: int, longest_s: float = 10.0) -> None:
        self.driver.perform(self.channel, SwitchRelays(DEVICE, frozenset(on), longest_s))

    @property
    def on(self) -> list[int]:
        found: list[int] = self.board.show()["on"]
        return found
