"""The hall file that is in force, and how a changed one comes into force while the hall works.

Knows which part of the file concerns whom. Must not know devices' words nor rules. A file with a mistake changes
nothing; all its mistakes stand in one line of the log, and the health page tells of it. Devices, lines, pins, speech,
contacts, screens and content follow at once. Rules, hours, classes and windows wait for an empty hall, in which the
controller begins anew by itself; every other part, which journal, pages and central are built on, for the next restart.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import structlog

from drivers.kind import Kind
from edge.announcer import Announcer
from edge.central_line import birth_of
from edge.devices import Changes, Devices, ids_of, places_of
from edge.file_watch import FileWatch
from edge.hall_door import FileHealth, VoiceHealth
from edge.inputs import Inputs
from edge.outputs import Outputs
from edge.plan_in_force import read_in_force
from edge.uplink import Uplink
from hall_config.in_force import AT_ONCE, IN_AN_EMPTY_HALL
from hall_config.models import HallFile
from hall_config.problems import HallFileError
from hall_config.wording import say

log = structlog.get_logger()

LOOK_EVERY_S: Final = 2.0


def names_of(file: HallFile) -> dict[str, tuple[str, str]]:
    """What people call each device, each named contact and each gate (``gate:`` before its id), Chinese and English."""
    kiosk = {"kiosk": (say("kiosk.place", "zh"), say("kiosk.place", "en"))}
    devices = kiosk | {device.id: (device.name_zh, device.name_en) for device in file.device}
    devices |= {f"gate:{gate.id}": (gate.name_zh, gate.name_en) for gate in file.gate}
    return devices | {contact.id: (contact.name_zh, contact.name_en) for contact in file.contact}


def windows_of(file: HallFile) -> dict[str, int]:
    """At which window each device stands."""
    return {device.id: device.window for device in file.device if device.window is not None}


class RunningFile:
    """Belongs to the main thread, but `health`. ``make_announcer`` builds one that is not started."""

    def __init__(
        self,
        file: HallFile,
        program: str,
        devices: Devices,
        outputs: Outputs,
        inputs: Inputs,
        uplink: Uplink | None,
        names: dict[str, tuple[str, str]],
        announcer: Announcer | None,
        make_announcer: Callable[[HallFile], Announcer | None],
    ) -> None:
        self.file = file
        self.health = FileHealth()
        self.plan_waits = False  # what changed comes into force in an empty hall
        self.also: Callable[[HallFile], None] = lambda file: None  # who else follows a changed file
        self._program = program
        self._devices = devices
        self._outputs = outputs
        self._inputs = inputs
        self._uplink = uplink
        self._names = names
        self._announcer = announcer
        self._make_announcer = make_announcer

    def start(self) -> None:
        """Begin to speak."""
        if self._announcer is not None:
            self._announcer.start()

    def stop(self) -> None:
        if self._announcer is not None:
            self._announcer.stop()

    def read_again(self, path: Path) -> None:
        """Take the file as it is on the disk now; with a mistake in it everything stays as it is."""
        try:
            fresh = read_in_force(path).file
        except HallFileError as wrong:
            first = wrong.problems[0]
            blanks = {"count": len(wrong.problems), "line": first.line, "key": first.key or "hall.toml"}
            self.plan_waits = False  # a start would fail on it
            self.health = FileHealth("wrong", say("reload.WRONG", "zh", **blanks), say("reload.WRONG", "en", **blanks))
            log.warning("config.wrong", file=str(path), problems=[problem.as_json() for problem in wrong.problems])
            return
        changes = self.follow(fresh)
        waiting = tuple(part for part in HallFile.model_fields if getattr(fresh, part) != getattr(self.file, part))
        self.health = _health(waiting)
        self.plan_waits = bool(waiting) and set(waiting) <= set(IN_AN_EMPTY_HALL)
        log.info(
            "config.taken",
            file=str(path),
            added=changes.added,
            removed=changes.removed,
            restarted=changes.restarted,
            at_the_next_restart=waiting,
        )

    def follow(self, fresh: HallFile) -> Changes:
        """Bring into force what can be, leave the rest as it was at the start."""
        parts = {part: getattr(fresh, part) for part in AT_ONCE}
        before, after = self.file, self.file.model_copy(update=parts)
        speaks_anew, leaving = _voice(before) != _voice(after), self._announcer
        if speaks_anew:
            self.stop()  # it closes the zones while their line still runs; what comes now waits in it
        changes = self._devices.follow(after)
        self.file = after
        if speaks_anew:
            self._announcer = self._make_announcer(after)
            if leaving is not None:
                leaving.hand_over(self._announcer)
            self.start()
        self._tell_places(after)
        self.also(after)
        self._names.update(names_of(after))
        self._repaint(changes)
        if self._uplink is not None and before.device != after.device:
            self._uplink.inventory_changed(birth_of(after, self._program))
        return changes

    def voice(self) -> VoiceHealth | None:
        """What speaks in this hall; None where nothing does."""
        announcer = self._announcer
        return None if announcer is None else announcer.voice

    def _tell_places(self, file: HallFile) -> None:
        self._outputs.follow(places_of(file), self._announcer)
        self._inputs.follow(windows_of(file), self._announcer)

    def _repaint(self, changes: Changes) -> None:
        """A device may have become ready before anybody knew at which window it stands now."""
        for device in (*changes.added, *changes.restarted):
            self._inputs.repaint(device)


def _voice(file: HallFile) -> tuple[Any, ...]:
    """All that the announcer is built on."""
    speaking = {*ids_of(file, Kind.SPEAKER), *ids_of(file, Kind.RELAYS)}
    return file.speech, tuple(device for device in file.device if device.id in speaking)


def _health(waiting: tuple[str, ...]) -> FileHealth:
    if not waiting:
        return FileHealth()
    parts = " ".join(f"[{part}]" for part in waiting)
    key = "reload.EMPTY" if set(waiting) <= set(IN_AN_EMPTY_HALL) else "reload.RESTART"
    return FileHealth("restart", say(key, "zh", parts=parts), say(key, "en", parts=parts))


class FileFollower:
    """Looks at the file now and then, and at once when asked (SIGHUP)."""

    def __init__(self, path: Path, running: RunningFile) -> None:
        self._path = path
        self._running = running
        self._watch = FileWatch(path)
        self._look_at_s = 0.0

    def turn(self, steady_s: float, *, asked: bool) -> None:
        """Called often by the main thread."""
        if asked:
            self._watch.taken()
            self._running.read_again(self._path)
        elif steady_s >= self._look_at_s:
            self._look_at_s = steady_s + LOOK_EVERY_S
            if self._watch.changed():
                self._running.read_again(self._path)
