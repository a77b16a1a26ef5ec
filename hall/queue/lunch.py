"""Lunch: all windows together, or by rota so that every core class stays served (domain rules 2.4).

When all stop together, a window that is free pauses at once and a busy one when its visitor has gone; tickets are kept
and the pages say when it goes on. A clerk who takes up work again during the break is not sent away a second time.
"""

from __future__ import annotations

from typing import Final

from hall.moment import Moment, local_day, local_minute
from hall.opening import hours_on, minutes_left
from hall.plan import Plan
from hall.queue import words
from hall.queue.choice import services_of
from hall.queue.state import QueueState, WindowState
from hall.refusal import Code, Refusal

_WORKING: Final = (WindowState.IDLE, WindowState.CALLING, WindowState.SERVING)
_VISITOR_GONE: Final = ("finish", "no_show", "transfer", "hold")
BY_PLAN: Final = "plan"  # instead of somebody's name


def check_lunch(state: QueueState, plan: Plan, window: int) -> None:
    """A window may go to lunch if every core class that it serves is served by another; raises `Refusal`."""
    if plan.queue.lunch_of_all:
        return
    for letter in services_of(state, plan.window(window)):
        service = plan.service(letter)
        others = (one for one in plan.windows if one.number != window and letter in services_of(state, one))
        if (
            service is not None
            and service.core
            and not any(state.window(one.number).state in _WORKING for one in others)
        ):
            raise Refusal(Code.LAST_AT_LUNCH, "reason", service=letter, window=window)


def _until(plan: Plan, now: Moment) -> int | None:
    """When the break ends that it is now; a day whose hours end with the morning has none."""
    until, today = plan.queue.lunch_until(local_minute(now.wall_ms)), local_day(now.wall_ms)
    days = (hours_on(plan, service, today) for service in plan.services)
    goes_on = until is not None and any(hours is None or minutes_left(hours, until) for hours in days)
    return until if goes_on else None


def pass_time(state: QueueState, plan: Plan, now: Moment) -> list[words.Event]:
    """The beginning and the end of a lunch break of all, and the windows that become free in it."""
    if not plan.queue.lunch_of_all or not now.trusted:
        return []
    until, day = _until(plan, now), state.day or ""
    if state.lunch_until is not None and state.lunch_until != until:
        at_lunch = [window.number for window in state.windows.values() if window.state is WindowState.LUNCH]
        return [words.LunchEnded(day), *(words.WindowResumed(number, BY_PLAN) for number in sorted(at_lunch))]
    if until is None:
        return []
    begins = state.lunch_until is None
    free = [
        window.number
        for window in state.windows.values()
        if window.state is WindowState.IDLE
        and (begins or window.last_act in _VISITOR_GONE)
        and window.number not in state.lunch_over
    ]
    paused = [words.WindowPaused(number, BY_PLAN, words.PauseReason.LUNCH) for number in sorted(free)]
    return [words.LunchBegan(day, until), *paused] if begins else list(paused)
