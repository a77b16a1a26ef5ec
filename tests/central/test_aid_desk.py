"""The list of legal-aid work: its order, its filters, who sees which case, who works on it, and nothing of a person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import RowMapping, select, update

from central import schema
from central.accounts.permissions import Role
from central.aid.stages import State
from central.aid.tables import aid_case
from central.aid_desk import rules
from central.aid_desk.rules import Light, Waiting
from central.aid_files.rules import FileKind
from central.aid_papers.issuing import Delivery, deliver, papers_of
from central.aid_papers.rules import Method
from central.clock import now_ms
from hall.moment import local_day
from tests.bench.aid_cases import Size, Somebody, centre, fill
from tests.central.aid_desk_over_http import open_desk
from tests.central.aid_house import DAY_MS, House
from tests.central.asking import check_error
from tests.central.conftest import SECRET, Web

CASES = 400
KEY = {"Idempotency-Key": "k1"}
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture(name="people")
def people_fixture(web: Web) -> list[Somebody]:
    return fill(web.database, web.parts.vault, Size(now_ms(), cases=CASES))


def somebody(web: Web, name: str, unit: str, *roles: Role) -> TestClient:
    web.parts.accounts.add(name, list(roles), now_ms(), SECRET, unit)
    client = web.client()
    token = client.post("/api/v1/session", json={"name": name, "secret": SECRET}).json()["token"]
    client.cookies.clear()
    client.headers["Authorization"] = f"Bearer {token}"
    return client


def rows(web: Web) -> list[RowMapping]:
    with web.database.read() as connection:
        return list(connection.execute(select(aid_case)).mappings())


def listed(client: TestClient, path: str = "/api/v1/aid/cases", limit: int = 23, **query: Any) -> list[dict[str, Any]]:
    """The whole list, page by page."""
    found, cursor = [], None
    while True:
        asked = {**query, "limit": limit, **({"cursor": cursor} if cursor else {})}
        answer = client.get(path, params=asked)
        assert answer.status_code == 200, answer.text
        found += answer.json()["items"]
        cursor = answer.json()["next"]
        if cursor is None:
            return found


def in_order(found: list[RowMapping]) -> list[str]:
    return [row["id"] for row in sorted(found, key=lambda row: (row["due_ms"] or 2**63, row["id"]))]


@pytest.mark.usefixtures("people")
def test_what_is_due_first_stands_first_and_what_has_no_limit_last(web: Web) -> None:
    told = listed(web.as_role(Role.SUPERVISOR))
    assert [one["id"] for one in told] == in_order([row for row in rows(web) if row["live"]])
    assert told[0]["light"] == Light.OVERDUE
    assert told[0]["days_left"] <= 0
    assert told[-1]["light"] == Light.NONE
    assert told[-1]["due_at"] is None


FILTERS: list[tuple[dict[str, Any], Callable[[RowMapping, int], bool]]] = [
    ({"state": "ENGAGED"}, lambda row, now: row["state"] == "ENGAGED"),
    ({"owner": "none"}, lambda row, now: row["owner"] == ""),
    ({"owner": "staff-07"}, lambda row, now: row["owner"] == "staff-07"),
    ({"channel": "WEB"}, lambda row, now: row["channel"] == "WEB"),
    ({"first": "true"}, lambda row, now: row["urgent"] or row["military"]),
    ({"channel": "KIOSK", "owner": "none"}, lambda row, now: row["channel"] == "KIOSK" and row["owner"] == ""),
    *[({"light": light.value}, lambda row, now, light=light: rules.light_of(row["due_ms"], now) == light)
      for light in Light],
]  # fmt: skip


@pytest.mark.usefixtures("people")
def test_each_filter_keeps_the_order_and_leaves_out_only_what_it_says(web: Web) -> None:
    client, live, now = web.as_role(Role.REVIEWER), [row for row in rows(web) if row["live"]], now_ms()
    for query, fits in FILTERS:
        wanted = in_order([row for row in live if fits(row, now)])
        assert [one["id"] for one in listed(client, **query)] == wanted, query


@pytest.mark.usefixtures("people")
def test_what_is_over_is_listed_by_its_last_change(web: Web) -> None:
    client, ended = web.as_role(Role.REVIEWER), [row for row in rows(web) if not row["live"]]
    newest = sorted(ended, key=lambda row: (row["changed_ms"], row["id"]), reverse=True)
    assert [one["id"] for one in listed(client, over="true")] == [row["id"] for row in newest]
    refused = [row["id"] for row in newest if row["state"] == "REFUSED"]
    assert [one["id"] for one in listed(client, over="true", state="REFUSED")] == refused
    check_error(client.get("/api/v1/aid/cases?over=true&owner=me"), 422, "AID_OVER_FILTER")
    check_error(client.get("/api/v1/aid/cases?over=true&state=ENGAGED"), 422, "AID_OVER_FILTER")


@pytest.mark.usefixtures("people")
def test_buckets_count_what_the_lists_show(web: Web) -> None:
    client = web.as_role(Role.REVIEWER)
    told = client.get("/api/v1/aid/desk/buckets").json()
    counts = {name: one["count"] for name, one in told["buckets"].items()}
    assert counts["all"] == len(listed(client))
    for light in Light:
        assert counts[f"light_{light}"] == len(listed(client, light=light.value))
    assert counts["waiting_REVIEW"] == len(listed(client, waiting="REVIEW"))
    assert "waiting_APPROVE" not in counts  # not this person's turn
    assert not any(one["more"] for one in told["buckets"].values())
    assert len(told["units"]) == len({row["unit"] for row in rows(web)})


@pytest.mark.usefixtures("people")
def test_a_count_stops_where_nobody_counts_any_more(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "COUNTED", 5)
    told = web.as_role(Role.REVIEWER).get("/api/v1/aid/desk/buckets").json()
    assert told["buckets"]["all"] == {"count": 5, "more": True}


@pytest.mark.usefixtures("people")
def test_what_waits_for_an_approver_is_proposed_and_was_not_reviewed_by_them(web: Web) -> None:
    client = web.as_role(Role.APPROVER)
    waiting = {one["id"] for one in listed(client, waiting="APPROVE")}
    reviewed = next(iter(waiting))
    with web.database.write() as connection:
        connection.execute(update(aid_case).where(aid_case.c.id == reviewed).values(reviewer="approver"))
    assert {one["id"] for one in listed(client, waiting="APPROVE")} == waiting - {reviewed}
    to_review = {one["id"] for one in listed(client, waiting=Waiting.REVIEW.value)}
    assert waiting.isdisjoint(to_review)
    told = {one["id"]: one for one in listed(client, state="UNDER_REVIEW")}
    assert {name for name, one in told.items() if one["next_step"] == "APPROVE"} == waiting


@pytest.mark.usefixtures("people")
def test_a_list_tells_of_a_person_the_surname_alone(web: Web, people: list[Somebody]) -> None:
    client = web.as_role(Role.REVIEWER)
    answer = client.get("/api/v1/aid/cases?limit=100").text + client.get("/api/v1/aid/cases?over=true&limit=100").text
    for one in people:
        assert one.name not in answer
        assert one.id_number not in answer
    assert all(len(one["applicant"]) == 2 for one in listed(client))
    assert all(one["applicant"].endswith("*") for one in listed(client))


@pytest.mark.usefixtures("people")
def test_one_sees_the_cases_of_ones_unit_and_below(web: Web) -> None:
    live = [row for row in rows(web) if row["live"]]
    inside = somebody(web, "clerk.one", centre(0), Role.WINDOW_STAFF)
    assert {one["unit"] for one in listed(inside)} == {centre(0)}
    district = somebody(web, "head.one", "district-00", Role.SUPERVISOR)
    with web.database.write() as connection:  # one of a street below it
        street = next(row["id"] for row in live if row["unit"] == centre(0))
        connection.execute(update(aid_case).where(aid_case.c.id == street).values(unit="s-00-07"))
    live = [row for row in rows(web) if row["live"]]
    wanted = [row for row in live if row["unit"] == centre(0) or row["unit"].startswith("s-00-")]
    assert [one["id"] for one in listed(district)] == in_order(wanted)
    assert street in {one["id"] for one in listed(district)} - {one["id"] for one in listed(inside)}
    one_centre = [row for row in live if row["unit"] == centre(0)]
    assert [one["id"] for one in listed(district, unit=centre(0))] == in_order(one_centre)
    check_error(district.get(f"/api/v1/aid/cases?unit={centre(1)}"), 404, "NO_SUCH_UNIT")
    check_error(district.get(f"/api/v1/aid/desk/buckets?unit={centre(1)}"), 404, "NO_SUCH_UNIT")


@pytest.mark.usefixtures("people")
def test_a_unit_without_cases_has_an_empty_list(web: Web) -> None:
    with web.database.write() as connection:
        connection.execute(update(aid_case).where(aid_case.c.unit == centre(3)).values(unit=centre(4)))
    client = somebody(web, "clerk.three", centre(3), Role.REVIEWER)
    assert listed(client) == []
    assert listed(client, over="true") == []
    assert client.get("/api/v1/aid/desk/buckets").json()["buckets"]["all"] == {"count": 0, "more": False}


@pytest.mark.usefixtures("people")
def test_the_bureau_sees_what_was_objected_to_and_nothing_else(web: Web) -> None:
    bureau = web.as_role(Role.BUREAU_REVIEWER)
    every = rows(web)
    open_ones = [row for row in every if row["state"] == State.OBJECTED]
    assert [one["id"] for one in listed(bureau, "/api/v1/aid/objections")] == in_order(open_ones)
    ever = {row["id"] for row in every if row["state"] in (State.OBJECTED, State.UPHELD)}
    assert {one["id"] for one in listed(bureau, "/api/v1/aid/objections", limit=2, which="all")} == ever
    check_error(bureau.get("/api/v1/aid/cases"), 403, "NOT_ALLOWED")
    check_error(web.as_role(Role.REVIEWER).get("/api/v1/aid/objections"), 403, "NOT_ALLOWED")
    check_error(bureau.post("/api/v1/aid/search", json={"number": "0001"}), 403, "NOT_ALLOWED")


def a_case(web: Web, unit: str) -> RowMapping:
    return next(row for row in rows(web) if row["unit"] == unit and row["live"])


def audit(web: Web, act: str) -> list[RowMapping]:
    with web.database.read() as connection:
        wanted = select(schema.audit).where(schema.audit.c.act == act).order_by(schema.audit.c.id)
        return list(connection.execute(wanted).mappings())


@pytest.mark.usefixtures("people")
def test_a_case_is_taken_on_handed_over_and_laid_down_with_a_line_each(web: Web) -> None:
    case = a_case(web, centre(0))
    path = f"/api/v1/aid/cases/{case['id']}/owner"
    first = somebody(web, "first.one", centre(0), Role.REVIEWER)
    somebody(web, "second.one", centre(0), Role.ARCHIVIST)
    somebody(web, "elsewhere", centre(1), Role.REVIEWER)
    somebody(web, "watcher", centre(0), Role.VIEWER)
    names = {one["name"] for one in first.get(f"/api/v1/aid/desk/colleagues?unit={centre(0)}").json()["items"]}
    assert names == {"first.one", "second.one"}
    taken = first.post(path, json={"owner": "first.one", "seen": case["owner"]}, headers=KEY)
    assert taken.json() == {"id": case["id"], "owner": "first.one"}
    again = first.post(path, json={"owner": "first.one", "seen": case["owner"]}, headers=KEY)
    assert again.json() == taken.json()  # the same key acts once
    late = first.post(path, json={"owner": "second.one", "seen": "x"}, headers={"Idempotency-Key": "2"})
    check_error(late, 409, "AID_OWNER_CHANGED")
    for number, unfit in enumerate(("elsewhere", "watcher", "nobody.here")):
        body = {"owner": unfit, "seen": "first.one"}
        check_error(first.post(path, json=body, headers={"Idempotency-Key": f"u{number}"}), 422, "AID_OWNER_UNFIT")
    given = {"owner": "second.one", "seen": "first.one"}
    assert first.post(path, json=given, headers={"Idempotency-Key": "3"}).status_code == 200
    down = {"owner": "", "seen": "second.one"}
    assert first.post(path, json=down, headers={"Idempotency-Key": "4"}).status_code == 200
    assert [row["object"] for row in audit(web, "aid.owner")] == [case["id"]] * 3
    assert next(row for row in rows(web) if row["id"] == case["id"])["version"] == case["version"]


@pytest.mark.usefixtures("people")
def test_a_case_of_another_unit_or_one_that_is_over_changes_no_owner(web: Web) -> None:
    stranger = somebody(web, "stranger", centre(1), Role.REVIEWER)
    body = {"owner": "stranger", "seen": ""}
    for case in (a_case(web, centre(0))["id"], "f" * 16):
        check_error(stranger.post(f"/api/v1/aid/cases/{case}/owner", json=body, headers=KEY), 404, "NO_SUCH_CASE")
    over = next(row for row in rows(web) if row["unit"] == centre(1) and not row["live"])
    body = {"owner": "stranger", "seen": over["owner"]}
    check_error(stranger.post(f"/api/v1/aid/cases/{over['id']}/owner", json=body, headers=KEY), 409, "AID_OVER")
    assert audit(web, "aid.owner") == []


@pytest.mark.parametrize(
    "query",
    [
        "state=DROP", "light=PURPLE", "owner=a%20b", "owner=%00", "channel=web", "waiting=ME", "limit=0", "limit=101",
        "cursor=abc", "cursor=%F0%9F%98%80", "unit=A%27--", "first=perhaps", "over=2",
    ],
)  # fmt: skip
def test_a_wrong_question_is_told_so_and_never_answered(web: Web, query: str) -> None:
    answer = web.as_role(Role.REVIEWER).get(f"/api/v1/aid/cases?{query}")
    assert answer.status_code == 422, answer.text


def test_a_cursor_of_one_list_is_none_of_another(web: Web, people: list[Somebody]) -> None:
    client = web.as_role(Role.REVIEWER)
    cursor = client.get("/api/v1/aid/cases?limit=1").json()["next"]
    check_error(client.get("/api/v1/aid/cases", params={"over": "true", "cursor": cursor}), 422, "WRONG_FIELD")


@pytest.mark.parametrize("body", [{}, {"owner": "x"}, {"owner": 1, "seen": ""}, {"owner": "x", "seen": "", "more": 1}])
def test_a_hand_over_that_is_none_is_refused(web: Web, body: dict[str, Any]) -> None:
    answer = web.as_role(Role.REVIEWER).post(f"/api/v1/aid/cases/{'0' * 16}/owner", json=body, headers=KEY)
    assert answer.status_code == 422


# --- an objection on paper


def find(client: TestClient, number: str) -> Any:
    return client.post("/api/v1/aid/objections/find", json={"number": number})


def enter(client: TestClient, found: dict[str, Any], key: str, **given: Any) -> Any:
    body = {"move": "OBJECT", "version": found["version"], "given": {"text": "收入计算有误。", **given}}
    return client.post(f"/api/v1/aid/cases/{found['id']}/moves", json=body, headers={"Idempotency-Key": key})


@SQLITE
def test_a_letter_to_the_bureau_finds_its_decision_and_nothing_else(web: Web) -> None:
    desk = open_desk(web)
    refused, granted = desk.case(State.REFUSED), desk.case(State.GRANTED)
    bureau, strange = desk.of(Role.BUREAU_REVIEWER), desk.of(Role.BUREAU_REVIEWER, "far")
    with web.database.read() as connection:
        papers = {one["form"]: one["number"] for one in papers_of(connection, refused)}
        open_number = next(row["number"] for row in rows(web) if row["id"] == granted)
    typed = papers["F10"].replace("（", "(").replace("〔", " [").replace("〕", "]")
    found = find(bureau, typed).json()
    assert found["id"] == refused
    assert (found["applicant"], found["decision"]["number"]) == ("示*", papers["F10"])
    assert "示例" not in found["applicant"]
    assert find(bureau, next(row["number"] for row in rows(web) if row["id"] == refused)).json()["id"] == refused
    for client, number in ((strange, papers["F10"]), (bureau, open_number), (bureau, "（沪长）援不字〔1999〕第0001号")):
        check_error(find(client, number), 404, "AID_NO_SUCH_DECISION")
    check_error(find(desk.of(Role.REVIEWER), papers["F10"]), 403, "NOT_ALLOWED")
    assert [row["detail"].count(papers["F10"]) for row in audit(web, "aid.search")] == [0] * 5  # each look, no number
    assert enter(bureau, found, "1").status_code == 200
    check_error(find(bureau, papers["F10"]), 409, "AID_OBJECTED_ALREADY")


@SQLITE
def test_a_letter_counts_from_the_day_it_came_whenever_it_is_entered(web: Web) -> None:
    desk, now = open_desk(web), now_ms()
    with web.database.write() as connection:
        house = House(connection, web.parts.vault, now - 40 * DAY_MS)
        refused = house.to(State.REFUSED)
        (decision,) = [one for one in papers_of(connection, refused) if one["form"] == "F10"]
        handed = Delivery(Method.DIRECT, now - 39 * DAY_MS, "示例婆婆")
        deliver(connection, house.vault, decision["id"], handed, "desk", now - 39 * DAY_MS)
    bureau = desk.of(Role.BUREAU_REVIEWER)
    found = find(bureau, decision["number"]).json()
    ends_ms = int(datetime.fromisoformat(found["object_by"]).timestamp() * 1000)
    for key, days, code in (
        ("a", 1, "AID_OBJECTION_LATE"),
        ("b", -99, "AID_OBJECTION_EARLY"),
        ("c", 99, "AID_DAY_AHEAD"),
    ):
        answer = enter(bureau, found, key, received_on=local_day(ends_ms + days * DAY_MS))
        check_error(answer, 409 if days == 1 else 422, code)
        assert answer.json()["error"]["field"] == "received_on"
    check_error(enter(bureau, found, "d"), 409, "AID_OBJECTION_LATE")  # as if it came today
    check_error(enter(bureau, found, "e", received_on=local_day(ends_ms), files=["0" * 16]), 422, "AID_NO_SUCH_FILE")
    paper = desk.file(refused, FileKind.PAPER)
    no_letter = enter(bureau, found, "f", received_on=local_day(ends_ms), files=[paper])
    check_error(no_letter, 409, "AID_OBJECTION_NO_LETTER")
    letter = desk.file(refused, FileKind.LETTER, 1)
    assert enter(bureau, found, "g", received_on=local_day(ends_ms), files=[letter]).status_code == 200
    told = bureau.get(f"/api/v1/aid/cases/{refused}").json()
    limits = {one["rule"]: one for one in told["limits"] if one["outcome"] != "CANCELLED"}
    assert limits["LA_OBJ_FILE"]["outcome"] == "KEPT"
    assert local_day(ends_ms) == local_day(
        int(datetime.fromisoformat(limits["LA_OBJ_REVIEW"]["started_at"]).timestamp() * 1000)
    )
    assert told["state"] == "OBJECTED"
