"""Commands and events of drafts and of applications.

What stands in a draft is nowhere here: only that there is one, and who opened it. What stands in an application and on
the pages of its papers is here as sealed values, made before they reach these rules and opened in central alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from hall.intake.codes import Channel


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
class SubmitApplication:
    """The formal application of the ticket's holder: at the kiosk while it waits, or at the window that has it."""

    number: str
    receipt: str
    channel: Channel
    pages: int
    code_hash: str
    sealed: str
    window: int | None = None
    staff: str | None = None


@dataclass(frozen=True, slots=True)
class TakePage:
    """A part of a page that the document camera took of an application's papers; pages and parts come in order."""

    receipt: str
    window: int
    page: int
    pages: int
    part: int
    parts: int
    sealed: str


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


@dataclass(frozen=True, slots=True)
class ApplicationSubmitted:
    """A formal application for legal aid was taken: from the envelope's moment on the periods of 法律援助法 43 run.

    It also ends the ticket's draft, if there was one.
    """

    day: str
    number: str
    receipt: str
    channel: Channel
    window: int | None
    staff: str | None
    pages: int
    code_hash: str
    sealed: str


@dataclass(frozen=True, slots=True)
class PageTaken:
    """Part of a page of an application's papers. Part 1 begins its page anew: what came of it before is void."""

    receipt: str
    page: int
    pages: int
    part: int
    parts: int
    sealed: str


Command = SaveDraft | OpenDraft | SubmitApplication | TakePage
Event = DraftSaved | DraftOpened | DraftWiped | ApplicationSubmitted | PageTaken
