"""The parts of ``hall.toml`` that the queue works by: classes, windows, rules, priorities."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import Field, field_validator

from hall.plan import QueueRules
from hall_config.strict_model import Hours, StrictModel, Text

Seconds = Annotated[int, Field(ge=0, le=14_400)]
Weekday = Annotated[int, Field(ge=1, le=7)]  # Monday is 1
Day = Annotated[str, Field(pattern=r"^20[0-9]{2}-[0-9]{2}-[0-9]{2}$")]
Letter = Annotated[str, Field(pattern=r"^[A-HJ-NP-Z]$")]  # I and O read as 1 and 0


def _as_tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


class ServicePart(StrictModel):
    """One service class."""

    letter: Letter
    name_zh: Text
    name_en: Text
    average_service_s: Annotated[int, Field(ge=10, le=28_800)] = 600
    hours: tuple[Hours, ...] = ()
    weekdays: tuple[Weekday, ...] = ()
    speak: bool = True
    private: bool = False
    daily_cap: Annotated[int, Field(ge=0, le=9999)] = 0
    by_appointment: bool = False
    duty: bool = False
    core: bool = False

    _lists = field_validator("hours", "weekdays", mode="before")(_as_tuple)


def _as_day(value: Any) -> Any:
    """A day may stand with quotes or as TOML's own kind of date."""
    return value.isoformat() if isinstance(value, date) else value


class OpeningPart(StrictModel):
    """The hall's hours on these weekdays; a weekday that no part names is a rest day."""

    weekdays: Annotated[tuple[Weekday, ...], Field(min_length=1)]
    hours: Annotated[tuple[Hours, ...], Field(min_length=1)]

    _lists = field_validator("weekdays", "hours", mode="before")(_as_tuple)


class RestDayPart(StrictModel):
    """One day, or all from ``day`` to ``until``, on which the hall is closed, and why."""

    day: Day
    until: Day | None = None
    name_zh: Text
    name_en: Text

    _days = field_validator("day", "until", mode="before")(_as_day)


class WorkDayPart(StrictModel):
    """A day that is worked as another weekday, or with hours of its own."""

    day: Day
    as_weekday: Weekday | None = None
    hours: tuple[Hours, ...] = ()
    name_zh: Annotated[str, Field(max_length=60)] = ""
    name_en: Annotated[str, Field(max_length=60)] = ""

    _days = field_validator("day", mode="before")(_as_day)
    _lists = field_validator("hours", mode="before")(_as_tuple)


class WindowPart(StrictModel):
    """One window and the classes it serves, the first one first, or each by its weight."""

    number: Annotated[int, Field(ge=1, le=99)]
    services: Annotated[tuple[str, ...], Field(min_length=1)]
    name_zh: Annotated[str, Field(max_length=60)] = ""
    name_en: Annotated[str, Field(max_length=60)] = ""
    weights: tuple[Annotated[int, Field(ge=1, le=9)], ...] = ()
    room: Annotated[int, Field(ge=1, le=99)] | None = None
    closed: bool = False

    _lists = field_validator("services", "weights", mode="before")(_as_tuple)


class PriorityPart(StrictModel):
    """A lawful reason to be called earlier."""

    code: Annotated[str, Field(pattern=r"^[A-Z][A-Z_]{1,29}$")]
    rank: Annotated[int, Field(ge=1, le=9)] = 1
    statutory: bool = False
    at_machine: bool = True


_DEFAULT = QueueRules()


class RulesPart(StrictModel):
    """The numbers of the queue's rules; the defaults are the domain's."""

    calls_before_no_show: Annotated[int, Field(ge=1, le=9)] = _DEFAULT.calls_before_no_show
    call_interval_s: Annotated[int, Field(ge=0, le=300)] = _DEFAULT.call_interval_s
    double_press_s: Annotated[float, Field(ge=0, le=10)] = _DEFAULT.double_press_s
    restore_after_tickets: Annotated[int, Field(ge=0, le=50)] = _DEFAULT.restore_after_tickets
    elder_age: Annotated[int, Field(ge=50, le=100)] = _DEFAULT.elder_age
    senior_age: Annotated[int, Field(ge=50, le=120)] = _DEFAULT.senior_age
    ask_elder: bool = _DEFAULT.ask_elder
    priority_run: Annotated[int, Field(ge=1, le=20)] = _DEFAULT.priority_run
    ordinary_patience_s: Seconds = _DEFAULT.ordinary_patience_s
    class_patience_s: Seconds = _DEFAULT.class_patience_s
    hold_limit_s: Annotated[int, Field(ge=60, le=14_400)] = _DEFAULT.hold_limit_s
    tickets_per_card: Annotated[int, Field(ge=1, le=20)] = _DEFAULT.tickets_per_card
    group_most: Annotated[int, Field(ge=1, le=200)] = _DEFAULT.group_most
    stop_before_close_s: Seconds = _DEFAULT.stop_before_close_s
    stop_by_capacity: bool = _DEFAULT.stop_by_capacity
    pause_alarm_s: Annotated[int, Field(ge=60, le=14_400)] = _DEFAULT.pause_alarm_s
    wait_alarm_s: Annotated[int, Field(ge=60, le=14_400)] = _DEFAULT.wait_alarm_s
    idle_alarm_s: Annotated[int, Field(ge=60, le=14_400)] = _DEFAULT.idle_alarm_s
    check_in_early_s: Seconds = _DEFAULT.check_in_early_s
    check_in_late_s: Seconds = _DEFAULT.check_in_late_s
    undo_s: Annotated[int, Field(ge=0, le=60)] = _DEFAULT.undo_s
    learn_days: Annotated[int, Field(ge=0, le=30)] = _DEFAULT.learn_days
    noon: Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")] = "12:30"
    lunch: tuple[Hours, ...] = ()
    lunch_of_all: bool = _DEFAULT.lunch_of_all

    _lists = field_validator("lunch", mode="before")(_as_tuple)
