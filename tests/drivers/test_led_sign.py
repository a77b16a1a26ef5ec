"""The sign's driver: byte for byte in memory, joined to the simulated card, and over a pseudo-terminal."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest
from structlog.testing import capture_logs

from drivers.driver import Order, OrderDone, OrderFailed, Report
from drivers.errors import BadFrame, DeviceFault, NoReply, PortLost
from drivers.led_sign import MANIFEST, OnbonSign, SetBrightness, ShowText, SwitchSign, driver
from drivers.led_sign.messages import ERROR_CODES
from drivers.line import Line
from drivers.transport import Memory, SerialTransport
from simulators.doors import PtyDoor
from simulators.faults import Garble
from simulators.led_sign import SimulatedOnbonSign
from simulators.line import Line as SimulatedLine
from tests.drivers.wired import Wired
from tests.drivers.wired_pty import on_pty
from tests.frame_checks import samples

FRAMES = {sample.name: sample.data for sample in samples("led_sign")}
ACK, NACK_FONT, PING, SHOW = FRAMES["ack"], FRAMES["nack-font"], FRAMES["ping"], FRAMES["show-ticket"]
TICKET = ShowText("sign-1", ("请A012号",))


def ignore(report: Report) -> None:
    raise AssertionError(f"a sign never speaks unasked: {report}")


def sign(device: str = "sign-1", address: int | None = 1, **options: Any) -> OnbonSign:
    return OnbonSign(device, ignore, address=address, baud=9600, options=options)


def joined(**options: Any) -> tuple[OnbonSign, SimulatedOnbonSign, Wired]:
    simulator = SimulatedOnbonSign("sign-1", options=options)
    return sign(**options), simulator, Wired(simulator)


# --- byte for byte -------------------------------------------------------------------------------------------


def test_a_handshake_is_the_papers_ping() -> None:
    line = Memory([(PING, ACK)])
    sign().handshake(line)
    assert line.left_over() == ([], b"")


def test_a_ticket_is_shown_with_the_papers_bytes() -> None:
    line = Memory([(SHOW, ACK)])
    sign().perform(line, TICKET)
    assert line.left_over() == ([], b"")


def test_brightness_and_switch() -> None:
    simulator_side = Memory([(FRAMES["brightness"], ACK)])
    sign().perform(simulator_side, SetBrightness("sign-1", 12))
    assert simulator_side.left_over() == ([], b"")


def test_silence_is_asked_once_more_and_then_said_so() -> None:
    line = Memory([(SHOW, b""), (SHOW, b"")])
    with pytest.raises(NoReply):
        sign().perform(line, TICKET)
    assert line.left_over() == ([], b"")


def test_a_lost_answer_costs_one_retry_and_no_more() -> None:
    line = Memory([(SHOW, b""), (SHOW, ACK)])
    sign().perform(line, TICKET)
    assert line.left_over() == ([], b"")


def test_a_handshake_in_vain_asks_once_only_so_that_the_bus_stays_free() -> None:
    line = Memory([(PING, b"")])
    with pytest.raises(NoReply):
        sign().handshake(line)
    assert line.left_over() == ([], b"")


def test_a_broken_answer_is_a_bad_frame_when_it_happens_twice() -> None:
    broken = ACK[:-3] + b"\x00\x00\x5a"
    with pytest.raises(BadFrame):
        sign().perform(Memory([(SHOW, broken), (SHOW, broken)]), TICKET)
    sign().perform(Memory([(SHOW, broken), (SHOW, ACK)]), TICKET)


def test_an_answer_to_another_question_is_not_taken() -> None:
    status_reply = SimulatedOnbonSign("other")
    heard: list[bytes] = []
    status_reply.attach(heard.append)
    status_reply.hear(FRAMES["status"])
    with pytest.raises(BadFrame, match="another question"):
        sign().perform(Memory([(SHOW, heard[0]), (SHOW, heard[0])]), TICKET)


def test_another_signs_answer_is_not_taken() -> None:
    with pytest.raises(NoReply):
        sign(address=2).handshake(Memory([(PING.replace(b"\x01\x00\x00\x80", b"\x02\x00\x00\x80"), ACK)]))
    other = sign(address=1)
    with pytest.raises(NoReply):
        other.handshake(Memory([(PING, FRAMES["ack-broadcast"])]))
    assert other.late_or_foreign == 1


def test_a_late_answer_does_not_answer_the_next_question() -> None:
    line = Memory([(SHOW, b""), (SHOW, b""), (SHOW, b""), (SHOW, b"")])
    one = sign()
    with pytest.raises(NoReply):
        one.perform(line, TICKET)
    line.say(ACK)
    with pytest.raises(NoReply):
        one.perform(line, TICKET)
    assert one.late_or_foreign == 1


def test_our_own_words_echoed_by_the_line_are_no_answer() -> None:
    sign().perform(Memory([(SHOW, SHOW + ACK)]), TICKET)
    with pytest.raises(NoReply):
        sign().perform(Memory([(SHOW, SHOW), (SHOW, SHOW)]), TICKET)


@pytest.mark.parametrize(("code", "name"), ERROR_CODES.items())
def test_every_refusal_of_the_table_reaches_the_caller_by_name(code: int, name: str) -> None:
    one, simulator, line = joined()
    simulator.do("answer_error", {"code": code, "times": 2})
    with pytest.raises(DeviceFault) as caught:
        one.perform(line, TICKET)
    assert caught.value.code == name


def test_a_refusal_for_a_bad_checksum_is_asked_again_and_others_are_not() -> None:
    one, simulator, line = joined()
    simulator.do("answer_error", {"code": 5})
    one.perform(line, TICKET)
    simulator.do("answer_error", {"code": 3})
    with pytest.raises(DeviceFault, match="busy"):
        one.perform(line, TICKET)
    assert simulator.show()["counters"]["refused"] == 2


def test_the_papers_refusal_with_an_escaped_checksum() -> None:
    with pytest.raises(DeviceFault, match="font_missing"):
        sign().perform(Memory([(SHOW, NACK_FONT)]), TICKET)


def test_a_cut_line_is_said_to_be_cut() -> None:
    line = Memory()
    line.lost = True
    with pytest.raises(PortLost):
        sign().handshake(line)


def test_rubbish_while_nobody_asks_does_no_harm() -> None:
    one, simulator, line = joined()
    one.heard(line, bytes(range(256)) * 40 + ACK[:20])
    line.noise(b"\x00\xa5\x5a\xa5")
    one.perform(line, TICKET)
    assert simulator.show()["text"] == "请A012号"


# --- with the simulated card ---------------------------------------------------------------------------------


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


def test_a_sign_that_lost_its_power_gets_its_text_again_when_it_is_watched() -> None:
    one, simulator, line = joined(poll="status")
    one.perform(line, TICKET)
    one.poll(line)
    before = len(line.sent)
    one.poll(line)
    assert len(line.sent) - before == len(FRAMES["status"])
    simulator.do("power_cut", {})
    assert simulator.show()["text"] == ""
    one.poll(line)
    assert simulator.show()["text"] == "请A012号"


def test_answers_in_single_bytes_are_put_together() -> None:
    simulator = SimulatedOnbonSign("sign-1")
    sign().perform(Wired(simulator, piece=1), TICKET)
    assert simulator.show()["text"] == "请A012号"


def test_what_it_cannot_do_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot Order"):
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
        ({"poll": "never"}, "ping, status"),
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


# --- time ----------------------------------------------------------------------------------------------------


class Stopwatch(Wired):
    """Notes when bytes were given to the driver and when it wrote."""

    def __init__(self, simulator: SimulatedOnbonSign) -> None:
        super().__init__(simulator)
        self.read_s = self.written_s = 0.0

    def read(self, timeout_s: float) -> bytes:
        data = super().read(timeout_s)
        self.read_s = time.monotonic() if data else self.read_s
        return data

    def write(self, data: bytes) -> None:
        self.written_s = time.monotonic()
        super().write(data)


def test_signs_on_one_bus_keep_the_silence_between_them() -> None:
    line = Stopwatch(SimulatedOnbonSign("a", address=1))
    sign("a", 1).perform(line, ShowText("a", ("1",)))
    last_byte_s = line.read_s
    with pytest.raises(NoReply):
        sign("b", 2).handshake(line)
    assert line.written_s - last_byte_s >= 3.5 * 10 / 9600


def test_a_screen_that_wants_a_second_gets_it() -> None:
    one, simulator, line = joined(min_interval_s=0.15)
    started = time.monotonic()
    for number in range(3):
        one.perform(line, ShowText("sign-1", (str(number),)))
    assert time.monotonic() - started >= 0.3
    assert simulator.show()["text"] == "2"


# --- over a pseudo-terminal ----------------------------------------------------------------------------------


def test_over_a_pseudo_terminal() -> None:
    simulator = SimulatedOnbonSign("sign-1")
    with on_pty(simulator) as path:
        line = SerialTransport(path)
        one = sign()
        one.handshake(line)
        one.perform(line, ShowText("sign-1", ("楼蔼爱Z[",)))
        one.poll(line)
        line.close()
    assert simulator.show()["text"] == "楼蔼爱Z["


def test_silence_on_a_real_line_lasts_two_half_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver, "ANSWER_S", 0.1)
    simulator = SimulatedOnbonSign("sign-1", address=9)
    with on_pty(simulator) as path:
        line = SerialTransport(path)
        started = time.monotonic()
        with pytest.raises(NoReply):
            sign().perform(line, TICKET)
        assert 0.2 <= time.monotonic() - started < 2.0
        line.close()
    assert simulator.show()["counters"]["foreign"] == 2


def test_two_signs_on_one_bus_over_a_pseudo_terminal_and_one_is_unplugged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver, "ANSWER_S", 0.1)
    bus = SimulatedLine("bus", PtyDoor(tmp_path / "bus"))
    screens = [SimulatedOnbonSign(f"sign-{number}", address=number) for number in (1, 2)]
    taps = [bus.join(screen) for screen in screens]
    bus.open()
    reports: SimpleQueue[Report] = SimpleQueue()
    drivers = [OnbonSign(one.id, reports.put, address=number, baud=9600) for number, one in enumerate(screens, 1)]
    line = Line("bus", lambda: SerialTransport(str(tmp_path / "bus")), drivers, reports.put)
    line.start()
    try:
        for number in (1, 2):
            line.submit(ShowText(f"sign-{number}", (f"A00{number}",), slot="show"))
        assert {_order_end(reports).device for _ in screens} == {"sign-1", "sign-2"}
        assert [screen.show()["text"] for screen in screens] == ["A001", "A002"]
        bus.unplug(taps[0])
        line.submit(ShowText("sign-1", ("A003",)))
        line.submit(ShowText("sign-2", ("A004",)))
        ends = [_order_end(reports) for _ in range(2)]
        assert [type(end) for end in ends] == [OrderFailed, OrderDone]
        assert [screen.show()["text"] for screen in screens] == ["A001", "A004"]
    finally:
        line.stop()
        bus.close()


def _order_end(reports: SimpleQueue[Report]) -> OrderDone | OrderFailed:
    while True:
        report = reports.get(timeout=10)
        if isinstance(report, OrderDone | OrderFailed):
            return report
