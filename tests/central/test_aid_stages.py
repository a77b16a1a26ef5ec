"""The table of a case's life, walked whole: what is allowed works, everything else is refused and changes nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection, select

from central.aid import casework, store
from central.aid.rules import Actor
from central.aid.stages import ENDS, WAYS, Before, Move, State, Who, is_live, moves_from
from central.aid.tables import aid_assignment, aid_case, aid_file, aid_gap, aid_party, aid_step
from central.aid_files.rules import FileKind
from central.aid_limits.tables import aid_limit, aid_stop
from central.aid_papers.tables import aid_document, aid_series
from central.database import Database
from central.failures import ApiError, Forbidden, RefusedByRule
from tests.central.aid_house import ARCHIVING, GAPS, GRANT, PROPOSAL, REFUSAL, WAY_TO, House, actor, application

STATES = [*WAY_TO, State.NOTICE_IN]
TABLES = (
    aid_case, aid_step, aid_party, aid_file, aid_gap, aid_assignment, aid_limit, aid_stop, aid_document, aid_series,
)  # fmt: skip


def everything(connection: Connection) -> list[list[tuple[Any, ...]]]:
    return [sorted((tuple(map(str, row)) for row in connection.execute(select(table))), key=str) for table in TABLES]


def given_for(house: House, case: str, move: Move) -> dict[str, Any]:
    """What a move is given so that every guard lets it pass."""
    choice = {"lawyer": house.second_lawyer, "override_reason": "当事人信任这位律师"}
    plain: dict[Move, Any] = {
        Move.REDIRECT: {"to": "示例市法律援助中心", "reason": "由法院所在地受理。"},
        Move.ASK_SUPPLEMENT: GAPS, Move.TAKE_SUPPLEMENT: {"filled": [1, 2]},
        Move.DEEM_WITHDRAWN: {"confirm": True},
        Move.ASK_COOPERATION: {"centre": "示例市法律援助中心", "ask": "核查收入。"},
        Move.TAKE_COOPERATION: {"answer": "收入属实。"}, Move.WITHDRAW: {"how": "CALL", "text": "电话要求撤回。"},
        Move.PROPOSE: PROPOSAL,
        Move.AID_FIRST: {**choice, "why": "PRESERVATION", "until": "2026-12-31"},
        Move.GRANT: GRANT, Move.REFUSE: REFUSAL, Move.ASSIGN: choice, Move.REASSIGN: choice,
        Move.WAIT_FOR_CLIENT: {"cause": "ABSENT", "text": "约好的时间没有来。"}, Move.CLIENT_CAME: {},
        Move.DECLINE: {"reason": "与本人代理的案件冲突。"}, Move.REPORT: {"text": "已立案。"},
        Move.BEGIN_CHANGE: {"by": "RECIPIENT", "reason": "受援人要求更换。"},
        Move.TERMINATE: {"ground": "T48_6", "text": "自行委托了律师。"}, Move.OBJECT: {"text": "收入计算有误。"},
        Move.UPHOLD: {"text": "经核查，计算无误。"}, Move.ORDER_CORRECTION: {"text": "收入计算有误，应予援助。"},
        Move.RETURN_FILE: {"reason": "缺少判决书送达回证。"}, Move.ARCHIVE: ARCHIVING,
        Move.CALL_BACK: {"how": "PHONE", "answer": "满意。", "grade": 5},
        Move.CORRECT: {"application": application(facts="更正后的事实。"), "reason": "当事人补充。"},
        Move.CLEAR_CONFLICT: {"reason": "已核实，不是同一人。"},
        Move.IDENTIFY: {"how": "ID_CARD"}, Move.LOSE_LAWYER: {"reason": "停止执业。"},
        Move.TAKE_BACK: {"reason": "点错了。"},
    }  # fmt: skip
    if move is Move.ENGAGE:
        return {"files": [house.file(case, FileKind.AGREEMENT)], "signed_on": "2026-10-09", "one_scan": True}
    if move is Move.CLOSE:
        files = [house.file(case, FileKind.JUDGMENT)]
        return {"outcome": "SETTLED", "text": "调解结案。", "recovered_fen": 100, "files": files}
    found: dict[str, Any] = plain.get(move, {})
    return found


def prepare(house: House, case: str, state: State, move: Move) -> None:
    """What has to have happened in this state before this move."""
    if move in (Move.GRANT, Move.REFUSE):
        house.move(case, Move.PROPOSE, actor(Who.REVIEWER), PROPOSAL)
    if move in (Move.ENGAGE, Move.WAIT_FOR_CLIENT, Move.CLIENT_CAME):
        house.move(case, Move.ACCEPT, actor(Who.FIRM))
    if move is Move.CLIENT_CAME:
        house.move(case, Move.WAIT_FOR_CLIENT, actor(Who.FIRM), {"cause": "PAPERS"})
    if move is Move.CLEAR_CONFLICT:
        house.helped("示例乙方")
        given = {"application": application(opposing=[{"name": "示例乙方"}]), "reason": "当事人补充。"}
        house.move(case, Move.CORRECT, actor(Who.DESK), given)
    if move is Move.DEEM_WITHDRAWN:
        house.later(60 * 24 * 3_600_000)


# The rules are the same on each engine; what an engine could do otherwise shows in two states as well as in all.
WALKED = [("sqlite", state) for state in STATES] + [("postgresql", State.UNDER_REVIEW), ("postgresql", State.ENGAGED)]


@pytest.mark.parametrize(("database_url", "state"), WALKED, indirect=["database_url"])
def test_every_move_of_the_table_works_and_every_other_is_refused_and_changes_nothing(
    database: Database, state: State
) -> None:
    with database.write() as connection:
        house = House(connection).furnish()
        case = house.to(state)
        allowed = {move for move in moves_from(state) if not _not_here(state, move)}
        for move in Move:
            before, now_ms = everything(connection), house.now_ms
            trial = connection.begin_nested()
            if move in allowed:
                _walk(house, case, state, move)
            else:
                everybody = replace(actor(Who.SUPERVISOR), who=frozenset(Who))
                with pytest.raises(RefusedByRule) as refused:
                    _move(house, case, move, everybody, given_for(house, case, move))
                assert refused.value.code in _REFUSALS
            trial.rollback()
            assert everything(connection) == before
            house.now_ms = now_ms


_REFUSALS = ("AID_MOVE_REFUSED", "AID_NOTHING_TO_TAKE_BACK", "AID_NO_APPLICATION", "AID_NO_LAWYER", "AID_NO_CONFLICT")
_WITHOUT_LAWYER = (State.SUBMITTED, State.NEED_SUPPLEMENT, State.UNDER_REVIEW, State.COOP_CHECK, State.GRANTED)


def _not_here(state: State, move: Move) -> bool:
    """Moves that the table has but whose guard bars them in a case that came this way."""
    if move is Move.TAKE_BACK:
        return state in (State.SUBMITTED, State.NOTICE_IN, State.OBJECTED, State.UPHELD)
    if move is Move.CLEAR_CONFLICT:
        return state not in (State.ASSIGNED, State.ENGAGED)
    if move in (Move.ACCEPT, Move.LOSE_LAWYER):
        return state in _WITHOUT_LAWYER  # for whom aid came first
    if move is Move.TAKE_SUPPLEMENT:
        return state is State.UNDER_REVIEW  # where nothing is missing
    return move is Move.CORRECT and state is State.NOTICE_IN


def _walk(house: House, case: str, state: State, move: Move) -> None:
    prepare(house, case, state, move)
    way = WAYS[move]
    given = given_for(house, case, move)
    before = everything(house.connection)
    for stranger in sorted(set(Who) - way.who):
        with pytest.raises(Forbidden, match="AID_NOT_YOURS"):
            _move(house, case, move, actor(stranger), given)
    assert everything(house.connection) == before
    who = sorted(way.who)[0]
    came = house.move(case, move, actor(who, f"another {who}"), given)
    wanted = state if way.to is Before.SAME else way.to
    if move is Move.TAKE_BACK:
        assert came is not state
    elif move is Move.ORDER_CORRECTION:
        assert came is State.GRANTED
    else:
        assert came == wanted
    row = store.case(house.connection, case)
    assert row is not None
    assert row["live"] == is_live(came)
    last = store.last_step(house.connection, case)
    assert last is not None
    assert (last["move"], last["from_state"], last["to_state"]) == (move, state, came)


def _move(house: House, case: str, move: Move, by: Actor, given: dict[str, Any]) -> None:
    row = store.case(house.connection, case)
    assert row is not None
    casework.move(house.work, by, case, move, given, row["version"])


def test_a_case_that_has_ended_leads_nowhere_but_back() -> None:
    for state in ENDS:
        assert moves_from(state) == {Move.TAKE_BACK}


def test_every_state_can_be_reached_and_every_move_is_somebodys() -> None:
    reached = {way.to for way in WAYS.values()} | {State.DRAFT, State.NOTICE_IN}
    assert set(State) <= reached | set(Before)
    assert all(way.who and way.sources for way in WAYS.values())


def test_the_second_of_two_at_once_is_told_and_changes_nothing(database: Database) -> None:
    with database.write() as connection:
        house = House(connection).furnish()
        case = house.to(State.SUBMITTED)
        row = store.case(connection, case)
        assert row is not None
        casework.move(house.work, actor(Who.REVIEWER, "first"), case, Move.BEGIN_REVIEW, {}, row["version"])
        before = everything(connection)
        with pytest.raises(RefusedByRule, match="AID_CHANGED"):
            casework.move(house.work, actor(Who.REVIEWER, "second"), case, Move.BEGIN_REVIEW, {}, row["version"])
        assert everything(connection) == before


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("move", sorted(set(WAYS) - {Move.SUBMIT}))  # a draft lives in its hall, not here
def test_a_move_given_rubbish_is_refused_and_changes_nothing(database: Database, move: Move) -> None:
    state = next(one for one in STATES if one in WAYS[move].sources and not _not_here(one, move))
    with database.write() as connection:
        house = House(connection).furnish()
        case = house.to(state)
        prepare(house, case, state, move)
        right, first = given_for(house, case, move), sorted(WAYS[move].who)[0]
        before = everything(connection)
        hostile: list[dict[str, Any]] = [
            {"unknown": 1}, {"text": "\x00"}, {"reason": 7}, {"text": "甲" * 2001}, {"files": ["../x"]},
            {"lawyer": "f" * 63}, {"confirm": "true"}, {"gaps": []}, {"until": "2026-02-30"}, {"text": 7},
        ]  # fmt: skip
        for given in hostile:
            with pytest.raises(ApiError):
                _move(house, case, move, actor(first), right | given)
        assert everything(connection) == before
