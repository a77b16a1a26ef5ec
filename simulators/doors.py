"""How a host reaches a simulated line: a pseudo-terminal under a lasting name, or a loopback TCP port.

The pseudo-terminal's symlink plays /dev/serial/by-id: the name stays while the tty behind it may change. A device
without a line of bytes (a camera, a screen on HDMI) is a folder that the device fills.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import tty
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol

_CHUNK: Final = 16_384


class Door(Protocol):
    """Where the host's bytes come in and the device's go out. Never waits."""

    @property
    def port(self) -> str:
        """The port URL that a host opens."""

    def open(self) -> None: ...

    def close(self) -> None: ...

    def filenos(self) -> list[int]:
        """What to wait on for the host's bytes."""

    def take(self, limit: int) -> bytes:
        """Bytes that the host sent; ``b""`` when there are none."""

    def put(self, data: bytes) -> int:
        """Hand bytes to the host and say how many it had room for."""


class PtyDoor:
    """A pseudo-terminal in raw mode, published as a symlink."""

    def __init__(self, link: Path) -> None:
        self.link = link
        self._master = -1
        self._slave = -1
        self.tty = ""

    @property
    def port(self) -> str:
        return str(self.link)

    def open(self, another_tty: bool = False) -> None:
        """Make the pseudo-terminal and publish it; ``another_tty`` gives it a device name that it did not have."""
        held: list[int] = []
        before = self.tty
        while True:
            master, slave = os.openpty()
            if not another_tty or os.ttyname(slave) != before:
                break
            held += [master, slave]  # keep the old number taken until a new one came
        for number in held:
            os.close(number)
        tty.setraw(slave)
        os.set_blocking(master, False)
        # Our own end of the slave stays open: a host that lets go must not look like a line that broke.
        self._master, self._slave, self.tty = master, slave, os.ttyname(slave)
        self._publish()

    def _publish(self) -> None:
        self.link.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.link.with_name(f".{self.link.name}.new")
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(self.tty)
        fresh.replace(self.link)

    def close(self) -> None:
        if self._master < 0:
            return
        with contextlib.suppress(FileNotFoundError):
            if self.link.is_symlink() and os.readlink(self.link) == self.tty:
                self.link.unlink()
        os.close(self._master)
        os.close(self._slave)
        self._master = self._slave = -1

    def filenos(self) -> list[int]:
        return [] if self._master < 0 else [self._master]

    def take(self, limit: int) -> bytes:
        if self._master < 0:
            return b""
        try:
            return os.read(self._master, min(limit, _CHUNK))
        except (BlockingIOError, InterruptedError):
            return b""

    def put(self, data: bytes) -> int:
        if self._master < 0:
            return 0
        try:
            return os.write(self._master, data)
        except (BlockingIOError, InterruptedError):
            return 0  # nobody has read for 4 KiB: on a real wire these bytes would be gone too


class SocketDoor:
    """A loopback TCP port, as a serial device server has. The newest host has the line."""

    def __init__(self, number: int = 0) -> None:
        self._wanted = number
        self._listener: socket.socket | None = None
        self._host: socket.socket | None = None
        self.greet: Callable[[], None] | None = None  # for a device that speaks first when somebody connects

    @property
    def port(self) -> str:
        return f"socket://127.0.0.1:{self._wanted}"

    def open(self) -> None:
        listener = socket.create_server(("127.0.0.1", self._wanted), backlog=4)
        listener.setblocking(False)
        self._wanted = int(listener.getsockname()[1])
        self._listener = listener

    def move(self) -> None:
        """The next open is on another port."""
        self._wanted = 0

    def close(self) -> None:
        for one in (self._host, self._listener):
            if one is not None:
                one.close()
        self._host = self._listener = None

    def filenos(self) -> list[int]:
        return [one.fileno() for one in (self._listener, self._host) if one is not None]

    def take(self, limit: int) -> bytes:
        self._welcome()
        if self._host is None:
            return b""
        try:
            data = self._host.recv(min(limit, _CHUNK))
        except (BlockingIOError, InterruptedError):
            return b""
        except OSError:
            data = b""
        if not data:
            self._farewell()
        return data

    def put(self, data: bytes) -> int:
        if self.greet is None:  # else what was meant for the host before would reach the new one
            self._welcome()
        if self._host is None:
            return 0
        try:
            return self._host.send(data)
        except (BlockingIOError, InterruptedError):
            return 0
        except OSError:
            self._farewell()
            return 0

    def _welcome(self) -> None:
        if self._listener is None:
            return
        while True:
            try:
                host, _ = self._listener.accept()
            except (BlockingIOError, InterruptedError):
                return
            self._farewell()
            host.setblocking(False)
            host.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._host = host
            if self.greet is not None:
                self.greet()

    def hang_up(self) -> None:
        """The device ends the connection; the next host is welcome."""
        self._farewell()

    def _farewell(self) -> None:
        if self._host is not None:
            self._host.close()
            self._host = None


class FolderDoor:
    """A folder in the place of a device file; it is gone while the plug is out. ``fill`` writes what stands in it."""

    def __init__(self, folder: Path, fill: Callable[[Path], None]) -> None:
        self.folder = folder
        self._fill = fill

    @property
    def port(self) -> str:
        return f"file:{self.folder}"

    def open(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._fill(self.folder)

    def close(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def filenos(self) -> list[int]:
        return []

    def take(self, limit: int) -> bytes:
        return b""

    def put(self, data: bytes) -> int:
        return len(data)
