"""Giving a number: which class is open, which number comes next, who has priority, one card one open ticket."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from hall.duty.rules import on_duty, still_to_come
from hall.moment import Moment, local_day, local_minute
from hall.opening import closes_at, hours_on, minutes_left, open_at
from hall.plan import Plan, ServicePlan
from hall.queue import words
from hall.queue.choice import ahead_of
from hall.queue.forecast import forecast
from hall.queue.state import QueueState, TicketState
from hall.queue.words import StopReason
from hall.refusal import Code, Refusal

if TYPE_CHECKING:
    from hall.state import HallState

NUMBER_SHAPE: Final = r"[A-HJ-NP-Z][1-9]?[0-9]{3}"  # what `_next_number` gives, as a regular expression
_OPEN: Final = (TicketState.WAITING, TicketState.CALLED, TicketState.SERVING, TicketState.HELD)
_REFUSALS: Final = {
    StopReason.HOURS: Code.SERVICE_CLOSED,
    StopReason.REST: Code.REST_DAY,
    StopReason.TIME: Code.STOPPED_BY_TIME,
    StopReason.CAPACITY: Code.STOPPED_BY_CAPACITY,
    StopReason.CAP: Code.DAILY_CAP,
    StopReason.APPOINTMENT: Code.BY_APPOINTMENT,
    StopReason.DUTY: Code.NOBODY_ON_DUTY,
    StopReason.EVACUATION: Code.EVACUATING,
}
STAFF_PASSES: Final = frozenset(StopReason) - {StopReason.EVACUATION}  # the desk may issue whatever stops a machine


def decide_issue(
    state: HallState,
    plan: Plan,
    command: words.TakeTicket,
    now: Moment,
    *,
    passes: frozenset[StopReason] = frozenset(),
    slot_ms: int | None = None,
) -> words.TicketIssued:
    """The ticket that ``command`` gets; raises `Refusal`. ``passes`` are the stops that do not hold for it."""
    queue = state.queue
    service = plan.service(command.service)
    if service is None:
        raise Refusal(Code.UNKNOWN_SERVICE, "service", service=command.service)
    passed = passes if command.staff is None else passes | STAFF_PASSES
    for stop in _stops(state, plan, service, now):
        if stop not in passed:
            raise Refusal(_REFUSALS[stop], "service", service=service.letter)
    if not 1 <= command.persons <= plan.queue.group_most:
        raise Refusal(Code.TOO_MANY_PERSONS, "persons", limit=plan.queue.group_most)
    if command.person is not None and command.person not in still_to_come(state.duty, plan, service.letter, now):
        raise Refusal(Code.NOT_ON_DUTY, "person", person=command.person)
    if command.staff is None:
        _check_card(queue, plan, command)
    priority, by = _priority(plan, command)
    ahead = ahead_of(queue, service.letter, priority is not None)
    expected = forecast(queue, plan, service, ahead, now)
    return words.TicketIssued(
        day=queue.day or "",
        number=_next_number(queue, plan, service.letter),
        service=service.letter,
        token=command.token,
        channel=command.channel,
        ahead=ahead,
        estimated_wait_s=expected.wait_s if expected else None,
        priority=priority,
        card_mark=command.card_mark,
        persons=command.persons,
        wait_bound_s=expected.bound_s if expected else None,
        modelled_wait_s=expected.modelled_s if expected else None,
        person=command.person,
        private=command.private or service.private,
        senior=priority is words.Priority.ELDER and command.age is not None and command.age >= plan.queue.senior_age,
        priority_by=by,
        slot_ms=slot_ms,
    )


def stopped(state: HallState, plan: Plan, service: ServicePlan, now: Moment) -> StopReason | None:
    """Why this class gives no number to a visitor now, or None. A clock that nobody trusts closes nothing."""
    return next(_stops(state, plan, service, now), None)


def stopped_for_today(state: HallState, plan: Plan, service: ServicePlan, now: Moment) -> StopReason | None:
    """The stop that will not end again today, or None."""
    if service.daily_cap and state.queue.last_serial.get(service.letter, 0) >= service.daily_cap:
        return StopReason.CAP
    if not now.trusted:
        return None
    hours, minute = hours_on(plan, service, local_day(now.wall_ms)), local_minute(now.wall_ms)
    closes = closes_at(hours, minute)
    ends = closes is not None and (closes - minute) * 60 <= plan.queue.stop_before_close_s
    return StopReason.TIME if ends and open_at(hours, minute) else None


def _stops(state: HallState, plan: Plan, service: ServicePlan, now: Moment) -> Iterator[StopReason]:
    """All that stops this class now: who may pass one of them may be stopped by the next."""
    if state.safety.evacuating:
        yield StopReason.EVACUATION
    if service.by_appointment:
        yield StopReason.APPOINTMENT
    hours, minute = hours_on(plan, service, local_day(now.wall_ms)), local_minute(now.wall_ms)
    today = stopped_for_today(state, plan, service, now)
    if today is StopReason.CAP:
        yield today
    if not now.trusted:
        return
    if not open_at(hours, minute):
        yield StopReason.HOURS if hours else StopReason.REST
    if service.duty and not on_duty(state.duty, plan, service.letter, now):
        yield StopReason.DUTY
    if today is StopReason.TIME:
        yield today
    if plan.queue.stop_by_capacity and closes_at(hours, minute) is not None:
        ahead = ahead_of(state.queue, service.letter, priority=False)
        expected = forecast(state.queue, plan, service, ahead, now)
        if expected is not None and expected.wait_s > minutes_left(hours, minute) * 60:
            yield StopReason.CAPACITY


def _priority(plan: Plan, command: words.TakeTicket) -> tuple[words.Priority | None, str | None]:
    """The priority and who granted it: staff, the visitor's own choice, or the birth date on the card."""
    if command.priority is not None:
        rule = plan.queue.priority(command.priority)
        if rule is None:
            raise Refusal(Code.UNKNOWN_PRIORITY, "priority", priority=command.priority)
        if command.staff is None and not rule.at_machine:
            raise Refusal(Code.PRIORITY_AT_DESK, "priority")
        return command.priority, command.staff or "visitor"
    elder = command.age is not None and command.age >= plan.queue.elder_age
    if elder and not command.waives_priority and plan.queue.priority(words.Priority.ELDER) is not None:
        return words.Priority.ELDER, "card"
    return None, None


def _check_card(state: QueueState, plan: Plan, command: words.TakeTicket) -> None:
    """One card, one open ticket in a queue; a limit over all queues, where a no-show counts (domain rules 2.2)."""
    if command.card_mark is None:
        return
    tickets = [state.tickets[number] for number in state.by_card.get(command.card_mark, ())]
    for ticket in tickets:
        if ticket.service == command.service and ticket.state in _OPEN:
            raise Refusal(Code.CARD_HAS_TICKET, number=ticket.number)
    if sum(ticket.state in (*_OPEN, TicketState.NO_SHOW) for ticket in tickets) >= plan.queue.tickets_per_card:
        raise Refusal(Code.CARD_LIMIT, limit=plan.queue.tickets_per_card)


def _next_number(state: QueueState, plan: Plan, letter: str) -> str:
    serial = state.last_serial.get(letter, 0) + 1
    if serial > plan.queue.numbers_per_service:
        raise Refusal(Code.NUMBERS_USED_UP, "service", service=letter)
    return f"{letter}{serial:03d}"
