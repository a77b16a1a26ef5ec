"""One simulated line: a door for the host, one or several devices behind it, and what can go wrong in between.

Every device hears everything that the host says (a bus), split as the line's speed splits it. Devices do not hear
each other: none of the protocols here needs it. One thread carries the bytes and lets the devices' time pass;
whoever acts on a device from outside takes ``lock``.

    host -> door -> pacer in -> line faults -> each device's own faults -> device.hear
    host <- door <- pacer out <- line faults <- that device's own faults <- device's send
"""

from __future__ import annotations

import contextlib
import os
import select
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import Final

import structlog

from simulators.activity import Activity
from simulators.device import Device
from simulators.doors import Door, PtyDoor, SocketDoor
from simulators.faults import Garble, LineFaults, TapFaults
from simulators.pacing import Pacer

TICK_S: Final = 0.1
_IN_LIMIT: Final = 16_384
_OUT_LIMIT: Final = 262_144

log = structlog.get_logger()


@dataclass(slots=True)
class Tap:
    """One device's place on a line."""

    device: Device
    faults: TapFaults = field(default_factory=TapFaults)
    activity: Activity = field(default_factory=Activity)


class Line:
    """A door and the devices behind it."""

    def __init__(self, line_id: str, door: Door, *, baud: int = 9600, paced: bool = False) -> None:
        self.id = line_id
        self.door = door
        self.baud = baud
        self.paced = paced
        self.lock = threading.RLock()
        self.faults = LineFaults()
        self.activity = Activity()
        self.taps: list[Tap] = []
        self._inward = Pacer(_IN_LIMIT)
        self._outward = Pacer(_OUT_LIMIT)
        self._next_tick_s = 0.0
        self._stopping = False
        self._asked: SimpleQueue[tuple[Callable[[], None], Future[None]]] = SimpleQueue()
        self._bell = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._thread = threading.Thread(target=self._run, name=f"line {line_id}", daemon=True)

    # --- for whoever builds and uses the line ----------------------------------------------------------------

    def join(self, device: Device) -> Tap:
        """Put a device on the line; all of them before the line opens."""
        tap = Tap(device)
        self.taps.append(tap)
        device.attach(lambda data: self._say(tap, data))
        welcome, door = getattr(device, "welcome", None), self.door
        if welcome is not None and isinstance(door, SocketDoor):
            door.greet = lambda: self._greet(lambda: welcome(door.hang_up))
        return tap

    def _greet(self, welcome: Callable[[], None]) -> None:
        self._inward.clear()
        self._outward.clear()
        welcome()

    def open(self) -> None:
        """Open the door and let time pass."""
        self.door.open()
        self._thread.start()

    def close(self) -> None:
        """Stop the thread and leave nothing behind; twice is fine."""
        self._stopping = True
        self._ring()
        if self._thread.is_alive():
            self._thread.join(timeout=2.0)
        with self.lock:
            self.door.close()
            if self._bell >= 0:
                os.close(self._bell)
                self._bell = -1

    def alone(self, tap: Tap) -> bool:
        """Whether this device has the line for itself."""
        return self.taps == [tap]

    # --- faults ----------------------------------------------------------------------------------------------

    def unplug(self, tap: Tap | None) -> None:
        """Pull one device off the bus, or with None the host's adapter with everything behind it."""
        if tap is not None:
            with self.lock:
                tap.faults.unplugged = True
            return
        self._in_turn(self._pull)

    def _pull(self) -> None:
        self.faults.tap.unplugged = True
        self._inward.clear()
        self._outward.clear()
        self.door.close()

    def replug(self, tap: Tap | None, *, another_tty: bool = False, name: str | None = None) -> None:
        """Put the plug back in: as the same port, behind another tty, or under another name; a TCP port stays."""
        if tap is not None:
            with self.lock:
                tap.faults.unplugged = False
            return
        self._in_turn(lambda: self._push_in(another_tty, name))

    def _push_in(self, another_tty: bool, name: str | None) -> None:
        self.door.close()
        match self.door:
            case PtyDoor() as door:
                if name is not None:
                    door.link = door.link.with_name(name)
                door.open(another_tty=another_tty)
            case door:
                door.open()
        self.faults.tap.unplugged = False

    def silence(self, tap: Tap | None) -> None:
        """Neither heard nor says anything, though the port is still there."""
        with self.lock:
            (tap.faults if tap else self.faults.tap).silent = True

    def garble(self, tap: Tap | None, rate: float, seed: int) -> None:
        """Flip bits of both ways' bytes."""
        with self.lock:
            (tap.faults if tap else self.faults.tap).garble = Garble(rate, seed)

    def slow(self, baud: int | None) -> None:
        """Carry bytes at this speed only."""
        with self.lock:
            self.faults.slow_baud = baud
        self._ring()

    def echo(self) -> None:
        """Give the host back whatever it says, as an RS-485 adapter with its receiver on does."""
        with self.lock:
            self.faults.echo = True

    def clear_faults(self, tap: Tap | None) -> None:
        """All well again; the line's own faults too."""
        with self.lock:
            for one in self.taps if tap is None else [tap]:
                one.faults = TapFaults()
            unplugged = self.faults.tap.unplugged
            self.faults = LineFaults()
        if unplugged:
            self.replug(None)
        self._ring()

    # --- the line's thread -----------------------------------------------------------------------------------

    def _run(self) -> None:
        while not self._stopping:
            try:
                self._carry()
            except Exception:
                log.exception("line.broken", line=self.id, hint="the simulated device behind it has an error")
                time.sleep(TICK_S)

    def _carry(self) -> None:
        while not self._stopping:
            with self.lock:
                numbers = self.door.filenos() if self._inward.room else []
                wait_s = self._wait_s(time.monotonic())
            with contextlib.suppress(OSError, ValueError):  # the door may have been shut meanwhile
                select.select([self._bell, *numbers], [], [], wait_s)
            with contextlib.suppress(BlockingIOError):
                os.eventfd_read(self._bell)
            with self.lock:
                self._turn()

    def _in_turn(self, act: Callable[[], None]) -> None:
        """Have the line's thread do it: a door shut while that thread waits on it would stay open until it looks."""
        done: Future[None] = Future()
        self._asked.put((act, done))
        self._ring()
        done.result(timeout=5.0)

    def _do_asked(self) -> None:
        while not self._asked.empty():
            act, done = self._asked.get()
            try:
                act()
            except OSError as problem:
                done.set_exception(problem)
            else:
                done.set_result(None)

    def _turn(self) -> None:
        self._do_asked()
        now_s = time.monotonic()
        if self._inward.room and not self._stopping:
            self._inward.push(self.door.take(self._inward.room), now_s)
        self._hear(self._inward.take(now_s, self._speed()))
        if now_s >= self._next_tick_s:
            self._next_tick_s = now_s + TICK_S
            for tap in self.taps:
                tap.device.tick(now_s)
        self._put(self._outward.take(time.monotonic(), self._speed()))

    def _hear(self, data: bytes) -> None:
        if not data:
            return
        at_ns = time.monotonic_ns()
        self.activity.note("heard", data, at_ns)
        if self.faults.echo:
            self._outward.push(data, time.monotonic())
        arrived = self.faults.tap.through(data)
        for tap in self.taps:
            own = tap.faults.through(arrived)
            tap.activity.note("heard", own, at_ns)
            if own:
                tap.device.hear(own)

    def _say(self, tap: Tap, data: bytes) -> None:
        with self.lock:
            left = self.faults.tap.through(tap.faults.through(data))
            if not left:
                tap.activity.lost += len(data)
                return
            tap.activity.note("said", left, time.monotonic_ns())
            tap.activity.lost += self._outward.push(left, time.monotonic())
        self._ring()

    def _put(self, data: bytes) -> None:
        if not data:
            return
        accepted = self.door.put(data)
        self.activity.note("said", data[:accepted], time.monotonic_ns())
        self.activity.lost += len(data) - accepted

    def _speed(self) -> int | None:
        return self.faults.slow_baud or (self.baud if self.paced else None)

    def _wait_s(self, now_s: float) -> float:
        speed = self._speed()
        times = [self._next_tick_s, self._inward.due_s(speed), self._outward.due_s(speed)]
        return max(0.0, min(at_s for at_s in times if at_s is not None) - now_s)

    def _ring(self) -> None:
        if self._bell >= 0:
            os.eventfd_write(self._bell, 1)
