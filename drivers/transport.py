"""What carries bytes: a serial port, a serial server on the network, a pseudo-terminal, or memory in tests.

Knows ports, waiting and unplugging. Must not know frames.
Ports are URLs: ``/dev/serial/by-id/…``, ``socket://host:port``, ``rfc2217://host:port``. A name under by-id or by-path
is resolved anew at each opening, so a plug that comes back as another tty is found.
"""

from __future__ import annotations

import select
import termios
import time
from collections import deque
from typing import Any, Final, Protocol, runtime_checkable

import serial

from drivers.errors import PortLost
from drivers.network_port import TcpPort
from drivers.telnet_port import Rfc2217Port

_CHUNK: Final = 4096
# all that pyserial lets through when a port dies under it; termios.error is no OSError
_DEAD: Final = (serial.SerialException, termios.error, OSError, ValueError, TypeError)


@runtime_checkable
class Transport(Protocol):
    """Bytes both ways. Every method raises `PortLost` when the line is dead."""

    def read(self, timeout_s: float) -> bytes:
        """Whatever has arrived, as soon as anything has; ``b""`` when ``timeout_s`` passed in silence."""

    def write(self, data: bytes) -> None:
        """Hand over all bytes."""

    def fileno(self) -> int | None:
        """To wait on together with other things; None where there is no such number."""

    def close(self) -> None:
        """Let the port go; twice is fine."""


class SerialTransport:
    """A port by its URL. A tty is exclusive: a second program on the same port is an error, not a riddle."""

    def __init__(self, url: str, baud: int = 9600) -> None:
        try:
            self._port: _Port = _open(url, baud)
        except _DEAD as problem:
            raise PortLost(f"{url}: {problem}") from problem
        self.url = url

    def read(self, timeout_s: float) -> bytes:
        deadline_s = time.monotonic() + timeout_s
        try:
            while True:
                left_s = max(0.0, deadline_s - time.monotonic())
                ready, _, _ = select.select([self._port.fileno()], [], [], left_s)
                data = self._port.receive() if ready else b""
                if data or left_s <= 0:
                    return data
        except _DEAD as problem:
            raise PortLost(f"{self.url}: {problem}") from problem

    def write(self, data: bytes) -> None:
        try:
            self._port.send(data)
        except _DEAD as problem:
            raise PortLost(f"{self.url}: {problem}") from problem

    def fileno(self) -> int | None:
        try:
            return self._port.fileno()
        except _DEAD:
            return None

    def close(self) -> None:
        self._port.close()


class _Port(Protocol):
    """One way to carry bytes. All of it raises what `_DEAD` names."""

    def fileno(self) -> int: ...

    def receive(self) -> bytes:
        """What has come, after the number became readable; ``b""`` when none of it was data."""

    def send(self, data: bytes) -> None: ...

    def close(self) -> None: ...


class _Tty:
    """A serial port or pseudo-terminal of this machine, or another of pyserial's URLs that has a file number."""

    def __init__(self, url: str, baud: int) -> None:
        options: dict[str, Any] = {"exclusive": True} if "://" not in url else {}
        self._serial: Any = serial.serial_for_url(url, baudrate=baud, timeout=0, write_timeout=5.0, **options)

    def fileno(self) -> int:
        return int(self._serial.fileno())

    def receive(self) -> bytes:
        data = bytes(self._serial.read(max(1, min(_CHUNK, self._serial.in_waiting))))
        if not data:
            raise serial.SerialException("ready to read, but nothing there")
        return data

    def send(self, data: bytes) -> None:
        self._serial.write(data)
        self._serial.flush()

    def close(self) -> None:
        self._serial.close()


def _open(url: str, baud: int) -> _Port:
    match url.partition("://")[0]:
        case "socket":
            return TcpPort(url)
        case "rfc2217":
            return Rfc2217Port(url, baud)
        case _:
            return _Tty(url, baud)


class Memory:
    """The fake: pairs of (sent, answered), none of which may be left over. Ships beside the real thing."""

    def __init__(self, pairs: list[tuple[bytes, bytes]] | None = None, unasked: bytes = b"") -> None:
        self._pairs = deque(pairs or [])
        self._waiting = bytearray(unasked)
        self._heard = bytearray()
        self.closed = False
        self.lost = False

    def read(self, timeout_s: float) -> bytes:
        if self.lost or self.closed:
            raise PortLost("memory line is cut")
        data, self._waiting = bytes(self._waiting), bytearray()
        return data

    def write(self, data: bytes) -> None:
        if self.lost or self.closed:
            raise PortLost("memory line is cut")
        self._heard += data
        while self._pairs and self._heard.startswith(self._pairs[0][0]):
            sent, answer = self._pairs.popleft()
            del self._heard[: len(sent)]
            self._waiting += answer

    def fileno(self) -> int | None:
        return None

    def close(self) -> None:
        self.closed = True

    def say(self, data: bytes) -> None:
        """The device speaks unasked."""
        self._waiting += data

    def left_over(self) -> tuple[list[tuple[bytes, bytes]], bytes]:
        """What was expected and not sent, and what was sent and not expected; both empty when all went as told."""
        return list(self._pairs), bytes(self._heard)
