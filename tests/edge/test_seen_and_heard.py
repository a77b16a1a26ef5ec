"""Every spoken call stands on the display in the same second: a whole hall, its simulated speaker, its stream."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from edge.journal_reader import JournalReader
from edge.main import Controller, build
from hall.queue.words import CallNext, OpenWindow, TakeTicket
from hall_config.models import HallFile
from simulators.host import Host
from tests.parts import wait_for

SECOND_S = 1.0


@pytest.fixture
def controller(tmp_path: Path) -> Iterator[Controller]:
    parts: dict[str, Any] = {
        "hall": {"id": "test-hall", "name_zh": "测试", "name_en": "Test"},
        "pages": {"listen": "127.0.0.1:0"},
        "data": {"folder": str(tmp_path / "data")},
        "speech": {"repeat": 1},
        "rules": {"double_press_s": 0.0, "call_interval_s": 0},
        "service": [
            {"letter": "A", "name_zh": "咨询", "name_en": "Advice"},
            {"letter": "C", "name_zh": "调解", "name_en": "Mediation"},
        ],
        "window": [{"number": 3, "services": ["A"]}, {"number": 21, "services": ["C"], "room": 2}],
    }
    speaker = {"id": "speaker", "driver": "speaker", "port": "pty:"}
    host = Host(HallFile.model_validate({**parts, "device": [speaker]}), tmp_path / "simulated")
    host.open()
    found = {**speaker, "port": host.stations["speaker"].port}
    made = build(HallFile.model_validate({**parts, "device": [found]}))
    with capture_logs() as logs:
        made.start()
        wait_for(lambda: all(one.state == "ready" for one in made.devices.health()), "the speaker ready")
        wait_for(lambda: any(one["event"] == "clips.ready" for one in logs), "the voice ready", 60)
    yield made
    made.stop()
    host.close()


def seen_called(port: int, numbers: set[str], begin: Any) -> dict[str, float]:
    """When the stream of the display first shows each number called; ``begin`` once the stream is open."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    line.request("GET", "/api/v1/stream")
    answer = line.getresponse()
    seen: dict[str, float] = {}
    begun = False
    while set(seen) < numbers:
        text = answer.readline().decode()
        if not text.startswith("data: {"):
            continue
        for call in json.loads(text[6:])["calls"]:
            if call["state"] == "CALLED":
                seen.setdefault(call["number"], time.time())
        if not begun:
            begun = True
            begin()
    line.close()
    return seen


@pytest.mark.parametrize(("window", "number"), [(3, "A001"), (21, "C001")], ids=["window", "room"])
def test_a_call_is_on_the_display_in_the_second_in_which_it_is_heard(
    controller: Controller, window: int, number: str
) -> None:
    loop = controller.loop
    loop.ask(TakeTicket(number[0], "token-00000000000001"))
    loop.ask(OpenWindow(window, "staff"))

    def spoken_s() -> list[float]:
        reader = JournalReader(controller.journal.path)
        events = [json.loads(body) for _, body in reader.bodies(0, 1000)]
        reader.close()
        return [one["ts"] / 1000 for one in events if one["type"].startswith("announcement.spoken")]

    seen = seen_called(controller.pages.port, {number}, lambda: loop.ask(CallNext(window, "staff")))
    wait_for(lambda: bool(spoken_s()), f"{number} heard")
    assert [abs(at_s - seen[number]) < SECOND_S for at_s in spoken_s()] == [True]
