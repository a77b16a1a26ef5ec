"""Commands and events of the rota. A person is named by the name that they sign in with; nothing else stands here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Half(StrEnum):
    """The part of a day that somebody is on duty."""

    MORNING = "MORNING"
    AFTERNOON = "AFTERNOON"
    DAY = "DAY"


@dataclass(frozen=True, slots=True)
class Duty:
    """Somebody is there for these classes on this half-day."""

    person: str
    services: tuple[str, ...]
    half: Half = Half.DAY


@dataclass(frozen=True, slots=True)
class SetRota:
    """The whole rota of one day (``YYYY-MM-DD``), in place of what was known of it."""

    day: str
    duties: tuple[Duty, ...]
    staff: str


@dataclass(frozen=True, slots=True)
class MarkAbsent:
    """Somebody on today's rota is not here; whoever waits for this person is handed over."""

    person: str
    staff: str


@dataclass(frozen=True, slots=True)
class MarkPresent:
    person: str
    staff: str


@dataclass(frozen=True, slots=True)
class RotaSet:
    day: str
    duties: tuple[Duty, ...]
    staff: str


@dataclass(frozen=True, slots=True)
class DutyAbsent:
    day: str
    person: str
    staff: str


@dataclass(frozen=True, slots=True)
class DutyPresent:
    day: str
    person: str
    staff: str


Command = SetRota | MarkAbsent | MarkPresent
Event = RotaSet | DutyAbsent | DutyPresent
