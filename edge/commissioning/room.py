"""Setting a hall up while its controller runs: the list, the tests, the search on free ports, the record, the sheet.

What the setup page and `hall devices test` ask for. Knows the running lines by their states and orders only.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import structlog

from drivers.driver import Order, Report
from edge.clock import Clock
from edge.commissioning.controller_line import remove_key, write_key
from edge.commissioning.listing import Listed, listed
from edge.commissioning.port_holder import Held, held
from edge.commissioning.probing import PortFound, Prober, Question
from edge.commissioning.record import Judged, Record, TooManyKeys
from edge.commissioning.sample_call import sample_call
from edge.commissioning.serial_ports import serial_ports
from edge.commissioning.sheet import SheetFacts, sheet
from edge.commissioning.trial_words import Progress
from edge.commissioning.trials import LineKeeper, TrialRefused, Trials
from edge.driver_registry import installed
from edge.hall_door import DeviceHealth
from hall_config.models import HallFile
from hall_config.ports import one_port

log = structlog.get_logger()

_RECORD: Final = "commissioning.json"
_STOP_S: Final = 2.0


@dataclass(frozen=True, slots=True)
class Lines:
    """What the room needs of the running controller."""

    file: Callable[[], HallFile]  # the one in force now
    submit: Callable[[Order], None]
    health: Callable[[], Iterable[DeviceHealth]]
    give_back: Callable[[str], None]
    clock: Clock


class SetupRoom:
    """One hall's. Every method may be called from any thread."""

    def __init__(self, file: HallFile, lines: Lines, program: str, *, ports: Path | None = None) -> None:
        self._lines = lines
        self._program = program
        self._ports = ports or Path(os.environ.get("HALL_PORTS", "/dev"))  # as for `hall devices probe`
        self._folder = Path(file.data.folder)
        self.record = Record(self._folder / _RECORD)
        self.key = write_key(self._folder)
        keeper = LineKeeper(
            lines.submit,
            lambda device: self._states().get(device, ("absent", ""))[0],
            lines.give_back,
            lambda: sample_call(lines.file(), self._folder / "clips"),
            self._wall_ms,
            self._ended,
            spares_locks=True,
        )
        self.trials = Trials(lines.file, keeper)
        self._lock = threading.Lock()
        self._prober: Prober | None = None
        self._thread: threading.Thread | None = None
        self._asked: Question | None = None
        self._found: tuple[PortFound, ...] | None = None
        self.listening = False  # somebody shall press keys now

    def heard(self, report: Report) -> bool:
        """Let the tests hear a report first; True when the hall shall not hear it."""
        return self.trials.heard(report)

    def close(self) -> None:
        """End tests and search; call it while the lines still run."""
        self.trials.stop()
        with self._lock:
            prober, thread = self._prober, self._thread
        if prober is not None:
            prober.stop()
        self.trials.join(_STOP_S)
        if thread is not None:
            thread.join(_STOP_S)
        remove_key(self._folder)

    def rows(self) -> tuple[tuple[Listed, Judged, Progress | None], ...]:
        """Each device with what is known of it and the test that runs or ran last."""
        found = listed(self._lines.file(), self._states())
        return tuple((one, self.record.of(one.id), self.trials.progress(one.id)) for one in found)

    def _states(self) -> dict[str, tuple[str, str]]:
        return {one.id: (one.state, one.reason) for one in self._lines.health()}

    def _wall_ms(self) -> int:
        return self._lines.clock.now().wall_ms

    def knows(self, device: str) -> bool:
        return any(one.id == device for one in self._lines.file().device)

    def once(self, key: str | None, work: Callable[[], Any]) -> Any:
        """The answer of ``work``; with a key the one that it got within 24 h. Raises `TrialRefused`."""
        try:
            return self.record.once(key, self._wall_ms(), work)
        except TooManyKeys:
            raise TrialRefused("TOO_MANY_KEYS") from None

    def judge(self, device: str, works: bool | None, remark: str) -> None:
        if not self.knows(device):
            raise TrialRefused("UNKNOWN_DEVICE")
        self.record.judge(device, works, remark, self._wall_ms())

    def sheet(self, engineer: str, form: Literal["pdf", "png"] = "pdf") -> bytes:
        """The sheet to sign as it stands now; raises `hall_config.paper.NoPaper`."""
        hall = self._lines.file().hall
        facts = SheetFacts(hall.id, hall.name_zh, hall.name_en, self._program, engineer, self._wall_ms())
        return sheet(facts, [(one, judged) for one, judged, _ in self.rows()], form)

    def search(self, listen_s: float) -> None:
        """Begin to look at the free ports; raises `TrialRefused` while a search runs."""
        with self._lock:
            if self._thread is not None and self._thread.is_alive():
                raise TrialRefused("RUNS_ALREADY")
            self._found, self._asked, self.listening = None, None, False
            self._prober = Prober(
                installed(),
                how_long=lambda silent: listen_s,
                tell=self._note_asked,
                press_now=self._note_listening,
                is_held=self._holder,
            )
            self._thread = threading.Thread(target=self._look, args=(self._prober,), name="port-search", daemon=True)
            self._thread.start()

    def search_state(self) -> tuple[bool, Question | None, tuple[PortFound, ...] | None]:
        """Whether it runs, what it asked last, and what it found."""
        with self._lock:
            return self._thread is not None and self._thread.is_alive(), self._asked, self._found

    def _look(self, prober: Prober) -> None:
        found: tuple[PortFound, ...] = ()
        try:
            found = prober.look(serial_ports(self._ports))
        except Exception:  # the thread's outermost line
            log.exception("search.crashed")
        with self._lock:
            self._found, self.listening = found, False

    def _note_asked(self, question: Question) -> None:
        with self._lock:
            self._asked = question

    def _note_listening(self, seconds: float) -> None:
        self.listening = True

    def _holder(self, port: str) -> Held | None:
        """A port of the hall file is its device's, whether or not the device is there at the moment."""
        mine = one_port(port)
        file = self._lines.file()
        lines = {line.id: line.port for line in file.line}
        for device in file.device:
            own = device.port or lines.get(device.line or "")
            if own is not None and one_port(own) == mine:
                return Held("configured", device.id)
        return held(port)

    def _ended(self, progress: Progress) -> None:
        last = progress.lines[-1] if progress.lines else None
        zh, en = (last.words("zh"), last.words("en")) if last else ("", "")
        self.record.tested(progress.device, progress.verdict.value, zh, en, self._wall_ms())
