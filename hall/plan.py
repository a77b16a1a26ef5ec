"""This hall's windows, classes, hours and the numbers of its rules: the plan, made from configuration.

Every number that a rule uses stands here with its unit in the name, so that a hall changes data and not code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Span = tuple[int, int]  # local minutes of the day, [from, to)


@dataclass(frozen=True, slots=True)
class ServicePlan:
    """One service class: a letter, its queue, and when tickets are given.

    Its own hours and weekdays narrow those of the hall (`hall.opening`); without any of them it is always open.
    """

    letter: str
    name_zh: str
    name_en: str
    average_service_s: int = 600
    hours: tuple[Span, ...] = ()
    weekdays: tuple[int, ...] = ()  # Monday 1 to Sunday 7; none written: every day
    speak: bool = True  # False: number on the sign only, no spoken call
    private: bool = False  # domestic violence, minors, resettlement: the number only, a closed room, nothing spoken
    daily_cap: int = 0  # tickets of one day; 0 is without limit
    by_appointment: bool = False  # no ticket without an appointment, such as a remote prison visit
    duty: bool = False  # open only while somebody is on duty for it
    core: bool = False  # at lunch by rota one of its windows always works


@dataclass(frozen=True, slots=True)
class OtherDay:
    """A day that is not like its weekday: a rest day, a working day that was exchanged, or one with other hours."""

    rest: bool = False
    weekday: int | None = None  # it is worked as this weekday
    hours: tuple[Span, ...] = ()  # the hall's hours of this day alone, in place of the weekday's
    name_zh: str = ""  # why: a holiday, a power cut
    name_en: str = ""


@dataclass(frozen=True, slots=True)
class Opening:
    """When the hall is open: hours by weekday, where it keeps any, and the days that are not like their weekday."""

    weekly: Mapping[int, tuple[Span, ...]] = field(default_factory=dict)  # a weekday that is not here is a rest day
    others: Mapping[str, OtherDay] = field(default_factory=dict)  # by day, YYYY-MM-DD


@dataclass(frozen=True, slots=True)
class WindowPlan:
    """A window, or a room that calls, and the classes that it serves.

    Without ``weights`` the first class is exhausted before the next is called; with them each class gets its share of
    the calls. ``room`` is the number on a room's door: it is announced and shown as a room.
    """

    number: int
    services: tuple[str, ...]
    name_zh: str = ""
    name_en: str = ""
    weights: tuple[int, ...] = ()
    room: int | None = None
    closed: bool = False  # its door closes: private matters are served only there


@dataclass(frozen=True, slots=True)
class PriorityRule:
    """A lawful reason to be called earlier: its code, and where it stands among the others."""

    code: str
    rank: int = 1  # a lower rank is called first; equal ranks by the order of the queue
    statutory: bool = False  # a law gives it; the others are practice
    at_machine: bool = True  # the visitor may choose it; otherwise the desk marks it


@dataclass(frozen=True, slots=True)
class QueueRules:
    """The numbers of queue practice; defaults from the domain rules, part 2."""

    calls_before_no_show: int = 3
    call_interval_s: int = 20
    double_press_s: float = 2.0
    restore_after_tickets: int = 3
    elder_age: int = 65
    senior_age: int = 80  # before the other elders
    ask_elder: bool = True  # the machine asks whom the card shows to be an elder; without it priority is given at once
    priority_run: int = 2
    ordinary_patience_s: int = 1200
    class_patience_s: int = 2700  # whoever waits longer is called before the window's earlier classes; 0: never
    hold_limit_s: int = 1800
    tickets_per_card: int = 2
    numbers_per_service: int = 9999
    group_most: int = 50  # persons on one ticket
    stop_before_close_s: int = 1800
    stop_by_capacity: bool = True
    pause_alarm_s: int = 900
    wait_alarm_s: int = 3600
    idle_alarm_s: int = 600  # a window without a visitor while somebody waits for it
    check_in_early_s: int = 1200
    check_in_late_s: int = 900
    undo_s: int = 5
    learn_days: int = 10  # of this hall's own last days
    noon_minute: int = 750  # where the half-days of the rota part
    lunch: tuple[Span, ...] = ()
    lunch_of_all: bool = False  # True: all windows stop together; False: by rota, the core classes stay served
    priorities: tuple[PriorityRule, ...] = (
        PriorityRule("URGENT", statutory=True),
        PriorityRule("ELDER", statutory=True),
        PriorityRule("DISABLED", statutory=True),
        PriorityRule("MILITARY", statutory=True),
        PriorityRule("PREGNANT"),
        PriorityRule("INFANT"),
        PriorityRule("MINOR"),
        PriorityRule("ILL"),
        PriorityRule("FIRE_RESCUE"),
    )

    def priority(self, code: str) -> PriorityRule | None:
        return next((rule for rule in self.priorities if rule.code == code), None)

    def lunch_until(self, minute: int) -> int | None:
        """When the lunch break that ``minute`` lies in ends."""
        return next((end for start, end in self.lunch if start <= minute < end), None)


@dataclass(frozen=True, slots=True)
class RatingRules:
    """Periods of the service rating (GB/T 39735-2020 practice; numbers are parameters)."""

    change_within_s: int = 86_400
    open_working_days: int = 5  # after the day of the service
    buttons_for_s: int = 120  # buttons know no ticket: later it may be a passer-by who presses
    too_fast_s: float = 2.0
    equal_run: int = 20  # more equal grades in a row at one window are marked
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
    opening: Opening = field(default_factory=Opening)

    def service(self, letter: str) -> ServicePlan | None:
        return next((service for service in self.services if service.letter == letter), None)

    def window(self, number: int) -> WindowPlan | None:
        return next((window for window in self.windows if window.number == number), None)

    def gate(self, gate: str) -> GatePlan | None:
        return next((one for one in self.gates if one.id == gate), None)
