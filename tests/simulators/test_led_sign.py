"""The simulated sign against the vendor's paper, with bytes of our own making and without any driver."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.device import ActionRefused
from tests.simulators.sign_bench import FRAMES, Bench, area, areas, packet, refused


def test_the_papers_questions_get_the_papers_answers() -> None:
    bench = Bench()
    for name in ("ping", "set-clock", "brightness", "delete-areas", "clear", "show-ticket"):
        assert bench.ask(FRAMES[name]) == FRAMES["ack"], name
    shown = bench.sign.show()
    assert (shown["text"], shown["brightness"], shown["clock"]) == ("请A012号", 12, "2013-01-25 11:17:26")


def test_a_question_to_all_is_answered_as_all() -> None:
    bench = Bench(width=128, height=32)
    assert bench.ask(FRAMES["welcome"]) == FRAMES["ack-broadcast"]
    assert bench.sign.show()["text"] == "欢迎光临"


def test_a_spoilt_question_to_all_gets_the_papers_refusal() -> None:
    spoilt = FRAMES["welcome"].replace(b"\xbb\xb6", b"\xbb\xb7")
    assert Bench().ask(spoilt) == FRAMES["nack-checksum"]


def test_a_missing_font_is_the_papers_refusal() -> None:
    bench = Bench()
    bench.sign.do("lose_font", {"font": "O000"})
    answer = bench.ask(FRAMES["show-ticket"])
    assert answer.lstrip(b"\xa5") == FRAMES["nack-font"].lstrip(b"\xa5")
    assert bench.ask(packet(areas(area(rb"\FO001A1")))) == answer
    bench.sign.do("clear_faults", {})
    assert bench.ask(FRAMES["show-ticket"]) == FRAMES["ack"]


def test_silent_broadcast_is_obeyed_and_others_frames_are_not() -> None:
    bench = Bench()
    assert bench.ask(packet(areas(area(b"A1")), to=0xFFFF)) == b""
    assert bench.sign.show()["text"] == "A1"
    assert bench.ask(packet(areas(area(b"B2")), to=2)) == b""
    assert bench.sign.show()["text"] == "A1"
    assert bench.sign.show()["counters"]["foreign"] == 1


def test_who_wants_no_answer_gets_none() -> None:
    bench = Bench()
    assert bench.ask(packet(b"\xa3\x00\x02\x00\x00\x02")) == b""
    assert bench.sign.show()["power"] is False


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\xb7\x00\x01\x00\x00", 0x01),
        (b"\xa2\x77\x01\x00\x00", 0x02),
        (b"\xa1\x00\x01\x00\x00", 0x02),
        (b"\xa2\x01\x01\x00\x00", 0x02),
        (b"\xa3\x00\x01\x00\x00\x07", 0x02),
        (b"\xa3\x02\x01\x00\x00\x01\x10", 0x02),
        (b"\xa2\x03\x01\x00\x00\x13\x20\x1a\x25\x11\x17\x26\x05", 0x0E),
        (b"\xa2\x03\x01\x00\x00\x13\x20\x13\x25\x11\x17\x26\x05", 0x0E),
        (b"\xa2\x03\x01\x00\x00\x13\x20", 0x0E),
        (areas(area(b"x" * 1000)), 0x04),
        (b"\xa3\x06\x01\x00\x00\x00\x05\x01", 0x02),
        (b"\xa3\x06\x01\x00\x00\x00\x01\xff\xff\x00", 0x02),
        (areas(area(b"abc")[:-1]), 0x02),
        (areas(area(b"abc")) + b"\x00", 0x02),
    ],
)
def test_what_it_cannot_do_is_refused_by_the_table(data: bytes, code: int) -> None:
    bench = Bench()
    assert refused(bench.ask(packet(data))) == code
    assert bench.sign.show()["text"] == ""
    assert bench.ask(FRAMES["ping"]) == FRAMES["ack"]


def test_the_smaller_generation_holds_less() -> None:
    text = areas(area(b"x" * 600))
    assert Bench().ask(packet(text)) == FRAMES["ack"]
    assert refused(Bench(generation=5).ask(packet(text))) == 0x04


def test_another_check_mode_is_a_wrong_checksum() -> None:
    assert refused(Bench().ask(packet(b"\xa2\x00\x01\x00\x00", check=2))) == 0x05


def test_status_says_what_is_there() -> None:
    bench = Bench()
    bench.ask(FRAMES["brightness"])
    bench.ask(packet(areas(area(b"A"), area(b"B", location=3))))
    body = bench.ask(FRAMES["status"]).lstrip(b"\xa5")[14 + 5 : -3]
    assert body[:2] == b"\x01\x0c"
    assert body[17:20] == b"\x02\x00\x03"
    assert len(body) == 20 + 28


def test_ids_are_deleted_one_by_one_and_all_at_once() -> None:
    bench = Bench()
    bench.ask(packet(areas(area(b"A"), area(b"B", location=3))))
    bench.ask(packet(areas(delete=b"\x01\x00")))
    assert bench.sign.show()["text"] == "B"
    bench.ask(packet(areas(area(b"C", location=1), process=1)))
    assert bench.sign.show()["text"] == "C"
    bench.ask(packet(areas(delete=b"\xff")))
    assert bench.sign.show()["lit"] == 0


@given(st.binary(max_size=300))
def test_any_bytes_raise_nothing_and_the_next_question_is_answered(rubbish: bytes) -> None:
    bench = Bench()
    bench.ask(rubbish)
    assert bench.ask(FRAMES["ping"]) == FRAMES["ack"]


@given(st.binary(max_size=80))
def test_any_data_in_a_right_frame_is_done_or_refused(tail: bytes) -> None:
    bench = Bench()
    assert bench.ask(packet(b"\xa3\x06\x01" + tail))
    bench.sign.tick(3.3)
    assert len(bench.sign.show()["rows"]) == 16


def test_a_megabyte_of_rubbish_leaves_nothing_behind() -> None:
    bench = Bench()
    noise = Random(3).randbytes(1_000_000)
    bench.ask(noise)
    assert bench.ask(FRAMES["ping"]) == FRAMES["ack"]


@pytest.mark.parametrize(
    ("action", "arguments"),
    [("dance", {}), ("press", {"key": "1"}), ("answer_error", {}), ("answer_error", {"code": 0}),
     ("answer_error", {"code": True}), ("answer_error", {"code": 5, "times": -1})],
)  # fmt: skip
def test_a_wrong_action_is_refused_in_words(action: str, arguments: dict[str, Any]) -> None:
    with pytest.raises(ActionRefused):
        Bench().sign.do(action, arguments)
