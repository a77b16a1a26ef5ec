"""A card that lacks a font of 16 dots is in trouble before the first call; one that will not say is not."""

from __future__ import annotations

from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest

from drivers.driver import Report
from drivers.errors import DeviceFault
from drivers.kinds.sign import ShowText
from drivers.led_sign import OnbonSign, driver, messages
from drivers.led_sign.messages import Reply
from drivers.lifecycle import State
from drivers.line import Line
from drivers.transport import SerialTransport
from drivers.unit import Moved
from simulators.doors import PtyDoor
from simulators.led_sign import SimulatedOnbonSign
from simulators.line import Line as SimulatedLine
from tests.drivers.wired import Wired
from tests.frame_checks import samples
from tests.simulators.waiting import until

FRAMES = {sample.name: sample.data for sample in samples("led_sign")}


def ignore(report: Report) -> None:
    raise AssertionError(f"a sign never speaks unasked: {report}")


def met(**options: Any) -> tuple[OnbonSign, SimulatedOnbonSign, Wired]:
    simulator = SimulatedOnbonSign("sign-1", options=options)
    told = {key: value for key, value in options.items() if key != "font_reply"}
    sign, line = OnbonSign("sign-1", ignore, address=1, baud=9600, options=told), Wired(simulator)
    sign.handshake(line)
    return sign, simulator, line


@pytest.mark.parametrize("layout", ["plain", "reserved"])
@pytest.mark.parametrize("font", ["O000", "E000"])
def test_a_missing_font_is_trouble_until_it_is_there(font: str, layout: str) -> None:
    sign, simulator, line = met(font_reply=layout)
    simulator.do("lose_font", {"font": font})
    assert sign.poll_every_s is not None
    assert sign.poll_every_s < 1  # soon, and not before whoever waits
    for _ in range(2):
        with pytest.raises(DeviceFault) as caught:
            sign.poll(line)
        assert caught.value.code == "font_missing"
    assert sign.poll_every_s == driver.POLL_EVERY_S
    simulator.do("clear_faults", {})
    sign.poll(line)
    asked = line.sent.count(FRAMES["fonts"])
    sign.poll(line)
    assert line.sent.count(FRAMES["fonts"]) == asked  # once it has them, it has them


@pytest.mark.parametrize("layout", ["plain", "reserved"])
def test_a_card_with_its_fonts_is_asked_once(layout: str) -> None:
    sign, _, line = met(font_reply=layout)
    for _ in range(3):
        sign.poll(line)
    assert line.sent.count(FRAMES["fonts"]) == 1


def test_a_card_that_does_not_know_the_question_is_taken_to_have_them() -> None:
    sign, simulator, line = met()
    simulator.do("answer_error", {"code": 2})
    for _ in range(3):
        sign.poll(line)
    assert line.sent.count(FRAMES["fonts"]) == 1


def test_whoever_shows_a_text_has_its_fonts_and_nobody_need_ask() -> None:
    sign, _, line = met()
    sign.perform(line, ShowText("sign-1", ("请A012号",)))
    sign.poll(line)
    silent, _, other = met(font_check=False)
    silent.poll(other)
    assert FRAMES["fonts"] not in line.sent + other.sent


@pytest.mark.parametrize(
    ("tail", "fonts"),
    [
        ("00", set()),
        ("00 00 00", set()),
        ("01 01 10 10", {(1, 16)}),
        ("00 00 02 01 18 18 00 08 10", {(1, 24), (0, 16)}),
        ("", None),
        ("02 01 10 10", None),
        ("00 00 02 01", None),
        ("01 01 10 10 00", None),
    ],
)
def test_lists_of_both_layouts_are_read_and_others_are_not_guessed_at(
    tail: str, fonts: set[tuple[int, int]] | None
) -> None:
    assert messages.fonts(Reply(0xA2, 0x09, 0, b"", bytes.fromhex(tail))) == fonts


def test_on_a_real_line_the_reason_stays_and_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver, "POLL_EVERY_S", 0.1)
    screen = SimulatedOnbonSign("sign-1")
    screen.do("lose_font", {})
    bus = SimulatedLine("bus", PtyDoor(tmp_path / "bus"))
    bus.join(screen)
    bus.open()
    reports: SimpleQueue[Report] = SimpleQueue()
    moves: list[tuple[State, str]] = []
    sign = OnbonSign("sign-1", reports.put, address=1, baud=9600)
    line = Line("bus", lambda: SerialTransport(str(tmp_path / "bus")), [sign], reports.put)

    def stands(state: State, reason: str) -> bool:
        while not reports.empty():
            report = reports.get()
            if isinstance(report, Moved):
                moves.append((report.state, report.reason))
        return moves[-1:] == [(state, reason)]

    line.start()
    try:
        until(lambda: stands(State.DEGRADED, "font_missing"), "the missing font")
        with bus.lock:
            screen.do("clear_faults", {})
        until(lambda: stands(State.READY, ""), "ready")
    finally:
        line.stop()
        bus.close()
