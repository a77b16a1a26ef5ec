"""The simulated projector by the specification's own lines, without our driver."""

from __future__ import annotations

import hashlib
from io import BytesIO

import pytest
from PIL import Image

from simulators.device import ActionRefused, WrongArgument
from simulators.projector import SimulatedProjector
from tests.frame_checks import samples

HOST = {sample.name: sample.data for sample in samples("pjlink_display", "host")}
DEVICE = {sample.name: sample.data for sample in samples("pjlink_display", "device")}


class Visitor:
    """Says lines to a projector and keeps what it answers."""

    def __init__(self, projector: SimulatedProjector) -> None:
        self.projector = projector
        self.heard = bytearray()
        self.hung_up = 0
        projector.attach(self.heard.extend)
        projector.welcome(self._hung_up)

    def _hung_up(self) -> None:
        self.hung_up += 1

    def answer(self, data: bytes) -> bytes:
        self.heard.clear()
        self.projector.hear(data)
        return bytes(self.heard)


def lit() -> tuple[SimulatedProjector, Visitor]:
    projector = SimulatedProjector("tv")
    visitor = Visitor(projector)
    assert bytes(visitor.heard) == DEVICE["greeting-open"]
    projector.tick(1.0)
    assert visitor.answer(HOST["order-on"]) == DEVICE["power-done"]
    assert visitor.answer(HOST["ask-power"]) == DEVICE["power-warming"]
    projector.tick(9.0)
    assert visitor.answer(HOST["ask-power"]) == DEVICE["power-on"]
    return projector, visitor


def test_it_answers_each_sample_as_the_paper_says() -> None:
    projector, visitor = lit()
    assert visitor.answer(HOST["order-digital-1"]) == b"%1INPT=OK\r"
    assert visitor.answer(HOST["ask-input"]) == DEVICE["input-digital-1"]
    assert visitor.answer(HOST["ask-faults"]) == DEVICE["faults-none"]
    projector.do("press", {"key": "mute"})
    assert visitor.answer(HOST["ask-mute"]) == DEVICE["muted"]
    assert visitor.answer(b"%1POWR 7\r") == DEVICE["power-parameter"]
    assert visitor.answer(b"%1WARP 1\r") == b"%1WARP=ERR1\r"
    assert visitor.answer(HOST["order-off"]) == DEVICE["power-done"]
    assert visitor.answer(HOST["order-on"]) == DEVICE["power-not-now"]
    assert visitor.answer(HOST["order-digital-1"]) == b"%1INPT=ERR3\r"
    projector.do("refuse", {"times": 1})
    assert visitor.answer(HOST["ask-power"]) == DEVICE["power-fault"]


def test_two_lines_at_once_and_one_byte_at_a_time_are_the_same() -> None:
    _, visitor = lit()
    assert visitor.answer(HOST["ask-power"] * 2) == DEVICE["power-on"] * 2
    got = b"".join(visitor.answer(HOST["ask-power"][place : place + 1]) for place in range(len(HOST["ask-power"])))
    assert got == DEVICE["power-on"]


def test_the_first_line_must_prove_the_password_and_the_others_need_not() -> None:
    projector = SimulatedProjector("tv")
    projector.do("set_password", {"password": "CeShi"})
    visitor = Visitor(projector)
    number = bytes(visitor.heard)[9:17]
    proof = hashlib.md5(number + b"CeShi").hexdigest().encode()
    assert visitor.answer(proof + HOST["ask-power"]) == DEVICE["power-off"]
    assert visitor.answer(HOST["ask-power"]) == DEVICE["power-off"]
    visitor = Visitor(projector)
    assert visitor.answer(HOST["ask-power"]) == DEVICE["password-refused"]
    projector.tick(1.0)
    assert visitor.hung_up == 1


def test_a_silent_connection_is_ended_after_half_a_minute() -> None:
    projector, visitor = lit()
    projector.tick(38.0)
    assert visitor.hung_up == 0
    projector.tick(40.0)
    assert visitor.hung_up == 1


def test_a_broken_lamp_goes_out_and_is_told() -> None:
    projector, visitor = lit()
    projector.do("fault", {"part": "lamp"})
    projector.do("fault", {"part": "cover"})
    assert visitor.answer(HOST["ask-faults"]) == DEVICE["faults-lamp-and-cover"]
    assert projector.power == "cooling"
    projector.tick(99.0)
    assert visitor.answer(HOST["order-on"]) == DEVICE["power-fault"]


def test_its_picture_changes_with_what_it_does() -> None:
    projector, _ = lit()
    pictures = {projector.picture()}
    for action, arguments in (("press", {"key": "mute"}), ("press", {"key": "power"}), ("fault", {"part": "fan"})):
        projector.do(action, arguments)
        pictures.add(projector.picture())
    assert len(pictures) == 4
    assert all(Image.open(BytesIO(picture or b"")).size == (640, 400) for picture in pictures)


def test_what_it_cannot_do_is_said() -> None:
    with pytest.raises(ActionRefused):
        SimulatedProjector("tv").do("fly", {})
    with pytest.raises(WrongArgument):
        SimulatedProjector("tv").do("fault", {"part": "leg"})
