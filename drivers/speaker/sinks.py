"""What carries the sound: an ALSA device, a speaker on the network, a folder.

Knows processes, sockets and files. Must not know what is said, nor in which order.

``alsa:DEVICE``         aplay as a subprocess, the WAV on its standard input; ``alsa:default`` where nothing is chosen
``socket://host:port``  a network speaker: one TCP connection that carries WAV files one after another, each with true
                        sizes in its header, never more than ``AHEAD_S`` ahead of the ear; nothing comes back
``file:/folder``        each WAV as a file, for trials and tests; played as soon as it is written
"""

from __future__ import annotations

import array
import contextlib
import fcntl
import os
import shutil
import socket
import subprocess
import termios
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol

from drivers.errors import NoReply, PortLost
from drivers.speaker.sound import silence, wav_of, wav_shape

AHEAD_S: Final = 1.0
_CONNECT_S: Final = 2.0
_STUCK_S: Final = 2.0
_START_S: Final = 2.0
_HEADER: Final = 44
NO_APLAY: Final = (
    "没有 aplay，放不出声音：请安装软件包 alsa-utils / no sound without aplay: install the package alsa-utils"
)


class Sink(Protocol):
    """Where sound goes. One sound at a time; every method raises `DriverError`."""

    def check(self) -> None:
        """The device is there and takes sound."""

    def glance(self) -> None:
        """As far as can be seen at no cost, it is still there; called often while nothing plays."""

    def start(self, wav: bytes) -> None:
        """Begin; returns when the first sample has gone out."""

    def feed(self) -> bool:
        """Keep it going; False once all of it has sounded. Called often."""

    def stop(self) -> None:
        """Silence now; what was playing is cut. Nothing playing is fine."""

    def close(self) -> None: ...


class AlsaSink:
    """aplay, one process for each sound."""

    def __init__(self, device: str) -> None:
        self._device = device
        self._process: subprocess.Popen[bytes] | None = None
        self._left = memoryview(b"")

    def glance(self) -> None:
        """An idle ALSA device can only be asked by opening it, which the next sound does."""

    def check(self) -> None:
        if self._process is not None:
            return  # it is sounding: it is there
        self.start(wav_of(silence(0.02)))
        deadline_s = time.monotonic() + _START_S
        while self.feed():
            if time.monotonic() > deadline_s:
                self.stop()
                raise NoReply(f"aplay -D {self._device} does not end; is the sound device hanging?")
            time.sleep(0.005)

    def start(self, wav: bytes) -> None:
        self.stop()
        program = shutil.which("aplay")
        if program is None:
            raise PortLost(NO_APLAY)
        self._process = subprocess.Popen(  # noqa: S603 - a fixed program; the device comes from hall.toml
            [program, "-q", "-t", "wav", "-D", self._device, "-"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            bufsize=0,
        )
        assert self._process.stdin is not None
        os.set_blocking(self._process.stdin.fileno(), False)
        self._left = memoryview(wav)
        self._wait_for_first_sample()

    def _wait_for_first_sample(self) -> None:
        # aplay opens the device before it reads samples: what it has taken from the pipe beyond the header sounds
        deadline_s = time.monotonic() + _START_S
        total = len(self._left)
        while self.feed() and self._process is not None and self._process.stdin is not None:
            if total - len(self._left) - self._unread() > _HEADER:
                return
            if time.monotonic() > deadline_s:
                self.stop()
                raise NoReply(f"aplay -D {self._device} takes no sound; is the device in use or hanging?")
            time.sleep(0.002)

    def _unread(self) -> int:
        assert self._process is not None
        assert self._process.stdin is not None
        count = array.array("i", [0])
        fcntl.ioctl(self._process.stdin.fileno(), termios.FIONREAD, count)
        return count[0]

    def feed(self) -> bool:
        process = self._process
        if process is None:
            return False
        if process.poll() is not None:
            self._end(process)
            return False
        if process.stdin is not None:
            with contextlib.suppress(BlockingIOError, BrokenPipeError):
                while self._left:
                    self._left = self._left[os.write(process.stdin.fileno(), self._left) :]
            if not self._left and self._unread() == 0:
                process.stdin.close()
                process.stdin = None
        return True

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stderr is not None
        said = process.stderr.read(8000).decode(errors="replace").strip().splitlines()
        cut = bool(self._left)
        self.stop()
        if process.returncode != 0 or cut:
            words = said[-1][:200] if said else "ended early"
            raise PortLost(f"aplay -D {self._device}: {words}; `aplay -L` lists the devices there are")

    def stop(self) -> None:
        process, self._process = self._process, None
        self._left = memoryview(b"")
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stderr):
            if pipe is not None:
                pipe.close()

    def close(self) -> None:
        self.stop()


class NetworkSink:
    """A speaker at the other end of a TCP connection."""

    def __init__(self, host: str, port: int, steady: Callable[[], float] = time.monotonic) -> None:
        self._place = (host, port)
        self._steady = steady
        self._left = memoryview(b"")
        self._sent = 0
        self._bytes_a_second = 1
        self._began_s = self._moved_s = self._ends_s = 0.0
        self._line: socket.socket | None = None
        self._connect()

    def _connect(self) -> None:
        try:
            line = socket.create_connection(self._place, _CONNECT_S)
        except (OSError, UnicodeError) as problem:
            raise PortLost(f"speaker {self._place[0]}:{self._place[1]}: {problem}") from problem
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 5)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 2)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 6000)
        line.setblocking(False)
        self._line = line

    def check(self) -> None:
        try:
            while self._there().recv(4096):
                pass  # a speaker has nothing to say; whatever it is, it is none of our business
        except BlockingIOError:
            return
        except OSError as problem:
            raise self._lost(str(problem)) from problem
        raise self._lost("has closed the connection")

    def glance(self) -> None:
        self.check()

    def start(self, wav: bytes) -> None:
        self.stop()
        self.check()
        shape = wav_shape(wav)
        self._left, self._sent, self._bytes_a_second = memoryview(wav), 0, shape.bytes_a_second
        self._began_s = self._moved_s = self._steady()
        self._ends_s = self._began_s + shape.duration_s
        self.feed()

    def feed(self) -> bool:
        now_s = self._steady()
        due = round((now_s - self._began_s + AHEAD_S) * self._bytes_a_second) + _HEADER - self._sent
        if self._left and due > 0:
            try:
                count = self._there().send(self._left[:due])
            except BlockingIOError:
                count = 0
            except OSError as problem:
                raise self._lost(str(problem)) from problem
            if count:
                self._left, self._sent, self._moved_s = self._left[count:], self._sent + count, now_s
            elif now_s - self._moved_s > _STUCK_S:
                raise self._lost(f"has taken no sound for {_STUCK_S:.0f} s")
        self.check()
        return bool(self._left) or now_s < self._ends_s

    def stop(self) -> None:
        if not self._left:
            self._ends_s = 0.0
            return
        # Half a file is on its way: only a new connection tells the speaker that the rest will never come.
        self._left = memoryview(b"")
        self.close()
        self._connect()

    def close(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None

    def _there(self) -> socket.socket:
        if self._line is None:
            raise PortLost(f"speaker {self._place[0]}:{self._place[1]}: not connected")
        return self._line

    def _lost(self, words: str) -> PortLost:
        self._left = memoryview(b"")
        self.close()
        return PortLost(f"speaker {self._place[0]}:{self._place[1]}: {words}")


class FolderSink:
    """Each sound as a file, numbered in order."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0

    def check(self) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as problem:
            raise PortLost(f"{self._folder}: {problem.strerror}") from problem

    def glance(self) -> None:
        """A folder that has gone is found by the next sound."""

    def start(self, wav: bytes) -> None:
        self._count += 1
        path = self._folder / f"{self._count:04d}.wav"
        try:
            temporary = path.with_suffix(".part")
            temporary.write_bytes(wav)
            temporary.replace(path)
        except OSError as problem:
            raise PortLost(f"{path}: {problem.strerror}") from problem

    def feed(self) -> bool:
        return False

    def stop(self) -> None:
        """Nothing sounds in a folder."""

    def close(self) -> None:
        """Nothing is held open."""


def open_channel(port: str, baud: int = 0) -> Sink:
    """Open what carries the sound; ``baud`` has no meaning here."""
    kind, _, place = port.partition(":")
    if kind == "alsa":
        return AlsaSink(place or "default")
    if kind == "file" and place:
        return FolderSink(Path(place))
    if kind == "socket" and place.startswith("//"):
        host, _, number = place[2:].rpartition(":")
        if host and number.isascii() and number.isdigit() and 0 < int(number) < 65_536:
            return NetworkSink(host.strip("[]"), int(number))
    raise PortLost(f"{port}: a speaker is alsa:DEVICE, socket://host:port or file:/folder")
