"""The register, the rota, suggestions and firms over HTTP, on both engines."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from central.accounts.permissions import Role
from central.aid import store as aid
from central.aid.stages import State
from central.clock import now_ms
from central.failures import RefusedByRule, WrongField
from central.imports.tables import lawyer_entry
from central.lawyers import choosing, store
from central.lawyers.status import own_register
from central.lawyers.tables import lawyer_facts, lawyer_status
from hall.moment import local_day
from tests.central.aid_house import FIRM, House
from tests.central.asking import check_error
from tests.central.conftest import Web
from tests.central.lawyers_at_work import (
    FIRM_A,
    FIRM_B,
    FIRM_C,
    HEAD,
    application,
    bring_in,
    case_row,
    firm_of,
    id_number,
    key,
    lawyer_row,
    licence,
    mark_of,
    put_case,
    put_to_work,
)

DAY_MS = 86_400_000


def tell(client: TestClient, mark: str, **body: Any) -> Any:
    whole = {"evidence": "NATIONAL_REGISTER", **body}
    return client.post(f"/api/v1/lawyers/{mark}/status", json=whole, headers=key())


def suspend(client: TestClient, mark: str) -> Any:
    decision = {"evidence": "DECISION", "document": "沪司罚〔2026〕9号", "suspended_from": "2026-11-01"}
    return tell(client, mark, state="SUSPENDED", suspended_to="2027-01-31", **decision)


def age(web: Web, mark: str, ms: int) -> None:
    """As if nobody had looked this lawyer's state up for so long."""
    with web.database.write() as connection:
        connection.execute(update(lawyer_facts).where(lawyer_facts.c.mark == mark).values(state_as_of_ms=now_ms() - ms))


def house_of(web: Web, state: State) -> str:
    """A whole case of a furnished centre, at this state."""
    with web.database.write() as connection:
        return House(connection, web.parts.vault).furnish().to(state)


def choose(web: Web, case: str, number: int, reason: str | None = None) -> Any:
    with web.database.read() as connection:
        row = aid.case(connection, case)
        assert row is not None
        return choosing.check_choice(connection, web.parts.vault, row, mark_of(web, number), reason, now_ms())


# --- the register -----------------------------------------------------------------------------------------


def test_a_list_brings_what_a_lawyer_can_do_and_an_empty_cell_leaves_it(web: Web) -> None:
    bring_in(web, lawyer_row(1, FIRM_A, can="劳动争议、criminal", languages="吴语;SIGN", minors="是", since="2015-06"))
    client = web.as_role(Role.SUPERVISOR)
    (told,) = client.get("/api/v1/lawyers").json()["items"]
    assert (told["name"], told["licence"], told["state"], told["stale"]) == (
        "律*",
        "199**********0001",
        "ACTIVE",
        False,
    )
    assert (told["specialities"], told["languages"]) == (["B13", "B20"], ["WU", "SIGN"])
    assert (told["first_year"], told["knows_minors"], told["criminal_since"]) == (2010, True, "2015-06")
    bring_in(web, lawyer_row(1, FIRM_B))  # another firm, all else left empty
    (again,) = client.get("/api/v1/lawyers").json()["items"]
    kept = ("specialities", "languages", "knows_minors", "criminal_since", "first_year")
    assert {name: again[name] for name in kept} == {name: told[name] for name in kept}
    assert again["firm_code"] == FIRM_B
    history = client.get(f"/api/v1/lawyers/{told['mark']}").json()["history"]
    assert [(one["state"], one["how"], one["by"]) for one in history] == [("ACTIVE", "LIST", "admin")]


def test_a_list_that_confirms_a_state_says_how_fresh_it_is(web: Web) -> None:
    row = lawyer_row(1, FIRM_A)
    bring_in(web, row)
    assert bring_in(web, row)["same"] == 1
    age(web, mark_of(web, 1), 2 * DAY_MS)
    client = web.as_role(Role.SUPERVISOR)
    assert client.get("/api/v1/lawyers").json()["items"][0]["stale"]
    assert bring_in(web, row)["changed"] == 1
    assert not client.get("/api/v1/lawyers").json()["items"][0]["stale"]


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("专长", "占星", "LAWYER_CODE"),
        ("语言", "克林贡语", "LAWYER_CODE"),
        ("熟悉未成年人身心特点", "也许", "YES_NO"),
        ("刑事辩护起始年月", "2015-13", "LAWYER_YEAR"),
        ("刑事辩护起始年月", "2009", "LAWYER_YEAR"),  # before the first year of practice
        ("刑事辩护起始年月", "２０１５", "LAWYER_YEAR"),
        ("停止执业起", "2010-02-29", "LAWYER_DAYS"),
        ("停止执业止", "2026-01-01", "LAWYER_DAYS"),
        ("状态核对时间", "2999-01-01", "LAWYER_AS_OF"),
        ("状态核对时间", "2026-02-30", "LAWYER_AS_OF"),
        ("首次执业年份", "1949", "LAWYER_YEAR"),
    ],
)
def test_a_wrong_cell_is_named_and_changes_nothing(web: Web, column: str, value: str, code: str) -> None:
    plain = HEAD.strip().split(",")[:6]
    cells = lawyer_row(1, FIRM_A, state="停止执业" if "停止" in column else "执业").strip().split(",")[:6]
    file = ",".join([*plain, column]) + "\n" + ",".join([*cells, value]) + "\n"
    answer = web.as_role(Role.ADMIN).post(
        "/api/v1/imports/lawyers", content=file.encode(), params={"dry_run": True}, headers={"Content-Type": "text/csv"}
    )
    assert [(one["column_zh"], one["code"]) for one in answer.json()["faults"]] == [(column, code)]


def test_a_state_by_hand_asks_for_its_paper_its_days_and_a_real_moment(web: Web) -> None:
    bring_in(web, lawyer_row(1, FIRM_A))
    mark, client = mark_of(web, 1), web.as_role(Role.SUPERVISOR)
    check_error(tell(client, mark, state="REVOKED"), 422, "LAWYER_DOCUMENT")
    check_error(tell(client, mark, state="SUSPENDED", document="9号"), 422, "LAWYER_SUSPENSION_DAYS")
    backwards = {"suspended_from": "2026-11-02", "suspended_to": "2026-11-01"}
    check_error(tell(client, mark, state="SUSPENDED", document="9号", **backwards), 422, "LAWYER_SUSPENSION_DAYS")
    unreal = {"suspended_from": "2026-02-30"}
    check_error(tell(client, mark, state="SUSPENDED", document="9号", **unreal), 422, "LAWYER_SUSPENSION_DAYS")
    check_error(tell(client, mark, state="ACTIVE", suspended_from="2026-11-02"), 422, "LAWYER_SUSPENSION_ONLY")
    check_error(tell(client, mark, state="ACTIVE", as_of="2999-01-01T00:00:00Z"), 422, "LAWYER_AS_OF_AHEAD")
    check_error(tell(client, mark, state="ACTIVE", as_of="2001-01-01T00:00:00Z"), 409, "LAWYER_AS_OF_OLD")
    check_error(tell(client, mark, state="ACTIVE", as_of="2026-13-41T99:00:00Z"), 422, "WRONG_FIELD")
    check_error(tell(client, mark, state="RETIRED"), 422, "WRONG_FIELD")
    check_error(tell(client, mark, state="ACTIVE", evidence="HEARSAY"), 422, "WRONG_FIELD")
    check_error(tell(client, mark, state="ACTIVE", document="a\nb"), 422, "WRONG_FIELD")
    check_error(tell(client, "0" * 64, state="ACTIVE"), 404, "NO_SUCH_LAWYER")
    check_error(tell(web.as_role(Role.ASSIGNER), mark, state="ACTIVE"), 403, "NOT_ALLOWED")
    assert len(client.get(f"/api/v1/lawyers/{mark}").json()["history"]) == 1


def test_the_history_only_grows(web: Web) -> None:
    bring_in(web, lawyer_row(1, FIRM_A))
    for change in ("UPDATE lawyer_status SET state = 'ACTIVE'", "DELETE FROM lawyer_status"):
        with pytest.raises(DBAPIError), web.database.write() as connection:
            connection.execute(text(change))
    with web.database.read() as connection:
        assert len(connection.execute(select(lawyer_status)).all()) == 1


def test_verify_says_state_moment_and_evidence_and_knows_what_it_does_not_know(web: Web) -> None:
    bring_in(web, lawyer_row(1, FIRM_A))
    client, mark = web.as_role(Role.SUPERVISOR), mark_of(web, 1)
    assert suspend(client, mark).status_code == 200
    with web.database.read() as connection:
        verify = own_register(connection, web.parts.vault, now_ms())
        known, unknown = verify(licence(1)), verify(licence(2))
    assert (known.state, known.evidence, known.stale) == ("SUSPENDED", "DECISION 沪司罚〔2026〕9号", False)
    assert (unknown.state, unknown.as_of_ms, unknown.stale) == ("UNKNOWN", None, True)


# --- a lawyer is lost -------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [State.ASSIGNED, State.ENGAGED])
def test_a_suspension_ends_access_and_work_at_once_and_its_end_restores_nothing(web: Web, state: State) -> None:
    case = house_of(web, state)
    firm, supervisor = firm_of(web, FIRM), web.as_role(Role.SUPERVISOR)
    assert [one["id"] for one in firm.get("/api/v1/firm/cases").json()["items"]] == [case]
    with web.database.read() as connection:
        mark = connection.execute(select(lawyer_entry.c.mark).where(lawyer_entry.c.firm_code == FIRM)).scalar_one()
    with web.database.write() as connection:  # the house looked its lawyers up in a year to come
        connection.execute(update(lawyer_facts).values(state_as_of_ms=now_ms() - 1000))
    done = suspend(supervisor, mark)
    assert done.json()["cases"] == [case]
    assert case_row(web, case)["state"] == State.CHANGING
    assert firm.get("/api/v1/firm/cases").json()["items"] == []
    check_error(firm.get(f"/api/v1/firm/cases/{case}"), 404, "NO_SUCH_CASE")
    move = {"move": "ACCEPT", "version": case_row(web, case)["version"]}
    check_error(firm.post(f"/api/v1/aid/cases/{case}/moves", json=move, headers=key()), 404, "NO_SUCH_CASE")
    assert tell(supervisor, mark, state="ACTIVE").json()["cases"] == []
    assert case_row(web, case)["state"] == State.CHANGING
    with web.database.read() as connection:
        assert aid.live_assignment(connection, case) is None
    history = supervisor.get(f"/api/v1/lawyers/{mark}").json()["history"]
    assert [(one["state"], one["cases"]) for one in history] == [("ACTIVE", 0), ("SUSPENDED", 1)]


def test_a_list_that_says_revoked_does_the_same(web: Web) -> None:
    case = house_of(web, State.ASSIGNED)
    with web.database.write() as connection:
        connection.execute(update(lawyer_facts).values(state_as_of_ms=now_ms() - 1000))
    bring_in(web, f"19999200111111111,示例甲,示例甲律师事务所,{FIRM},吊销,changning,,,,\n")
    assert case_row(web, case)["state"] == State.CHANGING
    with web.database.read() as connection:
        (line,) = aid.assignments(connection, case)
    assert line["live_case"] is None


# --- who is suggested -------------------------------------------------------------------------------------


def test_a_suggestion_is_ordered_says_why_and_names_nobody_in_full(web: Web) -> None:
    rows = lawyer_row(1, FIRM_A) + lawyer_row(2, FIRM_B, can="劳动争议") + lawyer_row(3, FIRM_C, state="停止执业")
    bring_in(web, rows)
    case = put_case(web, application("示例一", id_number(1)))
    answer = web.as_role(Role.ASSIGNER).get(f"/api/v1/aid/cases/{case}/suggestions").json()
    told = [(one["mark"], one["suggested"], one["may_be_chosen"], one["bars"]) for one in answer["items"]]
    assert told == [
        (mark_of(web, 2), True, True, []),
        (mark_of(web, 1), False, True, []),
        (mark_of(web, 3), False, False, ["AID_LAWYER_INACTIVE"]),
    ]
    assert {"code": "FIELD", "fields": "B13"} in answer["items"][0]["reasons"]
    assert licence(2) not in str(answer)
    assert "律师2" not in str(answer)
    sign = {"language": "SIGN"}
    first = web.as_role(Role.ASSIGNER).get(f"/api/v1/aid/cases/{case}/suggestions", params=sign).json()["items"][0]
    assert {"code": "NO_LANGUAGE", "language": "SIGN"} in first["reasons"]
    check_error(web.as_role(Role.VIEWER).get(f"/api/v1/aid/cases/{case}/suggestions"), 403, "NOT_ALLOWED")
    check_error(web.as_role(Role.ASSIGNER).get(f"/api/v1/aid/cases/{'0' * 16}/suggestions"), 404, "NO_SUCH_CASE")


def test_a_choice_holds_or_is_refused_by_its_rule(web: Web) -> None:
    rows = lawyer_row(1, FIRM_A, can="劳动争议") + lawyer_row(2, FIRM_B) + lawyer_row(3, FIRM_C, state="变更中")
    bring_in(web, rows)
    case = put_case(web, application("示例一", id_number(1)))
    chosen = choose(web, case, 1)
    assert (chosen.firm_code, chosen.reasons) == (FIRM_A, '["FIELD","YEARS","LOAD"]')
    for reason in (None, "  "):
        with pytest.raises(RefusedByRule) as refused:
            choose(web, case, 2, reason)
        assert refused.value.code == "AID_CHOICE_REASON"
    assert choose(web, case, 2, "当事人要求").reasons.endswith('"CHOSEN_WITH_REASON"]')
    with pytest.raises(RefusedByRule) as refused:
        choose(web, case, 3, "无论如何")
    assert refused.value.code == "AID_LAWYER_INACTIVE"
    with pytest.raises(WrongField):
        choose(web, case, 99, "不在册")
    age(web, mark_of(web, 1), 25 * 3_600_000)
    with pytest.raises(RefusedByRule) as refused:
        choose(web, case, 1, "昨天还在执业")
    assert refused.value.code == "AID_LAWYER_STALE"
    with web.database.read() as connection:
        assert not choosing.may_practise(connection, mark_of(web, 1), now_ms())
        assert choosing.may_practise(connection, mark_of(web, 2), now_ms())


@pytest.mark.parametrize(("matter", "code"), [("N25_4", "AID_LAWYER_YEARS"), ("N25_1", "AID_LAWYER_MINORS")])
def test_the_guards_of_articles_26_cannot_be_overridden(web: Web, matter: str, code: str) -> None:
    bring_in(web, lawyer_row(1, FIRM_A, since="2025") + lawyer_row(2, FIRM_B, since="2012-05", minors="是"))
    case = put_case(web, application("示例一"), matter=matter, nature="CRIMINAL", state="NOTICE_IN")
    with pytest.raises(RefusedByRule) as refused:
        choose(web, case, 1, "人手不足")
    assert refused.value.code == code
    assert choose(web, case, 2).firm_code == FIRM_B


# --- conflicts --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("rare", "other"), [("王䶮", "王龑"), ("李㑇", "李㑳"), ("𠮷田", "吉田")])
def test_names_that_differ_by_one_rare_character_are_different_people(web: Web, rare: str, other: str) -> None:
    bring_in(web, lawyer_row(1, FIRM_A))
    before = put_case(web, application(rare))
    put_to_work(web, before, 1, FIRM_A, ended="DONE")
    same = put_case(web, application("申请人", id_number(3), against=((rare, ""),)))
    with pytest.raises(RefusedByRule) as refused:
        choose(web, same, 1)
    assert refused.value.code == "AID_CONFLICT_POSSIBLE"
    assert choose(web, same, 1, "核对住址，不是同一人").reasons.count("DESPITE_AID_CONFLICT_POSSIBLE") == 1
    another = put_case(web, application("申请人", id_number(3), against=((other, ""),)))
    assert choose(web, another, 1).firm_code == FIRM_A


@pytest.mark.parametrize("ended", [None, "DONE"])
def test_a_number_makes_it_certain_for_every_lawyer_of_the_firm_in_live_and_past_cases(
    web: Web, ended: str | None
) -> None:
    bring_in(web, lawyer_row(1, FIRM_A) + lawyer_row(2, FIRM_A) + lawyer_row(3, FIRM_B))
    before = put_case(web, application("旧名字", id_number(1)))
    put_to_work(web, before, 1, FIRM_A, ended=ended)
    case = put_case(web, application("申请人", id_number(2), against=(("新名字", id_number(1)),)))
    for number in (1, 2):
        with pytest.raises(RefusedByRule) as refused:
            choose(web, case, number, "当事人同意")
        assert refused.value.code == "AID_CONFLICT"
    assert choose(web, case, 3).firm_code == FIRM_B
    with web.database.read() as connection:
        (found,) = choosing.conflicts(connection, case, FIRM_A)
        assert (found.case, found.certain, found.live) == (before, True, ended is None)
        assert choosing.conflicts(connection, case, FIRM_B) == []
    bring_in(web, lawyer_row(1, FIRM_B))  # who changes firms takes the conflict along
    with pytest.raises(RefusedByRule):
        choose(web, case, 3)
    told = web.as_role(Role.ASSIGNER).get(f"/api/v1/aid/cases/{case}/suggestions").json()["items"]
    assert {one["conflicts"][0]["case"] for one in told} == {before}


def test_a_firm_of_which_no_code_is_known_is_one_by_its_name(web: Web) -> None:
    bring_in(web, lawyer_row(1, "某法律援助中心") + lawyer_row(2, "某法律援助中心") + lawyer_row(3, "另一中心"))
    before = put_case(web, application("旧名字", id_number(1)))
    put_to_work(web, before, 1, "", ended="DONE")
    case = put_case(web, application("申请人", id_number(2), against=(("新名字", id_number(1)),)))
    with pytest.raises(RefusedByRule):
        choose(web, case, 2, "理由")
    assert choose(web, case, 3).firm_code == ""


# --- the rota ---------------------------------------------------------------------------------------------


def test_whose_turn_it_is_comes_first_and_leaves_the_rota_with_the_licence(web: Web) -> None:
    bring_in(web, lawyer_row(1, FIRM_A) + lawyer_row(2, FIRM_B))
    client, today, one, two = web.as_role(Role.SUPERVISOR), local_day(now_ms()), mark_of(web, 1), mark_of(web, 2)
    put = client.put(f"/api/v1/aid/rota/{today}", json={"lawyers": [two, one]}, headers=key())
    assert put.status_code == 200, put.text
    case = put_case(web, application("示例一", id_number(1)))
    first = web.as_role(Role.ASSIGNER).get(f"/api/v1/aid/cases/{case}/suggestions").json()["items"][0]
    assert (first["mark"], first["reasons"][0]) == (two, {"code": "TURN", "place": 1})
    month = client.get("/api/v1/aid/rota", params={"month": today[:7]}).json()
    assert [who["mark"] for who in month["items"][int(today[8:]) - 1]["lawyers"]] == [two, one]
    assert suspend(client, two).status_code == 200
    with web.database.read() as connection:
        assert [row["lawyer"] for row in store.rota(connection, "city", today, today)] == [one]


def test_a_rota_takes_only_active_lawyers_each_once_and_no_day_gone_by(web: Web) -> None:
    bring_in(web, lawyer_row(1, FIRM_A) + lawyer_row(2, FIRM_B, state="注销"))
    client, one = web.as_role(Role.SUPERVISOR), mark_of(web, 1)

    def put(day: str, *marks: str, unit: str | None = None) -> Any:
        body = {"lawyers": marks, **({"unit": unit} if unit else {})}
        return client.put(f"/api/v1/aid/rota/{day}", json=body, headers=key())

    check_error(put("2027-03-01", mark_of(web, 2)), 409, "ROTA_LAWYER")
    check_error(put("2027-03-01", "0" * 64), 422, "ROTA_LAWYER")
    check_error(put("2027-03-01", one, one), 409, "ROTA_TWICE")
    check_error(put("2020-03-01", one), 409, "ROTA_PAST")
    check_error(put("2027-02-30", one), 404, "NOT_FOUND")
    check_error(put("2027-03-01", *["0" * 64] * 21), 422, "WRONG_FIELD")
    check_error(put("2027-03-01", one, unit="mars"), 404, "NO_SUCH_UNIT")
    check_error(client.get("/api/v1/aid/rota", params={"month": "2027-13"}), 422, "WRONG_FIELD")
    assert put("2027-03-01", one).status_code == 200
    assert put("2027-03-01").json()["lawyers"] == []
