"""Acting for a hall: sent once, in one's own name, written into the audit, and told as the hall answered it."""

from __future__ import annotations

from typing import Any

from fastapi.testclient import TestClient

from central.accounts.permissions import Role
from central.clock import now_ms
from central.orders import store
from hall.wire import OrderAnswer
from tests.central.asking import check_error, filled
from tests.central.conftest import SECRET, Web
from tests.central.link import with_link
from tests.central.taking_in import HALL

WHERE = f"/api/v1/halls/{HALL}/acts"


def act(client: TestClient, key: str, **body: Any) -> Any:
    return client.post(WHERE, json=body, headers={"Idempotency-Key": key})


def test_an_act_is_one_order_in_ones_own_name_and_one_line_of_the_audit(web: Web) -> None:
    filled(web)
    web, link = with_link(web)
    supervisor = web.as_role(Role.SUPERVISOR)
    sent = act(supervisor, "k1", op="pause", window=1, reason="MEETING")
    assert sent.status_code == 202
    assert act(supervisor, "k1", op="pause", window=1, reason="MEETING").json() == sent.json()
    ((topic, order),) = link.said
    assert topic == f"lh/1/{HALL}/cmd"
    assert (order["op"], order["actor"]) == ("pause", "supervisor")
    assert order["args"] == {"window": 1, "reason": "MEETING"}
    lines = web.as_role(Role.AUDIT_ADMIN).get("/api/v1/audit").json()["items"]
    noted = [line for line in lines if line["act"].startswith("hall.")]
    assert [(line["actor"], line["act"], line["object"]) for line in noted] == [("supervisor", "hall.pause", HALL)]
    check_error(act(supervisor, "k1", op="resume", window=1), 409, "KEY_OF_ANOTHER_WISH")


def test_what_the_hall_refused_is_told_in_the_words_of_its_rules(web: Web) -> None:
    filled(web)
    web, _ = with_link(web)
    supervisor = web.as_role(Role.SUPERVISOR)
    sent = act(supervisor, "k1", op="call_next", window=1).json()
    assert (sent["status"], sent["refusal"]) == ("sent", None)
    with web.database.write() as connection:
        answer = OrderAnswer(sent["id"], "rejected", {"code": "NOTHING_WAITING", "field": None})
        store.answer(connection, HALL, answer, 1)
    told = supervisor.get(f"{WHERE}/{sent['id']}").json()
    assert told["status"] == "rejected"
    assert "没有人等候" in told["refusal"]["zh"]
    assert [one["id"] for one in supervisor.get(WHERE).json()["items"]] == [sent["id"]]
    check_error(supervisor.get(f"{WHERE}/no-such-order"), 404, "NO_SUCH_ORDER")


def test_nothing_is_kept_while_there_is_no_line(web: Web) -> None:
    filled(web)
    supervisor = web.as_role(Role.SUPERVISOR)
    check_error(act(supervisor, "k1", op="call_next", window=1), 503, "NO_BROKER")
    assert supervisor.get(WHERE).json()["items"] == []


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"op": "call_next"}, "MISSING_FIELD", "window"), ({"op": "announce"}, "MISSING_FIELD", "text_zh"),
    ({"op": "call_next", "window": 1, "reason": "MEETING"}, "UNKNOWN_FIELD", "reason"),
    ({"op": "announce", "text_zh": "好", "window": 1}, "UNKNOWN_FIELD", "window"),
    ({"op": "call_next", "window": 1, "text_zh": "好"}, "UNKNOWN_FIELD", "text_zh"),
    ({"op": "take_ticket", "window": 1}, "WRONG_FIELD", "op"),
    ({"op": "pause", "window": "1"}, "WRONG_FIELD", "window"),
    ({"op": "pause", "window": 1, "reason": "TEA"}, "WRONG_FIELD", "reason"),
    ({"op": "announce", "text_zh": "<b>\x00"}, "WRONG_FIELD", "text_zh"), ({}, "MISSING_FIELD", "op"),
]  # fmt: skip


def test_wrong_wishes_are_named_by_their_field(web: Web) -> None:
    filled(web)
    web, link = with_link(web)
    supervisor = web.as_role(Role.SUPERVISOR)
    for body, code, field in WRONG:
        assert check_error(act(supervisor, "k", **body), 422, code)["field"] == field, body
    assert link.said == []


def test_nobody_acts_for_a_hall_beside_ones_own_unit(web: Web) -> None:
    filled(web)
    web, link = with_link(web)
    south = {"id": "south", "parent": "city", "level": "district", "name_zh": "南", "name_en": "South"}
    made = web.as_role(Role.ADMIN).post("/api/v1/units", json=south, headers={"Idempotency-Key": "u"})
    assert made.status_code == 201, made.text
    web.parts.accounts.add("somebody", [Role.SUPERVISOR], now_ms(), SECRET, "south")
    client = web.client()
    assert client.post("/api/v1/session", json={"name": "somebody", "secret": SECRET}).status_code == 200
    check_error(act(client, "k1", op="call_next", window=1), 404, "NO_SUCH_HALL")
    check_error(client.get(WHERE), 404, "NO_SUCH_HALL")
    day = {"day": "2026-11-23"}
    check_error(client.get(f"/api/v1/halls/{HALL}/appointments", params=day), 404, "NO_SUCH_HALL")
    key = {"Idempotency-Key": "k2"}
    check_error(client.put(f"/api/v1/halls/{HALL}/calendar", json={}, headers=key), 404, "NO_SUCH_HALL")
    check_error(client.put("/api/v1/units/city/calendar", json={}, headers=key), 404, "NO_SUCH_UNIT")
    offer = {"slot_minutes": 30, "places": 1}
    check_error(client.put(f"/api/v1/halls/{HALL}/slot-offers/A", json=offer, headers=key), 404, "NO_SUCH_HALL")
    assert link.said == []
