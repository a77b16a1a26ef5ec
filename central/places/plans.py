"""The plan of a small place: the queue parts of a hall file, checked by the same models and the same cross checks.

What a place has no use for (devices, lines, loudspeakers, gates) is an unknown key here.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, Final

from pydantic import ValidationError

from central.strict_json import write_json
from hall.plan import Plan
from hall_config.cross_checks import cross_problems
from hall_config.model_faults import CODES, TYPE_WORDS, fault_of
from hall_config.models import HallFile
from hall_config.plan import plan_of
from hall_config.problems import Problem, nearest

PARTS: Final = ("service", "window", "rules", "opening", "rest_day", "work_day", "priority")
_LONGEST: Final = 40_000  # characters; the largest hall's queue parts need a quarter of it


class PlanFaulty(ValueError):
    """A plan that no place can have; ``problems`` are all that is wrong with it."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(problem.key for problem in problems))
        self.problems = problems


@cache
def first_plan() -> Mapping[str, Any]:
    """What a place has before anybody writes a plan for it."""
    return tomllib.loads((resources.files("central.places") / "first_plan.toml").read_text(encoding="utf-8"))


def check_plan(place: str, document: Mapping[str, Any]) -> str:
    """The document as it is kept; raises `PlanFaulty`."""
    problems = [
        Problem("UNKNOWN_KEY", (key,), nearest=nearest(key, PARTS), params={"valid": ", ".join(sorted(PARTS))})
        for key in document
        if key not in PARTS
    ]
    text = write_json(dict(document))
    if len(text) > _LONGEST:
        problems.append(Problem("TOO_LONG", params={"limit": _LONGEST}))
    if problems:
        raise PlanFaulty(problems)
    whole = _whole(place, place, place, document)
    try:
        HallFile.model_validate(whole)
    except ValidationError as error:
        problems = [_problem(dict(item)) for item in error.errors(include_url=False, include_context=True)]
    problems += cross_problems(whole, {})
    if problems:
        raise PlanFaulty(problems)
    return text


def read_plan(place: str, name_zh: str, name_en: str, text: str, revision: int) -> Plan:
    """The plan that is kept as ``text``."""
    return plan_of(HallFile.model_validate(_whole(place, name_zh, name_en, json.loads(text))), revision)


def _whole(place: str, name_zh: str, name_en: str, document: Mapping[str, Any]) -> dict[str, Any]:
    return {"hall": {"id": place, "name_zh": name_zh, "name_en": name_en}, **document}


def _problem(item: dict[str, Any]) -> Problem:
    path = tuple(item["loc"])
    fault = fault_of(HallFile, path, item, CODES, TYPE_WORDS)
    return Problem(fault.code, path, nearest=fault.hint, params=fault.params)
