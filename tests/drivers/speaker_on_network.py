"""The simulated speaker behind a listening socket, and a driver before whatever carries the sound."""

from __future__ import annotations

import select
import socket
import threading
import time
from array import array
from collections.abc import Callable

from drivers.driver import Report
from drivers.kinds.speaker import Play, PlayFinished
from drivers.speaker import Speaker
from drivers.speaker.sinks import Sink
from drivers.speaker.sound import bytes_of, wav_of
from simulators.speaker import SimulatedSpeaker

DEVICE = "speaker-1"


def tone(seconds: float) -> bytes:
    return wav_of(bytes_of(array("h", [(index * 331) % 12_000 - 6000 for index in range(round(seconds * 22_050))])))


class Steady:
    now_s = 50.0

    def __call__(self) -> float:
        return self.now_s


class SpeakerOnNetwork:
    """The simulated speaker behind a real listening socket. ``deaf``: it reads no more."""

    def __init__(self) -> None:
        self.speaker = SimulatedSpeaker(DEVICE)
        self.deaf = threading.Event()
        self.changed = threading.Condition()
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = f"socket://127.0.0.1:{self._server.getsockname()[1]}"
        self._stop = threading.Event()
        self._lines: list[socket.socket] = []
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._stop.is_set():
            watched = [self._server, *([] if self.deaf.is_set() else self._lines)]
            try:
                found = select.select(watched, [], [], 0.01)[0]
            except (OSError, ValueError):
                continue  # a line was hung up meanwhile
            for ready in found:
                with self.changed:
                    self._serve(ready)
                    self.changed.notify_all()

    def _serve(self, ready: socket.socket) -> None:
        if ready is self._server:
            self.hang_up()
            self._lines.append(ready.accept()[0])
            self.speaker.attach(lambda data: None)
            return
        if ready not in self._lines:
            return  # hung up meanwhile
        data = ready.recv(65_536)
        if data:
            self.speaker.hear(data)
        else:
            self._lines.remove(ready)
            ready.close()

    def hang_up(self) -> None:
        while self._lines:
            self._lines.pop().close()

    def wait_for(self, condition: Callable[[], bool]) -> None:
        with self.changed:
            assert self.changed.wait_for(condition, 30), self.speaker.show()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(5)
        self.hang_up()
        self._server.close()


class Bench:
    def __init__(self, channel: Sink) -> None:
        self.reports: list[Report] = []
        self.driver = Speaker(DEVICE, self.reports.append)
        self.channel = channel

    def play(self, job: str, wav: bytes) -> None:
        self.driver.perform(self.channel, Play(DEVICE, job, wav))

    def poll_for(self, seconds: float) -> None:
        deadline_s = time.monotonic() + seconds
        while time.monotonic() < deadline_s:
            self.driver.poll(self.channel)

    def play_to_the_end(self, wav: bytes) -> None:
        self.play("a", wav)
        self.poll_until_over()

    def poll_until_over(self, step: Callable[[], None] = lambda: None) -> None:
        deadline_s = time.monotonic() + 30
        while not isinstance(self.reports[-1], PlayFinished):
            assert time.monotonic() < deadline_s
            step()
            self.driver.poll(self.channel)
