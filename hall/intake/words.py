"""Commands and events of drafts. What stands in a draft is nowhere here: only that there is one, and who opened it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class WipeReason(StrEnum):
    """Why a draft is gone."""

    SERVED = "SERVED"  # its ticket is done
    GIVEN_UP = "GIVEN_UP"  # its ticket was cancelled, missed for good or expired
    TIME = "TIME"  # nobody came for it in time


@dataclass(frozen=True, slots=True)
class SaveDraft:
    """A form was filled in for this ticket; a second one replaces the first."""

    number: str


@dataclass(frozen=True, slots=True)
class OpenDraft:
    """The window that has the ticket looks at the form."""

    number: str
    window: int
    staff: str


@dataclass(frozen=True, slots=True)
class DraftSaved:
    day: str
    number: str


@dataclass(frozen=True, slots=True)
class DraftOpened:
    """For the audit: who saw the form of which ticket."""

    day: str
    number: str
    window: int
    staff: str


@dataclass(frozen=True, slots=True)
class DraftWiped:
    day: str
    number: str
    reason: WipeReason


Command = SaveDraft | OpenDraft
Event = DraftSaved | DraftOpened | DraftWiped
