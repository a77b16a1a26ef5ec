"""The simulated sign against the vendor's paper, with bytes of our own making and without any driver."""

from __future__ import annotations

import io
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from drivers.checksums import crc16_arc
from simulators.device import ActionRefused
from simulators.dot_font import as_strings, glyph, text_rows
from simulators.led_sign import SimulatedOnbonSign
from tests.frame_checks import samples

FRAMES = {sample.name: sample.data for sample in samples("led_sign")}


class Bench:
    """A sign on a table, and what it has said."""

    def __init__(self, address: int = 1, **options: Any) -> None:
        self.sign = SimulatedOnbonSign("sign-1", address=address, options=options)
        self.said: list[bytes] = []
        self.sign.attach(self.said.append)

    def ask(self, data: bytes) -> bytes:
        self.said.clear()
        self.sign.hear(data)
        return b"".join(self.said)


def packet(data: bytes, to: int = 1, check: int = 0) -> bytes:
    header = to.to_bytes(2, "little") + b"\x00\x80" + bytes(4) + bytes([check, 0, 0xFE, 2])
    body = header + len(data).to_bytes(2, "little") + data
    body += crc16_arc(body).to_bytes(2, "little")
    for byte, pair in ((0xA6, b"\xa6\x01"), (0xA5, b"\xa6\x02"), (0x5B, b"\x5b\x01"), (0x5A, b"\x5b\x02")):
        body = body.replace(bytes([byte]), pair)
    return b"\xa5" * 8 + body + b"\x5a"


def area(text: bytes, *, display: int = 1, single: int = 1, stay: int = 0, **other: int) -> bytes:
    head = bytes([0]) + b"\x00\x80\x00\x00\x40\x80\x10\x00" + bytes([other.get("location", 0), 0, other.get("run", 0)])
    look = bytes([other.get("align", 0x0A), single, other.get("breaks", 1), display, 0, other.get("speed", 0), stay])
    whole = head + bytes([other.get("timeout", 0), 0, 0, 0]) + look + len(text).to_bytes(4, "little") + text
    return len(whole).to_bytes(2, "little") + whole


def areas(*parts: bytes, delete: bytes = b"\x00", process: int = 0) -> bytes:
    return b"\xa3\x06\x01" + bytes([process, 0]) + delete + bytes([len(parts)]) + b"".join(parts)


def nack(code: int) -> bytes:
    body = bytes.fromhex("008001000000000000 00FE020500A001") + bytes([code, 0, 0])
    body += crc16_arc(body).to_bytes(2, "little")
    return body


def refused(answer: bytes) -> int:
    """The code of a NACK."""
    plain = answer.strip(b"\xa5")[:-1]
    for pair, byte in ((b"\x5b\x02", 0x5A), (b"\x5b\x01", 0x5B), (b"\xa6\x02", 0xA5), (b"\xa6\x01", 0xA6)):
        plain = plain.replace(pair, bytes([byte]))
    assert plain[14:16] == b"\xa0\x01", plain.hex()
    assert plain == nack(plain[16])
    return plain[16]


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


# --- dots ----------------------------------------------------------------------------------------------------


def test_the_dots_of_a_call_are_the_fonts() -> None:
    bench = Bench()
    text = " A012号".encode("gb2312")
    bench.ask(packet(areas(area(rb"\FO000\C1" + text))))
    width, dots = text_rows(text)
    wanted = ["...." + row + "...." for row in as_strings(width, dots)]
    assert bench.sign.show()["rows"] == wanted
    assert wanted[9] == ".............######..#.#..#.....#......#.......#................"
    assert bench.sign.show()["lit"] == sum(row.count("#") for row in wanted) > 100


@pytest.mark.parametrize(("align", "left"), [(0x08, 0), (0x09, 48), (0x0A, 24)])
def test_alignment(align: int, left: int) -> None:
    bench = Bench()
    bench.ask(packet(areas(area("口".encode("gb2312"), align=align))))
    lit = [column for row in bench.sign.show()["rows"] for column, dot in enumerate(row) if dot == "#"]
    assert left <= min(lit)
    assert max(lit) < left + 16


def test_a_running_text_enters_at_the_right_edge_and_moves_dot_by_dot() -> None:
    bench = Bench()
    bench.ask(packet(areas(area("口口口口口".encode("gb2312"), display=3, speed=3))))
    assert bench.sign.show()["lit"] == 0
    bench.sign.tick(0.04 * 20)
    once = bench.sign.show()["rows"]
    bench.sign.tick(0.04 * 21)
    assert all(after[:-1] == before[1:] for before, after in zip(once, bench.sign.show()["rows"], strict=True))
    assert "#" in "".join(row[44:] for row in once)
    assert "#" not in "".join(row[:44] for row in once)


def test_a_page_rolls_in_from_below() -> None:
    bench = Bench()
    bench.ask(packet(areas(area("口".encode("gb2312"), display=5, stay=4))))
    assert bench.sign.show()["lit"] == 0
    bench.sign.tick(0.08)
    half = bench.sign.show()
    assert "#" not in "".join(half["rows"][:8])
    bench.sign.tick(0.2)
    assert bench.sign.show()["lit"] > half["lit"] > 0


def test_run_modes_stop_on_the_last_page_and_leave_in_time() -> None:
    bench = Bench()
    bench.ask(packet(areas(area(rb"A\nB\nC", single=2, stay=2, run=1))))
    bench.sign.tick(100.0)
    assert bench.sign.show()["visible"] == ["C"]
    bench.ask(packet(areas(area(b"A", run=2, timeout=5))))
    bench.sign.tick(104.9)
    assert bench.sign.show()["text"] == "A"
    bench.sign.tick(105.0)
    assert bench.sign.show()["text"] == ""


def test_lines_break_by_themselves_where_the_area_says_so() -> None:
    bench = Bench()
    bench.ask(packet(areas(area("请到三号窗口".encode("gb2312"), single=2, breaks=2, stay=2))))
    assert bench.sign.show()["pages"] == [["请到三号"], ["窗口"]]


def test_an_area_beyond_the_screen_is_cut_at_its_edges() -> None:
    bench = Bench(width=32, height=16)
    bench.ask(packet(areas(area("口口口口".encode("gb2312"), align=0x08))))
    assert {len(row) for row in bench.sign.show()["rows"]} == {32}
    huge = bytearray(area(b"A1"))
    huge[7 + 2 : 7 + 4] = b"\xff\xff"
    huge[5 + 2 : 7 + 2] = b"\xff\x7f"
    assert bench.ask(packet(areas(bytes(huge)))) == FRAMES["ack"]
    assert len(bench.sign.show()["rows"]) == 16


def test_a_power_cut_takes_the_text_and_the_brightness_stays() -> None:
    bench = Bench()
    bench.ask(FRAMES["show-ticket"])
    bench.ask(FRAMES["brightness"])
    bench.sign.do("power_cut", {})
    assert (bench.sign.show()["text"], bench.sign.show()["brightness"]) == ("", 12)


def test_every_character_of_gb2312_has_dots() -> None:
    for row in range(0x10, 0x58):
        for cell in range(1, 95):
            code = bytes([0xA0 + row, 0xA0 + cell])
            try:
                code.decode("gb2312")
            except UnicodeDecodeError:
                continue
            one = glyph(code)
            assert one.width == 16
            assert any(one.rows), code.hex()
    assert sum(map(bool, glyph(b"A").rows)) > 5
    assert glyph(b"\xff\xff") == glyph(b"\xf7\xff")  # the box for what no font has


# --- pictures ------------------------------------------------------------------------------------------------


def _red(picture: bytes | None) -> int:
    assert picture
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    return sum(pixel[0] > 150 and pixel[1] < 140 for pixel in image.get_flattened_data())


def test_the_picture_shows_what_is_lit_and_how_bright() -> None:
    bench = Bench()
    dark = bench.sign.picture()
    bench.ask(FRAMES["show-ticket"])
    bright = bench.sign.picture()
    assert _red(dark) == 0
    assert _red(bright) > bench.sign.show()["lit"] * 20
    bench.ask(FRAMES["brightness"])
    assert bench.sign.picture() != bright
    bench.ask(packet(b"\xa3\x00\x01\x00\x00\x02"))
    assert _red(bench.sign.picture()) == 0


# --- hostile -------------------------------------------------------------------------------------------------


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
