"""A hall with a camera, a projector, a screen on HDMI and named contacts: real bytes from the device to the page."""

from __future__ import annotations

import io
import logging
import sqlite3
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from PIL import Image

from edge.main import Controller, build
from edge.staff import Role, StaffBook
from hall_config.models import HallFile
from simulators.host import Host
from simulators.written_copy import with_ports
from tests.parts import LET_GO_FIRST, wait_for

HALL = """\
[hall]
id = "test-hall"
name_zh = "测试大厅"
name_en = "Test hall"
[data]
folder = "{folder}/data"
[pages]
listen = "127.0.0.1:0"
[displays]
hours = ["00:00-24:00"]
[publicity]
folder = "{folder}/publicity"
seconds = 3
[[service]]
letter = "A"
name_zh = "咨询"
name_en = "Advice"
[[window]]
number = 1
services = ["A"]
[[window]]
number = 2
services = ["A"]
[[device]]
id = "camera-1"
driver = "v4l2-camera"
port = "pty:"
window = 1
[[device]]
id = "projector"
driver = "pjlink-display"
port = "pty:"
[device.options]
look_every_s = 2.0
input = "32"
password_file = "{folder}/projector.password"
[[device]]
id = "publicity-led"
driver = "hdmi-display"
port = "pty:"
[[device]]
id = "inputs-1"
driver = "modbus-inputs"
port = "pty:"
[[device]]
id = "cabinet-contact"
driver = "gpio-contact"
port = "pty:"
[[device]]
id = "front-door"
driver = "gpio-contact"
port = "pty:"
[[contact]]
id = "ups"
point = "inputs-1:2"
means = "ups_on_battery"
name_zh = "机房电源"
name_en = "Power of the machine room"
[[contact]]
id = "back-door"
point = "inputs-1:3"
means = "door"
[[contact]]
id = "cabinet"
point = "cabinet-contact"
means = "cabinet_open"
active = "open"
"""
SECRET = "CeShi4352"


def as_file(text: str) -> HallFile:
    """Not checked as a hall's own file: port 0 is for tests."""
    return HallFile.model_validate(tomllib.loads(text))


class Hall:
    """Simulated devices and the controller that runs them, in one process, joined by their ports alone."""

    def __init__(self, folder: Path) -> None:
        (folder / "data").mkdir()
        (folder / "projector.password").write_text(SECRET)
        text = HALL.replace("{folder}", str(folder))
        self.folder = folder
        self.host = Host(as_file(text), folder)
        self.act("projector", "lamp_speed", seconds=0)
        self.act("cabinet-contact", "close")
        self.host.open()
        staff = StaffBook(folder / "data" / "staff.db")
        staff.add("张测试", "86420971", window=1)
        staff.add("李测试", "86420972", role=Role.SUPERVISOR)
        staff.close()
        self.controller: Controller = build(as_file(with_ports(text, self.host.ports())))
        self.controller.start()
        self.http = httpx2.Client(
            base_url=f"http://127.0.0.1:{self.controller.pages.port}", timeout=60, limits=LET_GO_FIRST
        )

    def act(self, device: str, action: str, **arguments: Any) -> None:
        with self.host.stations[device].held() as held:
            held.do(action, arguments)

    def shows(self, device: str) -> dict[str, Any]:
        with self.host.stations[device].held() as held:
            return held.show()

    def sign_in(self, name: str, secret: str, window: int | None = None) -> dict[str, str]:
        answer = self.http.post("/api/v1/session", json={"name": name, "secret": secret, "window": window})
        assert answer.status_code == 200, answer.text
        self.http.cookies.clear()
        return {"Authorization": f"Bearer {answer.json()['token']}"}

    def parts(self) -> dict[str, tuple[str, str]]:
        return {part["name"]: (part["state"], part["reason"]) for part in self.http.get("/readyz").json()["parts"]}

    def until(self, part: str, state: str, reason: str = "") -> None:
        def there() -> bool:
            now = self.parts().get(part, ("", ""))
            return now[0] == state and reason in ("", now[1])

        wait_for(there, f"{part} {state} {reason}", 40)

    def events(self, sort: str) -> list[str]:
        with sqlite3.connect(f"file:{self.folder}/data/journal.db?mode=ro", uri=True) as journal:
            return [str(row) for row in journal.execute("SELECT body FROM event") if sort in str(row)]

    def close(self) -> None:
        self.http.close()
        self.controller.stop()
        self.host.close()


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    made = Hall(tmp_path)
    yield made
    made.close()


def test_a_picture_goes_to_the_page_that_asked_and_nowhere_else(hall: Hall, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    hall.until("device:camera-1", "ready")
    hall.act("camera-1", "lay_paper", text="法律援助申请测试")
    mine = hall.sign_in("张测试", "86420971", 1)
    answer = hall.http.post("/api/v1/windows/1/pictures", headers=mine)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
    assert answer.headers["cache-control"] == "no-store"
    assert Image.open(io.BytesIO(answer.content)).size == (1296, 972)
    kept = [file for file in (hall.folder / "data").rglob("*") if file.is_file()]
    assert kept
    assert all(answer.content[600:700] not in file.read_bytes() for file in kept)
    for path, who, status, code in (
        ("/api/v1/windows/1/pictures", {}, 401, "NOT_SIGNED_IN"),
        ("/api/v1/windows/2/pictures", mine, 403, "OTHER_WINDOW"),
        ("/api/v1/windows/9/pictures", mine, 404, "UNKNOWN_WINDOW"),
        ("/api/v1/windows/2/pictures", hall.sign_in("张测试", "86420971", 2), 404, "NO_CAMERA"),
        ("/api/v1/windows/1/pictures", hall.sign_in("李测试", "86420972"), 403, "OTHER_WINDOW"),
    ):
        refused = hall.http.post(path, headers=who)
        assert (refused.status_code, refused.json()["error"]["code"]) == (status, code)


def test_each_bad_picture_is_named_and_the_next_one_comes(hall: Hall) -> None:
    hall.until("device:camera-1", "ready")
    mine = hall.sign_in("张测试", "86420971", 1)
    for action, code in (
        ("cut_picture", "PICTURE_CUT"),
        ("huge_file", "PICTURE_TOO_LARGE"),
        ("too_many_pixels", "PICTURE_TOO_LARGE"),
        ("not_a_picture", "PICTURE_NOT_JPEG"),
    ):
        hall.act("camera-1", action)
        answer = hall.http.post("/api/v1/windows/1/pictures", headers=mine)
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, code)
        hall.act("camera-1", "clear_faults")
        assert hall.http.post("/api/v1/windows/1/pictures", headers=mine).status_code == 200
    hall.host.lines["camera-1"].unplug(None)
    hall.until("device:camera-1", "lost")
    answer = hall.http.post("/api/v1/windows/1/pictures", headers=mine)
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "CAMERA_LOST")


def test_the_hours_switch_the_projector_and_the_duty_manager_may(hall: Hall) -> None:
    wait_for(lambda: hall.shows("projector")["power"] == "on", "on with the hours", 40)
    wait_for(lambda: hall.shows("projector")["input"] == "32", "its input", 40)
    duty = hall.sign_in("李测试", "86420972")

    def listed() -> dict[str, Any]:
        items = hall.http.get("/api/v1/displays", headers=duty).json()["items"]
        return next(item for item in items if item["id"] == "projector")

    wait_for(lambda: listed()["power"] == "on", "told to the page", 40)
    key = {"Idempotency-Key": "off-1", **duty}
    off = hall.http.post("/api/v1/displays/projector/commands", json={"command": "off"}, headers=key)
    assert off.json() == {"id": "projector", "command": "off"}
    wait_for(lambda: hall.shows("projector")["power"] == "off", "off by hand", 40)
    hall.http.post("/api/v1/displays/projector/commands", json={"command": "on"}, headers=duty)
    wait_for(lambda: hall.shows("projector")["power"] == "on", "on by hand", 40)
    again = hall.http.post("/api/v1/displays/projector/commands", json={"command": "off"}, headers=key)
    assert again.json() == off.json()
    assert listed()["wanted"] is True  # the old key acted once
    hall.act("projector", "fault", part="filter")
    hall.until("device:projector", "degraded", "display_filter")
    for path, who, body, status, code in (
        ("projector", hall.sign_in("张测试", "86420971", 1), {"command": "off"}, 403, "SUPERVISOR_ONLY"),
        ("nothing", duty, {"command": "off"}, 404, "UNKNOWN_DISPLAY"),
        ("publicity-led", duty, {"command": "off"}, 409, "NOT_SWITCHABLE"),
        ("projector", duty, {"command": "input"}, 422, "MISSING_FIELD"),
        ("projector", duty, {"command": "input", "source": "31\r%1POWR 0"}, 422, "WRONG_FIELD"),
    ):
        refused = hall.http.post(f"/api/v1/displays/{path}/commands", json=body, headers=who)
        assert (refused.status_code, refused.json()["error"]["code"]) == (status, code)


def test_a_projector_that_comes_back_is_told_again_what_it_shall_be(hall: Hall) -> None:
    wait_for(lambda: hall.shows("projector")["power"] == "on", "on with the hours", 40)
    hall.host.lines["projector"].unplug(None)
    hall.until("device:projector", "lost")
    hall.act("projector", "reset")
    hall.host.lines["projector"].replug(None)
    wait_for(lambda: hall.shows("projector")["power"] == "on", "on again", 40)


def test_a_screen_pulled_off_its_socket_is_seen_and_comes_back(hall: Hall) -> None:
    hall.until("device:publicity-led", "ready")
    hall.act("publicity-led", "pull_cable")
    hall.until("device:publicity-led", "lost")
    hall.act("publicity-led", "plug_cable")
    hall.until("device:publicity-led", "ready")


def test_named_contacts_stand_on_the_health_page_and_in_the_journal(hall: Hall) -> None:
    hall.until("device:ups", "ready")
    hall.until("device:cabinet", "ready")
    hall.act("inputs-1", "set", input=2, on=True)
    hall.until("device:ups", "degraded", "ups_on_battery")
    hall.act("cabinet-contact", "open")
    hall.until("device:cabinet", "degraded", "cabinet_open")
    wait_for(lambda: len(hall.events("device.failed")) >= 2, "both in the journal")
    hall.act("inputs-1", "set", input=2, on=False)
    hall.until("device:ups", "ready")
    wait_for(lambda: any("'ups'" in row or '"ups"' in row for row in hall.events("device.recovered")), "recovered")


def test_a_door_on_a_board_and_a_door_on_a_pin_are_doors(hall: Hall) -> None:
    hall.until("device:ups", "ready")
    hall.act("inputs-1", "set", input=3, on=True)
    wait_for(lambda: any("back-door" in row for row in hall.events("door.opened")), "the named door")
    hall.act("front-door", "close")
    hall.act("front-door", "open")
    wait_for(lambda: any("front-door" in row for row in hall.events("door.opened")), "the plain door")
    assert not any("cabinet-contact" in row for row in hall.events("door."))


def test_publicity_is_given_by_hash_and_what_cannot_be_shown_is_named(hall: Hall) -> None:
    folder = hall.folder / "publicity"
    assert hall.http.get("/api/v1/publicity").json() == {"seconds": 3, "items": []}
    folder.mkdir()
    Image.new("RGB", (320, 180), (10, 60, 120)).save(folder / "a.png")
    (folder / "b.jpg").write_bytes(b"\xff\xd8half")
    with (folder / "c.mp4").open("wb") as huge:
        huge.truncate(50 * 1024 * 1024)
    items = wait_for(lambda: hall.http.get("/api/v1/publicity").json()["items"], "the picture", 30)
    assert len(items) == 1
    given = hall.http.get(items[0]["url"])
    assert given.headers["content-type"] == "image/png"
    assert given.content == (folder / "a.png").read_bytes()
    assert hall.http.get("/publicity/files/..%2Fa.png").status_code == 404
    assert hall.http.get(f"/publicity/files/{'0' * 24}").status_code == 404
    assert hall.parts()["publicity:b.jpg"] == ("skipped", "broken")
    assert hall.parts()["publicity:c.mp4"] == ("skipped", "too_large")
    assert "测试大厅" in hall.http.get("/publicity").text


def test_the_projectors_password_is_in_no_log_and_no_journal(hall: Hall, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    hall.until("device:projector", "ready")
    hall.act("projector", "set_password", password="AnderesWort")
    hall.until("device:projector", "degraded", "wrong_password")
    kept = [file.read_bytes() for file in (hall.folder / "data").rglob("*") if file.is_file()]
    assert all(SECRET.encode() not in data for data in kept)
    assert SECRET not in caplog.text
