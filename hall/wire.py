"""Events and messages as they are stored and sent: one envelope, one name for each type, every older version readable.

The outside of the product (``docs/wire.md``). The JSON Schemas in ``docs/schemas`` are generated from these classes.
A type name carries its version, ``ticket.called/1``; a new required field is a new version, and the old one stays
readable for ever through ``_OLDER``. Unknown types are kept and skipped by whoever reads them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from hall.alarms import words as alarms
from hall.appointments import words as appointments
from hall.devices import words as devices
from hall.duty import words as duty
from hall.gate import words as gate
from hall.intake import words as intake
from hall.opinions import words as opinions
from hall.queue import words as queue
from hall.rating import words as rating
from hall.record import words as record
from hall.safety import words as safety
from hall.shape import dump, load

Event = (
    queue.Event
    | rating.Event
    | devices.Event
    | gate.Event
    | duty.Event
    | appointments.Event
    | safety.Event
    | alarms.Event
    | record.Event
    | opinions.Event
    | intake.Event
)

TYPES: Final[Mapping[str, type]] = {
    "day.opened/1": queue.DayOpened,
    "day.closed/1": queue.DayClosed,
    "ticket.issued/1": queue.TicketIssued,
    "ticket.called/1": queue.TicketCalled,
    "ticket.recalled/1": queue.TicketRecalled,
    "ticket.returned/1": queue.TicketReturned,
    "ticket.served_started/1": queue.TicketServedStarted,
    "ticket.finished/1": queue.TicketFinished,
    "ticket.no_show/1": queue.TicketNoShow,
    "ticket.restored/1": queue.TicketRestored,
    "ticket.held/1": queue.TicketHeld,
    "ticket.resumed/1": queue.TicketResumed,
    "ticket.transferred/1": queue.TicketTransferred,
    "ticket.cancelled/1": queue.TicketCancelled,
    "ticket.expired/1": queue.TicketExpired,
    "ticket.reopened/1": queue.TicketReopened,
    "ticket.kept_called/1": queue.TicketKeptCalled,
    "ticket.prioritised/1": queue.TicketPrioritised,
    "ticket.made_private/1": queue.TicketMadePrivate,
    "ticket.handed_over/1": queue.TicketHandedOver,
    "issuing.stopped/1": queue.IssuingStopped,
    "lunch.began/1": queue.LunchBegan,
    "lunch.ended/1": queue.LunchEnded,
    "window.assigned/1": queue.WindowAssigned,
    "window.assignment_ended/1": queue.WindowAssignmentEnded,
    "slip.reprinted/1": queue.SlipReprinted,
    "window.opened/1": queue.WindowOpened,
    "window.paused/1": queue.WindowPaused,
    "window.resumed/1": queue.WindowResumed,
    "window.closed/1": queue.WindowClosed,
    "rating.given/1": rating.RatingGiven,
    "rating.lapsed/1": rating.RatingLapsed,
    "service.recorded/1": record.ServiceRecorded,
    "opinion.given/1": opinions.OpinionGiven,
    "draft.saved/1": intake.DraftSaved,
    "draft.opened/1": intake.DraftOpened,
    "draft.wiped/1": intake.DraftWiped,
    "aid.submitted/1": intake.ApplicationSubmitted,
    "aid.page_taken/1": intake.PageTaken,
    "appointment.checked_in/1": appointments.AppointmentCheckedIn,
    "appointments.set/1": appointments.AppointmentsSet,
    "rota.set/1": duty.RotaSet,
    "duty.absent/1": duty.DutyAbsent,
    "duty.present/1": duty.DutyPresent,
    "evacuation.began/1": safety.EvacuationBegan,
    "evacuation.ended/1": safety.EvacuationEnded,
    "colleagues.called/1": safety.ColleaguesCalled,
    "colleague.went/1": safety.ColleagueWent,
    "alarm.raised/1": alarms.AlarmRaised,
    "alarm.cleared/1": alarms.AlarmCleared,
    "device.failed/1": devices.DeviceFailed,
    "device.recovered/1": devices.DeviceRecovered,
    "slip.printed/1": devices.SlipPrinted,
    "slip.failed/1": devices.SlipFailed,
    "announcement.spoken/1": devices.AnnouncementSpoken,
    "notice.asked/1": devices.NoticeAsked,
    "clock.stepped/1": devices.ClockStepped,
    "controller.started/1": devices.ControllerStarted,
    "plan.applied/1": devices.PlanApplied,
    "journal.dropped/1": devices.JournalDropped,
    "epoch.began/1": devices.EpochBegan,
    "help.requested/1": gate.HelpRequested,
    "help.answered/1": gate.HelpAnswered,
    "door.opened/1": gate.DoorOpened,
    "door.closed/1": gate.DoorClosed,
    "gate.unlocked/1": gate.GateUnlocked,
    "gate.refused/1": gate.GateRefused,
    "gate.opened/1": gate.GateOpened,
    "gate.passed/1": gate.GatePassed,
    "gate.closed/1": gate.GateClosed,
    "gate.relocked/1": gate.GateRelocked,
    "gate.held_open/1": gate.GateHeldOpen,
    "gate.forced/1": gate.GateForced,
    "gate.contact_lost/1": gate.GateContactLost,
    "gate.lock_failed/1": gate.GateLockFailed,
}
_NAMES: Final[Mapping[type, str]] = {kind: name for name, kind in TYPES.items()}

# Older versions: type name -> a function that lifts its data to a newer type name and data. None exist yet.
_OLDER: Final[Mapping[str, Callable[[Mapping[str, Any]], tuple[str, Mapping[str, Any]]]]] = {}


def type_name(event: Event) -> str:
    """``ticket.called/1`` for a `TicketCalled`."""
    return _NAMES[type(event)]


def event_data(event: Event) -> dict[str, Any]:
    """The event's own fields as JSON values."""
    result: dict[str, Any] = dump(event)
    return result


def read_event(name: str, data: Mapping[str, Any]) -> Event | None:
    """The event of that type, whatever version; None for a type this reader does not know; raises `ShapeError`."""
    while name in _OLDER:
        name, data = _OLDER[name](data)
    kind = TYPES.get(name)
    if kind is None:
        return None
    event: Event = load(kind, data, name)
    return event


@dataclass(frozen=True, slots=True)
class Envelope:
    """One event on its way: contract section 3. ``ts`` is UTC in ms, ``mono`` ms since ``boot`` began."""

    id: str
    seq: int
    ts: int
    boot: str
    mono: int
    clock: str
    type: str
    data: Mapping[str, Any]
    late: bool = False


@dataclass(frozen=True, slots=True)
class Batch:
    """Topic ``evt``: 1 to 100 events in ``seq`` order, at most 64 KiB.

    ``first`` is the lowest number that this hall can still send in this epoch: central never asks or waits for less.
    """

    v: int
    epoch: str
    events: tuple[Envelope, ...]
    first: int = 1


@dataclass(frozen=True, slots=True)
class Ack:
    """Topic ``ack``: central has committed everything up to ``upto`` except the ranges in ``missing``."""

    epoch: str
    upto: int
    credit: int
    now: int
    missing: tuple[tuple[int, int], ...] = ()
    conflict: bool = False  # the same (hall, epoch, seq) came with another id: begin a new epoch


@dataclass(frozen=True, slots=True)
class NodeState:
    """Topic ``node/state``, also as Last Will with ``online`` false and the same ``bdseq``."""

    online: bool
    bdseq: int
    epoch: str
    boot: str
    version: str
    config_rev: int
    clock: str


@dataclass(frozen=True, slots=True)
class DeviceInventory:
    id: str
    kind: str
    driver: str
    driver_version: str
    window: int | None = None
    capabilities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WindowInventory:
    number: int
    services: tuple[str, ...]
    name_zh: str = ""
    name_en: str = ""


@dataclass(frozen=True, slots=True)
class ServiceInventory:
    letter: str
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class NodeBirth:
    """Topic ``node/birth``: what this hall has."""

    hall: str
    name_zh: str
    name_en: str
    version: str
    devices: tuple[DeviceInventory, ...]
    windows: tuple[WindowInventory, ...]
    services: tuple[ServiceInventory, ...]
    schemas: tuple[str, ...] = field(default_factory=lambda: tuple(TYPES))


class Lifecycle(StrEnum):
    """Where a device is in its life (contract, section 4)."""

    ABSENT = "absent"
    OPENING = "opening"
    HANDSHAKE = "handshake"
    READY = "ready"
    DEGRADED = "degraded"
    LOST = "lost"
    QUARANTINED = "quarantined"
    DISABLED = "disabled"
    STOPPING = "stopping"


@dataclass(frozen=True, slots=True)
class DeviceState:
    """Topic ``dev/{device}/state``; one of the hall's present epoch wins, within it the newest ``n``."""

    device: str
    kind: str
    state: Lifecycle
    since: int
    reason: str
    epoch: str
    n: int
    counters: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CentralState:
    """Topic ``lh/1/central/state``, also as central's Will."""

    online: bool
    since: int


@dataclass(frozen=True, slots=True)
class CentralBeat:
    """Topic ``lh/1/central/beat``: central's own heartbeat through the broker; for nobody else."""


@dataclass(frozen=True, slots=True)
class Order:
    """Topic ``cmd``: central asks a hall to do something."""

    id: str
    op: str
    ttl_ms: int
    actor: str
    args: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OrderAnswer:
    """Topic ``rsp``: ``status`` is accepted, done, failed, rejected, expired or duplicate."""

    cmd_id: str
    status: str
    data: Mapping[str, Any] = field(default_factory=dict)
