"""A serial server whose network cable is pulled says nothing at all: noticed within ``GONE_S`` all the same.

The cable is the loopback of a network namespace of its own, taken down under two connections: one on which nothing is
said, one on which bytes wait for an acknowledgement. Where no namespace may be made the test is skipped.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time

import pytest

from drivers.errors import PortLost
from drivers.network_port import GONE_S
from drivers.transport import SerialTransport
from tests.parts import skip_unless

_LATE_S = 5.0  # the kernel's timers come late on a busy machine


@pytest.mark.slow
def test_a_cable_that_is_pulled_is_noticed() -> None:
    unshare = skip_unless("util-linux", "unshare")
    skip_unless("iproute2", "ip")
    if subprocess.run([unshare, "-rn", "true"], capture_output=True, check=False).returncode != 0:
        pytest.skip("no network namespace may be made here")
    done = subprocess.run(
        [unshare, "-rn", sys.executable, "-m", "tests.drivers.test_pulled_cable"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    silent_s, speaking_s = map(float, done.stdout.split())
    assert silent_s < GONE_S + _LATE_S
    assert speaking_s < GONE_S + _LATE_S


def _pull_it() -> None:
    """In the namespace: two ports, the cable pulled, how long until each is lost."""
    _link("up")
    server = socket.create_server(("127.0.0.1", 0))
    url = f"socket://127.0.0.1:{server.getsockname()[1]}"
    ports = [SerialTransport(url), SerialTransport(url)]
    ends = [server.accept()[0] for _ in ports]
    found = [0.0, 0.0]
    _link("down")
    ports[1].write(b"to nobody")
    begun_s = time.monotonic()

    def watch(number: int) -> None:
        try:
            while time.monotonic() - begun_s < 40:
                ports[number].read(1.0)
        except PortLost:
            found[number] = time.monotonic() - begun_s

    threads = [threading.Thread(target=watch, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(found)
    assert len(ends) == 2
    sys.stdout.write(f"{found[0]:.1f} {found[1]:.1f}\n")


def _link(way: str) -> None:
    ip = skip_unless("iproute2", "ip")
    subprocess.run([ip, "link", "set", "lo", way], check=True)


if __name__ == "__main__":
    _pull_it()
