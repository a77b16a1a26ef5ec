"""A plan that central hands to a hall: parts of a hall file, which stand in place of those in the hall's own file.

The same models and the same checks as for a hall file, so that what central lets through is what a hall can work by. A
part that is one table (``rules``, ``speech``) is laid over key by key; a part that is a list (``service``, ``window``)
stands instead. What a plan does not name stays as the hall's own file has it: devices, lines, gates and the line to
central are never handed down.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import Field, ValidationError, field_validator

from hall_config.cross_checks import cross_problems
from hall_config.load import validated
from hall_config.models import DisplaysPart, GuideSlipsPart, HallFile, SpeechPart
from hall_config.problems import HallFileError, Problem
from hall_config.queue_models import (
    OpeningPart,
    PriorityPart,
    RestDayPart,
    RulesPart,
    ServicePart,
    WindowPart,
    WorkDayPart,
)
from hall_config.strict_model import StrictModel

OF_THE_HALL_ALONE: Final = 1  # the revision of a hall that goes by its own file
SIGNED: Final = b"legal-hall plan 1\n"  # what the signature is made over, before the plan's own bytes
LARGEST: Final = 200_000  # bytes of a plan as JSON
_DEEPEST: Final = 12
_LISTS: Final = ("opening", "rest_day", "work_day", "priority", "service", "window")
HallId = Annotated[str, Field(pattern=r"^[0-9a-z-]{3,40}$")]
Moment = Annotated[int, Field(ge=0, lt=2**53)]  # UTC in ms


class PlanParts(StrictModel):
    """What a plan may say; every part may be missing."""

    rules: RulesPart | None = None
    opening: tuple[OpeningPart, ...] | None = None
    rest_day: tuple[RestDayPart, ...] | None = None
    work_day: tuple[WorkDayPart, ...] | None = None
    priority: tuple[PriorityPart, ...] | None = None
    service: Annotated[tuple[ServicePart, ...], Field(min_length=1)] | None = None
    window: Annotated[tuple[WindowPart, ...], Field(min_length=1)] | None = None
    speech: SpeechPart | None = None
    displays: DisplaysPart | None = None
    guide_slips: GuideSlipsPart | None = None

    @field_validator(*_LISTS, mode="before")
    @classmethod
    def _list(cls, value: Any) -> Any:
        return tuple(value) if isinstance(value, list) else value


PARTS: Final = tuple(PlanParts.model_fields)


class HandedPlan(StrictModel):
    """A plan of one hall, under its number; ``valid_from`` 0: from now on."""

    v: Literal[1]
    hall: HallId
    revision: Annotated[int, Field(gt=OF_THE_HALL_ALONE, lt=2**53)]
    issued: Moment
    valid_from: Moment
    parts: dict[str, Any]


def plan_problems(parts: Mapping[str, Any]) -> list[Problem]:
    """Everything that is wrong with the parts by themselves; their places are those in a hall file."""
    if _too_deep(parts):
        return [Problem("TOO_DEEP")]
    _, problems = validated(PlanParts, parts, {})
    whole = dict(parts)
    if "window" in whole and "service" not in whole:  # their classes stand in the halls' own files
        letters = {letter for row in _tables(whole["window"]) for letter in _texts(row.get("services"))}
        whole["service"] = [{"letter": letter} for letter in sorted(letters)]
    found = [one for one in cross_problems(whole, {}) if one.code != "PRIVATE_NEEDS_ROOM" or "window" in parts]
    return sorted([*problems, *found], key=lambda one: one.key)


def laid_over(own: Mapping[str, Any], parts: Mapping[str, Any]) -> dict[str, Any]:
    """``parts`` in place of what ``own`` says: tables key by key, lists as a whole."""
    result = dict(own)
    for name, part in parts.items():
        below = result.get(name)
        result[name] = {**below, **part} if isinstance(part, dict) and isinstance(below, dict) else part
    return result


def hall_under(own: HallFile, parts: Mapping[str, Any]) -> HallFile:
    """The hall file ``own`` with a plan's parts laid over it; raises `HallFileError` where they do not fit."""
    problems = plan_problems(parts)
    if not problems:
        data = laid_over(own.model_dump(mode="json", exclude_unset=True), parts)
        hall, problems = validated(HallFile, data, {})
        problems += cross_problems(data, {})
        if hall is not None and not problems:
            return hall
    raise HallFileError("plan", problems)


def read_plan(text: str) -> HandedPlan:
    """The plan that stands in ``text``; a ValueError for anything else. Its parts are not checked yet."""
    if len(text.encode()) > LARGEST:
        raise ValueError("too large")
    try:
        return HandedPlan.model_validate(json.loads(text))
    except (ValidationError, RecursionError) as problem:
        raise ValueError(str(problem)[:200]) from None


def _too_deep(value: Any, depth: int = 0) -> bool:
    if depth > _DEEPEST:
        return True
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return any(_too_deep(one, depth + 1) for one in inner)


def _tables(value: Any) -> list[dict[str, Any]]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def _texts(value: Any) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
