"""The tables of limits and rest days as they ship, and those that cannot be."""

from __future__ import annotations

import re
from datetime import date
from importlib import resources

import pytest

from hall.law.days import YearStatus
from hall.law.limits import DayKind, Unit
from hall_config.limit_tables import limit_table, read_limits, rule_ids
from hall_config.rest_days import holiday_days, read_shipped, shipped

LAW = resources.files("hall_config") / "law"
LIMITS = (LAW / "limits.toml").read_text(encoding="utf-8")
DAYS = (LAW / "rest_days.toml").read_text(encoding="utf-8")
TODAY = date(2026, 11, 22)


def test_every_limit_says_what_the_law_says() -> None:
    told = {
        one: (found.value, found.unit.value, found.day_kind is DayKind.WORKING, found.stoppable)
        for one in rule_ids(limit_table().rules)
        for found in [limit_table().rule(one, TODAY)]
    }
    law = {
        "LA_FWD": (24, "h", False, False), "LA_DECIDE": (7, "d", False, True), "LA_SUPPL": (15, "d", False, False),
        "LA_ASSIGN": (3, "d", False, False), "LA_NOTICE": (3, "d", False, False), "LA_SIGN": (5, "d", False, True),
        "LA_URGENT": (None, "d", False, False), "LA_OBJ_FILE": (15, "d", False, False),
        "LA_OBJ_REVIEW": (5, "d", False, False), "LA_CHANGE": (5, "d", False, False),
        "LA_CLOSE": (30, "d", False, False), "LA_PAY": (30, "d", False, False),
        "MED_TARGET": (1, "m", False, False), "MED_CONFIRM": (30, "d", False, False),
        "NOTARY_CERT": (15, "d", True, True), "VISIT_REVIEW": (3, "d", True, False),
        "VISIT_PRISON": (2, "d", True, False),
    }  # fmt: skip
    assert {one: told[one] for one in law} == law
    assert all(one.source_zh and one.source_en and one.article for one in limit_table().rules)


def test_a_rule_holds_from_its_first_day_to_its_last() -> None:
    later = LIMITS.replace('rule_id = "LA_ASSIGN" # 指派', 'rule_id = "LA_ASSIGN"\nvalid_to = 2030-12-31')
    later += _rule("LA_ASSIGN", value="2", valid_from="2031-01-01")
    table = read_limits(later)
    assert [table.rule("LA_ASSIGN", date(year, 6, 1)).value for year in (2026, 2030, 2031)] == [3, 3, 2]
    assert table.version("LA_ASSIGN", date(2031, 1, 1)) is table.rule("LA_ASSIGN", date(2040, 1, 1))
    with pytest.raises(KeyError):
        table.rule("LA_ASSIGN", date(2021, 12, 31))
    with pytest.raises(KeyError):
        table.rule("LA_NOTHING", TODAY)


def _rule(rule_id: str = "X_RULE", **facts: str) -> str:
    plain = {
        "value": "3", "unit": '"d"', "duty": '"OFFICE"', "remind": '"reviewer"', "article": '"1"',
        "source_zh": '"甲"', "source_en": '"a"', "valid_from": "2022-01-01",
    }  # fmt: skip
    lines = "\n".join(f"{name} = {value}" for name, value in {**plain, **facts}.items() if value)
    return f'\n[[rule]]\nrule_id = "{rule_id}"\n{lines}\n'


@pytest.mark.parametrize(
    "facts",
    [
        {"value": "0"}, {"value": "-1"}, {"value": "3.5"}, {"value": '"3"'}, {"value": "true"}, {"unit": '"y"'},
        {"day_kind": '"BANKING"'}, {"duty": '"NOBODY"'}, {"remind": '"Robert; DROP"'}, {"valid_from": '"soon"'},
        {"source_zh": '""'}, {"source_en": ""}, {"article": ""}, {"promised_value": "4"},
        {"unit": '"h"', "promised_value": "2"}, {"value": "", "promised_value": "2"}, {"days": "3"},
        {"stoppable": '"yes"'}, {"value": "99999999"},
    ],
)  # fmt: skip
def test_a_limit_that_cannot_be_stops_the_program(facts: dict[str, str]) -> None:
    read_limits(LIMITS + _rule())
    with pytest.raises(ValueError, match=r"."):
        read_limits(LIMITS + _rule(**facts))


def test_two_versions_that_hold_on_one_day_stop_the_program() -> None:
    with pytest.raises(ValueError, match="two versions"):
        read_limits(LIMITS + _rule("LA_ASSIGN", valid_from="2031-01-01"))


def test_months_and_hours_are_units_of_their_own() -> None:
    assert limit_table().rule("MED_TARGET", TODAY).unit is Unit.MONTHS
    assert limit_table().rule("LA_FWD", TODAY).unit is Unit.HOURS


# --- rest days ---


def test_each_official_year_gives_as_many_holidays_as_the_law() -> None:
    years = {one.year: one for one in shipped().years}
    assert {year: one.status for year, one in years.items()} == {
        2025: YearStatus.OFFICIAL, 2026: YearStatus.OFFICIAL, 2027: YearStatus.ESTIMATED
    }  # fmt: skip
    for one in years.values():
        if one.status is YearStatus.OFFICIAL:
            assert holiday_days(one.days()) == shipped().holidays.days == 13
    assert sorted(years[2026].worked) == [
        "2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("found", "put", "why"),
    [
        ('"2026-01-04"', '"2026-01-05"', "WORKED_WEEKDAY"),
        ('"2026-01-04"', '"2027-01-02"', "OTHER_YEAR"),
        ('"2026-01-04"', '"2026-02-14"', "TWICE"),
        ('"2026-01-04"', '"2026-02-30"', "day is out of range|invalid"),
        ('"2026-01-04"', '"4 January"', "pattern"),
        ('first = "2026-05-01", last = "2026-05-05"', 'first = "2026-05-05", last = "2026-05-01"', "END_FIRST"),
        ('first = "2026-05-01", last = "2026-05-05"', 'first = "2026-05-01", last = "2036-05-05"', "OTHER_YEAR"),
        ('first = "2026-05-01", last = "2026-05-05"', 'first = "2026-05-03", last = "2026-05-05"', "HOLIDAY_WORKED"),
        ('first = "2026-06-19", last = "2026-06-21"', 'first = "2026-09-25", last = "2026-09-26"', "TWICE"),
        ('first = "2026-02-15"', 'first = "2026-02-14"', "BOTH"),
        ('holiday = "NATIONAL"', 'holiday = "PARTY"', "PARTY"),
        ('status = "OFFICIAL"', 'status = "RUMOUR"', "RUMOUR"),
        ("year = 2026", "year = 2025", "twice"),
        ("year = 2026", "year = 20260", "less than or equal"),
        ("[holidays]", "[feast]", "unknown"),
        ("days = 13", 'days = "13"', "integer"),
    ],
)
def test_a_table_of_rest_days_that_cannot_be_stops_the_program(found: str, put: str, why: str) -> None:
    assert found in DAYS
    with pytest.raises(ValueError, match=re.compile(why)):
        read_shipped(DAYS.replace(found, put))
