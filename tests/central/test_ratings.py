"""Ratings taken in once whatever comes, and what a bad one goes through until it is closed."""

from __future__ import annotations

import itertools
import json
import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from hypothesis import given as drawn
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import DBAPIError

from central import schema
from central.accounts.permissions import Role
from central.database import Database
from central.failures import Forbidden, RefusedByRule, WrongField
from central.ingest.intake import Intake
from central.keeping.retention import TOPICS, purge
from central.migrations.versions import v0027_ratings
from central.ratings import recount, rules, store
from central.ratings.chain import broken_at
from central.ratings.stages import ENDS, STAGES, way
from central.ratings.tables import rating, rating_case, rating_step, rating_version
from central.ratings.words import FACTS, Move, State, Who
from hall.moment import local_ms
from hall.rating.words import BadReason
from hall_config.rest_days import shipped_table
from hall_config.retention import rules_on
from hall_config.wording import section
from tests.central.event_log import DAY, START_MS, HallLog
from tests.central.rating_house import HOUR_MS, LI, SAID, WANG, CaseDesk, Day, all_cases, given, person
from tests.central.taking_in import HALL, take_each

ONE_ENGINE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
DAY_MS = 24 * HOUR_MS


@pytest.fixture
def desk(database: Database) -> CaseDesk:
    return CaseDesk(database, START_MS + HOUR_MS)


def kept(database: Database) -> list[tuple[Any, ...]]:
    columns = (rating.c.number, rating.c.grade, rating.c.version, rating.c.reasons, rating.c.has_text)
    with database.read() as connection:
        return [tuple(row) for row in connection.execute(select(*columns).order_by(rating.c.number))]


# --- taken in ---------------------------------------------------------------------------------------------------


def test_each_version_is_kept_and_the_newest_counts_however_often_it_comes(database: Database) -> None:
    day = Day()
    day.rate(5)
    number = day.rate(2)
    day.log.add(given(number, 2, 2, reasons=(BadReason.SLOW, BadReason.ATTITUDE), text=SAID, too_fast=True))
    intake = Intake()
    day.into(database, intake).into(database, intake).into(database)  # repeated, and again after a restart
    assert kept(database) == [("A001", 5, 1, "", False), ("A002", 2, 2, "ATTITUDE SLOW", True)]
    with database.read() as connection:
        assert len(connection.execute(select(rating_version)).all()) == 3
        assert store.text_of(connection, (HALL, DAY, number)) == SAID
        row = store.held(connection, (HALL, DAY, number))
        assert row is not None
        assert row["too_fast"]
        assert SAID not in str([connection.execute(select(one)).all() for one in (rating, rating_version)])
    assert [one["number"] for one in all_cases(database)] == [number]


def test_of_two_journals_the_later_rating_counts_and_a_service_has_one_case(database: Database) -> None:
    first, second = Day("epoch-1"), Day("epoch-2")
    first.rate(1)
    second.log.at_ms += HOUR_MS
    second.rate(4)
    intake = Intake()
    second.into(database, intake)
    first.into(database, intake)  # the older journal comes late
    assert kept(database) == [("A001", 4, 1, "", False)]
    assert all_cases(database) == []
    third = Day("epoch-3")
    third.log.at_ms += 2 * HOUR_MS
    third.rate(1)
    third.into(database, intake)
    third.into(database)
    assert [(one["number"], one["raised"]) for one in all_cases(database)] == [("A001", None)]


def test_a_grade_that_was_raised_leaves_the_case_and_says_so(database: Database, desk: CaseDesk) -> None:
    day = Day()
    number = day.rate(1)
    day.into(database)
    desk.move(number, Move.CONTACT)
    day.log.add(given(number, 4, 2))
    day.into(database)
    case = desk.case(number)
    assert (case["state"], case["raised"], case["version"], case["grade"]) == ("CONTACTED", 4, 3, 1)
    assert [step["move"] for step in desk.steps(number)] == ["ARRIVE", "CONTACT", "CHANGE_GRADE"]
    assert broken_at(desk.steps(number)) is None


HOSTILE: tuple[dict[str, Any], ...] = (
    {"day": "2026-02-31"}, {"day": "2026-1-01x"}, {"number": "A" * 40}, {"number": "A\x00"}, {"service": "A" * 9},
    {"staff": "x" * 200}, {"staff": "a\u202eb"}, {"grade": 0}, {"grade": 6}, {"grade": 2**40}, {"window": -1},
    {"window": 2**40}, {"version": 0}, {"version": 2**40},
)  # fmt: skip


def test_what_no_hall_of_ours_sends_stays_an_event_and_stops_nothing(database: Database) -> None:
    log = HallLog()
    for number, hostile in enumerate(HOSTILE):
        log.add(replace(given(f"A{number:03d}", 1), **hostile))
    log.add(given("B001", 1, text="＝" * 5000, reasons=(BadReason.SLOW,) * 60))
    take_each(database, Intake(), log.batches(1))
    assert [row[0] for row in kept(database)] in (["B001"], [])
    with database.read() as connection:
        assert connection.execute(select(schema.stream.c.applied)).scalar_one() == len(HOSTILE) + 1


@pytest.mark.parametrize(("ts", "day"), [(2**52, DAY), (-(2**52), DAY), (START_MS, "2099-12-31")])
def test_a_hall_with_a_wrong_clock_gets_its_case_soon_and_no_later_than_it_is_seen(
    database: Database, ts: int, day: str
) -> None:
    log = HallLog()
    log.add(given("A001", 1, day=day))
    log.envelopes[0]["ts"] = ts
    take_each(database, Intake(), log.batches())
    recount.look(database, START_MS + 40 * DAY_MS)
    (case,) = all_cases(database)
    assert case["opened_ms"] <= START_MS + 40 * DAY_MS
    assert case["due_rule"] == "RATING_CONTACT"


# --- the table --------------------------------------------------------------------------------------------------


def test_the_table_is_that_of_the_domain_and_every_word_is_said() -> None:
    assert set(STAGES) == set(State)
    for state, ways in STAGES.items():
        for move, found in ways.items():
            assert found.to in STAGES, (state, move)
            assert set(found.facts) | set(found.may) <= set(FACTS)
    assert {state for state in State if not any(found.to != state for found in STAGES[state].values())} == set(ENDS)
    straight = [State.OPEN, State.CONTACTED, State.RECTIFYING, State.REPLIED, State.REVISITED, State.CLOSED]
    for before, after in itertools.pairwise(straight):
        assert any(found.to is after for found in STAGES[before].values())
    for language in ("zh", "en"):
        assert set(section("central.rating_state", language)) == set(State)
        assert set(section("central.rating_move", language)) == set(Move)
        named = {name for ways in STAGES.values() for one in ways.values() for name in (*one.texts, *one.may_texts)}
        assert named == set(section("central.rating_text", language))
        options = {one.value for kind in FACTS.values() for one in kind}
        assert options <= set(section("central.rating_option", language))


@ONE_ENGINE
def test_every_way_of_the_table_can_be_gone_and_nothing_else(database: Database, desk: CaseDesk) -> None:
    day = Day()
    tries = [(state, move) for state in STAGES if state is not State.NEW for move in Move]
    numbers = [day.rate(1) for _ in tries]
    day.into(database)
    for number, (state, move) in zip(numbers, tries, strict=True):
        shows = state is State.CLOSED and move in (Move.PUBLISH, Move.WITHDRAW)  # what was closed after a reply
        for step in [*CaseDesk.way_to(State.REVISITED), Move.CLOSE] if shows else CaseDesk.way_to(state):
            desk.move(number, step, LI if step is Move.CONFIRM_INVALID else WANG)
        found = way(state, move)
        if move in (Move.CONFIRM_INVALID, Move.DECLINE_INVALID) and found is not None:
            desk.move(number, Move.PROPOSE_INVALID)
        if found is not None and move is Move.WITHDRAW:
            desk.move(number, Move.PUBLISH, LI, texts={"public_reply": "reply 正文"})
        texts = {"public_reply": "＊＊正文"} if found is not None and move is Move.PUBLISH else None
        if found is None or found.who is Who.HALL:
            with pytest.raises(RefusedByRule, match="RATING_MOVE_REFUSED"):
                desk.move(number, move)
            assert desk.case(number)["state"] == state
        else:
            assert desk.move(number, move, LI, texts=texts)["state"] == found.to, (state, move)
        assert broken_at(desk.steps(number)) is None


# --- who, and what must hold ------------------------------------------------------------------------------------


def test_that_it_is_no_valid_rating_is_decided_by_another_than_who_says_so(database: Database, desk: CaseDesk) -> None:
    number = (day := Day()).rate(1)
    day.into(database)
    with pytest.raises(RefusedByRule, match="RATING_NOT_PROPOSED"):
        desk.move(number, Move.CONFIRM_INVALID, LI)
    with pytest.raises(WrongField, match="MISSING_FIELD"):
        desk.move(number, Move.PROPOSE_INVALID, texts={"evidence": "  "})
    desk.move(number, Move.PROPOSE_INVALID, ground="MALICIOUS")
    with pytest.raises(RefusedByRule, match="RATING_SECOND_PERSON"):
        desk.move(number, Move.CONFIRM_INVALID, WANG)
    for move in (Move.CLOSE_SILENT, Move.GO_WITHOUT, Move.PROPOSE_INVALID):
        with pytest.raises(RefusedByRule, match="RATING_PROPOSAL_WAITS"):
            desk.move(number, move)
    assert desk.case(number)["due_rule"] == "RATING_CONTACT"  # no clock stands still for it
    case = desk.move(number, Move.CONFIRM_INVALID, LI)
    assert (case["state"], case["proposed_by"], case["ground"]) == ("INVALID", "wang.li", "MALICIOUS")


def test_whoever_was_rated_moves_nothing_and_who_is_no_supervisor_neither(database: Database, desk: CaseDesk) -> None:
    number = (day := Day()).rate(1)
    day.into(database)
    with pytest.raises(RefusedByRule, match="RATING_OWN"):
        desk.move(number, Move.CONTACT, person("staff-1"))
    with pytest.raises(Forbidden):
        desk.move(number, Move.CONTACT, person("clerk", role=Role.WINDOW_STAFF))
    assert len(desk.steps(number)) == 1


def test_silence_without_a_name_may_be_closed_and_a_text_may_not(database: Database, desk: CaseDesk) -> None:
    day = Day()
    silent, said = day.rate(2), day.rate(2, text=SAID)
    day.into(database)
    assert desk.move(silent, Move.CLOSE_SILENT)["state"] == "CLOSED"
    with pytest.raises(RefusedByRule, match="RATING_HAS_TEXT"):
        desk.move(said, Move.CLOSE_SILENT)
    assert desk.move(said, Move.GO_WITHOUT)["state"] == "RECTIFYING"


def test_who_is_still_not_content_is_not_closed_without_a_reason(database: Database, desk: CaseDesk) -> None:
    number = (day := Day()).rate(1)
    day.into(database)
    for move in (Move.CONTACT, Move.REPLY):
        desk.move(number, move)
    desk.move(number, Move.REVISIT, content="NOT_SATISFIED")
    with pytest.raises(RefusedByRule, match="RATING_NOT_CONTENT"):
        desk.move(number, Move.CLOSE)
    assert desk.move(number, Move.REOPEN)["due_rule"] == "RATING_RECTIFY"


# --- limits -----------------------------------------------------------------------------------------------------


def test_limits_count_working_days_from_the_rating_and_what_was_late_stays_late(
    database: Database, desk: CaseDesk
) -> None:
    day = Day()
    early, late = day.rate(1), day.rate(1)
    day.into(database)  # Wednesday, 18 November 2026
    thursday, after_fifteen = local_ms("2026-11-20", 0) - 1, local_ms("2026-12-10", 0) - 1
    assert {desk.case(one)["due_ms"] for one in (early, late)} == {thursday}
    desk.now_ms = thursday
    case = desk.move(early, Move.CONTACT)
    assert (case["in_time"], case["late"], case["due_ms"], case["due_rule"]) == (
        True, "", after_fifteen, "RATING_RECTIFY",
    )  # fmt: skip
    desk.now_ms = thursday + 1
    case = desk.move(late, Move.CONTACT)
    assert (case["in_time"], case["late"]) == (False, "RATING_CONTACT")
    assert json.loads(desk.steps(late)[-1]["facts"])["late"] == "RATING_CONTACT"
    desk.now_ms = after_fifteen + 1
    assert desk.move(late, Move.REPLY)["late"] == "RATING_CONTACT RATING_RECTIFY"
    for move in (Move.REVISIT, Move.CLOSE):
        desk.move(late, move)
    assert desk.case(late)["late"] == "RATING_CONTACT RATING_RECTIFY"


@ONE_ENGINE
def test_a_limit_of_an_estimated_year_is_counted_again_and_missed_cases_are_opened(
    database: Database, desk: CaseDesk
) -> None:
    number = (day := Day()).rate(1)
    day.into(database)
    with database.write() as connection:
        connection.execute(update(rating_case).values(due_sure=False, due_ms=1))
    with database.write() as connection:
        assert recount.recount(connection, shipped_table(), desk.now_ms) == 1
        assert recount.recount(connection, shipped_table(), desk.now_ms) == 0
    assert desk.case(number)["due_ms"] == local_ms("2026-11-20", 0) - 1
    with database.write() as connection:
        connection.execute(update(rating_case).values(closed_ms=1))
        connection.execute(delete(rating_case))
        connection.execute(delete(rating_step))
    assert recount.look(database, desk.now_ms) == 1
    assert recount.look(database, desk.now_ms) == 0
    assert desk.case(number)["state"] == "OPEN"


# --- what must not be changed, and what goes --------------------------------------------------------------------


def test_no_step_is_changed_or_taken_out_while_its_case_is_there(database: Database, desk: CaseDesk) -> None:
    number = (day := Day()).rate(1)
    day.into(database)
    desk.move(number, Move.CONTACT)
    step = dict(desk.steps(number)[0])
    for statement in (
        update(rating_step).values(actor="nobody"), delete(rating_step), delete(rating_case),
        insert(rating_step).values(**step),
    ):  # fmt: skip
        with pytest.raises(DBAPIError), database.write() as connection:
            connection.execute(statement)
    changed = [dict(one) for one in desk.steps(number)]
    changed[0]["facts"] = '{"grade":5}'
    assert broken_at(changed) == 1


def test_ratings_go_after_a_year_and_wait_for_their_case(database: Database, desk: CaseDesk) -> None:
    day = Day()
    day.rate(5)
    number = day.rate(1)
    day.into(database)
    desk.move(number, Move.CLOSE_SILENT)
    assert {"rating", "rating_case"} <= set(TOPICS)
    days = {topic: rule.days for topic, rule in rules_on(date(2026, 11, 18)).items()}
    gone = {one.topic: one.rows for one in purge(database, desk.now_ms + (days["rating"] - 1) * DAY_MS + HOUR_MS)}
    assert (gone["rating"], gone["rating_case"]) == (0, 1)
    gone = {one.topic: one.rows for one in purge(database, desk.now_ms + (days["rating"] + 2) * DAY_MS)}
    assert gone["rating"] == 2
    with database.read() as connection:
        assert [connection.execute(select(one)).all() for one in (rating, rating_version, rating_step)] == [[], [], []]


@drawn(st.text(max_size=30), st.data())
def test_only_what_is_blotted_out_of_a_text_passes(text: str, data: st.DataObject) -> None:
    original = f"开头{text.strip()}结尾"
    begin = data.draw(st.integers(0, len(original) - 1))
    end = data.draw(st.integers(begin + 1, len(original)))
    assert rules.is_blotted(original, original)
    assert rules.is_blotted(original, original[:begin] + "＊" + original[end:])
    assert not rules.is_blotted(original, original + "。另有一句")


@drawn(st.text("ab。\n", max_size=9), st.text("ab。\n＊", max_size=9))
def test_each_blot_stands_for_one_character_or_more_wherever_it_is(original: str, shown: str) -> None:
    parts = re.split("＊+", shown.strip())
    by_every_way = re.fullmatch(".+?".join(re.escape(part) for part in parts), original.strip(), re.DOTALL)
    assert rules.is_blotted(original, shown) == (by_every_way is not None)


def test_a_text_of_many_blots_holds_nobody_up() -> None:
    assert not rules.is_blotted("a" * 1999 + "c", "a＊" * 900 + "b")
    assert not rules.is_blotted("a" * 1999 + "c", "a＊" * 900 + "b＊c")
    assert rules.is_blotted("a" * 1999 + "c", "a＊" * 900 + "c")


def test_what_was_stored_before_becomes_ratings_as_if_it_came_now(database: Database) -> None:
    first, second = Day("epoch-1"), Day("epoch-2")
    number = first.rate(2, reasons=(BadReason.SLOW,), too_fast=True)
    first.log.add(given(number, 4, 2, text=SAID))
    first.rate(5)
    second.log.at_ms += HOUR_MS
    second.rate(3)
    intake = Intake()
    for day in (first, second):
        day.into(database, intake)
    tables = (rating, rating_version)

    def everything() -> list[Any]:
        with database.read() as connection:
            return [connection.execute(select(one).order_by(*one.primary_key)).all() for one in tables]

    before = everything()
    with database.write() as connection:
        for table in tables:
            connection.execute(delete(table))
        with Operations.context(MigrationContext.configure(connection)):
            v0027_ratings._fill()
    assert everything() == before
