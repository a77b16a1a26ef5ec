"""The simulated C-Power card against the maker's papers: frames, refusals, windows, dots, pictures."""

from __future__ import annotations

import io
import struct
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from simulators.device import ActionRefused
from simulators.lumen_sign import SimulatedLumenSign
from tests.frame_checks import samples

FRAMES = {sample.name: sample.data for sample in samples("lumen_sign")}
BAD = {sample.name: sample.data for sample in samples("lumen_sign", bad=True)}
LIT = bytes.fromhex("A5 E8 32 01 76 00 01 01 00 00 00 00 00 00 00 00 93 01 AE")


class Bench:
    """A sign on a table, and what it has said."""

    def __init__(self, address: int = 1, **options: Any) -> None:
        self.sign = SimulatedLumenSign("sign-1", address=address, options=options)
        self.said: list[bytes] = []
        self.sign.attach(self.said.append)

    def ask(self, data: bytes) -> bytes:
        self.said.clear()
        self.sign.hear(data)
        return b"".join(self.said)


def packet(command: int, data: bytes, card: int = 1, flag: int = 1) -> bytes:
    body = bytes([0x68, 0x32, card, command, flag]) + data
    body += (sum(body) & 0xFFFF).to_bytes(2, "little")
    for byte, pair in ((0xAA, b"\xaa\x0a"), (0xA5, b"\xaa\x05"), (0xAE, b"\xaa\x0e")):
        body = body.replace(bytes([byte]), pair)
    return b"\xa5" + body + b"\xae"


def call(body: bytes, number: int = 0, last: int = 0) -> bytes:
    return packet(0x7B, struct.pack("<HBB", len(body), number, last) + body)


def text(words: bytes, effect: int = 0, align: int = 5, speed: int = 1, stay_s: int = 0, window: int = 0) -> bytes:
    return call(struct.pack(">BBBBBHB", 0x12, window, effect, align, speed, stay_s, 2) + b"\xff\0\0" + words + b"\0")


def code(answer: bytes) -> int:
    return answer[5]


def test_the_papers_frames_do_what_they_say() -> None:
    bench = Bench()
    assert bench.ask(FRAMES["query-power"]) == LIT
    assert bench.ask(FRAMES["split"]) == FRAMES["call-done"]
    assert bench.ask(FRAMES["show-ticket"]) == FRAMES["call-done"]
    assert bench.sign.show()["text"] == "请A012"
    assert code(bench.ask(FRAMES["off"])) == 0
    assert (bench.sign.show()["power"], bench.sign.show()["lit"]) == (False, 0)
    bench.ask(FRAMES["on"])
    assert bench.sign.show()["lit"] > 50
    bench.ask(FRAMES["pure-text"])
    assert bench.sign.show()["pages"] == [["abc"], ["cba"]]
    bench.ask(FRAMES["restart-app"])
    assert bench.sign.show()["text"] == ""


def test_the_network_has_its_own_framing() -> None:
    bench = Bench()
    bench.ask(FRAMES["split"] + FRAMES["show-ticket"])
    answer = bench.ask(FRAMES["tcp-exit"])
    assert answer == bytes.fromhex("FF FF FF FF 00 0B 00 00 E8 32 01 7B 00 00 00 00 00 96 01")
    assert bench.sign.show()["text"] == ""
    assert Bench(framing="serial").ask(FRAMES["tcp-exit"]) == b""
    assert Bench(framing="tcp").ask(FRAMES["query-power"]) == b""


@pytest.mark.parametrize("name", BAD)
def test_a_bad_frame_changes_nothing(name: str) -> None:
    bench = Bench()
    bench.ask(FRAMES["split"])
    answer = bench.ask(BAD[name])
    assert answer == b"" or code(answer) == 1
    assert bench.sign.show()["text"] == ""
    assert bench.ask(FRAMES["query-power"]) == LIT


def test_everybody_and_nobody_else() -> None:
    bench = Bench(address=7)
    assert bench.ask(FRAMES["query-power"]) == b""
    assert bench.sign.show()["counters"]["foreign"] == 1
    assert bench.ask(packet(0x76, b"\x01", card=0xFF))[3] == 7
    assert bench.ask(packet(0x76, bytes([0, 0, *bytes(7)]), card=0xFF, flag=0)) == b""
    assert bench.sign.show()["power"] is False


def test_old_firmware_answers_as_the_host_speaks() -> None:
    assert Bench(firmware="3.2").ask(FRAMES["query-power"])[1] == 0x68


@pytest.mark.parametrize(
    ("frame", "refusal"),
    [
        (text(b"A1"), 3),  # no window yet
        (call(b"\x01\x00"), 3),
        (call(b"\x01\x01" + bytes(8)), 3),
        (call(b"\x55"), 3),
        (call(b""), 3),
        (packet(0x7B, b"\x05\x00\x00\x00\x01"), 2),
        (call(b"\x01", number=1, last=1), 2),
    ],
)
def test_what_it_cannot_do_is_refused(frame: bytes, refusal: int) -> None:
    bench = Bench()
    assert code(bench.ask(frame)) == refusal
    assert bench.ask(FRAMES["query-power"]) == LIT


def test_files_are_refused_and_a_write_of_the_flash_is_counted() -> None:
    bench = Bench()
    assert bench.ask(packet(0x30, b"wb"))[6] == 0
    bench.ask(call(b"\x07\x00\x00\x00"))
    assert bench.sign.show()["counters"]["flash_writes"] == 1


def test_pieces_are_put_together_and_their_order_matters() -> None:
    bench = Bench()
    whole = bytes([0x01, 1]) + struct.pack(">HHHH", 0, 0, 64, 16)
    assert code(bench.ask(call(whole[:4], 0, 2))) == 0
    assert code(bench.ask(call(whole[4:6], 1, 2))) == 0
    assert code(bench.ask(call(whole[4:6], 1, 2))) == 2
    assert code(bench.ask(call(whole[6:], 2, 2))) == 0
    assert code(bench.ask(text(b"A1"))) == 0


def test_brightness_and_version() -> None:
    bench = Bench()
    assert bench.ask(packet(0x46, bytes([0] + [14] * 24)))[6] == 1
    assert bench.sign.show()["brightness"] == 7
    assert bench.ask(packet(0x46, b"\x01"))[6:31] == bytes([1] + [14] * 24)
    assert bench.ask(packet(0x46, bytes([0] + [32] * 24)))[6] == 0
    assert bench.ask(packet(0x2E, b"\x00"))[13] == 0x35


@pytest.mark.parametrize(("align", "left"), [(0, 0), (1, 24), (2, 48)])
def test_alignment(align: int, left: int) -> None:
    bench = Bench()
    bench.ask(FRAMES["split"] + text("口".encode("gb2312"), align=align))
    lit = [column for row in bench.sign.show()["rows"] for column, dot in enumerate(row) if dot == "#"]
    assert left <= min(lit)
    assert max(lit) < left + 16


def test_a_running_text_moves_and_a_flickering_one_goes_dark() -> None:
    bench = Bench()
    bench.ask(FRAMES["split"] + text("口口口口口".encode("gb2312"), effect=0x0E, speed=4))
    assert bench.sign.show()["lit"] == 0
    bench.sign.tick(0.04 * 20)
    once = bench.sign.show()["rows"]
    bench.sign.tick(0.04 * 21)
    assert all(after[:-1] == before[1:] for before, after in zip(once, bench.sign.show()["rows"], strict=True))
    bench.ask(text(b"A1", effect=0x0D))
    assert bench.sign.show()["lit"] > 0
    bench.sign.tick(0.04 * 21 + 0.5)
    assert bench.sign.show()["lit"] == 0


@pytest.mark.parametrize("order", ["msb", "lsb"])
def test_a_picture_has_its_dots_where_they_were_sent(order: str) -> None:
    bench = Bench(bit_order=order)
    first = 0x80 if order == "msb" else 0x01
    data = bytes([first, 0]) + bytes(2 * 14) + bytes([0, 0x10 if order == "msb" else 0x08])
    head = struct.pack(">BBBBHBHH", 3, 0, 0, 1, 0, 4, 5, 0) + b"I1" + struct.pack("<HHBB", 12, 16, 1, 0)
    assert code(bench.ask(FRAMES["split"] + call(head + data))) == 0
    rows = bench.sign.show()["rows"]
    assert [(y, row.index("#")) for y, row in enumerate(rows) if "#" in row] == [(0, 5), (15, 16)]
    assert code(bench.ask(call(head + data[:-1]))) == 3


@given(st.binary(max_size=300))
def test_any_bytes_raise_nothing_and_the_next_question_is_answered(rubbish: bytes) -> None:
    bench = Bench(framing="serial")
    bench.ask(rubbish)
    assert bench.ask(FRAMES["query-power"]).endswith(LIT)


@given(st.binary(max_size=80))
def test_any_call_in_a_right_frame_is_done_or_refused(body: bytes) -> None:
    bench = Bench(framing="serial")
    bench.ask(FRAMES["split"])
    assert bench.ask(call(body))
    bench.sign.tick(3.3)
    assert len(bench.sign.show()["rows"]) == 16
    assert bench.sign.picture()


def test_a_megabyte_of_rubbish_leaves_nothing_behind() -> None:
    bench = Bench(framing="serial")
    bench.ask(Random(3).randbytes(1_000_000))
    assert bench.ask(FRAMES["query-power"]).endswith(LIT)


def test_the_picture_shows_what_is_lit() -> None:
    bench = Bench()
    dark = bench.sign.picture()
    bench.ask(FRAMES["split"] + FRAMES["show-ticket"])
    lit = bench.sign.picture()
    assert dark != lit
    assert lit is not None
    assert Image.open(io.BytesIO(lit)).width > 64


@pytest.mark.parametrize(("action", "arguments"), [("dance", {}), ("answer_error", {}), ("answer_error", {"code": 0})])
def test_a_wrong_action_is_refused_in_words(action: str, arguments: dict[str, Any]) -> None:
    with pytest.raises(ActionRefused):
        Bench().sign.do(action, arguments)
