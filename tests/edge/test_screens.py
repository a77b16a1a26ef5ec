"""The HTTP interface of the edge, over the real rules (contract section 2)."""

from __future__ import annotations

import pytest

from edge.machine import Choice
from edge.screens import pad_link
from edge.staff import Role
from hall.devices.words import ReportEpoch
from hall.gate.words import PressHelp
from hall.queue.words import Channel, Priority, TakeTicket
from hall.rating.state import Rateable
from tests.edge.plain_door import PlainDoor
from tests.edge.screens_fixtures import PINS, act, hall_fixture, serve, staff_file_fixture, take  # noqa: F401


def code_of(answer):
    return answer.status_code, answer.json()["error"]["code"]


def test_a_ticket_is_given_with_all_that_the_contract_promises(hall):
    visitor = hall.client()
    answer = visitor.post("/api/v1/tickets", json={"service": "A", "priority": "ELDER"})
    assert answer.status_code == 201
    given = answer.json()
    assert set(given) >= {"number", "token", "ahead", "estimated_wait_s", "service", "issued_at"}
    assert (given["number"], given["ahead"], given["service"]) == ("A001", 0, "A")
    assert given["issued_at"] == "2026-11-21T02:00:00.000Z"
    assert len(given["token"]) >= 20
    ticket = hall.door.look()[0].queue.tickets["A001"]
    assert (ticket.priority, ticket.channel, ticket.token) == (Priority.ELDER, Channel.MACHINE, given["token"])


def test_the_token_shows_the_place_in_the_queue_and_gives_it_up(hall):
    visitor = hall.client()
    take(visitor)
    second = take(visitor)
    seen = visitor.get(f"/api/v1/tickets/{second['token']}").json()
    assert (seen["number"], seen["state"], seen["ahead"]) == ("A002", "WAITING", 1)
    gone = visitor.delete(f"/api/v1/tickets/{second['token']}")
    assert (gone.status_code, gone.json()) == (200, {"number": "A002", "state": "CANCELLED"})
    assert visitor.get(f"/api/v1/tickets/{second['token']}").json()["state"] == "CANCELLED"
    assert code_of(visitor.delete(f"/api/v1/tickets/{second['token']}")) == (409, "TICKET_NOT_WAITING")


def test_a_ticket_number_is_no_key_to_a_ticket(hall):
    visitor = hall.client()
    take(visitor)
    assert visitor.get("/api/v1/tickets/A001").status_code == 404
    assert code_of(visitor.get("/api/v1/tickets/AAAAAAAAAAAAAAAAAAAAAA")) == (404, "UNKNOWN_TOKEN")


def test_a_window_works_through_a_ticket(hall):
    staff, visitor = hall.client(1), hall.client()
    take(visitor)
    assert act(staff, 1, "open") == {"window": 1, "state": "IDLE", "ticket": None, "events": ["window.opened"]}
    called = act(staff, 1, "call_next")
    assert (called["state"], called["ticket"]["number"], called["ticket"]["state"]) == ("CALLING", "A001", "CALLED")
    assert act(staff, 1, "recall")["events"] == ["ticket.recalled"]
    assert act(staff, 1, "start")["state"] == "SERVING"
    held = act(staff, 1, "hold")
    assert (held["state"], held["ticket"]["state"]) == ("IDLE", "HELD")
    assert act(staff, 1, "resume")["state"] == "SERVING"
    done = act(staff, 1, "finish")
    assert (done["state"], done["ticket"]["state"], done["events"]) == ("IDLE", "DONE", ["ticket.finished"])


def test_pause_resume_lunch_and_close(hall):
    staff = hall.client(1)
    act(staff, 1, "open")
    assert act(staff, 1, "pause", reason="MEETING")["state"] == "PAUSED"
    assert act(staff, 1, "resume")["events"] == ["window.resumed"]
    assert act(staff, 1, "pause", reason="LUNCH")["state"] == "LUNCH"
    assert act(staff, 1, "open")["events"] == ["window.resumed"]
    assert act(staff, 1, "close")["state"] == "CLOSED"


def test_transfer_restore_call_number_and_cancel(hall):
    staff, desk, visitor = hall.client(1), hall.client(2), hall.client()
    for _ in range(4):
        take(visitor)
    act(staff, 1, "open")
    act(staff, 1, "call_number", number="a003")
    act(staff, 1, "start")
    moved = act(staff, 1, "transfer", to_window=2)
    assert (moved["state"], moved["ticket"]["number"]) == ("IDLE", "A003")
    act(staff, 1, "call_next")
    act(staff, 1, "recall")
    act(staff, 1, "recall")
    assert act(staff, 1, "no_show")["ticket"]["state"] == "NO_SHOW"
    assert desk.post("/api/v1/tickets/A001/restore").json() == {"number": "A001", "state": "WAITING"}
    assert act(staff, 1, "cancel", number="A002")["ticket"]["state"] == "CANCELLED"
    assert desk.post("/api/v1/tickets/A002/reprint", json={}).json() == {"number": "A002", "state": "CANCELLED"}
    assert code_of(desk.post("/api/v1/tickets/A001/restore", json={})) == (409, "TICKET_NOT_MISSED")


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        ({"command": "call_next"}, 409, "NOTHING_WAITING", None),
        ({"command": "finish"}, 409, "NOBODY_SERVED", None),
        ({"command": "open"}, 409, "WINDOW_OPEN", None),
        ({"command": "call_number", "number": "Z999"}, 404, "UNKNOWN_TICKET", "number"),
        ({"command": "call_number"}, 422, "MISSING_FIELD", "number"),
        ({"command": "restore"}, 422, "MISSING_FIELD", "number"),
        ({"command": "pause", "reason": "TEA"}, 422, "UNKNOWN_REASON", "reason"),
        ({"command": "transfer"}, 422, "ONE_TARGET", "to_service"),
        ({"command": "transfer", "to_service": "A", "to_window": 2}, 409, "NOBODY_SERVED", None),
        ({"command": "dance"}, 422, "WRONG_FIELD", "command"),
        ({}, 422, "MISSING_FIELD", "command"),
    ],
)
def test_a_refused_command_names_its_code_and_field(hall, body, status, code, field):
    staff = hall.client(1)
    act(staff, 1, "open")
    answer = staff.post("/api/v1/windows/1/commands", json=body)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["field"]) == (status, code, field)
    assert set(error) == {"code", "message", "message_zh", "field", "trace"}
    assert error["trace"] == answer.headers["X-Trace"]


def test_a_transfer_to_an_unknown_place_is_a_wrong_field(hall):
    staff = hall.client(1)
    take(staff)
    act(staff, 1, "open")
    act(staff, 1, "call_next")
    for target, code in (({"to_service": "Z"}, "UNKNOWN_SERVICE"), ({"to_window": 99}, "UNKNOWN_WINDOW")):
        answer = staff.post("/api/v1/windows/1/commands", json={"command": "transfer", **target})
        assert code_of(answer) == (422, code)


def test_a_transfer_changes_the_class_only_when_it_is_named(hall):
    staff = hall.client(1)
    take(staff, "B")
    act(staff, 1, "open")
    act(staff, 1, "call_next")
    refused = staff.post("/api/v1/windows/1/commands", json={"command": "transfer", "to_window": 2})
    assert code_of(refused) == (409, "NOT_SERVED_THERE")
    assert refused.json()["error"]["field"] == "to_window"
    moved = act(staff, 1, "transfer", to_window=2, to_service="A")
    assert (moved["ticket"]["number"], moved["ticket"]["service"]) == ("B001", "A")


def test_two_windows_that_press_at_once_get_two_tickets_or_one_refusal(hall):
    first, second, visitor = hall.client(1), hall.client(2), hall.client()
    take(visitor)
    act(first, 1, "open")
    act(second, 2, "open")
    assert act(first, 1, "call_next")["ticket"]["number"] == "A001"
    assert code_of(second.post("/api/v1/windows/2/commands", json={"command": "call_next"})) == (409, "NOTHING_WAITING")


def test_what_belongs_to_staff_needs_a_session(hall):
    visitor = hall.client()
    for method, path in (
        ("POST", "/api/v1/windows/1/commands"), ("GET", "/api/v1/windows/1/stream"),
        ("POST", "/api/v1/tickets/A001/restore"), ("POST", "/api/v1/tickets/A001/reprint"),
        ("POST", "/api/v1/help/help-1/answer"),
    ):  # fmt: skip
        body = {"command": "open"} if path.endswith("commands") else {}
        answer = visitor.request(method, path, json=body if method == "POST" else None)
        assert code_of(answer) == (401, "NOT_SIGNED_IN"), path


def test_a_bearer_token_works_as_the_cookie_does_and_ends_with_the_session(hall):
    browser, program = hall.client(1), hall.client()
    answer = browser.post("/api/v1/session", json={"name": "staff1", "secret": PINS["staff1"]})
    assert answer.json() | {"token": ""} == {"token": "", "name": "staff1", "window": 1, "role": "window"}
    assert "httponly" in answer.headers["set-cookie"].lower()
    assert "samesite=strict" in answer.headers["set-cookie"].lower()
    bearer = {"Authorization": f"Bearer {answer.json()['token']}"}
    body = {"command": "open"}
    assert program.post("/api/v1/windows/1/commands", json=body, headers=bearer).status_code == 200
    assert program.delete("/api/v1/session", headers=bearer).status_code == 204
    assert code_of(program.post("/api/v1/windows/1/commands", json=body, headers=bearer)) == (401, "NOT_SIGNED_IN")


def test_two_people_at_two_windows_of_one_browser_stay_apart(hall):
    browser = hall.client()
    for number in (1, 2):
        body = {"name": f"staff{number}", "secret": PINS[f"staff{number}"], "window": number}
        assert browser.post("/api/v1/session", json=body).status_code == 200
    act(browser, 1, "open")
    act(browser, 2, "open")
    queue = hall.door.look()[0].queue
    assert (queue.window(1).staff, queue.window(2).staff) == ("staff1", "staff2")


def test_wrong_secrets_are_refused_alike_and_then_locked(hall):
    client = hall.client()
    for name in ("staff1", "nobody"):
        for _ in range(5):
            assert code_of(client.post("/api/v1/session", json={"name": name, "secret": "0"})) == (401, "WRONG_SECRET")
        answer = client.post("/api/v1/session", json={"name": name, "secret": PINS["staff1"]})
        assert code_of(answer) == (429, "LOCKED")
        assert answer.headers["Retry-After"] == "900"


def test_the_same_key_gives_the_same_ticket_and_acts_once(hall):
    visitor = hall.client()
    key = {"Idempotency-Key": "press-1"}
    first = visitor.post("/api/v1/tickets", json={"service": "A"}, headers=key)
    again = visitor.post("/api/v1/tickets", json={"service": "A"}, headers=key)
    in_body = visitor.post("/api/v1/tickets", json={"service": "A", "command_id": "press-1"})
    assert first.json() == again.json() == in_body.json()
    assert (first.status_code, again.status_code) == (201, 201)
    assert len(hall.door.look()[0].queue.tickets) == 1


def test_the_same_key_gives_the_same_window_answer_after_the_window_moved_on(hall):
    staff = hall.client(1)
    take(staff)
    act(staff, 1, "open")
    call = {"command": "call_next", "command_id": "k-1"}
    first = staff.post("/api/v1/windows/1/commands", json=call).json()
    act(staff, 1, "start")
    act(staff, 1, "finish")
    again = staff.post("/api/v1/windows/1/commands", json=call).json()
    assert first == again
    assert again["state"] == "CALLING"


def test_a_key_of_one_person_is_not_the_key_of_another(hall):
    first, second = hall.client(1), hall.client(2)
    key = {"Idempotency-Key": "k"}
    for number, client in ((1, first), (2, second)):
        answer = client.post(f"/api/v1/windows/{number}/commands", json={"command": "open"}, headers=key)
        assert answer.json()["window"] == number
    assert hall.door.look()[0].queue.window(2).state == "IDLE"


@pytest.mark.parametrize("key", ["", "a b", "x" * 201, "kéy"])
def test_an_odd_key_is_a_wrong_field(hall, key):
    answer = hall.client().post(
        "/api/v1/tickets", json={"service": "A"}, headers={"Idempotency-Key": key.encode("latin-1")}
    )
    assert answer.status_code == 422
    assert answer.json()["error"]["field"] == "Idempotency-Key"
    two = hall.client().post(
        "/api/v1/tickets", json={"service": "A", "command_id": "a"}, headers={"Idempotency-Key": "b"}
    )
    assert code_of(two) == (422, "TWO_KEYS")


def test_a_rating_is_given_once_and_changed_once(hall):
    staff, visitor = hall.client(1), hall.client()
    token = take(visitor)["token"]
    assert code_of(visitor.post("/api/v1/ratings", json={"token": token, "grade": 5})) == (409, "NOT_RATEABLE")
    act(staff, 1, "open")
    serve(staff, 1)
    assert visitor.get(f"/api/v1/tickets/{token}").json()["rateable"] is True
    body = {"token": token, "grade": 2, "reasons": ["SLOW"], "text": "等了很久"}
    given = visitor.post("/api/v1/ratings", json=body)
    assert (given.status_code, given.json()) == (201, {"number": "A001", "grade": 2, "version": 1})
    assert code_of(visitor.post("/api/v1/ratings", json=body)) == (409, "TOKEN_USED")
    assert visitor.post("/api/v1/ratings", json={**body, "grade": 4, "change": True}).json()["version"] == 2
    assert visitor.get(f"/api/v1/tickets/{token}").json()["grade"] == 4


@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        ({"grade": 6}, 422, "UNKNOWN_GRADE"),
        ({"grade": 0}, 422, "UNKNOWN_GRADE"),
        ({"grade": True}, 422, "WRONG_FIELD"),
        ({"grade": "5"}, 422, "WRONG_FIELD"),
        ({"grade": 5.0}, 422, "WRONG_FIELD"),
        ({"grade": 10**40}, 422, "WRONG_FIELD"),
        ({"reasons": ["RUDE"]}, 422, "UNKNOWN_REASON"),
        ({"reasons": "SLOW"}, 422, "WRONG_FIELD"),
        ({"reasons": ["SLOW"] * 50}, 422, "WRONG_FIELD"),
        ({"text": "长" * 10_000}, 422, "TEXT_TOO_LONG"),
        ({"text": "\x00"}, 422, "WRONG_FIELD"),
        ({"token": "x" * 30}, 404, "UNKNOWN_TOKEN"),
        ({"token": "../../etc"}, 422, "WRONG_FIELD"),
        ({"stars": 5}, 422, "UNKNOWN_FIELD"),
    ],
)
def test_an_odd_rating_is_refused(hall, more, status, code):
    staff, visitor = hall.client(1), hall.client()
    token = take(visitor)["token"]
    act(staff, 1, "open")
    serve(staff, 1)
    assert code_of(visitor.post("/api/v1/ratings", json={"token": token, "grade": 5, **more})) == (status, code)
    assert hall.door.look()[0].rating.rateable[token].version == 0


def test_staff_can_neither_rate_nor_wake_a_pad(hall):
    staff, visitor = hall.client(1), hall.client()
    token = take(visitor)["token"]
    act(staff, 1, "open")
    serve(staff, 1)
    assert code_of(staff.post("/api/v1/ratings", json={"token": token, "grade": 5})) == (403, "STAFF_MAY_NOT_RATE")
    assert code_of(staff.get("/api/v1/pads/1/stream")) == (403, "PAD_NOT_PAIRED")
    assert code_of(staff.post("/api/v1/pads/1/dismiss")) == (403, "PAD_NOT_PAIRED")
    assert staff.get("/pad/1").status_code == 403
    assert staff.get("/pad/1", params={"key": "0" * 40}).status_code == 403


def test_a_pad_is_paired_by_its_link_and_the_key_leaves_the_address(hall):
    tablet, staff = hall.client(), hall.client(1)
    answer = tablet.get(pad_link(hall.door, 1), follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/pad/1")
    assert tablet.get("/pad/1").status_code == 200
    assert tablet.get("/pad/2").status_code == 403
    token = take(staff)["token"]
    act(staff, 1, "open")
    serve(staff, 1)
    assert tablet.post("/api/v1/ratings", json={"token": token, "grade": 5}).status_code == 201
    assert tablet.post("/api/v1/pads/1/dismiss").status_code == 204


def test_a_pads_key_is_this_controllers_own():
    first, second = PlainDoor(), PlainDoor()
    assert pad_link(first, 1) == pad_link(first, 1)
    assert pad_link(first, 1) != pad_link(first, 2)
    assert pad_link(first, 1) != pad_link(second, 1)


def test_the_public_state_shows_the_hall_and_hides_the_rest(hall):
    staff, visitor = hall.client(1), hall.client()
    tokens = [take(visitor)["token"] for _ in range(3)]
    hall.door.ask(TakeTicket("B", "t" * 20, Channel.CARD, card_mark="mark-of-a-card", age=80))
    act(staff, 1, "open")
    act(staff, 1, "call_next")
    answer = visitor.get("/api/v1/state")
    state = answer.json()
    assert state["counts"] | {"issued": 4, "waiting": 3, "called": 1} == state["counts"]
    assert [call["number"] for call in state["calls"]] == ["A001"]
    assert state["calls"][0]["window"] == 1
    first, notary = state["services"][0], state["services"][3]
    assert (first["letter"], first["waiting"], first["windows"], first["open"]) == ("A", 2, [1], True)
    assert notary["open"] is False
    assert state["windows"][0] | {"state": "CALLING", "ticket": "A001"} == state["windows"][0]
    assert state["card_ticket"] == {
        "number": "B001",
        "service": "B",
        "ahead": 0,
        "estimated_wait_s": None,
        "wait_bound_s": None,
        "slip": None,
    }
    assert state["now"].endswith("Z")
    for secret in (*tokens, "t" * 20, "mark-of-a-card", "staff1", "ELDER"):
        assert secret not in answer.text


def test_a_card_ticket_is_shown_for_five_seconds(hall):
    hall.door.ask(TakeTicket("A", "t" * 20, Channel.CARD))
    hall.door.steady_ms += 5000
    assert hall.client().get("/api/v1/state").json()["card_ticket"]["number"] == "A001"
    hall.door.steady_ms += 1
    assert hall.client().get("/api/v1/state").json()["card_ticket"] is None


def test_a_touch_waits_twenty_seconds_for_a_card_and_serves_one(hall):
    machine = hall.client()
    touch = {"service": "B", "priority": "PREGNANT"}
    assert machine.post("/api/v1/machine/choice", json=touch).status_code == 204
    assert hall.app.state.machine_choice() == Choice("B", Priority.PREGNANT)
    assert hall.app.state.machine_choice() is None
    machine.post("/api/v1/machine/choice", json={"service": "B"})
    hall.door.steady_ms += 20_001
    assert hall.app.state.machine_choice() is None
    machine.post("/api/v1/machine/choice", json={"service": "B"})
    machine.post("/api/v1/machine/choice", json={"service": None})
    assert hall.app.state.machine_choice() is None
    assert code_of(machine.post("/api/v1/machine/choice", json={"service": "Z"})) == (422, "UNKNOWN_SERVICE")


def test_a_closed_service_and_unknown_ones_give_no_ticket(hall):
    client = hall.client()
    assert code_of(client.post("/api/v1/tickets", json={"service": "D"})) == (409, "SERVICE_CLOSED")
    assert code_of(client.post("/api/v1/tickets", json={"service": "Z"})) == (422, "UNKNOWN_SERVICE")
    answer = client.post("/api/v1/tickets", json={"service": "A", "priority": "VIP"})
    assert code_of(answer) == (422, "UNKNOWN_PRIORITY")
    assert hall.door.look()[0].queue.tickets == {}


def test_help_is_answered_by_staff(hall):
    staff = hall.client(1)
    assert code_of(staff.post("/api/v1/help/help-1/answer", json={})) == (409, "NO_HELP_ASKED")
    hall.door.ask(PressHelp("help-1"))
    assert staff.post("/api/v1/help/help-1/answer").json() == {"place": "help-1", "answered": True}


def test_ready_only_while_the_journal_works(hall):
    client = hall.client()
    assert client.get("/healthz").json() == {"ok": True}
    ready = client.get("/readyz")
    assert ready.status_code == 200
    assert {part["name"] for part in ready.json()["parts"]} >= {"journal", "central", "device:printer-1"}
    hall.door.central = "offline"
    assert client.get("/readyz").status_code == 200
    hall.door.ask(ReportEpoch("e2", "conflict", 41))
    assert client.get("/readyz").json()["parts"][0]["reason"] == "conflict"
    hall.door.journal_ok = False
    broken = client.get("/readyz")
    assert (broken.status_code, broken.json()["ready"]) == (503, False)


def test_figures_name_routes_and_never_tokens(hall):
    client = hall.client()
    token = take(client)["token"]
    client.get(f"/api/v1/tickets/{token}")
    client.get("/no/such/address")
    text = client.get("/metrics").text
    assert 'route="/api/v1/tickets/{token}"' in text
    assert 'legal_hall_tickets{state="WAITING"} 1.0' in text
    assert token not in text
    assert "no/such" not in text


def test_every_route_is_described_and_described_truly(hall):
    document = hall.client().get("/openapi.json").json()
    paths = document["paths"]
    assert {"/api/v1/tickets", "/api/v1/windows/{n}/commands", "/api/v1/ratings", "/api/v1/state"} <= set(paths)
    assert "/machine" not in paths
    assert "422" not in {code for path in paths.values() for route in path.values() for code in route["responses"]}


def test_tickets_of_earlier_days_can_still_be_rated(hall):
    client = hall.client()
    staff = hall.client(1)
    token = take(client)["token"]
    act(staff, 1, "open")
    serve(staff, 1)
    hall.door.steady_ms += 86_400_000
    take(client)
    assert isinstance(hall.door.look()[0].rating.rateable[token], Rateable)
    seen = client.get(f"/api/v1/tickets/{token}").json()
    assert (seen["number"], seen["state"], seen["rateable"]) == ("A001", "DONE", True)
    assert client.post("/api/v1/ratings", json={"token": token, "grade": 5}).status_code == 201


def test_the_pairing_links_are_for_the_duty_manager_alone(hall):
    staff, manager = hall.client(1), hall.client()
    assert code_of(staff.get("/api/v1/pads")) == (403, "SUPERVISOR_ONLY")
    assert code_of(hall.client().get("/api/v1/pads")) == (401, "NOT_SIGNED_IN")
    assert "?key=" not in staff.get("/").text
    hall.staff.add("主任测试", "97531864", role=Role.SUPERVISOR)
    assert manager.post("/api/v1/session", json={"name": "主任测试", "secret": "97531864"}).status_code == 200
    links = {item["window"]: item["link"] for item in manager.get("/api/v1/pads").json()["items"]}
    assert links[1] == pad_link(hall.door, 1)
    assert manager.get("/").text.count("?key=") >= 4
    tablet = hall.client()
    tablet.get(links[2])
    assert tablet.get("/pad/2").status_code == 200
