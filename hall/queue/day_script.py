"""The outside of a day that happened: what the hall cannot choose, told from its journal.

Not foreseen: that people come or go because of the wait. A ticket is served where it finished that day, so transfers
and holds are not made again; whoever was missed and restored comes at the first call; whoever was never served takes
as long as the others of that class.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from hall.appointments.words import AppointmentCheckedIn, AppointmentsSet, CheckIn, SetAppointments
from hall.duty.words import DutyAbsent, DutyPresent, MarkAbsent, MarkPresent, RotaSet, SetRota
from hall.moment import Moment
from hall.queue import lunch, words
from hall.safety.words import EndEvacuation, Evacuate, EvacuationBegan, EvacuationEnded
from hall.step import Command
from hall.wire import Event

_DESK: Final = "desk"
_SENIOR: Final = 120  # the age itself is in no event


@dataclass(frozen=True, slots=True)
class Work:
    """What one visitor needs: whether the visitor comes when called, how soon, for how long."""

    comes: bool = True
    walk_s: float = 15.0
    served_s: float = 600.0


@dataclass(frozen=True, slots=True)
class Script:
    """One day's outside: commands at their steady times in ms, in order, and each visitor's work by token."""

    commands: tuple[tuple[int, Command], ...]
    works: Mapping[str, Work]
    tokens: Mapping[str, str] = field(default_factory=dict)  # by the day's numbers, which may now be others
    gap_s: float = 10.0  # from one visitor's end to the next call
    tick_s: float = 10.0  # how often the rules are told that time has passed
    wall_offset_ms: int = 0  # wall clock less steady clock


def script_of(events: Iterable[tuple[Event, Moment]]) -> Script:
    """The outside of a day that happened: arrivals, staffing and each visitor's time, without what the rules chose."""
    commands: list[tuple[int, Command]] = []
    visitors, offset_ms = _Visitors(), 0
    for event, at in events:
        offset_ms = at.wall_ms - at.steady_ms
        commands += [(at.steady_ms, command) for command in _commands(event)]
        visitors.see(event, at)
        if isinstance(event, AppointmentCheckedIn):
            token = visitors.tokens[event.number]
            commands[-1] = (at.steady_ms, CheckIn(event.appointment, token))
    return Script(tuple(commands), visitors.all_works(), visitors.tokens, wall_offset_ms=offset_ms)


@dataclass(slots=True)
class _Visitors:
    """What each visitor of the day needed."""

    tokens: dict[str, str] = field(default_factory=dict)
    services: dict[str, str] = field(default_factory=dict)  # by token
    called: dict[str, int] = field(default_factory=dict)  # by token
    works: dict[str, Work] = field(default_factory=dict)
    served_s: dict[str, list[int]] = field(default_factory=dict)  # by class

    def see(self, event: Event, at: Moment) -> None:
        token = self.tokens.get(getattr(event, "number", None) or "", "")
        work = self.works.get(token, Work())
        match event:
            case words.TicketIssued(number=number, token=new, service=service):
                self.tokens[number], self.services[new] = new, service
            case words.TicketCalled():
                self.called[token] = at.steady_ms
            case words.TicketServedStarted():
                walk_s = (at.steady_ms - self.called.get(token, at.steady_ms)) / 1000
                self.works[token] = replace(work, comes=True, walk_s=max(3.0, walk_s))
            case words.TicketFinished(service=service, served_s=served_s):
                self.works[token] = replace(work, served_s=float(max(5, served_s)))
                self.served_s.setdefault(service, []).append(served_s)
            case words.TicketNoShow():
                self.works[token] = replace(work, comes=False)
            case words.TicketRestored():
                self.works[token] = replace(work, comes=True)

    def all_works(self) -> dict[str, Work]:
        usual = {service: sum(times) / len(times) for service, times in self.served_s.items()}
        guessed = {
            token: Work(served_s=max(5.0, usual[service]))
            for token, service in self.services.items()
            if service in usual
        }
        return {**guessed, **self.works}


def _commands(event: Event) -> Iterator[Command]:
    """The command of the outside world that led to ``event``; none for what the rules or a call led to."""
    match event:
        case words.TicketIssued():
            by_staff = _DESK if event.channel is words.Channel.DESK else None
            yield words.TakeTicket(
                event.service, event.token, event.channel, event.priority, persons=event.persons,
                age=_SENIOR if event.senior else None, person=event.person, private=event.private, staff=by_staff,
            )  # fmt: skip
        case words.TicketCancelled(number=number, by=by):
            yield words.Cancel(number=number, by=by)
        case AppointmentsSet(day=day, appointments=appointments, by=by):
            yield SetAppointments(day, appointments, by)
        case RotaSet(day=day, duties=duties, staff=staff):
            yield SetRota(day, duties, staff)
        case DutyAbsent(person=person, staff=staff):
            yield MarkAbsent(person, staff)
        case DutyPresent(person=person, staff=staff):
            yield MarkPresent(person, staff)
        case _:
            yield from _at_windows(event)
            yield from _at_the_desk(event)


def _at_windows(event: Event) -> Iterator[Command]:
    match event:
        case words.WindowPaused(staff=lunch.BY_PLAN) | words.WindowResumed(staff=lunch.BY_PLAN):
            return  # the new plan has its own lunch
        case words.WindowAssignmentEnded(staff=""):
            return  # its time was over
        case words.WindowOpened(window=window, staff=staff):
            yield words.OpenWindow(window, staff)
        case words.WindowPaused(window=window, staff=staff, reason=reason):
            yield words.PauseWindow(window, staff, reason)
        case words.WindowResumed(window=window, staff=staff):
            yield words.ResumeWindow(window, staff)
        case words.WindowClosed(window=window, staff=staff):
            yield words.CloseWindow(window, staff)
        case words.WindowAssigned(window=window, services=services, for_s=for_s, staff=staff):
            yield words.AssignWindow(window, staff, services, for_s)
        case words.WindowAssignmentEnded(window=window, staff=staff):
            yield words.EndAssignment(window, staff)


def _at_the_desk(event: Event) -> Iterator[Command]:
    match event:
        case words.TicketPrioritised(number=number, priority=priority, staff=staff):
            yield words.MarkPriority(number, staff, priority)
        case words.TicketMadePrivate(number=number, staff=staff):
            yield words.MarkPrivate(number, staff)
        case EvacuationBegan(staff=staff):
            yield Evacuate(staff)
        case EvacuationEnded(staff=staff):
            yield EndEvacuation(staff)
