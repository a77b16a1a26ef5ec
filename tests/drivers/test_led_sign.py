"""The sign's driver, byte for byte in memory: questions, answers, refusals."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from drivers.driver import Report
from drivers.errors import BadFrame, DeviceFault, NoReply, PortLost
from drivers.kinds.sign import SetBrightness, SetClock, ShowText
from drivers.led_sign import OnbonSign
from drivers.led_sign.messages import ERROR_CODES
from drivers.transport import Memory
from simulators.led_sign import SimulatedOnbonSign
from tests.drivers.wired import Wired
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


def _card_clock(simulator: SimulatedOnbonSign) -> datetime:
    return datetime.strptime(simulator.show()["clock"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)


@pytest.mark.parametrize("waited_s", [0.0, 3600.0])
def test_the_clock_is_set_to_the_time_that_it_is_however_long_the_order_waited(waited_s: float) -> None:
    simulator, given = SimulatedOnbonSign("sign-1"), datetime(2028, 2, 29, 23, 30, 0, tzinfo=UTC)
    began_s = time.monotonic()
    sign().perform(Wired(simulator), SetClock("sign-1", given, began_s - waited_s))
    gone = timedelta(seconds=waited_s + time.monotonic() - began_s)
    assert timedelta(seconds=waited_s - 1) <= _card_clock(simulator) - given <= gone


@pytest.mark.parametrize(
    "fate", [("answer_error", {"code": 0x0E}), ("answer_error", {"code": 0x02}), ("other_address", {"address": 9})]
)
def test_a_card_without_a_clock_is_as_good_as_any(fate: tuple[str, dict[str, int]]) -> None:
    simulator = SimulatedOnbonSign("sign-1")
    simulator.do(*fate)
    line, one = Wired(simulator), sign()
    with capture_logs() as logs:
        one.perform(line, SetClock("sign-1", datetime(2028, 2, 29, tzinfo=UTC), time.monotonic()))
    assert [entry["event"] for entry in logs].count("sign_clock_not_set") == 1
    assert simulator.show()["clock"] == ""


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
