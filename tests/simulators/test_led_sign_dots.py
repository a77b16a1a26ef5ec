"""What the simulated sign shows: dots, pages, movement, pictures."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from simulators.dot_font import as_strings, glyph, text_rows
from tests.simulators.sign_bench import FRAMES, Bench, area, areas, packet


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
