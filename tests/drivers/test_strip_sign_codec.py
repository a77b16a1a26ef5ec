"""The strip's messages: each computed sample, the bytes of each form, and answers in every way they can arrive."""

from __future__ import annotations

import tracemalloc
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.frames import FrameError
from drivers.strip_sign.codec import DATA_LIMIT, LONGEST_ANSWER, Answer, Parser, data_size, show, show_plain
from tests.frame_checks import Sample, check_all_five, good, samples

FRAMES = {sample.name: sample.data for sample in samples("strip_sign")}
ANSWERS = samples("strip_sign", "device")
TERMINAL = bytes.fromhex("FF 68 03 03 68 03 01 0C 10 16")


def test_our_messages_are_the_samples_to_the_byte() -> None:
    assert show(3, "请A012".encode("gb2312")) == FRAMES["show-ticket"]
    assert show(3, "暂停服务".encode("gb2312")) == FRAMES["paused"]
    assert show_plain(3, "请A012".encode("gbk")) == FRAMES["plain-ticket"]


def test_each_character_has_its_colour() -> None:
    assert show(1, "楼A".encode("gb2312"), colour=2)[6:-1] == b"\xc2\xa5\x02A\x02"
    assert data_size("楼A".encode("gb2312")) == 5


@pytest.mark.parametrize("text", ["楼", "蔼爱", "楼蔼爱号"])
def test_bytes_that_look_like_the_frame_are_only_text(text: str) -> None:
    message = show(3, text.encode("gb2312"))
    assert int.from_bytes(message[4:6], "big") == 3 * len(text)
    assert good(Parser().feed(message)) == []


@pytest.mark.parametrize(
    ("size", "base", "head"), [(254, 256, "00fe"), (254, 255, "00fe"), (256, 256, "0100"), (256, 255, "0101")]
)
def test_the_length_in_either_base(size: int, base: int, head: str) -> None:
    assert show(1, b"A" * (size // 2), length_base=base)[4:6].hex() == head
    assert (size > DATA_LIMIT) == (head[:2] == "01")


def test_what_does_not_fit_is_not_sent() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        show(1, b"A" * 40_000)
    with pytest.raises(ValueError, match="1 to 63"):
        show_plain(0x40, b"A")
    with pytest.raises(ValueError, match="1A ends"):
        show_plain(3, b"A\x1a")


@pytest.mark.parametrize("sample", ANSWERS, ids=lambda sample: sample.name)
def test_an_answer_survives_all_ways(sample: Sample) -> None:
    assert check_all_five(Parser, sample.data) == Answer(3, sample.data)
    assert check_all_five(lambda: Parser(len(sample.data)), sample.data) == Answer(3, sample.data)


def test_an_answer_of_another_length_is_none_when_the_length_is_known() -> None:
    assert good(Parser(8).feed(FRAMES["answer"] * 2)) == []
    assert good(Parser(8).feed(FRAMES["answer"] + FRAMES["answer-long"])) == [Answer(3, FRAMES["answer-long"])]


@pytest.mark.parametrize("sample", samples("strip_sign", bad=True), ids=lambda sample: sample.name)
def test_what_is_no_answer_is_refused_and_the_next_one_read(sample: Sample) -> None:
    parser = Parser()
    assert good(parser.feed(sample.data)) == []
    assert good(parser.feed(FRAMES["answer"])) == [Answer(3, FRAMES["answer"])]


def test_our_own_echo_is_no_answer_and_hides_none() -> None:
    for message in (FRAMES["show-ticket"], FRAMES["paused"], show(3, b"A" * 100)):
        assert good(Parser().feed(message + FRAMES["answer"])) == [Answer(3, FRAMES["answer"])]


def test_a_terminals_key_before_and_behind_does_no_harm() -> None:
    found = Parser().feed(TERMINAL + FRAMES["answer"] + TERMINAL)
    assert good(found) == [Answer(3, FRAMES["answer"])]
    assert sum(item.size for item in found if isinstance(item, FrameError)) == 2 * len(TERMINAL)


def test_ten_thousand_bytes_of_noise_lose_one_answer_at_most() -> None:
    parser = Parser()
    parser.feed(Random(5).randbytes(10_000))
    assert good(parser.feed(FRAMES["answer"] * 8))[-1] == Answer(3, FRAMES["answer"])


@given(st.binary(max_size=400), st.integers(1, 50), st.sampled_from([0, 5, 8, LONGEST_ANSWER]))
def test_any_bytes_in_any_split_raise_nothing(rubbish: bytes, piece: int, size: int) -> None:
    parser = Parser(size)
    for start in range(0, len(rubbish), piece):
        for item in parser.feed(rubbish[start : start + piece]):
            assert isinstance(item, FrameError) or item.frame.endswith(b"\xa5\xaa")


def test_a_megabyte_of_rubbish_is_bounded_in_memory() -> None:
    parser, rubbish = Parser(), Random(7).randbytes(1_000_000)
    tracemalloc.start()
    for start in range(0, len(rubbish), 4096):
        parser.feed(rubbish[start : start + 4096])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 500_000


def test_nothing_that_stores_or_recalls_can_be_built() -> None:
    for text in (b"", b"A", "请".encode("gb2312")):
        assert show(1, text)[3] == 0xA5
