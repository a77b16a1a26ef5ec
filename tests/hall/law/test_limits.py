"""Limits: the vectors of the clock that stops, promises that are never longer, lights, and what holds always."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hall.law.days import DayTable
from hall.law.limits import (
    DayKind,
    Duty,
    Light,
    LimitRule,
    Nearness,
    Stop,
    Unit,
    begin_of,
    china_day,
    close_of,
    due,
    light,
    never_longer,
    yellow_until,
)
from hall_config.limit_tables import limit_table
from hall_config.rest_days import shipped_table
from tests.hall.law.test_days import tables

TABLE = shipped_table()
NEARNESS = Nearness(2, 1)
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS


def rule(value: int = 7, **facts: object) -> LimitRule:
    plain = LimitRule(
        "LA_DECIDE", value, Unit.DAYS, DayKind.CALENDAR, True, Duty.OFFICE, "reviewer", "43", "来源", "source",
        date(2022, 1, 1),
    )  # fmt: skip
    return replace(plain, **facts)  # type: ignore[arg-type]


def at(text: str, hour: int = 9) -> int:
    return begin_of(date.fromisoformat(text)) + hour * HOUR_MS


def ends(of: LimitRule, start: str, *stops: Stop, hour: int = 9) -> str:
    return china_day(due(of, at(start, hour), stops, TABLE).statutory_ms).isoformat()


def test_a_supplement_adds_the_days_from_the_notice_to_the_papers() -> None:
    assert ends(rule(), "2026-10-09", Stop(at("2026-10-12", 16), at("2026-10-15", 8))) == "2026-10-19"


def test_a_limit_into_next_year_is_provisional_until_its_table_is_official() -> None:
    found = due(rule(), at("2026-12-28"), (), TABLE)
    assert (china_day(found.statutory_ms), found.provisional) == (date(2027, 1, 4), True)


def test_a_limit_ends_with_its_day_whatever_hour_it_began() -> None:
    for hour in (0, 9, 23):  # also outside office hours
        found = due(rule(3), at("2026-11-20", hour), (), TABLE)
        assert found.statutory_ms == close_of(date(2026, 11, 23)) == at("2026-11-24", 0) - 1


def test_a_limit_in_hours_goes_by_the_hour_through_any_rest() -> None:
    assert due(rule(24, unit=Unit.HOURS), at("2026-10-01", 22), (), TABLE).statutory_ms == at("2026-10-02", 22)


def test_a_month_of_mediation_ends_on_the_day_of_its_number() -> None:
    assert ends(rule(1, unit=Unit.MONTHS), "2026-08-31") == "2026-09-30"


def test_waits_are_left_out_of_working_days_too() -> None:
    of = rule(15, day_kind=DayKind.WORKING)
    assert ends(of, "2026-11-02") == "2026-11-23"
    assert ends(of, "2026-11-02", Stop(at("2026-11-06"), at("2026-11-10"))) == "2026-11-25"  # Monday and Tuesday


def test_a_stop_after_the_end_does_not_help_who_was_late() -> None:
    assert ends(rule(), "2026-11-02", Stop(at("2026-11-10"), at("2026-11-20"))) == "2026-11-09"
    assert ends(rule(), "2026-11-02", Stop(at("2026-11-09"), at("2026-11-12"))) == "2026-11-12"


def test_a_limit_of_working_days_that_stood_still_on_its_last_day_does_not_end_before_it_runs_on() -> None:
    four = rule(4, day_kind=DayKind.WORKING)
    assert ends(four, "2026-11-02") == "2026-11-06"  # a Friday
    assert ends(four, "2026-11-02", Stop(at("2026-11-06"), at("2026-11-07"))) == "2026-11-09"
    assert ends(four, "2026-11-02", Stop(at("2026-11-06"), at("2026-11-10"))) == "2026-11-10"
    assert ends(four, "2026-11-02", Stop(at("2026-11-05"), at("2026-11-07"))) == "2026-11-09"


def test_stops_that_overlap_are_not_counted_twice_and_none_before_the_beginning() -> None:
    twice = (Stop(at("2026-11-03"), at("2026-11-05")), Stop(at("2026-11-04"), at("2026-11-06")))
    assert ends(rule(), "2026-11-02", *twice) == "2026-11-12"
    assert ends(rule(), "2026-11-02", Stop(at("2026-10-20"), at("2026-11-02"))) == "2026-11-09"
    assert ends(rule(), "2026-11-02", Stop(at("2026-10-20"), at("2026-11-04"))) == "2026-11-11"


def test_a_promise_is_never_longer_than_the_law() -> None:
    shorter = due(rule(7, promised_value=5), at("2026-11-20"), (), TABLE)
    assert shorter.promised_ms == close_of(date(2026, 11, 25))
    # five working days over a holiday would end after seven calendar days
    kept = due(rule(7, promised_value=5, promised_kind=DayKind.WORKING), at("2026-09-30"), (), TABLE)
    assert kept.promised_ms == kept.statutory_ms == close_of(date(2026, 10, 8))
    working = {days: never_longer(rule(7), days, DayKind.WORKING) for days in (1, 4, 5, 6, 7)}
    assert working == {1: True, 4: True, 5: True, 6: False, 7: False}
    assert not never_longer(rule(5), 5, DayKind.WORKING)  # as a week goes, seven days
    assert (never_longer(rule(7), 7, DayKind.CALENDAR), never_longer(rule(7), 8, DayKind.CALENDAR)) == (True, False)
    assert not never_longer(rule(1, unit=Unit.MONTHS), 1, DayKind.CALENDAR)
    with pytest.raises(ValueError, match="never longer"):
        rule(7, promised_value=8)
    with pytest.raises(ValueError, match="never longer"):
        rule(24, unit=Unit.HOURS, promised_value=12)


def test_a_limit_without_a_number_is_not_guessed() -> None:
    with pytest.raises(ValueError, match="set by whoever"):
        due(replace(rule(), value=None), at("2026-11-02"), (), TABLE)


def test_a_light_is_yellow_two_days_or_one_working_day_before_the_end_and_red_after_it() -> None:
    end = due(rule(), at("2026-09-28"), (), TABLE).statutory_ms  # 8 October, behind the holiday

    def seen(text: str, hour: int = 9) -> Light:
        return light(end, at(text, hour), NEARNESS, TABLE)

    assert seen("2026-09-29") is Light.GREEN  # 30 September and 8 October are left
    assert seen("2026-09-30") is Light.YELLOW  # one working day, eight calendar days
    assert seen("2026-10-08", 23) is Light.YELLOW
    assert light(end, end, NEARNESS, TABLE) is Light.YELLOW
    assert light(end, end + 1, NEARNESS, TABLE) is Light.RED
    plain = close_of(date(2026, 11, 27))
    assert [light(plain, at(f"2026-11-{day}"), NEARNESS, TABLE) for day in (24, 25)] == [Light.GREEN, Light.YELLOW]


# --- whatever the table says ---

START = st.integers(at("2024-01-01"), at("2028-12-31"))


@st.composite
def stops(draw: st.DrawFn, start_ms: int) -> list[Stop]:
    found = []
    for _ in range(draw(st.integers(0, 4))):
        begun = start_ms + draw(st.integers(-3, 40)) * DAY_MS
        found.append(Stop(begun, begun + draw(st.integers(0, 12)) * DAY_MS))
    return found


@given(tables(), START, st.integers(1, 40), st.data())
def test_calendar_days_never_end_later_than_working_days_with_the_same_stops(
    table: DayTable, start_ms: int, value: int, data: st.DataObject
) -> None:
    waits = data.draw(stops(start_ms))
    calendar = due(rule(value), start_ms, waits, table)
    working = due(rule(value, day_kind=DayKind.WORKING), start_ms, waits, table)
    assert calendar.statutory_ms <= working.statutory_ms
    assert calendar.statutory_ms >= due(rule(value), start_ms, (), table).statutory_ms


@given(tables(), START, st.integers(1, 20), st.integers(1, 20), st.sampled_from(DayKind), st.sampled_from(DayKind))
def test_no_promise_ends_after_its_limit(
    table: DayTable, start_ms: int, value: int, more: int, kind: DayKind, promised: DayKind
) -> None:
    of = rule(value + more, day_kind=kind, promised_value=value, promised_kind=promised)
    found = due(of, start_ms, (), table)
    assert found.promised_ms is not None
    assert found.nearest_ms == found.promised_ms <= found.statutory_ms


@given(tables(), START, st.integers(0, 30 * DAY_MS), st.integers(-5, 20))
def test_a_light_only_ever_goes_from_green_to_red(table: DayTable, now_ms: int, later: int, left: int) -> None:
    end = close_of(china_day(now_ms + left * DAY_MS))
    order = list(Light)
    first, then = light(end, now_ms, NEARNESS, table), light(end, now_ms + later, NEARNESS, table)
    assert order.index(first) <= order.index(then)
    assert yellow_until(now_ms, NEARNESS, table) >= now_ms + 2 * DAY_MS - DAY_MS


def test_every_limit_of_the_law_can_be_reckoned_with() -> None:
    for one in limit_table().rules:
        if one.value is not None:
            assert due(one, at("2026-11-02"), (), TABLE).statutory_ms > at("2026-11-02")
