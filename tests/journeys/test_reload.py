"""A changed hall.toml comes into force while the hall works: on the devices it names, and on nothing else.

One hall for all of it, in the order of the file; each test leaves it fit for the next.
"""

from __future__ import annotations

import contextlib
import json
import signal
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import httpx2
import pytest
import tomlkit

from tests.journeys.house import Hall, House, house_in
from tests.parts import wait_for


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    yield from house_in(tmp_path_factory.mktemp("reload"), None)


@pytest.fixture(scope="module")
def hall(house: House) -> Hall:
    return house.add_hall()


def log_lines(hall: Hall, event: str) -> list[dict[str, Any]]:
    found = []
    for line in hall.edge.words().splitlines():
        if line.startswith("{") and f'"{event}"' in line:
            found.append(json.loads(line))
    return [line for line in found if line.get("event") == event]


def edit(hall: Hall, change: Callable[[Any], None], *, ask: bool = True) -> None:
    """Write the changed file as an editor does, and say so with SIGHUP or leave it to be found."""
    file: Any = tomlkit.parse(hall.file.read_text(encoding="utf-8"))
    change(file)
    fresh = hall.file.with_suffix(".new")
    fresh.write_text(tomlkit.dumps(file), encoding="utf-8")
    before = len(log_lines(hall, "config.taken")), len(log_lines(hall, "config.wrong"))
    fresh.replace(hall.file)
    if ask:
        assert hall.edge.process is not None
        hall.edge.process.send_signal(signal.SIGHUP)
    wait_for(
        lambda: (len(log_lines(hall, "config.taken")), len(log_lines(hall, "config.wrong"))) != before,
        "the changed file noticed",
        30,
    )


def part(hall: Hall, name: str) -> dict[str, Any] | None:
    found = [one for one in hall.pages.get("/readyz")["parts"] if one["name"] == name]
    return found[0] if found else None


def ready(hall: Hall, device: str) -> None:
    def is_ready() -> bool:
        one = part(hall, f"device:{device}")
        return one is not None and one["state"] == "ready"

    wait_for(is_ready, f"{device} ready", 30)


def device_of(file: Any, name: str) -> Any:
    return next(device for device in file["device"] if device["id"] == name)


def shows(hall: Hall, sign: str, text: str) -> None:
    wait_for(lambda: hall.device(sign)["text"] == text, f"{text} on {sign}")


def opened(hall: Hall, device: str) -> int:
    """How often that device was met since the controller began."""
    return sum(line["device"] == device and line["state"] == "ready" for line in log_lines(hall, "device.state"))


def test_a_sign_moves_to_another_window_and_the_other_lines_notice_nothing(hall: Hall) -> None:
    others = ("card-reader", "printer", "terminal-1", "speaker", "zone-relay")
    before = {device: opened(hall, device) for device in others}

    def swap(file: Any) -> None:
        device_of(file, "sign-1")["window"], device_of(file, "sign-2")["window"] = 2, 1

    edit(hall, swap)
    taken = log_lines(hall, "config.taken")[-1]
    assert taken["added"] == taken["removed"] == []
    assert sorted(taken["restarted"]) == ["sign-1", "sign-2", "sign-3", "sign-4"]  # their bus, and nothing else
    for sign in taken["restarted"]:
        ready(hall, sign)
    hall.command(1, "open")
    status, ticket = hall.pages.post("/api/v1/tickets", {"service": "A"})
    assert status == 201
    assert hall.command(1, "call_next")[0] == 200
    shows(hall, "sign-2", f"{ticket['number']}号")
    for command in ("start", "finish"):
        assert hall.command(1, command)[0] == 200
    assert {device: opened(hall, device) for device in others} == before
    assert part(hall, "config") == {"name": "config", "state": "ready", "needed": False, "reason": ""}


def test_a_device_is_taken_out_and_put_back_without_a_restart(hall: Hall) -> None:
    kept: list[Any] = []

    def take_out(file: Any) -> None:
        kept.append(device_of(file, "terminal-2"))
        file["device"].remove(kept[0])

    edit(hall, take_out)
    assert log_lines(hall, "config.taken")[-1]["removed"] == ["terminal-2"]
    assert part(hall, "device:terminal-2") is None
    ready(hall, "terminal-1")
    edit(hall, lambda file: file["device"].append(kept[0]), ask=False)  # nobody sends a signal: it is found
    assert log_lines(hall, "config.taken")[-1]["added"] == ["terminal-2"]
    ready(hall, "terminal-2")
    hall.do("terminal-2", "press", key="call")  # and it is heard
    wait_for(lambda: "terminal.refused" in hall.edge.words() or hall.state()["windows"][1]["ticket"], "the key heard")


def test_a_file_with_mistakes_changes_nothing_and_all_of_them_are_told(hall: Hall) -> None:
    good = hall.file.read_text(encoding="utf-8")
    before = {device: opened(hall, device) for device in ("sign-1", "printer", "card-reader")}

    def spoil(file: Any) -> None:
        device_of(file, "sign-1")["addres"] = 1
        device_of(file, "printer")["driver"] = "escpos-printr"

    told = len(log_lines(hall, "config.wrong"))
    edit(hall, spoil)
    wrong = log_lines(hall, "config.wrong")[told:]
    assert len(wrong) == 1
    assert {problem["code"] for problem in wrong[0]["problems"]} >= {"UNKNOWN_KEY"}
    assert len(wrong[0]["problems"]) >= 2
    found = part(hall, "config")
    assert found is not None
    assert found["state"] == "wrong"
    assert "hall config check" in found["reason"]
    assert {device: opened(hall, device) for device in before} == before
    assert hall.pages.post("/api/v1/tickets", {"service": "A"})[0] == 201
    hall.file.write_text("[[", encoding="utf-8")
    wait_for(lambda: len(log_lines(hall, "config.wrong")) == told + 2, "the next mistake told")
    hall.file.unlink()
    wait_for(lambda: len(log_lines(hall, "config.wrong")) == told + 3, "a file that is gone told")
    assert hall.pages.ready()
    hall.file.write_text(good, encoding="utf-8")
    wait_for(lambda: (part(hall, "config") or {})["state"] == "ready", "mended")
    assert {device: opened(hall, device) for device in before} == before


def test_the_speaker_is_changed_and_calls_are_heard_from_the_new_one(hall: Hall) -> None:
    def rename(file: Any) -> None:
        device_of(file, "speaker")["id"] = "speaker-new"

    edit(hall, rename)
    ready(hall, "speaker-new")
    heard = hall.device("speaker")["heard_by_people"]
    hall.pages.post("/api/v1/tickets", {"service": "A"})
    assert hall.command(1, "call_next")[0] == 200
    wait_for(lambda: hall.device("speaker")["heard_by_people"] > heard, "a call heard", 60)


def test_a_call_that_is_cut_by_a_changed_voice_is_said_by_the_next_one(hall: Hall) -> None:
    for command in ("start", "finish"):
        assert hall.command(1, command)[0] == 200
    hall.pages.post("/api/v1/tickets", {"service": "A"})
    status, answer = hall.command(1, "call_next")
    assert status == 200, answer
    number = answer["ticket"]["number"]

    def times_said() -> int:
        return sum(line["number"] == number for line in log_lines(hall, "announcer.call"))

    wait_for(times_said, "the call begun", 60)

    def softer(file: Any) -> None:
        file.setdefault("speech", {})["volume"] = 71

    edit(hall, softer)
    assert log_lines(hall, "announcer.handed_over")[-1]["calls"] == [number]
    wait_for(lambda: times_said() == 2, "the call said again", 60)


def test_contacts_and_screens_are_followed_and_what_is_gone_fails_no_more(hall: Hall) -> None:
    devices = tomlkit.parse(hall.file.read_text(encoding="utf-8"))["device"]
    door = next(one["id"] for one in devices if one["driver"] == "gpio-contact")
    cabinet = {"id": "cabinet-1", "point": door, "means": "cabinet_open", "active": "closed"}  # it is closed: trouble

    def put_in(file: Any) -> None:
        file["contact"] = [cabinet]
        file["publicity"] = {"folder": str(hall.folder / "pictures"), "seconds": 7}
        file["displays"] = {"hours": ["08:30-17:30"]}

    def take_out(file: Any) -> None:
        for name in ("contact", "publicity", "displays"):
            del file[name]

    edit(hall, put_in)
    assert log_lines(hall, "config.taken")[-1]["at_the_next_restart"] == []
    wait_for(lambda: (part(hall, "device:cabinet-1") or {}).get("state") == "degraded", "the cabinet told")
    assert hall.pages.get("/api/v1/publicity")["seconds"] == 7
    edit(hall, take_out)
    assert log_lines(hall, "config.taken")[-1]["at_the_next_restart"] == []
    assert part(hall, "device:cabinet-1") is None


def test_what_needs_a_restart_is_named_and_waits(hall: Hall) -> None:
    kept = hall.pages.post("/api/v1/tickets", {"service": "A"})[1]["number"]

    def change(file: Any) -> None:
        file["rules"]["tickets_per_card"] = 5
        file["window"][0]["services"] = ["A"]

    edit(hall, change)
    assert log_lines(hall, "config.taken")[-1]["at_the_next_restart"] == ["rules", "window"]
    found = part(hall, "config")
    assert found is not None
    assert found["state"] == "restart"
    assert "[rules] [window]" in found["reason"]
    hall.edge.stop()
    hall.start_edge()
    found = part(hall, "config")
    assert found is not None
    assert found["state"] == "ready"
    assert hall.pages.post("/api/v1/tickets", {"service": "A"})[1]["number"] > kept  # no number is given twice


def test_changed_hours_come_into_force_by_themselves_once_the_hall_is_empty(house: House) -> None:
    hall = house.add_hall("test-west", windows=1)
    today = hall.state()["day"]

    def rest(file: Any) -> None:
        tomorrow = (date.fromisoformat(today) + timedelta(days=1)).isoformat()  # midnight may pass meanwhile
        file["rest_day"] = [{"day": today, "until": tomorrow, "name_zh": "电力检修", "name_en": "power maintenance"}]

    token = hall.pages.post("/api/v1/tickets", {"service": "A"})[1]["token"]
    edit(hall, rest)
    found = part(hall, "config")
    assert found is not None
    assert found["state"] == "restart"
    assert "[rest_day]" in found["reason"]
    assert hall.state()["closed"] is None  # the old hours hold while anybody waits
    page, pid = hall.state()["assets"], hall.edge.pid
    assert hall.pages.delete(f"/api/v1/tickets/{token}")[0] < 300

    def rests() -> bool:
        if not log_lines(hall, "controller.begins_anew") or not hall.pages.ready():
            return False
        with contextlib.suppress(httpx2.TransportError):
            return (hall.state()["closed"] or {}).get("name_zh") == "电力检修"
        return False

    wait_for(rests, "the rest day", 60)
    assert hall.state()["assets"] != page  # open pages load again
    assert hall.edge.pid == pid
    assert hall.state()["counts"]["cancelled"] == 1
    status, refused = hall.pages.post("/api/v1/tickets", {"service": "A"})
    assert (status, refused["error"]["code"]) == (409, "REST_DAY")
    found = part(hall, "config")
    assert found is not None
    assert found["state"] == "ready"
