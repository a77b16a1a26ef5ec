"""A port that is closed as soon as it opens: asked ever more rarely, told once, and well when it stays open."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from drivers.code_reader import PLAIN
from drivers.driver import Driver, Manifest, Report
from drivers.led_sign import MANIFEST as SIGN
from drivers.lifecycle import State
from drivers.line import Line
from drivers.transport import SerialTransport
from drivers.unit import Moved
from tests.parts import wait_for


class Closing:
    """A serial server whose only connection another program holds: it accepts, and closes."""

    def __init__(self) -> None:
        self.accepted = 0
        self.closes = True
        self._open: list[socket.socket] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"socket://127.0.0.1:{self._listening.getsockname()[1]}"
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            self.accepted += 1
            if self.closes:
                connection.close()
            else:
                self._open.append(connection)

    def end(self) -> None:
        self._listening.close()
        for connection in self._open:
            connection.close()


@pytest.fixture
def server() -> Iterator[Closing]:
    made = Closing()
    yield made
    made.end()


def line_to(server: Closing, driver: Driver[SerialTransport], reports: list[Report]) -> Line:
    return Line(driver.device, lambda: SerialTransport(server.url, 9600), [driver], reports.append)


@pytest.mark.parametrize("manifest", [PLAIN, SIGN], ids=lambda one: one.name)
def test_a_server_that_closes_at_once_is_tried_rarely_and_told_once(manifest: Manifest, server: Closing) -> None:
    reports: list[Report] = []
    address = 1 if manifest.addresses else None
    driver = manifest.build("it", reports.append, address=address, baud=9600, options={})
    line = line_to(server, driver, reports)
    line.start()
    try:
        wait_for(lambda: server.accepted >= 4, "several attempts", 30)
        ended_s = time.monotonic() + 2.5
        before = server.accepted
        wait_for(lambda: time.monotonic() > ended_s, "a while", 30)
        assert server.accepted - before <= 3, "it is not hammered"
        told = [one.state for one in reports if isinstance(one, Moved)]
        assert told[-1] is State.LOST
        assert told.count(State.LOST) <= 3, "what lasts is not told again and again"
    finally:
        line.stop()


def test_a_server_that_is_free_again_is_used_again(server: Closing) -> None:
    reports: list[Report] = []
    line = line_to(server, PLAIN.build("it", reports.append, address=None, baud=9600, options={}), reports)
    line.start()

    def state() -> State | None:
        return next((one.state for one in reversed(reports) if isinstance(one, Moved)), None)

    try:
        wait_for(lambda: server.accepted >= 3 and state() is State.LOST, "it was closed at once", 30)
        server.closes = False
        wait_for(lambda: state() is State.READY, "ready again", 30)
    finally:
        line.stop()
