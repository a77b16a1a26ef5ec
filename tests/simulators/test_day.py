"""The people of the hall: their chance is seeded, their eyes see what the devices show, and they try again later."""

from __future__ import annotations

import asyncio
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest

from simulators.day.doors import Answer, Devices, Door, Pages
from simulators.day.pace import Pace
from simulators.day.room import Room
from tests.simulators.small_device import small_hall


def _room() -> Room:
    return Room(Pages("http://127.0.0.1:9"), Devices("http://127.0.0.1:9"))


def _sign(window: int, *pages: str) -> dict[str, Any]:
    return {
        "id": f"sign-{window}",
        "driver": "onbon-bx-sign",
        "window": window,
        "shows": {"rows": [], "pages": [[one] for one in pages]},
    }


def _printer(*slips: dict[str, Any]) -> dict[str, Any]:
    return {"id": "printer", "driver": "escpos-printer", "window": None, "shows": {"slips": list(slips)}}


def test_the_same_seed_is_the_same_morning() -> None:
    once, twice, other = Pace(3, 2.0), Pace(3, 2.0), Pace(4, 2.0)
    first = [once.until_next_arrival_s(60, index * 10.0) for index in range(50)]
    assert first == [twice.until_next_arrival_s(60, index * 10.0) for index in range(50)]
    assert first != [other.until_next_arrival_s(60, index * 10.0) for index in range(50)]


@pytest.mark.parametrize("speed", [1.0, 8.0])
def test_arrivals_come_at_their_rate_in_waves(speed: float) -> None:
    pace = Pace(1, speed)
    passed_s, arrivals = 0.0, []
    while passed_s < 20 * 3600 / speed:
        passed_s += pace.until_next_arrival_s(60, passed_s)
        arrivals.append(passed_s)
    an_hour = len(arrivals) / 20
    assert 45 < an_hour < 75  # people who wait for a bus that is full come with the next one
    bins = [0] * 80
    for at_s in arrivals:
        bins[min(79, int(at_s * speed / 900))] += 1
    assert max(bins) > 1.5 * (sum(bins) / len(bins))
    assert min(bins) < 0.6 * (sum(bins) / len(bins))


def test_services_take_as_long_as_people_do_and_speed_shortens_them() -> None:
    slow = sorted(Pace(1, 1.0).service_s("A") for _ in range(1))[0]
    assert Pace(1, 4.0).service_s("A") == pytest.approx(slow / 4)
    assert 40 < slow < 500


def test_a_number_on_a_sign_is_seen_at_its_window() -> None:
    room = _room()
    room._see([_sign(1, "欢迎光临"), _sign(2, " A012号"), _sign(3, "正在办理", "B007")])
    assert room.window_calling("A012") == 2
    assert room.window_calling("B007") == 3
    assert room.window_calling("A01") is None
    assert room.window_calling("A0123") is None


def test_a_dark_sign_leaves_the_hall_s_display() -> None:
    room = _room()
    room._see([_sign(1, " ")])
    room.state = {"windows": [{"number": 1, "state": "CALLING", "ticket": "C003"}, {"number": 2, "state": "IDLE"}]}
    assert room.window_calling("C003") == 1
    assert room.window_calling("C004") is None


def test_a_slip_tells_its_number_and_its_token_once_it_is_cut() -> None:
    room = _room()
    old = {"number": 4, "lines": ["A011"], "qr": [], "cut": "full", "taken": True}
    half = {"number": 5, "lines": ["测试区公共法律服务中心", "A012"], "qr": [], "cut": None, "taken": False}
    room._see([_printer(old, half)])
    assert room.newest_paper() == 5
    assert room.slip_after(4) is None
    whole = {
        **half,
        "lines": ["A012", "法律咨询", "前面等候：3 人"],
        "qr": ["http://hall/t/abcDEF-123_45"],
        "cut": "full",
    }
    room._see([_printer(old, whole)])
    slip = room.slip_after(4)
    assert slip is not None
    assert (slip.paper, slip.number, slip.token) == (5, "A012", "abcDEF-123_45")
    assert room.slip_after(4, "B001") is None


def test_a_slip_of_rubbish_tells_nothing() -> None:
    room = _room()
    room._see(
        [_printer({"number": 1, "lines": ["测试", "12345", "2026"], "qr": ["???"], "cut": "full", "taken": False})]
    )
    assert room.slip_after(0) is None


class _Machine(BaseHTTPRequestHandler):
    """A machine that is busy twice and then answers, and notes the keys that it was asked with."""

    keys: ClassVar[list[str | None]] = []
    cookies: ClassVar[list[str | None]] = []

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self.keys.append(self.headers.get("Idempotency-Key"))
        self.cookies.append(self.headers.get("Cookie"))
        body = json.dumps({"number": "A001"}).encode()
        self.send_response(503 if len(self.keys) in (1, 2) else 201)
        self.send_header("Set-Cookie", "staff=secret; Path=/")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


def test_a_busy_machine_is_asked_again_with_the_same_key_and_no_other_person_s_cookie() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Machine)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    async def ask() -> list[Answer]:
        door = Door(f"http://127.0.0.1:{server.server_port}")
        answers = [await door.ask("POST", "/x", {}), await door.ask("POST", "/x", {})]
        await door.close()
        return answers

    answers = asyncio.run(ask())
    server.shutdown()
    server.server_close()
    assert [answer.status for answer in answers] == [201, 201]
    assert len(_Machine.keys) == 4
    assert _Machine.keys[0] == _Machine.keys[1] == _Machine.keys[2] != _Machine.keys[3]
    assert _Machine.cookies == [None] * 4


def test_a_refusal_has_its_code() -> None:
    refused = Answer(409, {"error": {"code": "NOTHING_WAITING"}})
    assert (refused.good, refused.code) == (False, "NOTHING_WAITING")
    assert Answer(500, {"error": "?"}).code == ""


def test_the_small_hall_of_these_tests_is_a_hall() -> None:
    assert small_hall().hall.id == "test-hall"


def test_a_room_knows_the_lock_of_its_gate_and_no_other() -> None:
    room = _room()
    lamp = {"id": "lamp-1", "driver": "gpio-output", "window": None, "shows": {"pulses": 9}}
    room._see([lamp])
    assert room.pulses is None
    room._see([lamp, {"id": "gate-lock", "driver": "gpio-output", "window": None, "shows": {"pulses": 2}}])
    assert room.pulses == 2
