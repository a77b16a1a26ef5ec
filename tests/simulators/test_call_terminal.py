"""The simulated terminal by itself: keys, patience, display, evaluator."""

from __future__ import annotations

import io
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from simulators.call_terminal import KEYS, SimulatedCallTerminal
from simulators.device import ActionRefused
from tests.frame_checks import samples

FRAMES = {sample.name: sample.data for sample in samples("call_terminal")}


class Bench:
    """A terminal on a table, and what it has said."""

    def __init__(self) -> None:
        self.terminal = SimulatedCallTerminal("t3", address=3, window=3)
        self.said: list[bytes] = []
        self.terminal.attach(self.said.append)

    def press(self, **what: Any) -> list[bytes]:
        self.said.clear()
        self.terminal.do("press", what)
        return list(self.said)

    def counter(self, name: str) -> int:
        return int(self.terminal.show()["counters"][name])


@pytest.mark.parametrize(
    ("what", "frame"),
    [
        ({"key": "call"}, "call-next"),
        ({"key": "recall"}, "recall"),
        ({"key": "evaluate"}, "evaluate"),
        ({"key": "wait"}, "pause"),
        ({"key": "pause"}, "pause"),
        ({"keys": ["6", "confirm"]}, "give-up"),
        ({"keys": [6, "confirm"]}, "give-up"),
        ({"keys": ["1", "2", "call"]}, "call-number"),
        ({"evaluator": 3}, "evaluator-press"),
    ],
)
def test_keys_say_the_documents_frames(what: dict[str, Any], frame: str) -> None:
    assert Bench().press(**what) == [FRAMES[frame]]


def test_digits_wait_for_a_key_and_cancel_takes_them_back() -> None:
    bench = Bench()
    assert bench.press(keys=["1", "2"]) == []
    assert bench.terminal.show()["typed"] == "12"
    assert bench.press(key="cancel") == []
    assert bench.terminal.show()["typed"] == ""
    assert bench.press(key="cancel")[0][7] == KEYS["cancel"]


def test_the_paging_keys_say_nothing() -> None:
    assert Bench().press(keys=["up", "down"]) == []


def test_without_an_echo_it_repeats_three_times_and_gives_up() -> None:
    bench = Bench()
    bench.press(key="call")
    for tenth in range(1, 20):
        bench.terminal.tick(tenth / 10)
    assert bench.said == [FRAMES["call-next"]] * 4
    assert bench.terminal.show()["answer"] == "unanswered"
    assert bench.counter("given_up") == 1


def test_it_never_repeats_before_its_hundred_milliseconds() -> None:
    bench = Bench()
    bench.terminal.tick(5.0)
    bench.press(key="call")
    bench.terminal.tick(5.1)
    assert len(bench.said) == 1
    bench.terminal.tick(5.2)
    assert len(bench.said) == 2


def test_an_echo_ends_the_waiting_and_a_wrong_one_does_not() -> None:
    bench = Bench()
    bench.press(key="call")
    bench.terminal.hear(FRAMES["recall"])
    assert bench.terminal.show()["answer"] == "waiting"
    for byte in FRAMES["call-next"]:
        bench.terminal.hear(bytes([byte]))
    assert bench.terminal.show()["answer"] == "ok"
    for tenth in range(1, 10):
        bench.terminal.tick(tenth / 10)
    assert len(bench.said) == 1


def test_a_second_key_waits_until_the_first_is_answered() -> None:
    bench = Bench()
    bench.press(keys=["call", "recall"])
    assert bench.said == [FRAMES["call-next"]]
    bench.terminal.hear(FRAMES["call-next"])
    assert bench.said == [FRAMES["call-next"], FRAMES["recall"]]


def test_numbers_beeps_and_stars() -> None:
    bench = Bench()
    bench.terminal.hear(FRAMES["show-waiting"])
    assert (bench.terminal.show()["waiting"], bench.terminal.show()["ticket"]) == ("007", "")
    bench.terminal.hear(FRAMES["show-ticket"] + FRAMES["beep"] + FRAMES["stars"])
    shown = bench.terminal.show()
    assert (shown["waiting"], shown["ticket"], shown["beeps"], shown["evaluator"]["stars"]) == ("", "012", 1, 5)


def test_another_terminals_numbers_are_not_shown() -> None:
    bench = Bench()
    bench.terminal.hear(bytes.fromhex("FF 68 08 08 68 04 02 00 00 07 0A 0A 0A 2B 16"))
    assert bench.terminal.show()["waiting"] == ""


def test_the_evaluator_asks_after_the_evaluate_key_for_a_while() -> None:
    bench = Bench()
    bench.press(key="evaluate")
    assert bench.terminal.show()["evaluator"]["asking"]
    bench.terminal.tick(15.0)
    assert not bench.terminal.show()["evaluator"]["asking"]
    bench.terminal.hear(FRAMES["start-evaluation"])
    assert bench.terminal.show()["evaluator"]["asking"]


@pytest.mark.parametrize(
    "what",
    [
        {}, {"key": "fly"}, {"key": True}, {"key": None}, {"keys": []}, {"keys": "call"}, {"keys": ["1"] * 13},
        {"evaluator": 5}, {"evaluator": "3"}, {"key": "1", "keys": ["1"]}, {"key": 12}, {"keys": ["call", "fly"]},
    ],
)  # fmt: skip
def test_a_wrong_press_is_refused_and_presses_nothing(what: dict[str, Any]) -> None:
    bench = Bench()
    with pytest.raises(ActionRefused):
        bench.press(**what)
    assert bench.said == []
    with pytest.raises(ActionRefused):
        bench.terminal.do("dance", {})


@given(st.binary(max_size=300))
def test_any_bytes_raise_nothing_and_the_next_order_is_heard(rubbish: bytes) -> None:
    bench = Bench()
    bench.terminal.hear(rubbish)
    for _ in range(4):
        bench.terminal.hear(FRAMES["beep"])
    assert bench.terminal.show()["beeps"] >= 1


def test_a_megabyte_of_rubbish_leaves_nothing_behind() -> None:
    bench = Bench()
    bench.terminal.hear(Random(9).randbytes(1_000_000) + FRAMES["beep"] * 5)
    assert bench.terminal.show()["beeps"] >= 1


def test_the_picture_changes_with_what_is_shown() -> None:
    bench = Bench()
    before = bench.terminal.picture()
    bench.terminal.hear(FRAMES["show-ticket"])
    after = bench.terminal.picture()
    assert before
    assert after
    assert before != after
    assert Image.open(io.BytesIO(after)).size == (760, 470)
    bench.press(key="5")
    assert bench.terminal.picture() != after
