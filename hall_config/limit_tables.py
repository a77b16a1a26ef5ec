"""The limits of law: TOML that ships with the program in, the pure rules of `hall.law.limits` out."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import Annotated

from pydantic import BeforeValidator, Field

from hall.law.limits import DayKind, Duty, LimitRule, Nearness, Unit
from hall_config.strict_model import StrictModel

Words = Annotated[str, Field(min_length=1, max_length=200)]
Number = Annotated[int, Field(ge=1, le=3660)]
_Unit = Annotated[Unit, BeforeValidator(lambda value: Unit(value) if isinstance(value, str) else value)]
_Kind = Annotated[DayKind, BeforeValidator(lambda value: DayKind(value) if isinstance(value, str) else value)]
_Duty = Annotated[Duty, BeforeValidator(lambda value: Duty(value) if isinstance(value, str) else value)]


class _Rule(StrictModel):
    rule_id: Annotated[str, Field(pattern=r"^[A-Z_]{2,24}$")]
    value: Number | None = None
    unit: _Unit
    day_kind: _Kind = DayKind.CALENDAR
    stoppable: bool = False
    settable: bool = False
    duty: _Duty
    remind: Annotated[str, Field(pattern=r"^[a-z_]{0,24}$")]
    article: Words
    source_zh: Words
    source_en: Words
    valid_from: date
    valid_to: date | None = None
    promised_value: Number | None = None
    promised_kind: _Kind | None = None

    def read(self) -> LimitRule:
        return LimitRule(**self.model_dump())


class _Light(StrictModel):
    calendar_days: Annotated[int, Field(ge=0, le=60)]
    working_days: Annotated[int, Field(ge=0, le=60)]
    escalate_working_days: Annotated[int, Field(ge=1, le=60)]
    valid_from: date
    source_zh: Words
    source_en: Words


class _File(StrictModel):
    light: _Light
    rule: Annotated[list[_Rule], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class LimitTable:
    """Every version of every limit, and what makes one yellow."""

    rules: tuple[LimitRule, ...]
    nearness: Nearness

    def rule(self, rule_id: str, day: date) -> LimitRule:
        """The rule in force on that day; KeyError for one that is not known then, a programmer's error."""
        for one in self.rules:
            if one.rule_id == rule_id and one.valid_from <= day and (one.valid_to is None or day <= one.valid_to):
                return one
        raise KeyError(f"no limit {rule_id} on {day}")

    def version(self, rule_id: str, valid_from: date) -> LimitRule | None:
        """The rule as it began to hold on that day."""
        return next((one for one in self.rules if (one.rule_id, one.valid_from) == (rule_id, valid_from)), None)


@cache
def limit_table() -> LimitTable:
    """The limits that ship with the program."""
    return read_limits((resources.files("hall_config") / "law" / "limits.toml").read_text(encoding="utf-8"))


def read_limits(text: str) -> LimitTable:
    """Such a file; raises ValueError for one that cannot be."""
    file = _File.model_validate(tomllib.loads(text))
    rules = sorted((one.read() for one in file.rule), key=lambda one: (one.rule_id, one.valid_from))
    for former, later in pairwise(rules):
        if former.rule_id == later.rule_id and not _apart(former, later):
            raise ValueError(f"{later.rule_id}: two versions hold on {later.valid_from}")
    return LimitTable(tuple(rules), _nearness(file.light))


def _nearness(of: _Light) -> Nearness:
    return Nearness(of.calendar_days, of.working_days, of.escalate_working_days)


def _apart(former: LimitRule, later: LimitRule) -> bool:
    return former.valid_to is not None and former.valid_to < later.valid_from


def rule_ids(rules: Sequence[LimitRule]) -> list[str]:
    """Each once, in their order."""
    return list(dict.fromkeys(one.rule_id for one in rules))
