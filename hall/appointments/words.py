"""Commands and events of appointments. Who it is for stands nowhere here: the edge finds the id by code, card or
phone number's last digits in a list of its own that knows only keyed hashes."""

from __future__ import annotations

from dataclasses import dataclass

from hall.queue.words import Channel


@dataclass(frozen=True, slots=True)
class Appointment:
    """A place taken ahead. ``minute`` is the local minute of its day at which its slot begins."""

    id: str
    day: str
    minute: int
    service: str
    persons: int = 1
    person: str | None = None  # on duty, and asked for


@dataclass(frozen=True, slots=True)
class SetAppointments:
    """The whole list of one day, in place of what was known of it; whoever has checked in keeps the ticket."""

    day: str
    appointments: tuple[Appointment, ...]
    by: str


@dataclass(frozen=True, slots=True)
class CheckIn:
    """Turn an appointment into a ticket. Too late, it is an ordinary ticket; ``token`` as for `TakeTicket`."""

    appointment: str
    token: str
    channel: Channel = Channel.MACHINE
    card_mark: str | None = None
    age: int | None = None
    staff: str | None = None


@dataclass(frozen=True, slots=True)
class AppointmentsSet:
    day: str
    appointments: tuple[Appointment, ...]
    by: str


@dataclass(frozen=True, slots=True)
class AppointmentCheckedIn:
    """``late`` when its time was over: then the ticket is an ordinary one."""

    day: str
    appointment: str
    number: str
    late: bool


Command = SetAppointments | CheckIn
Event = AppointmentsSet | AppointmentCheckedIn
