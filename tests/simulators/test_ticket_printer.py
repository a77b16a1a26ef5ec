"""The simulated printer against the Epson reference: bytes written out by hand, no driver."""

from __future__ import annotations

import io
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from simulators import escpos_paper
from simulators.device import ActionRefused
from simulators.escpos_paper import NoFont, Slip
from simulators.ticket_printer import SimulatedEscposPrinter
from tests.frame_checks import Sample, samples

CUT = b"\x1d\x56\x00"
# From python-escpos' tests: "1234", size 3, level L.
QR_1234 = bytes.fromhex(
    "1D286B0400 31413200 1D286B0300 314303 1D286B0300 314530 1D286B0700 315030 31323334 1D286B0300 315130"
)


PUBLISHED = samples("ticket_printer", "host")
ASKS = {"status-1", "status-2", "status-3", "status-4", "paper-in-turn", "paper-in-turn-as-digit", "auto-status-on"}


class Bench:
    def __init__(self, **options: object) -> None:
        self.printer = SimulatedEscposPrinter("printer", options={"speed_mm_s": 0, **options})
        self.said = bytearray()
        self.printer.attach(self.said.extend)

    def ask(self, data: bytes) -> bytes:
        self.said.clear()
        self.printer.hear(data)
        return bytes(self.said)

    def lines(self, data: bytes) -> list[str]:
        self.printer.hear(data + b"\n" + CUT)
        lines: list[str] = self.printer.show()["slips"][-1]["lines"]
        return lines

    def image(self) -> Image.Image:
        picture = self.printer.picture()
        assert picture is not None
        return Image.open(io.BytesIO(picture))


STATUSES = [
    ({}, "12121212"),
    ({"paper_low"}, "1212121E"),
    ({"paper_out"}, "1A32127E"),
    ({"cover_open"}, "1A161212"),
    ({"cutter_jam"}, "1A521A12"),
    ({"error"}, "1A523212"),
    ({"offline"}, "1A1A1212"),
]


@pytest.mark.parametrize(("switched", "answers"), STATUSES)
def test_status_bytes_say_what_is_the_matter(switched: set[str], answers: str) -> None:
    bench = Bench()
    for name in switched:
        bench.printer.do(name, {})
    asked = bytes.fromhex("100401100402100403100404")
    assert bench.ask(asked) == bytes.fromhex(answers)
    assert b"".join(bench.ask(asked[index : index + 1]) for index in range(12)) == bytes.fromhex(answers)
    for name in switched:
        bench.printer.do(name, {"on": False})
    assert bench.ask(asked) == b"\x12" * 4


@pytest.mark.parametrize("sample", PUBLISHED, ids=lambda sample: sample.name)
@pytest.mark.parametrize("piece", [1, 1000])
def test_every_published_command_is_understood(sample: Sample, piece: int) -> None:
    bench = Bench()
    said = b"".join(bench.ask(sample.data[at : at + piece]) for at in range(0, len(sample.data), piece))
    assert bool(said) is (sample.name in ASKS)
    shown = bench.printer.show()
    nothing_stored = sample.name == "qr-print"
    assert (shown["unknown_commands"], shown["waiting_bytes"]) == (int(nothing_stored), 0)


def test_questions_are_answered_at_once_even_inside_dots() -> None:
    bench = Bench()
    assert bench.ask(bytes.fromhex("1D763000 0300 0100 100404")) == b"\x12"
    assert bench.printer.show()["waiting_bytes"] == 0


def test_the_paper_question_is_answered_in_its_turn() -> None:
    bench = Bench(speed_mm_s=100)
    assert bench.ask(b"text\n\x1d\x72\x01") == b""
    bench.said.clear()
    bench.printer.tick(0.02)
    assert bytes(bench.said) == b""
    bench.printer.tick(0.2)
    assert bytes(bench.said) == b"\x00"
    bench.printer.do("paper_low", {})
    assert bench.ask(b"\x1d\x72\x31") == b"\x03"


def test_a_printer_without_paper_waits_and_goes_on_where_it_stopped() -> None:
    bench = Bench()
    bench.printer.do("paper_out", {})
    bench.printer.hear(b"\x1b@late\n\x1d\x72\x01" + CUT)
    assert bench.printer.show()["slips"] == []
    assert bytes(bench.said) == b""
    bench.printer.do("paper_out", {"on": False})
    assert bench.printer.show()["slips"][0]["lines"] == ["late"]
    assert bytes(bench.said) == b"\x00"


def test_hours_of_questions_without_paper_fill_no_buffer() -> None:
    bench = Bench()
    bench.printer.do("paper_out", {})
    for _ in range(20_000):
        bench.printer.hear(b"\x10\x04\x01\x10\x04\x04")
    assert bench.printer.show()["waiting_bytes"] == 0


def test_automatic_status_comes_at_once_and_at_each_change() -> None:
    bench = Bench()
    assert bench.ask(b"\x1d\x61\xff") == bytes.fromhex("10000000")
    changes = []
    for action, on in (("paper_low", True), ("paper_low", True), ("paper_out", True), ("paper_out", False)):
        bench.said.clear()
        bench.printer.do(action, {"on": on})
        changes.append(bytes(bench.said).hex())
    assert changes == ["10000300", "", "18000f00", "10000300"]
    bench.ask(b"\x1d\x61\x00")
    bench.printer.do("cover_open", {})
    assert bytes(bench.said) == b""


def test_chinese_needs_its_mode_unless_the_printer_starts_in_it() -> None:
    words = "测试䶮𠮷".encode("gb18030")
    assert Bench().lines(b"\x1b@\x1c&" + words) == ["测试䶮𠮷"]
    assert Bench(chinese_at_start=True).lines(b"\x1b@" + words) == ["测试䶮𠮷"]
    assert Bench().lines(b"\x1c&\x1b@" + words) == [words.decode("cp437")]
    assert Bench().lines(b"\x1c&" + words[:2] + b"\x1c." + b"\xb0") == ["测░"]


def test_characters_that_the_fonts_have_not_are_boxes() -> None:
    assert Bench(charset="gb2312").lines(b"\x1c&" + "喆测".encode("gbk")) == ["□测"]
    assert Bench(charset="gbk").lines(b"\x1c&\xff\x81\x0a") == ["□"] or Bench(charset="gbk").lines(
        b"\x1c&\xff\xff"
    ) == ["□"]


def test_long_lines_go_on_in_the_next_one() -> None:
    assert Bench().lines(b"x" * 50) == ["x" * 48, "xx"]
    assert Bench(width_mm=58).lines(b"\x1d\x21\x11" + b"x" * 17) == ["x" * 16, "x"]
    assert Bench().lines(b"\x1c&" + "测".encode("gb18030") * 25) == ["测" * 24, "测"]


def test_the_published_code_is_drawn_and_read() -> None:
    bench = Bench()
    bench.printer.hear(b"\x1b@" + QR_1234 + CUT)
    (slip,) = bench.printer.show()["slips"]
    assert slip["qr"] == ["1234"]
    assert slip["cut"] == "full"
    assert Bench(native_qr=False).lines(QR_1234 + b"x") == ["x"]


@pytest.mark.parametrize(
    ("command", "cut"),
    [("1D5600", "full"), ("1D5601", "partial"), ("1D5630", "full"), ("1D564203", "partial"), ("1D564103", "full"),
     ("1B69", "full"), ("1B6D", "partial")],
)  # fmt: skip
def test_every_way_to_cut_is_known(command: str, cut: str) -> None:
    bench = Bench()
    bench.printer.hear(b"text\n" + bytes.fromhex(command))
    assert [slip["cut"] for slip in bench.printer.show()["slips"]] == [cut]
    bench.printer.hear(bytes.fromhex(command))
    assert len(bench.printer.show()["slips"]) == 1, "no slip of nothing"


def test_a_slip_hangs_out_until_it_is_taken() -> None:
    bench = Bench()
    with pytest.raises(ActionRefused, match="no paper"):
        bench.printer.do("tear", {})
    bench.printer.hear(b"one\n" + CUT + b"two\n")
    assert [slip["cut"] for slip in bench.printer.show()["slips"]] == ["full", None]
    assert bench.printer.do("tear", {}) == {"number": 2}
    assert [(slip["cut"], slip["taken"]) for slip in bench.printer.show()["slips"]] == [("full", True), ("torn", True)]


def test_only_the_last_twenty_slips_are_kept() -> None:
    bench = Bench()
    for number in range(30):
        bench.printer.hear(f"{number}\n".encode() + CUT)
    slips = bench.printer.show()["slips"]
    assert [slip["lines"] for slip in slips] == [[str(number)] for number in range(10, 30)]
    assert slips[-1]["number"] == 30


@pytest.mark.parametrize(
    ("action", "arguments"),
    [("dance", {}), ("paper_out", {"on": "yes"}), ("paper_out", {"off": True}), ("cover_open", {"on": 1}),
     ("reset", {"hard": True}), ("tear", {"on": True})],
)  # fmt: skip
def test_what_the_printer_cannot_do_is_refused(action: str, arguments: dict[str, object]) -> None:
    with pytest.raises(ActionRefused):
        Bench().printer.do(action, arguments)


def test_reset_is_a_new_printer_with_its_paper() -> None:
    bench = Bench()
    bench.printer.do("paper_out", {})
    bench.printer.hear(b"stuck\n")
    bench.printer.do("reset", {})
    shown = bench.printer.show()
    assert shown["status"]["online"]
    assert shown["waiting_bytes"] == 0


def test_options_that_no_printer_has_are_refused() -> None:
    for options in ({"width_mm": 57}, {"charset": "big5"}):
        with pytest.raises(ValueError, match="80 or 58"):
            SimulatedEscposPrinter("printer", options=options)


def test_the_picture_is_paper_with_ink_on_it() -> None:
    assert Bench().printer.picture() is None
    bench = Bench()
    bench.printer.hear(
        b"\x1b@\x1c&\x1ba\x01\x1d\x21\x33A012\n\x1d\x21\x00" + "测试".encode("gb18030") + b"\n" + QR_1234 + CUT
    )
    image = bench.image()
    assert image.width > 640
    assert image.mode == "RGBA"
    grey = image.convert("L")
    dark = sum(grey.histogram()[:90]) / (image.width * image.height)
    assert 0.01 < dark < 0.4
    narrow = Bench(width_mm=58)
    narrow.printer.hear(b"x\n")
    assert narrow.image().width < image.width


def test_wide_and_tall_characters_burn_more() -> None:
    small, large = Bench(), Bench()
    small.printer.hear(b"8\n" + CUT)
    large.printer.hear(b"\x1d\x21\x338\n" + CUT)
    burnt = [escpos_paper._burnt(bench.printer._slips[0], 576).histogram()[255] for bench in (small, large)]
    assert burnt[1] > 8 * burnt[0]


def test_a_raster_is_burnt_dot_by_dot() -> None:
    bench = Bench()
    bench.printer.hear(bytes.fromhex("1B6102 1D763000 0200 0200 8001 4002") + CUT)
    image = escpos_paper._burnt(bench.printer._slips[0], 576)
    lit = {(x, y) for x in range(576) for y in range(2) if image.getpixel((x, y))}
    assert lit == {(560, 0), (575, 0), (561, 1), (574, 1)}


def test_without_a_font_the_picture_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(escpos_paper, "_FONTS", ())
    escpos_paper._font.cache_clear()
    escpos_paper._glyph.cache_clear()
    bench = Bench()
    bench.printer.hear(b"x\n" + CUT)
    with pytest.raises(NoFont, match="fonts-noto-cjk"):
        bench.printer.picture()
    assert bench.printer.show()["slips"][0]["lines"] == ["x"]


@given(st.lists(st.binary(max_size=80) | st.sampled_from([b"\x1b@", b"\x1c&", b"\x1d(k", b"\x1dv0", CUT]), max_size=12))
def test_any_bytes_are_survived(pieces: list[bytes]) -> None:
    bench = Bench()
    for piece in pieces:
        bench.printer.hear(piece)
    assert bench.ask(b"\x10\x04\x01")[-1:] == b"\x12"
    bench.printer.show()


def test_a_megabyte_of_rubbish_is_bounded() -> None:
    bench = Bench()
    chance = random.Random(9)
    for _ in range(64):
        bench.printer.hear(chance.randbytes(16_384))
    shown = bench.printer.show()
    assert shown["waiting_bytes"] <= 65_536
    assert len(shown["slips"]) <= 21
    assert bench.printer._slip.height_dots <= 24_000 + 4_000
    bench.printer.do("reset", {})
    assert bench.lines(b"after") == ["after"]


def test_paper_without_end_is_torn_off() -> None:
    bench = Bench()
    bench.printer.hear(b"x\n" * 2000)
    slips = bench.printer.show()["slips"]
    assert len(slips) > 1
    assert slips[0]["cut"] == "torn"


def test_an_empty_slip_is_drawn_too() -> None:
    assert escpos_paper.draw(Slip(1), 576).startswith(b"\x89PNG")
