"""The simulated input board and keypad against the samples of the paper; no Modbus library takes part here."""

from __future__ import annotations

import random
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from drivers.checksums import crc16_modbus
from simulators.device import ActionRefused
from simulators.input_board import SimulatedInputBoard, SimulatedKeypad
from tests.drivers.modbus_hall import ModbusHall
from tests.frame_checks import samples

SAMPLES = {sample.name: sample.data for sample in samples("input_board")}


class Board(SimulatedInputBoard):
    def __init__(self, **options: Any) -> None:
        super().__init__("inputs-1", options=options)
        self.said: list[bytes] = []
        self.attach(self.said.append)

    def asked(self, data: bytes) -> bytes:
        self.said.clear()
        self.hear(data)
        return b"".join(self.said)


def frame(hexes: str) -> bytes:
    body = bytes.fromhex(hexes)
    return body + crc16_modbus(body).to_bytes(2, "little")


def test_every_sample_frame_has_the_checksum_of_the_paper() -> None:
    for sample in samples("input_board"):
        assert frame(sample.data[:-2].hex()) == sample.data, sample.name
    for sample in samples("input_board", bad=True):
        assert frame(sample.data[:-2].hex()) != sample.data, sample.name


@pytest.mark.parametrize("split", [1, 3, 100])
def test_the_samples_of_the_paper_are_answered_to_the_byte(split: int) -> None:
    board = Board()
    board.do("set", {"input": 0, "on": True})
    for asked, answer in [
        (SAMPLES["read-inputs"], SAMPLES["input-0"]),
        (SAMPLES["read-modes"], frame("01 03 10" + "0001" * 8)),
        (SAMPLES["free-input-0"], SAMPLES["free-input-0"]),
        (SAMPLES["read-modes"], frame("01 03 10 0000" + "0001" * 7)),
    ]:
        board.said.clear()
        for start in range(0, len(asked), split):
            board.hear(asked[start : start + split])
        assert b"".join(board.said) == answer
    board.do("set", {"input": 0, "on": False})
    assert board.asked(SAMPLES["read-inputs"]) == SAMPLES["no-input"]


@pytest.mark.parametrize("sample", samples("input_board", bad=True), ids=lambda sample: sample.name)
def test_a_spoiled_frame_is_not_answered(sample: Any) -> None:
    assert Board().asked(sample.data) == b""


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("01 01 00 00 00 08", "01 81 01"),
        ("01 05 00 00 FF 00", "01 85 01"),
        ("01 02 00 00 00 09", "01 82 02"),
        ("01 02 00 00 00 00", "01 82 03"),
        ("01 03 12 34 00 01", "01 83 02"),
        ("01 03 10 00 00 09", "01 83 02"),
        ("01 06 10 08 00 00", "01 86 02"),
        ("01 06 10 00 00 09", "01 86 03"),
        ("01 06 40 00 00 00", "01 86 03"),
    ],
)
def test_what_the_board_does_not_have_is_refused(asked: str, answer: str) -> None:
    assert Board().asked(frame(asked)) == frame(answer)


@pytest.mark.parametrize("code", [1, 2, 3, 4])
def test_an_exception_is_given_as_often_as_told(code: int) -> None:
    name = {1: "no-such-function", 2: "no-such-address", 3: "no-such-value", 4: "own-fault"}[code]
    board = Board()
    board.do("answer_exception", {"code": code, "times": 1})
    assert board.asked(SAMPLES["read-inputs"]) == SAMPLES[name]
    assert board.asked(SAMPLES["read-inputs"]) == SAMPLES["no-input"]


def test_a_person_presses_for_a_moment_and_a_contact_rests_as_the_hall_file_says() -> None:
    board = Board(invert=[1])
    board.tick(10.0)
    board.do("press", {"input": 0})
    board.do("press", {"input": 1})
    assert board.show()["inputs"][:2] == [True, False]
    board.tick(10.3)
    assert board.show()["inputs"][:2] == [True, False]
    board.tick(10.5)
    assert board.show()["inputs"][:2] == [False, True]
    assert board.show()["presses"][:2] == [1, 1]


def test_rubbish_before_a_frame_does_not_lose_it_and_memory_stays_small() -> None:
    chance, board = random.Random(9), Board()
    for _ in range(20):
        board.hear(chance.randbytes(500))
        board.tick(board.slave.now_s + 1.0)
        board.slave.address = 1
        board.modes = [1] * 8
        assert board.asked(SAMPLES["read-inputs"]) == SAMPLES["no-input"]
    board.hear(b"\x01\x10" * 500_000)
    assert len(board.slave.waiting) <= 300


@pytest.mark.parametrize(
    ("action", "arguments"),
    [
        ("dance", {}),
        ("press", {}),
        ("press", {"input": 8}),
        ("press", {"input": True}),
        ("press", {"input": 0, "key": 1}),
        ("set", {"input": 0}),
        ("set", {"input": 0, "on": 1}),
        ("answer_as", {"address": 0}),
    ],
)
def test_an_action_that_a_board_cannot_do_is_refused(action: str, arguments: dict[str, object]) -> None:
    with pytest.raises(ActionRefused):
        Board().do(action, arguments)


def test_the_pictures_show_what_is_on_and_what_is_down() -> None:
    board = Board(inputs=12)
    before = Image.open(BytesIO(board.picture() or b"")).convert("RGB")
    board.do("set", {"input": 9, "on": True})
    after = Image.open(BytesIO(board.picture() or b"")).convert("RGB")
    changed = [(x, y) for x in range(0, before.width, 4) for y in range(0, before.height, 4)]
    changed = [spot for spot in changed if before.getpixel(spot) != after.getpixel(spot)]
    assert changed
    assert all(109 <= x <= 182 and y >= 156 for x, y in changed), "only the lamp of input 9, in the second row"
    keypad = SimulatedKeypad("keypad-1", options={"keys": {"1": "recall"}})
    up = keypad.picture()
    keypad.do("press", {"input": 1})
    assert up is not None
    assert keypad.picture() != up
    assert keypad.show()["keys"][:2] == ["", "recall"]
    assert board.audio() is None


def test_one_board_with_relays_and_inputs_answers_once_at_its_one_address(tmp_path: Path) -> None:
    both: list[dict[str, Any]] = [
        {"id": "relays", "driver": "waveshare-relay", "address": 1},
        {"id": "inputs", "driver": "modbus-inputs", "address": 1, "options": {"board": "relays", "decouple": True}},
    ]
    hall = ModbusHall(tmp_path, both)
    hall.do("inputs", "set", input=5, on=True)
    assert hall.shows("relays")["on"] == [5], "as delivered, an input drives its relay"
    hall.start()
    hall.ready("relays", "inputs")
    assert hall.shows("relays")["on"] == [], "off at the first meeting"
    hall.do("inputs", "set", input=6, on=True)
    assert hall.shows("relays")["on"] == [], "and let go of"
    for device in ("relays", "inputs"):
        assert hall.shows(device)["refusals"] == 0 or device == "relays"
    hall.stop()
