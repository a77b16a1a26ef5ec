"""Shorter limits that a unit promises (承诺时限): what may be promised, and which promise a clock is begun with.

A promise has a first day. A clock that begins on that day or later carries both ends, by the law and as promised; one
that runs already keeps what it was begun with. What a unit promises holds for all units below that promise nothing
themselves. It is never longer than the law: domain rules, part 1.3. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

from central.failures import RefusedByRule, WrongField
from hall.law.limits import DayKind, Duty, LimitRule, Unit, never_longer
from hall_config.limit_tables import limit_table, rule_ids
from hall_config.wording import Language, say

_AID: Final = "LA_"  # limits of legal aid; those of other matters have clocks of their own


def promisable(day: date) -> list[LimitRule]:
    """Limits of that day that somebody here has to keep, in days; what is the applicant's is nobody's to shorten."""
    known = [_rule_on(rule_id, day) for rule_id in rule_ids(limit_table().rules) if rule_id.startswith(_AID)]
    return [
        one
        for one in known
        if one is not None and one.unit is Unit.DAYS and one.value is not None and one.duty is not Duty.APPLICANT
    ]


def as_promised(rule: LimitRule, promise: Mapping[Any, Any] | None) -> LimitRule:
    """The rule with a unit's promise, if it has one; one that the law has overtaken since is not kept to."""
    if promise is None:
        return rule
    value, kind = promise["value"], DayKind(promise["day_kind"])
    return replace(rule, promised_value=value, promised_kind=kind) if never_longer(rule, value, kind) else rule


def check_promise(
    rule_id: str, value: int, kind: DayKind, first: date, today: date, before: Sequence[Mapping[Any, Any]]
) -> list[int]:
    """Which promises of the unit end the day before this one begins; raises `RefusedByRule`, `WrongField`."""
    rule = next((one for one in promisable(first) if one.rule_id == rule_id), None)
    if rule is None:
        raise WrongField("PROMISE_NOT_FOR", "rule")
    if first < today:
        raise WrongField("PROMISE_DAY_PAST", "valid_from")
    if not never_longer(rule, value, kind):
        raise RefusedByRule("PROMISE_LONGER", "value", words=(_longer(rule, "zh"), _longer(rule, "en")))
    same = [one for one in before if one["rule_id"] == rule_id and _held(one)]
    if any(one["valid_from"] >= first.isoformat() for one in same):
        raise RefusedByRule("PROMISE_LATER", "valid_from")
    return [one["id"] for one in same if not _over(one, first)]


def check_end(row: Mapping[Any, Any], today: date) -> date:
    """The last day of a promise that ends now; raises `RefusedByRule` for one that is over."""
    if _over(row, today):
        raise RefusedByRule("PROMISE_OVER")
    return day_before(today)


def day_before(day: date) -> date:
    return day - timedelta(days=1)


def _rule_on(rule_id: str, day: date) -> LimitRule | None:
    try:
        return limit_table().rule(rule_id, day)
    except KeyError:  # it does not hold yet, or no longer
        return None


def _held(row: Mapping[Any, Any]) -> bool:
    """Not one that was taken back before its first day."""
    return row["valid_to"] is None or bool(row["valid_from"] <= row["valid_to"])


def _over(row: Mapping[Any, Any], day: date) -> bool:
    return row["valid_to"] is not None and bool(row["valid_to"] < day.isoformat())


def _longer(rule: LimitRule, language: Language) -> str:
    kind = say(f"central.aid_promise.days_{rule.day_kind}", language, value=rule.value)
    limit = say(f"central.limit.{rule.rule_id}", language)
    article = rule.article if language == "zh" else rule.source_en
    return say("central.error.PROMISE_LONGER", language, limit=limit, article=article, days=kind)
