"""What a hall file says of its calendar: it reaches the plan, and every mistake in it is named where it stands."""

from __future__ import annotations

import pytest

from hall.plan import Opening, OtherDay
from hall_config.load import check_hall_text
from hall_config.plan import plan_of
from hall_config.problems import HallFileError
from tests.hall_config.good_hall import GOOD_HALL

WEEK = '[[opening]]\nweekdays = [1, 2]\nhours = ["09:00-11:30", "13:30-17:00"]\n'
NAMED = 'name_zh = "国庆节"\nname_en = "National Day"\n'


def rest(days: str) -> str:
    return f"[[rest_day]]\n{days}\n{NAMED}"


def work(more: str) -> str:
    return f"[[work_day]]\n{more}\n"


def problems(text: str) -> list[tuple[str, str]]:
    try:
        check_hall_text(text)
    except HallFileError as wrong:
        return [(problem.code, problem.key) for problem in wrong.problems]
    return []


def test_the_calendar_reaches_the_plan_whether_days_stand_with_quotes_or_without() -> None:
    text = WEEK + rest('day = 2026-09-30\nuntil = "2026-10-02"') + work('day = "2026-10-10"\nas_weekday = 2')
    holiday = OtherDay(rest=True, name_zh="国庆节", name_en="National Day")
    others = {"2026-09-30": holiday, "2026-10-01": holiday, "2026-10-02": holiday, "2026-10-10": OtherDay(weekday=2)}
    day = ((540, 690), (810, 1020))
    assert plan_of(check_hall_text(GOOD_HALL + text)).opening == Opening({1: day, 2: day}, others)


@pytest.mark.parametrize(
    ("more", "code", "key"),
    [
        ('[[opening]]\nweekdays = [1]\nhours = ["11:00-09:00"]', "HOURS_END_FIRST", "opening[1].hours[1]"),
        ('[[opening]]\nweekdays = [1]\nhours = ["09:00-12:00", "11:00-13:00"]', "HOURS_OVERLAP", "opening[1].hours[2]"),
        ('[[opening]]\nweekdays = [1]\nhours = ["9-12"]', "WRONG_FORM", "opening[1].hours[1]"),
        ("[[opening]]\nweekdays = [1]\nhours = []", "EMPTY", "opening[1].hours"),
        ('[[opening]]\nweekdays = [8]\nhours = ["09:00-12:00"]', "TOO_LARGE", "opening[1].weekdays[1]"),
        ('[opening]\nweekdays = [1]\nhours = ["09:00-12:00"]', "WRONG_TYPE", "opening"),
        (WEEK + '[[opening]]\nweekdays = [3, 2]\nhours = ["09:00-12:00"]', "TWICE", "opening[2].weekdays[2]"),
        (rest('day = "2026-02-29"'), "NO_SUCH_DAY", "rest_day[1].day"),
        (rest('day = "2026-10-01"\nuntil = "2026-09-31"'), "NO_SUCH_DAY", "rest_day[1].until"),
        (rest('day = "10月1日"'), "WRONG_FORM", "rest_day[1].day"),
        (rest("day = 2026-10-01T09:00:00"), "WRONG_FORM", "rest_day[1].day"),
        (rest("day = 20261001"), "WRONG_TYPE", "rest_day[1].day"),
        (rest('day = "2026-10-07"\nuntil = "2026-10-01"'), "DAYS_END_FIRST", "rest_day[1].until"),
        (rest('day = "2026-10-01"\nuntil = "2062-10-07"'), "TOO_MANY_DAYS", "rest_day[1].until"),
        (rest('day = "2026-10-01"\nuntil = "2026-10-07"') * 2, "DAY_TWICE", "rest_day[2].day"),
        (rest('day = "2026-10-01"') + work("day = 2026-10-01\nas_weekday = 4"), "DAY_TWICE", "work_day[1].day"),
        ('[[rest_day]]\nday = "2026-10-01"', "MISSING_KEY", "rest_day[1].name_zh"),
        (work("day = 2026-10-10"), "WORK_DAY_EMPTY", "work_day[1]"),
        (work("day = 2026-10-10\nas_weekday = 0"), "TOO_SMALL", "work_day[1].as_weekday"),
        (WEEK + work("day = 2026-10-10\nas_weekday = 6"), "WEEKDAY_CLOSED", "work_day[1].as_weekday"),
        (work('day = 2026-10-10\nhours = ["12:00-09:00"]'), "HOURS_END_FIRST", "work_day[1].hours[1]"),
        (rest('day = "2026-10-01"\nuntill = "2026-10-07"'), "UNKNOWN_KEY", "rest_day[1].untill"),
    ],
)
def test_each_mistake_is_named_where_it_stands(more: str, code: str, key: str) -> None:
    assert (code, key) in problems(GOOD_HALL + more + "\n")


@pytest.mark.parametrize("own", ["weekdays = [3]", 'hours = ["18:00-20:00"]'])
def test_a_class_that_would_never_open_is_named(own: str) -> None:
    text = GOOD_HALL.replace('"Advice"', f'"Advice"\n{own}') + WEEK
    assert [code for code, _ in problems(text)] == ["SERVICE_NEVER_OPEN"]


def test_all_mistakes_of_a_calendar_are_named_in_one_run() -> None:
    text = WEEK * 2 + rest('day = "2026-02-30"') + work("day = 2026-10-10")
    assert [code for code, _ in problems(GOOD_HALL + text)] == ["TWICE", "TWICE", "NO_SUCH_DAY", "WORK_DAY_EMPTY"]
