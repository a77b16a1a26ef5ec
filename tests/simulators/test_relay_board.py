"""The simulated relay board against the samples of the manual; no Modbus library takes part here."""

from __future__ import annotations

import random
from io import BytesIO

import pytest
from PIL import Image

from drivers.checksums import crc16_modbus
from simulators.device import ActionRefused
from simulators.relay_board import SimulatedRelayBoard
from tests.frame_checks import samples

SAMPLES = {sample.name: sample.data for sample in samples("relay_board")}


class Board(SimulatedRelayBoard):
    def __init__(self) -> None:
        super().__init__("relay-1")
        self.said: list[bytes] = []
        self.attach(self.said.append)

    def asked(self, data: bytes) -> bytes:
        self.said.clear()
        self.hear(data)
        return b"".join(self.said)


def frame(hexes: str) -> bytes:
    body = bytes.fromhex(hexes)
    return body + crc16_modbus(body).to_bytes(2, "little")


def test_every_sample_frame_has_the_checksum_of_the_manual() -> None:
    for sample in samples("relay_board"):
        assert frame(sample.data[:-2].hex()) == sample.data, sample.name
    for sample in samples("relay_board", bad=True):
        assert frame(sample.data[:-2].hex()) != sample.data, sample.name


@pytest.mark.parametrize("split", [1, 3, 100])
def test_the_samples_of_the_manual_are_answered_to_the_byte(split: int) -> None:
    board = Board()

    def asked(name: str) -> bytes:
        board.said.clear()
        data = SAMPLES[name]
        for start in range(0, len(data), split):
            board.hear(data[start : start + split])
        return b"".join(board.said)

    assert asked("relay-0-on") == SAMPLES["relay-0-on"]
    board.asked(frame("01 05 00 06 FF 00"))
    assert asked("read-relays") == SAMPLES["relays-0-and-6"]
    assert asked("relay-0-toggle") == SAMPLES["relay-0-toggle"]
    assert board.show()["on"] == [6]
    assert asked("all-on") == SAMPLES["eight-set"]
    assert board.show()["on"] == list(range(8))
    assert asked("all-off") == SAMPLES["eight-set"]
    assert asked("relay-0-off") == SAMPLES["relay-0-off"]
    assert board.show()["on"] == []
    assert asked("read-address") == SAMPLES["address-is-1"]
    assert asked("read-version") == SAMPLES["version-2.00"]


def test_a_pulse_is_let_go_by_the_board_itself() -> None:
    board = Board()
    board.tick(10.0)
    assert board.asked(SAMPLES["pulse-0-half-s"]) == SAMPLES["pulse-0-half-s"]
    board.tick(10.4)
    assert board.show()["on"] == [0]
    board.tick(10.5)
    assert board.show()["on"] == []
    board.asked(SAMPLES["relay-0-on"])
    board.asked(SAMPLES["pulse-off-0-0.7-s"])
    assert board.show()["on"] == []
    board.tick(11.3)
    assert board.show()["on"] == [0]


@pytest.mark.parametrize("sample", samples("relay_board", bad=True), ids=lambda sample: sample.name)
def test_a_spoiled_frame_is_neither_answered_nor_obeyed(sample: object) -> None:
    board = Board()
    assert board.asked(sample.data) == b""  # type: ignore[attr-defined]
    assert board.show()["on"] == []


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("01 02 00 00 00 08", "01 82 01"),
        ("01 2B 0E 01 00", "01 AB 01"),
        ("01 01 00 00 00 09", "01 81 02"),
        ("01 01 00 08 00 01", "01 81 02"),
        ("01 01 00 00 00 00", "01 81 03"),
        ("01 05 00 08 FF 00", "01 85 02"),
        ("01 05 00 00 12 34", "01 85 03"),
        ("01 05 03 00 00 05", "01 85 02"),
        ("01 05 02 00 00 00", "01 85 03"),
        ("01 0F 00 00 00 09 02 FF 01", "01 8F 02"),
        ("01 0F 00 00 00 08 02 FF 01", "01 8F 03"),
        ("01 03 12 34 00 01", "01 83 02"),
        ("01 06 40 00 00 00", "01 86 03"),
    ],
)
def test_what_the_board_does_not_have_is_refused_with_the_code_of_the_manual(asked: str, answer: str) -> None:
    board = Board()
    assert board.asked(frame(asked)) == frame(answer)
    assert board.show()["on"] == []
    assert board.asked(SAMPLES["read-version"]) == SAMPLES["version-2.00"]


def test_an_exception_is_given_as_often_as_told() -> None:
    board = Board()
    board.do("answer_exception", {"code": 2, "times": 1})
    assert board.asked(SAMPLES["relay-0-on"]) == SAMPLES["no-such-address"]
    assert board.asked(SAMPLES["relay-0-on"]) == SAMPLES["relay-0-on"]
    board.do("answer_exception", {"code": 4})
    assert board.asked(SAMPLES["read-version"]) == SAMPLES["own-fault"]
    assert board.asked(SAMPLES["read-version"]) == SAMPLES["own-fault"]
    board.do("reset", {})
    assert board.asked(SAMPLES["read-relays"]) == frame("01 01 01 00")


def test_frames_for_others_and_broadcasts_get_no_answer() -> None:
    board = Board()
    assert board.asked(frame("02 05 00 00 FF 00")) == b""
    assert board.show()["on"] == []
    assert board.asked(frame("00 05 00 00 FF 00")) == b""
    assert board.show()["on"] == [0]
    board.do("other_address", {"address": 9})
    assert board.asked(SAMPLES["read-relays"]) == b""
    assert board.asked(frame("09 01 00 00 00 08")) == frame("09 01 01 01")


def test_rubbish_before_a_frame_does_not_lose_it_and_memory_stays_small() -> None:
    chance = random.Random(7)
    board = Board()
    for _ in range(20):
        board.hear(chance.randbytes(500))
        board.tick(board.slave.now_s + 1.0)
        board.do("reset", {})
        assert board.asked(SAMPLES["relay-0-on"]) == SAMPLES["relay-0-on"]
        assert board.show()["on"] == [0]
    board.hear(b"\x01\x0f" * 500_000)
    assert len(board.slave.waiting) <= 300
    board.tick(board.slave.now_s + 1.0)
    assert board.asked(SAMPLES["read-version"]) == SAMPLES["version-2.00"]


def test_half_a_frame_is_dropped_after_the_silence_that_ends_it() -> None:
    board = Board()
    board.tick(1.0)
    board.hear(SAMPLES["relay-0-on"][:5])
    board.tick(1.3)
    assert board.asked(SAMPLES["read-relays"]) == frame("01 01 01 00")


@pytest.mark.parametrize(
    ("action", "arguments"),
    [
        ("dance", {}),
        ("answer_exception", {}),
        ("answer_exception", {"code": 5}),
        ("answer_exception", {"code": True}),
        ("answer_exception", {"code": 1, "times": "x"}),
        ("other_address", {"address": 0}),
    ],
)
def test_an_action_that_a_board_cannot_do_is_refused(action: str, arguments: dict[str, object]) -> None:
    with pytest.raises(ActionRefused):
        Board().do(action, arguments)


def test_the_picture_shows_which_relays_are_on() -> None:
    board = Board()
    dark = Image.open(BytesIO(board.picture() or b"")).convert("RGB")
    board.asked(SAMPLES["all-on"])
    lit = Image.open(BytesIO(board.picture() or b"")).convert("RGB")
    lamps = [(26 + index * 89 + 42, 60) for index in range(8)]
    assert all(lit.getpixel(spot) != dark.getpixel(spot) for spot in lamps)
    assert board.audio() is None


def test_zones_are_heard_when_one_of_them_is_on() -> None:
    board = Board()
    board.asked(frame("01 05 00 02 FF 00"))
    assert board.any_on(frozenset({1, 2}))
    assert not board.any_on(frozenset({0, 99}))
