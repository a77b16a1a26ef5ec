"""From card to slip, from call to sign and speech, rating, central: over real lines, a real broker, real programs."""

from __future__ import annotations

import io
import re
import wave

from tests.journeys.house import Client, Hall, House, journal_lines, run_hall
from tests.parts import wait_for


def test_from_card_to_slip_to_call_to_sign_to_speech_to_rating_to_central(house: House) -> None:
    central = house.start_central()
    hall = house.add_hall()
    hall.do("card-reader", "tap_card", person="elder-1")
    slip = wait_for(hall.slips, "a slip")[-1]
    assert "A001" in slip["lines"]
    assert any("法律咨询" in line for line in slip["lines"])
    assert not re.search(r"测试|99\d{4}", str(slip)), "nobody's identity stands on a slip"

    assert hall.command(1, "open")[0] == 200
    status, called = hall.command(1, "call_next")
    assert (status, called["ticket"]["number"], called["ticket"]["priority"]) == (200, "A001", "ELDER")
    wait_for(lambda: "A001" in str(hall.device("sign-1")["text"]), "the number on the sign")
    assert wait_for(lambda: hall.device("sign-1")["lit"], "lit dots on the sign") > 40
    wait_for(lambda: hall.device("speaker")["count"] >= 1, "the call from the speaker")
    wait_for(lambda: not hall.device("speaker")["playing"], "the end of the call")
    with wave.open(io.BytesIO(hall.devices.bytes("/sim/devices/speaker/audio.wav"))) as sound:
        assert sound.getnframes() / sound.getframerate() > 1.5
    assert hall.device("speaker")["last_zone_open"] is True

    assert hall.command(1, "start")[0] == 200
    wait_for(lambda: "正在办理" in str(hall.device("sign-1")), "the service on the sign")
    assert hall.command(1, "finish")[0] == 200
    token = next(line["data"]["token"] for line in journal_lines(hall) if line["type"] == "ticket.issued/1")
    assert hall.pages.post("/api/v1/ratings", {"token": token, "grade": 5})[0] == 403, "staff cannot rate themselves"
    visitor = Client(hall.pages.url)
    status, _ = visitor.post("/api/v1/ratings", {"token": token, "grade": 5})
    assert status == 201
    status, refused = visitor.post("/api/v1/ratings", {"token": token, "grade": 5})
    assert (status, refused["error"]["code"]) == (409, "TOKEN_USED")

    written = journal_lines(hall)
    wait_for(lambda: len(house.stored(hall.id)) >= len(written), "every event at central")
    stored = house.stored(hall.id)
    assert [event["seq"] for event in stored] == list(range(1, len(stored) + 1))
    assert [event["id"] for event in stored][: len(written)] == [event["id"] for event in written]
    kinds = [event["type"] for event in stored]
    for kind in (
        "ticket.issued/1",
        "ticket.called/1",
        "ticket.served_started/1",
        "ticket.finished/1",
        "rating.given/1",
    ):
        assert kinds.count(kind) == 1
    assert kinds.count("announcement.spoken/1") == 1
    day = next(event["data"]["day"] for event in stored if event["type"] == "ticket.issued/1")
    story = central.get(f"/api/v1/halls/{hall.id}/tickets/{day}/A001")
    assert "rating.given" in str(story)
    assert not re.search(r"99\d{15}[0-9X]|测试", str(stored) + hall.edge.words() + house.central.words())  # type: ignore[union-attr]


def test_the_call_terminals_keys_run_a_window(house: House) -> None:
    hall = house.add_hall()
    for service in ("A", "A"):
        assert hall.pages.post("/api/v1/tickets", {"service": service})[0] == 201
    hall.do("terminal-1", "press", keys=["1", "1", "confirm"])
    wait_for(lambda: hall.state()["windows"][0]["state"] == "IDLE", "the window opened by keys")
    hall.do("terminal-1", "press", key="call")
    wait_for(lambda: hall.device("terminal-1")["ticket"] == "001", "the ticket on the keypad")
    assert hall.device("terminal-1")["waiting"] == "001"
    beeps = hall.device("terminal-1")["beeps"]
    hall.do("terminal-1", "press", keys=["6", "confirm"])
    wait_for(lambda: hall.device("terminal-1")["beeps"] > beeps, "a beep for a no-show too early")
    hall.do("terminal-1", "press", key="start")
    wait_for(lambda: hall.state()["windows"][0]["state"] == "SERVING", "the service")
    hall.do("terminal-1", "press", key="evaluate")
    wait_for(lambda: hall.state()["windows"][0]["state"] == "IDLE", "the end of the service")


def test_a_hall_without_broker_and_central_works_the_same(lone_house: House) -> None:
    hall = lone_house.add_hall()
    status, ticket = hall.pages.post("/api/v1/tickets", {"service": "B"})
    assert (status, ticket["number"], ticket["ahead"]) == (201, "B001", 0)
    wait_for(hall.slips, "the slip")
    hall.command(1, "open")
    assert hall.command(1, "call_next")[1]["ticket"]["number"] == "B001"
    wait_for(lambda: "B001" in str(hall.device("sign-1")["text"]), "the sign")
    assert hall.pages.get("/readyz")["ready"] is True


def test_help_and_door_are_seen_and_the_lamp_is_lit(house: House) -> None:
    hall = house.add_hall()
    pressed = {device["id"] for device in hall.devices.get("/sim/devices")["items"] if "button" in device["kind"]}
    button = pressed.pop()
    hall.do(button, "press")
    wait_for(lambda: hall.device(button)["lamp"], "the lamp")
    status, _ = hall.pages.post(f"/api/v1/help/{button}/answer", {})
    assert status == 200
    wait_for(lambda: not hall.device(button)["lamp"], "the lamp going out")
    kinds = [line["type"] for line in journal_lines(hall)]
    assert kinds.count("help.requested/1") == kinds.count("help.answered/1") == 1


def tap(hall: Hall, person: str) -> None:
    """Lay a card on the reader, take it away, and let the reader look at its empty glass a few times."""
    hall.do("card-reader", "tap_card", person=person)
    wait_for(lambda: hall.device("card-reader")["card"] is None, "the card taken away")
    asked = hall.devices.get("/sim/devices/card-reader")["bytes"]["heard"]
    wait_for(lambda: hall.devices.get("/sim/devices/card-reader")["bytes"]["heard"] >= asked + 40, "four looks")


def test_a_card_that_is_none_and_a_second_tap_are_refused_and_nothing_stops(house: House) -> None:
    hall = house.add_hall()
    for person in ("bus-card", "wrong-1", "torn-1", "adult-1", "adult-1"):
        tap(hall, person)
    wait_for(hall.slips, "a slip for the good card")
    issued = [line for line in journal_lines(hall) if line["type"] == "ticket.issued/1"]
    assert [line["data"]["number"] for line in issued] == ["A001"]
    assert issued[0]["data"]["card_mark"]


def test_a_stopped_controller_leaves_a_sound_journal(house: House) -> None:
    hall = house.add_hall()
    for _ in range(5):
        hall.pages.post("/api/v1/tickets", {"service": "A"})
    assert hall.edge.stop() == 0
    assert "完好" in run_hall(["journal", "verify", str(hall.journal)])
