"""What people may see of a small place: everybody, who holds a ticket, who works at a window. No tokens, no names.

All that a rule decides (who is next, how long it will take, what is open) is asked of ``hall``.
"""

from __future__ import annotations

from typing import Any, Final

from central.places.journal import Place
from hall.moment import Moment
from hall.opening import NextOpening, weekday_of
from hall.plan import ServicePlan, WindowPlan
from hall.queue.choice import ahead_now, ahead_of, services_of, waiting_for
from hall.queue.forecast import forecast
from hall.queue.issue import stopped
from hall.queue.order import calling_order
from hall.queue.reopening import closed_now, opens_again
from hall.queue.state import Ticket, TicketState, WindowState
from hall.queue.undo import undoable
from hall.rating.rules import is_open, may_change, may_rate
from hall_config.wording import rfc3339

_CALLS: Final = 6
_LIST: Final = 40
_AT_WINDOWS: Final = (TicketState.CALLED, TicketState.SERVING)


def public(place: Place, now: Moment) -> dict[str, Any]:
    """The place as anybody may see it."""
    queue = place.state.queue
    called = [one for one in queue.tickets.values() if one.state in _AT_WINDOWS and one.window is not None]
    called.sort(key=lambda one: (one.state is TicketState.CALLED, one.last_call_ms), reverse=True)
    return {
        "place": {"id": place.id, "name_zh": place.plan.name_zh, "name_en": place.plan.name_en},
        "now": rfc3339(now.wall_ms),
        "seq": place.seq,
        "day": queue.day,
        "in_use": not place.closed,
        "services": [_service(place, one, now) for one in place.plan.services],
        "windows": [_window(place, one) for one in place.plan.windows],
        "calls": [_call(one) for one in called[:_CALLS]],
        "waiting": queue.tally.get(TicketState.WAITING, 0),
        "closed": _closed(place, now),
        "lunch_until": queue.lunch_until,
    }


def ticket(place: Place, token: str, now: Moment) -> dict[str, Any] | None:
    """One ticket for whoever holds its token: today's, or one that can still be rated."""
    queue, rateable = place.state.queue, place.state.rating.rateable.get(token)
    number = queue.by_token.get(token)
    told: dict[str, Any] = {
        "grade": rateable.grade or None if rateable else None,
        "rateable": rateable is not None and may_rate(rateable, place.plan, now),
        "changeable": rateable is not None and may_change(rateable, place.plan, now),
    }
    if number is None:
        if rateable is None or not is_open(rateable, place.plan, now):
            return None
        over = {"state": TicketState.DONE.value, "window": rateable.window, "restorable": False, **_no_wait()}
        return {"number": rateable.number, "service": rateable.service, **over, "calls": 0, **told}
    one = queue.tickets[number]
    return {
        "number": number,
        "service": one.service,
        "state": one.state.value,
        "window": one.window,
        "restorable": one.state is TicketState.NO_SHOW and not one.restored,
        **_wait(place, one, now),
        "calls": one.calls,
        **told,
    }


def window(place: Place, number: int, now: Moment) -> dict[str, Any]:
    """All that the page of one window shows; the caller knows that there is such a window."""
    plan, queue = place.plan, place.state.queue
    at, served = queue.window(number), services_of(queue, plan.window(number))
    missed = [one for one in queue.tickets.values() if one.state is TicketState.NO_SHOW and one.service in served]
    missed.sort(key=lambda one: one.last_call_ms, reverse=True)
    last = undoable(queue, plan, at, now)
    return {
        "window": number,
        "state": at.state.value,
        "pause": at.pause.value if at.pause else None,
        "staff": at.staff,
        "since_s": _seconds(at.since_ms, now) if at.since_ms else 0,
        "ticket": _row(queue.tickets[at.ticket], now) if at.ticket else None,
        "waiting_count": waiting_for(queue, plan, number),
        "waiting": [_row(queue.tickets[one], now) for one in calling_order(queue, plan, number, now, _LIST)],
        "held": [_row(queue.tickets[one], now) for one in at.held],
        "missed": [_row(one, now) for one in missed[:_LIST]],
        "served": sum(1 for one in queue.tickets.values() if one.state is TicketState.DONE and one.window == number),
        "calls_before_no_show": plan.queue.calls_before_no_show,
        "call_interval_s": plan.queue.call_interval_s,
        "undo": {"act": last.act, "number": last.number} if last else None,
        "closed": _closed(place, now),
    }


def _service(place: Place, service: ServicePlan, now: Moment) -> dict[str, Any]:
    plan, queue = place.plan, place.state.queue
    ahead = ahead_of(queue, service.letter, priority=False)
    stop = stopped(place.state, plan, service, now)
    expected = forecast(queue, plan, service, ahead, now)
    serving = [one.number for one in plan.windows if service.letter in services_of(queue, one)]
    return {
        "letter": service.letter,
        "name_zh": service.name_zh,
        "name_en": service.name_en,
        "open": stop is None and not place.closed,
        "stopped": stop.value if stop else None,
        "opens": _opens(opens_again(plan, service, stop, now)),
        "waiting": len(queue.waiting.get(service.letter, ())),
        "ahead": ahead,
        "estimated_wait_s": expected.wait_s if expected else None,
        "wait_bound_s": expected.bound_s if expected else None,
        "windows": [one for one in serving if queue.window(one).state is not WindowState.CLOSED],
    }


def _window(place: Place, window: WindowPlan) -> dict[str, Any]:
    at = place.state.queue.window(window.number)
    return {
        "number": window.number,
        "name_zh": window.name_zh,
        "name_en": window.name_en,
        "state": at.state.value,
        "ticket": at.ticket,
        "pause": at.pause.value if at.pause else None,
        "services": list(services_of(place.state.queue, window)),
    }


def _call(one: Ticket) -> dict[str, Any]:
    """``id`` changes with each call that shall catch the eye."""
    return {
        "id": f"{one.number}-{one.last_call_ms}",
        "number": one.number,
        "window": one.window,
        "state": one.state.value,
        "calls": one.calls,
    }


def _row(one: Ticket, now: Moment) -> dict[str, Any]:
    """One ticket in a list for the staff: how long it waits, and how long it is in its present state."""
    since_ms = {
        TicketState.SERVING: one.serving_since_ms,
        TicketState.HELD: one.held_since_ms,
        TicketState.CALLED: one.last_call_ms,
    }.get(one.state)
    waits = one.state is TicketState.WAITING or not one.last_call_ms
    return {
        "number": one.number,
        "service": one.service,
        "state": one.state.value,
        "priority": one.priority.value if one.priority else None,
        "persons": one.persons,
        "waited_s": max(0, (now.steady_ms if waits else one.last_call_ms) - one.issued_ms) // 1000,
        "for_s": 0 if since_ms is None else _seconds(since_ms, now),
        "calls": one.calls,
        "restored": one.restored,
        "transferred": one.transferred,
    }


def _wait(place: Place, one: Ticket, now: Moment) -> dict[str, Any]:
    service = place.plan.service(one.service)
    if one.state is not TicketState.WAITING:
        return _no_wait()
    ahead = ahead_now(place.state.queue, one.number)
    expected = forecast(place.state.queue, place.plan, service, ahead, now) if service else None
    return {
        "ahead": ahead,
        "estimated_wait_s": expected.wait_s if expected else None,
        "wait_bound_s": expected.bound_s if expected else None,
    }


def _no_wait() -> dict[str, Any]:
    return {"ahead": None, "estimated_wait_s": None, "wait_bound_s": None}


def _closed(place: Place, now: Moment) -> dict[str, Any] | None:
    found = closed_now(place.plan, place.state.queue, now)
    if found is None:
        return None
    names = {"name_zh": found.name_zh, "name_en": found.name_en}
    return {"rest": found.rest, **names, "opens": _opens(found.opens)}


def _opens(found: NextOpening | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {"day": found.day, "minute": found.minute, "weekday": weekday_of(found.day), "in_days": found.in_days}


def _seconds(since_ms: int, now: Moment) -> int:
    return max(0, (now.steady_ms - since_ms) // 1000)
