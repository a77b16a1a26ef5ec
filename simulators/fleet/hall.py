"""What one hall of the fleet says and hears by contract section 3. Opens nothing and asks no clock."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

from simulators.fleet.day import HallDay
from simulators.fleet.journal import FleetJournal

_VERSION: Final = "fleet"
_FIRST_CREDIT: Final = 20
_SILENCE_S: Final = 10.0
_LONGEST_SILENCE_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Saying:
    topic: str
    payload: bytes
    retain: bool = False


@dataclass(slots=True)
class Tally:
    """What this hall went through, for the report."""

    connections: int = 0
    conflicts: int = 0
    gaps: int = 0
    silences: int = 0
    unreadable: int = 0
    latencies_s: list[float] = field(default_factory=list)  # of live events: from born to acknowledged


class FleetHall:
    """One hall: its day, its journal, and what it knows of central."""

    def __init__(self, name: str, day: HallDay, origin_ms: int, speed: float, seed: int) -> None:
        """``origin_ms``: when its doors opened. ``speed``: how many of the hall's seconds go by in one."""
        self.name = name
        self.root = f"lh/1/{name}"
        self.tally = Tally()
        self.acked = self.sent = 0
        self._day = day
        self._origin_ms = origin_ms
        self._speed = speed
        self._chance = Random(seed)  # noqa: S311 - a play, not a secret
        self.journal = FleetJournal(self._identity(origin_ms), self._identity(origin_ms))
        self._up = self._central_online = False
        self._live_from: int | None = None  # the last event from before this connection
        self._credit = _FIRST_CREDIT
        self._ack_now = 0
        self._bdseq = 0
        self._moved_s = 0.0
        self._silence_s = _SILENCE_S
        self._outbox: deque[Saying] = deque()
        self._born: deque[tuple[int, float]] = deque()
        self._answers: dict[str, dict[str, Any]] = {}

    @property
    def topics(self) -> tuple[str, ...]:
        return (f"{self.root}/ack", f"{self.root}/cmd", f"{self.root}/cfg/desired", "lh/1/central/state")

    @property
    def up(self) -> bool:
        return self._up

    @property
    def drained(self) -> bool:
        """Central has everything that happened here."""
        return self.acked >= self.journal.last

    def fill(self, events: int) -> None:
        """Hours without a line: so many events wait before the first word is said."""
        happenings = list(self._day.first(events))
        if happenings:
            self._origin_ms -= round(happenings[-1].at_ms / self._speed)
        for happening in happenings:
            self._write(happening.at_ms, happening.kind, happening.data)

    def live_on(self, now_ms: int, now_s: float) -> None:
        """Let everything happen that is due."""
        due_ms = round((now_ms - self._origin_ms) * self._speed)
        before = self.journal.last
        if (coming_ms := self._day.next_ms) is None or coming_ms > due_ms:
            return
        for happening in self._day.until(due_ms):
            self._write(happening.at_ms, happening.kind, happening.data)
        caught_up = self._live_from is not None and self.acked >= self._live_from
        if caught_up and self.journal.last > before:
            self._born.append((self.journal.last, now_s))

    def will(self) -> Saying:
        """Asked before each connection: the number that tells this connection's death from an older one's."""
        self._bdseq += 1
        return self._state(online=False)

    def connected(self, now_s: float) -> None:
        self._up, self._ack_now, self._moved_s, self._silence_s = True, 0, now_s, _SILENCE_S
        self.tally.connections += 1
        self._live_from = self.journal.last
        self._outbox.clear()
        self._outbox += (self._state(online=True), self._say("node/birth", self._birth(), retain=True))

    def disconnected(self) -> None:
        self._up = self._central_online = False
        self._live_from = None
        self.sent = self.acked
        self._born.clear()
        self._outbox.clear()

    def goodbye(self) -> Saying:
        return self._state(online=False)

    def heard(self, topic: str, payload: bytes, now_ms: int, now_s: float) -> None:
        try:
            value = json.loads(payload)
            if topic == "lh/1/central/state":
                self._central(bool(value["online"]), now_s)
            elif topic.endswith("/ack"):
                self._acknowledged(value, now_s)
            elif topic.endswith("/cmd"):
                self._order(value, now_ms)
        except (ValueError, KeyError, TypeError):
            self.tally.unreadable += 1

    def says(self, now_s: float) -> Iterator[Saying]:
        """What goes out now: news of the node, then events as far as central's credit goes."""
        while self._outbox:
            yield self._outbox.popleft()
        if not (self._up and self._central_online):
            return
        if self.sent > self.acked and now_s - self._moved_s > self._silence_s:
            self.tally.silences += 1
            self.sent, self._moved_s = self.acked, now_s
            self._silence_s = min(_LONGEST_SILENCE_S, self._silence_s * 2)
        if self._credit == 0 and now_s - self._moved_s > self._silence_s:
            self._credit = 1  # central may have forgotten that it told us to wait
        while self.sent < self.journal.last and self.sent - self.acked < self._credit:
            if self.sent == self.acked:
                self._moved_s = now_s
            payload, self.sent = self.journal.batch(self.sent, self.acked + self._credit)
            yield Saying(f"{self.root}/evt", payload)

    def _central(self, online: bool, now_s: float) -> None:
        self._central_online = online
        self._ack_now, self._moved_s, self._silence_s = 0, now_s, _SILENCE_S
        self.sent = self.acked

    def _acknowledged(self, ack: dict[str, Any], now_s: float) -> None:
        if ack["epoch"] != self.journal.epoch or ack["now"] < self._ack_now:
            return
        if ack.get("conflict") or ack["upto"] > self.journal.last:
            self.tally.conflicts += 1
        self._ack_now, self._credit = ack["now"], max(0, ack["credit"])
        self._moved_s, self._silence_s = now_s, _SILENCE_S
        upto = min(ack["upto"], self.journal.last)
        self.sent = max(self.sent, upto)
        self.acked = max(self.acked, upto)
        self.journal.release(upto)
        while self._born and self._born[0][0] <= upto:
            self.tally.latencies_s.append(now_s - self._born.popleft()[1])
        for first, last in ack.get("missing", ()):
            self._send_again(first, last)

    def _send_again(self, first: int, last: int) -> None:
        self.tally.gaps += 1
        after = max(first, self.journal.first) - 1
        while after < min(last, self.journal.last):
            payload, after = self.journal.batch(after, last)
            self._outbox.append(Saying(f"{self.root}/evt", payload))

    def _order(self, order: dict[str, Any], now_ms: int) -> None:
        """Answers a ping; a hall without devices refuses everything else. A repeated order gets its stored answer."""
        answer = self._answers.get(order["id"])
        if answer is None:
            done = order["op"] == "ping"
            data = {"now": now_ms} if done else {"code": "NOT_IN_A_FLEET"}
            answer = {"cmd_id": order["id"], "status": "done" if done else "rejected", "data": data}
            self._answers[order["id"]] = answer
        self._outbox.append(self._say("rsp", answer))

    def _write(self, at_ms: int, kind: str, data: dict[str, Any]) -> None:
        wall_ms = self._origin_ms + round(at_ms / self._speed)
        self.journal.append(self._identity(wall_ms), wall_ms, round(at_ms / self._speed), kind, data)

    def _identity(self, wall_ms: int) -> str:
        """A UUID of version 7 (RFC 9562)."""
        value = (wall_ms & (1 << 48) - 1) << 80 | 7 << 76 | self._chance.getrandbits(12) << 64
        text = f"{value | 2 << 62 | self._chance.getrandbits(62):032x}"
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

    def _state(self, *, online: bool) -> Saying:
        journal = self.journal
        facts = {"boot": journal.boot, "version": _VERSION, "config_rev": 1, "clock": "ntp"}
        told = {"online": online, "bdseq": self._bdseq, "epoch": journal.epoch, **facts}
        return self._say("node/state", told, retain=True)

    def _birth(self) -> dict[str, Any]:
        services = [{"letter": one, "name_zh": f"业务{one}", "name_en": f"Matter {one}"} for one in self._day.services]
        windows = [
            {"number": number, "services": list(self._day.services)} for number in range(1, self._day.windows + 1)
        ]
        return {
            "hall": self.name, "name_zh": f"模拟大厅 {self.name}", "name_en": f"Simulated hall {self.name}",
            "version": _VERSION, "devices": [], "windows": windows, "services": services,
        }  # fmt: skip

    def _say(self, leaf: str, value: dict[str, Any], *, retain: bool = False) -> Saying:
        payload = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
        return Saying(f"{self.root}/{leaf}", payload, retain)
