"""Who is on duty now, for what, and what happens to those who wait for somebody who is not here.

A class that needs somebody on duty is open only while somebody is. Half-days part at the plan's noon.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from hall.duty import words
from hall.duty.state import DutyState
from hall.moment import Moment, local_day, local_minute
from hall.plan import Plan
from hall.queue.state import QueueState
from hall.queue.words import DayOpened, TicketHandedOver
from hall.refusal import Code, Refusal

_MOST_DUTIES: Final = 200
_MOST_DAYS: Final = 62
Happened = words.Event | TicketHandedOver


def decide(state: DutyState, queue: QueueState, plan: Plan, command: words.Command, now: Moment) -> list[Happened]:
    """The events that answer ``command``; raises `Refusal`."""
    today = queue.day or local_day(now.wall_ms)
    match command:
        case words.SetRota(day=day, duties=duties, staff=staff):
            _check(state, plan, day, duties, today)
            following = apply(state, words.RotaSet(day, duties, staff))
            handed = _hand_over(following, queue, plan, now) if day == today else []
            return [words.RotaSet(day, duties, staff), *handed]
        case words.MarkAbsent(person=person, staff=staff):
            if person in state.absent or not any(duty.person == person for duty in state.rotas.get(today, ())):
                raise Refusal(Code.NOT_ON_DUTY, "person", person=person)
            absent = words.DutyAbsent(today, person, staff)
            return [absent, *_hand_over(apply(state, absent), queue, plan, now)]
        case words.MarkPresent(person=person, staff=staff):
            if person not in state.absent:
                raise Refusal(Code.NOT_ABSENT, "person", person=person)
            return [words.DutyPresent(today, person, staff)]


def pass_time(state: DutyState, queue: QueueState, plan: Plan, now: Moment) -> list[Happened]:
    """Whoever waits for a person whose half-day is over waits for anybody of the class."""
    return _hand_over(state, queue, plan, now)


def on_duty(state: DutyState, plan: Plan, service: str, now: Moment) -> tuple[str, ...]:
    """Who is here for this class now."""
    return tuple(
        duty.person
        for duty in state.rotas.get(local_day(now.wall_ms), ())
        if service in duty.services and duty.person not in state.absent and _covers(duty, plan, now)
    )


def still_to_come(state: DutyState, plan: Plan, service: str, now: Moment) -> tuple[str, ...]:
    """Who is here for this class now or later today."""
    return tuple(
        duty.person
        for duty in state.rotas.get(local_day(now.wall_ms), ())
        if service in duty.services
        and duty.person not in state.absent
        and (_covers(duty, plan, now) or duty.half is words.Half.AFTERNOON)
    )


def apply(state: DutyState, event: object) -> DutyState:
    """The next state; events of other rooms change nothing here."""
    match event:
        case words.RotaSet(day=day, duties=duties):
            return replace(state, rotas={**state.rotas, day: duties})
        case words.DutyAbsent(person=person):
            return replace(state, absent=(*state.absent, person))
        case words.DutyPresent(person=person):
            return replace(state, absent=tuple(one for one in state.absent if one != person))
        case DayOpened(day=day):
            return DutyState({kept: duties for kept, duties in state.rotas.items() if kept >= day})
        case _:
            return state


def _check(state: DutyState, plan: Plan, day: str, duties: tuple[words.Duty, ...], today: str) -> None:
    if day < today:
        raise Refusal(Code.DAY_IS_OVER, "day", day=day)
    if len(duties) > _MOST_DUTIES or len({*state.rotas, day}) > _MOST_DAYS:
        raise Refusal(Code.ROTA_TOO_LONG, "duties", limit=_MOST_DUTIES)
    for duty in duties:
        for letter in duty.services:
            if plan.service(letter) is None:
                raise Refusal(Code.UNKNOWN_SERVICE, "duties", service=letter)


def _covers(duty: words.Duty, plan: Plan, now: Moment) -> bool:
    if duty.half is words.Half.DAY:
        return True
    return (duty.half is words.Half.MORNING) == (local_minute(now.wall_ms) < plan.queue.noon_minute)


def _hand_over(state: DutyState, queue: QueueState, plan: Plan, now: Moment) -> list[Happened]:
    """In order of number, so that the same state always gives the same events."""
    events: list[Happened] = []
    waiting = [queue.tickets[number] for numbers in queue.waiting.values() for number in numbers]
    for ticket in sorted((one for one in waiting if one.person is not None), key=lambda one: one.number):
        if ticket.person is not None and ticket.person not in still_to_come(state, plan, ticket.service, now):
            events.append(TicketHandedOver(queue.day or "", ticket.number, ticket.service, ticket.person))
    return events
