"""How long somebody would wait who came now, class by class, as this hall itself reckons: for whoever is not in it."""

from __future__ import annotations

from dataclasses import dataclass

from hall.moment import Moment
from hall.plan import Plan, ServicePlan
from hall.queue.choice import ahead_of, services_of
from hall.queue.forecast import forecast
from hall.queue.issue import stopped
from hall.queue.state import WindowState
from hall.queue.words import StopReason
from hall.state import HallState


@dataclass(frozen=True, slots=True)
class ClassNow:
    """One service class now; without ``stop`` it gives numbers. What nobody can know is None."""

    letter: str
    waiting: int
    ahead: int
    windows: int
    stop: StopReason | None = None
    wait_s: int | None = None
    bound_s: int | None = None


@dataclass(frozen=True, slots=True)
class QueueNow:
    """Topic ``tlm/queue``: what somebody who came now would meet; may be lost, the next one says it again."""

    at: int
    day: str
    services: tuple[ClassNow, ...]


def queue_now(state: HallState, plan: Plan, now: Moment) -> QueueNow:
    """Every class of the hall at this moment."""
    return QueueNow(
        now.wall_ms, state.queue.day or "", tuple(_class_now(state, plan, one, now) for one in plan.services)
    )


def _class_now(state: HallState, plan: Plan, service: ServicePlan, now: Moment) -> ClassNow:
    queue = state.queue
    ahead = ahead_of(queue, service.letter, priority=False)
    expected = forecast(queue, plan, service, ahead, now)
    serving = [window.number for window in plan.windows if service.letter in services_of(queue, window)]
    return ClassNow(
        letter=service.letter,
        waiting=len(queue.waiting.get(service.letter, ())),
        ahead=ahead,
        windows=sum(queue.window(number).state is not WindowState.CLOSED for number in serving),
        stop=stopped(state, plan, service, now),
        wait_s=expected.wait_s if expected else None,
        bound_s=expected.bound_s if expected else None,
    )
