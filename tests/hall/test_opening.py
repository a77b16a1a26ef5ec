"""The hall's calendar: hours by weekday, rest days, exchanged working days, days of other hours, the next opening."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hall.moment import Moment, local_day
from hall.opening import NextOpening, hours_on, next_opening, weekday_of
from hall.plan import Opening, OtherDay, Plan, QueueRules, Span
from hall.queue import words
from hall.queue.issue import stopped
from hall.queue.words import Phrase, StopReason
from hall.refusal import Code
from hall.state import HallState
from tests.hall.halls import Hall, plan, spoken

MORNING, AFTERNOON = (540, 690), (810, 1020)
WORKING = dict.fromkeys(range(1, 6), (MORNING, AFTERNOON))
MONDAY, SATURDAY, SUNDAY = "2026-11-23", "2026-11-28", "2026-11-29"


def hall_with(
    weekly: Mapping[int, tuple[Span, ...]] | None = None,
    others: dict[str, OtherDay] | None = None,
    day: str = MONDAY,
    rules: QueueRules | None = None,
    **service: object,
) -> Hall:
    """A hall of one class, at midnight of ``day``."""
    base = plan(windows=1, services="A", rules=rules)
    services = tuple(replace(one, **service) for one in base.services)  # type: ignore[arg-type]
    opening = Opening(WORKING | {6: (MORNING,)} if weekly is None else weekly, others or {})
    return Hall(replace(base, services=services, opening=opening), at(day, 0))


def at(day: str, minute: int) -> int:
    """That minute of the day in China, as wall clocks count."""
    began = datetime.fromisoformat(day).replace(tzinfo=UTC) - timedelta(hours=8)
    return int(began.timestamp() * 1000) + minute * 60_000


def stop(hall: Hall, time: str) -> StopReason | None:
    hall.pass_until(time)
    return stopped(hall.state, hall.plan, hall.plan.services[0], hall.now)


def opens(hall: Hall) -> NextOpening | None:
    minute = (hall.now.wall_ms - at(local_day(hall.now.wall_ms), 0)) // 60_000
    return next_opening(hall.plan, hall.plan.services[0], local_day(hall.now.wall_ms), minute)


@pytest.mark.parametrize(
    ("day", "times"),
    [
        (MONDAY, [StopReason.HOURS, None, StopReason.HOURS, None, StopReason.TIME, StopReason.HOURS]),
        (SATURDAY, [StopReason.HOURS, None, StopReason.HOURS, StopReason.HOURS, StopReason.HOURS, StopReason.HOURS]),
        (SUNDAY, [StopReason.REST] * 6),
    ],
)
def test_every_weekday_has_its_hours(day: str, times: list[StopReason | None]) -> None:
    hall = hall_with(day=day)
    assert [stop(hall, time) for time in ("08:59", "09:00", "12:00", "13:30", "16:30", "17:00")] == times


def test_a_short_day_stops_before_its_own_end() -> None:
    hall = hall_with(day=SATURDAY)
    assert [stop(hall, time) for time in ("10:59", "11:00")] == [None, StopReason.TIME]
    assert hall.refused(words.TakeTicket("A", "late")) is Code.STOPPED_BY_TIME


def test_a_rest_day_gives_no_number_but_the_desk_may() -> None:
    hall = hall_with(others={MONDAY: OtherDay(rest=True, name_zh="电力检修", name_en="power maintenance")})
    assert stop(hall, "10:00") is StopReason.REST
    assert hall.refused(words.TakeTicket("A", "card", words.Channel.CARD)) is Code.REST_DAY
    assert hall.take("A", staff="desk-1", channel=words.Channel.DESK) == "A001"
    assert opens(hall) == NextOpening("2026-11-24", 540, 1)


def test_an_exchanged_day_is_worked_as_its_weekday() -> None:
    hall = hall_with(others={SUNDAY: OtherDay(weekday=1)}, day=SUNDAY, weekdays=(1,))
    assert [stop(hall, time) for time in ("08:59", "10:00", "15:00", "17:00")] == [
        StopReason.HOURS, None, None, StopReason.HOURS,
    ]  # fmt: skip
    assert opens(hall) == NextOpening("2026-11-30", 540, 1)


def test_a_class_of_some_weekdays_rests_on_the_others() -> None:
    hall = hall_with(weekdays=(2, 4))
    assert stop(hall, "10:00") is StopReason.REST
    assert opens(hall) == NextOpening("2026-11-24", 540, 1)
    assert hall_with(weekly={}, weekdays=(2, 4)).take("A", staff="desk") == "A001"


def test_a_day_may_have_its_own_hours() -> None:
    hall = hall_with(others={MONDAY: OtherDay(hours=((600, 660),))})
    assert [stop(hall, time) for time in ("09:30", "10:00", "11:00")] == [StopReason.HOURS, None, StopReason.HOURS]


def test_a_class_may_narrow_the_hours_of_the_hall_and_not_widen_them() -> None:
    hall = hall_with(hours=((480, 600), (900, 1200)))
    assert hours_on(hall.plan, hall.plan.services[0], MONDAY) == ((540, 600), (900, 1020))


def test_a_rest_day_holds_for_a_hall_that_keeps_no_hours() -> None:
    hall = hall_with(weekly={}, others={MONDAY: OtherDay(rest=True)})
    assert stop(hall, "10:00") is StopReason.REST
    assert opens(hall) == NextOpening("2026-11-24", 0, 1)


def test_a_rest_day_begins_and_ends_at_midnight_in_china() -> None:
    always = dict.fromkeys(range(1, 8), ((0, 1440),))
    rules = QueueRules(stop_before_close_s=0, stop_by_capacity=False)
    hall = hall_with(always, {"2026-11-24": OtherDay(rest=True)}, rules=rules)
    assert stop(hall, "23:59") is None
    hall.pass_time(60)
    assert [stop(hall, time) for time in ("00:00", "23:59")] == [StopReason.REST] * 2
    hall.pass_time(60)
    assert stop(hall, "00:00") is None


def test_the_end_is_spoken_although_another_class_rests_today() -> None:
    base = hall_with(day=SATURDAY)
    other = replace(base.plan.services[0], letter="B", weekdays=(1,))
    hall = Hall(replace(base.plan, services=(*base.plan.services, other)), at(SATURDAY, 0))
    hall.pass_until("10:30")
    assert spoken(hall.do(words.Tick())) == []
    hall.pass_until("11:00")
    assert [one.phrase for one in spoken(hall.do(words.Tick()))] == [Phrase.STOP]


@pytest.mark.parametrize(("day", "begins"), [(MONDAY, True), (SATURDAY, False)])
def test_there_is_no_lunch_on_a_day_that_ends_with_the_morning(day: str, begins: bool) -> None:
    hall = hall_with(day=day, rules=QueueRules(lunch=((690, 810),), lunch_of_all=True))
    hall.pass_until("09:00")
    hall.open(1)
    hall.pass_until("11:30")
    assert any(isinstance(event, words.LunchBegan) for event in hall.tick()) is begins


def test_a_long_holiday_is_looked_beyond_and_for_ever_is_not_known() -> None:
    days = [(date(2026, 11, 23) + timedelta(days=after)).isoformat() for after in range(30)]
    hall = hall_with(others={day: OtherDay(rest=True) for day in days})
    assert opens(hall) == NextOpening("2026-12-23", 540, 30)
    assert opens(hall_with(weekly={1: (MORNING,)}, weekdays=(2,))) is None


_HALF_HOURS = st.integers(0, 47)


@st.composite
def _spans(draw: st.DrawFn) -> tuple[Span, ...]:
    edges = sorted(draw(st.lists(_HALF_HOURS, min_size=2, max_size=4, unique=True)))
    return tuple((start * 30, end * 30) for start, end in zip(edges[::2], edges[1::2], strict=False))


_DAYS = st.integers(0, 13).map(lambda after: (date(2026, 11, 23) + timedelta(days=after)).isoformat())
_OTHERS = st.dictionaries(
    _DAYS,
    st.one_of(
        st.just(OtherDay(rest=True)),
        st.builds(OtherDay, weekday=st.integers(1, 7)),
        st.builds(OtherDay, hours=_spans()),
        st.builds(OtherDay, weekday=st.integers(1, 7), hours=_spans()),
    ),
    max_size=5,
)
_CALENDARS = st.fixed_dictionaries(
    {
        "weekly": st.dictionaries(st.integers(1, 7), _spans(), max_size=7),
        "others": _OTHERS,
        "hours": st.one_of(st.just(()), _spans()),
        "weekdays": st.one_of(st.just(()), st.sets(st.integers(1, 7), min_size=1).map(tuple)),
        "rules": st.just(QueueRules(stop_before_close_s=0, stop_by_capacity=False)),
    }
)


def _is_open(made: Plan, day: str, minute: int) -> bool:
    """The rule once more, in other words: whether anything forbids this minute."""
    service, other = made.services[0], made.opening.others.get(day, OtherDay())
    weekday = other.weekday or weekday_of(day)
    week = made.opening.weekly
    forbidden = [
        other.rest,
        bool(service.weekdays) and weekday not in service.weekdays,
        bool(service.hours) and not any(start <= minute < end for start, end in service.hours),
        bool(week or other.hours)
        and not any(start <= minute < end for start, end in (other.hours or week.get(weekday, ()))),
    ]
    return not any(forbidden)


@settings(max_examples=150, deadline=None)
@given(_CALENDARS, _DAYS, _HALF_HOURS, st.integers(0, 29))
def test_generated_weeks_give_numbers_when_the_hall_is_open_and_never_else(
    calendar: dict[str, object], day: str, half_hour: int, more: int
) -> None:
    made = hall_with(**calendar).plan  # type: ignore[arg-type]
    minute = half_hour * 30 + more
    hall = Hall(made, at(day, minute))
    is_open = _is_open(made, day, minute)
    assert (stopped(HallState(), made, made.services[0], hall.now) is None) is is_open
    if is_open:
        assert hall.take("A") == "A001"
    else:
        rests = not any(_is_open(made, day, one) for one in range(0, 1440, 30))
        assert hall.refused(words.TakeTicket("A", "t")) is (Code.REST_DAY if rests else Code.SERVICE_CLOSED)
        _next_is_the_first(made, day, minute)


def _next_is_the_first(made: Plan, day: str, minute: int) -> None:
    found = next_opening(made, made.services[0], day, minute)
    if found is None:
        return
    now = datetime.fromisoformat(day) + timedelta(minutes=minute - minute % 30)
    while not _is_open(made, now.date().isoformat(), now.hour * 60 + now.minute):
        now += timedelta(minutes=30)
    assert (found.day, found.minute) == (now.date().isoformat(), now.hour * 60 + now.minute)


def test_a_clock_that_nobody_trusts_keeps_no_rest_day() -> None:
    hall = hall_with(day=SUNDAY)
    hall.now = Moment(hall.now.steady_ms, hall.now.wall_ms, trusted=False)
    assert hall.take("A") == "A001"
