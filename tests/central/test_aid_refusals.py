"""What a case refuses: wrong applications and attempts to skip a form, each with the rule's name and its article."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import pytest

from central.accounts.permissions import Role
from central.aid import store
from central.aid.application_rules import check_application
from central.aid.given import read_given
from central.aid.guards import guard
from central.aid.people import read_application
from central.aid.rules import Standing
from central.aid.stages import Move, State, Who
from central.aid_files.rules import FileKind
from central.aid_papers import issuing
from central.aid_papers.issuing import Delivery
from central.aid_papers.rules import Method
from central.database import Database
from central.failures import ApiError
from hall.intake.codes import Channel
from hall_config.wording import say
from tests.central.aid_desk_over_http import open_desk
from tests.central.aid_house import (
    DAY_MS,
    GRANT,
    MONDAY_MS,
    PROPOSAL,
    REFUSAL,
    REFUSING,
    House,
    actor,
    application,
    id_number,
)
from tests.central.aid_reading import at
from tests.central.asking import check_error
from tests.central.conftest import Web
from tests.central.test_aid_stages import everything, given_for

ONE_ENGINE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
MINOR = {"name": "示例少年", "id_number": id_number("0101", "20150315", "001"), "phone": "13900000001"}
PARENT = {
    "person": {"name": "示例母亲", "id_number": id_number("0101", "19850315", "002")},
    "relation": "PARENT",
    "authority": "户口簿",
}
RIGHT = application()["applicant"]["id_number"]

# The words of a refusal name the rule; where a law rules, its article.
ARTICLES = {
    "AID_MINOR_ALONE": ("《法律援助法》第40条", "Art. 40"),
    "AID_HARDSHIP_MISSING": ("《法律援助法》第41条", "Art. 41"),
    "AID_PROMISE_MISSING": ("《法律援助法》第41条", "Art. 41"),
    "AID_ID_NUMBER": ("GB 11643", "GB 11643"),
    "AID_SECOND_SUPPLEMENT": ("《法律援助法》第43条", "Art. 43"),
    "AID_SUPPLEMENT_RUNNING": ("《法律援助法》第43条", "Art. 43"),
    "AID_GAPS_OPEN": ("《法律援助法》第43条", "Art. 43"),
    "AID_BASIS_32": ("《法律援助法》第32条", "Art. 32"),
    "AID_BASIS_42": ("《法律援助法》第42条", "Art. 42"),
    "AID_SAME_GROUND": ("《法律援助法》第49条", "Art. 49"),
    "AID_BUREAU_TOOK_PART": ("《法律援助法》第49条", "Art. 49"),
    "AID_OBJECTION_LATE": ("《办理法律援助案件程序规定》第22条", "Art. 22"),
    "AID_FIRST_ALREADY": ("《法律援助法》第44条", "Art. 44"),
    "AID_PERIOD_OVER": ("《法律援助法》第44条", "Art. 44"),
    "AID_NEW_FACT_DAY": ("《法律援助法》第49条", "Art. 49"),
    "AID_NOT_URGENT": ("《法律援助法》第44条", "Art. 44"),
    "AID_FORMALITIES_LATE": ("《法律援助法》第44条", "Art. 44"),
    "AID_FORM_SKIPPED_F12": ("《办理法律援助案件程序规定》第27条", "Art. 27"),
    "AID_FORM_SKIPPED_F08": ("F08", "F08"),
    "AID_LAWYER_INACTIVE": ("《律师法》第13条", "Arts. 13"),
    "AID_LAWYER_MINORS": ("第26条", "Art. 26"),
    "AID_LAWYER_YEARS": ("《法律援助法》第26条", "Art. 26"),
    "AID_CONFLICT": ("《律师法》第39条", "Art. 39"),
    "AID_CONFLICT_OPEN": ("《律师法》第39条", "Art. 39"),
    "AID_CONFLICT_CERTAIN": ("《律师法》第39条", "Art. 39"),
    "AID_FORM_SKIPPED_F32": ("F32", "F32"),
}


@pytest.mark.parametrize("code", sorted(ARTICLES))
def test_a_refusal_names_its_rule_and_article_in_both_languages(code: str) -> None:
    zh, en = ARTICLES[code]
    assert zh in say(f"central.error.{code}", "zh")
    assert en in say(f"central.error.{code}", "en")


def person(**changes: Any) -> dict[str, Any]:
    return {**application()["applicant"], **changes}


APPLICATIONS: list[tuple[dict[str, Any], str]] = [
    (application(applicant=person(id_number=id_number("0101", "20100229", "001"))), "AID_ID_NUMBER"),
    (application(applicant=person(id_number=RIGHT[:-1] + ("0" if RIGHT[-1] != "0" else "1"))), "AID_ID_NUMBER"),
    (application(applicant=person(id_number=RIGHT[:-1])), "AID_ID_NUMBER"),
    (application(applicant=person(id_number="")), "AID_ID_MISSING"),
    (application(applicant=person(birth="2010-02-29")), "AID_NO_SUCH_BIRTH"),
    (application(applicant=person(birth="1949-12-30")), "AID_BIRTH"),
    (application(applicant=person(id_kind="NONE", id_number="", birth="2010-02-29")), "AID_NO_SUCH_BIRTH"),
    (application(applicant=person(id_kind="PASSPORT", id_number="E00000000", birth="2015-03-15")), "AID_MINOR_ALONE"),
    (application(applicant=MINOR), "AID_MINOR_ALONE"),
    (application(opposing=[{"name": "示例儿子", "id_number": "990101197506010010"}]), "AID_ID_NUMBER"),
    (application(hardship={}), "AID_HARDSHIP_MISSING"),
    (application(hardship={"household": 1, "basis": "PAPERS"}), "AID_HARDSHIP_MISSING"),
    (application(hardship={"household": 1, "income": 1, "basis": "EXEMPT_42"}), "AID_HARDSHIP_MISSING"),
    (application(hardship={"household": 1, "income": 1, "basis": "PROMISE"}), "AID_PROMISE_MISSING"),
    (application(facts="　 "), "AID_FACTS_MISSING"),
    (application(applicant=person(phone="", address="")), "AID_CONTACT_MISSING"),
    (application(signature=""), "AID_SIGNATURE_MISSING"),
]


@pytest.mark.parametrize("said", [False, None, 1, 1.0, "true", "1", [True], {}])
def test_nobody_consents_promises_or_confirms_by_anything_but_true(said: Any) -> None:
    """``1 == True``: what is compared by ``==`` takes a number for a word that was given."""
    means = {"household": 1, "income": 1, "basis": "PROMISE", "promise": said}
    with pytest.raises(ApiError, match="WRONG_FIELD"):
        read_application(application(consent=said))
    with pytest.raises(ApiError, match=r"WRONG_FIELD|AID_PROMISE_MISSING"):
        check_application(read_application(application(hardship=means)), MONDAY_MS)
    with pytest.raises(ApiError, match="WRONG_FIELD"):
        read_given(Move.DEEM_WITHDRAWN, {"confirm": said})


TAKEN: list[dict[str, Any]] = [
    application(applicant=MINOR, agent=PARENT),
    application(matter="M32_4", hardship={}),
    application(presumed="X42_1", hardship={}),
    application(applicant=person(id_kind="NONE", id_number="")),
]


@ONE_ENGINE
def test_wrong_applications_are_refused_by_their_rule_and_leave_no_number_used(web: Web) -> None:
    desk = open_desk(web)
    for given, code in APPLICATIONS:
        error = check_error(desk.take(given), 422, code)
        assert "示例" not in str(error)
        assert error["message_zh"] == say(f"central.error.{code}", "zh")
    numbers = []
    for given in TAKEN:
        answer = desk.take(given)
        assert answer.status_code == 201, answer.text
        numbers.append(answer.json()["number"][-5:-1])
    assert numbers == ["0001", "0002", "0003", "0004"]
    check_error(desk.take(role=Role.VIEWER), 403, "NOT_ALLOWED")


@contextmanager
def refused(house: House, code: str) -> Iterator[None]:
    """With this code, and nothing has changed once its transaction is undone."""
    before, trial = everything(house.connection), house.connection.begin_nested()
    with pytest.raises(ApiError) as problem:
        yield
    trial.rollback()
    assert problem.value.code == code
    assert everything(house.connection) == before


def granting(house: House, given: dict[str, Any], proposal: dict[str, Any]) -> str:
    case = house.take(given)
    house.move(case, Move.BEGIN_REVIEW, actor(Who.REVIEWER))
    house.move(case, Move.PROPOSE, actor(Who.REVIEWER), proposal)
    return case


@ONE_ENGINE
def test_no_form_can_be_skipped(database: Database) -> None:
    with database.write() as connection:
        house = House(connection).furnish()
        case = house.to(State.UNDER_REVIEW)
        for move, given in ((Move.GRANT, GRANT), (Move.REFUSE, REFUSAL)):
            with refused(house, "AID_FORM_SKIPPED_F08"):
                house.move(case, move, actor(Who.APPROVER), given)
        house.move(case, Move.PROPOSE, actor(Who.REVIEWER), PROPOSAL)
        with refused(house, "AID_APPROVER_IS_REVIEWER"):
            house.move(case, Move.GRANT, actor(Who.APPROVER, "reviewer"), GRANT)
        with refused(house, "AID_MOVE_REFUSED"):
            house.move(case, Move.ASSIGN, actor(Who.ASSIGNER), {"lawyer": house.first_lawyer})
        case = house.to(State.ASSIGNED)
        wrong = {"files": [house.file(case, FileKind.PAPER)], "signed_on": "2026-10-09"}
        signed = {"files": [house.file(case, FileKind.AGREEMENT)], "signed_on": "2026-10-09"}
        whole = {**signed, "one_scan": True}
        with refused(house, "AID_NOT_ACCEPTED"):
            house.move(case, Move.ENGAGE, actor(Who.FIRM), signed | {"one_scan": True})
        house.move(case, Move.ACCEPT, actor(Who.FIRM))
        attempts: list[tuple[dict[str, Any], str]] = [
            (wrong, "AID_FORM_SKIPPED_F12"), ({**signed, "files": ["0" * 16]}, "AID_NO_SUCH_FILE"),
            ({**signed, "files": []}, "AID_FORM_SKIPPED_F12"), (signed, "AID_FORM_SKIPPED_F03"),
            ({**signed, "files": signed["files"] * 2}, "AID_FORM_SKIPPED_F03"),
            ({**whole, "signed_on": "2026-10-10"}, "AID_DAY_AHEAD"),
            ({**whole, "signed_on": "2026-02-30"}, "AID_NO_SUCH_DAY"),
            ({**whole, "signed_on": "2026-02-30"}, "AID_NO_SUCH_DAY"),
            ({**whole, "signed_on": "1900-01-01"}, "AID_DAY_BEFORE"),
        ]  # fmt: skip
        for given, code in attempts:
            with refused(house, code):
                house.move(case, Move.ENGAGE, actor(Who.FIRM), given)
        house.move(case, Move.ENGAGE, actor(Who.FIRM), whole)
        closing = {"outcome": "WON", "text": "胜诉。", "files": signed["files"]}
        with refused(house, "AID_JUDGMENT_MISSING"):
            house.move(case, Move.CLOSE, actor(Who.FIRM), closing)
        other = house.file(house.to(State.SUBMITTED), FileKind.JUDGMENT)
        with refused(house, "AID_NO_SUCH_FILE"):
            house.move(case, Move.CLOSE, actor(Who.FIRM), {**closing, "files": [other]})
        for day, code in (
            ("2999-01-01", "AID_DAY_AHEAD"),
            ("1900-01-01", "AID_DAY_BEFORE"),
            ("2010-02-29", "AID_NO_SUCH_DAY"),
        ):
            with refused(house, code):
                house.move(case, Move.REPORT, actor(Who.FIRM), {"text": "审结。", "ended_on": day})
        with refused(house, "MISSING_FIELD"):
            house.move(case, Move.TERMINATE, actor(Who.APPROVER), {"text": "没有理由。"})
        with refused(house, "AID_NO_SUCH_TERMINATION"):
            house.move(case, Move.TERMINATE, actor(Who.APPROVER), {"ground": "T48_9", "text": "没有理由。"})


@ONE_ENGINE
def test_gaps_are_named_once_and_a_second_notice_needs_what_came_since_or_a_supervisor(database: Database) -> None:
    with database.write() as connection:
        house = House(connection).furnish()
        case = house.to(State.NEED_SUPPLEMENT)
        with refused(house, "AID_SUPPLEMENT_RUNNING"):
            house.move(case, Move.DEEM_WITHDRAWN, actor(Who.REVIEWER), {"confirm": True})
        with refused(house, "AID_NO_SUCH_GAP"):
            house.move(case, Move.TAKE_SUPPLEMENT, actor(Who.DESK), {"filled": [3]})
        with refused(house, "MISSING_FIELD"):  # the days do not run on for nothing
            house.move(case, Move.TAKE_SUPPLEMENT, actor(Who.DESK), {"filled": []})
        house.move(case, Move.TAKE_SUPPLEMENT, actor(Who.DESK), {"filled": [1]})
        old = {"gaps": [{"kind": "FACTS"}]}
        reason = {**old, "override_reason": "申请人请求再次说明。"}
        with refused(house, "AID_SECOND_SUPPLEMENT"):
            house.move(case, Move.ASK_SUPPLEMENT, actor(Who.REVIEWER), reason)
        with refused(house, "AID_SECOND_SUPPLEMENT"):
            house.move(case, Move.ASK_SUPPLEMENT, actor(Who.SUPERVISOR), old)
        with refused(house, "AID_GAP_TEXT"):
            house.move(case, Move.ASK_SUPPLEMENT, actor(Who.SUPERVISOR), {"gaps": [{"kind": "OTHER"}]})
        fresh = {"gaps": [{"kind": "FACTS", "file": house.file(case, FileKind.PAPER)}]}
        assert house.move(case, Move.ASK_SUPPLEMENT, actor(Who.REVIEWER), fresh) is State.NEED_SUPPLEMENT
        house.later(20 * DAY_MS)
        with refused(house, "WRONG_FIELD"):
            house.move(case, Move.DEEM_WITHDRAWN, actor(Who.REVIEWER), {"confirm": False})
        done = house.move(case, Move.DEEM_WITHDRAWN, actor(Who.REVIEWER), {"confirm": True})
        assert done is State.DEEMED_WITHDRAWN


@ONE_ENGINE
def test_article_32_removes_the_condition_and_article_42_waives_its_check_for_whoever_shows_a_paper(
    database: Database,
) -> None:
    with database.write() as connection:
        house = House(connection).furnish()
        rows = [
            (application(matter="M32_4", hardship={}), {"matter": "M32_4", "basis": "PROMISE"}, "AID_BASIS_32"),
            (application(), {"basis": "NOT_REQUIRED_32"}, "AID_BASIS_32"),
            (application(), {"basis": "EXEMPT_42"}, "AID_BASIS_42"),
            (application(presumed="X42_1", hardship={}, papers=[]), {"basis": "EXEMPT_42"}, "AID_BASIS_42"),
            (application(matter="M32_4", hardship={}), {"basis": "PAPERS"}, "AID_HARDSHIP_MISSING"),
            (application(), {"basis": "NOT_APPLICABLE_NOTICE"}, "AID_NO_SUCH_CODE"),
        ]
        for given, changed, code in rows:
            case = granting(house, given, {**PROPOSAL, **changed})
            with refused(house, code):
                house.move(case, Move.GRANT, actor(Who.APPROVER), {**GRANT, **changed})
        exempt = {**PROPOSAL, "basis": "EXEMPT_42"}
        case = granting(house, application(presumed="X42_1", hardship={}, papers=[]), exempt)
        house.file(case, FileKind.PAPER)
        assert house.move(case, Move.GRANT, actor(Who.APPROVER), {**GRANT, "basis": "EXEMPT_42"}) is State.GRANTED


@ONE_ENGINE
def test_an_approver_alone_grants_nothing_that_was_not_proposed(database: Database) -> None:
    with database.write() as connection:
        house = House(connection).furnish()
        case = granting(house, application(), REFUSING)
        with refused(house, "AID_NOT_PROPOSED"):
            house.move(case, Move.GRANT, actor(Who.APPROVER), GRANT)
        house.move(case, Move.PROPOSE, actor(Who.REVIEWER), PROPOSAL)
        for other in ({"matter": "M32_4", "basis": "NOT_REQUIRED_32"}, {"matter": "M31_5"}, {"basis": "EXEMPT_42"}):
            with refused(house, "AID_NOT_AS_PROPOSED"):
                house.move(case, Move.GRANT, actor(Who.APPROVER), {**GRANT, **other})
        assert house.move(case, Move.GRANT, actor(Who.APPROVER), {**GRANT, "aid_form": "FORM_6"}) is State.GRANTED


@ONE_ENGINE
def test_a_decision_stands_on_a_proposal_made_after_the_last_thing_that_came_in(database: Database) -> None:
    with database.write() as connection:
        house = House(connection).furnish()
        case = house.to(State.UNDER_REVIEW)
        house.move(case, Move.PROPOSE, actor(Who.REVIEWER), PROPOSAL)
        fuller = {"application": application(facts="更正后的事实。"), "reason": "当事人补充。"}
        house.move(case, Move.CORRECT, actor(Who.DESK), fuller)
        with pytest.raises(ApiError, match="AID_PROPOSAL_OLD"):
            house.move(case, Move.GRANT, actor(Who.APPROVER), GRANT)
        house.move(case, Move.PROPOSE, actor(Who.REVIEWER), PROPOSAL)
        assert house.move(case, Move.GRANT, actor(Who.APPROVER), GRANT) is State.GRANTED


@ONE_ENGINE
def test_an_applicant_asks_for_another_lawyer_as_the_recipient_and_not_as_the_agency(database: Database) -> None:
    with database.write() as connection:
        house = House(connection).furnish()
        case = house.to(State.ASSIGNED)
        with pytest.raises(ApiError, match="WRONG_FIELD"):
            house.move(case, Move.BEGIN_CHANGE, actor(Who.APPLICANT), {"by": "AGENCY", "reason": "换人。"})
        asked = {"by": "RECIPIENT", "reason": "联系不上律师。"}
        assert house.move(case, Move.BEGIN_CHANGE, actor(Who.APPLICANT), asked) is State.CHANGING


@ONE_ENGINE
def test_who_is_not_identified_yet_is_not_granted_aid(database: Database) -> None:
    with database.write() as connection:
        house = House(connection).furnish()
        case = house.take(channel=Channel.WEB, identified=False)
        house.move(case, Move.BEGIN_REVIEW, actor(Who.REVIEWER))
        house.move(case, Move.PROPOSE, actor(Who.REVIEWER), PROPOSAL)
        with refused(house, "AID_IDENTITY_OPEN"):
            house.move(case, Move.GRANT, actor(Who.APPROVER), GRANT)
        house.move(case, Move.IDENTIFY, actor(Who.DESK), {"how": "ID_CARD"})
        assert house.move(case, Move.GRANT, actor(Who.APPROVER), GRANT) is State.GRANTED


def receive(house: House, case: str, at_ms: int) -> None:
    """The refusal reaches the applicant then."""
    house.now_ms = at_ms
    (decision,) = [row for row in issuing.papers_of(house.connection, case) if row["form"] == "F10"]
    handed = Delivery(Method.DIRECT, at_ms, "示例婆婆")
    issuing.deliver(house.connection, house.vault, decision["id"], handed, "desk", at_ms)


@ONE_ENGINE
def test_an_objection_comes_in_time_and_is_decided_by_somebody_else(database: Database) -> None:
    with database.write() as connection:
        house = House(connection).furnish()
        late = house.to(State.REFUSED)
        unaware = house.to(State.REFUSED)
        receive(house, late, at("2026-10-13"))
        receive(house, late, at("2026-10-20"))  # a second copy gives no more time
        house.now_ms = at("2026-10-29", 0)  # the 15th day after it was received is the 28th
        assert house.move(unaware, Move.OBJECT, actor(Who.APPLICANT), {"text": "刚知道。"}) is State.OBJECTED
        with refused(house, "AID_OBJECTION_LATE"):
            house.move(late, Move.OBJECT, actor(Who.APPLICANT), {"text": "收入计算有误。"})
        house.now_ms = at("2026-10-28", 23)
        house.move(late, Move.OBJECT, actor(Who.APPLICANT), {"text": "收入计算有误。"})
        for name in ("reviewer", "approver", "desk", "applicant"):
            with refused(house, "AID_BUREAU_TOOK_PART"):
                house.move(late, Move.UPHOLD, actor(Who.BUREAU, name), {"text": "经核查，计算无误。"})
        assert house.move(late, Move.UPHOLD, actor(Who.BUREAU), {"text": "经核查，计算无误。"}) is State.UPHELD


@ONE_ENGINE
def test_no_file_is_laid_away_before_the_recipient_was_called_back_or_it_is_said_why_not(database: Database) -> None:
    box = {"box": "2026-援-001", "years": 10}
    with database.write() as connection:
        house = House(connection).furnish()
        case = house.to(State.CLOSED)
        for given, code in (
            ({}, "AID_FORM_SKIPPED_F32"), ({"no_call_back_text": "不便联系。"}, "AID_FORM_SKIPPED_F32"),
            ({"no_call_back": "UNREACHABLE"}, "MISSING_FIELD"),
            ({"no_call_back": "BUSY", "no_call_back_text": "没有时间。"}, "AID_NO_SUCH_CODE"),
            ({"no_call_back": True, "no_call_back_text": "没有时间。"}, "AID_NO_SUCH_CODE"),
            ({"no_call_back": "UNREACHABLE", "no_call_back_text": " "}, "AID_TEXT_SHORT"),
            ({"no_call_back": "NOTICE_CASE", "no_call_back_text": "通知辩护。"}, "AID_NOT_BY_NOTICE"),
        ):  # fmt: skip
            with refused(house, code):
                house.move(case, Move.ARCHIVE, actor(Who.ARCHIVIST), box | given)
        house.move(case, Move.CALL_BACK, actor(Who.ARCHIVIST), {"how": "FAILED", "answer": "无人接听。"})
        with refused(house, "AID_FORM_SKIPPED_F32"):  # an attempt reached nobody
            house.move(case, Move.ARCHIVE, actor(Who.ARCHIVIST), box)
        house.move(case, Move.CALL_BACK, actor(Who.DESK), {"how": "PHONE", "answer": "满意。"})
        house.move(case, Move.RETURN_FILE, actor(Who.ARCHIVIST), {"reason": "缺少判决书送达回证。"})
        house.move(case, Move.CLOSE, actor(Who.FIRM), given_for(house, case, Move.CLOSE))
        with refused(house, "AID_FORM_SKIPPED_F32"):  # what was said before it was closed again is another matter
            house.move(case, Move.ARCHIVE, actor(Who.ARCHIVIST), box)
        house.move(case, Move.TAKE_BACK, actor(Who.SUPERVISOR), {"reason": "点错了。"})
        house.move(case, Move.TAKE_BACK, actor(Who.SUPERVISOR), {"reason": "点错了。"})
        assert house.move(case, Move.ARCHIVE, actor(Who.ARCHIVIST), box) is State.ARCHIVED
        house.move(case, Move.TAKE_BACK, actor(Who.SUPERVISOR), {"reason": "点错了。"})
        why = {"no_call_back": "DECEASED", "no_call_back_text": "女儿来电告知。"}
        assert house.move(case, Move.ARCHIVE, actor(Who.ARCHIVIST), box | why) is State.ARCHIVED
        last = store.last_step(connection, case)
        assert last is not None
        assert "DECEASED" in last["facts"]
        assert "女儿" not in last["facts"]


@ONE_ENGINE
def test_a_ground_that_the_bureau_corrected_bars_the_centre_even_if_the_case_came_back_to_review(
    database: Database,
) -> None:
    """No move leads there; the guard does not rely on it."""
    with database.write() as connection:
        house = House(connection).furnish()
        case = house.to(State.OBJECTED)
        house.move(case, Move.ORDER_CORRECTION, actor(Who.BUREAU), {"text": "应予援助。"})
        row, steps = store.case(connection, case), store.steps(connection, case)
        assert row is not None
        standing = Standing(row, None, frozenset(), frozenset(), steps, (), {}, {}, None, house.now_ms)
        with refused(house, "AID_SAME_GROUND"):
            guard(standing, Move.REFUSE, actor(Who.APPROVER), read_given(Move.REFUSE, REFUSAL))
        for ground, code in (("T48_4", "AID_NEW_FACT_DAY"), ("T48_1", None)):  # what the refusal said, in other words
            ending = read_given(Move.TERMINATE, {"ground": ground, "text": "不再符合。"})
            with refused(house, code) if code else nullcontext():
                guard(standing, Move.TERMINATE, actor(Who.APPROVER), ending)


@ONE_ENGINE
def test_aid_comes_first_only_where_it_is_urgent_and_for_a_day_in_good_time(database: Database) -> None:
    with database.write() as connection:
        house = House(connection).furnish()
        case = house.take()
        first = {"lawyer": house.first_lawyer, "override_reason": "信任", "until": "2026-10-20", "why": "PERIOD_ENDS"}
        for changed, code in (
            ({}, "MISSING_FIELD"), ({"period_ends": "2026-10-16"}, "AID_NOT_URGENT"),
            ({"period_ends": "2026-10-08"}, "AID_PERIOD_OVER"),
            ({"period_ends": "2010-02-29"}, "AID_NO_SUCH_DAY"),
            ({"period_ends": "2026-10-12", "until": "2026-10-08"}, "AID_DAY_PAST"),
            ({"period_ends": "2026-10-12", "until": "9999-12-31"}, "AID_FORMALITIES_LATE"),
            ({"period_ends": "2026-10-12", "why": "HURRY"}, "AID_NO_SUCH_CODE"),
            ({"period_ends": "2026-10-12", "lawyer": "0" * 64}, "AID_NO_SUCH_LAWYER"),
        ):  # fmt: skip
            with refused(house, code):
                house.move(case, Move.AID_FIRST, actor(Who.ASSIGNER), {**first, **changed})
        house.move(case, Move.AID_FIRST, actor(Who.ASSIGNER), {**first, "period_ends": "2026-10-15"})
