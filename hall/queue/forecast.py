"""How long somebody will wait: the windows played forward, then corrected by what this hall has seen.

Two steps, because each alone is wrong. First the windows that work now call on in thought, each class with the average
of the hall's own last days, until the new ticket's turn comes: the modelled wait. Then experience: for every ticket
called, its real wait is compared with the modelled one, and the last ``_KEPT`` comparisons are kept: those of its class
with about as many people ahead, those of its class, and those of all with about as many ahead; the first of these that
has ``_ENOUGH`` is believed, because a class that comes last at its window waits otherwise than the first. Their middle
corrects the estimate; their 80 % point is the bound that four of five visitors do not exceed. Nothing is assumed about
how waits are spread, so the bound holds for any hall whose days resemble each other (split conformal prediction: Vovk,
Gammerman, Shafer, Algorithmic Learning in a Random World, 2005, ch. 4). A day that does not resemble the others is met
by the level: every bound that was exceeded makes the next ones wider, four that held make them as much narrower
(adaptive conformal inference: Gibbs, Candes, NeurIPS 2021); each day begins with four of five.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from hall.moment import Moment
from hall.plan import Plan, ServicePlan
from hall.queue.choice import services_of
from hall.queue.state import Pace, QueueState, Ticket, WindowState

_WORKING: Final = (WindowState.IDLE, WindowState.CALLING, WindowState.SERVING)
_PRIOR_SERVICES: Final = 5  # the plan's average counts like so many services
_KEPT: Final = 300  # comparisons in each group
_ENOUGH: Final = 20  # with fewer the plan's own words are believed
_OFFSET_S: Final = 60  # added to both sides of a comparison: waits near zero say nothing by their ratio
_GROUPS: Final = (0, 2, 5, 10)  # people ahead, the last group is all others
_UNSEEN: Final = (100, 160)  # middle and bound in per cent of the modelled wait before there is experience
_FOUR_OF_FIVE: Final = 800  # per mille
_NARROWER: Final = 12  # per mille, after each bound that held; four times as much wider after one that did not
_LOWEST: Final = 600
_HIGHEST: Final = 980
_MOST_CALLS: Final = 500
_STILL_AT_LEAST: Final = 0.25  # of an average service, when one already takes longer than the average


@dataclass(frozen=True, slots=True)
class Forecast:
    """Seconds from now to the call: the middle, the bound of four in five, and the uncorrected model."""

    wait_s: int
    bound_s: int
    modelled_s: int


def forecast(state: QueueState, plan: Plan, service: ServicePlan, ahead: int, now: Moment) -> Forecast | None:
    """For a ticket with so many before it in its class; None when no window serves it and nobody can know."""
    modelled_s = _modelled_s(state, plan, service, ahead, now)
    if modelled_s is None:
        return None
    middle, bound = _quantiles(state, service.letter, ahead)
    return Forecast(_corrected_s(modelled_s, middle), _corrected_s(modelled_s, bound), modelled_s)


def average_s(state: QueueState, plan: Plan, service: ServicePlan) -> float:
    """How long one service of this class takes here: the last days and today, the plan's word as a beginning."""
    days = (*state.past.get(service.letter, ())[-plan.queue.learn_days :], state.pace.get(service.letter, Pace()))
    served = sum(day.served for day in days)
    total_s = sum(day.total_s for day in days)
    return (service.average_service_s * _PRIOR_SERVICES + total_s) / (_PRIOR_SERVICES + served)


def learn(state: QueueState, ticket: Ticket, waited_s: int) -> QueueState:
    """Compare a ticket's real wait with the modelled one."""
    if ticket.modelled_wait_s is None or ticket.slot_ms is not None:
        return state
    ratio = round(100 * (waited_s + _OFFSET_S) / (ticket.modelled_wait_s + _OFFSET_S))
    experience = dict(state.experience)
    for group in _groups(ticket.service, ticket.ahead_at_issue):
        experience[group] = (*experience.get(group, ())[1 - _KEPT :], ratio)
    return replace(state, experience=experience, levels=_adapted(state.levels, ticket, waited_s))


def _adapted(levels: Mapping[str, int], ticket: Ticket, waited_s: int) -> Mapping[str, int]:
    """After a bound that did not hold the next ones are wider, after one that held a little narrower."""
    if ticket.wait_bound_s is None:
        return levels
    group = _groups(ticket.service, ticket.ahead_at_issue)[-1]
    step = -_NARROWER if waited_s <= ticket.wait_bound_s else 4 * _NARROWER
    level = min(_HIGHEST, max(_LOWEST, levels.get(group, _FOUR_OF_FIVE) + step))
    return {**levels, group: level}


def _modelled_s(state: QueueState, plan: Plan, service: ServicePlan, ahead: int, now: Moment) -> int | None:
    averages = {one.letter: average_s(state, plan, one) for one in plan.services}
    free: list[tuple[float, int]] = []  # when each window is free, in seconds from now
    serves: dict[int, tuple[str, ...]] = {}
    for window_plan in plan.windows:
        window = state.window(window_plan.number)
        letters = services_of(state, window_plan)
        if window.state in _WORKING and letters:
            serves[window.number] = letters
            free.append((_free_in_s(state, window.number, averages, now), window.number))
    if not any(service.letter in letters for letters in serves.values()):
        return None
    return _play(free, serves, averages, _before(state, service.letter, ahead), service.letter)


def _before(state: QueueState, letter: str, ahead: int) -> dict[str, int]:
    """How many wait in each class; of the ticket's own class only those before it."""
    return {service: len(queue) for service, queue in state.waiting.items()} | {letter: ahead}


def _play(
    free: list[tuple[float, int]],
    serves: Mapping[int, tuple[str, ...]],
    averages: Mapping[str, float],
    waiting: dict[str, int],
    letter: str,
) -> int:
    """Let each window call in turn until the class ``letter`` has nobody before the new ticket."""
    heapq.heapify(free)
    at_s = 0.0
    for _ in range(_MOST_CALLS):
        if not free:
            break
        at_s, window = heapq.heappop(free)
        chosen = next((one for one in serves[window] if waiting.get(one, 0) > 0 or one == letter), None)
        if chosen == letter and waiting.get(letter, 0) == 0:
            return round(at_s)
        if chosen is not None:  # a window with nothing to call takes no more part
            waiting[chosen] -= 1
            heapq.heappush(free, (at_s + averages.get(chosen, 600.0), window))
    return round(at_s)


def _free_in_s(state: QueueState, number: int, averages: Mapping[str, float], now: Moment) -> float:
    window = state.window(number)
    if window.state is WindowState.IDLE or window.ticket is None:
        return 0.0
    ticket = state.tickets[window.ticket]
    usual_s = averages.get(ticket.service, 600.0)
    since_ms = ticket.serving_since_ms if window.state is WindowState.SERVING else now.steady_ms
    gone_s = (ticket.served_ms + now.steady_ms - (since_ms or now.steady_ms)) / 1000
    return max(usual_s - gone_s, usual_s * _STILL_AT_LEAST)


def _quantiles(state: QueueState, letter: str, ahead: int) -> tuple[int, int]:
    groups = _groups(letter, ahead)
    known = (state.experience.get(group, ()) for group in groups)
    ratios = sorted(next((seen for seen in known if len(seen) >= _ENOUGH), ()))
    if not ratios:
        return _UNSEEN
    last, level = len(ratios) - 1, state.levels.get(groups[-1], _FOUR_OF_FIVE)
    return ratios[last // 2], ratios[min(last, -(-level * (len(ratios) + 1) // 1000) - 1)]


def _corrected_s(modelled_s: int, per_cent: int) -> int:
    return max(0, (modelled_s + _OFFSET_S) * per_cent // 100 - _OFFSET_S)


def _groups(letter: str, ahead: int) -> tuple[str, str, str]:
    """Where a comparison is kept; by how many stood before, since a long wait is easier to tell than a short one."""
    most = next((most for most in _GROUPS if ahead <= most), 99)
    return f"{letter}:{most}", letter, str(most)
