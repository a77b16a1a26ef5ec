"""Commands, events and effects about devices, in the hall's words; the device's own words end in ``edge/inputs.py``."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReportDevice:
    """A device's lifecycle moved. ``ok`` is True only in ``ready``: a printer without paper is no printer."""

    device: str
    ok: bool
    state: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ReportSlip:
    """The printer proved a slip, or could not."""

    number: str
    printed: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ReportSpoken:
    """A call began to sound."""

    number: str
    window: int | None
    call: int
    device: str
    notice: str = ""  # the notice's id; then there is no number


@dataclass(frozen=True, slots=True)
class SayNotice:
    """Say a free text to the whole hall; ``urgent``: before the calls that wait. The asker gives it its id."""

    notice: str
    text_zh: str
    text_en: str = ""
    urgent: bool = False
    by: str = ""


@dataclass(frozen=True, slots=True)
class ReportClockStep:
    """The wall clock was moved by somebody; ``by_ms`` is positive when it went forward."""

    by_ms: int


@dataclass(frozen=True, slots=True)
class ReportStart:
    """The controller has started and folded its journal."""

    boot: str
    version: str
    revision: int


@dataclass(frozen=True, slots=True)
class ReportDropped:
    """Events that could not be kept or sent were set aside, with their range and the reason."""

    from_seq: int
    to_seq: int
    reason: str


@dataclass(frozen=True, slots=True)
class ReportEpoch:
    """The journal had to begin a new epoch: its disk was cloned or had lost what central already has."""

    epoch: str
    reason: str
    central_has: int


@dataclass(frozen=True, slots=True)
class DeviceFailed:
    device: str
    state: str
    reason: str


@dataclass(frozen=True, slots=True)
class DeviceRecovered:
    device: str
    down_s: int


@dataclass(frozen=True, slots=True)
class SlipPrinted:
    day: str
    number: str


@dataclass(frozen=True, slots=True)
class SlipFailed:
    day: str
    number: str
    reason: str


@dataclass(frozen=True, slots=True)
class AnnouncementSpoken:
    day: str
    number: str
    window: int | None
    call: int
    device: str
    notice: str = ""


@dataclass(frozen=True, slots=True)
class NoticeAsked:
    day: str
    notice: str
    text_zh: str
    text_en: str
    urgent: bool
    by: str


@dataclass(frozen=True, slots=True)
class AnnounceNotice:
    """Effect: say this text in the hall, in Chinese and, where there is one, in English."""

    notice: str
    text_zh: str
    text_en: str = ""
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class ClockStepped:
    by_ms: int


@dataclass(frozen=True, slots=True)
class ControllerStarted:
    boot: str
    version: str


@dataclass(frozen=True, slots=True)
class PlanApplied:
    revision: int


@dataclass(frozen=True, slots=True)
class JournalDropped:
    from_seq: int
    to_seq: int
    reason: str


@dataclass(frozen=True, slots=True)
class EpochBegan:
    """An alarm: ``reason`` is ``conflict`` (a known number came with another id) or ``rolled_back`` (central has
    numbers that this disk has not)."""

    epoch: str
    reason: str
    central_has: int


Command = (
    ReportDevice | ReportSlip | ReportSpoken | SayNotice | ReportClockStep | ReportStart | ReportDropped | ReportEpoch
)
Event = (
    DeviceFailed
    | DeviceRecovered
    | SlipPrinted
    | SlipFailed
    | AnnouncementSpoken
    | NoticeAsked
    | ClockStepped
    | ControllerStarted
    | PlanApplied
    | JournalDropped
    | EpochBegan
)
Effect = AnnounceNotice
