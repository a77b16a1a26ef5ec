"""The part of a hall file that the rules work by."""

from __future__ import annotations

from hall.plan import GatePlan, Plan, QueueRules, ServicePlan, WindowPlan
from hall_config.models import HallFile


def plan_of(file: HallFile, revision: int = 1) -> Plan:
    """This hall's plan. ``revision`` is the number under which central handed it out; a file by hand is 1."""
    return Plan(
        hall=file.hall.id,
        name_zh=file.hall.name_zh,
        name_en=file.hall.name_en,
        services=tuple(
            ServicePlan(
                letter=service.letter,
                name_zh=service.name_zh,
                name_en=service.name_en,
                average_service_s=service.average_service_s,
                hours=tuple(minutes(span) for span in service.hours),
                speak=service.speak,
            )
            for service in file.service
        ),
        windows=tuple(
            WindowPlan(window.number, window.services, window.name_zh, window.name_en) for window in file.window
        ),
        queue=QueueRules(**file.rules.model_dump()),
        revision=revision,
        gates=tuple(
            GatePlan(gate.id, gate.unlock_s, gate.open_alarm_s, sees_passage=gate.passage is not None)
            for gate in file.gate
        ),
    )


def minutes(span: str) -> tuple[int, int]:
    """``"09:00-12:00"`` as minutes of the day, the end not included."""
    start, end = (int(part[:2]) * 60 + int(part[3:]) for part in span.split("-"))
    return start, end
