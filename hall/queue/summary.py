"""What a day was like, told by its events: waits by class, who was overtaken, windows that stood idle."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Final

from hall.moment import Moment
from hall.plan import Plan
from hall.queue import words
from hall.queue.choice import services_of
from hall.queue.state import QueueState, WindowState
from hall.state import HallState
from hall.step import apply
from hall.wire import Event

LONG_WAIT_S: Final = 1800  # report row A23


@dataclass(slots=True)
class ClassDay:
    """One class on one day; ``waits_s`` from issue to the first call."""

    issued: int = 0
    done: int = 0
    no_show: int = 0
    turned_away: int = 0
    overtakes: int = 0
    waits_s: list[int] = field(default_factory=list)
    bounds: list[bool] = field(default_factory=list)  # whether the bound on the slip held

    def mean_s(self) -> int | None:
        return round(sum(self.waits_s) / len(self.waits_s)) if self.waits_s else None

    def wait_at(self, part: float) -> int | None:
        """The wait that this part of the visitors did not exceed."""
        ordered = sorted(self.waits_s)
        return ordered[max(0, ceil(part * len(ordered)) - 1)] if ordered else None

    def long_waits(self) -> int:
        return sum(waited > LONG_WAIT_S for waited in self.waits_s)


@dataclass(slots=True)
class WindowDay:
    """One window on one day: at work, free, and free while somebody waited whom it serves."""

    served: int = 0
    served_s: int = 0
    idle_ms: int = 0
    idle_while_waited_for_ms: int = 0


@dataclass(slots=True)
class DayTold:
    classes: dict[str, ClassDay] = field(default_factory=dict)
    windows: dict[int, WindowDay] = field(default_factory=dict)
    rules: Counter[str] = field(default_factory=Counter)  # how often each rule chose the ticket

    def of(self, service: str) -> ClassDay:
        return self.classes.setdefault(service, ClassDay())

    def bound_held(self) -> float | None:
        """The part of the visitors who waited no longer than the bound they were told."""
        told = [held for one in self.classes.values() for held in one.bounds]
        return sum(told) / len(told) if told else None


def tell(
    events: Iterable[tuple[Event, Moment]],
    state: HallState,
    plan: Plan,
    turned_away: Sequence[tuple[str, str]] = (),
) -> DayTold:
    """``state`` is the hall before the events."""
    told, last_ms = DayTold(), None
    for event, at in events:
        if last_ms is not None:
            _count_idle(told, state.queue, plan, at.steady_ms - last_ms)
        last_ms = at.steady_ms
        _count(told, state.queue, event)
        state = apply(state, event, at)
    for service, _ in turned_away:
        told.of(service).turned_away += 1
    return told


def _count(told: DayTold, queue: QueueState, event: Event) -> None:
    match event:
        case words.TicketIssued(service=service):
            told.of(service).issued += 1
        case words.TicketCalled(number=number, service=service, waited_s=waited_s):
            told.of(service).overtakes += event.overtook
            told.rules[event.why.value] += 1
            ticket = queue.tickets[number]
            if ticket.waited_s is None:
                told.of(service).waits_s.append(waited_s)
                if ticket.wait_bound_s is not None and ticket.slot_ms is None:
                    told.of(service).bounds.append(waited_s <= ticket.wait_bound_s)
        case words.TicketFinished(service=service, window=window, served_s=served_s):
            told.of(service).done += 1
            day = told.windows.setdefault(window, WindowDay())
            day.served += 1
            day.served_s += served_s
        case words.TicketNoShow(service=service):
            told.of(service).no_show += 1


def _count_idle(told: DayTold, queue: QueueState, plan: Plan, gone_ms: int) -> None:
    for window in queue.windows.values():
        if window.state is WindowState.IDLE:
            day = told.windows.setdefault(window.number, WindowDay())
            day.idle_ms += gone_ms
            if any(queue.waiting.get(letter) for letter in services_of(queue, plan.window(window.number))):
                day.idle_while_waited_for_ms += gone_ms
