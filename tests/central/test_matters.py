"""Short records: the whole table walked, guards with their articles, chains, and who was quicker."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import delete, inspect, update
from sqlalchemy.exc import DatabaseError

from central.database import Database
from central.failures import ApiError, Forbidden, NotFound, RefusedByRule, WrongField
from central.matters import store, work
from central.matters.facts import FACTS
from central.matters.people import Party
from central.matters.stages import ENDS, STAGES, moves_from, way
from central.matters.tables import matter, matter_step
from central.matters.words import Kind, Move, Relation, Role, State, Who
from central.matters.work import Actor, Given
from hall.moment import local_day, local_ms
from hall_config.limit_tables import limit_table
from hall_config.wording import catalogue
from tests.central.matter_desk import ALL, CASE, LI, NOW_MS, WANG, MatterDesk, id_number, party
from tests.postgres import READY, PostgreSQL

DAY_MS = 86_400_000
ONE_ENGINE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def desk(database: Database) -> MatterDesk:
    return MatterDesk(database)


def refused(work_of: Callable[[], object]) -> ApiError:
    with pytest.raises(ApiError) as refusal:
        work_of()
    return refusal.value


# --- the table --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", Kind)
def test_a_table_is_whole(kind: Kind) -> None:
    """Every state leads somewhere known, can be reached, and is an end or has a way on; every name has its words."""
    table = STAGES[kind]
    assert {found.to for ways in table.values() for found in ways.values()} | {State.NEW} == set(table)
    for state, ways in table.items():
        MatterDesk.way_to(kind, state)
        assert ways or state in ENDS, state
        for found in ways.values():
            assert {*found.needs, *found.may} <= set(FACTS)
            assert all(f"central.matter_text.{name}" in catalogue() for name in (*found.texts, *found.may_texts))
            if found.limit is not None:
                assert f"central.matter_rule.{found.limit}" in catalogue()
                assert limit_table().rule(found.limit, limit_table().rules[-1].valid_from)


@ONE_ENGINE
@pytest.mark.parametrize("kind", Kind)
def test_every_move_of_the_table_works_and_every_other_is_refused_and_changes_nothing(
    desk: MatterDesk, kind: Kind
) -> None:
    for state in STAGES[kind]:
        if state is State.NEW:
            continue
        allowed = moves_from(kind, state)
        there = desk.bring_to(kind, state)
        before = desk.everything()
        for move in Move:
            if move not in allowed:  # nor is a step taken back by a row of a table
                error = refused(lambda there=there, move=move: desk.move(there, move))
                assert (error.status, error.code, error.field) == (409, "MATTER_MOVE_REFUSED", "move")
                assert error.words is not None
        assert desk.everything() == before
        for move in allowed:
            found = way(kind, state, move)
            assert found is not None
            fresh, desk.now_ms = desk.bring_to(kind, state), desk.now_ms + 1
            stood = desk.stands(fresh)
            desk.move(fresh, move, actor=LI if move in (Move.CLOSE, Move.REOPEN) else WANG)
            assert desk.row(fresh)["state"] == found.to
            assert (desk.row(fresh)["closed_ms"] is not None) is (found.to in ENDS)
            desk.take_back(fresh)  # and is as it was, with all that it said and had
            assert desk.stands(fresh) == stood


@ONE_ENGINE
@pytest.mark.parametrize("kind", Kind)
def test_nothing_begins_in_the_middle(desk: MatterDesk, kind: Kind) -> None:
    before = desk.everything()
    for move in Move:
        if move not in STAGES[kind][State.NEW]:
            error = refused(lambda move=move: desk.begin(kind, move))
            assert error.code == "MATTER_MOVE_REFUSED"
    assert desk.everything() == before


def test_a_refusal_names_the_state_and_what_can_be_done_now(desk: MatterDesk) -> None:
    there = desk.begin(Kind.MEDIATION)
    error = refused(lambda: desk.move(there, Move.AGREE_WRITTEN))
    assert error.words is not None
    assert error.words[0] == "这件记录现为“已申请”，可以办理：受理、不予受理、更正、撤回、作废。"
    assert "Accept, Decline" in error.words[1]


def test_who_lacks_the_capacity_makes_no_move(desk: MatterDesk) -> None:
    clerk = Actor("clerk", "city/", frozenset({Who.DESK}))
    there = desk.bring_to(Kind.COMPLAINT, State.ANSWERED)
    before = desk.everything()
    with pytest.raises(Forbidden):
        desk.move(there, Move.CLOSE, actor=clerk)
    with pytest.raises(Forbidden):
        desk.begin(Kind.ADVICE, actor=Actor("visitor", "", frozenset({Who.PUBLIC})))
    assert desk.everything() == before


# --- numbers, chains, being quicker -----------------------------------------------------------------------------


def test_numbers_have_no_gap_in_their_unit_kind_and_year(desk: MatterDesk) -> None:
    numbers = [desk.row(desk.begin(Kind.ADVICE))["number"] for _ in range(3)]
    with pytest.raises(WrongField):
        desk.begin(Kind.ADVICE, given=Given({}))
    assert [*numbers, desk.row(desk.begin(Kind.ADVICE))["number"]] == [1, 2, 3, 4]
    assert desk.row(desk.begin(Kind.DRAFTING))["number"] == 1
    desk.now_ms = local_ms("2027-01-04", 600)
    row = desk.row(desk.begin(Kind.ADVICE))
    assert (row["year"], row["number"]) == (2027, 1)


def test_steps_are_a_chain_that_shows_any_change(desk: MatterDesk) -> None:
    there = desk.bring_to(Kind.MEDIATION, State.MEDIATING)
    with desk.database.read() as connection:
        rows = store.steps(connection, there)
    assert [row["move"] for row in rows] == ["APPLY", "ACCEPT", "BEGIN"]
    assert store.broken_at(rows) is None
    forged: Any = [dict(row) for row in rows]
    forged[1]["facts"] = "{}"
    assert store.broken_at(forged) == 2
    assert store.broken_at([rows[0], rows[2]]) == 2


@pytest.mark.parametrize(
    "statement",
    [update(matter_step).values(facts="{}"), delete(matter_step), delete(matter)],
    ids=["change a step", "take steps out", "take an open record out"],
)
def test_the_database_itself_keeps_steps_and_open_records(desk: MatterDesk, statement: Any) -> None:
    desk.bring_to(Kind.MEDIATION, State.MEDIATING)
    before = desk.everything()
    with pytest.raises(DatabaseError), desk.database.write() as connection:
        connection.execute(statement)
    assert desk.everything() == before


def test_the_second_of_two_at_once_is_told_what_changed(desk: MatterDesk) -> None:
    there = desk.begin(Kind.COMPLAINT)
    desk.move(there, Move.HANDLE, actor=LI)
    error = refused(lambda: desk.move(there, Move.NOT_OURS, version=1))
    assert (error.status, error.code) == (409, "MATTER_CHANGED")
    assert error.words is not None
    assert error.words[0].startswith("li.na已于2026年11月23日 10:00办理“交办”，现为“处理中”")


def test_of_many_at_once_one_moves_on_postgresql(postgres_in_haste: PostgreSQL) -> None:
    """Each by a connection of its own, as several centrals would."""
    url = postgres_in_haste.emptied(READY)
    desks = [MatterDesk(Database(url)) for _ in range(6)]
    there = desks[0].begin(Kind.COMPLAINT)
    wish = desks[0].given(Kind.COMPLAINT, State.RECEIVED, Move.HANDLE)

    def handle(desk: MatterDesk) -> str:
        try:
            with desk.database.write() as connection:
                work.move(desk.desk(connection), WANG, there, 1, Move.HANDLE, wish)
        except RefusedByRule as error:
            return error.code
        return "moved"

    with ThreadPoolExecutor(6) as pool:
        told = sorted(pool.map(handle, desks))
    assert told == ["MATTER_CHANGED"] * 5 + ["moved"]
    with ThreadPoolExecutor(6) as pool:
        made = list(pool.map(lambda desk: desk.begin(Kind.ADVICE), desks * 4))
    assert sorted(desks[0].row(one)["number"] for one in made) == list(range(1, 25))
    for desk in desks:
        desk.database.close()


# --- what is kept -----------------------------------------------------------------------------------------------


def test_no_name_number_or_word_of_anybody_is_in_clear(desk: MatterDesk) -> None:
    desk.bring_to(Kind.COMPLAINT, State.ANSWERED)
    desk.bring_to(Kind.VISIT, State.SENT)
    desk.bring_to(Kind.MEDIATION, State.AGREED_WRITTEN)
    with desk.database.read() as connection:
        for table in inspect(connection).get_table_names():
            whole = str(connection.exec_driver_sql(f'SELECT * FROM "{table}"').fetchall())
            for secret in ("正文", "欧阳", "钱多多", "赵䶮", id_number(1), id_number(2), "13900000001"):
                assert secret not in whole, table


def test_somebody_is_found_again_by_number_and_by_name(desk: MatterDesk) -> None:
    there = desk.begin(Kind.VISIT)
    desk.begin(Kind.MEDIATION)
    with desk.database.write() as connection:
        by_number = desk.vault.index(connection, "id_number", id_number(1), NOW_MS)
        by_name = desk.vault.index(connection, "person_name", "赵䶮", NOW_MS)
        near = desk.vault.index(connection, "person_name", "赵龑", NOW_MS)
        assert len(store.found(connection, "city/", "id_mark", by_number, 9)) == 2
        assert [row["id"] for row in store.found(connection, "city/", "name_mark", by_name, 9)] == [there]
        assert store.found(connection, "city/", "name_mark", near, 9) == []
        assert store.found(connection, "city/south/", "name_mark", by_name, 9) == []


# --- guards -----------------------------------------------------------------------------------------------------


def test_nobody_is_made_to_mediate(desk: MatterDesk) -> None:
    there = desk.begin(Kind.MEDIATION)
    assert refused(lambda: desk.move(there, Move.ACCEPT, parties_agree=False)).code == "MATTER_PARTY_REFUSES"
    assert "第17条" in catalogue()["central.error.MATTER_PARTY_REFUSES"]["zh"]
    error = refused(lambda: desk.move(there, Move.DECLINE, fail_reason="PARTY_REFUSES", ways_told=False))
    assert error.code == "MATTER_WAYS_NOT_TOLD"
    desk.move(there, Move.DECLINE, fail_reason="PARTY_REFUSES")
    assert desk.row(there)["state"] == State.DECLINED


def test_a_case_is_linked_by_its_number_and_kept_by_its_id(desk: MatterDesk) -> None:
    there = desk.begin(Kind.ADVICE)
    desk.move(there, Move.LINK, case="第0001号")
    assert (desk.row(there)["case"], json.loads(desk.row(there)["facts"])["case"]) == (CASE, CASE)
    elsewhere = Actor("far.away", "city/south/", ALL)
    assert refused(lambda: desk.begin(Kind.ADVICE, actor=elsewhere, case="第0001号")).code == "MATTER_NO_SUCH_CASE"


def test_mediation_needs_two_sides(desk: MatterDesk) -> None:
    alone = Given({"channel": "VISIT", "dispute": "D22"}, {}, [party(Role.APPLICANT)])
    assert refused(lambda: desk.begin(Kind.MEDIATION, given=alone)).code == "MATTER_TWO_SIDES"


@pytest.mark.parametrize(
    ("effective", "asked", "code"),
    [
        ("2026-11-23", "2026-11-23", None),
        ("2026-11-23", "2026-12-23", None),
        ("2026-11-23", "2026-12-24", "MATTER_CONFIRM_LATE"),
        ("2026-10-31", "2026-11-30", None),
        ("2026-10-29", "2026-11-30", None),  # the 28th is a Saturday: the Monday is the last day
        ("2026-10-29", "2026-12-01", "MATTER_CONFIRM_LATE"),
        ("2026-11-20", "2026-11-19", "WRONG_FIELD"),
    ],
)
@ONE_ENGINE
def test_confirmation_is_asked_for_by_both_within_thirty_days(
    desk: MatterDesk, effective: str, asked: str, code: str | None
) -> None:
    there = desk.bring_to(Kind.MEDIATION, State.MEDIATING)
    desk.move(there, Move.AGREE_WRITTEN, effective_day=effective)
    assert desk.row(there)["due_rule"] == "MED_CONFIRM"
    desk.now_ms = local_ms("2026-12-31", 600)
    assert refused(lambda: desk.move(there, Move.ASK_CONFIRMATION, joint=False)).code == "MATTER_NOT_JOINT"
    if code is None:
        desk.move(there, Move.ASK_CONFIRMATION, confirm_day=asked)
        assert desk.row(there)["due_ms"] is None
    else:
        assert refused(lambda: desk.move(there, Move.ASK_CONFIRMATION, confirm_day=asked)).code == code


def test_an_application_through_a_duty_lawyer_is_forwarded_within_24_hours(desk: MatterDesk) -> None:
    there = desk.begin(Kind.DUTY_HELP, Move.RECORD_WITH_APPLICATION)
    assert desk.row(there)["due_ms"] == local_ms("2026-11-24", 8 * 60)
    desk.now_ms += DAY_MS
    late = refused(lambda: desk.move(there, Move.FORWARD, given=Given({}, {})))
    assert (late.code, late.field) == ("MATTER_FORWARD_LATE", "texts.reason")
    desk.move(there, Move.FORWARD, given=Given({}, {"reason": "路途中断"}))
    desk.move(there, Move.LINK)
    assert desk.row(there)["case"] == CASE
    ahead = refused(lambda: desk.begin(Kind.DUTY_HELP, Move.RECORD_WITH_APPLICATION, asked_time="23:00"))
    assert ahead.code == "MATTER_DAY_AHEAD"


def test_a_visit_is_for_three_relatives_at_most(desk: MatterDesk) -> None:
    prisoner, facts = party(Role.PRISONER), {"channel": "VISIT", "first_time": True}

    def ask(*people: Party) -> str:
        return desk.begin(Kind.VISIT, given=Given(facts, {"prison": "监狱"}, people))

    visitors = [party(Role.VISITOR, n) for n in range(4)]
    assert refused(lambda: ask(prisoner)).code == "MATTER_VISIT_PEOPLE"
    assert refused(lambda: ask(*visitors[:1])).code == "MATTER_VISIT_PEOPLE"
    assert refused(lambda: ask(prisoner, prisoner, visitors[0])).code == "MATTER_VISIT_PEOPLE"
    assert refused(lambda: ask(prisoner, *visitors)).code == "MATTER_VISITORS_MOST"
    friend = visitors[0].model_copy(update={"relation": Relation.OTHER})
    nobody = visitors[0].model_copy(update={"relation": None})
    assert refused(lambda: ask(prisoner, friend)).code == "MATTER_NOT_RELATIVE"
    assert refused(lambda: ask(prisoner, nobody)).code == "MATTER_NOT_RELATIVE"
    assert desk.row(ask(prisoner, *visitors[:3]))["state"] == State.APPLIED


def test_a_first_visit_needs_its_papers(desk: MatterDesk) -> None:
    there = desk.begin(Kind.VISIT, id_shown=False, kinship_shown=False)
    due = desk.row(there)["due_ms"]
    assert local_day(due) == "2026-11-26"  # three working days
    assert refused(lambda: desk.move(there, Move.PASS)).code == "MATTER_VISIT_PAPERS"
    desk.now_ms += DAY_MS
    desk.move(there, Move.CORRECT, id_shown=True, kinship_shown=True)
    assert desk.row(there)["due_ms"] == due
    desk.move(there, Move.PASS)
    again = desk.begin(Kind.VISIT, first_time=False, id_shown=False)
    desk.move(again, Move.PASS)


def test_a_visit_is_checked_in_on_its_day_and_not_late(desk: MatterDesk) -> None:
    there = desk.bring_to(Kind.VISIT, State.ROOM_BOOKED)
    row, begin = desk.row(there), local_ms("2026-11-24", 540)

    def tried(connection: Any, move: Move) -> None:
        work.move(desk.desk(connection), WANG, there, row["version"], move, Given())
        raise RefusedByRule("ROLL_BACK")

    def now(move: Move, at_ms: int) -> str:
        desk.now_ms = at_ms
        with pytest.raises(RefusedByRule) as told, desk.database.write() as connection:
            tried(connection, move)
        return told.value.code

    assert now(Move.CHECK_IN, begin - DAY_MS) == "MATTER_VISIT_OTHER_DAY"
    assert now(Move.CHECK_IN, begin + 16 * 60_000) == "MATTER_VISIT_LATE"
    assert now(Move.WAIVE, begin + 15 * 60_000) == "MATTER_VISIT_NOT_LATE"
    assert now(Move.WAIVE, begin + 16 * 60_000) == "ROLL_BACK"
    assert now(Move.CHECK_IN, begin + 15 * 60_000) == "ROLL_BACK"
    desk.now_ms = begin - 60_000
    desk.move(there, Move.CHECK_IN)
    row = desk.row(there)
    assert now(Move.NOTE_HELD, begin - 1) == "MATTER_VISIT_NOT_BEGUN"


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"visit_from": "09:02"}, "MATTER_VISIT_SLOT"), ({"visit_until": "09:00"}, "MATTER_VISIT_LENGTH"),
        ({"visit_until": "11:05"}, "MATTER_VISIT_LENGTH"), ({"visit_day": "2026-11-22"}, "MATTER_DAY_PAST"),
    ],
)  # fmt: skip
@ONE_ENGINE
def test_a_prisons_time_must_be_one(desk: MatterDesk, facts: dict[str, str], code: str) -> None:
    there = desk.bring_to(Kind.VISIT, State.SENT)
    assert refused(lambda: desk.move(there, Move.NOTE_TIME, **facts)).code == code


@pytest.mark.parametrize("kind", [Kind.COMPLAINT, Kind.SUGGESTION])
def test_a_second_person_closes(desk: MatterDesk, kind: Kind) -> None:
    there = desk.bring_to(kind, State.ANSWERED)
    for move in (Move.CLOSE, Move.REOPEN):
        assert refused(lambda move=move: desk.move(there, move, actor=WANG)).code == "MATTER_SECOND_PERSON"
    desk.move(there, Move.CLOSE, actor=LI)
    other = desk.bring_to(kind, State.RECEIVED)
    desk.move(other, Move.HANDLE, handler="zhou.min")
    desk.move(other, Move.ANSWER, actor=LI)  # not the handler, but who answered is no second person either
    assert refused(lambda: desk.move(other, Move.CLOSE, actor=LI)).code == "MATTER_SECOND_PERSON"


# --- what is no record ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({}, "facts.channel"), ({"channel": "FAX"}, "facts.channel"), ({"channel": ["VISIT"]}, "facts.channel"),
        ({"field": "B99"}, "facts.field"), ({"field": True}, "facts.field"),
        ({"groups": ["ELDER", "ELDER"]}, "facts.groups"), ({"groups": [["ELDER"]]}, "facts.groups"),
        ({"groups": "ELDER"}, "facts.groups"), ({"dispute": "D21"}, "facts.dispute"),
        ({"nonsense": 1}, "facts"), ({"case": "0" * 16}, "facts.case"), ({"lawyer": "f" * 64}, "facts.lawyer"),
        ({"lawyer": "x' OR 1=1"}, "facts.lawyer"), ({"case": "x' OR ''='"}, "facts.case"),
        ({"case": "\x00abc"}, "facts.case"),
    ],
)  # fmt: skip
@ONE_ENGINE
def test_a_fact_that_cannot_be_is_refused_by_its_name(desk: MatterDesk, facts: dict[str, Any], field: str) -> None:
    good = {"channel": "VISIT", "field": "B13", "answered_by": "LAWYER"} if facts else {}
    before = desk.everything()
    error = refused(lambda: desk.begin(Kind.ADVICE, given=Given({**good, **facts})))
    assert error.field == field
    assert isinstance(error, WrongField | NotFound)
    assert desk.everything() == before


@pytest.mark.parametrize("texts", [{"subject": "\x00"}, {"subject": "x" * 2001}, {"other": "x"}, {"subject": "\x7f"}])
@ONE_ENGINE
def test_a_text_that_cannot_be_is_refused(desk: MatterDesk, texts: dict[str, str]) -> None:
    good = {"channel": "VISIT", "field": "B13", "answered_by": "LAWYER"}
    with pytest.raises(WrongField):
        desk.begin(Kind.ADVICE, given=Given(good, texts))


def test_of_resettlement_nothing_is_kept_but_that_somebody_came(desk: MatterDesk) -> None:
    there = desk.begin(Kind.RESETTLEMENT)
    assert json.loads(desk.row(there)["facts"]) == {"channel": "VISIT"}
    for given in (
        Given({"channel": "VISIT"}, {"subject": "x"}),
        Given({"channel": "VISIT"}, {}, [party(Role.ASKER)]),
        Given({"channel": "VISIT", "groups": ["ELDER"]}),
    ):
        with pytest.raises(WrongField):
            desk.begin(Kind.RESETTLEMENT, given=given)


def test_more_people_than_a_record_holds_are_refused(desk: MatterDesk) -> None:
    people = [party(Role.APPLICANT, 1), *(party(Role.RESPONDENT, n) for n in range(40))]
    with pytest.raises(WrongField):
        desk.begin(Kind.MEDIATION, given=Given({"channel": "VISIT", "dispute": "D22"}, {}, people))
