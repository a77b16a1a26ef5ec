"""Whole journeys of cases at central: every document opened and read back, every limit to its day."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from central.aid import casework, store
from central.aid.stages import Move, State, Who
from central.aid_files.rules import FileKind, Source
from central.aid_limits.rules import Outcome
from central.database import Database
from central.failures import RefusedByRule
from central.imports.lawyers import LawyerState
from central.lawyers.codes import Evidence, How
from central.lawyers.status import Told, take_state
from hall.intake.codes import Channel
from tests.central.aid_elders_papers import read_every_paper
from tests.central.aid_house import (
    FIRM,
    GAPS,
    GRANT,
    OTHER_FIRM,
    PROPOSAL,
    REFUSAL,
    REFUSING,
    House,
    actor,
    application,
    id_number,
    notice,
)
from tests.central.aid_reading import (
    at,
    check_whole,
    day_of,
    limit,
    limits_of,
    papers,
    papers_by_form,
    running,
)

ONE_ENGINE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
COURT = "示例区人民法院"


def go(house: House, case: str, day: str, move: Move, who: Who, given: Any = None, name: str | None = None) -> State:
    house.now_ms = at(day)
    return house.move(case, move, actor(who, name), given)


@contextmanager
def refused(house: House, code: str) -> Iterator[None]:
    """What is refused is undone with its transaction."""
    trial = house.connection.begin_nested()
    with pytest.raises(RefusedByRule, match=code):
        yield
    trial.rollback()


def row_of(house: House, case: str) -> Any:
    row = store.case(house.connection, case)
    assert row is not None
    return row


def choice(mark: str) -> dict[str, str]:
    return {"lawyer": mark, "override_reason": "当事人信任这位律师"}


def engage(house: House, case: str, day: str, name: str = "firm") -> State:
    go(house, case, day, Move.ACCEPT, Who.FIRM, name=name)
    files = [house.file(case, FileKind.AGREEMENT, Source.FIRM)]
    return go(house, case, day, Move.ENGAGE, Who.FIRM, {"files": files, "signed_on": day, "one_scan": True}, name)


def test_an_elders_case_goes_from_the_window_to_the_archive_and_every_paper_and_day_is_right(
    database: Database,
) -> None:
    with database.write() as connection:
        house = House(connection).furnish()
        house.now_ms = at("2026-10-09")
        means = {"household": 1, "income": 120_000, "basis": "PROMISE", "promise": True}
        means |= {"property": "无房产", "debts": "没有债务"}
        case = house.take(application(organ=COURT, hardship=means))
        number = row_of(house, case)["number"]
        assert number == "（沪长）援申字〔2026〕第0001号"
        assert day_of(limit(house, case, "LA_DECIDE").due_ms) == "2026-10-16"
        _review_with_a_supplement(house, case)
        go(house, case, "2026-10-17", Move.PROPOSE, Who.REVIEWER, PROPOSAL)
        assert go(house, case, "2026-10-19", Move.GRANT, Who.APPROVER, GRANT) is State.GRANTED
        assert limit(house, case, "LA_DECIDE").outcome is Outcome.KEPT
        assert day_of(limit(house, case, "LA_ASSIGN").due_ms) == "2026-10-22"
        assert go(house, case, "2026-10-20", Move.ASSIGN, Who.ASSIGNER, choice(house.first_lawyer)) is State.ASSIGNED
        assert day_of(limit(house, case, "LA_SIGN").due_ms) == "2026-10-26"  # the 25th is a Sunday
        assert engage(house, case, "2026-10-22") is State.ENGAGED
        assert running(house, case) == set()
        _work_and_end(house, case)
        check_whole(house, case)
        read_every_paper(house, case, number)


def _review_with_a_supplement(house: House, case: str) -> None:
    go(house, case, "2026-10-12", Move.BEGIN_REVIEW, Who.REVIEWER)
    go(house, case, "2026-10-12", Move.ASK_SUPPLEMENT, Who.REVIEWER, GAPS)
    assert limit(house, case, "LA_DECIDE").paused_ms is not None
    assert day_of(limit(house, case, "LA_SUPPL").due_ms) == "2026-10-27"
    taken = {"filled": [1], "papers": [{"name": "调解笔录", "copies": 1, "original": True}]}
    assert go(house, case, "2026-10-15", Move.TAKE_SUPPLEMENT, Who.DESK, taken) is State.UNDER_REVIEW
    clock = limit(house, case, "LA_DECIDE")
    assert (clock.paused_ms, day_of(clock.due_ms)) == (None, "2026-10-19")
    assert limit(house, case, "LA_SUPPL").outcome is Outcome.KEPT
    with refused(house, "AID_SECOND_SUPPLEMENT"):
        house.move(case, Move.ASK_SUPPLEMENT, actor(Who.REVIEWER), GAPS)
    house.move(case, Move.PROPOSE, actor(Who.REVIEWER), PROPOSAL)
    with refused(house, "AID_GAPS_OPEN"):
        house.move(case, Move.GRANT, actor(Who.APPROVER), GRANT)
    # the rest comes while the review goes on: no second notice, and no day more
    assert go(house, case, "2026-10-16", Move.TAKE_SUPPLEMENT, Who.DESK, {"filled": [2]}) is State.UNDER_REVIEW
    assert day_of(limit(house, case, "LA_DECIDE").due_ms) == "2026-10-19"
    with refused(house, "AID_MOVE_REFUSED"):
        house.move(case, Move.TAKE_SUPPLEMENT, actor(Who.DESK), {})


def _work_and_end(house: House, case: str) -> None:
    connection = house.connection
    go(house, case, "2026-11-02", Move.REPORT, Who.FIRM, {"text": "已经立案，定于十二月开庭。"})
    assert running(house, case) == set()
    go(house, case, "2026-12-03", Move.REPORT, Who.FIRM, {"text": "案件审结。", "ended_on": "2026-11-20"})
    # told wrongly, and told again: it counts from the day on which the case ended, not from the report
    go(house, case, "2026-12-04", Move.REPORT, Who.FIRM, {"text": "一审判决生效。", "ended_on": "2026-12-01"})
    first, second = limits_of(house, case, "LA_CLOSE")
    assert (first.outcome, day_of(second.due_ms)) == (Outcome.CANCELLED, "2026-12-31")
    judgment = house.file(case, FileKind.JUDGMENT, Source.FIRM)
    closing = {"outcome": "WON", "text": "支持全部诉讼请求。", "recovered_fen": 7_200_000, "files": [judgment]}
    assert go(house, case, "2026-12-10", Move.CLOSE, Who.FIRM, closing) is State.CLOSED
    assert limit(house, case, "LA_CLOSE").outcome is Outcome.KEPT
    assert running(house, case) == {"LA_PAY"}
    assert day_of(limit(house, case, "LA_PAY").due_ms) == "2027-01-11"  # 01-09 is a Saturday
    assert limit(house, case, "LA_PAY").provisional  # of next year's table is only an estimate
    # the file comes back, is no longer closed, and is closed again
    assert (
        go(house, case, "2026-12-11", Move.RETURN_FILE, Who.ARCHIVIST, {"reason": "缺判决送达回证。"}) is State.ENGAGED
    )
    assert row_of(house, case)["closed_ms"] is None
    go(house, case, "2026-12-12", Move.CLOSE, Who.FIRM, closing)
    assert store.firm_has(connection, case, FIRM)
    go(house, case, "2026-12-15", Move.CALL_BACK, Who.ARCHIVIST, {"how": "PHONE", "answer": "很满意。", "grade": 5})
    archived = {"box": "2026-援-001", "years": 10, "pay_fen": 150_000}
    assert go(house, case, "2026-12-16", Move.ARCHIVE, Who.ARCHIVIST, archived) is State.ARCHIVED
    assert running(house, case) == set()
    assert not store.firm_has(connection, case, FIRM)
    row = row_of(house, case)
    assert (row["live"], day_of(row["received_ms"]), day_of(row["decided_ms"]), day_of(row["closed_ms"])) == (
        False, "2026-10-09", "2026-10-19", "2026-12-12",
    )  # fmt: skip
    (work,) = store.assignments(connection, case)
    assert (day_of(work["since_ms"]), day_of(work["engaged_ms"]), day_of(work["until_ms"]), work["ended_how"]) == (
        "2026-10-20", "2026-10-22", "2026-12-16", "DONE",
    )  # fmt: skip


@ONE_ENGINE
def test_a_refusal_is_objected_to_ordered_corrected_and_the_case_is_worked_on(database: Database) -> None:
    with database.write() as connection:
        house = House(connection).furnish()
        house.now_ms = at("2026-10-09")
        daughter = {"name": "示例女儿", "id_number": id_number("0101", "19700101", "002")}
        case = house.take(application(agent={"person": daughter, "relation": "GUARDIAN", "authority": "户口簿"}))
        go(house, case, "2026-10-12", Move.BEGIN_REVIEW, Who.REVIEWER)
        go(house, case, "2026-10-12", Move.PROPOSE, Who.REVIEWER, REFUSING)
        go(house, case, "2026-10-13", Move.REFUSE, Who.APPROVER, REFUSAL)
        assert not row_of(house, case)["live"]
        assert day_of(limit(house, case, "LA_OBJ_FILE").due_ms) == "2026-10-28"
        go(house, case, "2026-10-20", Move.OBJECT, Who.APPLICANT, {"text": "收入计算有误。"})
        assert row_of(house, case)["live"]
        assert day_of(limit(house, case, "LA_OBJ_REVIEW").due_ms) == "2026-10-26"  # the 25th is a Sunday
        with refused(house, "AID_BUREAU_TOOK_PART"):
            go(house, case, "2026-10-21", Move.ORDER_CORRECTION, Who.BUREAU, {"text": "应予援助。"}, "approver")
        ordered = {"text": "收入计算有误，应予援助。"}
        assert go(house, case, "2026-10-22", Move.ORDER_CORRECTION, Who.BUREAU, ordered) is State.GRANTED
        assert (running(house, case), day_of(limit(house, case, "LA_ASSIGN").due_ms)) == ({"LA_ASSIGN"}, "2026-10-26")
        with refused(house, "AID_NOTHING_TO_TAKE_BACK"):
            go(house, case, "2026-10-22", Move.TAKE_BACK, Who.SUPERVISOR, {"reason": "点错了。"})
        with refused(house, "AID_MOVE_REFUSED"):
            go(house, case, "2026-10-22", Move.REFUSE, Who.APPROVER, REFUSAL)
        assert go(house, case, "2026-10-23", Move.ASSIGN, Who.ASSIGNER, choice(house.first_lawyer)) is State.ASSIGNED
        by = papers_by_form(house, case)
        assert by["F10"].says("家庭人均收入高于标准。", "长宁区司法局", "十五", "示例婆婆（法定代理人：示例女儿）：")
        assert by["F20"].says(
            "（法定代理人：示例女儿）", by["F10"].number, "收入计算有误。", "收入计算有误，应予援助。", "责令"
        )
        assert by["F09"].says("示例婆婆", "赡养费")
        assert by["F11"].says(by["F09"].number)
        assert "F13B" not in by  # no court hears of a refusal in a matter of its own parties
        check_whole(house, case)


@ONE_ENGINE
@pytest.mark.parametrize("signed", [True, False])
def test_a_termination_that_is_undone_brings_the_same_lawyer_back(database: Database, signed: bool) -> None:
    with database.write() as connection:
        house = House(connection).furnish()
        case = house.to(State.ENGAGED if signed else State.ASSIGNED)
        if signed:
            house.move(case, Move.REPORT, actor(Who.FIRM), {"text": "审结。", "ended_on": "2026-10-09"})
        before = store.live_assignment(connection, case)
        ended = {"ground": "T48_4", "text": "经济状况变化。"}
        assert go(house, case, "2026-10-14", Move.TERMINATE, Who.APPROVER, ended) is State.TERMINATED
        assert running(house, case) == {"LA_OBJ_FILE"}  # nobody's file is due any more
        assert not store.firm_has(connection, case, FIRM)
        go(house, case, "2026-10-20", Move.OBJECT, Who.BUREAU, {"text": "收入没有变化。"})
        came = go(house, case, "2026-10-22", Move.ORDER_CORRECTION, Who.BUREAU, {"text": "责令继续援助。"}, "judge")
        assert came is (State.ENGAGED if signed else State.ASSIGNED)
        after = store.live_assignment(connection, case)
        assert before is not None
        assert after is not None
        kept = ("lawyer", "firm_code", "accepted_ms", "engaged_ms", "provisional")
        assert [after[name] for name in kept] == [before[name] for name in kept]
        assert running(house, case) == ({"LA_CLOSE"} if signed else {"LA_SIGN"})  # whole days again
        assert row_of(house, case)["closed_ms"] is None
        for anew in (
            {},
            {"fact_on": "2026-10-21"},
            {"fact_on": "2026-12-31"},
        ):  # of the order's day, or later, and past
            with refused(house, "AID_NEW_FACT_DAY"):
                house.move(case, Move.TERMINATE, actor(Who.APPROVER), {**ended, **anew})
        asked = {"ground": "T48_7", "text": "受援人要求终止。"}
        assert house.move(case, Move.TERMINATE, actor(Who.APPROVER), asked) is State.TERMINATED
        assert papers_by_form(house, case)["F20"].says("收入没有变化。", "责令继续援助。")
        check_whole(house, case)


@ONE_ENGINE
def test_a_correction_is_not_barred_by_a_lawyer_who_was_suspended_since(database: Database) -> None:
    with database.write() as connection:
        house = House(connection).furnish()
        case = house.to(State.TERMINATED)
        house.move(case, Move.OBJECT, actor(Who.APPLICANT), {"text": "没有要求终止。"})
        _suspend(house)
        ordered = {"text": "没有终止的事由，责令继续援助。"}
        assert house.move(case, Move.ORDER_CORRECTION, actor(Who.BUREAU), ordered) is State.CHANGING
        assert running(house, case) == {"LA_CHANGE"}
        assert store.live_assignment(connection, case) is None
        assert house.move(case, Move.REASSIGN, actor(Who.ASSIGNER), choice(house.second_lawyer)) is State.ASSIGNED
        assert papers_by_form(house, case)["F17"].says("示例甲律师事务所", "示例乙律师事务所")


def _suspend(house: House) -> list[str]:
    """As the lawyers' room does it: the state first, then the cases."""
    told = Told(LawyerState.SUSPENDED, house.now_ms, How.LIST, Evidence.DECISION, "9号", "2026-10-09", "2027-01-09")
    return take_state(house.work, actor(Who.SUPERVISOR), house.first_lawyer, told)


@ONE_ENGINE
def test_a_courts_notice_for_a_minor_is_answered_in_three_days_by_who_knows_minors(database: Database) -> None:
    with database.write() as connection:
        house = House(connection).furnish()
        stranger = house.lawyer("19999202210333333", "示例丙", "31990000MD00000003", knows_minors=False)
        house.now_ms = at("2026-09-30")
        case = house.notice(notice(detained=True, place="示例看守所"))
        assert day_of(limit(house, case, "LA_NOTICE").due_ms) == "2026-10-08"  # after the feast
        with refused(house, "AID_LAWYER_MINORS"):
            go(house, case, "2026-10-08", Move.ASSIGN, Who.ASSIGNER, choice(stranger))
        assert go(house, case, "2026-10-08", Move.ASSIGN, Who.ASSIGNER, choice(house.first_lawyer)) is State.ASSIGNED
        assert limit(house, case, "LA_NOTICE").outcome is None  # the organ has still to be told
        house.tell_organ(case)
        assert limit(house, case, "LA_NOTICE").outcome is Outcome.KEPT
        by = papers_by_form(house, case)
        assert set(by) == {"F11", "F13"}
        assert by["F11"].says("示例少年", "盗窃", "示例甲律师事务所", "（2026）示9901刑初1号")
        assert by["F11"].says("羁押场所：示例看守所")
        assert by["F13"].says(COURT, "示例少年", "示例甲", "辩护人", "来函（（2026）示9901刑初1号）收悉")
        _lose_the_lawyer_in_the_middle(house, case)
        ended = {"ground": "T48_6", "text": "被告人自行委托了辩护人。"}
        assert go(house, case, "2026-10-15", Move.TERMINATE, Who.APPROVER, ended) is State.TERMINATED
        by = papers_by_form(house, case)
        assert by["F18"].says("示例少年", "自行委托了辩护人")
        assert by["F19"].says(COURT)
        check_whole(house, case)


def _lose_the_lawyer_in_the_middle(house: House, case: str) -> None:
    engage(house, case, "2026-10-09")
    other = house.take()
    house.now_ms = at("2026-10-12")
    assert _suspend(house) == [case]
    assert (row_of(house, case)["state"], store.firm_has(house.connection, case, FIRM)) == ("CHANGING", False)
    assert row_of(house, other)["version"] == 1
    assert day_of(limit(house, case, "LA_CHANGE").due_ms) == "2026-10-19"  # the 17th is a Saturday
    with refused(house, "AID_LAWYER_INACTIVE"):
        go(house, case, "2026-10-12", Move.REASSIGN, Who.ASSIGNER, choice(house.first_lawyer))
    with refused(house, "AID_LAWYER_INACTIVE"):
        go(house, case, "2026-10-12", Move.TAKE_BACK, Who.SUPERVISOR, {"reason": "点错了。"})
    assert go(house, case, "2026-10-13", Move.REASSIGN, Who.ASSIGNER, choice(house.second_lawyer)) is State.ASSIGNED
    assert store.firm_has(house.connection, case, OTHER_FIRM)
    by = papers_by_form(house, case)
    assert by["F16"].says("示例甲", "停止执业", "由本机构依职权提出更换", "决定更换", "主管人员", "指派人员")
    assert by["F16"].blank == ("联系电话", "申请人（签名）")
    assert by["F17"].says("2026年10月12日发现需要更换法律援助人员的情形（", "停止执业", "决定更换法律援助人员")
    assert by["F17"].says("原承办人员示例甲", "改由示例乙律师事务所示例乙", "援指字〔2026〕第0001号")
    assert by["F11"].says("示例乙律师事务所")


@ONE_ENGINE
@pytest.mark.parametrize(("matter", "years"), [("N25_4", True), ("N25_5", True), ("N25_7", False)])
def test_a_matter_of_life_or_death_takes_three_years_of_defence(database: Database, matter: str, years: bool) -> None:
    with database.write() as connection:
        house = House(connection).furnish()
        young = house.lawyer("19999202510444444", "示例丁", "31990000MD00000004", criminal_since="2025-01")
        grown = {"name": "示例甲某", "id_number": id_number("0101", "19800101", "001")}
        case = house.notice(notice(matter=matter, accused=grown, groups=[]))
        if years:
            with refused(house, "AID_LAWYER_YEARS"):
                house.move(case, Move.ASSIGN, actor(Who.ASSIGNER), choice(young))
        else:
            assert house.move(case, Move.ASSIGN, actor(Who.ASSIGNER), choice(young)) is State.ASSIGNED


def _aid_first(house: House, **changes: Any) -> tuple[str, dict[str, Any]]:
    case = house.take(application(organ=COURT))
    given = {**choice(house.first_lawyer), "why": "PERIOD_ENDS", "period_ends": "2026-10-12", "until": "2026-10-20"}
    house.move(case, Move.AID_FIRST, actor(Who.ASSIGNER), given | changes)
    return case, given


@ONE_ENGINE
def test_aid_that_comes_first_is_confirmed_by_the_grant(database: Database) -> None:
    with database.write() as connection:
        house = House(connection).furnish()
        case, given = _aid_first(house)
        assert row_of(house, case)["state"] == "SUBMITTED"
        assert {"LA_DECIDE", "LA_URGENT"} == running(house, case)
        assert day_of(limit(house, case, "LA_URGENT").due_ms) == "2026-10-20"
        assert papers_by_form(house, case)["F13"].says(COURT, "示例甲")
        house.move(case, Move.ACCEPT, actor(Who.FIRM))  # so that the lawyer learns who it is for
        work = store.live_assignment(connection, case)
        assert work is not None
        assert (work["provisional"], work["accepted_ms"] is not None) == (True, True)
        with refused(house, "AID_FIRST_ALREADY"):
            house.move(case, Move.AID_FIRST, actor(Who.ASSIGNER), given)
        _suspend(house)  # the lawyer is lost: another one goes on, the formalities get a day again
        assert row_of(house, case)["state"] == "SUBMITTED"
        house.move(case, Move.AID_FIRST, actor(Who.ASSIGNER), {**given, **choice(house.second_lawyer)})
        assert [one.outcome for one in limits_of(house, case, "LA_URGENT")] == [Outcome.CANCELLED, None]
        house.move(case, Move.BEGIN_REVIEW, actor(Who.REVIEWER))
        house.move(case, Move.PROPOSE, actor(Who.REVIEWER), PROPOSAL)
        house.move(case, Move.GRANT, actor(Who.APPROVER), GRANT)
        assert running(house, case) == {"LA_ASSIGN"}
        assert house.move(case, Move.ASSIGN, actor(Who.ASSIGNER), choice(house.second_lawyer)) is State.ASSIGNED
        ended = [(one["ended_how"], one["provisional"]) for one in store.assignments(connection, case)]
        assert ended == [("LAWYER_LOST", True), ("CONFIRMED", True), (None, False)]
        house.move(case, Move.TAKE_BACK, actor(Who.SUPERVISOR), {"reason": "点错了。"})
        work = store.live_assignment(connection, case)
        assert work is not None
        assert (work["lawyer"], work["provisional"]) == (house.second_lawyer, True)


@ONE_ENGINE
@pytest.mark.parametrize("end", [State.REFUSED, State.WITHDRAWN, State.REDIRECTED])
def test_aid_that_came_first_ends_with_the_application(database: Database, end: State) -> None:
    with database.write() as connection:
        house = House(connection).furnish()
        case, _ = _aid_first(house)
        if end is State.REFUSED:
            house.move(case, Move.BEGIN_REVIEW, actor(Who.REVIEWER))
            house.move(case, Move.PROPOSE, actor(Who.REVIEWER), REFUSING)
            house.move(case, Move.REFUSE, actor(Who.APPROVER), REFUSAL)
        elif end is State.WITHDRAWN:
            house.move(case, Move.WITHDRAW, actor(Who.DESK), {"how": "CALL", "text": "电话要求撤回。"})
        else:
            house.move(
                case, Move.REDIRECT, actor(Who.DESK), {"to": "示例市法律援助中心", "reason": "由法院所在地受理。"}
            )
        assert row_of(house, case)["state"] == end
        assert running(house, case) <= {"LA_OBJ_FILE"}
        assert not store.firm_has(connection, case, FIRM)
        assert house.move(case, Move.TAKE_BACK, actor(Who.SUPERVISOR), {"reason": "点错了。"}) is not end
        assert store.firm_has(connection, case, FIRM)
        assert row_of(house, case)["closed_ms"] is None
        assert {"LA_DECIDE", "LA_URGENT"} == running(house, case)


@ONE_ENGINE
def test_a_supplement_taken_by_a_wrong_click_is_missing_again(database: Database) -> None:
    with database.write() as connection:
        house = House(connection).furnish()
        case = house.to(State.NEED_SUPPLEMENT)
        house.move(case, Move.TAKE_SUPPLEMENT, actor(Who.DESK), {"filled": [1, 2]})
        assert house.move(case, Move.TAKE_BACK, actor(Who.SUPERVISOR), {"reason": "点错了。"}) is State.NEED_SUPPLEMENT
        assert [one["filled_ms"] for one in store.gaps(connection, case)] == [None, None]
        assert limit(house, case, "LA_DECIDE").paused_ms is not None
        assert [(one.form, one.void) for one in papers(house, case)] == [("F05", False), ("F06", False), ("F05", True)]
        check_whole(house, case)


@ONE_ENGINE
def test_what_was_decided_stays_when_the_application_is_corrected_and_another_person_is_shown_anew(
    database: Database,
) -> None:
    with database.write() as connection:
        house = House(connection).furnish()
        case = house.take()
        other = {**application()["applicant"], "name": "示例阿婆"}
        house.move(case, Move.CORRECT, actor(Who.DESK), {"application": application(applicant=other), "reason": "改名"})
        assert not row_of(house, case)["identified"]
        house.move(case, Move.IDENTIFY, actor(Who.DESK), {"how": "ID_CARD"})
        house.move(case, Move.BEGIN_REVIEW, actor(Who.REVIEWER))
        house.move(case, Move.PROPOSE, actor(Who.REVIEWER), {**PROPOSAL, "matter": "M31_5"})
        granted = {**GRANT, "matter": "M31_5", "aid_form": "FORM_6"}
        house.move(case, Move.GRANT, actor(Who.APPROVER), granted)
        assert papers_by_form(house, case)["F09"].says("示例阿婆", "劳动报酬")
        changed = application(applicant=other, facts="更正后的事实。")
        house.move(case, Move.CORRECT, actor(Who.DESK), {"application": changed, "reason": "当事人补充。"})
        row = row_of(house, case)
        assert (row["matter"], row["aid_form"], row["identified"]) == ("M31_5", "FORM_6", True)


@ONE_ENGINE
@pytest.mark.parametrize("matter", ["M24", "M29", "M33", "M32_4", "M31_9"])
def test_every_kind_of_matter_can_be_granted_and_refused(database: Database, matter: str) -> None:
    with database.write() as connection:
        house = House(connection).furnish()
        nature = "CRIMINAL" if matter in ("M24", "M29", "M33") else "CIVIL"
        basis = "NOT_REQUIRED_32" if matter.startswith("M32") else "PROMISE"
        held = {"detained": True, "custody": "示例看守所"} if matter == "M24" else {}
        asked = application(matter=matter, nature=nature, organ=COURT if nature == "CRIMINAL" else "", **held)
        for decision in (Move.GRANT, Move.REFUSE):
            case = house.take(asked, Channel.WINDOW)
            house.move(case, Move.BEGIN_REVIEW, actor(Who.REVIEWER))
            house.move(case, Move.PROPOSE, actor(Who.REVIEWER), {**PROPOSAL, "basis": basis, "matter": matter})
            given = {**GRANT, "basis": basis, "matter": matter, "nature": nature}
            house.move(case, decision, actor(Who.APPROVER), given if decision is Move.GRANT else REFUSAL)
            by = papers_by_form(house, case)
            told_organ = {"F13B"} if held else set()  # and of nobody who is free it says that they are in custody
            assert set(by) == {"F05", "F08"} | ({"F09"} if decision is Move.GRANT else {"F10"} | told_organ)
            if "F13B" in by:
                assert by["F13B"].says(COURT, "被羁押于示例看守所的示例婆婆", by["F10"].number)
            assert casework.standing_of(house.work, row_of(house, case)).last(decision) is not None
