"""The sign's driver joined to the simulated card: what people see, and the options."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from structlog.testing import capture_logs

from drivers.driver import Order, Report
from drivers.errors import BadFrame, DeviceFault, NoReply
from drivers.kinds.sign import ShowText, SwitchSign
from drivers.led_sign import MANIFEST, OnbonSign
from drivers.led_sign.messages import Status
from drivers.transport import Memory
from simulators.faults import Garble
from simulators.led_sign import SimulatedOnbonSign
from tests.drivers.wired import Wired
from tests.frame_checks import samples

FRAMES = {sample.name: sample.data for sample in samples("led_sign")}
TICKET = ShowText("sign-1", ("请A012号",))


def ignore(report: Report) -> None:
    raise AssertionError(f"a sign never speaks unasked: {report}")


def sign(device: str = "sign-1", address: int | None = 1, **options: Any) -> OnbonSign:
    return OnbonSign(device, ignore, address=address, baud=9600, options=options)


def joined(**options: Any) -> tuple[OnbonSign, SimulatedOnbonSign, Wired]:
    simulator = SimulatedOnbonSign("sign-1", options=options)
    return sign(**options), simulator, Wired(simulator)


def test_one_page_that_fits_stands_still() -> None:
    one, simulator, line = joined()
    one.perform(line, ShowText("sign-1", (" A012号",)))
    before = simulator.show()
    line.let_pass(60)
    after = simulator.show()
    assert before["rows"] == after["rows"]
    assert after["visible"] == [" A012号"]
    assert after["lit"] > 50


def test_pages_take_turns_every_two_seconds() -> None:
    one, simulator, line = joined()
    one.perform(line, ShowText("sign-1", ("正在办理", "A012")))
    seen = []
    for _ in range(5):
        seen += simulator.show()["visible"]
        line.let_pass(2.0)
    assert seen == ["正在办理", "A012", "正在办理", "A012", "正在办理"]


def test_a_blinking_page_is_dark_half_of_each_second() -> None:
    one, simulator, line = joined()
    one.perform(line, ShowText("sign-1", (" A012号",), blink=True))
    lit = []
    for _ in range(6):
        lit.append(simulator.show()["lit"] > 0)
        line.let_pass(0.5)
    assert lit == [True, False, True, False, True, False]


def test_several_blinking_pages_each_come_twice() -> None:
    one, simulator, line = joined()
    one.perform(line, ShowText("sign-1", ("A012", "3号"), blink=True))
    seen = []
    for _ in range(8):
        seen.append(simulator.show()["visible"][0].strip())
        line.let_pass(0.5)
    assert seen == ["A012", "", "A012", "", "3号", "", "3号", ""]


def test_a_long_page_runs_and_leaves_one_blank_screen() -> None:
    one, simulator, line = joined()
    one.perform(line, ShowText("sign-1", ("请A012号到3号窗口办理",)))
    lit = []
    for _ in range(400):
        line.let_pass(0.04)
        lit.append(simulator.show()["lit"])
    assert simulator.show()["moving"]
    assert max(lit) > 200
    assert min(lit) == 0


def test_a_long_page_among_several_is_cut_and_none_of_it_lost() -> None:
    one, simulator, line = joined()
    one.perform(line, ShowText("sign-1", ("A012", "请到3号窗口办理")))
    assert simulator.show()["pages"] == [["A012"], ["请到3号"], ["窗口办理"]]
    assert not simulator.show()["moving"]


def test_an_empty_page_darkens_and_no_page_is_a_mistake() -> None:
    one, simulator, line = joined()
    one.perform(line, TICKET)
    one.perform(line, ShowText("sign-1", ("",)))
    assert simulator.show()["lit"] == 0
    with pytest.raises(ValueError, match="at least one page"):
        ShowText("sign-1", ())


def test_a_taller_and_wider_screen_has_its_line_in_the_middle() -> None:
    one, simulator, line = joined(width=128, height=32)
    one.perform(line, ShowText("sign-1", ("欢迎光临",)))
    rows = simulator.show()["rows"]
    assert (len(rows), len(rows[0])) == (32, 128)
    assert not any("#" in row for row in rows[:8] + rows[24:])
    assert any("#" in row for row in rows[8:24])


@pytest.mark.parametrize("coords", ["pixel_flag", "bytes", "pixel_raw"])
def test_each_way_of_coordinates_gives_the_same_dots(coords: str) -> None:
    one, simulator, line = joined(coords=coords)
    one.perform(line, TICKET)
    plain, simulated, other_line = joined()
    plain.perform(other_line, TICKET)
    assert simulator.show()["rows"] == simulated.show()["rows"]


def test_a_character_outside_gb2312_is_seen_and_logged_once() -> None:
    one, simulator, line = joined(fallback="*")
    with capture_logs() as logs:
        for _ in range(3):
            one.perform(line, ShowText("sign-1", ("䶮A012",)))
    assert simulator.show()["text"] == "*A012"
    told = [entry for entry in logs if entry["event"] == "sign_characters_replaced"]
    assert [entry["characters"] for entry in told] == [["U+4DAE"]]


def test_a_text_beyond_the_cards_memory_is_refused_before_it_is_sent() -> None:
    one, simulator, line = joined()
    with pytest.raises(DeviceFault) as caught:
        one.perform(line, ShowText("sign-1", ("很" * 300,)))
    assert caught.value.code == "text_too_long"
    assert line.sent == b""
    one.perform(line, ShowText("sign-1", ("很" * 238,)))
    assert len(simulator.show()["text"]) == 238


def test_the_sign_goes_dark_and_comes_back_with_its_text() -> None:
    one, simulator, line = joined()
    one.perform(line, TICKET)
    one.perform(line, SwitchSign("sign-1", on=False))
    assert (simulator.show()["power"], simulator.show()["lit"]) == (False, 0)
    one.perform(line, SwitchSign("sign-1", on=True))
    assert simulator.show()["lit"] > 0


@pytest.mark.parametrize("poll", ["auto", "status"])
def test_a_sign_that_lost_its_power_gets_its_text_again(poll: str) -> None:
    one, simulator, line = joined(poll=poll)
    one.perform(line, TICKET)
    one.poll(line)
    before = len(line.sent)
    one.poll(line)
    assert len(line.sent) - before == len(FRAMES["status"])
    simulator.do("power_cut", {})
    assert simulator.show()["text"] == ""
    one.poll(line)
    assert simulator.show()["text"] == "请A012号"


def test_a_card_that_does_not_tell_its_state_is_only_pinged() -> None:
    one, simulator, line = joined()
    one.perform(line, TICKET)
    simulator.do("answer_error", {"code": 2})
    for _ in range(2):
        one.poll(line)
        before = len(line.sent)
    one.poll(line)
    assert line.sent[before:] == FRAMES["ping"]
    one.forget()
    one.perform(line, TICKET)
    one.poll(line)
    assert line.sent[-len(FRAMES["status"]) :] == FRAMES["status"]  # perhaps another card by now


def test_a_card_that_never_lists_its_texts_is_not_painted_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    one, _, line = joined()
    one.perform(line, TICKET)
    monkeypatch.setattr("drivers.led_sign.driver.Status.decode", lambda _: Status(True, 15, 0, ()))
    one.poll(line)
    assert line.sent.count(FRAMES["show-ticket"]) == 2
    one.poll(line)
    one.poll(line)
    assert line.sent.count(FRAMES["show-ticket"]) == 2
    assert line.sent[-len(FRAMES["ping"]) :] == FRAMES["ping"]


def test_answers_in_single_bytes_are_put_together() -> None:
    simulator = SimulatedOnbonSign("sign-1")
    sign().perform(Wired(simulator, piece=1), TICKET)
    assert simulator.show()["text"] == "请A012号"


def test_what_it_cannot_do_is_refused() -> None:
    with pytest.raises(DeviceFault, match="cannot Order"):
        sign().perform(Memory(), Order("sign-1"))


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"widht": 64}, "unknown option 'widht'"),
        ({"width": "64"}, "width is a whole number"),
        ({"width": True}, "width is a whole number"),
        ({"width": 60}, "multiple of 8"),
        ({"height": 8}, "height is 16 to 256"),
        ({"coords": "inch"}, "pixel_flag, bytes, pixel_raw"),
        ({"charset": "utf-8"}, "gb2312"),
        ({"fallback": "䶮"}, "outside GB2312"),
        ({"fallback": "\\"}, "no backslash"),
        ({"fallback": "??"}, "one character"),
        ({"min_interval_s": -1}, "0 to 10"),
        ({"page_s": "two"}, "page_s is a number"),
        ({"poll": "never"}, "auto, status, ping"),
    ],
)
def test_a_wrong_option_is_named(options: dict[str, Any], word: str) -> None:
    with pytest.raises(ValueError, match=word):
        MANIFEST.build("sign-1", ignore, address=1, baud=9600, options=options)


@pytest.mark.parametrize("seed", range(12))
def test_a_garbled_line_gives_named_errors_and_recovers(seed: int) -> None:
    one, simulator, line = joined()
    noise = Garble(0.03, seed)
    clean = line.write
    line.write = lambda data: clean(noise.spoil(data))  # type: ignore[method-assign]
    for number in range(8):
        with contextlib.suppress(NoReply, BadFrame, DeviceFault):
            one.perform(line, ShowText("sign-1", (f"A{number:03}",)))
            assert simulator.show()["text"] == f"A{number:03}"
    line.write = clean  # type: ignore[method-assign]
    one.perform(line, TICKET)
    assert simulator.show()["text"] == "请A012号"
