"""Real parts that tests of several programs use: a private message broker, free ports, waiting for conditions.

A test folder takes the fixtures by importing them in its ``conftest.py``: ``from tests.parts import mosquitto``.
"""

from __future__ import annotations

import getpass
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Final, TypeVar

import httpx2
import pytest

T = TypeVar("T")

# Our servers let go of a quiet connection after 5 s; a client that would keep it as long asks into the closing one.
LET_GO_FIRST: Final = httpx2.Limits(keepalive_expiry=2.0)


def skip_unless(package: str, program: str | None = None) -> str:
    """The path of ``program``; without it skip and name the Debian package, but fail in CI (``CI=true``)."""
    found = shutil.which(program or package) or shutil.which(program or package, path="/usr/sbin:/sbin")
    if found is None:
        message = f"needs {program or package}: install the Debian package {package}"
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail(message)
        pytest.skip(message)
    return found


def free_port() -> int:
    """A loopback port that nobody holds and that this run gives to nobody else for long.

    Below those that the system gives to outgoing connections, and of each worker's own share: a port that was merely
    free a moment ago is soon somebody's among workers that open hundreds.
    """
    while True:
        port = next(_PORTS)
        with socket.socket() as listener:
            try:
                listener.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


def _own_ports() -> Iterator[int]:
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % _SHARES
    first = _FIRST_PORT + worker * _SHARE
    return (first + place % _SHARE for place in count(os.getpid() * 131))


_FIRST_PORT, _SHARES, _SHARE = 10_000, 11, 2_000
_PORTS = _own_ports()


def wait_for(condition: Callable[[], T], what: str, timeout_s: float = 30.0) -> T:
    """Ask until the answer is true, then give it; fails with ``what`` when the time is over."""
    deadline = time.monotonic() + timeout_s
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() >= deadline:
            pytest.fail(f"waited {timeout_s:g} s in vain for: {what}; last answer: {answer!r}")
        time.sleep(0.01)


class Mosquitto:
    """One private broker on a loopback port. ``kill`` pulls its plug, ``start`` brings it back on the same port."""

    def __init__(self, program: str, folder: Path) -> None:
        self.folder = folder
        self.port = 0
        self._program = program
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"mqtt://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self, *, persistence: bool = False, settings: str = "") -> None:
        """Run the broker until it answers. Without ``persistence`` it knows nothing of its earlier life."""
        for _ in range(10):
            self.port = self.port or free_port()
            self._process = self._spawn(persistence, settings)
            if self._answers(self._process):
                return
            self.port = 0 if self._process.poll() is not None else self.port
            self.kill()
        pytest.fail(f"mosquitto did not start: {(self.folder / 'mosquitto.log').read_text(errors='replace')[-2000:]}")

    def kill(self) -> None:
        """SIGKILL: nothing is flushed, nobody is told."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """SIGTERM: an orderly end, with what is persistent written down."""
        self._end(signal.SIGTERM)

    def _spawn(self, persistence: bool, settings: str) -> subprocess.Popen[bytes]:
        if not persistence:
            (self.folder / "mosquitto.db").unlink(missing_ok=True)
        configuration = self.folder / "mosquitto.conf"
        configuration.write_text(
            f"listener {self.port} 127.0.0.1\nallow_anonymous true\nuser {getpass.getuser()}\n"
            f"persistence {'true' if persistence else 'false'}\npersistence_location {self.folder}/\n"
            "max_inflight_messages 200\nmax_queued_messages 100000\nset_tcp_nodelay true\n"
            f"log_dest file {self.folder}/mosquitto.log\n{settings}\n"
        )
        return subprocess.Popen(
            [self._program, "-c", str(configuration)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def _answers(self, process: subprocess.Popen[bytes]) -> bool:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                time.sleep(0.01)
            else:
                return process.poll() is None
        return False

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(timeout=30)
            self._process = None


@pytest.fixture
def mosquitto(tmp_path: Path) -> Iterator[Mosquitto]:
    """A private broker that has just started, empty; it is gone when the test ends."""
    folder = tmp_path / "mosquitto"
    folder.mkdir()
    broker = Mosquitto(skip_unless("mosquitto"), folder)
    broker.start()
    try:
        yield broker
    finally:
        broker.kill()
