"""Plans at central: who says what, what a hall is told, and what it is never told."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from central.accounts.permissions import Role
from central.ingest.intake import Intake
from central.ingest.message import Message
from central.live import store as live_store
from central.plans import rules, store
from central.plans.handing import PlanPost, hand_down, post_of
from central.plans.rules import Document
from central.plans.signing import PlanSigner
from central.units import store as units
from edge.plan_signature import check_signature
from hall.plan_messages import PlanDesired
from hall.shape import load
from tests.central.asking import check_error, filled
from tests.central.conftest import Web
from tests.central.taking_in import HALL, take

WINDOWS = [{"number": 1, "services": ["A"]}, {"number": 2, "services": ["A"]}]


class Line:
    """A line to a broker that hears what is published."""

    up_since_ms = 1

    def __init__(self) -> None:
        self.said: list[tuple[str, dict[str, Any], bool]] = []

    def publish(self, topic: str, payload: str, *, retain: bool = False, expires_s: int | None = None) -> bool:
        self.said.append((topic, json.loads(payload), retain))
        return True


def put(client: TestClient, place: str, key: str = "k", **body: Any) -> Any:
    return client.put(f"/api/v1/{place}/plan", json=body, headers={"Idempotency-Key": key})


def standing(web: Web) -> dict[str, Any]:
    (item,) = web.as_role(Role.VIEWER).get("/api/v1/plans").json()["items"]
    return dict(item)


def says(web: Web, **said: Any) -> None:
    """What the hall reports."""
    take(web.database, Intake(), Message(f"lh/1/{HALL}/cfg/reported", json.dumps(said).encode()))


def handed(web: Web) -> dict[str, Any]:
    with web.database.read() as connection:
        row = store.newest_plan(connection, HALL)
    assert row is not None
    return dict(json.loads(row["plan"]))


def test_a_plan_of_the_city_and_one_of_the_hall_are_one_plan_in_the_hall(web: Web) -> None:
    filled(web)
    assert standing(web)["state"] == "none"
    says(web, revision=1, state="in_force", desired=0)
    assert (standing(web)["state"], standing(web)["in_force"]) == ("none", 1)
    client = web.as_role(Role.SUPERVISOR)
    answer = put(client, "units/city", parts={"rules": {"undo_s": 3, "group_most": 9}, "speech": {"volume": 50}})
    assert (answer.status_code, answer.json()["halls"]) == (200, {HALL: 2})
    assert put(client, f"halls/{HALL}", "k2", parts={"rules": {"undo_s": 7}, "window": WINDOWS}).json()["version"] == 1
    plan = handed(web)
    assert (plan["hall"], plan["revision"], plan["valid_from"]) == (HALL, 3, 0)
    assert plan["parts"] == {"rules": {"undo_s": 7, "group_most": 9}, "speech": {"volume": 50}, "window": WINDOWS}
    assert client.get("/api/v1/units/city/plan").json()["parts"]["speech"] == {"volume": 50}
    assert client.get(f"/api/v1/halls/{HALL}/plan").json()["parts"]["rules"] == {"undo_s": 7}
    again = put(client, "units/city", "k3", parts={"rules": {"undo_s": 4, "group_most": 9}, "speech": {"volume": 50}})
    assert again.json()["halls"] == {}  # the hall's own word hides what has changed
    assert again.json()["version"] == 2
    assert put(client, "units/city", "k3", parts={}).status_code == 409  # that key was for another wish


def test_what_a_hall_says_of_its_plan_stands_beside_what_it_was_handed(web: Web) -> None:
    filled(web)
    put(web.as_role(Role.SUPERVISOR), f"halls/{HALL}", parts={"window": WINDOWS})
    assert (standing(web)["handed"], standing(web)["in_force"], standing(web)["state"]) == (2, 1, "sent")
    says(web, revision=1, state="waiting", desired=2)
    assert standing(web)["state"] == "waiting"
    says(web, revision=2, state="in_force", desired=2)
    told = standing(web)
    assert (told["in_force"], told["state"], told["error"], told["handed_by"]) == (2, "in_force", None, "supervisor")
    error = {"code": "LINE_LOST", "path": "", "message": "m", "message_zh": "中"}
    says(web, revision=1, state="rolled_back", desired=2, error=error)
    assert standing(web)["error"] == error
    again = web.as_role(Role.SUPERVISOR).post(
        f"/api/v1/halls/{HALL}/plan/again", json={}, headers={"Idempotency-Key": "a"}
    )
    assert again.json() == {"hall": HALL, "revision": 3}
    assert (standing(web)["handed"], standing(web)["state"]) == (3, "sent")


def test_a_number_that_a_hall_has_ever_named_is_not_given_again(web: Web) -> None:
    """Central was restored from a backup; the hall knows plans that central does not."""
    filled(web)
    says(web, revision=40, state="in_force", desired=41)
    assert put(web.as_role(Role.ADMIN), f"halls/{HALL}", parts={"window": WINDOWS}).json()["halls"] == {HALL: 42}


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({"parts": {"window": [WINDOWS[0], WINDOWS[0]]}}, "PLAN_WRONG", "parts.window[2].number"),
        ({"parts": {"rules": {"undo": 1}}}, "PLAN_WRONG", "parts.rules.undo"),
        ({"parts": {"device": []}}, "PLAN_WRONG", "parts.device"),
        ({"parts": {"window": [{"number": 1, "services": ["A"], "name_zh": "<b>" * 30}]}}, "PLAN_WRONG", None),
        ({"parts": []}, "WRONG_FIELD", "parts"),
        ({"parts": {}, "from_catalogue": ["window"]}, "WRONG_FIELD", None),
        ({"parts": {}, "valid_from": "2026-02-30T00:00:00Z"}, "WRONG_FIELD", "valid_from"),
        ({"parts": {}, "valid_from": "tomorrow"}, "WRONG_FIELD", "valid_from"),
        ({"parts": {}, "more": 1}, "UNKNOWN_FIELD", "more"),
        ({"parts": {"rules": {"lunch": [[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]}}}, "PLAN_WRONG", "parts"),
    ],
)
def test_a_wrong_plan_is_named_with_its_place_and_nothing_is_kept(
    web: Web, body: dict[str, Any], code: str, field: str | None
) -> None:
    filled(web)
    client = web.as_role(Role.SUPERVISOR)
    error = check_error(put(client, f"halls/{HALL}", **body), 422, code)
    assert field is None or error["field"] == field
    assert client.get(f"/api/v1/halls/{HALL}/plan").json()["version"] == 0
    assert standing(web)["handed"] is None


def test_a_plan_that_does_not_fit_one_hall_below_is_kept_for_none(web: Web) -> None:
    filled(web)
    client = web.as_role(Role.SUPERVISOR)
    service = {"letter": "A", "name_zh": "咨询", "name_en": "Advice", "private": True}
    assert put(client, f"halls/{HALL}", parts={"window": WINDOWS}).status_code == 200
    error = check_error(put(client, "units/city", "k2", parts={"service": [service]}), 422, "PLAN_WRONG")
    assert HALL in error["message"]
    assert HALL in error["message_zh"]
    assert client.get("/api/v1/units/city/plan").json()["version"] == 0


def test_everything_that_is_wrong_is_told_at_once(web: Web) -> None:
    client = web.as_role(Role.ADMIN)
    wrong = {"window": [WINDOWS[0], {**WINDOWS[0], "room": 0}], "rules": {"undo_s": -1}}
    problems = client.post("/api/v1/plans/check", json={"parts": wrong}).json()["problems"]
    assert {one["path"] for one in problems} >= {"window[2].number", "window[2].room", "rules.undo_s"}
    assert client.post("/api/v1/plans/check", json={"parts": {"window": WINDOWS}}).json() == {"problems": []}


def test_a_plan_is_sent_signed_until_the_hall_has_answered_for_it(web: Web) -> None:
    filled(web)
    put(web.as_role(Role.SUPERVISOR), f"halls/{HALL}", parts={"window": WINDOWS})
    line = Line()
    post = PlanPost(web.database, line, PlanSigner(web.parts.authority))
    assert post.send() == 1
    assert post.send() == 1  # the broker may have forgotten it
    topic, payload, retained = line.said[0]
    assert (topic, retained) == (f"lh/1/{HALL}/cfg/desired", True)
    sent = load(PlanDesired, payload)
    signed = PlanSigner(web.parts.authority).sign(sent.plan)
    assert signed.certificate == sent.certificate  # the same key after a restart
    check_signature(web.parts.authority.pem.encode(), sent.certificate, sent.plan, _raw(sent.signature))
    says(web, revision=1, state="waiting", desired=2)
    assert post.send() == 0


def _raw(signature: str) -> bytes:
    return base64.b64decode(signature)


def test_parts_that_follow_the_catalogue_change_with_it(web: Web) -> None:
    filled(web)
    client = web.as_role(Role.SUPERVISOR)
    calendar = {"opening": [{"weekdays": [1, 2], "hours": ["09:00-12:00"]}]}
    assert client.put("/api/v1/units/city/calendar", json=calendar, headers={"Idempotency-Key": "c"}).status_code == 200
    assert put(client, "units/city", parts={}, from_catalogue=["opening"]).json()["halls"] == {HALL: 2}
    assert handed(web)["parts"]["opening"] == calendar["opening"]
    post = post_of(web.database, web.parts.link, web.parts.authority)
    post.look(1)
    assert handed(web)["revision"] == 2
    calendar["opening"][0]["hours"] = ["10:00-12:00"]
    client.put("/api/v1/units/city/calendar", json=calendar, headers={"Idempotency-Key": "c2"})
    post.look(2)
    assert (handed(web)["revision"], handed(web)["parts"]["opening"]) == (3, calendar["opening"])


def preview(client: TestClient, place: str, **body: Any) -> dict[str, Any]:
    answer = client.post(f"/api/v1/{place}/plan/preview", json=body)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_what_a_plan_would_change_is_told_before_it_is_said(web: Web) -> None:
    filled(web)
    client = web.as_role(Role.SUPERVISOR)
    put(client, f"halls/{HALL}", parts={"window": WINDOWS})
    says(web, revision=2, state="in_force", desired=2)
    put(client, "units/city", "k2", parts={"rules": {"undo_s": 3}})
    told = preview(client, f"halls/{HALL}", parts={"window": WINDOWS[:1]})
    assert (told["in_force"], told["before"], told["halls"]) == (2, {"window": WINDOWS}, 1)
    assert told["after"] == {"rules": {"undo_s": 3}, "window": WINDOWS[:1]}
    wrong = preview(client, f"halls/{HALL}", parts={"window": [WINDOWS[0], {**WINDOWS[0], "room": 0}]})
    assert {one["path"] for one in wrong["problems"]} == {"window[2].number", "window[2].room"}
    below = preview(client, "units/city", parts={"rules": {"undo_s": 3}})
    assert (below["before"], below["halls"], below["problems"]) == ({"rules": {"undo_s": 3}}, 0, [])
    service = {"letter": "A", "name_zh": "咨询", "name_en": "Advice", "private": True}
    (problem,) = preview(client, "units/city", parts={"service": [service]})["problems"]
    assert (problem["code"], HALL in problem["message_zh"]) == ("PRIVATE_NEEDS_ROOM", True)
    assert client.get("/api/v1/units/city/plan").json()["version"] == 1  # nothing of all this was kept


def test_a_hall_goes_back_to_an_earlier_revision_whatever_the_city_has_said_since(web: Web) -> None:
    filled(web)
    client = web.as_role(Role.SUPERVISOR)
    put(client, f"halls/{HALL}", parts={"window": WINDOWS})
    put(client, f"halls/{HALL}", "k2", parts={"window": WINDOWS[:1]})
    put(client, "units/city", "k3", parts={"rules": {"undo_s": 3}})
    put(client, "units/city", "k4", parts={"rules": {"undo_s": 4}})
    path = f"/api/v1/halls/{HALL}/plan"
    assert client.get(path).json()["above"] == {"rules": {"undo_s": 4}}
    first = client.get(f"{path}/revisions?limit=3").json()
    assert [one["revision"] for one in first["items"]] == [5, 4, 3]
    last = client.get(f"{path}/revisions?limit=3&cursor={first['next']}").json()
    assert [one["revision"] for one in last["items"]] == [2]
    assert client.get(f"{path}/revisions/2").json()["back"] == {"parts": {"window": WINDOWS}, "from_catalogue": []}
    back = client.get(f"{path}/revisions/4").json()["back"]
    assert back["parts"] == {"window": WINDOWS[:1], "rules": {"undo_s": 3}}
    assert put(client, f"halls/{HALL}", "k5", **back).json()["halls"] == {HALL: 6}
    assert handed(web)["parts"] == {"window": WINDOWS[:1], "rules": {"undo_s": 3}}
    check_error(client.get(f"{path}/revisions/99"), 404, "NO_SUCH_REVISION")
    for number in ("0", "-1", "x", str(2**53), "2'--"):
        assert client.get(f"{path}/revisions/{number}").status_code in (404, 422)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("path", ["/calendars", "/catalogue", f"/plans/halls/{HALL}", "/plans/units/city"])
def test_the_pages_open_for_those_who_may_and_what_stands_in_their_address_is_text(web: Web, path: str) -> None:
    as_page = {"Accept": "text/html"}
    assert web.as_role(Role.SUPERVISOR).get(path, headers=as_page).status_code == 200
    assert web.as_role(Role.VIEWER).get(path, headers=as_page).status_code == 403
    foreign = web.as_role(Role.ADMIN).get("/plans/halls/%22%3E%3Cscript%3Ealert(1)", headers=as_page)
    assert (foreign.status_code, "<script>alert" in foreign.text) == (200, False)


def test_halls_of_one_unit_share_what_is_said_above_and_keep_their_own(web: Web) -> None:
    filled(web)
    client = web.as_role(Role.SUPERVISOR)
    with web.database.write() as connection:
        for hall in ("hall-calendar", "hall-document", "hall-plain"):
            live_store.know(connection, hall, 1)
            units.put_hall(connection, hall, "city")
    week = {"opening": [{"weekdays": [1], "hours": ["09:00-12:00"]}]}
    own = {"opening": [{"weekdays": [2], "hours": ["10:00-12:00"]}]}
    for place, calendar in (("units/city", week), ("halls/hall-calendar", own)):
        answer = client.put(f"/api/v1/{place}/calendar", json=calendar, headers={"Idempotency-Key": place})
        assert answer.status_code == 200, answer.text
    put(client, "halls/hall-document", "k1", parts={"rules": {"undo_s": 7}})
    told = put(client, "units/city", "k2", parts={"rules": {"undo_s": 3}}, from_catalogue=["opening"]).json()
    assert sorted(told["halls"]) == sorted([HALL, "hall-calendar", "hall-document", "hall-plain"])
    with web.database.read() as connection:
        plans = {
            hall: json.loads(row["plan"])["parts"]
            for hall, row in store.newest_plans(connection, told["halls"]).items()
        }
    assert plans[HALL] == plans["hall-plain"] == {**week, "rules": {"undo_s": 3}}
    assert plans["hall-calendar"] == {**own, "rules": {"undo_s": 3}}
    assert plans["hall-document"] == {**week, "rules": {"undo_s": 7}}


def test_a_plan_that_somebody_else_has_changed_meanwhile_is_not_overwritten(web: Web) -> None:
    filled(web)
    client = web.as_role(Role.SUPERVISOR)
    assert put(client, f"halls/{HALL}", parts={"window": WINDOWS}, version=0).status_code == 200
    check_error(put(client, f"halls/{HALL}", "k2", parts={"window": WINDOWS[:1]}, version=0), 409, "PLAN_CHANGED")
    assert put(client, f"halls/{HALL}", "k3", parts={"window": WINDOWS[:1]}, version=1).json()["version"] == 2


def test_rules_of_laying_together() -> None:
    city, hall = Document({"rules": {"a": 1, "b": 1}}, (), 5), Document({"rules": {"b": 2}, "window": []}, ("service",))
    found = rules.wanted({"service": ["s"], "opening": ["o"]}, [city, hall])
    assert found.parts == {"service": ["s"], "rules": {"a": 1, "b": 2}, "window": []}
    assert found.valid_from_ms == 5
    assert rules.next_revision([0]) == 2
    assert rules.wanted({"service": []}, [replace(hall, parts={})]).parts == {}  # an empty catalogue says nothing


def test_a_hall_of_another_unit_is_not_there(web: Web) -> None:
    filled(web)
    with web.database.write() as connection:
        assert hand_down(connection, [], "x", 1) == {}
    client = web.as_role(Role.SUPERVISOR)
    for place in ("halls/no-such-hall", "units/no-such-unit"):
        assert put(client, place, parts={}).status_code == 404
    check_error(
        client.post(f"/api/v1/halls/{HALL}/plan/again", json={}, headers={"Idempotency-Key": "a"}), 404, "NO_PLAN"
    )


@pytest.mark.parametrize(
    "said",
    [{}, {"revision": "1", "state": "x"}, {"revision": 2**70, "state": "x"}, {"revision": 1, "state": "x" * 999}],
)
def test_a_hall_that_says_nonsense_of_its_plan_harms_nothing(web: Web, said: dict[str, Any]) -> None:
    filled(web)
    says(web, **said)
    assert standing(web)["in_force"] == 1
