"""This hall's windows, classes, hours and the numbers of its rules: the plan, made from configuration.

Every number that a rule uses stands here with its unit in the name, so that a hall changes data and not code.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ServicePlan:
    """One service class: a letter, its queue, and when tickets are given. No hours means always open."""

    letter: str
    name_zh: str
    name_en: str
    average_service_s: int = 600
    hours: tuple[tuple[int, int], ...] = ()  # local minutes of the day, [from, to)
    speak: bool = True  # False: number on the sign only, no spoken call (private matters)

    def open_at(self, minute: int) -> bool:
        return not self.hours or any(start <= minute < end for start, end in self.hours)


@dataclass(frozen=True, slots=True)
class WindowPlan:
    """A window and the classes that it serves, the first one first."""

    number: int
    services: tuple[str, ...]
    name_zh: str = ""
    name_en: str = ""


@dataclass(frozen=True, slots=True)
class QueueRules:
    """The numbers of queue practice; defaults from the domain rules, part 2."""

    calls_before_no_show: int = 3
    call_interval_s: int = 20
    double_press_s: float = 2.0
    restore_after_tickets: int = 3
    elder_age: int = 65
    priority_run: int = 2
    ordinary_patience_s: int = 1200
    hold_limit_s: int = 1800
    tickets_per_card: int = 2
    numbers_per_service: int = 9999


@dataclass(frozen=True, slots=True)
class RatingRules:
    """Periods of the service rating (GB/T 39735-2020 practice; numbers are parameters)."""

    change_within_s: int = 86_400
    open_for_s: int = 5 * 86_400
    buttons_for_s: int = 120  # buttons know no ticket: later it may be a passer-by who presses
    too_fast_s: float = 2.0
    text_limit: int = 200


@dataclass(frozen=True, slots=True)
class GatePlan:
    """A lawyers' gate: how long it stays unlocked for one person, and when an open door is an alarm."""

    id: str
    unlock_s: float = 5.0
    open_alarm_s: float = 15.0
    sees_passage: bool = False  # a sensor says when somebody has gone through; without it the door's closing does


@dataclass(frozen=True, slots=True)
class Plan:
    """All that the rules know of one hall."""

    hall: str
    name_zh: str
    name_en: str
    services: tuple[ServicePlan, ...]
    windows: tuple[WindowPlan, ...]
    queue: QueueRules = field(default_factory=QueueRules)
    rating: RatingRules = field(default_factory=RatingRules)
    revision: int = 1
    gates: tuple[GatePlan, ...] = ()
    pass_memory_s: int = 300  # a pass that has opened a gate opens none for so long

    def service(self, letter: str) -> ServicePlan | None:
        return next((service for service in self.services if service.letter == letter), None)

    def window(self, number: int) -> WindowPlan | None:
        return next((window for window in self.windows if window.number == number), None)

    def gate(self, gate: str) -> GatePlan | None:
        return next((one for one in self.gates if one.id == gate), None)
