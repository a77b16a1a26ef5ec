"""One device on its line: where it is in its life, how often it failed, when it is asked again."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import structlog

from drivers.driver import Channel, Driver, Report, Tell
from drivers.errors import BadFrame, DeviceFault, DriverError, NoReply, OtherAddress, PortLost
from drivers.lifecycle import Happening, State, follow, working
from drivers.strangers import MISTAKES

log = structlog.get_logger()

_ASK_AGAIN_S: Final = (0.5, 1.0, 2.0, 5.0)
_ALONE_ASK_AGAIN_S: Final = (0.5, 1.0, 2.0)  # a device that shares its line with nobody disturbs nobody
_CRASHED_ASK_AGAIN_S: Final = 15.0
_FAILURES_TO_LOST: Final = 3
_LOOK_AGAIN_S: Final = 0.3  # after a failure, whatever the usual poll is
_LEFT_TOO_OFTEN: Final = 3  # a device left so often without a word counts as asked in vain


@dataclass(frozen=True, slots=True)
class Moved(Report):
    """A device's lifecycle state, or the reason of a degraded one, changed."""

    state: State
    reason: str
    counters: dict[str, int]


@dataclass(slots=True)
class Unit:
    """Belongs to its line's thread."""

    driver: Driver[Any]
    line: str
    tell: Tell
    state: State = State.ABSENT
    reason: str = ""
    shares: bool = False  # its line with others
    told: tuple[State, str] | None = None
    times_left: int = 0
    failures: int = 0
    attempts: int = 0
    ask_at: float = 0.0
    poll_at: float = 0.0
    counters: dict[str, int] = field(default_factory=lambda: {"orders": 0, "failures": 0, "connects": 0})
    busy_since_s: float | None = None  # its driver has the line's thread; any thread may read it

    @contextmanager
    def at_work(self) -> Iterator[Driver[Any]]:
        """The driver, while it has the line's thread."""
        self.busy_since_s = time.monotonic()
        try:
            yield self.driver
        finally:
            self.busy_since_s = None

    def forget(self) -> None:
        """Where a driver fails even in this, its device is left as it is: the line has others."""
        try:
            with self.at_work() as driver:
                driver.forget()
        except MISTAKES:
            log.exception("device.driver_did_not_forget", device=self.driver.device)

    def port_opened(self, look_on_s: float = 0.0) -> None:
        """``look_on_s``: it was closed at once too often; whether it stays open is seen before anything is told."""
        self.attempts, self.ask_at, self.failures = 0, time.monotonic() + look_on_s, 0
        if look_on_s:
            self.state = follow(self.state, Happening.OPENED)
        else:
            self.move(Happening.OPENED, "")

    @property
    def may_be_met(self) -> bool:
        """Its port has just opened, and it was not asked yet."""
        return self.state is State.HANDSHAKE and self.attempts == 0 and time.monotonic() >= self.ask_at

    @property
    def due_s(self) -> float | None:
        """When it is asked next; None when it waits for nothing."""
        if working(self.state):
            return self.poll_at if self.driver.poll_every_s is not None else None
        return self.ask_at if self.state in (State.HANDSHAKE, State.LOST, State.QUARANTINED) else None

    def ask_later(self) -> None:
        """Each attempt in vain makes the next one rarer: a dead device costs the others little."""
        steps = _ASK_AGAIN_S if self.shares else _ALONE_ASK_AGAIN_S
        self.ask_at = time.monotonic() + steps[min(self.attempts, len(steps) - 1)]
        self.attempts += 1

    def left(self, after_silence: bool) -> None:
        """Its turn was taken away. It is asked again soon; if it had been silent, that counts."""
        self.times_left += not working(self.state)
        if after_silence or self.times_left >= _LEFT_TOO_OFTEN:
            self.times_left = 0
            self.failed(NoReply("left in silence"))
        else:
            self.poll_at = self.ask_at = time.monotonic() + _LOOK_AGAIN_S

    def answered(self) -> None:
        self.failures = self.attempts = self.times_left = 0
        if not working(self.state):
            self.counters["connects"] += 1
            self.poll_at = time.monotonic() + (self.driver.poll_every_s or 0.0)
        self._keep_pace()
        trouble = getattr(self.driver, "trouble", "")
        self.move(Happening.FAULT if trouble else Happening.ANSWERED, trouble)

    def hear(self, channel: Channel, data: bytes) -> None:
        """Bytes that came while nothing was asked of this device; a lost port is its line's business."""
        try:
            self.driver.heard(channel, data)
        except PortLost:
            raise
        except DriverError as problem:
            self.failed(problem)
        except Exception as problem:  # noqa: BLE001 - a driver's own mistake must stop one device, not the line
            self.crashed(problem)
        self._keep_pace()

    def _keep_pace(self) -> None:
        """A driver may want its poll sooner from now on: pages in turn, a word half heard."""
        every_s = self.driver.poll_every_s
        if every_s is not None:
            self.poll_at = min(self.poll_at, time.monotonic() + every_s)

    def failed(self, problem: DriverError) -> None:
        """A fault is believed at once; silence only when it lasts."""
        self.counters["failures"] += 1
        if isinstance(problem, DeviceFault):
            self.failures = 0
            self.move(Happening.FAULT, problem.code)
            return
        self.failures += 1
        if working(self.state) and self.failures < _FAILURES_TO_LOST:
            self.poll_at = time.monotonic() + _LOOK_AGAIN_S
            return
        if working(self.state):
            self.forget()
            self.ask_later()
        elif time.monotonic() >= self.ask_at:
            self.ask_later()  # whoever was asked in vain waits, by whatever it was asked
        self.move(Happening.SILENT, fault_code(problem))

    def crashed(self, problem: BaseException) -> None:
        name = type(problem).__name__
        if (self.state, self.reason) != (State.QUARANTINED, name):
            log.error("device.driver_crashed", device=self.driver.device, problem=name, exc_info=problem)
        self.ask_at = time.monotonic() + _CRASHED_ASK_AGAIN_S
        self.forget()
        self.move(Happening.CRASHED, name)

    def line_held_by(self, device: str) -> None:
        """Told by the watch, from its own thread, while the line's thread waits for a driver that does not return."""
        state, reason = (State.QUARANTINED, "hangs") if device == self.driver.device else (State.LOST, "line_held")
        log.error("device.line_held", device=self.driver.device, line=self.line, by=device)
        self.tell(Moved(self.driver.device, state, reason, dict(self.counters)))
        self.told = None  # after the telling: whatever it says next is told, also when it is what it said before

    def move(self, happening: Happening, reason: str) -> None:
        """One log line and one report for each change, not for each failure."""
        self.state = follow(self.state, happening)
        self.reason = reason
        shown = (self.state, reason if working(self.state) else "")
        if self.state is State.OPENING or shown == self.told:
            return
        self.told = shown
        log.info("device.state", device=self.driver.device, line=self.line, state=self.state.value, reason=reason)
        self.tell(Moved(self.driver.device, self.state, reason, dict(self.counters)))


def fault_code(problem: DriverError) -> str:
    """A stable word for tables and pages."""
    match problem:
        case DeviceFault(code=code):
            return str(code)
        case PortLost():
            return "port_lost"
        case NoReply():
            return "no_reply"
        case OtherAddress():
            return "other_address"
        case BadFrame():
            return "bad_frame"
        case _:
            return "failed"
