"""The part of a hall file that the rules work by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from hall.plan import GatePlan, Opening, OtherDay, Plan, PriorityRule, QueueRules, ServicePlan, WindowPlan
from hall_config.models import HallFile
from hall_config.queue_models import OpeningPart, RestDayPart, ServicePart, WorkDayPart


def plan_of(file: HallFile, revision: int = 1) -> Plan:
    """This hall's plan. ``revision`` is the number under which central handed it out; a file by hand is 1."""
    return Plan(
        hall=file.hall.id,
        name_zh=file.hall.name_zh,
        name_en=file.hall.name_en,
        services=tuple(_service(part) for part in file.service),
        windows=tuple(
            WindowPlan(
                number=window.number,
                services=window.services,
                name_zh=window.name_zh,
                name_en=window.name_en,
                weights=window.weights,
                room=window.room,
                closed=window.closed,
            )
            for window in file.window
        ),
        queue=_rules(file),
        revision=revision,
        gates=tuple(
            GatePlan(gate.id, gate.unlock_s, gate.open_alarm_s, sees_passage=gate.passage is not None)
            for gate in file.gate
        ),
        opening=opening_of(file.opening, file.rest_day, file.work_day),
    )


def _service(part: ServicePart) -> ServicePlan:
    fields = part.model_dump()
    return ServicePlan(**fields | {"hours": tuple(minutes(span) for span in part.hours)})


def opening_of(
    weekly_parts: Iterable[OpeningPart], rest_days: Iterable[RestDayPart], work_days: Iterable[WorkDayPart]
) -> Opening:
    """A calendar as the rules read it, each day by itself."""
    weekly = {
        weekday: tuple(minutes(span) for span in part.hours) for part in weekly_parts for weekday in part.weekdays
    }
    others = {
        day.isoformat(): OtherDay(rest=True, name_zh=part.name_zh, name_en=part.name_en)
        for part in rest_days
        for day in days_between(part.day, part.until or part.day)
    }
    for part in work_days:
        hours = tuple(minutes(span) for span in part.hours)
        others[part.day] = OtherDay(False, part.as_weekday, hours, part.name_zh, part.name_en)
    return Opening(weekly, others)


def days_between(first: str, last: str) -> list[date]:
    """All days from ``first`` to ``last``, both with them."""
    begins = date.fromisoformat(first)
    return [begins + timedelta(days=after) for after in range((date.fromisoformat(last) - begins).days + 1)]


def _rules(file: HallFile) -> QueueRules:
    """The numbers of the file; its priorities, if it names any, in place of the usual ones."""
    numbers = file.rules.model_dump(exclude={"noon", "lunch"})
    noon, lunch = file.rules.noon, tuple(minutes(span) for span in file.rules.lunch)
    rules = QueueRules(**numbers, noon_minute=int(noon[:2]) * 60 + int(noon[3:]), lunch=lunch)
    if not file.priority:
        return rules
    return replace(rules, priorities=tuple(PriorityRule(**part.model_dump()) for part in file.priority))


def minutes(span: str) -> tuple[int, int]:
    """``"09:00-12:00"`` as minutes of the day, the end not included."""
    start, end = (int(part[:2]) * 60 + int(part[3:]) for part in span.split("-"))
    return start, end
