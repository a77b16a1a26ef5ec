"""The plan of a small place: what central could hand to a hall too, laid over the plan that every place begins with.

The same models and the same checks as for a hall (`hall_config.handed_plan`); what a plan does not name stays as
``first_plan.toml`` has it.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from central.strict_json import write_json
from hall.plan import Plan
from hall_config.handed_plan import hall_under, laid_over
from hall_config.models import HallFile
from hall_config.plan import plan_of


@cache
def _first_plan() -> Mapping[str, Any]:
    return tomllib.loads((resources.files("central.places") / "first_plan.toml").read_text(encoding="utf-8"))


def check_plan(parts: Mapping[str, Any]) -> str:
    """The plan as it is kept; raises `hall_config.problems.HallFileError` with all that is wrong with it."""
    hall_under(_any_place(), parts)
    return write_json(dict(parts))


def read_plan(place: str, name_zh: str, name_en: str, text: str, revision: int) -> Plan:
    """The plan that is kept as ``text``."""
    return replace(_plan_of(text), hall=place, name_zh=name_zh, name_en=name_en, revision=revision)


@lru_cache(maxsize=256)
def _plan_of(text: str) -> Plan:
    """Most places have the same few plans; each is read once."""
    return plan_of(hall_under(_any_place(), json.loads(text)))


def usual_parts() -> dict[str, Any]:
    """What holds of what a plan leaves out."""
    return dict(_first_plan())


def laid_out(parts: Mapping[str, Any]) -> dict[str, Any]:
    """The plan with what it leaves out."""
    return laid_over(_first_plan(), parts)


def window_numbers(text: str) -> list[int]:
    """The windows of the plan that is kept as ``text``."""
    parts = json.loads(text)
    return sorted(int(one["number"]) for one in parts.get("window") or _first_plan()["window"])


@cache
def _any_place() -> HallFile:
    return HallFile.model_validate({"hall": {"id": "place", "name_zh": "-", "name_en": "-"}, **_first_plan()})
