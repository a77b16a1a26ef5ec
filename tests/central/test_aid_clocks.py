"""Clocks of cases on both engines: what begins, stops, runs on, ends, is taken back, and is reckoned again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select

from central.aid.tables import aid_case
from central.aid_limits import clocks, store_of_lists, store_of_many
from central.aid_limits.clocks import Clock
from central.aid_limits.rules import Outcome
from central.aid_limits.store import unsure
from central.aid_limits.tables import aid_limit, aid_stop
from central.database import Database
from central.failures import ApiError, RefusedByRule, WrongField
from central.keeping.sealed_columns import SealedText
from central.rest_days import store as rest_days
from hall.law.days import YearStatus
from hall.law.limits import Light, begin_of, china_day, close_of, yellow_until
from hall_config.limit_tables import limit_table
from hall_config.rest_days import OffSpan, YearPart, shipped

CASE = "00000000000000c1"
HOUR_MS = 3_600_000


def at(text: str, hour: int = 9) -> int:
    return begin_of(date.fromisoformat(text)) + hour * HOUR_MS


def end_of(text: str) -> int:
    return close_of(date.fromisoformat(text))


def add_case(connection: Connection, case: str = CASE, unit: str = "city", **facts: Any) -> None:
    plain = {
        "id": case, "unit": unit, "state": "SUBMITTED", "matter": "M31_1", "nature": "CIVIL", "aid_form": "FORM_4",
        "stage": "NONE", "channel": "WINDOW", "sealed": SealedText(b"x"), "made_ms": 0, "changed_ms": 0, "version": 1,
    }  # fmt: skip
    connection.execute(insert(aid_case).values(plain | facts))


@contextmanager
def with_case(database: Database) -> Iterator[Connection]:
    with database.write() as connection:
        add_case(connection)
        yield connection


def due_in_row(connection: Connection, case: str = CASE) -> tuple[Any, ...]:
    """The nearest end, its rule, and whether it stays where it is."""
    found = connection.execute(select(aid_case.c.due_ms, aid_case.c.due_rule).where(aid_case.c.id == case)).one()
    return (*found, case not in unsure(connection, [case]))


def only(connection: Connection, now_ms: int) -> Clock:
    (found,) = clocks.of_case(connection, CASE, now_ms)
    return found


def year_2027(status: YearStatus = YearStatus.OFFICIAL) -> YearPart:
    """As it might be published: the Monday after New Year is off, a Sunday before it worked."""
    part = next(one for one in shipped().years if one.year == 2027)
    off = [OffSpan(first="2027-01-01", last="2027-01-04"), *part.off[1:]]
    return part.model_copy(update={"off": off, "status": status, "worked": ["2027-01-10"]})


def test_a_supplement_stops_the_clock_and_the_case_shows_the_nearest_end(database: Database) -> None:
    with with_case(database) as connection:
        clock = clocks.begin(connection, CASE, "LA_DECIDE", at("2026-10-09"), at("2026-10-09"))
        assert due_in_row(connection) == (end_of("2026-10-16"), "LA_DECIDE", True)
        asked = at("2026-10-12", 16)
        assert clocks.pause(connection, CASE, "LA_DECIDE", asked, "SUPPLEMENT", asked)
        assert due_in_row(connection) == (None, None, True)
        clocks.begin(connection, CASE, "LA_SUPPL", asked, asked)
        assert due_in_row(connection) == (end_of("2026-10-27"), "LA_SUPPL", True)
        came = at("2026-10-15", 8)
        assert clocks.end(connection, CASE, "LA_SUPPL", came) is Outcome.KEPT
        assert clocks.resume(connection, CASE, "LA_DECIDE", came, came)
        assert due_in_row(connection) == (end_of("2026-10-19"), "LA_DECIDE", True)
        decide = next(one for one in clocks.of_case(connection, CASE, came) if one.id == clock)
        assert [one.due_ms for one in decide.recalculations] == [end_of("2026-10-16"), end_of("2026-10-19")]
        assert [(one.reason, one.from_ms, one.to_ms) for one in decide.stops] == [("SUPPLEMENT", asked, came)]
        assert clocks.end(connection, CASE, "LA_DECIDE", end_of("2026-10-19")) is Outcome.KEPT
        assert due_in_row(connection) == (None, None, True)


def test_who_is_late_stays_red_and_owes_a_reason(database: Database) -> None:
    with with_case(database) as connection:
        clocks.begin(connection, CASE, "LA_ASSIGN", at("2026-11-20"), at("2026-11-20"))
        seen = [only(connection, at(f"2026-11-{day}")).light for day in (20, 23, 24)]
        assert seen == [Light.YELLOW, Light.YELLOW, Light.RED]  # a Friday: no working day but the last is left
        assert clocks.end(connection, CASE, "LA_ASSIGN", at("2026-11-24")) is Outcome.LATE
        late = only(connection, at("2027-05-01"))
        assert (late.light, late.needs_reason) == (Light.RED, True)


def test_an_applicant_who_lets_a_limit_pass_is_not_late(database: Database) -> None:
    with with_case(database) as connection:
        clocks.begin(connection, CASE, "LA_OBJ_FILE", at("2026-11-02"), at("2026-11-02"))
        assert due_in_row(connection) == (None, None, True)  # nobody here has to do anything
        assert clocks.end(connection, CASE, "LA_OBJ_FILE", at("2026-12-02")) is Outcome.PASSED
        assert not only(connection, at("2026-12-02")).needs_reason


def test_a_clock_that_stands_still_gets_no_nearer(database: Database) -> None:
    with with_case(database) as connection:
        clocks.begin(connection, CASE, "LA_DECIDE", at("2026-11-02"), at("2026-11-02"))
        clocks.pause(connection, CASE, "LA_DECIDE", at("2026-11-03"), "COOPERATION", at("2026-11-03"))
        assert only(connection, at("2027-03-01")).light is Light.GREEN
        assert clocks.end(connection, CASE, "LA_DECIDE", at("2027-03-01")) is Outcome.KEPT  # withdrawn meanwhile


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (lambda c: clocks.begin(c, CASE, "LA_DECIDE", at("2026-11-03"), 0), "LIMIT_RUNS"),
        (lambda c: clocks.begin(c, CASE, "LA_URGENT", at("2026-11-03"), 0), "LIMIT_DATE_MISSING"),
        (lambda c: clocks.begin(c, CASE, "LA_ASSIGN", 0, 0, set_due_ms=1), ""),
        (
            lambda c: clocks.begin(c, CASE, "LA_ASSIGN", at("2026-11-03"), 0, set_due_ms=at("2027-11-03")),
            "LIMIT_NOT_SETTABLE",
        ),
        (
            lambda c: clocks.begin(c, CASE, "LA_URGENT", at("2026-11-03"), 0, set_due_ms=at("2026-11-03")),
            "LIMIT_DATE_PAST",
        ),
        (lambda c: clocks.pause(c, CASE, "LA_ASSIGN", at("2026-11-03"), "CLIENT", 0), "LIMIT_NO_STOP"),
        (lambda c: clocks.pause(c, CASE, "LA_DECIDE", at("2026-11-03"), "张三没来", 0), "LIMIT_STOP_REASON"),
        (lambda c: clocks.pause(c, CASE, "LA_DECIDE", at("2026-11-01"), "CLIENT", 0), "LIMIT_ORDER"),
        (lambda c: clocks.pause(c, CASE, "LA_SIGN", at("2026-11-03"), "CLIENT", 0), "LIMIT_PAUSED"),
        (lambda c: clocks.resume(c, CASE, "LA_SIGN", at("2026-11-02", 8), 0), "LIMIT_ORDER"),
    ],
)
def test_what_the_law_gives_no_clock_for_is_refused_and_changes_nothing(
    database: Database, act: Any, code: str
) -> None:
    with with_case(database) as connection:
        for rule in ("LA_DECIDE", "LA_ASSIGN", "LA_SIGN"):
            if code or rule != "LA_ASSIGN":
                clocks.begin(connection, CASE, rule, at("2026-11-02"), 0)
        if code == "LIMIT_NOT_SETTABLE":
            clocks.cancel(connection, CASE, "LA_ASSIGN", 0)
        clocks.pause(connection, CASE, "LA_SIGN", at("2026-11-02", 10), "CLIENT", 0)
        before = clocks.of_case(connection, CASE, 0)
        with pytest.raises((RefusedByRule, WrongField) if code else KeyError) as refused:
            act(connection)
        if isinstance(refused.value, ApiError):
            assert refused.value.code == code
        assert clocks.of_case(connection, CASE, 0) == before


def test_a_refusal_names_the_limit_and_its_article(database: Database) -> None:
    with with_case(database) as connection:
        clocks.begin(connection, CASE, "LA_ASSIGN", at("2026-11-02"), 0)
        with pytest.raises(RefusedByRule) as refused:
            clocks.pause(connection, CASE, "LA_ASSIGN", at("2026-11-03"), "CLIENT", 0)
    assert refused.value.words is not None
    assert "《法律援助法》第43条" in refused.value.words[0]
    assert "Art. 43" in refused.value.words[1]


def test_what_is_asked_of_a_clock_that_does_not_run_does_nothing(database: Database) -> None:
    with with_case(database) as connection:
        assert clocks.end(connection, CASE, "LA_DECIDE", 0) is None
        assert not clocks.pause(connection, CASE, "LA_DECIDE", 0, "SUPPLEMENT", 0)
        assert not clocks.resume(connection, CASE, "LA_DECIDE", 0, 0)
        assert not clocks.cancel(connection, CASE, "LA_DECIDE", 0)
        assert not clocks.reopen(connection, CASE, "LA_DECIDE", 0)
        assert not clocks.unpause(connection, CASE, "LA_DECIDE", 0)
        assert not clocks.pause_again(connection, CASE, "LA_DECIDE", 0)
        assert clocks.of_case(connection, CASE, 0) == []


def test_every_step_of_a_clock_can_be_taken_back_and_all_of_it_stays_written(database: Database) -> None:
    with with_case(database) as connection:
        clocks.begin(connection, CASE, "LA_DECIDE", at("2026-11-02"), at("2026-11-02"))
        clocks.pause(connection, CASE, "LA_DECIDE", at("2026-11-04"), "SUPPLEMENT", at("2026-11-04"))
        assert clocks.unpause(connection, CASE, "LA_DECIDE", at("2026-11-06"))
        assert only(connection, 0).due_ms == end_of("2026-11-09")
        clocks.pause(connection, CASE, "LA_DECIDE", at("2026-11-06"), "SUPPLEMENT", at("2026-11-06"))
        clocks.resume(connection, CASE, "LA_DECIDE", at("2026-11-09"), at("2026-11-09"))
        assert only(connection, 0).due_ms == end_of("2026-11-12")
        assert clocks.pause_again(connection, CASE, "LA_DECIDE", at("2026-11-09"))
        assert only(connection, 0).paused_ms == at("2026-11-06")
        assert clocks.end(connection, CASE, "LA_DECIDE", at("2026-11-10")) is Outcome.KEPT
        assert clocks.reopen(connection, CASE, "LA_DECIDE", at("2026-11-10", 10))
        again = only(connection, 0)
        assert (again.ended_ms, again.outcome, again.paused_ms) == (None, None, at("2026-11-06"))
        assert clocks.resume(connection, CASE, "LA_DECIDE", at("2026-11-16"), at("2026-11-16"))
        assert only(connection, 0).due_ms == end_of("2026-11-19")
        assert clocks.cancel(connection, CASE, "LA_DECIDE", at("2026-11-16"))
        assert only(connection, 0).outcome is Outcome.CANCELLED
        assert len(only(connection, 0).recalculations) == 6
        assert len(connection.execute(select(aid_stop)).all()) == 2


def test_a_date_that_the_agency_set_does_not_move(database: Database) -> None:
    with with_case(database) as connection:
        clocks.begin(connection, CASE, "LA_URGENT", at("2026-12-20"), 0, set_due_ms=at("2027-01-04", 17))
        rest_days.add(connection, year_2027(), "root", 0)
        assert clocks.recalculate(connection, rest_days.day_table(connection), 5) == 0
        assert due_in_row(connection) == (at("2027-01-04", 17), "LA_URGENT", True)


def test_days_that_the_agency_gives_follow_a_new_day_table_and_no_others_can_be_given(database: Database) -> None:
    with with_case(database) as connection:
        with pytest.raises(RefusedByRule):
            clocks.begin(connection, CASE, "LA_DECIDE", at("2026-11-23"), 0, days=40)
        clocks.begin(connection, CASE, "LA_SUPPL", at("2026-11-23"), 0, days=39)
        assert due_in_row(connection) == (end_of("2027-01-04"), "LA_SUPPL", False)  # the 1st is a holiday
        assert only(connection, 0).rule.value == 39
        rest_days.add(connection, year_2027(), "root", 0)
        assert clocks.recalculate(connection, rest_days.day_table(connection), 5) == 1
        assert due_in_row(connection) == (end_of("2027-01-05"), "LA_SUPPL", True)


def test_a_new_day_table_appends_and_never_overwrites(database: Database) -> None:
    with with_case(database) as connection:
        start = at("2026-12-28")
        clocks.begin(connection, CASE, "LA_DECIDE", start, start)
        add_case(connection, "00000000000000c2")
        clocks.begin(connection, "00000000000000c2", "LA_SIGN", at("2026-11-02"), start)
        clocks.begin(connection, "00000000000000c2", "LA_FWD", at("2026-12-31", 20), start)
        assert due_in_row(connection) == (end_of("2027-01-04"), "LA_DECIDE", False)
        before = connection.execute(select(aid_limit).order_by(aid_limit.c.case, aid_limit.c.k, aid_limit.c.n)).all()
        rest_days.add(connection, year_2027(), "root", start)
        table = rest_days.day_table(connection)
        assert store_of_many.would_move(connection, table) == 1
        assert clocks.recalculate(connection, table, start + 1) == 1
        assert due_in_row(connection) == (end_of("2027-01-05"), "LA_DECIDE", True)
        assert due_in_row(connection, "00000000000000c2")[:2] == (end_of("2026-11-09"), "LA_SIGN")
        found = only(connection, start)
        assert [(one.n, china_day(one.due_ms).isoformat(), one.provisional) for one in found.recalculations] == [
            (0, "2027-01-04", True), (1, "2027-01-05", False)
        ]  # fmt: skip
        assert found.recalculations[1].table_revision == table.revision
        after = {(row.case, row.k, row.n): row for row in connection.execute(select(aid_limit))}
        for row in before:
            kept = after[row.case, row.k, row.n]._mapping
            assert {name: kept[name] for name in kept if name != "superseded_ms"} == {
                name: value for name, value in row._mapping.items() if name != "superseded_ms"
            }
        assert clocks.recalculate(connection, table, start + 2) == 0  # the same table again changes nothing
        assert store_of_many.last_recalculated(connection) == table.revision


def test_every_case_is_reckoned_as_it_would_be_alone(database: Database) -> None:
    starts = [f"2026-12-{day:02}" for day in range(1, 32, 3)]
    with database.write() as connection:
        for number, start in enumerate(starts):
            case = f"{number:016}"
            add_case(connection, case)
            for rule in ("LA_DECIDE", "LA_CLOSE", "LA_OBJ_FILE"):
                clocks.begin(connection, case, rule, at(start), at(start))
            if number % 2:
                clocks.pause(connection, case, "LA_DECIDE", at(start, 10), "SUPPLEMENT", at(start))
            if number % 4 == 3:
                clocks.resume(connection, case, "LA_DECIDE", at(start) + 5 * 24 * HOUR_MS, at(start))
        rest_days.add(connection, year_2027(), "root", 0)
        table = rest_days.day_table(connection)
        expected = store_of_many.would_move(connection, table)
        assert 0 < expected == clocks.recalculate(connection, table, at("2027-01-01"))
        for number in range(len(starts)):
            case = f"{number:016}"
            found = {one.rule.rule_id: one for one in clocks.of_case(connection, case, 0)}
            waiting = [one for one in found.values() if one.paused_ms is None and one.rule.remind]
            nearest = min(waiting, key=lambda one: one.near_ms)
            sure = not nearest.provisional
            assert due_in_row(connection, case) == (nearest.near_ms, nearest.rule.rule_id, sure)
            fresh = f"{number + 100:016}"
            add_case(connection, fresh)
            clocks.begin(connection, fresh, "LA_CLOSE", at(starts[number]), 0)
            (alone,) = clocks.of_case(connection, fresh, 0)
            assert (alone.due_ms, alone.provisional) == (found["LA_CLOSE"].due_ms, found["LA_CLOSE"].provisional)


def test_the_lists_and_a_case_show_the_same_lights(database: Database) -> None:
    now = at("2026-11-23")
    starts = {
        "LA_DECIDE": ("2026-11-23", "2026-11-17", "2026-11-03"),
        "LA_CLOSE": ("2026-10-20", "2026-10-26", "2026-11-01"),
    }
    with with_case(database) as connection:
        table = rest_days.day_table(connection)
        cases = []
        for rule, days in starts.items():
            for number, start in enumerate(days):
                cases.append(f"{rule}{number}".ljust(16, "0"))
                add_case(connection, cases[-1])
                clocks.begin(connection, cases[-1], rule, at(start), at(start))
        clocks.pause(connection, cases[0], "LA_DECIDE", now, "SUPPLEMENT", now)
        clocks.pause(connection, cases[2], "LA_DECIDE", now, "SUPPLEMENT", now)
        clocks.end(connection, cases[3], "LA_CLOSE", now)
        until = yellow_until(now, limit_table().nearness, table)
        listed = {
            (clocks.id_of(row["case"], row["k"]), light)
            for light in Light
            for row in store_of_lists.limits(connection, "city/", light, now, until, None, 50)
        }
        alone = {(one.id, one.light) for case in cases for one in clocks.of_case(connection, case, now)}
        assert listed == alone
        assert {light for _, light in listed} == set(Light)
        counted = store_of_lists.counts(connection, "city/", now, until)
        assert counted == {light: sum(one is light for _, one in listed) for light in Light}
        assert store_of_lists.limits(connection, "city/elsewhere/", None, now, until, None, 50) == []
