"""Contacts with a name: what it means for the hall when an input closes or opens (``[[contact]]`` of the hall file).

Knows which input is which contact, and for how long the mains may be off before it is said again. Must not know boards
or pins. A door's contact moves that door; any other is told as a device of its own that fails and recovers, so that it
stands in the journal, on the health page and at central as any trouble does, with words that say where to look.
Nothing shuts down by itself: how long a hall runs on its battery is for people to decide.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Final

from drivers.driver import Report
from drivers.kinds.inputs import ContactMoved, InputMoved
from edge.hall_door import Command, DeviceHealth
from hall.devices.words import ReportDevice
from hall.gate.words import MoveDoor
from hall_config.models import ContactPart
from hall_config.points import Point, point_of

KIND: Final = "contact"
_DOOR, _ON_BATTERY = "door", "ups_on_battery"
_WELL, _TROUBLE, _UNKNOWN = "ready", "degraded", "opening"


class Contacts:
    """``heard`` is called in the lines' threads; ``health`` by anybody."""

    def __init__(
        self, parts: Sequence[ContactPart], tell: Callable[[Command], None], wall_ms: Callable[[], int]
    ) -> None:
        self._at = {point_of(part.point): part for part in parts}
        self._closed: dict[Point, bool] = {}  # every point that was ever told of: it may get a name later
        self._tell = tell
        self._wall_ms = wall_ms
        self._lock = threading.RLock()  # held while telling: what fails and what recovers is told in its order
        self._health = {part.id: self._unknown(part) for part in parts if part.means != _DOOR}
        self._alarms: dict[str, threading.Timer] = {}

    def _unknown(self, part: ContactPart) -> DeviceHealth:
        return DeviceHealth(part.id, KIND, _UNKNOWN, "", self._wall_ms(), None, {})

    def heard(self, report: Report) -> bool:
        """Whether the report was a named contact's; nobody else needs it then."""
        match report:
            case ContactMoved(device=device, open=is_open):
                return self._moved((device, 0), closed=not is_open)
            case InputMoved(device=device, channel=channel, on=on):
                return self._moved((device, channel), closed=on)
        return False

    def health(self) -> tuple[DeviceHealth, ...]:
        """Each contact as a device; ``opening`` until its board has told of it for the first time."""
        with self._lock:
            return tuple(self._health.values())

    def follow(self, parts: Sequence[ContactPart]) -> None:
        """The hall file has changed. One that is no more fails no more; a fresh one is told as its input stands."""
        with self._lock:
            before = {part.id: part for part in self._at.values()}
            after = {part.id: part for part in parts}
            gone = [name for name, part in before.items() if name not in after or not _same(after[name], part)]
            self._at = {point_of(part.point): part for part in parts}
            for name in gone:
                self._drop(name)
            for part in parts:
                if part.id in before and part.id not in gone:
                    continue
                if part.means != _DOOR:
                    self._health[part.id] = self._unknown(part)
                point = point_of(part.point)
                if point in self._closed:
                    self._moved(point, closed=self._closed[point])

    def _drop(self, name: str) -> None:
        alarm, health = self._alarms.pop(name, None), self._health.pop(name, None)
        if alarm is not None:
            alarm.cancel()
        if health is not None and health.state == _TROUBLE:
            self._tell(ReportDevice(name, True, _WELL))

    def stop(self) -> None:
        with self._lock:
            alarms, self._alarms = self._alarms, {}
        for alarm in alarms.values():
            alarm.cancel()

    def _moved(self, point: Point, *, closed: bool) -> bool:
        with self._lock:
            self._closed[point] = closed
            part = self._at.get(point)
            if part is None:
                return False
            active = closed == (part.active == "closed")
            if part.means == _DOOR:
                self._tell(MoveDoor(part.id, active))
                return True
            self._set(part, part.means if active else "")
            if part.means == _ON_BATTERY:
                self._watch(part, active)
        return True

    def _set(self, part: ContactPart, reason: str, *, only_after: str | None = None) -> None:
        state = _TROUBLE if reason else _WELL
        with self._lock:
            before = self._health[part.id]
            if (before.state, before.reason) == (state, reason) or only_after not in (None, before.reason):
                return
            since_ms = before.since_wall_ms if before.state == state else self._wall_ms()
            self._health[part.id] = DeviceHealth(part.id, KIND, state, reason, since_ms, None, {})
            self._tell(ReportDevice(part.id, not reason, state, reason))

    def _watch(self, part: ContactPart, active: bool) -> None:
        """Say it again when the mains stay away."""
        with self._lock:
            alarm = self._alarms.pop(part.id, None)
            if alarm is not None and not active:
                alarm.cancel()
            elif active:
                self._alarms[part.id] = alarm or self._alarm(part)

    def _alarm(self, part: ContactPart) -> threading.Timer:
        alarm = threading.Timer(part.long_after_s, self._still_away, [part])
        alarm.daemon = True
        alarm.start()
        return alarm

    def _still_away(self, part: ContactPart) -> None:
        with self._lock:
            health = self._health.get(part.id)
            if health is None or health.reason != _ON_BATTERY or part.id not in self._alarms:
                return
            self._set(part, f"{_ON_BATTERY}_long")


def _same(one: ContactPart, other: ContactPart) -> bool:
    """Whether nothing but a name has changed."""
    names = {"name_zh": "", "name_en": ""}
    return one.model_copy(update=names) == other.model_copy(update=names)
