"""When the limit of a record ends: its rule of the limit table, the moment it began, the days that nobody works."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from central.matters.facts import Value, minute_of
from central.matters.rules import Numbers
from central.matters.stages import GOES_ON, Way, way
from central.matters.words import Kind, Move, State
from hall.law.days import DayTable
from hall.law.limits import due
from hall.moment import local_day, local_ms
from hall_config.limit_tables import limit_table
from hall_config.matter_numbers import numbers_on


@dataclass(frozen=True, slots=True)
class DueNow:
    """The limit that runs, None for none; ``sure`` is false while a day table that it needs is an estimate."""

    due_ms: int | None = None
    rule: str | None = None
    sure: bool = True


def began_ms(way: Way, facts: Mapping[str, Value], now_ms: int) -> int:
    """When the limit that a move begins has begun: now, or at the day, or day and time, that the facts tell."""
    if not way.since:
        return now_ms
    day, *clock = (str(facts[name]) for name in way.since)
    return local_ms(day, minute_of(clock[0]) if clock else 0)


def after(way: Way, facts: Mapping[str, Value], now_ms: int, running: DueNow, table: DayTable) -> DueNow:
    """The limit once the move is made."""
    if way.limit is None:
        return DueNow()
    if way.since == GOES_ON and running.due_ms is not None:
        return running
    since = now_ms if way.since == GOES_ON else began_ms(way, facts, now_ms)
    return counted(way.limit, since, table)


def replayed(kind: Kind, steps: Iterable[Mapping[Any, Any]], table: DayTable) -> DueNow:
    """The limit that these steps left running, each counted from its own time by what the record said then."""
    facts: dict[str, Value] = {}
    running = DueNow()
    for step in steps:
        facts |= json.loads(step["facts"])
        made = way(kind, State(step["from_state"]), Move(step["move"]))
        running = DueNow() if made is None else after(made, facts, step["at_ms"], running, table)
    return running


def counted(rule_id: str, since_ms: int, table: DayTable) -> DueNow:
    """A limit that began then."""
    rule = limit_table().rule(rule_id, date.fromisoformat(local_day(since_ms)))
    found = due(rule, since_ms, (), table)
    return DueNow(found.nearest_ms, rule_id, not found.provisional)


def numbers(now_ms: int) -> Numbers:
    """What holds today."""
    held = numbers_on(date.fromisoformat(local_day(now_ms)))
    return Numbers(held["VISIT_MOST"], held["VISIT_LATE_MINUTES"], held["VISIT_LONGEST_MINUTES"])
