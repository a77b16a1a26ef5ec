"""Tests of devices: one at a time for each device, over lines that run already.

Knows orders given, reports heard and time. Must not know whether a whole controller stands behind the lines or only
one command. While a test runs, what its device reports belongs to the test: a card tapped now draws no ticket.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import structlog

from drivers.driver import Order, OrderDone, OrderFailed, Report
from drivers.kind import Kind
from drivers.kinds.camera import PictureTaken
from drivers.kinds.printer import NotPrinted, Printed
from drivers.kinds.speaker import PlayFinished, PlayStarted
from drivers.unit import Moved
from edge.commissioning.listing import is_gone, port_of
from edge.commissioning.trial_hall import opens_gate, zones_of
from edge.commissioning.trial_scripts import Outcome, Place, Script, needs_permission, script_for
from edge.commissioning.trial_words import GOING_ON, Progress, Said, Verdict, reason_words, said
from edge.driver_registry import kind_of
from hall_config.models import DevicePart, HallFile

log = structlog.get_logger()

_WORKING: Final = ("ready", "degraded")
_FOR_THE_DEVICE_S: Final = 8.0
_LINES_KEPT: Final = 12
_SILENT_CODES: Final = ("lost", "no_reply", "no_port", "port_lost", "bad_frame")
_OF_A_JOB: Final = (Printed, NotPrinted, PlayStarted, PlayFinished, PictureTaken)


class TrialRefused(Exception):
    """The test cannot begin; ``code`` has words under ``commissioning.refused``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class LineKeeper:
    """What the tests need of whoever runs the lines. ``give_back`` puts a device's own picture back on it.

    ``spares_locks``: gates are unlocked in another way here, which the journal keeps with who did it; a test, of which
    it keeps nothing, must not open one.
    """

    submit: Callable[[Order], None]
    state_of: Callable[[str], str]
    give_back: Callable[[str], None]
    sound: Callable[[], bytes]
    wall_ms: Callable[[], int]
    ended: Callable[[Progress], None] = lambda progress: None
    spares_locks: bool = False


class Trials:
    """All tests of one hall. Every method may be called from any thread."""

    def __init__(self, file: Callable[[], HallFile], keeper: LineKeeper) -> None:
        self._file = file
        self._keeper = keeper
        self._lock = threading.Lock()
        self._trials: dict[str, _Trial] = {}
        self._numbers = 0

    def begin(
        self, device: str, *, allow: bool = False, channel: int = 0, picture: Callable[[bytes], object] | None = None
    ) -> Progress:
        """Start a test; raises `TrialRefused`."""
        file = self._file()
        part = next((one for one in file.device if one.id == device), None)
        if part is None:
            raise TrialRefused("UNKNOWN_DEVICE")
        kind = kind_of(part)
        if kind is None:
            raise TrialRefused("BROKEN_DRIVER")
        if self._keeper.spares_locks and opens_gate(file, device, channel):
            raise TrialRefused("GATE_LOCK")
        if needs_permission(kind) and not allow:
            raise TrialRefused("NEEDS_PERMISSION")
        with self._lock:
            if device in self._trials and self._trials[device].going_on:
                raise TrialRefused("RUNS_ALREADY")
            self._numbers += 1
            place = Place(
                file.hall.name_zh, file.hall.name_en, self._keeper.wall_ms(),
                f"test-{self._numbers}", self._keeper.sound, zones_of(file, kind), channel, picture,
            )  # fmt: skip
            trial = self._trials[device] = _Trial(part, kind, place, self._keeper, port_of(file, part))
        trial.start()
        return trial.progress()

    def heard(self, report: Report) -> bool:
        """Let the tests hear it; True when it was for a test alone."""
        with self._lock:
            running = [trial for trial in self._trials.values() if trial.going_on or trial.lingers]
        taken = [trial.heard(report) for trial in running]  # each hears it, also behind one that takes it
        return any(taken)

    def progress(self, device: str) -> Progress | None:
        with self._lock:
            trial = self._trials.get(device)
        return None if trial is None else trial.progress()

    def stop(self, device: str | None = None) -> None:
        """End the test of one device, or of all."""
        with self._lock:
            ended = [trial for trial in self._trials.values() if device in (None, trial.device.id)]
        for trial in ended:
            trial.stop()

    def join(self, timeout_s: float) -> None:
        """Wait until every test has put its device back."""
        deadline = time.monotonic() + timeout_s
        with self._lock:
            trials = list(self._trials.values())
        for trial in trials:
            trial.join(max(0.0, deadline - time.monotonic()))


class _Trial:
    """One test on a thread of its own."""

    def __init__(self, device: DevicePart, kind: Kind, place: Place, keeper: LineKeeper, port: str) -> None:
        self.device = device
        self._port = port
        self._kind = kind
        self._place = place
        self._keeper = keeper
        self._changed = threading.Condition()
        self._verdict = Verdict.WAITING
        self._lines: list[Said] = []
        self._script: Script | None = None
        self._ends_at_s = time.monotonic() + _FOR_THE_DEVICE_S
        self.lingers = False
        self._told_end = False
        self._thread = threading.Thread(target=self._run, name=f"test-{device.id}", daemon=True)

    @property
    def going_on(self) -> bool:
        return self._verdict in GOING_ON

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        with self._changed:
            self._end(Verdict.STOPPED, said("stopped"))
            self.lingers = False
            self._changed.notify_all()

    def join(self, timeout_s: float) -> None:
        self._thread.join(timeout_s)

    def progress(self) -> Progress:
        with self._changed:
            left_s = max(0.0, self._ends_at_s - time.monotonic()) if self.going_on else 0.0
            return Progress(self.device.id, self._kind.value, self._verdict, tuple(self._lines), left_s)

    def heard(self, report: Report) -> bool:
        with self._changed:
            script = self._script
            if script is None:
                if isinstance(report, Moved) and report.device == self.device.id:
                    self._changed.notify_all()
                return False
            if isinstance(report, OrderDone | OrderFailed):
                return self._order_ended(script, report)
            if report.device != self.device.id or (isinstance(report, _OF_A_JOB) and report.job != self._place.job):
                return False
            if not self.going_on:
                return isinstance(report, _OF_A_JOB)
            outcome = script.hear(report)
            if outcome is not None:
                self._note(outcome)
            return isinstance(report, (*_OF_A_JOB, *script.takes))

    def _order_ended(self, script: Script, report: OrderDone | OrderFailed) -> bool:
        order = report.order
        if any(order is one for one in (*script.optional, *script.closing)):
            return True
        if not any(order is one for one in script.orders):
            return False
        if not self.going_on:
            return True
        if isinstance(report, OrderDone):
            if script.proof is not None:
                self._note(script.proof)
            return True
        silent = report.code in _SILENT_CODES
        self._end(Verdict.SILENT if silent else Verdict.FAILED, said("order_failed", reason=reason_words(report.code)))
        return True

    def _note(self, outcome: Outcome) -> None:
        verdict, words = outcome
        if verdict is None:
            self._lines = [*self._lines, words][-_LINES_KEPT:]
        else:
            self._end(verdict, words)

    def _end(self, verdict: Verdict, words: Said) -> None:
        if self.going_on:
            self._lines = [*self._lines, words][-_LINES_KEPT:]
            self._verdict = verdict
            self._changed.notify_all()

    def _run(self) -> None:
        log.info("test.begins", device=self.device.id, kind=self._kind.value)
        try:
            if self._device_there():
                self._carry_out()
        except Exception:
            log.exception("test.crashed", device=self.device.id)
            with self._changed:
                self._end(Verdict.FAILED, said("crashed"))
        self._tell_end()

    def _tell_end(self) -> None:
        """Once, as soon as there is a verdict; one that was stopped says nothing of the device."""
        if self._told_end:
            return
        self._told_end = True
        log.info("test.ended", device=self.device.id, verdict=self._verdict.value)
        if self._verdict is not Verdict.STOPPED:
            self._keeper.ended(self.progress())

    def _device_there(self) -> bool:
        with self._changed:
            while self.going_on:
                state = self._keeper.state_of(self.device.id)
                if state in _WORKING:
                    return True
                left_s = self._ends_at_s - time.monotonic()
                if left_s <= 0 or state == "quarantined":
                    words = said("device_no_port", port=self._port) if is_gone(self._port) else said(f"device_{state}")
                    self._end(Verdict.SILENT, words)
                    return False
                self._changed.wait(min(left_s, 0.25))
        return False

    def _carry_out(self) -> None:
        script = script_for(self._kind, self.device, self._place)
        with self._changed:
            self._script = script
            self._lines.append(script.asks)
            self._ends_at_s = time.monotonic() + script.longest_s
            if self._verdict is Verdict.WAITING:
                self._verdict = Verdict.RUNNING
        try:
            self._ask_and_wait(script)
        finally:  # whatever went wrong, the hall has its device back
            for order in script.closing:
                self._keeper.submit(order)
            self._keeper.give_back(self.device.id)

    def _ask_and_wait(self, script: Script) -> None:
        for order in script.optional:
            self._keeper.submit(order)
        if script.settle_s:
            with self._changed:
                self._changed.wait_for(lambda: not self.going_on, script.settle_s)
        for order in script.orders if self.going_on else ():
            self._keeper.submit(order)
        with self._changed:
            if script.at_once is not None:
                self._note(script.at_once)
            self._changed.wait_for(lambda: not self.going_on, script.longest_s)
            self._end(Verdict.SILENT, said("nothing_heard"))
        self._tell_end()
        with self._changed:
            if self._verdict is Verdict.PASSED:
                self.lingers = True
                self._changed.wait_for(lambda: not self.lingers, script.linger_s)
                self.lingers = False
