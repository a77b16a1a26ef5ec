"""When numbers are given again, as the pages are told it (`hall.queue.reopening`)."""

from __future__ import annotations

from pydantic import BaseModel

from hall.moment import Moment
from hall.opening import NextOpening, weekday_of
from hall.plan import Plan, ServicePlan
from hall.queue import reopening
from hall.queue.state import QueueState
from hall.queue.words import StopReason


class OpensNow(BaseModel):
    """The next opening, in China's time."""

    day: str
    minute: int  # of that day
    weekday: int  # Monday 1
    in_days: int


class ClosedNow(BaseModel):
    """The hall gives no numbers and nobody is in it; ``name`` is why today is not like its weekday."""

    rest: bool
    name_zh: str
    name_en: str
    opens: OpensNow | None


def opens_again(plan: Plan, service: ServicePlan, stop: StopReason | None, now: Moment) -> OpensNow | None:
    """When a class that is stopped opens next."""
    return _opens(reopening.opens_again(plan, service, stop, now))


def closed_now(plan: Plan, queue: QueueState, now: Moment) -> ClosedNow | None:
    """None as long as a class is within its hours, or somebody is still to be served."""
    found = reopening.closed_now(plan, queue, now)
    if found is None:
        return None
    return ClosedNow(rest=found.rest, name_zh=found.name_zh, name_en=found.name_en, opens=_opens(found.opens))


def _opens(found: NextOpening | None) -> OpensNow | None:
    if found is None:
        return None
    return OpensNow(day=found.day, minute=found.minute, weekday=weekday_of(found.day), in_days=found.in_days)
