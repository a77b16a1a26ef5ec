"""The C-Power sign's driver joined to the simulated card in memory: what people see, refusals, options."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from structlog.testing import capture_logs

from drivers.driver import Order, Report
from drivers.errors import BadFrame, DeviceFault, NoReply, PortLost
from drivers.kinds.sign import SetBrightness, ShowText, SwitchSign
from drivers.lumen_sign import MANIFEST, LumenSign, glyphs
from drivers.lumen_sign import driver as lumen_driver
from drivers.lumen_sign.picture import cut_to_dots, draw, to_glyphs
from drivers.transport import Memory
from simulators.faults import Garble
from simulators.lumen_sign import SimulatedLumenSign
from tests.drivers.wired import Wired
from tests.frame_checks import samples

FRAMES = {sample.name: sample.data for sample in samples("lumen_sign")}
QUERY, SPLIT, DONE = FRAMES["query-power"], FRAMES["split"], FRAMES["call-done"]
TICKET = ShowText("sign-1", ("请A012号",))
LIT = bytes.fromhex("A5 E8 32 01 76 00 01 01 00 00 00 00 00 00 00 00 93 01 AE")


def ignore(report: Report) -> None:
    raise AssertionError(f"a sign never speaks unasked: {report}")


def sign(address: int | None = 1, **options: Any) -> LumenSign:
    return LumenSign("sign-1", ignore, address=address, baud=115_200, options=options)


def joined(**options: Any) -> tuple[LumenSign, SimulatedLumenSign, Wired]:
    simulator = SimulatedLumenSign("sign-1", options=options)
    return sign(**{key: value for key, value in options.items() if key != "firmware"}), simulator, Wired(simulator)


def test_a_handshake_is_the_papers_question() -> None:
    line = Memory([(QUERY, LIT)])
    sign().handshake(line)
    assert line.left_over() == ([], b"")


def test_a_text_is_one_window_and_the_papers_call() -> None:
    line = Memory([(SPLIT, DONE), (FRAMES["show-ticket"], DONE)])
    sign().perform(line, ShowText("sign-1", ("请A012",)))
    assert line.left_over() == ([], b"")


def test_the_window_is_made_once() -> None:
    one, simulator, line = joined()
    for number in range(3):
        one.perform(line, ShowText("sign-1", (f"A00{number}",)))
    assert bytes(line.sent).count(SPLIT) == 1
    assert simulator.show()["text"] == "A002"


@pytest.mark.parametrize("text", ["请A012号", "楼蔼爱号", "暂停服务"])
@pytest.mark.parametrize("render", ["text", "bitmap"])
def test_what_is_called_is_what_is_seen(text: str, render: str) -> None:
    one, simulator, line = joined(render=render)
    plain, other, other_line = joined(render="text")
    one.perform(line, ShowText("sign-1", (text,)))
    plain.perform(other_line, ShowText("sign-1", (text,)))
    assert other.show()["text"] == text
    assert simulator.show()["rows"] == other.show()["rows"]  # two fonts files, one font: dots alike to the last
    assert simulator.show()["counters"]["flash_writes"] == 0


def test_rare_characters_are_seen_in_a_picture_and_replaced_in_a_text() -> None:
    rare, simulator, line = joined(render="bitmap")
    with capture_logs() as logs:
        rare.perform(line, ShowText("sign-1", ("䶮㑇𠮷",)))
    assert logs == []
    rows = simulator.show()["rows"]
    for place, character in enumerate("䶮㑇𠮷"):
        dots = glyphs.glyph(character)
        assert dots is not None
        wanted = [f"{row:016b}".replace("1", "#").replace("0", ".") for row in dots.rows]
        assert [row[8 + 16 * place : 24 + 16 * place] for row in rows] == wanted
    text, other, other_line = joined()
    with capture_logs() as logs:
        for _ in range(3):
            text.perform(other_line, ShowText("sign-1", ("䶮㑇𠮷",)))
    assert other.show()["text"] == "？？？"
    assert [entry["characters"] for entry in logs] == [["U+4DAE", "U+3447", "U+20BB7"]]


def test_a_character_that_no_font_has_is_seen_as_the_fallback_and_names_the_package(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setattr(glyphs, "MORE_FILE", tmp_path / "absent.ttc")
    glyphs.glyph.cache_clear()
    one, simulator, line = joined(render="bitmap", fallback="〓")
    with capture_logs() as logs:
        one.perform(line, ShowText("sign-1", ("\U00021053A012\U0001f600",)))
    plain, other, other_line = joined(render="bitmap")
    plain.perform(other_line, ShowText("sign-1", ("〓A012〓",)))
    assert simulator.show()["rows"] == other.show()["rows"]
    assert "fonts-noto-cjk" in logs[0]["hint"]
    assert logs[0]["characters"] == ["U+21053", "U+1F600"]
    glyphs.glyph.cache_clear()


def test_the_order_of_bits_is_the_cards() -> None:
    one, simulator, line = joined(render="bitmap", bit_order="lsb")
    straight, other, other_line = joined(render="bitmap")
    one.perform(line, TICKET)
    straight.perform(other_line, TICKET)
    assert simulator.show()["rows"] == other.show()["rows"]
    assert line.sent != other_line.sent


def test_a_picture_is_padded_to_bytes_and_cut_between_characters() -> None:
    dots, lost = to_glyphs("口A", "？")
    assert (len(dots), lost) == (2, "")
    rows = draw(dots, 28, "msb")
    assert len(rows) == 4 * 16
    assert all(row[3] & 0x0F == 0 for row in (rows[at : at + 4] for at in range(0, 64, 4)))
    assert [len(piece) for piece in cut_to_dots(to_glyphs("请A012号到", "？")[0], 64)] == [6, 1]
    assert cut_to_dots([], 64) == [[]]


@pytest.mark.parametrize("render", ["text", "bitmap"])
def test_pages_take_turns_by_the_poll(render: str) -> None:
    one, simulator, line = joined(render=render)
    one.perform(line, ShowText("sign-1", ("A012", "3号")))
    assert one.poll_every_s == 2.0
    seen = [simulator.show()["rows"]]
    for _ in range(3):
        one.poll(line)
        seen.append(simulator.show()["rows"])
    assert seen[0] == seen[2] != seen[1] == seen[3]
    one.perform(line, TICKET)
    assert one.poll_every_s == 20.0


def test_a_long_page_runs_in_text_and_is_cut_in_pictures() -> None:
    one, simulator, line = joined()
    one.perform(line, ShowText("sign-1", ("请A012号到3号窗口办理",)))
    assert simulator.show()["moving"]
    other, simulated, other_line = joined(render="bitmap")
    other.perform(other_line, ShowText("sign-1", ("请A012号到3号窗口办理",)))
    assert other.poll_every_s == 2.0
    assert not simulated.show()["moving"]


def test_a_page_blinks_by_the_cards_effect() -> None:
    one, simulator, line = joined()
    one.perform(line, ShowText("sign-1", ("A012",), blink=True))
    assert simulator.show()["blinking"]
    lit = []
    for _ in range(4):
        lit.append(simulator.show()["lit"] > 0)
        line.let_pass(0.5)
    assert lit == [True, False, True, False]


@pytest.mark.parametrize("options", [{"blink": "resend"}, {"render": "bitmap"}])
def test_a_page_blinks_by_the_poll_where_the_card_cannot(options: dict[str, Any]) -> None:
    one, simulator, line = joined(**options)
    one.perform(line, ShowText("sign-1", ("A012",), blink=True))
    assert one.poll_every_s == 0.5
    lit = []
    for _ in range(4):
        lit.append(simulator.show()["lit"] > 0)
        one.poll(line)
    assert lit == [True, False, True, False]


def test_dark_and_lit_again_and_brightness() -> None:
    one, simulator, line = joined()
    one.perform(line, TICKET)
    one.perform(line, SwitchSign("sign-1", on=False))
    assert (simulator.show()["power"], simulator.show()["lit"]) == (False, 0)
    one.perform(line, SwitchSign("sign-1", on=True))
    one.perform(line, SetBrightness("sign-1", 7))
    assert simulator.show()["lit"] > 0
    assert simulator.show()["brightness"] == 7


def test_an_empty_page_darkens_and_a_taller_screen_has_its_line_in_the_middle() -> None:
    one, simulator, line = joined(width=128, height=32, render="bitmap")
    one.perform(line, ShowText("sign-1", ("欢迎光临",)))
    rows = simulator.show()["rows"]
    assert (len(rows), len(rows[0])) == (32, 128)
    assert not any("#" in row for row in rows[:8] + rows[24:])
    one.perform(line, ShowText("sign-1", ("",)))
    assert simulator.show()["lit"] == 0


def test_a_power_cut_is_healed_when_all_is_put_again(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(lumen_driver.time, "monotonic", lambda: now[0])
    one, simulator, line = joined(refresh_s=30)
    one.perform(line, TICKET)
    simulator.do("power_cut", {})
    one.poll(line)
    assert simulator.show()["text"] == ""
    now[0] += 31
    one.poll(line)
    assert simulator.show()["text"] == "请A012号"


def test_a_picture_that_needs_several_packets_arrives_whole() -> None:
    one, simulator, line = joined(width=1024, render="bitmap", packet_bytes=64)
    one.perform(line, ShowText("sign-1", ("司法行政" * 16,)))
    assert simulator.show()["lit"] > 1000
    assert simulator.show()["counters"]["frames"] > 30


@pytest.mark.parametrize(("code", "name"), [(1, "checksum"), (2, "sequence"), (9, "error_09")])
def test_every_return_code_reaches_the_caller_by_name(code: int, name: str) -> None:
    one, simulator, line = joined()
    simulator.do("answer_error", {"code": code, "times": 2})
    with pytest.raises(DeviceFault) as caught:
        one.perform(line, TICKET)
    assert caught.value.code == name


def test_only_what_the_line_spoilt_is_asked_again() -> None:
    one, simulator, line = joined()
    simulator.do("answer_error", {"code": 2})
    one.perform(line, TICKET)
    simulator.do("answer_error", {"code": 9})
    with pytest.raises(DeviceFault):
        one.perform(line, TICKET)
    assert simulator.show()["counters"]["refused"] == 2


def test_old_firmware_and_echo_are_told_apart() -> None:
    one, simulator, line = joined(firmware="3.2")
    one.perform(line, TICKET)
    assert simulator.show()["text"] == "请A012号"
    old_answer = bytes([LIT[0], 0x68, *LIT[2:-3], 0x13, 0x01, 0xAE])
    sign().handshake(Memory([(QUERY, QUERY + old_answer)]))
    with pytest.raises(NoReply):
        sign().handshake(Memory([(QUERY, QUERY)]))


def test_silence_is_asked_once_more_and_then_said_so() -> None:
    line = Memory([(SPLIT, b""), (SPLIT, b"")])
    with pytest.raises(NoReply):
        sign().perform(line, TICKET)
    assert line.left_over() == ([], b"")
    broken = DONE[:-3] + b"\x00\x00\xae"
    with pytest.raises(BadFrame):
        sign().perform(Memory([(SPLIT, broken), (SPLIT, broken)]), TICKET)


def test_a_cut_line_is_said_to_be_cut_and_an_unknown_order_refused() -> None:
    line = Memory()
    line.lost = True
    with pytest.raises(PortLost):
        sign().handshake(line)
    with pytest.raises(DeviceFault, match="cannot Order"):
        sign().perform(Memory(), Order("sign-1"))


def test_a_text_beyond_all_measure_is_refused_before_it_is_sent() -> None:
    one, _, line = joined()
    with pytest.raises(DeviceFault, match="at most"):
        one.perform(line, ShowText("sign-1", ("很" * 500,)))
    assert line.sent == b""


def test_rubbish_while_nobody_asks_does_no_harm() -> None:
    one, simulator, line = joined()
    one.heard(line, bytes(range(256)) * 40 + DONE[:6])
    line.noise(b"\x00\xa5\xae\xa5")
    one.perform(line, TICKET)
    assert simulator.show()["text"] == "请A012号"


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("render", ["text", "bitmap"])
def test_a_garbled_line_gives_named_errors_and_recovers(seed: int, render: str) -> None:
    one, simulator, line = joined(render=render)
    noise = Garble(0.02, seed)
    clean = line.write
    line.write = lambda data: clean(noise.spoil(data))  # type: ignore[method-assign]
    for number in range(8):
        with contextlib.suppress(NoReply, BadFrame, DeviceFault):
            one.perform(line, ShowText("sign-1", (f"A{number:03}",)))
    line.write = clean  # type: ignore[method-assign]
    one.perform(line, ShowText("sign-1", ("楼蔼爱Z",)))
    fresh, other, other_line = joined(render=render)
    fresh.perform(other_line, ShowText("sign-1", ("楼蔼爱Z",)))
    assert simulator.show()["rows"] == other.show()["rows"]


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"widht": 64}, "unknown option 'widht'"),
        ({"width": 60}, "multiple of 8"),
        ({"framing": "udp"}, "auto, serial, tcp"),
        ({"render": "svg"}, "text, bitmap"),
        ({"fallback": "䶮"}, "outside GB2312"),
        ({"fallback": "\U0001f600", "render": "bitmap"}, "fallback is one character"),
        ({"bit_order": "big"}, "msb, lsb"),
        ({"judge": "never"}, "paper, flag, any"),
        ({"network_id": -1}, "network_id is 0 to"),
        ({"packet_bytes": 10}, "packet_bytes is 64 to 1000"),
        ({"refresh_s": True}, "refresh_s is a number"),
    ],
)
def test_a_wrong_option_is_named(options: dict[str, Any], word: str) -> None:
    with pytest.raises(ValueError, match=word):
        MANIFEST.build("sign-1", ignore, address=1, baud=115_200, options=options)


@pytest.mark.skipif(not glyphs.MORE_FILE.exists(), reason="needs the Debian package fonts-noto-cjk")
def test_what_lies_beyond_the_basic_plane_comes_from_the_debian_font() -> None:
    one = glyphs.glyph("𠮟")
    assert one is not None
    assert one.width == 16
    assert sum(row.bit_count() for row in one.rows) > 20
    assert glyphs.glyph("\U0003fffd") is None
    assert glyphs.glyph("\U0001f600") is None
