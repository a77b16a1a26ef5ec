"""Rest days and periods: the vectors of the table of 2026, and what holds for every table there can be."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hall.law.days import (
    DayTable,
    YearDays,
    YearStatus,
    after_calendar_days,
    after_months,
    after_working_days,
    is_rest_day,
    same_day_later,
    working_days_between,
)
from hall_config.rest_days import shipped_table

TABLE = shipped_table()


def on(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("02-11", ("02-24", "02-27", "02-14", "02-14", "02-24", "02-25")),
        ("02-12", ("02-24", "02-28", "02-24", "02-24", "02-24", "02-26")),
        ("04-29", ("05-06", "05-12", "05-06", "05-07", "05-06", "05-09")),
        ("09-28", ("10-08", "10-13", "10-08", "10-08", "10-08", "10-10")),
        ("09-30", ("10-08", "10-15", "10-08", "10-10", "10-08", "10-13")),
        ("11-20", ("11-27", "12-01", "11-23", "11-25", "11-25", "11-27")),
    ],
)
def test_a_period_ends_where_the_calendar_of_2026_says(start: str, expected: tuple[str, ...]) -> None:
    found = []
    for count in (7, 3, 5):
        found += [after_calendar_days(TABLE, on(start), count), after_working_days(TABLE, on(start), count)]
    assert [one.day for one in found] == [on(text) for text in expected]
    assert not any(one.provisional for one in found)


def test_a_day_off_a_day_worked_and_a_plain_weekend() -> None:
    resting = {text: is_rest_day(TABLE, on(text)) for text in ("02-16", "02-14", "02-28", "03-01", "03-02", "03-08")}
    assert resting == {"02-16": True, "02-14": False, "02-28": False, "03-01": True, "03-02": False, "03-08": True}
    assert not is_rest_day(TABLE, date(2027, 3, 8))  # a holiday of part of the people is a working day, a Monday here


def test_a_period_into_a_year_that_is_only_estimated_is_provisional() -> None:
    into = after_calendar_days(TABLE, date(2026, 12, 28), 7)
    assert (into.day, into.provisional) == (date(2027, 1, 4), True)
    assert not after_calendar_days(TABLE, date(2026, 12, 28), 3).provisional  # the last day of a year that is known
    rolls_into_it = after_calendar_days(DayTable.of([_all_off(2026, 12, 31)]), date(2026, 12, 28), 3)
    assert (rolls_into_it.day, rolls_into_it.provisional) == (date(2027, 1, 1), True)


def test_the_first_day_is_not_counted_and_its_year_does_not_matter() -> None:
    table = DayTable.of([YearDays(2026, YearStatus.OFFICIAL, frozenset(), frozenset())])
    assert not after_calendar_days(table, date(2025, 12, 31), 5).provisional
    assert after_calendar_days(table, date(2025, 12, 30), 5).provisional


def test_a_year_that_nobody_knows_has_its_weekends_and_the_holidays_with_a_fixed_day() -> None:
    far = date(2040, 10, 1)
    assert is_rest_day(TABLE, far)
    assert is_rest_day(TABLE, date(2040, 10, 6))  # a Saturday
    assert not is_rest_day(TABLE, date(2040, 10, 4))
    found = after_working_days(TABLE, far, 1)
    assert (found.day, found.provisional) == (date(2040, 10, 4), True)


def test_a_month_ends_on_the_day_of_its_number_or_on_the_last_it_has() -> None:
    assert same_day_later(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert same_day_later(date(2028, 1, 31), 1) == date(2028, 2, 29)
    assert same_day_later(date(2026, 12, 15), 1) == date(2027, 1, 15)
    assert after_months(TABLE, on("01-15"), 1).day == on("02-24")  # 15 February lies in the Spring Festival


def test_the_later_of_two_tables_for_a_year_holds() -> None:
    estimate = YearDays(2026, YearStatus.ESTIMATED, frozenset(), frozenset())
    assert DayTable.of([estimate, _all_off(2026, 6, 1)]).is_sure(2026)


def _all_off(year: int, *day: int) -> YearDays:
    return YearDays(year, YearStatus.OFFICIAL, frozenset({date(year, *day)}), frozenset())


# --- whatever the table says ---

SOME_DAY = st.dates(date(1990, 1, 1), date(2110, 12, 31))


@st.composite
def tables(draw: st.DrawFn) -> DayTable:
    years = []
    for year in draw(st.sets(st.integers(2024, 2029), max_size=4)):
        days = draw(st.sets(st.dates(date(year, 1, 1), date(year, 12, 31)), max_size=80))
        worked = frozenset(day for day in days if day.weekday() >= 5 and draw(st.booleans()))
        years.append(YearDays(year, draw(st.sampled_from(YearStatus)), frozenset(days) - worked, worked))
    return DayTable.of(years, {(1, 1), (5, 1), (10, 1)})


@given(tables(), SOME_DAY, st.integers(0, 60))
def test_a_period_ends_on_a_working_day_and_never_later_than_by_working_days(
    table: DayTable, start: date, count: int
) -> None:
    calendar, working = after_calendar_days(table, start, count), after_working_days(table, start, count)
    assert not is_rest_day(table, calendar.day)
    assert not is_rest_day(table, working.day)
    assert calendar.day <= working.day
    assert calendar.day >= start + timedelta(days=count)
    if count:
        assert working_days_between(table, start, working.day) == count


@given(tables(), SOME_DAY, st.integers(0, 60), st.integers(0, 5), st.integers(0, 5))
def test_who_begins_later_or_has_more_days_never_ends_earlier(
    table: DayTable, start: date, count: int, later: int, more: int
) -> None:
    for counts in (after_calendar_days, after_working_days):
        assert counts(table, start, count).day <= counts(table, start + timedelta(days=later), count + more).day


@given(tables(), SOME_DAY, st.integers(0, 60))
def test_nothing_is_provisional_within_official_years(table: DayTable, start: date, count: int) -> None:
    found = after_calendar_days(table, start, count)
    touched = {(start + timedelta(days=number)).year for number in range(1, (found.day - start).days + 1)}
    assert found.provisional == (not all(table.is_sure(year) for year in touched or {found.day.year}))
