"""Rates of ratings: by whom and where, over tickets that are here and deleted; what is left out; the report."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st
from sqlalchemy import update

from central import schema
from central.database import Database
from central.keeping.retention import TOPICS, Turn
from central.ratings import rates, store, store_of_rates
from central.ratings.rates import Sums
from central.ratings.store_of_rates import Asked
from central.ratings.words import Decision, Move
from central.report_counts import halls, ratings
from central.report_counts.marks import marks
from central.report_counts.span import Span
from hall.moment import local_ms
from hall_config.retention import rules_on
from tests.central.event_log import DAY, START_MS, issued
from tests.central.rating_house import HOUR_MS, LI, CaseDesk, Day, given
from tests.central.taking_in import HALL

DAYS = (DAY, DAY)
LATER = START_MS + 10 * 24 * HOUR_MS


def sums(database: Database, by: str) -> dict[Any, Sums]:
    asked = Asked("city/", DAYS, by)
    with database.read() as connection:
        rated, cases = store_of_rates.rated(connection, asked), store_of_rates.cases(connection, asked)
        return rates.summed(rated, store_of_rates.rateable(connection, asked), cases)


def told(database: Database, by: str) -> dict[Any, dict[str, Any]]:
    return {group: rates.told(one) for group, one in sums(database, by).items()}


def of_the_report(database: Database, known_ms: int = LATER, first: str = DAY, last: str = DAY) -> dict[str, int]:
    span = Span("city/", date.fromisoformat(first), date.fromisoformat(last), known_ms)
    with database.read() as connection:
        cells = {**halls.cells(connection, span).get("city", {}), **ratings.cells(connection, span).get("city", {})}
    return {code: int(figure) for code, figure in cells.items() if code.startswith("P") and figure}


def to_counts(database: Database) -> None:
    """The day's tickets are deleted, as retention does it."""
    with database.write() as connection:
        TOPICS["ticket"].delete(connection, DAY, Turn(LATER, rules_on(date(2026, 11, 18))["ticket"], "test"))


@pytest.fixture
def busy(database: Database) -> tuple[Database, CaseDesk, dict[str, str]]:
    """Seven services at two windows: five rated, two of them badly; and ratings of what was never done."""
    day = Day()
    day.serve(1)
    day.serve(2, "B")
    named = {name: day.rate(grade, window) for name, grade, window in (
        ("best", 5, 1), ("good", 4, 1), ("fair", 3, 2), ("bad", 2, 2), ("worst", 1, 2),
    )}  # fmt: skip
    day.log.add(given("Z001", 5), issued("A900"), given("A900", 5))  # of a ticket nobody knows, and of one that waits
    day.into(database)
    return database, CaseDesk(database, START_MS + HOUR_MS), named


def test_rates_divide_what_they_say_they_divide(busy: tuple[Database, CaseDesk, dict[str, str]]) -> None:
    database, desk, named = busy
    for move in (Move.CONTACT, Move.REPLY, Move.REVISIT, Move.CLOSE):
        desk.move(named["bad"], move)
    whole = told(database, "hall")[(HALL,)]
    assert {name: whole[name] for name in ("rateable", "rated", "bad", "cases")} == {
        "rateable": 7, "rated": 5, "bad": 2, "cases": 2,
    }  # fmt: skip
    assert (whole["participation"], whole["satisfaction"], whole["favourable"], whole["bad_rate"]) == (
        round(5 / 7, 4), 0.6, 0.4, 0.4,
    )  # fmt: skip
    assert (whole["contact_rate"], whole["rectify_rate"], whole["revisit_rate"]) == (0.5, 0.5, 1.0)
    desk.move(named["worst"], Move.PROPOSE_INVALID)
    desk.move(named["worst"], Move.CONFIRM_INVALID, LI)
    whole = told(database, "hall")[(HALL,)]
    assert (whole["contact_rate"], whole["rectify_rate"], whole["rated"], whole["invalid"]) == (1.0, 1.0, 5, 1)
    by_window = told(database, "window")
    assert [(by_window[HALL, one]["rateable"], by_window[HALL, one]["rated"]) for one in (1, 2)] == [(3, 2), (4, 3)]
    assert by_window[HALL, 1]["contact_rate"] is None
    assert {group: one["rated"] for group, one in told(database, "person").items()} == {
        (HALL, "staff-1"): 2, (HALL, "staff-2"): 3,
    }  # fmt: skip
    assert told(database, "service")[("B",)] == rates.told(Sums(rateable=1))


def test_nothing_to_divide_by_is_no_rate() -> None:
    none = rates.told(Sums())
    assert {name for name, value in none.items() if value is None} == {
        "participation", "satisfaction", "favourable", "bad_rate", "contact_rate", "rectify_rate", "revisit_rate",
    }  # fmt: skip
    assert rates.told(Sums(rateable=5), rateable_known=False)["participation"] is None


def test_rates_are_the_same_when_the_tickets_are_deleted(busy: tuple[Database, CaseDesk, dict[str, str]]) -> None:
    database, _, _ = busy
    before = {by: told(database, by) for by in ("hall", "service", "window", "person")}
    cells = of_the_report(database)
    to_counts(database)
    assert {by: told(database, by) for by in before} == before
    assert of_the_report(database) == cells
    with database.read() as connection:
        assert store_of_rates.known_from(connection, Asked("city/", DAYS, "person")) is None


def test_it_is_said_from_when_on_it_is_known_who_served(busy: tuple[Database, CaseDesk, dict[str, str]]) -> None:
    database, _, _ = busy
    with database.write() as connection:
        connection.execute(update(schema.ticket).values(staff=None))
    with database.read() as connection:
        assert store_of_rates.known_from(connection, Asked("city/", DAYS, "person")) == "2026-11-19"
        assert store_of_rates.known_from(connection, Asked("city/", DAYS, "window")) is None


def decide(database: Database, number: str, n: int, decision: Decision, at_ms: int) -> None:
    desk = CaseDesk(database, at_ms)
    with database.write() as connection:
        sealed = desk.vault.seal(connection, "city", "理由", "x", at_ms)
        store.add_review(connection, (HALL, DAY, number), n, at_ms, "li.na", decision.value, sealed)
        store.change(connection, (HALL, DAY, number), excluded=decision is Decision.EXCLUDE)


def test_what_was_left_out_counts_nowhere_and_is_back_when_that_is_undone(
    busy: tuple[Database, CaseDesk, dict[str, str]],
) -> None:
    database, _, named = busy
    cells, whole = of_the_report(database), told(database, "hall")[(HALL,)]
    decide(database, named["worst"], 1, Decision.EXCLUDE, START_MS + HOUR_MS)
    out = told(database, "hall")[(HALL,)]
    assert (out["rated"], out["bad"], out["cases"], out["excluded"]) == (4, 1, 1, 1)
    assert of_the_report(database) == {**{name: n for name, n in cells.items() if name != "P07"}, "P02": 4}
    assert of_the_report(database, known_ms=START_MS + HOUR_MS) == cells  # before it was decided
    decide(database, named["worst"], 2, Decision.KEEP, START_MS + 2 * HOUR_MS)
    assert told(database, "hall")[(HALL,)] == whole
    assert of_the_report(database) == cells


def test_the_report_counts_grades_on_the_service_and_work_on_its_own_day(
    busy: tuple[Database, CaseDesk, dict[str, str]],
) -> None:
    database, desk, named = busy
    assert of_the_report(database) == {"P01": 7, "P02": 5, "P03": 1, "P04": 1, "P05": 1, "P06": 1, "P07": 1}
    desk.move(named["bad"], Move.CONTACT)
    desk.now_ms = local_ms("2026-11-25", 600)
    for move in (Move.REPLY, Move.REVISIT, Move.CLOSE):
        desk.move(named["bad"], move)
    desk.move(named["worst"], Move.CONTACT)  # late
    desk.move(named["worst"], Move.PROPOSE_INVALID)
    desk.move(named["worst"], Move.CONFIRM_INVALID, LI)
    assert of_the_report(database)["P12"] == 1
    later = of_the_report(database, first="2026-11-20", last="2026-11-30")
    assert later == {"P10O": 2, "P11": 1, "P13": 1}
    assert of_the_report(database, first="2026-12-01", last="2026-12-31", known_ms=LATER + 40 * 86_400_000) == {}


def test_a_grade_that_was_raised_is_no_bad_one_in_the_report(database: Database) -> None:
    day = Day()
    number = day.rate(1)
    day.log.add(given(number, 4, 2))
    day.into(database)
    CaseDesk(database, START_MS + HOUR_MS).move(number, Move.CONTACT)
    cells = of_the_report(database)
    assert cells == {"P01": 1, "P02": 1, "P04": 1}  # contact of what P10 does not have would be more than all of it


def test_a_move_and_a_decision_move_the_mark_of_the_report(busy: tuple[Database, CaseDesk, dict[str, str]]) -> None:
    database, desk, named = busy
    seen = set()

    def look() -> None:
        span = Span("city/", date(2026, 11, 1), date(2026, 11, 30), LATER)
        with database.read() as connection:
            seen.add(marks(connection, {"city/": span})["city/"])

    look()
    desk.move(named["bad"], Move.CONTACT)
    look()
    decide(database, named["worst"], 1, Decision.KEEP, LATER)
    look()
    assert len(seen) == 3


@drawn(st.dictionaries(st.sampled_from("ABCDEFGH"), st.integers(0, 12), min_size=1), st.integers(1, 8))
def test_nobody_is_singled_out_by_what_is_shown_or_by_what_is_missing(sizes: dict[str, int], fewest: int) -> None:
    groups = {name: Sums(grades={5: size, 4: 0, 3: 0, 2: 0, 1: 0}) for name, size in sizes.items()}
    shown, others = rates.not_singled_out(groups, fewest)
    whole = sum(sizes.values())
    assert all(one.rated >= fewest for one in shown.values())
    hidden = whole - sum(one.rated for one in shown.values())
    assert hidden == 0 or hidden >= fewest or (whole < fewest and not shown)
    assert (others.rated if others else 0) == (hidden if hidden >= fewest else 0)


def test_units_add_up_to_the_units_above_them() -> None:
    paths = {"city": "city/", "north": "city/north/", "lane": "city/north/lane/", "south": "city/south/"}
    found = rates.rolled_up({"lane": Sums(rateable=2), "south": Sums(rateable=3)}, paths)
    assert {unit: one.rateable for unit, one in found.items()} == {"city": 5, "north": 2, "lane": 2, "south": 3}
