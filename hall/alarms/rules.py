"""What lasts too long, by the plan's limits (domain rules 2.4: a hold 30 minutes, a pause 15)."""

from __future__ import annotations

from collections.abc import Iterator

from hall.alarms import words
from hall.alarms.state import AlarmsState
from hall.duty.rules import still_to_come
from hall.duty.state import DutyState
from hall.moment import Moment
from hall.plan import Plan
from hall.queue.choice import waited_for_since_ms
from hall.queue.state import QueueState, WindowState


def pass_time(state: AlarmsState, queue: QueueState, duty: DutyState, plan: Plan, now: Moment) -> list[words.Event]:
    """What has begun or ended to last too long."""
    standing = tuple(_now(queue, duty, plan, now))
    cleared = [words.AlarmCleared(*_parts(alarm)) for alarm in state.standing if alarm not in standing]
    raised = [words.AlarmRaised(*_parts(alarm)) for alarm in standing if alarm not in state.standing]
    return [*cleared, *raised]


def apply(state: AlarmsState, event: object) -> AlarmsState:
    """The next state; events of other rooms change nothing here."""
    match event:
        case words.AlarmRaised():
            return AlarmsState((*state.standing, words.Alarm(*_parts(event))))
        case words.AlarmCleared():
            return AlarmsState(tuple(one for one in state.standing if _parts(one) != _parts(event)))
        case _:
            return state


def _parts(matter: words.Alarm | words.Event) -> tuple[words.Kind, int | None, str | None, str | None]:
    return matter.kind, matter.window, matter.number, matter.service


def _now(queue: QueueState, duty: DutyState, plan: Plan, now: Moment) -> Iterator[words.Alarm]:
    rules = plan.queue
    for window in queue.windows.values():
        for number in window.held:
            if _longer(queue.tickets[number].held_since_ms, rules.hold_limit_s, now):
                yield words.Alarm(words.Kind.HOLD, window.number, number)
        if window.state is WindowState.PAUSED and _longer(window.since_ms, rules.pause_alarm_s, now):
            yield words.Alarm(words.Kind.PAUSE, window.number)
        if window.state is WindowState.IDLE and _longer(window.since_ms, rules.idle_alarm_s, now):
            waited_for_ms = waited_for_since_ms(queue, plan, window.number)  # an empty hall makes no alarm
            if _longer(waited_for_ms, rules.idle_alarm_s, now):
                yield words.Alarm(words.Kind.IDLE, window.number)
    for service in plan.services:
        waiting = queue.waiting.get(service.letter, ())
        if waiting and _longer(min(queue.tickets[one].issued_ms for one in waiting), rules.wait_alarm_s, now):
            yield words.Alarm(words.Kind.WAIT, service=service.letter)
        if waiting and service.duty and not still_to_come(duty, plan, service.letter, now):
            yield words.Alarm(words.Kind.DUTY, service=service.letter)


def _longer(since_ms: int | None, limit_s: int, now: Moment) -> bool:
    return since_ms is not None and now.steady_ms - since_ms > limit_s * 1000
