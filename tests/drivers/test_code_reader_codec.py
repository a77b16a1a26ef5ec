"""Code readers' bytes: every published frame, every way a line can spoil it, and text that no code has."""

from __future__ import annotations

import random

import pytest

from drivers.code_reader import gm65, newland
from drivers.code_reader.codec import CODE_LIMIT, Code, CodeLines, Item, Refused, Reply, Stream
from drivers.frames import FrameError
from tests.frame_checks import check_all_five, good, samples

COMMANDS = {
    "gm65-trigger": gm65.trigger(True),
    "gm65-trigger-unchecked": gm65.trigger(True, checked=False),
    "gm65-stop": gm65.trigger(False),
    "gm65-stop-unchecked": gm65.trigger(False, checked=False),
    "gm65-read-baud": gm65.read_baud(),
    "gm65-set-9600": gm65.set_baud(9600),
    "gm65-save": gm65.save(),
    "gm65-heartbeat": gm65.heartbeat(),
    "gm65-factory": gm65.command(gm65.WRITE, 0x00D9, b"\x50"),
    "newland-trigger": newland.command(newland.TRIGGER, permanent=True),
    "honeywell-trigger": newland.HONEYWELL_TRIGGER,
    "honeywell-release": newland.HONEYWELL_RELEASE,
}
REPLIES = {
    "gm65-done": Reply("done", b"\x00"),
    "gm65-baud-9600": Reply("done", b"\x39\x01"),
    "gm65-beat": Reply("beat", b"\x00"),
    "newland-done": Reply("done", b"SCNTRG1"),
    "newland-refused": Reply("refused", b"SCNTRG1"),
    "newland-unknown": Reply("unknown", b"QRYSYS"),
}


def plain() -> Stream:
    return Stream(CodeLines())


def language_of(name: str) -> Stream:
    gm65_or_newland = gm65.Replies().language() if "gm65" in name else newland.LANGUAGE
    return Stream(CodeLines(), gm65_or_newland)


def framed() -> Stream:
    return Stream(CodeLines(), gm65.Replies(framed=True).language())


def test_the_crc_has_its_check_value() -> None:
    assert gm65.crc16_xmodem(b"123456789") == 0x31C3


def test_every_published_command_is_made_exactly() -> None:
    found = {sample.name: sample.data for sample in samples("code_reader", "host")}
    assert {name for name in found if name not in COMMANDS} == {"honeywell-menu"}  # settings are never sent
    assert {name: found[name] for name in COMMANDS} == COMMANDS


@pytest.mark.parametrize("sample", samples("code_reader", "device"), ids=lambda sample: sample.name)
def test_every_published_reply_survives_the_line(sample: object) -> None:
    name, data = sample.name, sample.data  # type: ignore[attr-defined]
    spoil = len(data) - 1 if "gm65" in name else None
    assert check_all_five(lambda: language_of(name), data, checksum_at=spoil) == REPLIES[name]


@pytest.mark.parametrize("sample", samples("code_reader", "device", bad=True), ids=lambda sample: sample.name)
def test_every_bad_reply_is_refused(sample: object) -> None:
    stream = language_of(sample.name)  # type: ignore[attr-defined]
    items = stream.feed(sample.data) + stream.pause()  # type: ignore[attr-defined]
    assert [item for item in items if isinstance(item, (Reply, Code))] == []


def test_the_command_with_a_00_too_many_is_not_what_we_send() -> None:
    assert [sample.data for sample in samples("code_reader", "host", bad=True)] != [gm65.save()]


def test_an_unchecked_reply_is_good_where_the_option_says_so() -> None:
    stream = Stream(CodeLines(), gm65.Replies(unchecked=True).language())
    assert stream.feed(bytes.fromhex("02 00 00 01 00 AB CD")) == [Reply("done", b"\x00")]


def test_a_reply_of_256_bytes_and_all_byte_values() -> None:
    data = bytes(range(256))
    body = b"\x00\x00" + data
    raw = b"\x02\x00" + body + gm65.crc16_xmodem(body).to_bytes(2, "big")
    assert language_of("gm65").feed(raw) == [Reply("done", data)]
    command = gm65.command(gm65.WRITE, 0x60, data)
    assert command[3] == 0
    with pytest.raises(ValueError):
        gm65.command(gm65.WRITE, 0, b"")


def test_bauds_by_their_divisors() -> None:
    for baud in (1200, 9600, 19_200, 57_600, 115_200):
        assert gm65.baud_of(gm65.set_baud(baud)[6:8]) == baud
    assert gm65.baud_of(b"\x01\x02") is None
    assert gm65.baud_of(b"\x19\x00", 0x19) == 115_200


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n"])
@pytest.mark.parametrize("piece", [1, 2, 3, 1000])
def test_a_code_ends_at_any_line_end_however_it_is_split(end: bytes, piece: int) -> None:
    data = b"A012" + end + "测试".encode() + end
    stream, items = plain(), list[Item]()
    for place in range(0, len(data), piece):
        items += stream.feed(data[place : place + piece])
    assert items == [Code("A012"), Code("测试")]
    assert not stream.half


def test_line_ends_by_option() -> None:
    assert Stream(CodeLines("cr")).feed(b"A\nB\r") == [Refused("control_characters")]
    assert Stream(CodeLines("lf")).feed(b"A\n") == [Code("A")]
    assert Stream(CodeLines("crlf")).feed(b"A\r\nB\r\n") == [Code("A"), Code("B")]
    silent = Stream(CodeLines("none"))
    assert silent.feed(b"A012") == []
    assert silent.pause() == [Code("A012")]


def test_a_silence_ends_a_half_code_and_the_next_one_is_whole() -> None:
    stream = plain()
    assert stream.feed(b"HALF") == []
    assert stream.half
    assert stream.pause() == [FrameError("end", 4)]
    assert stream.feed(b"A012\r") == [Code("A012")]


def test_the_aim_identifier_is_taken_off_unless_it_shall_stay() -> None:
    assert plain().feed(b"]Q1A012\r") == [Code("A012")]
    assert Stream(CodeLines(strip_aim=False)).feed(b"]Q1A012\r") == [Code("]Q1A012")]
    assert plain().feed(b"]A012]\r") == [Code("12]")]
    assert plain().feed(b"]-A012\r") == [Code("]-A012")]


def test_text_is_read_as_utf_8_or_gbk() -> None:
    words = "测试公共法律服务"
    assert plain().feed(words.encode("gbk") + b"\r") == [Code(words)]
    assert Stream(CodeLines(encoding="utf-8")).feed(words.encode("gbk") + b"\r") == [Refused("not_text")]
    assert Stream(CodeLines(encoding="gbk")).feed(words.encode("gbk") + b"\r") == [Code(words)]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"A\x00B", "control_characters"),
        (b"\x00" * 40, "control_characters"),
        (b"\x1b[2JA012", "control_characters"),
        (b"A\tB", "control_characters"),
        (b"A\x7fB", "control_characters"),
        (b"A\xc2\x85B", "control_characters"),
        (b"\xff\xfe\xfd", "not_text"),
        (b"ok\xff", "not_text"),
        (b"x" * (CODE_LIMIT + 1), "too_long"),
        (b"4" * 4096, "too_long"),
    ],
)
def test_what_cannot_be_a_code_is_refused_once_and_the_next_is_read(data: bytes, code: str) -> None:
    stream = plain()
    assert stream.feed(data + b"\r\nA012\r\n") == [Refused(code), Code("A012")]


@pytest.mark.parametrize("half", [b"\xed\xa0\x80", b"A\xed\xa0\xbd", "😀".encode()[:2]])
def test_half_a_surrogate_is_refused_or_text_and_never_a_surrogate(half: bytes) -> None:
    for item in plain().feed(half + b"\r"):
        assert isinstance(item, (Code, Refused))
        if isinstance(item, Code):
            item.text.encode("utf-8")


def test_the_longest_code_is_read_and_sql_is_only_text() -> None:
    assert plain().feed(b"x" * CODE_LIMIT + b"\r") == [Code("x" * CODE_LIMIT)]
    sql = "'; DROP TABLE events; --"
    assert plain().feed(sql.encode() + b"\r") == [Code(sql)]
    assert sql not in repr(plain().feed(sql.encode() + b"\r"))


def test_codes_and_replies_share_a_line() -> None:
    done = bytes.fromhex("02 00 00 01 00 33 31")
    stream = language_of("gm65")
    assert stream.feed(done + b"A012\r\n" + done + b"B001\r") == [
        Reply("done", b"\x00"),
        Code("A012"),
        Reply("done", b"\x00"),
        Code("B001"),
    ]
    assert stream.feed(b"CUT" + done) == [FrameError("end", 3), Reply("done", b"\x00")]


def test_codes_with_their_length() -> None:
    stream = framed()
    beat = bytes.fromhex("03 00 00 01 00 33 31")
    assert stream.feed(b"\x03\x00\x04A012" + beat + b"\x03\x00\x05B001\r") == [
        Code("A012"),
        Reply("beat", b"\x00"),
        Code("B001"),
    ]
    assert stream.feed(b"\x03\x00\x04A\x0212") == [Refused("control_characters")]
    flood = stream.feed(b"\x03\xff\xff" + b"x" * 600) + stream.pause()
    assert [item for item in flood if isinstance(item, Code)] == []
    assert stream.feed(b"\x03\x00\x04A012") == [Code("A012")]
    by_byte = [item for byte in b"\x03\x00\x04A012" for item in stream.feed(bytes([byte]))]
    assert by_byte == [Code("A012")]


@pytest.mark.parametrize("make", [plain, framed, lambda: language_of("gm65"), lambda: language_of("newland")])
def test_after_random_bytes_and_a_silence_a_code_is_read(make: object) -> None:
    chance = random.Random(31)
    for _ in range(20):
        stream = make()  # type: ignore[operator]
        for _ in range(25):
            stream.feed(chance.randbytes(20))
            assert len(stream._held) + len(stream._lines._held) <= 2 * CODE_LIMIT
        stream.pause()
        code = b"\x03\x00\x04A012" if make is framed else b"A012\r"
        assert good(stream.feed(code)) == [Code("A012")]


def test_random_bytes_never_make_a_reply() -> None:
    chance = random.Random(8)
    for _ in range(200):
        for name in ("gm65", "newland"):
            raw = bytes.fromhex("02 00 00") if name == "gm65" else b"\x02\x010000@"
            items = language_of(name).feed(raw + chance.randbytes(40))
            assert [item for item in items if isinstance(item, Reply)] == []


def test_a_newland_command_is_letters_and_digits() -> None:
    for text in ("", "A;B", "A\x03"):
        with pytest.raises(ValueError):
            newland.command(text)
