"""What every live page shows of all halls, worked out once for all of them and kept as finished text.

A hall's line is told from the store once when it has changed, whoever watches. Each of its fields remembers the number
of the change in which it got its value, so that a page that has shown change 17 is sent only the fields that changed
after 17: one event costs one small message. Messages are kept until the next change, since most pages stand at the
same place and see the same units.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from central.database import Database
from central.live import store, telling
from central.live.hub import Hub
from central.strict_json import write_json
from hall.moment import local_day
from hall_config.wording import rfc3339

_ANEW_MS: Final = 60_000  # everything is read anew now and then: where halls belong changes without an event of theirs
_GROWS: Final = "longest_wait_s"  # by itself, with the time: told anew only together with who waits longest


class Link(Protocol):
    """What is shown of the line to the broker."""

    @property
    def up_since_ms(self) -> int: ...


@dataclass(slots=True)
class Line:
    """One hall: its unit's path, its line, and for each field the change in which it last got another value."""

    path: str
    facts: Mapping[str, Any]
    since: dict[str, int] = field(default_factory=dict)


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
        self._messages: dict[tuple[str, int], str] = {}

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
        up_since = self._link.up_since_ms
        for row in rows:
            facts = telling.hall(row, devices.get(row["id"], []), up_since, now_ms)
            self._put(row["id"], row["path"], facts)
        if changed is None:
            self._read_ms, self._link_since = now_ms, up_since
            for gone in set(self._lines) - {row["id"] for row in rows}:
                del self._lines[gone]
                self._rebuilt = self._number

    def _put(self, hall: str, path: str, facts: Mapping[str, Any]) -> None:
        line = self._lines.get(hall)
        if line is None or line.path != path:
            self._rebuilt = self._number if line is not None else self._rebuilt
            self._lines[hall] = Line(path, facts, dict.fromkeys(facts, self._number))
            return
        for name, value in facts.items():
            if name != _GROWS and line.facts[name] != value:
                line.since[name] = self._number
        line.since[_GROWS] = line.since["waiting_since"]
        line.facts = facts

    def _body(self, path: str, shown: int, now_ms: int) -> str:
        seen = [line for line in self._lines.values() if line.path.startswith(path)]
        totals = write_json(telling.totals((line.facts for line in seen), local_day(now_ms)))
        if shown < self._rebuilt or shown < 0:
            halls = ",".join(write_json(dict(line.facts)) for line in seen)
            return f'"totals":{totals},"halls":[{halls}]'
        changes = ",".join(_change(line, shown) for line in seen if max(line.since.values()) > shown)
        return f'"totals":{totals},"changes":[{changes}]'


def _change(line: Line, shown: int) -> str:
    facts = {name: value for name, value in line.facts.items() if line.since.get(name, 0) > shown}
    return write_json({"id": line.facts["id"], **facts})
