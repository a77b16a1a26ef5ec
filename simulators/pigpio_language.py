"""The pigpio daemon's socket language, daemon side: as much of it as clients of pins use.

    request   cmd p1 p2 p3     four unsigned 32-bit numbers, little-endian; p3 more bytes follow in some commands
    reply     cmd p1 p2 result the same 16 bytes with the result in the last place; errors are negative numbers

``NOIB`` makes the connection that asked a stream of notifications, 12 bytes each: sequence number, flags, tick in
microseconds, level of pins 0 to 31. ``NB`` says on any connection which pins a stream tells of; ``NC`` ends it.
Source: abyz.me.uk/rpi/pigpio/sif.html and pigpio.h (numbers of commands and errors). No pigpio library takes part.
"""

from __future__ import annotations

import contextlib
import selectors
import socket
import struct
import threading
import time
from enum import IntEnum
from typing import Final

from simulators.loopback import is_free
from simulators.pin_bank import PINS, PinBank


class Command(IntEnum):
    """The numbers of the commands, as pigpio.h has them."""

    MODES, MODEG, PUD, READ, WRITE = 0, 1, 2, 3, 4
    BR1, TICK, HWVER, NB, NC, PIGPV, FG, NOIB = 10, 16, 17, 19, 21, 26, 97, 99


BAD_USER_GPIO, BAD_GPIO, BAD_MODE, BAD_LEVEL, BAD_PUD = -2, -3, -4, -5, -6
BAD_HANDLE, UNKNOWN_COMMAND, NO_HANDLE, BAD_FILTER = -25, -88, -24, -125
_COMMAND: Final = struct.Struct("<IIII")
_REPLY: Final = struct.Struct("<IIIi")
_NOTE: Final = struct.Struct("<HHII")
_EXTENSION_LIMIT: Final = 65_536
_HANDLES: Final = 32
_USER_PINS: Final = 32
_LONGEST_FILTER_US: Final = 300_000
_BOARD: Final = 0xC03114  # a Raspberry Pi 4B
_VERSION: Final = 79


class _Client:
    def __init__(self, line: socket.socket) -> None:
        self.line = line
        self.waiting = bytearray()
        self.skip = 0  # bytes of an extension still to come


class _Stream:
    def __init__(self, client: _Client) -> None:
        self.client = client
        self.bits = 0
        self.sequence = 0


class PigpioDaemon:
    """Listens on loopback; ``lock`` guards the bank of pins and all that is here."""

    def __init__(self, bank: PinBank, port: int, lock: threading.RLock) -> None:
        self.port = port
        self._bank = bank
        self._lock = lock
        self._clients: list[_Client] = []
        self._streams: dict[int, _Stream] = {}
        self._listener: socket.socket | None = None
        self._wake: tuple[socket.socket, socket.socket] | None = None
        self._thread: threading.Thread | None = None
        bank.changed = self._tell

    def open(self) -> None:
        """Listen; a port of 0, or one that somebody else has, becomes a free one and stays the same afterwards."""
        self._listener = socket.create_server(("127.0.0.1", self.port if is_free(self.port) else 0), backlog=8)
        self._listener.setblocking(False)
        self.port = int(self._listener.getsockname()[1])
        self._wake = socket.socketpair()
        self._thread = threading.Thread(target=self._run, name="pigpio-daemon", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """As when the daemon dies: every connection ends, nobody listens."""
        if self._thread is None or self._wake is None or self._listener is None:
            return
        self._wake[0].send(b"x")
        self._thread.join(5)
        with self._lock:
            for line in (self._listener, *self._wake, *(client.line for client in self._clients)):
                line.close()
            self._clients.clear()
            self._streams.clear()
            self._listener = self._wake = self._thread = None

    @property
    def connections(self) -> int:
        return len(self._clients)

    def _run(self) -> None:
        assert self._listener is not None
        assert self._wake is not None
        with selectors.DefaultSelector() as selector:
            selector.register(self._listener, selectors.EVENT_READ)
            selector.register(self._wake[1], selectors.EVENT_READ)
            while True:
                for key, _ in selector.select():
                    if key.fileobj is self._wake[1]:
                        return
                    if key.fileobj is self._listener:
                        self._welcome(selector)
                    elif isinstance(key.data, _Client) and not self._serve(key.data):
                        selector.unregister(key.fileobj)
                        self._farewell(key.data)

    def _welcome(self, selector: selectors.BaseSelector) -> None:
        assert self._listener is not None
        with contextlib.suppress(BlockingIOError):
            line, _ = self._listener.accept()
            line.settimeout(1.0)
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            client = _Client(line)
            with self._lock:
                self._clients.append(client)
            selector.register(line, selectors.EVENT_READ, client)

    def _farewell(self, client: _Client) -> None:
        with self._lock:
            client.line.close()
            if client in self._clients:
                self._clients.remove(client)
            for handle in [handle for handle, stream in self._streams.items() if stream.client is client]:
                del self._streams[handle]

    def _serve(self, client: _Client) -> bool:
        """Answer what has come; False when this connection is over."""
        try:
            data = client.line.recv(65_536)
        except OSError:
            return False
        client.waiting += data
        with self._lock:
            while len(client.waiting) >= max(_COMMAND.size, client.skip):
                if client.skip:
                    del client.waiting[: client.skip]
                    client.skip = 0
                    continue
                command, p1, p2, p3 = _COMMAND.unpack_from(client.waiting)
                del client.waiting[: _COMMAND.size]
                if p3 > _EXTENSION_LIMIT:
                    return False
                client.skip = p3
                try:
                    client.line.sendall(_REPLY.pack(command, p1, p2, _signed(self._carry_out(client, command, p1, p2))))
                except OSError:
                    return False
        return bool(data)

    def _carry_out(self, client: _Client, command: int, p1: int, p2: int) -> int:
        if command in (Command.NB, Command.NC, Command.NOIB):
            return self._notifications(client, command, p1, p2)
        match command:
            case Command.BR1:
                return self._bank.levels()
            case Command.TICK:
                return _tick()
            case Command.HWVER:
                return _BOARD
            case Command.PIGPV:
                return _VERSION
            case Command.FG:
                return self._filter(p1, p2)
        return self._on_pin(command, p1, p2) if command <= Command.WRITE else UNKNOWN_COMMAND

    def _on_pin(self, command: int, pin: int, value: int) -> int:
        if pin >= PINS:
            return BAD_GPIO
        bank = self._bank
        match command:
            case Command.MODES:
                return bank.set_mode(pin, value) if value <= 7 else BAD_MODE
            case Command.MODEG:
                return bank.mode[pin]
            case Command.PUD:
                return bank.set_pull(pin, value) if value <= 2 else BAD_PUD
            case Command.READ:
                return int(bank.level(pin))
        return bank.write(pin, bool(value)) if value <= 1 else BAD_LEVEL

    def _filter(self, pin: int, steady_us: int) -> int:
        if pin >= _USER_PINS:
            return BAD_USER_GPIO
        if steady_us > _LONGEST_FILTER_US:
            return BAD_FILTER
        self._bank.filter_us[pin] = steady_us
        return 0

    def _notifications(self, client: _Client, command: int, handle: int, bits: int) -> int:
        if command == Command.NOIB:
            free = [number for number in range(_HANDLES) if number not in self._streams]
            if not free:
                return NO_HANDLE
            self._streams[free[0]] = _Stream(client)
            return free[0]
        if handle not in self._streams:
            return BAD_HANDLE
        if command == Command.NB:
            self._streams[handle].bits = bits
        else:
            del self._streams[handle]
        return 0

    def _tell(self, changed: int) -> None:
        for stream in self._streams.values():
            if stream.bits & changed:
                note = _NOTE.pack(stream.sequence & 0xFFFF, 0, _tick(), self._bank.levels())
                stream.sequence += 1
                with contextlib.suppress(OSError):  # its connection is over; the reading side will see it
                    stream.client.line.sendall(note)


def _tick() -> int:
    return time.monotonic_ns() // 1000 & 0xFFFFFFFF


def _signed(number: int) -> int:
    return number - (1 << 32) if number >= 1 << 31 else number
