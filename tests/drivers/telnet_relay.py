"""A serial server as pyserial builds one: `serial.rfc2217.PortManager` before a pseudo-terminal's other end.

An independent witness: nothing of it is ours but the loop that carries bytes.
"""

from __future__ import annotations

import contextlib
import os
import select
import socket
import threading
from typing import Any

import serial
from serial.rfc2217 import PortManager


class _Lines:
    """A tty whose modem lines may be asked, which a pseudo-terminal's may not."""

    cts = dsr = cd = True
    ri = dtr = rts = False

    def __init__(self, tty: str) -> None:
        self.port: Any = serial.Serial(tty, 9600, timeout=0)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.port, name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in ("baudrate", "bytesize", "parity", "stopbits", "xonxoff", "rtscts"):
            setattr(self.port, name, value)
        else:
            object.__setattr__(self, name, value)


class TelnetRelay:
    """One host at a time, as cheap serial servers do; ``hang_up`` is a server that restarts."""

    def __init__(self, tty: str) -> None:
        self.lines = _Lines(tty)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"rfc2217://127.0.0.1:{self._listener.getsockname()[1]}"
        self._bell_read, self._bell_write = os.pipe()
        self._host: socket.socket | None = None
        self._manager: Any = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def write(self, data: bytes) -> None:
        """What the manager says to the host."""
        if self._host is not None:
            with contextlib.suppress(OSError):
                self._host.sendall(data)

    def hang_up(self) -> None:
        os.write(self._bell_write, b"h")

    def close(self) -> None:
        os.write(self._bell_write, b"e")
        self._thread.join(5)
        self._drop()
        self._listener.close()
        self.lines.port.close()
        os.close(self._bell_read)
        os.close(self._bell_write)

    def _run(self) -> None:
        while True:
            watched = [self._bell_read, self._listener, self.lines.port, *([self._host] if self._host else [])]
            ready, _, _ = select.select(watched, [], [], 0.5)
            if self._bell_read in ready:
                if os.read(self._bell_read, 1) == b"e":
                    return
                self._drop()
                continue
            if self._listener in ready:
                self._drop()
                self._host, _ = self._listener.accept()
                self._manager = PortManager(self.lines, self)
            if self._host in ready and self._host is not None:
                self._from_host(self._host)
            if self.lines.port in ready:
                data = self.lines.port.read(4096)
                self.write(b"".join(self._manager.escape(data)) if self._manager else b"")

    def _from_host(self, host: socket.socket) -> None:
        try:
            data = host.recv(4096)
        except OSError:
            data = b""
        if not data:
            self._drop()
            return
        self.lines.port.write(b"".join(self._manager.filter(data)))

    def _drop(self) -> None:
        if self._host is not None:
            self._host.close()
            self._host = None
