"""When the limit of a case ends, by the dated limits and the working days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from central.ratings.stages import Way
from hall.law.days import DayTable
from hall.law.limits import due
from hall.moment import local_day
from hall_config.limit_tables import limit_table


@dataclass(frozen=True, slots=True)
class DueNow:
    """The limit that runs, None for none; ``sure`` is false while a day table that it needs is an estimate."""

    due_ms: int | None = None
    rule: str | None = None
    sure: bool = True


_FIRST: Final = date(2021, 1, 1)  # GB/T 39735: whatever a hall's clock says, no rating is older


def counted(rule_id: str, since_ms: int, table: DayTable) -> DueNow:
    """A limit that began then."""
    rule = limit_table().rule(rule_id, max(_FIRST, date.fromisoformat(local_day(since_ms))))
    found = due(rule, since_ms, (), table)
    return DueNow(found.nearest_ms, rule_id, not found.provisional)


def after(way: Way, case: Mapping[Any, Any], now_ms: int, table: DayTable) -> DueNow:
    """The limit once the move is made."""
    if way.limit is not None:
        since = case["opened_ms"] if way.limit.since_opened else now_ms
        return counted(way.limit.rule, since, table)
    if way.to == case["state"]:
        return DueNow(case["due_ms"], case["due_rule"], case["due_sure"])
    return DueNow()
