"""Cases over HTTP: taken, moved, shown masked, disclosed with a reason; and what everybody else is told."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select, update

from central import schema
from central.accounts.permissions import Role
from central.aid import store
from central.aid.people import Work, open_application
from central.aid.stages import WAYS, Move, State, Who, moves_from
from central.aid.tables import aid_case
from central.aid_files.rules import FileKind
from central.clock import now_ms
from central.lawyers.tables import lawyer_facts
from hall.moment import local_day
from hall_config.wording import say
from tests.central.aid_desk_over_http import API, AT_WORK, Desk, open_desk, post
from tests.central.aid_house import GAPS, GRANT, PROPOSAL, UNIT, application, id_number, notice
from tests.central.asking import check_error
from tests.central.conftest import Web

SECRETS = ("示例婆婆", application()["applicant"]["id_number"], "13900000000", "示例路1号", "示例儿子",
           application()["opposing"][0]["id_number"], "三年没有给付")  # fmt: skip
ONE_ENGINE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
MINOR = {"name": "示例少年", "id_number": id_number("0101", "20150315", "001"), "phone": "13900000001"}


def audit(desk: Desk, act: str) -> list[Any]:
    table = schema.tables.tables["audit"]
    with desk.web.database.read() as connection:
        return list(connection.execute(select(table).where(table.c.act == act)).mappings())


def told(answer: Any) -> str:
    """The whole answer as text, whatever its JSON writes in escapes."""
    return json.dumps(answer.json(), ensure_ascii=False)


def test_a_case_is_taken_once_for_one_key_and_shown_to_nobody_in_full_without_a_reason(web: Web) -> None:
    desk = open_desk(web)
    clerk, body = desk.of(Role.WINDOW_STAFF), {"application": application(), "first_check": "材料齐全，同意受理。"}
    first, again = post(clerk, "/cases", body, "one-key"), post(clerk, "/cases", body, "one-key")
    assert first.status_code == 201, first.text
    assert first.json() == again.json()
    assert len(first.json()["code"]) == 19
    case, year = first.json()["id"], local_day(now_ms())[:4]
    assert first.json()["number"] == f"（沪长）援申字〔{year}〕第0001号"
    check_error(
        post(clerk, "/cases", {"application": application(facts="别的事")}, "one-key"), 409, "KEY_OF_ANOTHER_WISH"
    )
    answers = [first, clerk.get(f"{API}/cases/{case}"), clerk.get(f"{API}/cases/{case}/steps")]
    answers.append(clerk.get(f"{API}/cases/{case}/chain"))
    changed = {"application": application(facts="更正后的事实，三年没有给付。"), "reason": "当事人补充。"}
    answers.append(desk.move(Role.WINDOW_STAFF, case, "CORRECT", changed))
    answers.append(clerk.get(f"{API}/cases/{case}/steps"))
    for answer in answers:
        assert answer.status_code in (200, 201), answer.text
        assert not [one for one in SECRETS if one in told(answer)]
    assert answers[1].json()["people"]["applicant"]["name"] == "示**" or "*" in told(answers[1])
    assert answers[3].json() == {"steps": 1, "broken_at": None, "hash": answers[3].json()["hash"]}
    _disclosed(desk, case)


def _disclosed(desk: Desk, case: str) -> None:
    clerk = desk.of(Role.WINDOW_STAFF)
    check_error(post(clerk, f"/cases/{case}/disclose", {}), 422, "MISSING_FIELD")
    check_error(post(clerk, f"/cases/{case}/disclose", {"reason": "     "}), 422, "REASON_MISSING")
    check_error(post(clerk, f"/cases/{case}/disclose", {"reason": "\u202e核对身份"}), 422, "REASON_MISSING")
    assert audit(desk, "person.disclose") == []
    full = post(clerk, f"/cases/{case}/disclose", {"reason": "核对证件"}).json()["application"]
    assert full["applicant"]["name"] == "示例婆婆"
    (line,) = audit(desk, "person.disclose")
    assert (line["object"], line["actor"]) == (f"aid/{case}", f"window_staff.{UNIT}")
    assert not [one for one in SECRETS if one in str(dict(line))]
    lines = [one["act"] for one in audit(desk, "aid.take") + audit(desk, "aid.move")]
    assert lines == ["aid.take", "aid.move"]
    assert not [one for one in SECRETS if one in str(audit(desk, "aid.take") + audit(desk, "aid.move"))]


def test_a_case_goes_its_way_through_everybodys_hands(web: Web) -> None:
    desk = open_desk(web)
    case = desk.take().json()["id"]

    def done(role: Role, move: str, given: dict[str, Any] | None = None) -> str:
        answer = desk.move(role, case, move, given)
        assert answer.status_code == 200, answer.text
        shown = desk.of(Role.SUPERVISOR).get(f"{API}/cases/{case}")
        assert not [one for one in SECRETS if one in told(shown)]
        return str(answer.json()["state"])

    assert done(Role.REVIEWER, "BEGIN_REVIEW") == "UNDER_REVIEW"
    assert done(Role.REVIEWER, "ASK_SUPPLEMENT", GAPS) == "NEED_SUPPLEMENT"
    assert done(Role.WINDOW_STAFF, "TAKE_SUPPLEMENT", {"filled": [1, 2]}) == "UNDER_REVIEW"
    assert done(Role.REVIEWER, "PROPOSE", PROPOSAL) == "UNDER_REVIEW"
    assert done(Role.APPROVER, "GRANT", GRANT) == "GRANTED"
    firm = desk.of(Role.FIRM)
    check_error(desk.move(Role.FIRM, case, "ACCEPT"), 404, "NO_SUCH_CASE")
    assert done(Role.ASSIGNER, "ASSIGN", desk.choice()) == "ASSIGNED"
    check_error(firm.get(f"{API}/cases/{case}"), 403, "NOT_ALLOWED")
    assert firm.get(f"/api/v1/firm/cases/{case}").status_code == 200
    assert done(Role.FIRM, "ACCEPT") == "ASSIGNED"
    agreement = {"files": [desk.file(case, FileKind.AGREEMENT)], "signed_on": local_day(now_ms()), "one_scan": True}
    assert done(Role.FIRM, "ENGAGE", agreement) == "ENGAGED"
    judgment = [desk.file(case, FileKind.JUDGMENT, 1)]
    assert done(Role.FIRM, "CLOSE", {"outcome": "WON", "text": "胜诉。", "files": judgment}) == "CLOSED"
    assert done(Role.ARCHIVIST, "CALL_BACK", {"how": "PHONE", "answer": "满意。"}) == "CLOSED"
    assert done(Role.ARCHIVIST, "ARCHIVE", {"box": "1", "years": 10}) == "ARCHIVED"
    check_error(firm.get(f"/api/v1/firm/cases/{case}"), 404, "NO_SUCH_CASE")
    check_error(desk.move(Role.FIRM, case, "REPORT", {"text": "还有一事"}), 404, "NO_SUCH_CASE")
    steps = desk.of(Role.SUPERVISOR).get(f"{API}/cases/{case}/steps").json()["items"]
    assert [one["actor"].partition(".")[0] for one in steps] == [
        "window_staff", "reviewer", "reviewer", "window_staff", "reviewer", "approver", "assigner", "firm", "firm",
        "firm", "archivist", "archivist",
    ]  # fmt: skip


@ONE_ENGINE
def test_whoever_has_no_part_in_it_is_refused_and_another_district_hears_of_nothing(web: Web) -> None:
    desk = open_desk(web)
    case = desk.case(State.SUBMITTED)
    paths = (f"{API}/cases/{case}", f"{API}/cases/{case}/steps", f"{API}/cases/{case}/chain")
    body = {"move": "BEGIN_REVIEW", "version": 1, "given": {}}
    for role in AT_WORK:
        stranger = desk.of(role, "far")
        wanted = (403, "NOT_ALLOWED") if role in (Role.VIEWER, Role.ADMIN) else (404, "NO_SUCH_CASE")
        sees = (403, "NOT_ALLOWED") if role is Role.FIRM else wanted
        for path in paths:
            check_error(stranger.get(path), *sees)
        check_error(post(stranger, f"/cases/{case}/disclose", {"reason": "核对证件"}), *sees)
        check_error(post(stranger, f"/cases/{case}/moves", body), *wanted)
        if role in (Role.VIEWER, Role.ADMIN, Role.FIRM, Role.BUREAU_REVIEWER):
            check_error(post(desk.of(role), "/cases", {"application": application()}), 403, "NOT_ALLOWED")
            check_error(post(desk.of(role), "/notices", {"notice": notice()}), 403, "NOT_ALLOWED")
    check_error(desk.take(unit="far"), 404, "NO_SUCH_UNIT")
    check_error(
        post(desk.of(Role.WINDOW_STAFF, "far"), "/cases", {"application": application()}), 409, "AID_CENTRE_NOT_SET"
    )
    check_error(desk.of(Role.REVIEWER).get(f"{API}/cases/0123456789abcdef"), 404, "NO_SUCH_CASE")
    check_error(web.client().get(paths[0]), 401, "NOT_SIGNED_IN")
    with web.database.read() as connection:
        assert [row["n"] for row in store.steps(connection, case)] == [1]


@ONE_ENGINE
def test_the_bureau_sees_what_may_be_objected_to_and_nothing_else(web: Web) -> None:
    desk = open_desk(web)
    bureau = desk.of(Role.BUREAU_REVIEWER)
    for state in (State.SUBMITTED, State.GRANTED, State.ENGAGED):
        check_error(bureau.get(f"{API}/cases/{desk.case(state)}"), 404, "NO_SUCH_CASE")
    case = desk.case(State.OBJECTED)
    shown = bureau.get(f"{API}/cases/{case}").json()
    assert set(shown["moves"]) == {"UPHOLD", "ORDER_CORRECTION"}
    check_error(desk.move(Role.APPROVER, case, "ORDER_CORRECTION", {"text": "应予援助。"}), 403, "AID_NOT_YOURS")
    answer = desk.move(Role.BUREAU_REVIEWER, case, "ORDER_CORRECTION", {"text": "应予援助。"})
    assert answer.json()["state"] == "GRANTED"
    assert bureau.get(f"{API}/cases/{case}").status_code == 200


@ONE_ENGINE
def test_each_role_is_offered_its_own_moves_and_refused_every_other(web: Web) -> None:
    desk = open_desk(web)
    case = desk.case(State.UNDER_REVIEW)
    idle = {"TAKE_SUPPLEMENT", "LOSE_LAWYER", "CLEAR_CONFLICT"}  # nothing is missing, and nobody is at work
    for role in AT_WORK[:6]:
        offered = set(desk.of(role).get(f"{API}/cases/{case}").json()["moves"])
        assert not offered & idle
        for move in sorted(Move):
            if move not in offered | idle:
                answer = desk.move(role, case, move.value)
                assert answer.status_code in (403, 409), (role, move, answer.text)
                assert answer.json()["error"]["code"] in ("AID_NOT_YOURS", "AID_MOVE_REFUSED")


@ONE_ENGINE
def test_two_at_once_the_second_is_told_what_changed_and_a_key_repeats_its_answer(web: Web) -> None:
    desk = open_desk(web)
    case = desk.case(State.SUBMITTED)
    body = {"move": "BEGIN_REVIEW", "version": 1, "given": {}}
    first = post(desk.of(Role.REVIEWER), f"/cases/{case}/moves", body, "mine")
    assert first.json() == {"id": case, "state": "UNDER_REVIEW", "version": 2}
    second = check_error(post(desk.of(Role.REVIEWER), f"/cases/{case}/moves", body, "another"), 409, "AID_CHANGED")
    assert second["field"] == "version"
    assert post(desk.of(Role.REVIEWER), f"/cases/{case}/moves", body, "mine").json() == first.json()
    with web.database.read() as connection:
        assert len(store.steps(connection, case)) == 2
    capacities = {Role.REVIEWER: Who.REVIEWER, Role.SUPERVISOR: Who.SUPERVISOR, Role.ARCHIVIST: Who.ARCHIVIST}
    for role, who in capacities.items():  # each hears of what is theirs to do, and of nothing else
        refused = check_error(desk.move(role, case, "BEGIN_REVIEW"), 409, "AID_MOVE_REFUSED")
        told = set(refused["message_zh"].partition("现在可以做的是：")[2].rstrip("。").split("、")) - {""}
        theirs = {one for one in Move if one in moves_from(State.UNDER_REVIEW) and who in WAYS[one].who}
        assert told == {say(f"central.aid_move.{one}", "zh") for one in theirs}, role


HOSTILE: list[Any] = [
    [], "x", 7, None, {}, {"application": None}, {"application": []}, {"application": {"consent": True}},
    {"application": application(), "x<script>": 1}, {"application": application(consent=False)},
    {"application": application(facts="\x00" * 5)}, {"application": application(facts=7)},
    {"application": application(facts="\ud800")}, {"application": application(facts="甲" * 2001)},
    {"application": application(matter="N25_1")}, {"application": application(matter="M31_99")},
    {"application": application(groups=["ELDER"] * 8)}, {"application": application(groups="ELDER")},
    {"application": application(papers=[{"name": "户口簿", "copies": 0}])},
    {"application": application(hardship={"household": 1, "income": 1.5, "basis": "PROMISE", "promise": True})},
    {"application": application(hardship={"household": 1, "income": -1, "basis": "PROMISE", "promise": True})},
    {"application": application(hardship={"household": 10**30, "income": 1, "basis": "PROMISE", "promise": True})},
    {"application": application(signature="not base64 ☃")}, {"application": application(**{"340521199012310021": 1})},
    {"application": application(), "channel": "KIOSK"}, {"application": application(), "unit": "../etc"},
    {"application": application(), "unit": 7}, {"application": application(), "identified": "yes"},
    {"application": application(), "command_id": "k" * 1000}, {"application": application(), "first_check": "\x07\x07"},
]  # fmt: skip


@ONE_ENGINE
def test_hostile_bodies_are_refused_with_a_code_and_repeated_to_nobody(web: Web) -> None:
    desk = open_desk(web)
    clerk, case = desk.of(Role.WINDOW_STAFF), desk.case(State.SUBMITTED)
    with web.database.read() as connection:
        before = list(map(tuple, connection.execute(select(aid_case))))
    for body in HOSTILE:
        raw = json.dumps(body)
        for path in ("/cases", "/notices", f"/cases/{case}/moves", f"/cases/{case}/disclose"):
            _refused(
                clerk.post(
                    f"{API}{path}", content=raw, headers={"Content-Type": "application/json", "Idempotency-Key": "k"}
                )
            )
    for given in HOSTILE[3:]:
        for move in ("WITHDRAW", "CORRECT", "REDIRECT", "IDENTIFY", "DANCE", 7):
            body = {"move": move, "version": 1, "given": given}
            raw = json.dumps(body)
            _refused(clerk.post(f"{API}/cases/{case}/moves", content=raw, headers={"Content-Type": "application/json"}))
    for raw in (
        '{"application": NaN}',
        '{"a":1,"a":2}',
        "{" * 70_000,
        "x" * 66_000,
        '{"application": 1e999}',
        "\ufeff{}",
    ):
        for path in ("/cases", f"/cases/{case}/moves"):
            content = raw.encode()
            _refused(clerk.post(f"{API}{path}", content=content, headers={"Content-Type": "application/json"}))
    for version in (0, -1, 1.5, "1", True, 10**30, None):
        _refused(
            post(clerk, f"/cases/{case}/moves", {"move": "WITHDRAW", "version": version, "given": {"how": "CALL"}})
        )
    for strange in ("..%2f..%2fetc", "0" * 400, "%00", "A" * 16):
        _refused(clerk.get(f"{API}/cases/{strange}"))
    with web.database.read() as connection:
        assert list(map(tuple, connection.execute(select(aid_case)))) == before


def _refused(answer: Any) -> None:
    assert 400 <= answer.status_code < 500, answer.text
    error = answer.json()["error"]
    assert error["code"]
    assert error["message_zh"]
    for one in (*SECRETS, "340521199012310021", "script", "\\ud800", "甲甲", "☃"):
        assert one not in answer.text
        assert one not in told(answer)


@ONE_ENGINE
def test_an_organs_notice_is_taken_and_shown_masked(web: Web) -> None:
    desk = open_desk(web)
    clerk = desk.of(Role.WINDOW_STAFF)
    answer = post(clerk, "/notices", {"notice": notice()}, "same")
    assert answer.status_code == 201, answer.text
    assert post(clerk, "/notices", {"notice": notice()}, "same").json() == answer.json()
    case = answer.json()["id"]
    shown = clerk.get(f"{API}/cases/{case}")
    assert (shown.json()["state"], shown.json()["people"]["notice"]["organ"]) == ("NOTICE_IN", "示例区人民法院")
    for one in ("示例少年", notice()["accused"]["id_number"]):
        assert one not in told(shown)
    full = post(clerk, f"/cases/{case}/disclose", {"reason": "核对通知"}).json()
    assert full["notice"]["accused"]["name"] == "示例少年"
    wrong = notice(accused={"name": "示例少年", "id_number": notice()["accused"]["id_number"][:-1] + "0"})
    check_error(post(clerk, "/notices", {"notice": wrong}), 422, "AID_ID_NUMBER")


@ONE_ENGINE
def test_a_correction_keeps_what_was_before_and_shows_it_to_nobody(web: Web) -> None:
    desk = open_desk(web)
    case = desk.take().json()["id"]
    fresh = application(facts="更正后的事实。")
    assert (
        desk.move(Role.REVIEWER, case, "CORRECT", {"application": fresh, "reason": "当事人补充。"}).status_code == 200
    )
    with web.database.read() as connection:
        row = store.case(connection, case)
        assert row is not None
        work = Work(connection, web.parts.vault, now_ms())
        assert open_application(work, case, row["sealed"]).facts == "更正后的事实。"
    wrong = {"application": application(facts=" "), "reason": "改正"}
    check_error(desk.move(Role.REVIEWER, case, "CORRECT", wrong), 422, "AID_FACTS_MISSING")


@ONE_ENGINE
def test_a_lawyer_who_is_suspended_loses_case_and_access_at_once(web: Web) -> None:
    desk = open_desk(web)
    case, waiting = desk.case(State.ENGAGED), desk.case(State.SUBMITTED)
    firm, supervisor = desk.of(Role.FIRM), desk.of(Role.SUPERVISOR)
    assert firm.get(f"/api/v1/firm/cases/{case}").status_code == 200
    told_state = {
        "state": "SUSPENDED", "evidence": "DECISION", "document": "沪司罚〔2026〕9号",
        "suspended_from": local_day(now_ms()), "suspended_to": None,
    }  # fmt: skip
    with web.database.write() as connection:  # the register was looked up a moment ago, and not in a year
        connection.execute(update(lawyer_facts).values(state_as_of_ms=now_ms() - 1000))
    path = f"/api/v1/lawyers/{desk.first_lawyer}/status"
    answer = supervisor.post(path, json=told_state, headers={"Idempotency-Key": "suspend"})
    assert answer.status_code == 200, answer.text
    assert answer.json()["cases"] == [case]
    check_error(firm.get(f"/api/v1/firm/cases/{case}"), 404, "NO_SUCH_CASE")
    check_error(desk.move(Role.FIRM, case, "REPORT", {"text": "还有一事"}), 404, "NO_SUCH_CASE")
    assert supervisor.get(f"{API}/cases/{case}").json()["state"] == "CHANGING"
    assert supervisor.get(f"{API}/cases/{waiting}").json()["state"] == "SUBMITTED"
    check_error(desk.move(Role.ASSIGNER, case, "REASSIGN", desk.choice()), 409, "AID_LAWYER_INACTIVE")
    other = {**desk.choice(), "lawyer": desk.second_lawyer}
    assert desk.move(Role.ASSIGNER, case, "REASSIGN", other).json()["state"] == "ASSIGNED"
    check_error(firm.get(f"/api/v1/firm/cases/{case}"), 404, "NO_SUCH_CASE")  # it is another firm's now
