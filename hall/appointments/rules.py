"""Checking in: from 20 minutes before the slot to 15 after it, in front of the slot; later, an ordinary ticket.

Both numbers are the plan's (domain rules 2.2). The ticket is called when its time has come, before ordinary ones that
wait; whoever comes early may still be called in turn.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from hall.appointments import words
from hall.appointments.state import AppointmentsState
from hall.moment import Moment, local_minute
from hall.plan import Plan
from hall.queue.issue import decide_issue
from hall.queue.words import DayOpened, StopReason, TakeTicket, TicketIssued
from hall.refusal import Code, Refusal
from hall.state import HallState

_MOST: Final = 1000
_MOST_DAYS: Final = 31


def decide(state: HallState, plan: Plan, command: words.Command, now: Moment) -> list[words.Event | TicketIssued]:
    """The events that answer ``command``; raises `Refusal`."""
    today = state.queue.day or ""
    if isinstance(command, words.SetAppointments):
        _check_list(state.appointments, plan, command, today)
        return [words.AppointmentsSet(command.day, command.appointments, command.by)]
    found = state.appointments.find(today, command.appointment)
    if found is None:
        raise Refusal(Code.UNKNOWN_APPOINTMENT, "appointment")
    taken = state.appointments.tickets.get(found.id)
    if taken is not None:
        raise Refusal(Code.CHECKED_IN_ALREADY, "appointment", number=taken)
    after_s = (local_minute(now.wall_ms) - found.minute) * 60
    if after_s < -plan.queue.check_in_early_s:
        opens = found.minute - plan.queue.check_in_early_s // 60
        raise Refusal(Code.TOO_EARLY, "appointment", time=f"{opens // 60:02d}:{opens % 60:02d}")
    late = after_s > plan.queue.check_in_late_s
    take = TakeTicket(
        found.service, command.token, command.channel, None, command.card_mark, command.age, found.persons,
        found.person, staff=command.staff,
    )  # fmt: skip
    passes = frozenset(StopReason) - {StopReason.EVACUATION} if not late else frozenset({StopReason.APPOINTMENT})
    slot_ms = None if late else now.steady_ms - after_s * 1000
    issued = decide_issue(state, plan, take, now, passes=passes, slot_ms=slot_ms)
    return [issued, words.AppointmentCheckedIn(today, found.id, issued.number, late)]


def apply(state: AppointmentsState, event: object) -> AppointmentsState:
    """The next state; events of other rooms change nothing here."""
    match event:
        case words.AppointmentsSet(day=day, appointments=appointments):
            return replace(state, lists={**state.lists, day: appointments})
        case words.AppointmentCheckedIn(appointment=appointment, number=number):
            return replace(state, tickets={**state.tickets, appointment: number})
        case DayOpened(day=day):
            return AppointmentsState({kept: listed for kept, listed in state.lists.items() if kept >= day})
        case _:
            return state


def _check_list(state: AppointmentsState, plan: Plan, command: words.SetAppointments, today: str) -> None:
    if command.day < today:
        raise Refusal(Code.DAY_IS_OVER, "day", day=command.day)
    if len(command.appointments) > _MOST or len({*state.lists, command.day}) > _MOST_DAYS:
        raise Refusal(Code.LIST_TOO_LONG, "appointments", limit=_MOST)
    if len({one.id for one in command.appointments}) < len(command.appointments):
        raise Refusal(Code.SAME_APPOINTMENT_TWICE, "appointments")
    for one in command.appointments:
        if plan.service(one.service) is None:
            raise Refusal(Code.UNKNOWN_SERVICE, "appointments", service=one.service)
        if one.day != command.day or not 0 <= one.minute < 1440 or not 1 <= one.persons <= plan.queue.group_most:
            raise Refusal(Code.WRONG_APPOINTMENT, "appointments", appointment=one.id)
