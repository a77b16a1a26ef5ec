"""What every live page shows of all halls, worked out once for all of them and kept as finished text.

A hall's line is told from the store once when it has changed, whoever watches. Each of its fields remembers the number
of the change in which it got its value, so that a page that has shown change 17 is sent only the fields that changed
after 17: one event costs one small message. Messages are kept until the next change, since most pages stand at the
same place and see the same units.

Where many halls are seen at once, small places are told together with the others of their unit, as numbers; a place by
itself only while an alarm is open there. Nobody reads six thousand tiles, and no page should have to draw them.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from sqlalchemy import RowMapping

from central.alarms import store as alarm_store
from central.alarms.rules import LEVELS, Signals
from central.alarms.signals import signals_of
from central.alarms.telling import told
from central.database import Database
from central.live import store, telling
from central.live.hub import Hub
from central.strict_json import write_json
from central.units import store as unit_store
from central.units.rules import ROOT
from hall.moment import local_day
from hall_config.wording import rfc3339

_ANEW_MS: Final = 60_000  # everything is read anew now and then: where halls belong changes without an event of theirs
_ALARMS: Final = 100  # a page is sent the worst; the page of alarms has all
CROWD: Final = 1000  # more halls than that are not told one by one
_GROWS: Final = "longest_wait_s"  # by itself, with the time: told anew only together with who waits longest


class Link(Protocol):
    """What is shown of the line to the broker."""

    @property
    def up_since_ms(self) -> int: ...


@dataclass(slots=True)
class Line:
    """One hall: its unit's path, its line, and for each field the change in which it last got another value.

    ``signals`` is what the alarm rules measure; ``turned`` the change in which it began or ceased to be told by itself
    in a crowd, ``newest`` the last change of anything.
    """

    path: str
    facts: Mapping[str, Any]
    signals: Signals
    since: dict[str, int] = field(default_factory=dict)
    turned: int = 0
    newest: int = 0

    @property
    def by_itself(self) -> bool:
        """Whether it is told by itself also in a crowd."""
        return stands_out(self.facts)


def stands_out(facts: Mapping[str, Any]) -> bool:
    """A hall with a controller always does, a small place while something is wrong there."""
    return bool(not facts["kept_here"] or facts["alarms"])


class Board:
    """Kept for all streams, whichever thread asks."""

    def __init__(self, database: Database, hub: Hub, link: Link) -> None:
        self._database = database
        self._hub = hub
        self._link = link
        self._lock = threading.Lock()
        self._lines: dict[str, Line] = {}
        self._rebuilt = 0  # the change in which a hall last left its place: older pages get everything
        self._seen = -1  # the hub's number that the lines hold
        self._number = 0
        self._read_ms = 0
        self._link_since = -1
        self._alarms: list[RowMapping] = []
        self._alarms_seen = -1
        self._alarms_since = 0
        self._units: list[RowMapping] = []
        self._messages: dict[tuple[str, int], str] = {}
        self._crowds: dict[str, tuple[bool, int]] = {}  # of each path that is watched: whether one, and since when

    def bring_up(self, now_ms: int) -> int:
        """Hold what the hub has told of until now; the number of the last change."""
        with self._lock:
            seen, changed = self._hub.since(self._seen)
            if self._must_read_all(now_ms):
                self._take(now_ms, None)
            elif changed:
                self._take(now_ms, changed)
            self._seen = seen
            return self._number

    def message(self, path: str, shown: int, now_ms: int) -> tuple[int, str]:
        """The number of the last change, and what a page at this unit that has shown ``shown`` is to be sent.

        ``shown`` is -1 for a page that has shown nothing yet. The text is a JSON object.
        """
        with self._lock:
            kept = self._messages.get((path, shown))
            if kept is None:
                kept = self._messages[path, shown] = self._body(path, shown, now_ms)
            link = "true" if self._link.up_since_ms else "false"
            return self._number, f'{{"now":"{rfc3339(now_ms)}","link":{link},{kept}}}'

    def lines(self, path: str = "") -> list[Mapping[str, Any]]:
        """All halls at or below a unit, as brought up last."""
        with self._lock:
            return [line.facts for line in self._lines.values() if line.path.startswith(path)]

    def open_alarms(self) -> list[tuple[str, str, bool]]:
        """Rule and level of what is not over, and whether somebody has seen it."""
        with self._lock:
            return [(row["rule"], row["level"], row["acknowledged_ms"] is not None) for row in self._alarms]

    def signals(self) -> list[tuple[str, str, bool, Signals]]:
        """Of each hall its id, its unit's path, whether it can be reached, and what the alarm rules measure."""
        with self._lock:
            return [(hall, line.path, line.facts["online"], line.signals) for hall, line in self._lines.items()]

    def _must_read_all(self, now_ms: int) -> bool:
        up_since = self._link.up_since_ms
        settled = up_since + telling.SETTLE_MS
        return (
            self._hub.everything_since(self._seen)
            or up_since != self._link_since
            or now_ms - self._read_ms > _ANEW_MS
            or (up_since > 0 and self._read_ms <= settled < now_ms)  # now silence is no longer an excuse
        )

    def _take(self, now_ms: int, changed: list[str] | None) -> None:
        self._number += 1
        self._messages.clear()
        with self._database.read() as connection:
            rows = store.read_halls(connection, "") if changed is None else store.read_these(connection, changed)
            devices = store.devices_of(connection, [] if changed is None else changed)
            if changed is None:
                self._units = unit_store.open_units(connection)
            if self._alarms_seen != self._hub.alarms:
                self._alarms_seen, self._alarms_since = self._hub.alarms, self._number
                self._alarms = alarm_store.open_alarms(connection)
        alarms = Counter(row["hall"] for row in self._alarms)
        up_since = self._link.up_since_ms
        for row in rows:
            its_devices = devices.get(row["id"], [])
            facts = {**telling.hall(row, its_devices, up_since, now_ms), "alarms": alarms[row["id"]]}
            self._put(row["id"], row["path"], facts, signals_of(row, its_devices))
        if changed is None:
            self._read_ms, self._link_since = now_ms, up_since
            for gone in set(self._lines) - {row["id"] for row in rows}:
                del self._lines[gone]
                self._rebuilt = self._number

    def _put(self, hall: str, path: str, facts: Mapping[str, Any], signals: Signals) -> None:
        line = self._lines.get(hall)
        if line is None or line.path != path:
            self._rebuilt = self._number if line is not None else self._rebuilt
            since = dict.fromkeys(facts, self._number)
            self._lines[hall] = Line(path, facts, signals, since, newest=self._number)
            return
        for name, value in facts.items():
            if name != _GROWS and line.facts[name] != value:
                line.since[name] = line.newest = self._number
        line.since[_GROWS] = line.since["waiting_since"]
        if line.by_itself != stands_out(facts):
            line.turned = line.newest = self._number
        line.facts, line.signals = facts, signals

    def _body(self, path: str, shown: int, now_ms: int) -> str:
        seen = [line for line in self._lines.values() if line.path.startswith(path)]
        totals = write_json(telling.totals((line.facts for line in seen), local_day(now_ms)))
        if shown < self._alarms_since:
            totals += f',"alarms":{write_json(self._told_alarms(path))}'
        crowd, since = self._crowd(path, len(seen))
        if crowd:
            totals += f',"below":{write_json(_together(seen, path))}'
        if shown < max(self._rebuilt, since) or shown < 0:
            halls = ",".join(write_json(dict(line.facts)) for line in seen if not crowd or line.by_itself)
            return f'"totals":{totals},"units":{write_json(self._told_units(path))},"halls":[{halls}]'
        changed = (line for line in seen if line.newest > shown)
        changes = ",".join(_change(line, shown, crowd) for line in changed if not crowd or _matters(line, shown))
        return f'"totals":{totals},"changes":[{changes}]'

    def _crowd(self, path: str, count: int) -> tuple[bool, int]:
        """Whether so many are told together here, and since which change: pages from before get everything."""
        kept = self._crowds.get(path)
        if kept is None or kept[0] != (count > CROWD):
            kept = self._crowds[path] = (count > CROWD, self._number)
        return kept

    def _told_units(self, path: str) -> list[dict[str, Any]]:
        """The unit itself and those directly below it."""
        depth = path.count("/") + 1
        near = [one for one in self._units if one["path"].startswith(path) and one["path"].count("/") <= depth]
        return [{name: one[name] for name in ("id", "path", "level", "name_zh", "name_en")} for one in near]

    def _told_alarms(self, path: str) -> list[dict[str, Any]]:
        """What is not over in these halls, the most severe and oldest first."""
        at = ((row, row["path"] or f"{ROOT}/") for row in self._alarms)
        seen = [told(row) for row, its_path in at if its_path.startswith(path)]
        return sorted(seen, key=lambda one: (one["state"] != "open", LEVELS[one["level"]], one["begun_at"]))[:_ALARMS]


def _matters(line: Line, shown: int) -> bool:
    """Whether a page of a crowd that has shown ``shown`` is to be told of the line by itself."""
    return line.by_itself or line.turned > shown


def _change(line: Line, shown: int, crowd: bool) -> str:
    if crowd and line.turned > shown:  # it is all new there, or to be taken off
        return write_json(dict(line.facts) if line.by_itself else {"id": line.facts["id"], "gone": True})
    facts = {name: value for name, value in line.facts.items() if line.since.get(name, 0) > shown}
    return write_json({"id": line.facts["id"], **facts})


def _together(seen: Iterable[Line], path: str) -> dict[str, dict[str, int]]:
    """Of the small places that are not told by themselves, by the path of the unit next below ``path``."""
    found: dict[str, dict[str, int]] = {}
    for line in seen:
        if line.by_itself:
            continue
        end = line.path.find("/", len(path)) + 1
        sums = found.setdefault(line.path[:end] or path, {"places": 0, "open": 0, "waiting": 0})
        sums["places"] += 1
        sums["open"] += line.facts["state"] == "open"
        sums["waiting"] += line.facts["waiting"]
    return found
