"""When numbers are given again: of one class, and of the whole hall while nobody is served there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from hall.moment import Moment, local_day, local_minute
from hall.opening import NextOpening, first_of, hours_on, next_opening, open_at
from hall.plan import OtherDay, Plan, ServicePlan
from hall.queue.state import QueueState, TicketState
from hall.queue.words import StopReason

_END_OF_DAY: Final = 1440
_BY_THE_CLOCK: Final = (StopReason.HOURS, StopReason.REST)
_UNTIL_TOMORROW: Final = (StopReason.TIME, StopReason.CAPACITY, StopReason.CAP)
_IN_THE_HALL: Final = (TicketState.WAITING, TicketState.CALLED, TicketState.SERVING, TicketState.HELD)


@dataclass(frozen=True, slots=True)
class Closed:
    """The hall gives no numbers and nobody is in it; the names are why today is not like its weekday."""

    rest: bool
    name_zh: str
    name_en: str
    opens: NextOpening | None


def opens_again(plan: Plan, service: ServicePlan, stop: StopReason | None, now: Moment) -> NextOpening | None:
    """When a class that the clock, the day or the queue has stopped opens next."""
    day, minute = local_day(now.wall_ms), local_minute(now.wall_ms)
    if stop in _BY_THE_CLOCK:
        return next_opening(plan, service, day, minute)
    if stop in _UNTIL_TOMORROW and hours_on(plan, service, day) is not None:
        return next_opening(plan, service, day, _END_OF_DAY)
    return None


def closed_now(plan: Plan, queue: QueueState, now: Moment) -> Closed | None:
    """None as long as a class is within its hours, or somebody who holds a ticket is still to be served."""
    day, minute = local_day(now.wall_ms), local_minute(now.wall_ms)
    classes = [service for service in plan.services if not service.by_appointment]
    hours = [hours_on(plan, service, day) for service in classes]
    served = any(open_at(one, minute) for one in hours) or any(queue.tally.get(state, 0) for state in _IN_THE_HALL)
    if served or not classes:
        return None
    rest, other = not any(hours), plan.opening.others.get(day, OtherDay())
    return Closed(
        rest=rest,
        name_zh=other.name_zh if rest else "",
        name_en=other.name_en if rest else "",
        opens=first_of(next_opening(plan, service, day, minute) for service in classes),
    )
