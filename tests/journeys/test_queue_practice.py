"""Queue practice on real lines: evacuation over signs and speech, appointments without central, a step taken back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from simulators.people import person
from tests.journeys.house import Client, Hall, House, journal_lines, run_hall
from tests.parts import wait_for

pytestmark = pytest.mark.slow
BOSS = "97531086"


def boss_of(hall: Hall) -> Client:
    run_hall(["users", "add", "boss", "--config", str(hall.file), "--supervisor", "--secret-stdin"], BOSS)
    client = Client(hall.pages.url)
    client.sign_in("boss", BOSS)
    return client


def sign(hall: Hall) -> str:
    return str(hall.device("sign-1")["text"])


def kinds(hall: Hall) -> list[str]:
    return [line["type"] for line in journal_lines(hall)]


def test_an_evacuation_is_on_every_sign_and_in_the_air_until_it_is_ended_also_through_a_power_cut(
    lone_house: House,
) -> None:
    hall = lone_house.add_hall()
    boss = boss_of(hall)
    assert hall.pages.post("/api/v1/tickets", {"service": "A"})[0] == 201
    assert hall.command(1, "open")[0] == 200
    assert hall.command(1, "call_next")[0] == 200
    wait_for(lambda: "A001" in sign(hall), "the call on the sign")
    spoken = hall.device("speaker")["count"]
    assert hall.pages.post("/api/v1/evacuation", {})[0] == 200
    for number in (1, 2, 3, 4):
        wait_for(lambda n=number: "有序离开" in str(hall.device(f"sign-{n}")["text"]), f"sign {number}")
    wait_for(lambda: hall.device("speaker")["count"] > spoken + 1, "the words again and again", 60)
    status, refused = hall.pages.post("/api/v1/tickets", {"service": "A"})
    assert (status, refused["error"]["code"]) == (409, "EVACUATING")
    hall.edge.kill()
    hall.start_edge()
    spoken = hall.device("speaker")["count"]
    wait_for(lambda: "有序离开" in sign(hall), "the sign after the power cut", 30)
    wait_for(lambda: hall.device("speaker")["count"] > spoken, "the words after the power cut", 60)
    assert boss.delete("/api/v1/evacuation")[0] == 200
    wait_for(lambda: "A001" in sign(hall), "the call again")
    found = kinds(hall)
    assert (found.count("evacuation.began/1"), found.count("evacuation.ended/1")) == (1, 1)


def test_an_appointment_checks_in_without_central_and_after_a_restart(lone_house: House) -> None:
    hall = lone_house.add_hall()
    boss = boss_of(hall)
    china = datetime.now(UTC) + timedelta(hours=8)
    if china.hour == 23 and china.minute > 50:
        pytest.skip("the slot would lie in tomorrow")
    row = {"id": "a1", "time": china.strftime("%H:%M"), "service": "B", "code": "K7-22-19"}
    status, _ = boss.put(f"/api/v1/appointments/{china:%Y-%m-%d}", {"items": [row]})
    assert status == 200
    assert hall.pages.post("/api/v1/tickets", {"service": "B"})[0] == 201
    hall.edge.kill()
    hall.start_edge()
    status, given = Client(hall.pages.url).post("/api/v1/appointments/check-in", {"code": "k72219"})
    assert (status, given["number"]) == (201, "B002")
    wait_for(lambda: any("B002" in slip["lines"] for slip in hall.slips()), "the slip")
    assert hall.command(1, "open")[0] == 200
    status, called = hall.command(1, "call_next")
    assert (status, called["ticket"]["number"]) == (200, "B002"), "it comes before whoever came without an appointment"
    assert "K7" not in hall.edge.words()
    assert kinds(hall).count("appointment.checked_in/1") == 1


def test_a_card_that_has_an_appointment_checks_in_by_itself_and_leaves_no_number_behind(lone_house: House) -> None:
    hall = lone_house.add_hall()
    boss = boss_of(hall)
    china = datetime.now(UTC) + timedelta(hours=8)
    if china.hour == 23 and china.minute > 50:
        pytest.skip("the slot would lie in tomorrow")
    known = person("adult-2")
    assert known is not None
    row = {"id": "a1", "time": china.strftime("%H:%M"), "service": "D", "card_number": known.fields["number"]}
    assert boss.put(f"/api/v1/appointments/{china:%Y-%m-%d}", {"items": [row]})[0] == 200
    hall.do("card-reader", "tap_card", person="adult-2")
    wait_for(lambda: any("D001" in slip["lines"] for slip in hall.slips()), "the slip of the appointment")
    told = kinds(hall)
    assert (told.count("ticket.issued/1"), told.count("appointment.checked_in/1")) == (1, 1)
    kept = b"".join(path.read_bytes() for path in hall.journal.parent.rglob("*") if path.is_file())
    assert known.fields["number"].encode() not in kept
    assert known.fields["number"] not in hall.edge.words()


def test_a_finish_taken_back_is_on_the_sign_again_and_counted_once(lone_house: House) -> None:
    hall = lone_house.add_hall()
    assert hall.pages.post("/api/v1/tickets", {"service": "A"})[0] == 201
    for command in ("open", "call_next", "start", "finish"):
        assert hall.command(1, command)[0] == 200
    wait_for(lambda: "欢迎光临" in sign(hall), "a free window")
    status, undone = hall.command(1, "undo")
    assert (status, undone["state"]) == (200, "SERVING")
    wait_for(lambda: "正在办理" in str(hall.device("sign-1")), "the service again")
    wait_for(lambda: hall.command(1, "finish")[0] == 200, "the end")
    assert hall.state()["counts"]["done"] == 1
    assert kinds(hall).count("ticket.reopened/1") == 1
