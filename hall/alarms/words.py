"""Events of what lasts too long. They begin and end by themselves; nobody has to put them out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What is the matter; the words stand in the catalogue under ``alarm.<kind>``."""

    HOLD = "HOLD"  # a held ticket is kept longer than the limit
    PAUSE = "PAUSE"  # a window pauses longer than the limit
    WAIT = "WAIT"  # somebody of this class waits longer than the limit
    IDLE = "IDLE"  # a window has nobody, and somebody waits whom it may call
    DUTY = "DUTY"  # somebody waits for a class that nobody is on duty for


@dataclass(frozen=True, slots=True)
class Alarm:
    """One matter: at a window, about a ticket, or of a class."""

    kind: Kind
    window: int | None = None
    number: str | None = None
    service: str | None = None


@dataclass(frozen=True, slots=True)
class AlarmRaised:
    kind: Kind
    window: int | None = None
    number: str | None = None
    service: str | None = None


@dataclass(frozen=True, slots=True)
class AlarmCleared:
    kind: Kind
    window: int | None = None
    number: str | None = None
    service: str | None = None


Event = AlarmRaised | AlarmCleared
