"""How long central keeps what: TOML that ships with the program in, checked rules out."""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from importlib import resources
from typing import Annotated

from pydantic import Field

from hall_config.strict_model import StrictModel


class RetentionRule(StrictModel):
    """One topic's days, from a first day of validity on, with where the number is from."""

    topic: Annotated[str, Field(pattern=r"^[a-z_]{2,40}$")]
    days: Annotated[int, Field(ge=1, le=36_525)]
    valid_from: date
    source_zh: Annotated[str, Field(min_length=1)]
    source_en: Annotated[str, Field(min_length=1)]


@cache
def retention_rules() -> tuple[RetentionRule, ...]:
    """Every rule that ever held, the oldest first."""
    text = (resources.files("hall_config") / "law" / "retention.toml").read_text(encoding="utf-8")
    rules = [RetentionRule.model_validate(item) for item in tomllib.loads(text)["rule"]]
    return tuple(sorted(rules, key=lambda rule: (rule.valid_from, rule.topic)))


def rules_on(day: date) -> dict[str, RetentionRule]:
    """The rule of each topic on a day; a topic without one is not deleted."""
    return {rule.topic: rule for rule in retention_rules() if rule.valid_from <= day}
