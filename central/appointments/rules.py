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

from hall.opening import Hours

MOST_OF_A_PHONE: Final = 2
MOST_PLACES: Final = 100


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


def clock_of(minute: int) -> str:
    """``09:30``"""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def minute_of(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])
