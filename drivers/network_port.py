"""A serial server on the network: bytes through one TCP connection, and word when it is gone.

Knows sockets. Must not know frames. A server whose cable is pulled sends no farewell: keepalive asks it when nothing is
said, and unacknowledged bytes have their own limit, so that a dead connection is noticed within ``GONE_S`` either way.
"""

from __future__ import annotations

import select
import socket
import time
from typing import Final
from urllib.parse import urlsplit

CONNECT_S: Final = 2.0
WRITE_S: Final = 5.0
_IDLE_S: Final = 4
_ASK_EVERY_S: Final = 2
_QUESTIONS: Final = 3
GONE_S: Final = _IDLE_S + _ASK_EVERY_S * _QUESTIONS
_CHUNK: Final = 4096


class TcpPort:
    """``socket://host:port``: the bytes as they are. Everything raises OSError or ValueError."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if not parts.hostname or parts.port is None:
            raise ValueError(f"no host and port in it; it reads like {parts.scheme}://192.0.2.5:4001")
        self._socket = socket.create_connection((parts.hostname, parts.port), timeout=CONNECT_S)
        notice_silence(self._socket)
        self._socket.setblocking(False)

    def fileno(self) -> int:
        return self._socket.fileno()

    def receive(self) -> bytes:
        """What has come, after the number became readable; ``b""`` when none of it was for us."""
        try:
            data = self._socket.recv(_CHUNK)
        except (BlockingIOError, InterruptedError):
            return b""
        if not data:
            raise ConnectionResetError("the other side has closed the connection")
        return data

    def send(self, data: bytes) -> None:
        deadline_s = time.monotonic() + WRITE_S
        while data:
            try:
                data = data[self._socket.send(data) :]
            except (BlockingIOError, InterruptedError):
                left_s = deadline_s - time.monotonic()
                if left_s <= 0 or not select.select([], [self._socket], [], left_s)[1]:
                    raise TimeoutError(f"takes no bytes for {WRITE_S:g} s") from None

    def close(self) -> None:
        self._socket.close()


def notice_silence(connection: socket.socket) -> None:
    """Small frames go at once, and a connection that is dead ends within ``GONE_S``."""
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, _IDLE_S)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, _ASK_EVERY_S)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, _QUESTIONS)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, GONE_S * 1000)


def hung_up(number: int) -> bool:
    """Whether the other side of an open port or connection is known to be gone."""
    poll = select.poll()
    poll.register(number, select.POLLRDHUP)
    return bool(poll.poll(0))
