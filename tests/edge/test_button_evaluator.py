"""The visitor's buttons, from bytes on a real line to the journal: a whole controller, and a terminal made of bytes."""

from __future__ import annotations

import contextlib
import json
import secrets
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.journal_reader import JournalReader
from edge.main import Controller, build
from hall.queue import words as queue_words
from hall.queue.state import WindowState
from hall.queue.words import TakeTicket
from hall.rating.words import DismissPad
from hall_config.models import HallFile
from tests.frame_checks import samples
from tests.parts import wait_for

FRAMES = {sample.name: sample.data for sample in samples("call_terminal")}
FINISH, PRESS, ANSWER = FRAMES["evaluate"], FRAMES["evaluator-press"], FRAMES["evaluator-answer"]
WORST = bytes.fromhex("FF 68 03 03 68 83 11 01 95 16")
STARS, BEEP = FRAMES["stars"], FRAMES["beep"]


class Bench:
    """One window with a terminal; the test holds the terminal's end of the wire."""

    def __init__(self, folder: Path) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        port = self._listener.getsockname()[1]
        file = {
            "hall": {"id": "test-hall", "name_zh": "测试", "name_en": "Test"},
            "data": {"folder": str(folder / "data")},
            "pages": {"listen": "127.0.0.1:0"},
            "rules": {"double_press_s": 0.0, "call_interval_s": 0},
            "service": [{"letter": "A", "name_zh": "咨询", "name_en": "Advice"}],
            "window": [{"number": 1, "services": ["A"]}],
            "device": [
                {
                    "id": "terminal-1",
                    "driver": "ff68-terminal",
                    "port": f"socket://127.0.0.1:{port}",
                    "address": 3,
                    "window": 1,
                }
            ],
        }
        self.controller: Controller = build(HallFile.model_validate(file))
        self._journal = JournalReader(self.controller.journal.path)
        self._listener.settimeout(20)
        self.controller.start()
        self.wire = self._listener.accept()[0]
        self.wire.settimeout(0.02)
        self.heard = b""

    def stop(self) -> None:
        self.wire.close()
        self._listener.close()
        self.controller.stop()

    def say(self, data: bytes) -> None:
        self.wire.sendall(data)

    def hears(self, frame: bytes, times: int = 1) -> None:
        """Wait until the host has said this frame so often since the last look."""

        def look() -> bool:
            with contextlib.suppress(TimeoutError):
                self.heard += self.wire.recv(4096)
            return self.heard.count(frame) >= times

        wait_for(look, f"{frame.hex(' ')} {times} times, not {self.heard.hex(' ')}")
        self.heard = b""

    def serve(self) -> None:
        """One visitor, up to the moment before the end of the service."""
        loop = self.controller.loop
        loop.submit(TakeTicket("A", secrets.token_urlsafe(16))).result(20)
        if loop.look()[0].queue.window(1).staff is None:
            loop.submit(queue_words.OpenWindow(1, "staff-1")).result(20)
        self.say(FRAMES["call-next"])
        wait_for(lambda: loop.look()[0].queue.window(1).state is WindowState.CALLING, "the call")
        loop.submit(queue_words.Start(1, "staff-1")).result(20)

    def finish(self) -> None:
        """The staff press 评价."""
        self.say(FINISH)
        wait_for(lambda: 1 in self.controller.loop.look()[0].rating.pads, "the pad awake")
        self.hears(FINISH)

    def ratings(self) -> list[tuple[str, int, str]]:
        bodies = [json.loads(body) for _, body in self._journal.bodies(0, 1000)]
        given = [body["data"] for body in bodies if body["type"] == "rating.given/1"]
        return [(rating["number"], rating["grade"], rating["channel"]) for rating in given]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    made.stop()


def test_a_press_after_the_finish_is_one_grade_also_when_its_acknowledge_was_lost(bench: Bench) -> None:
    bench.serve()
    bench.finish()
    for _ in range(3):  # the terminal has heard no acknowledge and says it again
        bench.say(PRESS)
    bench.hears(ANSWER, times=3)
    wait_for(lambda: bench.ratings() == [("A001", 5, "BUTTONS")], "the grade in the journal")
    bench.say(WORST)
    bench.hears(BEEP)
    assert bench.ratings() == [("A001", 5, "BUTTONS")], "who has rated cannot press another button"


def test_a_counted_grade_lights_its_stars(bench: Bench) -> None:
    bench.serve()
    bench.finish()
    bench.say(PRESS)
    bench.hears(STARS)


def test_torn_and_spoilt_frames_give_no_grade_and_the_whole_one_gives_it_once(bench: Bench) -> None:
    bench.serve()
    bench.finish()
    spoilt = PRESS[:-2] + bytes([PRESS[-2] ^ 1]) + PRESS[-1:]
    for place in range(1, len(PRESS)):
        bench.say(PRESS[:place])  # cut off by another terminal that speaks at once
    bench.say(spoilt)
    for byte in PRESS:
        bench.say(bytes([byte]))
    bench.hears(ANSWER)
    wait_for(lambda: bench.ratings() == [("A001", 5, "BUTTONS")], "the grade in the journal")


def test_without_a_service_to_rate_a_press_beeps_and_nothing_else(bench: Bench) -> None:
    bench.say(PRESS)
    bench.hears(BEEP)
    bench.serve()
    bench.say(WORST)
    bench.hears(BEEP)
    bench.finish()
    bench.controller.loop.submit(DismissPad(1)).result(20)
    bench.say(PRESS)
    bench.hears(BEEP)
    assert bench.ratings() == []


def test_the_next_visitors_grade_is_the_next_visitors(bench: Bench) -> None:
    for grade, press in ((5, PRESS), (1, WORST)):
        bench.serve()
        bench.finish()
        bench.say(press)
        wait_for(lambda grade=grade: grade in [one[1] for one in bench.ratings()], "the grade")
    assert bench.ratings() == [("A001", 5, "BUTTONS"), ("A002", 1, "BUTTONS")]
