"""Five working days: weekends and rest days of the hall file do not count, a day worked in exchange does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hall.plan import Opening, OtherDay
from hall.working_days import is_working_day, within_working_days
from tests.hall.halls import plan

FRIDAY = "2026-11-27"
GOLDEN_WEEK = {f"2026-10-0{day}": OtherDay(rest=True) for day in range(1, 8)} | {"2026-10-10": OtherDay(weekday=4)}
ALWAYS = Opening(weekly=dict.fromkeys(range(1, 8), ((540, 1020),)))


@pytest.mark.parametrize(
    ("start", "last", "too_late"),
    [
        ("2026-11-23", "2026-11-30", "2026-12-01"),  # Monday: Tuesday to Friday, and Monday
        (FRIDAY, "2026-12-04", "2026-12-05"),
        ("2026-11-28", "2026-12-04", "2026-12-05"),  # a Saturday that was served counts no more than any other
    ],
)
def test_a_hall_without_hours_counts_monday_to_friday(start, last, too_late):
    hall = plan()
    assert within_working_days(hall, start, last, 5)
    assert within_working_days(hall, start, start, 5)
    assert not within_working_days(hall, start, too_late, 5)


def test_rest_days_do_not_count_and_an_exchanged_one_does():
    hall = replace(plan(), opening=Opening(others=GOLDEN_WEEK))
    assert not is_working_day(hall, "2026-10-05")
    assert is_working_day(hall, "2026-10-10")  # a Saturday, worked as a Thursday
    assert within_working_days(hall, "2026-09-30", "2026-10-13", 5)  # 8, 9, 10, 12 and 13
    assert not within_working_days(hall, "2026-09-30", "2026-10-14", 5)


def test_a_hall_that_is_open_at_weekends_counts_them():
    hall = replace(plan(), opening=ALWAYS)
    assert is_working_day(hall, "2026-11-28")
    assert within_working_days(hall, FRIDAY, "2026-12-02", 5)
    assert not within_working_days(hall, FRIDAY, "2026-12-03", 5)
    special = replace(plan(), opening=Opening(others={"2026-11-28": OtherDay(hours=((540, 720),))}))
    assert is_working_day(special, "2026-11-28")
