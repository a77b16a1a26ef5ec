"""What carries bytes: a serial port, a serial server on the network, a pseudo-terminal, or memory in tests.

Knows ports, waiting and unplugging. Must not know frames.
Ports are URLs as pyserial reads them (``/dev/serial/by-id/…``, ``socket://host:port``, ``rfc2217://…``).
"""

from __future__ import annotations

import select
import termios
import time
from collections import deque
from typing import Any, Final, Protocol

import serial

from drivers.errors import PortLost

_CHUNK: Final = 4096
# all that pyserial lets through when a port dies under it; termios.error is no OSError
_DEAD: Final = (serial.SerialException, termios.error, OSError, ValueError, TypeError)


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
    """A port that pyserial opens. Exclusive: a second program on the same port is an error, not a riddle."""

    def __init__(self, url: str, baud: int = 9600) -> None:
        options: dict[str, Any] = {"baudrate": baud, "timeout": 0.05, "write_timeout": 5.0}
        if "://" not in url:
            options["exclusive"] = True
        try:
            self._port: Any = serial.serial_for_url(url, **options)
        except _DEAD as problem:
            raise PortLost(f"{url}: {problem}") from problem
        self.url = url

    def read(self, timeout_s: float) -> bytes:
        try:
            number = self.fileno()
            if number is None:
                return self._read_by_waiting(timeout_s)
            ready, _, _ = select.select([number], [], [], timeout_s)
            if not ready:
                return b""
            data = bytes(self._port.read(max(1, min(_CHUNK, self._port.in_waiting))))
        except _DEAD as problem:
            raise PortLost(f"{self.url}: {problem}") from problem
        if not data:
            raise PortLost(f"{self.url}: ready to read, but nothing there")
        return data

    def _read_by_waiting(self, timeout_s: float) -> bytes:
        deadline = time.monotonic() + timeout_s
        while True:
            data = bytes(self._port.read(max(1, min(_CHUNK, self._port.in_waiting))))
            if data or time.monotonic() >= deadline:
                return data

    def write(self, data: bytes) -> None:
        try:
            self._port.write(data)
            self._port.flush()
        except _DEAD as problem:
            raise PortLost(f"{self.url}: {problem}") from problem

    def fileno(self) -> int | None:
        try:
            return int(self._port.fileno())
        except (AttributeError, OSError, ValueError, TypeError):
            return None

    def close(self) -> None:
        self._port.close()


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
