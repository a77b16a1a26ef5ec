"""What a clock's end follows from, as text; what came of it; when it may be stopped or begun with a date."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final

from central.failures import RefusedByRule, WrongField
from central.strict_json import write_json
from hall.law.days import DayTable, after_working_days
from hall.law.limits import (
    DayKind,
    Due,
    Duty,
    Light,
    LimitRule,
    Stop,
    Terms,
    Unit,
    begin_of,
    china_day,
    close_of,
    due_by,
    light,
)
from hall_config.limit_tables import limit_table
from hall_config.wording import say

_CODE: Final = re.compile(r"[A-Z_]{2,40}")  # a code and no text: a text might name somebody


class StopReason(StrEnum):
    """Why a clock stands still; words under ``central.limit_stop``."""

    SUPPLEMENT = "SUPPLEMENT"
    COOPERATION = "COOPERATION"
    CLIENT = "CLIENT"
    OTHER = "OTHER"


class Outcome(StrEnum):
    """What came of a limit; words under ``central.limit_outcome``."""

    KEPT = "KEPT"
    PROMISE_MISSED = "PROMISE_MISSED"  # later than promised, within the law
    LATE = "LATE"
    PASSED = "PASSED"  # the applicant let it pass, which is theirs to do
    CANCELLED = "CANCELLED"  # it should not have begun


class LateReason(StrEnum):
    """Why somebody was late; words under ``central.limit_late``."""

    WAITED_FOR_ORGAN = "WAITED_FOR_ORGAN"
    WAITED_FOR_APPLICANT = "WAITED_FOR_APPLICANT"
    COMPLEX = "COMPLEX"
    NO_LAWYER = "NO_LAWYER"
    STAFF = "STAFF"
    SYSTEM = "SYSTEM"
    FORCE_MAJEURE = "FORCE_MAJEURE"
    OTHER = "OTHER"


class Kind(StrEnum):
    """What a notice says; words under ``central.limit_notice``."""

    YELLOW = "YELLOW"
    RED = "RED"
    ESCALATED = "ESCALATED"


def basis_of(rule: LimitRule, start_ms: int, stops: Iterable[Stop]) -> str:
    """All that the end of a limit follows from, so that equal texts end on equal days."""
    of = rule.terms()
    promised = [of.promised_value, of.promised_kind.value if of.promised_kind else None]
    days = [[china_day(one.from_ms).isoformat(), china_day(one.to_ms).isoformat()] for one in stops]
    return write_json([of.value, of.unit.value, of.day_kind.value, *promised, china_day(start_ms).isoformat(), days])


def due_of(basis: str, table: DayTable) -> Due:
    """The end that follows from such a text."""
    value, unit, kind, promised, promised_kind, start, stops = json.loads(basis)
    of = Terms(value, Unit(unit), DayKind(kind), promised, DayKind(promised_kind) if promised_kind else None)
    spans = [Stop(_ms(first), _ms(last)) for first, last in stops]
    return due_by(of, _ms(start), spans, table)


def as_begun(rule: LimitRule, basis: str) -> LimitRule:
    """The rule with the days and the promise that a clock was begun with, whatever holds by now."""
    if not basis:
        return rule
    value, _, _, promised, kind, *_ = json.loads(basis)
    return replace(rule, value=value, promised_value=promised, promised_kind=DayKind(kind) if kind else None)


def of_days(rule: LimitRule, days: int) -> LimitRule:
    """The rule with as many days as whoever begins it gives. Raises `RefusedByRule` where it is the law that counts."""
    if not rule.settable:
        raise refused("LIMIT_NOT_SETTABLE", rule)
    return replace(rule, value=days, promised_value=None, promised_kind=None)


@lru_cache(maxsize=10_000)
def _ms(day: str) -> int:
    return begin_of(date.fromisoformat(day))


def check_set_date(rule: LimitRule, at_ms: int, set_due_ms: int | None) -> None:
    """Raises `WrongField` for a date that is missing, in the past, or not for the agency to set."""
    if set_due_ms is None:
        if rule.value is None:
            raise WrongField("LIMIT_DATE_MISSING", "due")
        return
    if not rule.settable:
        raise refused("LIMIT_NOT_SETTABLE", rule)
    if set_due_ms <= at_ms:
        raise WrongField("LIMIT_DATE_PAST", "due")


def check_stop(rule: LimitRule, reason: str) -> None:
    """Raises `RefusedByRule` for a clock that the law lets nobody stop."""
    if not rule.stoppable:
        raise refused("LIMIT_NO_STOP", rule)
    if not _CODE.fullmatch(reason):
        raise WrongField("LIMIT_STOP_REASON", "reason")


def refused(code: str, rule: LimitRule) -> RefusedByRule:
    """The answer that names the limit and its article."""
    key = f"central.error.{code}"
    zh = say(key, "zh", limit=say(f"central.limit.{rule.rule_id}", "zh"), article=rule.article)
    en = say(key, "en", limit=say(f"central.limit.{rule.rule_id}", "en"), article=rule.source_en)
    return RefusedByRule(code, words=(zh, en))


def outcome_of(rule: LimitRule, due: Due, done_ms: int) -> Outcome:
    """What came of a limit that was done with then."""
    if done_ms <= due.nearest_ms:
        return Outcome.KEPT
    if done_ms <= due.statutory_ms:
        return Outcome.PROMISE_MISSED
    return Outcome.PASSED if rule.duty is Duty.APPLICANT else Outcome.LATE


def light_of(near_ms: int, paused_ms: int | None, now_ms: int, table: DayTable) -> Light:
    """A clock that stands still gets no nearer; one that was late when it was stopped stays red."""
    if paused_ms is not None:
        return Light.RED if near_ms < paused_ms else Light.GREEN
    return light(near_ms, now_ms, limit_table().nearness, table)


def unseen_until(now_ms: int, table: DayTable) -> int:
    """Who was told of a red limit up to then and has not acknowledged it, has had the working days for it."""
    today, days = china_day(now_ms), limit_table().nearness.escalate_working_days
    told = today - timedelta(days=1)
    while after_working_days(table, told, days).day >= today:
        told -= timedelta(days=1)
    return close_of(told)


def stops_of(spans: Sequence[tuple[int, int | None]]) -> list[Stop]:
    """Those that are over, by time."""
    return sorted((Stop(begun, ended) for begun, ended in spans if ended is not None), key=lambda one: one.from_ms)
