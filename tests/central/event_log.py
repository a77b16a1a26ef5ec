"""Journals of made-up halls, as the edge would write them: events in envelopes, cut into batches."""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from hall.devices import words as devices
from hall.moment import local_day
from hall.queue import words
from hall.rating.words import RatingChannel, RatingGiven
from hall.wire import Event, event_data, type_name

START_MS = 1_795_000_000_000
DAY = local_day(START_MS)


class HallLog:
    """One journal. ``at_ms`` is the hall's wall clock; events are added in order and never changed."""

    def __init__(self, epoch: str = "0199a000-0000-7000-8000-000000000001", start_ms: int = START_MS) -> None:
        self.epoch = epoch
        self.at_ms = start_ms
        self.envelopes: list[dict[str, Any]] = []

    def add(self, *events: Event) -> None:
        for event in events:
            self.add_raw(type_name(event), event_data(event))

    def add_raw(self, kind: str, data: Any) -> None:
        seq = len(self.envelopes) + 1
        self.at_ms += 1
        self.envelopes.append(
            {
                "id": str(uuid.uuid5(uuid.NAMESPACE_OID, f"{self.epoch}/{seq}")),
                "seq": seq,
                "ts": self.at_ms,
                "boot": "boot-1",
                "mono": self.at_ms - START_MS,
                "clock": "ntp",
                "type": kind,
                "late": False,
                "data": data,
            }
        )

    def batches(self, size: int = 100) -> list[bytes]:
        rows = self.envelopes
        return [self.batch(rows[start : start + size]) for start in range(0, len(rows), size)]

    def batch(self, envelopes: Sequence[dict[str, Any]]) -> bytes:
        return batch(self.epoch, envelopes)


def batch(epoch: str, envelopes: Iterable[dict[str, Any]], **more: Any) -> bytes:
    return json.dumps({"v": 1, "epoch": epoch, "events": list(envelopes), **more}, ensure_ascii=False).encode()


def issued(number: str, *, day: str | None = None, priority: words.Priority | None = None) -> words.TicketIssued:
    return words.TicketIssued(day or DAY, number, number[0], f"token-of-{number}", words.Channel.CARD, 2, 300, priority)


def called(
    number: str, window: int, waited_s: int = 60, *, service: str = "", day: str | None = None
) -> words.TicketCalled:
    return words.TicketCalled(day or DAY, number, service or number[0], window, f"staff-{window}", waited_s)


def started(number: str, window: int, *, service: str = "", day: str | None = None) -> words.TicketServedStarted:
    return words.TicketServedStarted(day or DAY, number, service or number[0], window, f"staff-{window}")


def finished(
    number: str, window: int, served_s: int = 120, *, service: str = "", day: str | None = None
) -> words.TicketFinished:
    return words.TicketFinished(day or DAY, number, service or number[0], window, f"staff-{window}", served_s)


def rated(number: str, window: int, grade: int, version: int = 1, *, day: str | None = None) -> RatingGiven:
    return RatingGiven(day or DAY, number, number[0], window, f"staff-{window}", grade, RatingChannel.PAD, version)


class Morning:
    """A hall at work, seeded: visitors arrive, are called, come or not, are served, moved on, rate or go."""

    def __init__(self, log: HallLog, seed: int, services: str = "ABCDG", windows: int = 5, pace: float = 1.0) -> None:
        self.log = log
        self.services = services
        self.chance = random.Random(seed)
        self.pace = pace
        self.free = list(range(1, windows + 1))
        self.at_window: dict[int, tuple[str, str, int]] = {}  # number, what it does, since
        self.paused: list[int] = []
        self.waiting: list[tuple[str, int]] = []
        self.last = dict.fromkeys(services, 0)
        self.service: dict[str, str] = {}
        log.add(words.DayOpened(DAY), *(words.WindowOpened(number, f"staff-{number}") for number in self.free))

    def run(self, steps: int) -> None:
        for _ in range(steps):
            self.log.at_ms += int(self.chance.expovariate(1 / 9_000) * self.pace)
            self._step()

    def _step(self) -> None:
        roll = self.chance.random()
        if roll < 0.34 and len(self.waiting) < 30:
            self._arrive()
        elif roll < 0.62 and self.free and self.waiting:
            self._call()
        elif self.at_window:
            self._go_on()
        if self.paused and self.chance.random() < 0.05:
            window = self.paused.pop(0)
            self.free.append(window)
            self.log.add(words.WindowResumed(window, f"staff-{window}"))

    def _arrive(self) -> None:
        letter = self.chance.choice(self.services)
        self.last[letter] += 1
        number = f"{letter}{self.last[letter]:03d}"
        priority = words.Priority.ELDER if self.chance.random() < 0.2 else None
        self.service[number] = letter
        self.waiting.append((number, self.log.at_ms))
        self.log.add(issued(number, priority=priority), devices.SlipPrinted(DAY, number))

    def _call(self) -> None:
        number, since = self.waiting.pop(0)
        window = self.free.pop(self.chance.randrange(len(self.free)))
        self.at_window[window] = (number, "called", self.log.at_ms)
        self.log.add(called(number, window, (self.log.at_ms - since) // 1000, service=self.service[number]))
        self.log.add(devices.AnnouncementSpoken(DAY, number, window, 1, "speaker"))

    def _go_on(self) -> None:
        window = self.chance.choice(sorted(self.at_window))
        number, doing, since = self.at_window[window]
        if doing == "called":
            self._come_or_not(window, number)
        elif self.log.at_ms - since > 60_000 * self.pace:
            self._leave(window, number, since)

    def _come_or_not(self, window: int, number: str) -> None:
        if self.chance.random() < 0.12:
            del self.at_window[window]
            self.free.append(window)
            self.log.add(words.TicketNoShow(DAY, number, self.service[number], window, f"staff-{window}", 3))
        else:
            self.at_window[window] = (number, "serving", self.log.at_ms)
            self.log.add(started(number, window, service=self.service[number]))

    def _leave(self, window: int, number: str, since: int) -> None:
        del self.at_window[window]
        self.free.append(window)
        if self.chance.random() < 0.06:
            here = self.service[number]
            to = self.chance.choice([letter for letter in self.services if letter != here])
            self.log.add(words.TicketTransferred(DAY, number, here, window, to, None, f"staff-{window}"))
            self.service[number] = to
            self.waiting.insert(0, (number, self.log.at_ms))
            return
        self.log.add(finished(number, window, (self.log.at_ms - since) // 1000, service=self.service[number]))
        if self.chance.random() < 0.6:
            self.log.add(rated(number, window, self.chance.choices((5, 4, 3, 2, 1), (70, 18, 8, 3, 1))[0]))
        if self.chance.random() < 0.05:
            self.free.remove(window)
            self.paused.append(window)
            self.log.add(words.WindowPaused(window, f"staff-{window}", words.PauseReason.PAPERS))
