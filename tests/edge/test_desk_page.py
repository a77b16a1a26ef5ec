"""The service desk by interface: the live view, what each role is shown, and that nobody can be told from it."""

from __future__ import annotations

import json
from collections.abc import Iterator

import httpx2
import pytest

from drivers.kinds.display import DisplayState
from hall.devices.words import ReportSpoken, ReportStart
from hall.gate.words import MissPulse, MoveGate, OpenGate, PresentPass, PressHelp, Verdict
from hall_config.wording import section
from tests.edge.desk_hall import MANAGER, PIN, desk_hall_fixture, manager_file_fixture  # noqa: F401
from tests.edge.screens_fixtures import PINS, served_fixture, staff_file_fixture  # noqa: F401
from tests.edge.test_screens_live import PATIENCE_S, listening

STREAM = "/api/v1/desk/stream"
SAY = "/api/v1/announcements"


@pytest.fixture
def client(served) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=served, timeout=PATIENCE_S) as opened:
        yield opened


def signed_in(client, name, secret):
    assert client.post("/api/v1/session", json={"name": name, "secret": secret}).status_code == 200


def view_of(client):
    with listening(client, STREAM) as stream:
        event = stream.next()
        assert event["event"] == "desk"
        return json.loads(event["data"])


def test_nobody_sees_the_desk_without_signing_in(hall, client):
    assert client.get(STREAM).status_code == 401
    page = hall.client().get("/desk")
    assert page.status_code == 200
    assert 'id="sign-in"' in page.text
    assert 'id="work"' not in page.text
    assert "东门" not in page.text


def test_window_staff_see_gates_and_help_and_nothing_that_they_may_not_do(hall, client):
    hall.door.ask(PressHelp("help-1"))
    signed_in(client, "staff1", PINS["staff1"])
    view = view_of(client)
    assert [gate["gate"] for gate in view["gates"]] == ["east", "west"]
    assert [help["place"] for help in view["help"]] == ["help-1"]
    assert view["manager"] is False
    assert view["notices"] is view["voice"] is view["screens"] is None
    page = client.get("/desk").text
    assert 'id="say"' not in page
    assert 'id="screens"' not in page


def test_a_gate_says_what_happened_last_and_never_who(hall, client):
    hall.door.ask(PresentPass("east", Verdict.MANUAL, "list_stale"))
    hall.door.ask(PresentPass("east", Verdict.DENY, "no-such-reason"))
    hall.door.ask(OpenGate("east", "staff2"))
    hall.door.ask(MissPulse("east", "no_reply"))
    hall.door.ask(PresentPass("east", Verdict.ALLOW, "", "0123mark4567"))
    signed_in(client, "staff1", PINS["staff1"])
    text = json.dumps(view_of(client), ensure_ascii=False)
    east = json.loads(text)["gates"][0]
    assert [one["result"] for one in east["results"]] == ["PASS", "LOCK_FAILED", "STAFF", "DENY", "MANUAL"]
    assert east["results"][1]["reason_zh"] == "没有应答"
    assert east["results"][3]["reason_zh"] == ""
    assert east["results"][4]["reason_en"] == section("gate_reason", "en")["list_stale"]
    assert (east["state"], east["can_open"], east["alarm"]) == ("UNLOCKED", False, False)
    assert "staff2" not in text
    assert "0123mark4567" not in text


def test_a_forced_door_is_an_alarm_until_it_is_closed(hall, client):
    signed_in(client, "staff1", PINS["staff1"])
    with listening(client, STREAM) as stream:
        stream.next()
        hall.door.ask(MoveGate("west", open=True))
        _, view = stream.until(lambda seen: seen["gates"][1]["state"] == "FORCED")
        assert view["gates"][1]["alarm"]
        assert not view["gates"][1]["can_open"]
        hall.door.ask(MoveGate("west", open=False))
        stream.until(lambda seen: seen["gates"][1]["state"] == "CLOSED" and not seen["gates"][1]["alarm"])


def test_a_notice_is_followed_until_it_is_said_or_will_not_be(hall, client):
    signed_in(client, MANAGER, PIN)
    first = client.post(SAY, json={"text_zh": "测试通知一"}).json()["notice"]
    client.post(SAY, json={"text_zh": "测试通知二", "text_en": "Second", "urgent": True})
    hall.door.ask(ReportSpoken("", None, 1, "speaker-1", notice=first))
    fates = [(one["text_zh"], one["urgent"], one["fate"]) for one in view_of(client)["notices"]]
    assert fates == [("测试通知二", True, "WAITING"), ("测试通知一", False, "SAID")]
    hall.door.steady_ms += 600_001
    assert [one["fate"] for one in view_of(client)["notices"]] == ["NOT_SAID", "SAID"]


def test_a_notice_that_waited_when_the_controller_stopped_was_not_said(hall, client):
    signed_in(client, MANAGER, PIN)
    client.post(SAY, json={"text_zh": "测试通知"})
    hall.door.ask(ReportStart("boot-2", "1.0", 1))
    assert [one["fate"] for one in view_of(client)["notices"]] == ["NOT_SAID"]


def test_screens_are_seen_as_they_are_also_when_the_hall_is_still(hall, client):
    signed_in(client, MANAGER, PIN)
    with listening(client, STREAM) as stream:
        stream.until(lambda seen: [one["power"] for one in seen["screens"]] == ["unknown", "unknown"])
        hall.displays.heard(DisplayState("screen-1", "on", ()))
        _, view = stream.until(lambda seen: seen["screens"][0]["power"] == "on")
    assert [one["switchable"] for one in view["screens"]] == [True, False]
    assert view["voice"] == {"state": "ready"}


def test_a_hall_without_a_speaker_says_so(hall, client):
    hall.door.devices = hall.door.devices[:2]
    signed_in(client, MANAGER, PIN)
    assert view_of(client)["voice"] == {"state": None}


def test_another_person_at_the_same_browser_ends_the_stream_of_the_one_before(hall, client):
    signed_in(client, MANAGER, PIN)
    with listening(client, STREAM) as stream:
        stream.next()
        assert client.delete("/api/v1/session").status_code == 204
        assert stream.until(lambda seen: seen == {})[0]["event"] == "signed_out"


def test_every_state_result_and_fate_has_words():
    from edge.screens.desk_view import Fate
    from hall.gate.state import Leaf, Result

    for language in ("zh", "en"):
        assert set(Leaf) <= set(section("pages.gate_state", language))
        assert set(Result) == set(section("pages.gate_result", language))
        assert set(Fate) <= set(section("pages.notice_fate", language))
