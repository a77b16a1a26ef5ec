"""The simulated scanner against the published frames, its actions, and what it never tells."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from simulators.code_reader import SimulatedGm65Reader, SimulatedNewlandReader, SimulatedPlainReader
from simulators.device import ActionRefused, WrongArgument
from simulators.pass_office import base45, cbor
from tests.frame_checks import samples

FRAMES = {sample.name: sample.data for sample in samples("code_reader") + samples("code_reader", bad=True)}


class Heard:
    """What the scanner says."""

    def __init__(self, reader: SimulatedPlainReader) -> None:
        self.reader = reader
        self.said = bytearray()
        reader.attach(self._take)

    def _take(self, data: bytes) -> None:
        self.said += data

    def after(self, data: bytes, piece: int = 1000) -> bytes:
        self.said.clear()
        for place in range(0, len(data), piece):
            self.reader.hear(data[place : place + piece])
        return bytes(self.said)


def gm65(**options: Any) -> Heard:
    return Heard(SimulatedGm65Reader("reader", options=options))


def newland(**options: Any) -> Heard:
    return Heard(SimulatedNewlandReader("reader", options=options))


@pytest.mark.parametrize("piece", [1, 3, 1000])
@pytest.mark.parametrize(
    ("command", "reply"),
    [
        ("gm65-trigger", "gm65-done"),
        ("gm65-trigger-unchecked", "gm65-done"),
        ("gm65-stop", "gm65-done"),
        ("gm65-stop-unchecked", "gm65-done"),
        ("gm65-read-baud", "gm65-baud-9600"),
        ("gm65-set-9600", "gm65-done"),
        ("gm65-save", "gm65-done"),
        ("gm65-heartbeat", "gm65-beat"),
        ("gm65-factory", "gm65-done"),
    ],
)
def test_a_gm65_answers_every_published_command(command: str, reply: str, piece: int) -> None:
    assert gm65().after(FRAMES[command], piece) == FRAMES[reply]


def test_a_gm65_does_not_answer_a_wrong_crc_and_hears_what_follows() -> None:
    heard = gm65()
    spoiled = FRAMES["gm65-heartbeat"][:-1] + b"\x00"
    assert heard.after(spoiled) == b""
    assert heard.reader.show()["broken"] == 1
    assert heard.after(b"\x00\x7e\x13" + FRAMES["gm65-heartbeat"]) == FRAMES["gm65-beat"]
    assert heard.after(FRAMES["bad-gm65-save-too-long"] + FRAMES["gm65-heartbeat"])[-7:] == FRAMES["gm65-beat"]


def test_a_newland_answers_done_or_unknown() -> None:
    assert newland().after(FRAMES["newland-trigger"], 1) == FRAMES["newland-done"]
    assert newland().after(b"\x7e\x010000#NOSUCH;\x03") == b"\x02\x010000#NOSUCH\x05;\x03"
    assert newland().after(b"\x7e\x010001#QRYSYS;\x03") == b""


def test_a_honeywell_obeys_and_says_nothing() -> None:
    heard = newland(dialect="honeywell")
    heard.reader.do("mode", {"mode": "trigger"})
    heard.reader.do("scan", {"text": "A012"})
    assert heard.after(FRAMES["honeywell-trigger"]) == b"A012\r\n"
    assert heard.after(FRAMES["honeywell-release"]) == b""
    assert heard.reader.show()["commands"] == 2


def test_a_honeywell_looks_for_nothing_at_a_menu_command_and_hears_what_follows() -> None:
    heard = newland(dialect="honeywell")
    heard.reader.do("mode", {"mode": "trigger"})
    heard.reader.do("scan", {"text": "A012"})
    for sign in (b"!", b"."):
        assert heard.after(FRAMES["honeywell-menu"] + b"TERMID0" + sign, 1) == b""
    assert heard.after(FRAMES["honeywell-menu"] + b"TERMID0." + FRAMES["honeywell-trigger"]) == b"A012\r\n"
    assert heard.reader.show()["commands"] == 1


def test_codes_in_each_suffix_and_frame() -> None:
    for suffix, wanted in (("cr", b"A\r"), ("lf", b"A\n"), ("crlf", b"A\r\n"), ("none", b"A"), ("any", b"A\r\n")):
        heard = Heard(SimulatedPlainReader("reader", options={"suffix": suffix}))
        heard.reader.do("scan", {"text": "A"})
        assert heard.said == wanted
    framed = gm65(framing="03-length", suffix="none")
    framed.reader.do("scan", {"text": "A012"})
    assert framed.said == b"\x03\x00\x04A012"
    by_zone = gm65(suffix="none")
    by_zone.after(bytes.fromhex("7E 00 08 01 00 60 81 AB CD"))
    by_zone.said.clear()
    by_zone.reader.do("scan", {"text": "A012"})
    assert by_zone.said == b"\x03\x00\x04A012"


def test_zone_00_makes_it_wait_to_be_triggered() -> None:
    heard = gm65()
    heard.after(bytes.fromhex("7E 00 08 01 00 00 D5 AB CD"))
    assert heard.reader.show()["mode"] == "trigger"
    heard.said.clear()
    heard.reader.do("scan", {"text": "A012"})
    assert heard.said == b""
    assert heard.after(FRAMES["gm65-trigger"]) == FRAMES["gm65-done"] + b"A012\r\n"


def test_what_is_before_the_window_is_taken_away_in_time() -> None:
    heard = gm65()
    heard.reader.tick(100.0)
    heard.reader.do("mode", {"mode": "trigger"})
    heard.reader.do("scan", {"text": "A012"})
    heard.reader.tick(111.0)
    assert heard.after(FRAMES["gm65-trigger"]) == FRAMES["gm65-done"]


@pytest.mark.parametrize(
    ("action", "arguments", "field"),
    [
        ("scan", {}, "text"),
        ("scan", {"text": ""}, "text"),
        ("scan", {"text": 1}, "text"),
        ("scan", {"text": "x" * 9000}, "text"),
        ("scan", {"text": "a", "hex": "00"}, "text"),
        ("scan", {"hex": "0"}, "hex"),
        ("scan", {"x": "a"}, "x"),
        ("mode", {"mode": "asleep"}, "mode"),
        ("press", {"finger": 1}, "finger"),
    ],
)
def test_wrong_arguments_are_named(action: str, arguments: dict[str, Any], field: str) -> None:
    with pytest.raises(WrongArgument) as caught:
        SimulatedPlainReader("reader").do(action, arguments)
    assert caught.value.field == field


def test_what_it_cannot_do_is_refused() -> None:
    reader = SimulatedPlainReader("reader")
    for action, arguments in (("tap_card", {}), ("scan", {"pass": "good"})):
        with pytest.raises(ActionRefused):
            reader.do(action, arguments)
    reader.make_pass = lambda kind: "PASS" if kind == "good" else _unknown()
    assert reader.do("scan", {"pass": "good"})["last_pass"] == "good"
    with pytest.raises(WrongArgument):
        reader.do("scan", {"pass": "golden"})


def _unknown() -> str:
    raise ValueError("pass is one of good")


def test_no_view_tells_what_was_read() -> None:
    reader = SimulatedPlainReader("reader")
    reader.do("scan", {"text": "秘密 SECRET"})
    assert "SECRET" not in str(reader.show()) + str(vars(reader))
    assert reader.show()["last_length"] == len("秘密 SECRET".encode())
    assert reader.audio() is None


def test_the_picture_shows_whether_it_looks() -> None:
    reader = SimulatedPlainReader("reader")
    pictures = [reader.picture()]
    reader.do("mode", {"mode": "trigger"})
    pictures.append(reader.picture())
    reader.do("scan", {"text": "A"})
    pictures.append(reader.picture())
    assert len(set(pictures)) == 3
    for one in pictures:
        assert one is not None
        assert Image.open(io.BytesIO(one)).size == (240, 240)


def test_the_office_writes_published_base45_and_cbor() -> None:
    assert base45(b"base-45") == "UJCLQE7W581"
    for value, wanted in (
        (0, "00"), (23, "17"), (24, "1818"), (1000, "1903e8"), (1_000_000, "1a000f4240"), (2**40, "1b0000010000000000"),
        (None, "f6"), (b"\x01\x02", "420102"), ("IETF", "6449455446"), ([1, [2]], "82018102"),
    ):  # fmt: skip
        assert cbor(value).hex() == wanted
