"""PJLink's lines: the samples, cut, split, in noise, and what no screen may make of us."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.frames import FrameError
from drivers.pjlink_display.codec import Command, Greeting, Parser, PasswordRefused, Reply, digest_of
from tests.frame_checks import Sample, check_all_five, good, samples

DEVICE = "pjlink_display"


def named(sample: Sample) -> str:
    return sample.name


@pytest.mark.parametrize("sample", samples(DEVICE, "device"), ids=named)
def test_every_sample_of_a_screen_is_read_in_five_ways(sample: Sample) -> None:
    message = check_all_five(Parser, sample.data)
    match message:
        case Greeting(number=number):
            assert sample.data == (b"PJLINK 0\r" if number is None else f"PJLINK 1 {number}\r".encode())
        case PasswordRefused():
            assert sample.data == b"PJLINK ERRA\r"
        case Reply(name=name, value=value):
            assert sample.data.decode().upper() == f"%1{name}={value}\r"


@pytest.mark.parametrize("sample", samples(DEVICE, "device", bad=True), ids=named)
def test_every_bad_sample_is_noise(sample: Sample) -> None:
    assert Parser().feed(sample.data) == [FrameError("noise", len(sample.data) - 1)]


def test_our_lines_are_those_of_the_samples() -> None:
    ours = {sample.name: sample.data for sample in samples(DEVICE, "host")}
    digest = digest_of("498e4a67", "JBMIAProjectorLink")
    assert Command("POWR", "?").encode(digest) == ours["ask-power-first"]
    assert Command("POWR", "?").encode() == ours["ask-power"]
    assert Command("POWR", "1").encode() == ours["order-on"]
    assert Command("POWR", "0").encode() == ours["order-off"]
    assert Command("INPT", "31").encode() == ours["order-digital-1"]
    assert Command("INPT", "?").encode() == ours["ask-input"]
    assert Command("AVMT", "?").encode() == ours["ask-mute"]
    assert Command("ERST", "?").encode() == ours["ask-faults"]


@pytest.mark.parametrize(("name", "value"), [("POWR", "1\r%1POWR 0"), ("POWR", ""), ("POWER", "1"), ("INPT", "屏")])
def test_a_command_that_is_no_line_is_never_sent(name: str, value: str) -> None:
    with pytest.raises(ValueError):
        Command(name, value).encode()


def test_two_lines_in_one_read_are_two_messages() -> None:
    assert Parser().feed(b"PJLINK 0\r%1POWR=1\r") == [Greeting(None), Reply("POWR", "1")]


def test_ten_thousand_bytes_of_noise_do_not_lose_the_line_behind_them() -> None:
    noise = random.Random(7).randbytes(10_000).replace(b"\r", b"")
    assert good(Parser().feed(noise + b"%1POWR=1\r")) == [Reply("POWR", "1")]


def test_a_flood_without_an_end_is_held_in_a_few_bytes_and_little_time() -> None:
    parser, began = Parser(), time.process_time()
    for _ in range(2000):
        assert parser.feed(b"%1POWR=" * 700) == []
    assert time.process_time() - began < 20
    assert good(parser.feed(b"\r%1POWR=0\r"))[-1] == Reply("POWR", "0")


@given(st.binary(max_size=400), st.integers(1, 40))
@settings(deadline=None)
def test_any_bytes_in_any_split_give_the_same(data: bytes, piece: int) -> None:
    parser = Parser()
    split = [item for start in range(0, len(data), piece) for item in parser.feed(data[start : start + piece])]
    whole = Parser().feed(data)
    assert good(split) == good(whole)
    assert all(isinstance(item, Greeting | PasswordRefused | Reply | FrameError) for item in whole)
