"""Who may rate what, once, and when a pad is awake. Voluntary; staff cannot raise a rating; silence is NOT_RATED.

Sources: GB/T 39734-2020 4.1 (voluntary), 国办发〔2019〕51号 (one service, one rating). Periods are the plan's.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from hall.ledger import Ledger, drop, put
from hall.moment import Moment, local_day
from hall.personal_numbers import LONG_NUMBER
from hall.plan import Plan
from hall.queue.state import QueueState
from hall.queue.words import DayOpened, TicketFinished, TicketReopened, TicketServedStarted
from hall.rating import words
from hall.rating.state import Rateable, RatingState
from hall.refusal import Code, Refusal
from hall.working_days import within_working_days

_GRADES: Final = range(1, 6)
_FORGET_AFTER_MS: Final = 21 * 86_400_000  # five working days around the longest holidays


def decide(state: RatingState, queue: QueueState, plan: Plan, command: words.Command, now: Moment) -> list[words.Event]:
    """The events that answer ``command``; raises `Refusal`."""
    if isinstance(command, words.DismissPad):
        token = state.pads.get(command.window)
        rateable = state.rateable.get(token) if token else None
        return [words.RatingLapsed(rateable.day, rateable.number, command.window)] if rateable else []
    rateable = state.rateable.get(command.token)
    if rateable is None:
        known = command.token in queue.by_token
        raise Refusal(Code.NOT_RATEABLE if known else Code.UNKNOWN_TOKEN, "token")
    _check(rateable, plan, command, now)
    if command.channel is words.RatingChannel.BUTTONS:
        _check_buttons(state, rateable, plan, command, now)
    return [
        words.RatingGiven(
            day=rateable.day,
            number=rateable.number,
            service=rateable.service,
            window=rateable.window,
            staff=rateable.staff,
            grade=command.grade,
            channel=command.channel,
            version=rateable.version + 1,
            reasons=command.reasons,
            text=LONG_NUMBER.sub("＊", command.text.strip()),
            too_fast=now.steady_ms - rateable.finished_ms < plan.rating.too_fast_s * 1000,
            equal_run=rateable.version == 0 and _run(state, rateable.window, command.grade) > plan.rating.equal_run,
            same_device=state.devices.get(command.phone_mark, rateable.number) != rateable.number,
            phone_mark=command.phone_mark,
        )
    ]


def _check(rateable: Rateable, plan: Plan, command: words.GiveRating, now: Moment) -> None:
    if command.grade not in _GRADES:
        raise Refusal(Code.UNKNOWN_GRADE, "grade")
    if len(command.text) > plan.rating.text_limit:
        raise Refusal(Code.TEXT_TOO_LONG, "text", limit=plan.rating.text_limit)
    if rateable.version == 0:
        if not may_rate(rateable, plan, now):
            raise Refusal(Code.NOT_RATEABLE, "token")
        return
    explains = command.grade == rateable.grade and not rateable.explained and _in_time(rateable, plan, now)
    if not (command.change and (explains or may_change(rateable, plan, now))):
        raise Refusal(Code.TOKEN_USED, "token")


def may_rate(rateable: Rateable, plan: Plan, now: Moment) -> bool:
    """Whether no grade was given and the working days for it are not over."""
    return rateable.version == 0 and is_open(rateable, plan, now)


def is_open(rateable: Rateable, plan: Plan, now: Moment) -> bool:
    """Whether the token still shows its service, to rate it or to see what was given."""
    if now.steady_ms - rateable.finished_ms >= _FORGET_AFTER_MS:
        return False
    return within_working_days(plan, rateable.day, local_day(now.wall_ms), plan.rating.open_working_days)


def may_change(rateable: Rateable, plan: Plan, now: Moment) -> bool:
    """Whether the one change of a given grade is still open."""
    return rateable.version > 0 and not rateable.changed and _in_time(rateable, plan, now)


def _in_time(rateable: Rateable, plan: Plan, now: Moment) -> bool:
    return now.steady_ms - rateable.rated_ms <= plan.rating.change_within_s * 1000


def _run(state: RatingState, window: int, grade: int) -> int:
    """How many equal grades in a row there are with this one."""
    last, times = state.runs.get(window, (grade, 0))
    return times + 1 if last == grade else 1


def _check_buttons(state: RatingState, rateable: Rateable, plan: Plan, command: words.GiveRating, now: Moment) -> None:
    """Buttons know no ticket: they count only for the service just given there, soon after it, once, for good."""
    if state.pads.get(rateable.window) != command.token:
        raise Refusal(Code.NOT_RATEABLE, "token")
    if now.steady_ms - rateable.finished_ms > plan.rating.buttons_for_s * 1000:
        raise Refusal(Code.NOT_RATEABLE, "token")


def react(event: object) -> list[words.Effect]:
    """The buttons at a window wake when its service is over, and thank for a grade that was given by them."""
    match event:
        case TicketFinished(window=window):
            return [words.AskForGrade(window)]
        case words.RatingGiven(window=window, grade=grade, channel=words.RatingChannel.BUTTONS):
            return [words.ThankForGrade(window, grade)]
        case _:
            return []


def apply(state: RatingState, queue: QueueState, event: object, at: Moment) -> RatingState:
    """The next state. ``queue`` is the queue before the event: it knows the ticket's token."""
    match event:
        case TicketFinished(day=day, number=number, service=service, window=window, staff=staff):
            token = queue.tickets[number].token
            rateable = Rateable(day, number, service, window, staff, at.steady_ms)
            return replace(state, rateable=put(state.rateable, token, rateable), pads={**state.pads, window: token})
        case words.RatingGiven(day=day, number=number):
            return _rated(state, event, at)
        case TicketReopened(number=number, window=window):
            token = queue.tickets[number].token
            awake = {pad: waiting for pad, waiting in state.pads.items() if pad != window}
            return replace(state, rateable=drop(state.rateable, token), pads=awake)
        case words.RatingLapsed(window=window) | TicketServedStarted(window=window):
            return replace(state, pads={pad: token for pad, token in state.pads.items() if pad != window})
        case DayOpened():
            kept = {
                token: item
                for token, item in state.rateable.items()
                if at.steady_ms - item.finished_ms < _FORGET_AFTER_MS
            }
            return RatingState(Ledger(kept), runs=state.runs)
        case _:
            return state


def _rated(state: RatingState, event: words.RatingGiven, at: Moment) -> RatingState:
    token = next(
        token for token, item in state.rateable.items() if item.number == event.number and item.day == event.day
    )
    before = state.rateable[token]
    first = before.version == 0
    explains = not first and event.grade == before.grade and not before.explained
    rated = replace(
        before,
        grade=event.grade,
        version=event.version,
        rated_ms=at.steady_ms if first else before.rated_ms,
        explained=before.explained or explains,
        changed=before.changed or not (first or explains),
    )
    pads = {pad: waiting for pad, waiting in state.pads.items() if waiting != token}
    runs, devices = state.runs, state.devices
    if first:
        runs = {**runs, event.window: (event.grade, _run(state, event.window, event.grade))}
    if event.phone_mark and event.phone_mark not in devices:
        devices = {**devices, event.phone_mark: event.number}
    return RatingState(put(state.rateable, token, rated), pads, runs, devices)
