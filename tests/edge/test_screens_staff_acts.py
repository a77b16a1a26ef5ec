"""What staff do over HTTP besides serving: tickets for others, marks, windows moved, rota, evacuation, appointments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from edge.staff import Role
from hall.queue.words import Channel, Priority
from tests.edge.plain_door import PLAN, PlainDoor
from tests.edge.screens_fixtures import Hall, hall_of, staff_file_fixture  # noqa: F401

TODAY = "2026-11-21"
BOSS = "97531086"


@pytest.fixture(name="hall")
def hall_fixture(tmp_path: Path, staff_file: Path) -> Iterator[Hall]:
    windows = (*PLAN.windows, replace(PLAN.windows[2], number=5, room=2, closed=True))
    yield from hall_of(PlainDoor(replace(PLAN, windows=windows)), tmp_path, staff_file)


@pytest.fixture(name="boss")
def boss_fixture(hall: Hall) -> Any:
    member = hall.staff.add("boss", BOSS, role=Role.SUPERVISOR)
    client = hall.client()
    token = hall.staff.open_session(member, None, hall.door.steady_ms)
    client.cookies.set(f"lh_{hall.door.plan.hall}_staff", token)
    return client


@pytest.fixture(name="clerk")
def clerk_fixture(hall: Hall) -> Any:
    return hall.client(1)


def queue(hall: Hall) -> Any:
    return hall.door.look()[0].queue


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def take(client: Any, **body: Any) -> dict[str, Any]:
    answer = client.post("/api/v1/desk/tickets", json={"service": "A", **body})
    assert answer.status_code == 201, answer.text
    given: dict[str, Any] = answer.json()
    return given


def test_the_desk_gives_a_ticket_with_who_granted_its_priority(hall, clerk):
    given = take(clerk, priority="PREGNANT", persons=4)
    ticket = queue(hall).tickets[given["number"]]
    assert (ticket.channel, ticket.priority, ticket.priority_by, ticket.persons) == (
        Channel.DESK, Priority.PREGNANT, "staff1", 4,
    )  # fmt: skip
    assert set(given) == {"number", "token", "ahead", "estimated_wait_s", "wait_bound_s", "service", "issued_at"}


def test_the_same_key_gives_one_ticket(hall, clerk):
    for _ in range(2):
        answer = clerk.post("/api/v1/desk/tickets", json={"service": "A"}, headers={"Idempotency-Key": "once"})
        assert answer.json()["number"] == "A001"
    assert len(queue(hall).tickets) == 1


@pytest.mark.parametrize(
    "address",
    ["/desk/tickets", "/tickets/A001/priority", "/tickets/A001/private", "/windows/1/colleague", "/evacuation"],
)
def test_nobody_acts_without_signing_in(hall, address):
    assert code(hall.client().post(f"/api/v1{address}", json={})) in {(401, "NOT_SIGNED_IN"), (422, "MISSING_FIELD")}
    assert not hall.door.look()[0].safety.evacuating


def test_priority_is_marked_and_taken_back(hall, clerk):
    number = take(clerk)["number"]
    assert clerk.post(f"/api/v1/tickets/{number}/priority", json={"priority": "DISABLED"}).status_code == 200
    assert queue(hall).tickets[number].priority_by == "staff1"
    assert code(clerk.post(f"/api/v1/tickets/{number}/priority", json={"priority": "DISABLED"})) == (
        409,
        "SAME_PRIORITY",
    )
    assert clerk.post(f"/api/v1/tickets/{number}/priority", json={"priority": None}).status_code == 200
    assert queue(hall).tickets[number].priority is None
    assert clerk.post(f"/api/v1/tickets/{number}/priority", json={"priority": "FRIEND"}).status_code in (409, 422)


def test_a_private_ticket_goes_behind_a_door(hall, clerk):
    number = take(clerk, service="B", private=True)["number"]
    assert queue(hall).tickets[number].private
    clerk.post("/api/v1/windows/1/commands", json={"command": "open"})
    assert code(clerk.post("/api/v1/windows/1/commands", json={"command": "call_next"})) == (409, "NOTHING_WAITING")


def test_a_ticket_is_sent_to_a_room_by_the_number_on_its_door(hall, clerk):
    take(clerk, service="B")
    for command in ("open", "call_next", "start"):
        hall.door.steady_ms += 3000
        assert clerk.post("/api/v1/windows/1/commands", json={"command": command}).status_code == 200
    hall.door.steady_ms += 3000
    body = {"command": "transfer", "to_room": 2}
    assert clerk.post("/api/v1/windows/1/commands", json=body).status_code == 200
    assert queue(hall).sent_to == {5: ("B001",)}
    assert clerk.post("/api/v1/windows/1/commands", json={**body, "to_window": 3}).status_code == 422
    assert code(clerk.post("/api/v1/windows/1/commands", json={**body, "to_room": 9}))[1] == "UNKNOWN_WINDOW"


def test_what_was_done_is_recorded_in_codes(hall, clerk):
    take(clerk)
    for command in ("open", "call_next", "start", "finish"):
        hall.door.steady_ms += 3000
        assert clerk.post("/api/v1/windows/1/commands", json={"command": command}).status_code == 200
    body = {
        "command": "record",
        "number": "A001",
        "field": "LABOUR",
        "answered_by": "LAWYER",
        "groups": ["ELDER", "ELDER"],
    }
    assert clerk.post("/api/v1/windows/1/commands", json=body).json()["events"] == ["service.recorded"]
    assert code(clerk.post("/api/v1/windows/1/commands", json={**body, "field": "GOSSIP"}))[1] == "UNKNOWN_REASON"
    assert code(clerk.post("/api/v1/windows/1/commands", json={**body, "number": "A009"}))[1] == "UNKNOWN_TICKET"


def test_only_a_supervisor_moves_windows_sets_the_rota_and_ends_an_evacuation(hall, clerk, boss):
    assert code(clerk.post("/api/v1/windows/1/assignment", json={"services": ["C"]})) == (403, "SUPERVISOR_ONLY")
    assert code(clerk.put(f"/api/v1/rota/{TODAY}", json={"duties": []})) == (403, "SUPERVISOR_ONLY")
    assert clerk.post("/api/v1/evacuation").status_code == 200
    assert code(clerk.delete("/api/v1/evacuation")) == (403, "SUPERVISOR_ONLY")
    assert hall.client().get("/api/v1/state").json()["evacuating"]
    assert boss.delete("/api/v1/evacuation").json() == {"evacuating": False}
    assert code(boss.delete("/api/v1/evacuation")) == (409, "NO_EVACUATION")


def test_a_window_serves_other_classes_for_a_while(hall, boss):
    assert boss.post("/api/v1/windows/1/assignment", json={"services": ["C"], "minutes": 5}).status_code == 200
    assert hall.client().get("/api/v1/state").json()["windows"][0]["services"] == ["C"]
    assert boss.post("/api/v1/windows/1/assignment", json={"services": [], "minutes": 5}).status_code == 422
    assert boss.post("/api/v1/windows/1/assignment", json={"services": ["Q"]}).status_code in (409, 422)
    assert boss.delete("/api/v1/windows/1/assignment").status_code == 204
    assert code(boss.delete("/api/v1/windows/1/assignment")) == (409, "NOT_ASSIGNED")


def test_a_rota_is_set_seen_and_an_absence_marked(hall, boss, clerk):
    duties = [{"person": "staff3", "services": ["C"], "half": "DAY"}]
    take(clerk)
    assert boss.put(f"/api/v1/rota/{TODAY}", json={"duties": duties}).status_code == 200
    assert boss.post("/api/v1/rota/absences", json={"person": "staff3"}).status_code == 204
    assert clerk.get(f"/api/v1/rota/{TODAY}").json()["duties"] == [{**duties[0], "absent": True}]
    assert boss.delete("/api/v1/rota/absences/staff3").status_code == 204
    assert code(boss.post("/api/v1/rota/absences", json={"person": "nobody"}))[1] == "NOT_ON_DUTY"
    assert code(boss.put("/api/v1/rota/2020-01-01", json={"duties": duties}))[1] == "DAY_IS_OVER"
    assert boss.put("/api/v1/rota/2026-13-40", json={"duties": duties}).status_code in (404, 422)


def appointments(*rows: dict[str, Any]) -> dict[str, Any]:
    return {"items": [{"id": f"a{at}", "time": "10:10", "service": "A", **row} for at, row in enumerate(rows)]}


def test_an_appointment_checks_in_by_code_or_by_the_phones_last_digits(hall, boss, clerk):
    take(clerk)
    listed = appointments({"code": "7K3-99"}, {"phone_tail": "4321"}, {"phone_tail": "4321", "service": "B"})
    assert boss.put(f"/api/v1/appointments/{TODAY}", json=listed).json() == {"day": TODAY, "count": 3}
    visitor = hall.client()
    given = visitor.post("/api/v1/appointments/check-in", json={"code": "7k3 99"})
    assert given.status_code == 201
    assert given.json()["number"] == "A002"
    assert code(visitor.post("/api/v1/appointments/check-in", json={"code": "7k399"})) == (409, "CHECKED_IN_ALREADY")
    assert code(visitor.post("/api/v1/appointments/check-in", json={"phone_tail": "4321"})) == (
        409,
        "SEVERAL_APPOINTMENTS",
    )
    given = visitor.post("/api/v1/appointments/check-in", json={"phone_tail": "4321", "service": "B"})
    assert given.json()["number"] == "B001"
    seen = clerk.get(f"/api/v1/appointments/{TODAY}").json()["items"]
    assert [one["number"] for one in seen] == ["A002", None, "B001"]


def test_a_list_of_appointments_keeps_nothing_that_names_anybody(hall, boss):
    number, tail, word = "99999919900101001X", "4321", "KB77Q2"
    boss.put(
        f"/api/v1/appointments/{TODAY}", json=appointments({"code": word, "phone_tail": tail, "card_number": number})
    )
    kept = f"{hall.door.meta('appointments', dict)} {hall.door.look()[0]}"
    assert number not in kept
    assert word not in kept
    assert f"'{tail}'" not in kept


def test_codes_are_not_found_by_trying(hall, boss):
    boss.put(f"/api/v1/appointments/{TODAY}", json=appointments({"code": "123456"}))
    visitor = hall.client()
    for wrong in range(10):
        answer = visitor.post("/api/v1/appointments/check-in", json={"code": f"00000{wrong}"})
        assert code(answer)[1] == "UNKNOWN_APPOINTMENT"
    assert code(visitor.post("/api/v1/appointments/check-in", json={"code": "123456"})) == (429, "TOO_MANY_TRIES")
    hall.door.steady_ms += 61_000
    assert visitor.post("/api/v1/appointments/check-in", json={"code": "123456"}).status_code == 201


@pytest.mark.parametrize(
    "body",
    [
        {}, {"code": "1"}, {"code": "x" * 10_000}, {"phone_tail": "12345"}, {"phone_tail": "4321", "code": "123456"},
        {"code": "<b>x</b>"}, {"code": "' OR 1=1 --"}, {"code": 123456}, {"code": "123456", "name": "x"},
    ],
)  # fmt: skip
def test_rubbish_checks_nobody_in(hall, body):
    answer = hall.client().post("/api/v1/appointments/check-in", json=body)
    assert answer.status_code in (400, 422)
    assert not queue(hall).tickets


def test_why_one_was_first_is_for_staff_only(hall, clerk):
    first, second = take(clerk)["number"], take(clerk)["number"]
    assert code(hall.client().get(f"/api/v1/why?first={first}&second={second}")) == (401, "NOT_SIGNED_IN")
    told = clerk.get(f"/api/v1/why?first={first}&second={second}").json()
    assert told["causes"] == ["NOT_CALLED_BEFORE"]
    assert code(clerk.get(f"/api/v1/why?first={first}&second=Z999"))[1] == "UNKNOWN_TICKET"
