"""Figures by hand, visits of advisers and lectures: what counts, what is refused, what becomes of it in the report."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from hashlib import sha256

import pytest
from sqlalchemy import RowMapping, delete, insert, select, update
from sqlalchemy.exc import DBAPIError

from central import schema
from central.aid_files.clean import CleanFile
from central.aid_files.sniff import Kept
from central.database import Database
from central.failures import ApiError, NotFound, RefusedByRule, WrongField
from central.keeping.retention import purge
from central.report import store as report
from central.report.checks import findings
from central.report.form import Source, form
from central.report.periods import PeriodRule
from central.report_entry import rules, told, work
from central.report_entry.rules import EventKind
from central.report_entry.tables import adviser_visit, report_entry, report_event, report_evidence, report_taken_back
from central.report_entry.work import Adviser
from central.units.rules import Level
from hall.moment import local_ms
from hall_config.report_entry_numbers import entry_numbers, entry_numbers_on
from hall_config.retention import rules_on
from hall_config.wording import catalogue
from tests.central.report_rooms import LATE, Rooms, set_state
from tests.central.villages import ONE_ENGINE

DAY_MS = 86_400_000
NUMBERS = entry_numbers_on(date(2026, 10, 31))


@pytest.fixture
def rooms(database: Database) -> Rooms:
    return Rooms(database)


def code_of(refused: pytest.ExceptionInfo[ApiError]) -> str:
    assert f"central.error.{refused.value.code}" in catalogue()
    return refused.value.code


# --- figures ------------------------------------------------------------------------------------------------


def test_the_newest_figure_counts_and_every_one_stays(rooms: Rooms) -> None:
    first = rooms.enter("A06", "5")
    second = rooms.enter("A06", "50", seen=first)
    assert rooms.by_hand() == {"east": {"A06": 50}}
    rooms.take_back(second)
    assert rooms.by_hand() == {"east": {"A06": 5}}
    rooms.take_back(first)
    assert rooms.by_hand() == {}
    rooms.enter("A06", "0")
    assert rooms.by_hand() == {"east": {"A06": 0}}  # nothing is said, and it is not the same as nothing said
    with rooms.database.read() as connection:
        assert len(connection.execute(select(report_entry)).all()) == 3
        assert len(connection.execute(select(report_taken_back)).all()) == 2


def test_the_store_lets_nobody_change_or_remove_what_was_entered(rooms: Rooms) -> None:
    row = rooms.enter("A06", "5")
    rooms.visit("2026-10-12", "09:00", "11:00")
    rooms.event("2026-10-12")
    rooms.take_back(row)
    for table in (report_entry, adviser_visit, report_event, report_taken_back):
        for statement in (update(table).values(by="else"), delete(table)):
            with pytest.raises(DBAPIError, match="only grow"), rooms.database.write() as connection:
                connection.execute(statement)


def test_names_and_files_go_by_their_rule_and_the_hours_and_figures_stay(rooms: Rooms) -> None:
    rooms.visit("2026-10-12", "09:00", "11:00")
    with rooms.desk() as desk:
        file = work.keep(desk, CleanFile(Kept.PDF, 1, b"a list", sha256(b"a list").hexdigest()), "p.one")
    for statement in (
        update(adviser_visit).values(lawyer=None, adviser=None, minutes=60), update(report_evidence).values(pages=2),
    ):  # fmt: skip
        with pytest.raises(DBAPIError, match="only grow"), rooms.database.write() as connection:
            connection.execute(statement)
    days = {topic: rule.days for topic, rule in rules_on(date(2026, 11, 18)).items()}
    for topic, since_ms in (("report_names", local_ms("2026-10-12", 0)), ("report_evidence", rooms.now_ms)):
        gone = {one.topic: one.rows for one in purge(rooms.database, since_ms + (days[topic] - 1) * DAY_MS)}
        assert gone[topic] == 0
        gone = {one.topic: one.rows for one in purge(rooms.database, since_ms + (days[topic] + 2) * DAY_MS)}
        assert gone[topic] == 1
    with rooms.desk() as desk:
        shown = told.visits(desk)
        assert [(one["minutes"], one["adviser"]) for one in shown["items"]] == [(120, "*")]
        assert shown["advisers"] == []
        with pytest.raises(NotFound):
            work.content_of(desk, file)


def test_two_who_fill_in_the_same_field_do_not_write_over_each_other(rooms: Rooms) -> None:
    first = rooms.enter("A06", "5")
    with pytest.raises(RefusedByRule) as refused:
        rooms.enter("A06", "6")  # from a page that showed an empty field
    assert (code_of(refused), refused.value.field) == ("REPORT_ENTRY_CHANGED", "value")
    rooms.enter("A06", "6", seen=first)
    assert rooms.by_hand() == {"east": {"A06": 6}}


@pytest.mark.parametrize(
    ("code", "value", "fault"),
    [
        ("A06", "-1", "NEGATIVE"), ("A06", "－1", "NEGATIVE"), ("A06", "", "SHAPE"), ("A06", "十", "SHAPE"),
        ("A06", "NaN", "SHAPE"), ("A06", "1e309", "SHAPE"), ("A06", "inf", "SHAPE"), ("A06", "0x10", "SHAPE"),
        ("A06", "=cmd|' /C calc'!A0", "SHAPE"), ("A06", "1,000", "SHAPE"), ("A06", "True", "SHAPE"),
        ("A06", "9" * 39, "SHAPE"), ("A06", "²", "SHAPE"), ("A06", "1.5", "WHOLE"), ("C35", "1.234", "DECIMALS"),
        ("A06", "20001", "MOST"), ("C35", "100000.01", "MOST"), ("J04", "2", "MOST"),
    ],
)  # fmt: skip
def test_what_is_no_figure_of_the_field_is_refused_in_words_that_name_it(code: str, value: str, fault: str) -> None:
    field = form().fields[code]
    with pytest.raises(WrongField) as refused:
        rules.figure(value, field, Level.VILLAGE, NUMBERS)
    assert (code_of(refused), refused.value.field) == (f"REPORT_VALUE_{fault}", "value")
    zh, en = refused.value.words or ("", "")
    assert field.zh in zh
    assert field.en in en


@pytest.mark.parametrize(
    ("code", "value", "kept"),
    [("A06", "１２", "12"), ("A06", " 007 ", "7"), ("A06", "3.0", "3"), ("C35", "12", "12.00"), ("C35", "0.5", "0.50")],
)
def test_a_figure_is_kept_in_one_way_however_it_is_typed(code: str, value: str, kept: str) -> None:
    assert rules.figure(value, form().fields[code], Level.VILLAGE, NUMBERS) == kept


def test_a_unit_is_asked_for_its_own_fields_alone() -> None:
    asked = {level: [one.code for one in rules.fields_at(level)] for level in Level}
    by_hand = [one.code for one in form().fields.values() if one.source is Source.BY_HAND]
    assert asked[Level.CITY] == asked[Level.DISTRICT] == by_hand
    assert asked[Level.VILLAGE] == [one for one in by_hand if not one.startswith("K")]
    most = {one.id for one in entry_numbers()}
    assert {f"MOST_{code}" for code in by_hand} <= most


@ONE_ENGINE
def test_what_is_counted_or_asked_of_others_is_not_typed_in(rooms: Rooms) -> None:
    for code in ("A11", "J06", "K01", "Z99"):
        with pytest.raises(WrongField) as refused:
            rooms.enter(code, "1")
        assert code_of(refused) == "REPORT_NOT_ASKED"
    rooms.enter("K01", "3", "north")


@ONE_ENGINE
def test_what_wants_evidence_wants_it_for_more_than_nothing(rooms: Rooms) -> None:
    for code in ("F01", "C35"):
        with pytest.raises(WrongField) as refused:
            rooms.enter(code, "1", kept_at="")
        assert (code_of(refused), refused.value.field) == ("REPORT_EVIDENCE_WANTED", "evidence")
        rooms.enter(code, "0", kept_at="")
    rooms.enter("A06", "9", kept_at="")


# --- stocks -------------------------------------------------------------------------------------------------


def test_a_stock_is_what_it_was_until_something_else_is_said(rooms: Rooms) -> None:
    rooms.enter("J03", "2", name="2026-08")
    rooms.enter("A06", "7", name="2026-08")
    assert rooms.by_hand("2026-09") == {"east": {"J03": 2}}
    assert rooms.by_hand("2026-07") == {}
    with pytest.raises(RefusedByRule) as refused:
        rooms.enter("J03", "3", carried=True)  # is not what it was
    assert code_of(refused) == "REPORT_ENTRY_CHANGED"
    with rooms.desk() as desk:
        owed = {one["code"]: one["what"] for one in told.in_full(desk, _unit(rooms), True)["missing"]}
    assert (owed["J03"], owed["J04"]) == ("CONFIRM", "FILL")
    rooms.enter("J03", "2", carried=True)
    with rooms.desk() as desk:
        items = {one["code"]: one for one in told.in_full(desk, _unit(rooms), True)["items"]}
    assert (items["J03"]["how"], items["J03"]["value"]) == ("CONFIRMED", "2")
    assert (items["A06"]["how"], items["A06"]["value"]) == ("NONE", None)


def test_a_stock_of_a_unit_that_was_closed_is_carried_no_further(rooms: Rooms) -> None:
    rooms.enter("J03", "2", name="2026-09")
    closed = update(schema.unit).where(schema.unit.c.id == "east").values(closed_ms=local_ms("2026-10-10", 0))
    rooms.write(lambda connection: connection.execute(closed))
    assert rooms.by_hand("2026-09") == {"east": {"J03": 2}}
    assert rooms.by_hand("2026-10") == {}


def _unit(rooms: Rooms) -> RowMapping:
    with rooms.database.read() as connection:
        return connection.execute(select(schema.unit).where(schema.unit.c.id == "east")).mappings().one()


# --- events -------------------------------------------------------------------------------------------------


def test_lectures_and_events_make_the_figures_of_publicity(rooms: Rooms) -> None:
    rooms.enter("F01", "9")
    rooms.event("2026-10-02", people=30)
    stall = rooms.event("2026-10-03", EventKind.STALL, people=200)
    assert rooms.by_hand() == {"east": {"F01": 2, "F02": 230, "F03": 20, "F04": 1}}
    with rooms.desk() as desk:
        item = next(one for one in told.in_full(desk, _unit(rooms), True)["items"] if one["code"] == "F01")
    assert (item["how"], item["value"], item["set_aside"]) == ("ROWS", "2", "9")
    with pytest.raises(RefusedByRule) as refused:
        rooms.enter("F04", "5")
    assert code_of(refused) == "REPORT_ENTRY_HAS_ROWS"
    rooms.take_back(stall)
    assert rooms.by_hand()["east"]["F02"] == 30


@ONE_ENGINE
def test_a_title_stays_the_text_that_it_is_and_nobody_reads_it_in_the_store(rooms: Rooms) -> None:
    title = "=cmd|' /C calc'!A0 <script>"
    rooms.event("2026-10-02", title=title)
    with rooms.desk() as desk:
        assert told.events(desk)["items"][0]["title"] == title
        raw = desk.connection.exec_driver_sql("SELECT title, kept_at FROM report_event").one()
    assert not any(b"cmd" in bytes(one) or "档案柜".encode() in bytes(one) for one in raw)


# --- visits and collectors ----------------------------------------------------------------------------------


def test_hours_on_site_and_villages_that_have_as_many_as_the_city_asks_for(rooms: Rooms) -> None:
    units = {"lane": {"J01": 1}, "east": {"J02": 1}, "west": {"J02": 1}}
    assert rooms.counted() == units
    rooms.visit("2026-10-08", "09:00", "11:00")
    last = rooms.visit("2026-10-22", "14:00", "15:59")
    rooms.visit("2026-10-09", "09:00", "15:00", "lane")  # at the street: hours, and no village
    assert rooms.counted() == {**units, "lane": {"J01": 1, "J05": 6}, "east": {"J02": 1, "J05": 4}}
    rooms.visit("2026-10-23", "09:00", "09:01")
    assert rooms.counted()["east"] == {"J02": 1, "J05": 4, "J06": 1}
    rooms.take_back(last)
    assert rooms.counted()["east"] == {"J02": 1, "J05": 2}
    assert rooms.counted("2026-09")["east"] == {"J02": 1}


def test_what_was_taken_back_later_had_counted_until_then(rooms: Rooms) -> None:
    row = rooms.visit("2026-10-08", "09:00", "14:00")
    then = rooms.now_ms + 1
    rooms.now_ms += 60_000
    rooms.take_back(row)
    assert rooms.counted(known_ms=then)["east"]["J06"] == 1
    assert "J06" not in rooms.counted()["east"]
    assert "J06" not in rooms.counted(known_ms=then - 1)["east"]  # and had not, before it was entered


def test_a_lecture_of_the_quarter_is_judged_in_the_period_that_ends_it(rooms: Rooms) -> None:
    rooms.event("2026-07-01")
    rooms.event("2026-09-30", EventKind.TALK, "west")
    rooms.event("2026-09-30", EventKind.LECTURE, "lane")
    rooms.event("2026-10-01", EventKind.LECTURE, "west")
    assert rooms.counted("2026-09")["east"] == {"J02": 1, "J07": 1}
    assert rooms.counted("2026-09")["west"] == {"J02": 1}
    assert rooms.counted("2026-09")["lane"] == {"J01": 1}
    assert "J07" not in rooms.counted("2026-07")["east"]


@ONE_ENGINE
def test_a_quarter_is_cut_as_the_citys_months_are(rooms: Rooms) -> None:
    rooms.write(lambda connection: report.add_rule(connection, "2018-01", PeriodRule.D21_20, "somebody", 1))
    with rooms.database.read() as connection:
        known = report.rules(connection)
    assert rules.quarter_of(rules.period_named("2026-09", known, LATE), known) is not None
    quarter = rules.quarter_of(rules.period_named("2026-09", known, LATE), known)
    assert quarter is not None
    assert [one.isoformat() for one in quarter] == ["2026-06-21", "2026-09-20"]
    assert rules.quarter_of(rules.period_named("2026-08", known, LATE), known) is None


def test_stations_and_rooms_count_that_are_open_at_the_periods_end(rooms: Rooms) -> None:
    unit, made_ms = schema.unit, local_ms("2026-11-05", 0)
    names = {"parent": "lane", "level": "village", "name_zh": "新", "name_en": "New"}
    new = insert(unit).values(id="new", path="city/north/lane/new/", made_ms=made_ms, **names)
    rooms.write(lambda connection: connection.execute(new))
    closed = update(unit).where(unit.c.id == "west").values(closed_ms=local_ms("2026-10-31", 1439))
    rooms.write(lambda connection: connection.execute(closed))
    assert set(rooms.counted("2026-09")) == {"lane", "east", "west", "new"}
    assert set(rooms.counted("2026-10")) == {"lane", "east", "new"}
    assert set(rooms.counted("2026-10", made_ms)) == {"lane", "east"}  # as it was known then


@pytest.mark.parametrize(
    ("begins", "ends", "hours", "code"),
    [
        ("09:00", "09:00", None, "REPORT_VISIT_TIME"), ("12:00", "09:00", None, "REPORT_VISIT_TIME"),
        ("06:00", "18:01", None, "REPORT_VISIT_TIME"), ("09:00", None, None, "REPORT_VISIT_TIME"),
        (None, None, None, "REPORT_VISIT_TIME"), ("09:00", "10:00", "1", "REPORT_VISIT_ONE_WAY"),
        (None, None, "0", "REPORT_VISIT_HOURS"), (None, None, "-2", "REPORT_VISIT_HOURS"),
        (None, None, "12.1", "REPORT_VISIT_HOURS"), (None, None, "1.001", "REPORT_VISIT_HOURS"),
        (None, None, "1e3", "REPORT_VISIT_HOURS"), (None, None, "三", "REPORT_VISIT_HOURS"),
    ],
)  # fmt: skip
def test_a_visit_has_a_length_that_can_be(begins: str | None, ends: str | None, hours: str | None, code: str) -> None:
    with pytest.raises(WrongField) as refused:
        rules.stay(begins, ends, hours, 12)
    assert code_of(refused) == code


@ONE_ENGINE
def test_the_same_visit_is_noted_once(rooms: Rooms) -> None:
    first = rooms.visit("2026-10-08", "09:00", "11:00")
    like = Adviser(like=first)
    for begins, ends, who in (("09:00", "11:00", None), ("10:59", "12:00", None), ("10:00", "10:30", like)):
        with pytest.raises(RefusedByRule) as refused:
            rooms.visit("2026-10-08", begins, ends, who=who)
        assert code_of(refused) == "REPORT_VISIT_TWICE"
    rooms.visit("2026-10-08", "11:00", "12:00", who=like)
    rooms.visit("2026-10-08", "09:00", "11:00", who=Adviser(name="测试李律师"))
    rooms.take_back(first)
    rooms.visit("2026-10-08", "09:00", "11:00")
    with rooms.desk() as desk:
        found = told.visits(desk)
        raw = desk.connection.exec_driver_sql("SELECT adviser FROM adviser_visit").scalars().all()
    assert {one["name"] for one in found["advisers"]} == {"测*"}
    assert len(found["advisers"]) == 2
    assert sum(one["taken_back"] is not None for one in found["items"]) == 1
    assert not any("律师".encode() in bytes(one) for one in raw)


@ONE_ENGINE
def test_an_adviser_is_one_person_who_is_told_in_one_way(rooms: Rooms) -> None:
    for who in (Adviser(), Adviser(name="甲", like="0" * 16), Adviser(name="  ")):
        with pytest.raises(WrongField) as refused:
            rooms.visit("2026-10-08", "09:00", "11:00", who=who)
        assert code_of(refused) == "REPORT_ADVISER_ONE"
    with pytest.raises(WrongField) as unknown:
        rooms.visit("2026-10-08", "09:00", "11:00", who=Adviser(licence="19999202611234567"))
    assert code_of(unknown) == "REPORT_NO_SUCH_ADVISER"
    theirs = rooms.visit("2026-10-08", "09:00", "11:00", "west")
    with pytest.raises(NotFound):
        rooms.visit("2026-10-08", "09:00", "11:00", who=Adviser(like=theirs))


# --- when ---------------------------------------------------------------------------------------------------


@ONE_ENGINE
def test_a_day_is_of_the_period_and_not_ahead(rooms: Rooms) -> None:
    with rooms.desk() as desk:
        for day, code in (("2026-09-30", "REPORT_DAY_OUTSIDE"), ("2026-11-01", "REPORT_DAY_OUTSIDE"),
                          ("2026-10-31", "REPORT_DAY_AHEAD")):  # fmt: skip
            with pytest.raises(WrongField) as refused:
                rules.check_day(day, desk.period, desk.now_ms)
            assert code_of(refused) == code
        rules.check_day("2026-10-30", desk.period, desk.now_ms)


@ONE_ENGINE
def test_a_form_that_is_checked_or_sent_takes_nothing_more(rooms: Rooms) -> None:
    entry, visit = rooms.enter("A06", "5"), rooms.visit("2026-10-08", "09:00", "11:00")
    rooms.write(lambda connection: set_state(connection, "east", "2026-10", "SUBMITTED"))
    for act in (
        lambda: rooms.enter("A06", "6", seen=entry), lambda: rooms.visit("2026-10-09", "09:00", "11:00"),
        lambda: rooms.event("2026-10-09"), lambda: rooms.take_back(visit),
    ):  # fmt: skip
        with pytest.raises(RefusedByRule, match="REPORT_LOCKED"):
            act()
    assert rooms.by_hand() == {"east": {"A06": 5}}
    assert rooms.counted()["east"]["J05"] == Fraction(2)
    rooms.enter("A06", "5", "west")
    rooms.enter("A06", "5", name="2026-09")


@ONE_ENGINE
def test_a_row_is_taken_back_once_and_by_its_own_unit(rooms: Rooms) -> None:
    row = rooms.enter("A06", "5")
    for unit, name in (("west", "2026-10"), ("east", "2026-09")):
        with pytest.raises(NotFound):
            rooms.take_back(row, unit, name)
    rooms.take_back(row)
    with pytest.raises(RefusedByRule) as refused:
        rooms.take_back(row)
    assert code_of(refused) == "REPORT_ROW_TAKEN_BACK"


def test_every_code_has_words() -> None:
    for kind, table in ((rules.How, "report_entry_how"), (EventKind, "report_event_kind"),
                        (rules.Why, "report_taken_back")):  # fmt: skip
        assert {f"central.{table}.{one.value}" for one in kind} <= set(catalogue())
    assert work.MOST_FILES > 0


@pytest.mark.parametrize(("before", "now"), [(120, 0), (0, 120)])
def test_lectures_are_judged_once_a_quarter_and_not_set_beside_the_month_before(before: int, now: int) -> None:
    then, there = (dict.fromkeys(form().fields, Fraction()) | {"J07": Fraction(count)} for count in (before, now))
    assert not [one.id for one in findings(form(), Level.DISTRICT, there, then) if one.code == "J07"]
