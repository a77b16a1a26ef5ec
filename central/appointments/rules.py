"""Slots: which there are, which may still be taken, and by whom. Pure; hours come from `hall.opening`.

A slot begins at an opening hour or a whole number of slots after it and ends before the next closing; it is offered
while a place in it is free, from some days ahead until some minutes before it begins.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from hall.moment import local_ms
from hall.opening import Hours

MOST_OF_A_PHONE: Final = 2
MOST_PLACES: Final = 100
MOST_HOURS: Final = 12
MORNING_MINUTE: Final = 7 * 60  # no telephone rings earlier
LATEST_MINUTE: Final = 22 * 60  # nor later


class State(StrEnum):
    """What has become of an appointment; the words stand under ``central.appointment``."""

    BOOKED = "BOOKED"
    CHECKED_IN = "CHECKED_IN"
    CANCELLED = "CANCELLED"
    MISSED = "MISSED"  # told of a booked one whose day is over, never stored


@dataclass(frozen=True, slots=True)
class Offer:
    """How a hall takes appointments for one class."""

    service: str
    slot_minutes: int
    places: int
    days_ahead: int
    notice_minutes: int


class ReminderKind(StrEnum):
    """Which reminder of an appointment it is."""

    DAY_BEFORE = "day_before"
    HOURS_BEFORE = "hours_before"


@dataclass(frozen=True, slots=True)
class Times:
    """When visitors are reminded: at a minute of the day before, and so many hours before; 0 hours: not again."""

    day_before_minute: int = 18 * 60
    hours_before: int = 2


@dataclass(frozen=True, slots=True)
class Due:
    """One reminder, sent between two moments or not at all."""

    kind: ReminderKind
    from_ms: int
    until_ms: int


@dataclass(frozen=True, slots=True)
class Slot:
    """One slot of a day and how many places are free in it."""

    minute: int
    free: int


def days_of(offer: Offer, today: str) -> Iterator[str]:
    """Every day for which the class may be booked today."""
    begin = date.fromisoformat(today)
    return ((begin + timedelta(days=after)).isoformat() for after in range(offer.days_ahead + 1))


def slots(offer: Offer, hours: Hours, day: str, taken: Mapping[int, int], today: str, minute: int) -> Iterator[Slot]:
    """The slots of ``day`` that may be taken now, which is ``minute`` of ``today``; full ones are told with 0."""
    if hours is None or day not in days_of(offer, today):
        return
    earliest = minute + offer.notice_minutes if day == today else 0
    for start, end in hours:
        for begins in range(start, end - offer.slot_minutes + 1, offer.slot_minutes):
            if begins >= earliest:
                yield Slot(begins, max(0, offer.places - taken.get(begins, 0)))


def state_now(state: str, day: str, today: str) -> State:
    """An appointment's state as it is told."""
    return State.MISSED if state == State.BOOKED and day < today else State(state)


def reminders(day: str, minute: int, times: Times, now_ms: int) -> Iterator[Due]:
    """What is still to be sent for an appointment that is made or moved now; who has just asked needs none at once."""
    before = (date.fromisoformat(day) - timedelta(days=1)).isoformat()
    evening = Due(ReminderKind.DAY_BEFORE, local_ms(before, times.day_before_minute), local_ms(before, LATEST_MINUTE))
    if evening.from_ms > now_ms:
        yield evening
    earliest = max(MORNING_MINUTE, minute - times.hours_before * 60)
    again = Due(ReminderKind.HOURS_BEFORE, local_ms(day, earliest), local_ms(day, minute))
    if times.hours_before and now_ms < again.from_ms < again.until_ms:
        yield again


def clock_of(minute: int) -> str:
    """``09:30``"""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def minute_of(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])
