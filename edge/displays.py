"""The big screens: on with the hall's hours, off with them, and by hand in between.

Knows the hours of ``[displays]`` and which screens can be switched. Must not know a screen's language nor what it
shows. What is ordered by hand holds until the hours next switch. A screen that comes back on its line is told again
what it shall be; one that works on is left to its remote control.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import structlog

from drivers.driver import Order, Report
from drivers.kinds.display import DisplayState, SelectInput, SwitchDisplay
from drivers.lifecycle import State
from drivers.unit import Moved
from edge.journal import Journal
from hall.moment import local_day, local_minute
from hall.opening import weekday_of
from hall_config.models import DisplaysPart
from hall_config.plan import minutes

log = structlog.get_logger()

_LOOK_EVERY_S: Final = 5.0
_DAY_MS: Final = 86_400_000
_KEYS: Final = "display_keys"
_MOST_KEYS: Final = 500


class OnJournal(Protocol):
    """`HallLoop.on_journal`: do something with the journal in the thread that owns it."""

    def __call__(self, work: Callable[[Journal], bool]) -> bool: ...


@dataclass(frozen=True, slots=True)
class Screen:
    """One screen as it is known now."""

    id: str
    switchable: bool
    power: str = "unknown"
    faults: tuple[str, ...] = ()
    wanted: bool | None = None


class Displays:
    """``capabilities`` of each screen by its id; ``worked_as`` gives the weekday whose hours hold on a day, None on a
    rest day. Any thread may call."""

    def __init__(
        self,
        capabilities: Mapping[str, Sequence[str]],
        part: DisplaysPart | None,
        submit: Callable[[Order], None],
        wall_ms: Callable[[], int],
        worked_as: Callable[[str], int | None] = weekday_of,
    ) -> None:
        self._worked_as = worked_as
        self._submit = submit
        self._wall_ms = wall_ms
        self._part = part
        self._lock = threading.Lock()
        self._screens = {name: Screen(name, "power" in found) for name, found in capabilities.items()}
        self._away = set(capabilities)  # lost, or not met yet
        self._open: bool | None = None  # what the hours said last
        self._started = False
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="displays", daemon=True)

    def start(self) -> None:
        self._started = True
        if self._part is None or self._thread.ident is not None:
            return
        if any(screen.switchable for screen in self.screens()):
            self._thread.start()

    def stop(self) -> None:
        self._ending.set()
        if self._thread.is_alive():
            self._thread.join(2.0)

    def screens(self) -> tuple[Screen, ...]:
        with self._lock:
            return tuple(self._screens.values())

    def find(self, name: str) -> Screen | None:
        with self._lock:
            return self._screens.get(name)

    def heard(self, report: Report) -> bool:
        """Whether the report was a screen's own; a lifecycle is everybody's."""
        match report:
            case DisplayState(device=name, power=power, faults=faults):
                self._change(name, power=power, faults=faults)
                return True
            case Moved(device=name, state=State.READY | State.DEGRADED):
                self._came_back(name)
            case Moved(device=name, state=State.LOST | State.ABSENT):
                self._change(name, power="unknown", faults=())
                with self._lock:
                    self._away.add(name)
        return False

    def follow(self, capabilities: Mapping[str, Sequence[str]], part: DisplaysPart | None) -> None:
        """The hall file has changed; a screen that stays keeps what is known of it, and what was ordered by hand."""
        with self._lock:
            self._part = part
            known = self._screens
            self._away |= set(capabilities) - set(known)
            self._screens = {
                name: known.get(name, Screen(name, "power" in found, wanted=self._open))
                for name, found in capabilities.items()
            }
        if self._started:
            self.start()

    def switch(self, name: str, on: bool) -> None:
        """By hand; the hours switch it again when they next change."""
        self._change(name, wanted=on)
        self._submit(SwitchDisplay(name, on, slot="power", urgent=True))

    def choose(self, name: str, source: str) -> None:
        self._submit(SelectInput(name, source, slot="input", urgent=True))

    def turn(self) -> None:
        """Switch all that can be switched when the hours have begun or ended since the last look."""
        part = self._part
        if part is None:
            self._open = None  # its hours were taken out of the file: each screen stays as it is
            return
        wall_ms = self._wall_ms()
        minute, spans = local_minute(wall_ms), [minutes(span) for span in part.hours]
        weekday = self._worked_as(local_day(wall_ms))
        open_now = weekday in part.weekdays and any(start <= minute < end for start, end in spans)
        if open_now == self._open:
            return
        self._open = open_now
        log.info("displays.switched", on=open_now, day=local_day(wall_ms))
        for screen in self.screens():
            if screen.switchable:
                self._change(screen.id, wanted=open_now)
                self._submit(SwitchDisplay(screen.id, open_now, slot="power"))

    def _came_back(self, name: str) -> None:
        """What was ordered while it was away has been lost."""
        with self._lock:
            screen = self._screens.get(name) if name in self._away else None
            self._away.discard(name)
        if screen is not None and screen.switchable and screen.wanted is not None:
            self._submit(SwitchDisplay(name, screen.wanted, slot="power"))

    def _run(self) -> None:
        while not self._ending.is_set():
            self.turn()
            self._ending.wait(_LOOK_EVERY_S)

    def _change(
        self,
        name: str,
        *,
        power: str | None = None,
        faults: tuple[str, ...] | None = None,
        wanted: bool | None = None,
    ) -> None:
        with self._lock:
            before = self._screens.get(name)
            if before is not None:
                self._screens[name] = Screen(
                    name,
                    before.switchable,
                    before.power if power is None else power,
                    before.faults if faults is None else faults,
                    before.wanted if wanted is None else wanted,
                )


def first_time(on_journal: OnJournal, key: str | None, wall_ms: int) -> bool:
    """Whether this key was not used within 24 h; remembered with the journal, so also across a restart."""
    if key is None:
        return True
    digest = hashlib.sha256(key.encode()).hexdigest()[:32]

    def look(journal: Journal) -> bool:
        kept = [entry for entry in journal.read_meta(_KEYS) or [] if entry[1] > wall_ms - _DAY_MS]
        if any(entry[0] == digest for entry in kept):
            return False
        journal.write_meta(_KEYS, [*kept[-_MOST_KEYS + 1 :], [digest, wall_ms]])
        return True

    return on_journal(look)
