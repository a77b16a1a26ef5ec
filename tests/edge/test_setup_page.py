"""The setup page's interface: who may, what is tested, what the engineer says of it, the sheet; hostile input."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from edge.commissioning.probing import Answer, PortFound, Question
from edge.commissioning.record import MOST_KEYS, Judged, Record, TooManyKeys
from edge.commissioning.serial_ports import SerialPort
from edge.commissioning.sheet import SheetFacts, sheet, sheet_data
from edge.commissioning.trials import TrialRefused
from edge.main import build
from edge.staff import Role
from hall_config.load import read_hall_file
from tests.edge.commissioning_hall import SmallHall, needs_chinese_font, small_hall
from tests.parts import wait_for

PIN = "86420975"
DAY_MS = 86_400_000
PATHS = [
    ("GET", "/api/v1/setup", None),
    ("GET", "/api/v1/setup/sheet.pdf", None),
    ("POST", "/api/v1/setup/search", {"listen_s": 0}),
    ("POST", "/api/v1/setup/devices/printer/test", {}),
    ("GET", "/api/v1/setup/devices/printer/test", None),
    ("DELETE", "/api/v1/setup/devices/printer/test", None),
    ("PUT", "/api/v1/setup/devices/printer/judgement", {"works": True}),
]


class Setup:
    """A running controller over simulated devices, and its application."""

    def __init__(self, hall: SmallHall) -> None:
        self.hall = hall
        self.controller = build(read_hall_file(hall.file))
        self.app = self.controller.pages._app
        self.controller.staff.add("it", PIN, role=Role.SUPERVISOR)
        self.controller.staff.add("clerk", PIN, window=1)
        self.controller.start()
        wait_for(lambda: all(one.state == "ready" for one in self.controller.devices.health()), "all devices", 30)

    def client(self, name: str | None = "it") -> TestClient:
        client = TestClient(self.app, base_url="http://hall.test", raise_server_exceptions=False)
        if name is not None:
            answer = client.post("/api/v1/session", json={"name": name, "secret": PIN})
            client.cookies.clear()
            client.headers["Authorization"] = f"Bearer {answer.json()['token']}"
        return client


@pytest.fixture(name="setup", scope="module")
def setup_fixture(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Setup]:
    with small_hall(tmp_path_factory.mktemp("hall")) as hall:
        made = Setup(hall)
        yield made
        made.controller.stop()


def device(client: TestClient, name: str) -> dict[str, Any]:
    found = client.get("/api/v1/setup").json()["devices"]
    return next(one for one in found if one["id"] == name)


@pytest.mark.parametrize(("method", "path", "body"), PATHS)
def test_only_a_supervisor_or_the_machine_itself_may(setup: Setup, method: str, path: str, body: Any) -> None:
    more = {} if body is None else {"json": body}
    assert setup.client(None).request(method, path, **more).status_code == 401
    assert setup.client("clerk").request(method, path, **more).status_code == 403
    foreign = setup.client(None)
    foreign.headers["Authorization"] = "Bearer " + "x" * 43
    assert foreign.request(method, path, **more).status_code == 401


def test_the_machines_own_key_opens_it(setup: Setup) -> None:
    client = setup.client(None)
    client.headers["Authorization"] = f"Bearer {(setup.hall.folder / 'data' / 'setup.key').read_text()}"
    assert client.get("/api/v1/setup").status_code == 200


def test_the_page_is_shown_to_anybody_and_holds_the_list_for_nobody(setup: Setup) -> None:
    page = setup.client(None).get("/setup")
    assert page.status_code == 200
    assert "sign-1" not in page.text
    assert 'id="sign-in"' in page.text
    assert 'id="devices"' in setup.client().get("/setup").text


def test_a_device_is_tested_and_the_result_stays(setup: Setup) -> None:
    client = setup.client()
    assert device(client, "printer")["verdict"] == "not_tested"
    answer = client.post("/api/v1/setup/devices/printer/test", json={})
    assert answer.status_code == 200
    wait_for(lambda: device(client, "printer")["verdict"] == "passed", "the test's end")
    found = device(client, "printer")
    assert found["test"]["verdict"] == "passed"
    assert "测试票" in found["verdict_line"]["zh"]
    kept = json.loads((setup.hall.folder / "data" / "commissioning.json").read_text(encoding="utf-8"))
    assert kept["devices"]["printer"]["verdict"] == "passed"


def test_the_same_key_prints_one_slip(setup: Setup) -> None:
    client = setup.client()
    slips = len(setup.hall.show("printer")["slips"])
    answers = []
    for _ in range(2):
        sent = client.post("/api/v1/setup/devices/printer/test", json={}, headers={"Idempotency-Key": "once"})
        answers.append((sent.status_code, sent.json()))
        wait_for(lambda: device(client, "printer")["test"]["verdict"] == "passed", "the test's end")
    assert answers[0] == answers[1]
    assert len(setup.hall.show("printer")["slips"]) == slips + 1


def test_a_repeated_judgement_does_not_undo_a_later_one(setup: Setup) -> None:
    client = setup.client()
    path = "/api/v1/setup/devices/terminal-1/judgement"
    for key, works in (("first", True), ("second", False), ("first", True)):
        assert client.put(path, json={"works": works}, headers={"Idempotency-Key": key}).status_code == 204
    assert device(client, "terminal-1")["works"] is False
    stop = "/api/v1/setup/devices/reader/test"
    assert client.delete(stop, headers={"Idempotency-Key": "stop"}).status_code == 204
    assert client.post(stop, json={}).status_code == 200
    assert client.delete(stop, headers={"Idempotency-Key": "stop"}).status_code == 204
    assert device(client, "reader")["test"]["verdict"] != "stopped", "an old order to stop ends no new test"
    client.delete(stop)
    wait_for(lambda: device(client, "reader")["test"]["verdict"] == "stopped", "the stop")


def test_a_key_is_kept_for_a_day_also_across_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "commissioning.json"
    record, acts = Record(file), iter(range(1, 9))
    for at_ms in (1, 2, DAY_MS):
        assert record.once("key", at_ms, lambda: next(acts)) == 1
    again = Record(file)
    assert again.once("key", DAY_MS, lambda: next(acts)) == 1
    assert again.once(None, DAY_MS, lambda: next(acts)) == 2
    assert again.once("key", DAY_MS + 1, lambda: next(acts)) == 3, "the next day it is another request"


def test_what_is_refused_may_be_asked_again_with_its_key(tmp_path: Path) -> None:
    record = Record(tmp_path / "commissioning.json")

    def refuse() -> None:
        raise TrialRefused("RUNS_ALREADY")

    with pytest.raises(TrialRefused):
        record.once("key", 1, refuse)
    assert record.once("key", 2, lambda: "begun") == "begun"


def test_no_key_of_today_is_forgotten_for_a_newer_one(tmp_path: Path) -> None:
    file = tmp_path / "commissioning.json"
    kept = {f"key-{number}": [5, number] for number in range(MOST_KEYS)}
    file.write_text(json.dumps({"devices": {}, "answers": kept}), encoding="utf-8")
    record = Record(file)
    with pytest.raises(TooManyKeys):
        record.once("one more", 6, lambda: 1)
    assert record.once("key-0", 6, lambda: 1) == 0
    assert record.once("one more", 5 + DAY_MS, lambda: 1) == 1
    assert len(json.loads(file.read_text(encoding="utf-8"))["answers"]) == 1


def test_two_at_once_with_one_key_act_once(tmp_path: Path) -> None:
    record = Record(tmp_path / "commissioning.json")
    begun, go_on, answers, done = threading.Event(), threading.Event(), [], []

    def work() -> str:
        done.append(1)
        begun.set()
        go_on.wait(60)
        return "answer"

    threads = [threading.Thread(target=lambda: answers.append(record.once("key", 1, work))) for _ in range(2)]
    threads[0].start()
    assert begun.wait(30)
    threads[1].start()
    go_on.set()
    for thread in threads:
        thread.join(60)
    assert (answers, done) == (["answer", "answer"], [1])


def test_a_second_test_waits_for_the_first_and_can_be_stopped(setup: Setup) -> None:
    client = setup.client()
    assert client.post("/api/v1/setup/devices/reader/test", json={}).status_code == 200
    again = client.post("/api/v1/setup/devices/reader/test", json={})
    assert (again.status_code, again.json()["error"]["code"]) == (409, "RUNS_ALREADY")
    assert client.delete("/api/v1/setup/devices/reader/test").status_code == 204
    wait_for(lambda: device(client, "reader")["test"]["verdict"] == "stopped", "the stop")
    assert device(client, "reader")["verdict"] == "not_tested", "a test that was stopped says nothing of the device"


def test_a_relay_moves_only_when_it_may(setup: Setup) -> None:
    client = setup.client()
    refused = client.post("/api/v1/setup/devices/relay/test", json={})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "NEEDS_PERMISSION")
    assert client.post("/api/v1/setup/devices/relay/test", json={"allow": True, "relay": 2}).status_code == 200
    wait_for(lambda: device(client, "relay")["verdict"] == "passed", "the pulse")


def test_a_gates_lock_is_opened_at_the_desk_and_by_no_test(setup: Setup) -> None:
    client = setup.client()
    moves = setup.hall.show("relay")["moves"][4]
    for body in ({"allow": True, "relay": 5}, {"relay": 5}):
        refused = client.post("/api/v1/setup/devices/relay/test", json=body)
        error = refused.json()["error"]
        assert (refused.status_code, error["code"]) == (409, "GATE_LOCK")
        assert "/desk" in error["message"]
        assert "服务台" in error["message_zh"]
    assert setup.hall.show("relay")["moves"][4] == moves


def test_a_sign_shows_the_hall_again_after_its_test(setup: Setup) -> None:
    client = setup.client()
    before = setup.hall.show("sign-1")
    assert client.post("/api/v1/setup/devices/sign-1/test", json={}).status_code == 200
    wait_for(lambda: "测试" in json.dumps(setup.hall.show("sign-1"), ensure_ascii=False), "the test on the sign")
    wait_for(lambda: device(client, "sign-1")["verdict"] == "passed", "the verdict")
    client.delete("/api/v1/setup/devices/sign-1/test")
    wait_for(lambda: setup.hall.show("sign-1").get("text") == before.get("text"), "the hall's own text")


def test_the_engineers_word_is_kept_and_taken_back(setup: Setup) -> None:
    client = setup.client()
    path = "/api/v1/setup/devices/door/judgement"
    assert client.put(path, json={"works": False, "remark": "线太短"}).status_code == 204
    assert (device(client, "door")["works"], device(client, "door")["remark"]) == (False, "线太短")
    assert client.put(path, json={"works": None}).status_code == 204
    assert device(client, "door")["works"] is None


def test_a_search_leaves_the_halls_own_ports_alone(setup: Setup) -> None:
    room = setup.controller.setup
    assert setup.client().post("/api/v1/setup/search", json={"listen_s": 0}).status_code == 202
    wait_for(lambda: room.search_state()[2] is not None and not room.search_state()[0], "the search", 120)
    for station in setup.hall.host.stations.values():
        if station.port.startswith("/"):
            found = room._holder(station.port)
            assert found is not None
            assert (found.why, found.by) == ("configured", station.part.id)


def test_what_answered_is_said_in_both_languages_and_what_else_it_may_be(
    setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = SerialPort("/dev/ttyUSB0", "/dev/serial/by-id/usb-1", "by-id")
    found = PortFound(port, (Answer("modbus-inputs", "inputs", 9600, 1, "relays, odd\x1b", ("modbus-keypad",)),))
    asked = Question(port, "modbus-keypad", 9600, 1, 2)
    monkeypatch.setattr(setup.controller.setup, "search_state", lambda: (True, asked, (found,)))
    search = setup.client().get("/api/v1/setup").json()["search"]
    assert search["asking"]["zh"] == "/dev/serial/by-id/usb-1 · 按键盘（Modbus 输入板） 9600"
    (answer,) = search["ports"][0]["answers"]
    assert answer["words"] == {"zh": "继电器、odd�", "en": "relays, odd�"}
    assert "modbus-keypad" in answer["may_be"][0]["zh"]
    assert "looks at it" in answer["may_be"][0]["en"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/api/v1/setup/devices/nobody/test", {}, 404),
        ("POST", "/api/v1/setup/devices/..%2Fetc/test", {}, 404),
        ("POST", "/api/v1/setup/devices/" + "a" * 500 + "/test", {}, 404),
        ("POST", "/api/v1/setup/devices/printer/test", {"relay": 0}, 422),
        ("POST", "/api/v1/setup/devices/printer/test", {"allow": "yes"}, 422),
        ("POST", "/api/v1/setup/devices/printer/test", {"what": 1}, 422),
        ("PUT", "/api/v1/setup/devices/printer/judgement", {"works": True, "remark": "x" * 201}, 422),
        ("PUT", "/api/v1/setup/devices/printer/judgement", {"works": True, "remark": "a\nb"}, 422),
        ("PUT", "/api/v1/setup/devices/nobody/judgement", {"works": True}, 404),
        ("PUT", "/api/v1/setup/devices/printer/judgement", {}, 422),
        ("POST", "/api/v1/setup/search", {"listen_s": 1e9}, 422),
        ("GET", "/api/v1/setup/devices/door/test", None, 404),
        ("GET", "/api/v1/setup/sheet.pdf?engineer=" + "x" * 41, None, 422),
        ("GET", "/api/v1/setup/sheet.pdf?engineer=%00", None, 422),
    ],
)
def test_hostile_input_is_refused_in_words(setup: Setup, method: str, path: str, body: Any, status: int) -> None:
    more = {} if body is None else {"json": body}
    answer = setup.client().request(method, path, **more)
    assert answer.status_code == status
    assert answer.json()["error"]["message_zh"]


def test_the_sheet_is_a_pdf_in_both_languages(setup: Setup) -> None:
    needs_chinese_font()
    answer = setup.client().get("/api/v1/setup/sheet.pdf?engineer=%23eval(%22x%22)%20%24%7B%7D")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert answer.content.count(b"/Page") > 0


def test_the_sheet_holds_every_device_and_an_odd_remark_as_it_stands(setup: Setup) -> None:
    needs_chinese_font()
    odd = '#read("/etc/passwd") *b* $x$ \\ "'
    rows = [(listed, Judged(True, odd, "passed")) for listed, _, _ in setup.controller.setup.rows()]
    facts = SheetFacts("setup-hall", odd, odd, "0.1", odd, 1_795_226_400_000)
    data = sheet_data(facts, rows)
    assert [one["id"] for one in data["devices"]] == [one.id for one, _ in rows]
    assert {one["remark"] for one in data["devices"]} == {odd}
    assert sheet(facts, rows, "png").startswith(b"\x89PNG")
    assert sheet(facts, rows * 12).startswith(b"%PDF-"), "as many pages as it takes"


@pytest.mark.parametrize("text", ["", "{", "[]", '{"devices": 3}', '{"devices": {"a": {"no": 1}}, "answers": {}}'])
def test_a_spoilt_record_is_begun_anew(tmp_path: Path, text: str) -> None:
    file = tmp_path / "commissioning.json"
    file.write_text(text, encoding="utf-8")
    record = Record(file)
    assert record.of("printer") == Judged()
    record.judge("printer", True, "", 1)
    assert Record(file).of("printer").works is True
