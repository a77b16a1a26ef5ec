"""The control channel over small devices: what it tells, what it does, and what it refuses."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import serial
from fastapi.testclient import TestClient

from hall_config.load import check_hall_text
from simulators.bad_day_control import patients_of
from simulators.control import control_app
from simulators.host import Host
from simulators.written_copy import Ports, earlier_ports, with_ports, write_whole
from tests.hall_config.good_hall import with_devices
from tests.simulators.small_device import HALL, Parrot, parrot, small_hall
from tests.simulators.waiting import until


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    made = Host(small_hall(), tmp_path, make=parrot)
    made.open()
    yield made
    made.close()


@pytest.fixture
def client(host: Host) -> TestClient:
    return TestClient(control_app(host, edge_url="http://127.0.0.1:1"), raise_server_exceptions=False)


def _parrot(host: Host, device_id: str) -> Parrot:
    device = host.stations[device_id].device
    assert isinstance(device, Parrot)
    return device


def test_it_is_alive_and_names_its_lines(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    ready = client.get("/readyz").json()
    assert ready["ready"] is True
    assert set(ready["parts"]) == {"signs", "reader", "speaker"}


def test_it_lists_every_device_with_its_port(client: TestClient, host: Host) -> None:
    items = client.get("/sim/devices").json()["items"]
    assert [item["id"] for item in items] == ["sign-1", "sign-2", "reader", "speaker"]
    ports = {item["id"]: item["port"] for item in items}
    assert ports["sign-1"] == ports["sign-2"] == str(host.lines["signs"].door.port)
    assert ports["speaker"].startswith("socket://127.0.0.1:")


def test_a_press_reaches_the_wire_and_is_shown(client: TestClient, host: Host) -> None:
    with serial.serial_for_url(host.stations["reader"].port, timeout=20.0) as port:
        answer = client.post("/sim/devices/reader/do", json={"action": "press", "key": "7"})
        assert answer.status_code == 200
        assert answer.json()["outcome"] == {"pressed": "7"}
        assert port.read(4) == b"key;"
    device = client.get("/sim/devices/reader").json()
    assert device["shows"] == {"heard": 0, "pressed": ["7"]}
    assert device["bytes"]["said"] == 4
    assert device["recent"][-1]["tail_hex"] == "6B 65 79 3B"


def test_an_unknown_device_is_404_in_the_contract_s_shape(client: TestClient) -> None:
    for answer in (
        client.get("/sim/devices/nobody"),
        client.get("/sim/devices/nobody/picture.png"),
        client.post("/sim/devices/nobody/do", json={"action": "press"}),
        client.get("/nowhere"),
    ):
        assert answer.status_code == 404
        assert set(answer.json()["error"]) == {"code", "message", "message_zh", "field", "trace"}


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"action": "dance"}, 400, "UNKNOWN_ACTION"),
        ({"action": "tap_card"}, 409, "ACTION_REFUSED"),
        ({}, 422, "WRONG_FIELD"),
        ({"action": 7}, 422, "WRONG_FIELD"),
        ({"action": "garble", "rate": 2}, 422, "WRONG_FIELD"),
        ({"action": "garble", "rate": "0.5"}, 422, "WRONG_FIELD"),
        ({"action": "slow", "baud": True}, 422, "WRONG_FIELD"),
        ({"action": "slow", "bauds": 300}, 422, "WRONG_FIELD"),
        ({"action": "replug", "name": "../../etc/passwd"}, 422, "WRONG_FIELD"),
        ([], 400, "MALFORMED"),
        ("press", 400, "MALFORMED"),
    ],
)
def test_a_wrong_action_is_refused_with_its_reason(client: TestClient, body: Any, status: int, code: str) -> None:
    answer = client.post("/sim/devices/reader/do", json=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b'{"action": "garble", "rate": NaN}', 400),
        (b'{"action": "press", "action": "reset"}', 400),
        (b'{"action": "press", "key": "\\ud800"}', 400),
        (b"[" * 60_000, 400),
        (b'{"action": "garble", "rate": 1e999}', 422),
        (b'"' + b"a" * 100_000 + b'"', 413),
    ],
)
def test_rubbish_is_refused_and_never_repeated(client: TestClient, raw: bytes, status: int) -> None:
    answer = client.post("/sim/devices/reader/do", content=raw)
    assert answer.status_code == status
    assert "error" in answer.json()
    assert len(answer.content) < 1000


def test_a_reset_takes_nothing(client: TestClient) -> None:
    answer = client.post("/sim/devices/reader/do", json={"action": "reset", "junk": 1})
    assert (answer.status_code, answer.json()["error"]["field"]) == (422, "junk")


def test_a_wrong_value_is_not_echoed(client: TestClient) -> None:
    answer = client.post("/sim/devices/reader/do", json={"action": "slow", "baud": "999999194910310010"})
    assert "999999194910310010" not in answer.text


def test_faults_come_into_force_and_are_cleared(client: TestClient, host: Host) -> None:
    def do(device: str, **asked: Any) -> dict[str, Any]:
        answer = client.post(f"/sim/devices/{device}/do", json=asked)
        assert answer.status_code == 200, answer.text
        faults: dict[str, Any] = answer.json()["device"]["faults"]
        return faults

    assert do("sign-1", action="garble", rate=0.2, seed=9) == {"garble": {"rate": 0.2, "seed": 9}}
    assert do("sign-1", action="slow", baud=300)["slow"] == {"baud": 300}
    assert "slow" in client.get("/sim/devices/sign-2").json()["faults"]
    assert do("sign-1", action="clear_faults", whole_line=True) == {}
    assert client.get("/sim/devices/sign-2").json()["faults"] == {}
    assert do("reader", action="unplug") == {"unplug": True}
    assert not Path(host.stations["reader"].port).exists()
    assert client.get("/readyz").json()["parts"]["reader"]["state"] == "unplugged"
    assert do("reader", action="replug", another_tty=True) == {}
    assert Path(host.stations["reader"].port).exists()
    assert do("sign-2", action="unplug") == {"unplug": True}
    assert Path(host.stations["sign-2"].port).exists()
    assert do("sign-2", action="unplug", whole_line=True) == {"unplug": True}
    assert not Path(host.stations["sign-2"].port).exists()
    assert do("sign-2", action="clear_faults", whole_line=True) == {}
    assert Path(host.stations["sign-2"].port).exists()


def test_a_port_comes_back_under_no_other_device_s_name(client: TestClient, host: Host) -> None:
    link = Path(host.stations["reader"].port)
    before = {one.name: one.resolve() for one in link.parent.iterdir()}
    asked = {"action": "replug", "name": Path(host.stations["sign-1"].port).name}
    answer = client.post("/sim/devices/reader/do", json=asked)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "ACTION_REFUSED")
    assert {one.name: one.resolve() for one in link.parent.iterdir()} == before
    assert client.post("/sim/devices/reader/do", json=asked | {"name": "elsewhere"}).status_code == 200
    assert not link.exists()
    assert client.post("/sim/devices/reader/do", json=asked | {"name": "elsewhere"}).status_code == 200  # its own


def test_a_device_without_bytes_refuses_what_only_bytes_can_suffer(tmp_path: Path) -> None:
    text = with_devices('id = "camera"\ndriver = "v4l2-camera"\nport = "file:/tmp/nowhere"')
    host = Host(check_hall_text(text), tmp_path)
    host.open()
    try:
        assert [one.on_bytes for one in patients_of(host)] == [False]
        client = TestClient(control_app(host, edge_url="http://127.0.0.1:1"))
        for action in ("silent", "garble", "slow", "echo"):
            answer = client.post("/sim/devices/camera/do", json={"action": action})
            assert (answer.status_code, answer.json()["error"]["code"]) == (409, "ACTION_REFUSED")
        for action in ("unplug", "replug", "clear_faults"):
            assert client.post("/sim/devices/camera/do", json={"action": action}).json()["device"]["faults"] in (
                {},
                {"unplug": True},
            )
    finally:
        host.close()


def test_sound_and_picture_are_404_until_there_is_one(client: TestClient, host: Host) -> None:
    assert client.get("/sim/devices/speaker/audio.wav").status_code == 404
    assert client.get("/sim/devices/speaker/picture.png").json()["error"]["code"] == "NO_PICTURE"
    with serial.serial_for_url(host.stations["speaker"].port, timeout=20.0) as port:
        port.write(b"?1;")
        assert port.read(3) == b"!1;"
    assert client.get("/sim/devices/speaker/audio.wav").headers["content-type"] == "audio/wav"


def test_a_foreign_page_may_not_press_keys(client: TestClient, host: Host) -> None:
    asked = {"action": "press", "key": "1"}
    foreign = client.post("/sim/devices/reader/do", json=asked, headers={"Origin": "http://evil.example"})
    rebound = client.post("/sim/devices/reader/do", json=asked, headers={"Host": "evil.example:8201"})
    assert foreign.status_code == rebound.status_code == 403
    assert _parrot(host, "reader").pressed == []


def test_the_page_and_its_words_are_served(client: TestClient) -> None:
    assert "<html" in client.get("/").text
    hall = client.get("/sim/hall").json()
    assert hall["name"] == {"zh": "测试大厅", "en": "Test hall"}
    assert hall["words"]["zh"].keys() == hall["words"]["en"].keys()


def test_the_stream_tells_every_device_at_first_and_then_what_changed(host: Host) -> None:
    stop = False
    app = control_app(host, edge_url="", stopping=lambda: stop)
    seen: list[dict[str, Any]] = []
    tablets: list[str] = []
    with TestClient(app).stream("GET", "/sim/stream") as answer:
        for line in answer.iter_lines():
            if not line.startswith("data:"):
                continue
            told = json.loads(line[5:])
            if "id" not in told:
                tablets.append(told["face"])
                continue
            seen.append(told)
            if len(seen) == 4:
                with host.stations["reader"].held() as device:
                    device.do("press", {"key": "9"})
            if len(seen) == 5:
                stop = True
                break
    assert [one["id"] for one in seen] == ["sign-1", "sign-2", "reader", "speaker", "reader"]
    assert seen[4]["shows"]["pressed"] == ["9"]
    assert set(tablets) == {"unpaired"}


def test_the_copy_has_the_ports_and_keeps_every_comment(host: Host) -> None:
    copy = with_ports(HALL, host.ports())
    assert "# a hall for tests" in copy
    assert "# both signs" in copy
    found = tomllib.loads(copy)
    assert found["line"][0]["port"] == host.lines["signs"].door.port
    assert found["device"][2]["port"] == host.stations["reader"].port
    assert "port" not in found["device"][0]


def test_a_simulator_that_starts_again_is_found_where_it_was(tmp_path: Path) -> None:
    copy = tmp_path / "copy.toml"
    first = Host(small_hall(), tmp_path, make=parrot)
    first.open()
    write_whole(copy, with_ports(HALL, first.ports()))
    before = first.ports()
    first.close()
    second = Host(small_hall(), tmp_path, make=parrot, earlier=earlier_ports(copy))
    second.open()
    after = second.ports()
    second.close()
    assert before == after


def test_a_port_taken_meanwhile_is_replaced_and_not_a_failure(tmp_path: Path) -> None:
    first = Host(small_hall(), tmp_path / "a", make=parrot)
    first.open()
    second = Host(small_hall(), tmp_path / "b", make=parrot, earlier=Ports(devices=first.ports().devices))
    second.open()
    assert second.ports().devices["speaker"] != first.ports().devices["speaker"]
    second.close()
    first.close()


def test_a_torn_copy_tells_nothing(tmp_path: Path) -> None:
    copy = tmp_path / "copy.toml"
    copy.write_bytes(b'[[device]]\nid = "rea\xff')
    assert earlier_ports(copy) == Ports()
    assert earlier_ports(tmp_path / "none.toml") == Ports()


def test_closing_the_host_leaves_no_port(tmp_path: Path) -> None:
    made = Host(small_hall(), tmp_path, make=parrot)
    made.open()
    made.close()
    until(lambda: not list((tmp_path / "dev").iterdir()), "no links")


def test_a_bad_day_begins_and_ends_over_the_channel(client: TestClient, host: Host) -> None:
    assert client.get("/sim/bad-day").json() == {"day": None}
    begun = client.post("/sim/bad-day", json={"seed": 5, "every_s": 0.05, "lasts_s": 0.05}).json()
    assert begun["day"]["seed"] == 5
    until(lambda: client.get("/sim/bad-day").json()["day"]["done"] > 5)
    ended = client.delete("/sim/bad-day").json()["day"]
    assert (ended["running"], ended["in_force"]) == (False, [])
    assert [one["faults"] for one in client.get("/sim/devices").json()["items"]] == [{}] * 4


@pytest.mark.parametrize("body", ['{"every_s": 0}', '{"seed": -1}', '{"seed": "1"}', '{"speed": 1}', "[]"])
def test_a_wrong_wish_for_a_bad_day_begins_none(client: TestClient, body: str) -> None:
    answer = client.post("/sim/bad-day", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "WRONG_FIELD")
    assert client.post("/sim/bad-day", content="{").status_code in (400, 422)
    assert client.get("/sim/bad-day").json() == {"day": None}
