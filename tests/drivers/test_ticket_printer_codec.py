"""Slips to bytes and status bytes to conditions: every sample, every character set, nothing that looks real-time."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.frames import FrameError
from drivers.kinds.slip import LONGEST_QR_BYTES, Feed, Part, Qr, Rule, Text
from drivers.ticket_printer.codec import (
    PAPER_QUERY,
    AutoStatus,
    PaperStatus,
    Parser,
    Status,
    encode_slip,
    realtime_commands,
    status_query,
)
from drivers.ticket_printer.condition import Condition, from_auto_status, from_statuses, paper_out_in
from drivers.ticket_printer.profile import Profile, read_profile
from drivers.ticket_printer.qr_raster import modules_of
from drivers.ticket_printer.text import encode_lines
from tests.frame_checks import Sample, check_all_five, good, samples

EVERYTHING: tuple[Part, ...] = (
    Text("测试"),
    Text("A012", align="center", wide=4, high=4),
    Text("䶮", align="right", wide=2, high=2),
    Text("𠮷", high=8),
    Rule(),
    Qr("1234", size=3),
    Feed(3),
)


def named(sample: Sample) -> str:
    return sample.name


@pytest.mark.parametrize("sample", samples("ticket_printer", "host"), ids=named)
def test_every_command_is_sent_as_published(sample: Sample) -> None:
    slips = encode_slip(EVERYTHING, Profile()).data + encode_slip(EVERYTHING, Profile(cut="full")).data
    sent = slips + PAPER_QUERY + status_query((1, 2, 3, 4))
    assert (sample.data in sent) is ("never sent" not in sample.meaning)


def test_a_slip_is_one_run_of_bytes_from_initialise_to_cut() -> None:
    slip = encode_slip((Text("测A", align="center", wide=2, high=2),), Profile())
    assert slip.data == bytes.fromhex("1B40 1C26 1B6101 1D2111 B2E2 41 0A 1D2100 1B6404 1D5601")
    assert slip.replaced == 0


@pytest.mark.parametrize("sample", samples("ticket_printer", "device"), ids=named)
def test_every_answer_survives_all_five_ways_and_means_what_it_says(sample: Sample) -> None:
    item = check_all_five(Parser, sample.data)
    place, expected = sample.meaning.split()
    if place == "auto":
        assert isinstance(item, AutoStatus)
        condition = from_auto_status(item.value)
    else:
        assert isinstance(item, Status)
        condition = from_statuses([item.value if number == int(place) else 0x12 for number in (1, 2, 3, 4)])
    if expected == "none":
        assert condition == Condition()
    elif expected == "paper_low":
        assert condition == Condition(paper_low=True)
    else:
        assert condition.code == expected


@pytest.mark.parametrize("sample", samples("ticket_printer", "device", bad=True), ids=named)
def test_every_bad_answer_is_refused_and_the_next_is_heard(sample: Sample) -> None:
    parser = Parser()
    assert good(parser.feed(sample.data)) == []
    assert good(parser.feed(b"\x12")) == [Status(0x12)]


def test_status_and_automatic_status_are_told_apart_in_one_stream() -> None:
    mixed = bytes.fromhex("12 10 00 03 00 1E 18 00 0F 00 12")
    assert good(Parser().feed(mixed)) == [
        Status(0x12), AutoStatus(b"\x10\x00\x03\x00"), Status(0x1E), AutoStatus(b"\x18\x00\x0f\x00"), Status(0x12),
    ]  # fmt: skip


def test_the_paper_answer_is_one_only_when_it_is_awaited() -> None:
    parser = Parser()
    assert good(parser.feed(b"\x00")) == []
    parser.awaits_paper = 1
    assert good(parser.feed(b"\x12\x0c\x00")) == [Status(0x12), PaperStatus(0x0C)]
    assert paper_out_in(0x0C)
    assert not paper_out_in(0x03)


@given(st.lists(st.binary(max_size=64), max_size=20), st.integers(0, 3))
def test_the_parser_never_raises_and_splits_do_not_matter(pieces: list[bytes], awaits: int) -> None:
    by_piece, whole, by_byte = Parser(), Parser(), Parser()
    for parser in (by_piece, whole, by_byte):
        parser.awaits_paper = awaits
    heard = [item for piece in pieces for item in by_piece.feed(piece)]
    joined = b"".join(pieces)
    one = [item for index in range(len(joined)) for item in by_byte.feed(joined[index : index + 1])]
    assert good(heard) == good(one) == good(whole.feed(joined))
    assert all(isinstance(item, Status | AutoStatus | PaperStatus | FrameError) for item in heard)
    assert len(by_piece._begun) < 4


def test_a_megabyte_of_rubbish_leaves_nothing_behind() -> None:
    parser = Parser()
    parser.feed(random.Random(5).randbytes(1_000_000))
    assert len(parser._begun) < 4
    assert Status(0x12) in parser.feed(b"\xff\x12")


@given(st.binary(min_size=4, max_size=4))
def test_any_status_gives_some_condition(raw: bytes) -> None:
    for condition in (from_statuses(list(raw)), from_auto_status(raw)):
        assert condition.code in {None, "cover_open", "paper_out", "cutter", "error", "offline"}


PARTS = st.one_of(
    st.builds(
        Text, st.text(max_size=60), st.sampled_from(["left", "center", "right"]), st.integers(1, 8), st.integers(1, 8)
    ),
    st.just(Rule()),
    st.builds(Qr, st.text("abc测0123456789:/.-_?=", min_size=1, max_size=100), st.integers(2, 16)),
    st.builds(Feed, st.integers(1, 30)),
)
PROFILES = st.builds(
    Profile, st.sampled_from(["gb18030", "gbk", "gb2312"]), st.sampled_from([80, 58]), st.booleans(),
    st.sampled_from(["full", "partial", "none"]), st.booleans(), st.sampled_from(["gs", "fs"]), st.booleans(),
    st.integers(0, 20),
)  # fmt: skip


@given(st.lists(PARTS, max_size=6), PROFILES)
def test_no_slip_ever_holds_a_real_time_command(parts: list[Part], profile: Profile) -> None:
    slip = encode_slip(parts, profile)
    assert realtime_commands(slip.data) == 0
    assert slip.longest_command <= len(slip.data)


def test_every_character_can_stand_in_a_slip_without_looking_like_a_command() -> None:
    for start in range(0, 0x30000, 1500):
        words = "".join(chr(code) for code in range(start, start + 1500))
        assert realtime_commands(encode_slip((Text(words),), Profile()).data) == 0


def test_the_guard_itself_sees_what_it_looks_for() -> None:
    assert realtime_commands(b"\x10\x04\x01\x00\x10\x14\x01") == 2
    assert realtime_commands(b"\x10\x00\x04\x10") == 0


@pytest.mark.parametrize(
    ("words", "charset", "data", "replaced"),
    [
        ("测试䶮㑇𠮷A", "gb18030", "测试䶮㑇𠮷A".encode("gb18030"), 0),
        ("测试䶮㑇𠮷A", "gbk", "测试".encode("gbk") + b"\xa1\xfe\xa1\xfe\xa1\xfeA", 3),
        ("喆A€", "gbk", "喆".encode("gbk") + b"A\xa1\xfe", 1),
        ("喆A", "gb2312", b"\xa1\xfeA", 1),
        ("\x10\x04\x01\x1b@", "gb18030", b"????@", 4),
        ("\ud800", "gb18030", b"\xa1\xfe", 1),
        ("a\tb", "gb18030", b"a b", 0),
        ("·—", "gb2312", b"\xa1\xa4\xa1\xaa", 0),
        ("·—", "gbk", b"\xa1\xa4\xa1\xaa", 0),
        ("·—", "gb18030", b"\xa1\xa4\xa1\xaa", 0),
        ("\x7f\x85é", "gb2312", b"?\xa1\xfe\xa8\xa6", 2),
    ],
)
def test_what_the_fonts_have_not_is_shown_and_counted(words: str, charset: str, data: bytes, replaced: int) -> None:
    (line,) = encode_lines(words, charset, 48)
    assert (line.data, line.replaced) == (data, replaced)
    assert encode_slip((Text(words),), Profile(charset=charset)).replaced == replaced


@pytest.mark.parametrize(
    ("words", "columns", "lines"),
    [
        ("", 48, [""]),
        ("一\n\n二", 48, ["一", "", "二"]),
        ("一二三四五", 4, ["一二", "三四", "五"]),
        ("a一二三", 4, ["a一", "二三"]),
        ("please ask at the desk", 10, ["please ask", "at the", "desk"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
        ("请到 window 3 办理", 12, ["请到 window", "3 办理"]),
        ("请到window", 6, ["请到", "window"]),
        ("请到 window 办理", 11, ["请到 window", "办理"]),
        ("一二，三", 4, ["一", "二，", "三"]),
        ("第31、38、40条", 8, ["第31、", "38、40条"]),
        ("1234567，", 7, ["123456", "7，"]),
        ("trailing  ", 8, ["trailing", " "]),
    ],
)
def test_long_lines_are_broken_at_words_and_between_chinese_characters(
    words: str, columns: int, lines: list[str]
) -> None:
    assert [line.data.decode("gb18030") for line in encode_lines(words, "gb18030", columns)] == lines


@given(st.text(max_size=80), st.integers(4, 48))
def test_no_line_is_wider_than_the_paper_and_no_character_is_lost(words: str, columns: int) -> None:
    lines = encode_lines(words, "gb18030", columns)
    for line in lines:
        text = line.data.decode("gb18030")
        assert sum(1 if ord(character) < 0x80 else 2 for character in text) <= columns
    printed = "".join(line.data.decode("gb18030") for line in lines).replace(" ", "")
    assert len(printed) == len([c for c in words.replace("\r\n", "\n") if c not in "\n \t"])


@pytest.mark.parametrize("size", [1, 14, 15, 62, 63, 213, 214, 330, 331])
def test_the_table_of_qr_sizes_agrees_with_the_code_itself(size: int) -> None:
    import segno

    code = segno.make(b"x" * size, error="m", mode="byte", micro=False, boost_error=False)
    assert modules_of(size) == code.symbol_size(border=0)[0]


def test_a_code_that_is_too_wide_is_made_smaller() -> None:
    for width_mm, dots in ((80, 576), (58, 384)):
        data = encode_slip((Qr("x" * LONGEST_QR_BYTES, size=16),), Profile(width_mm=width_mm)).data
        size = data[data.index(b"\x1d\x28\x6b\x03\x00\x31\x43") + 7]
        assert size >= 5
        assert modules_of(LONGEST_QR_BYTES) * size <= dots


def test_dots_are_sent_in_strips_that_a_small_buffer_holds() -> None:
    slip = encode_slip((Qr("http://hall.test/t/abcdefgh", size=6),), Profile(native_qr=False))
    assert b"\x1d\x28\x6b" not in slip.data
    assert slip.data.count(b"\x1d\x76\x30\x00") == 3
    assert slip.longest_command <= 8 + 64 * 72


@pytest.mark.parametrize(
    ("cut", "command"), [("full", b"\x1d\x56\x00"), ("partial", b"\x1d\x56\x01"), ("none", b"\x1b\x64\x04")]
)
def test_the_end_of_a_slip_is_as_the_profile_says(cut: str, command: bytes) -> None:
    assert encode_slip((Text("x"),), Profile(cut=cut)).data.endswith(command)


def test_printers_that_know_only_the_older_size_commands_get_them() -> None:
    data = encode_slip((Text("测", wide=4, high=4),), Profile(size_command="fs", chinese_mode=False)).data
    assert data.startswith(bytes.fromhex("1B40 1B6100 1B2130 1C210C B2E2 0A"))


@pytest.mark.parametrize(
    ("options", "word"),
    [({"charset": "utf8"}, "charset"), ({"width_mm": 57}, "width_mm"), ({"native_qr": 1}, "native_qr"),
     ({"cut": "half"}, "cut"), ({"colour": "red"}, "colour"), ({"feed_before_cut_lines": 99}, "feed_before_cut"),
     ({"feed_before_cut_lines": True}, "feed_before_cut"), ({"print_timeout_s": 0.5}, "print_timeout"),
     ({"width_mm": 80.0}, "width_mm")],
)  # fmt: skip
def test_a_profile_that_makes_no_sense_is_refused_by_name(options: dict[str, Any], word: str) -> None:
    with pytest.raises(ValueError, match=word):
        read_profile("printer", options)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Text("x", align="middle"),  # type: ignore[arg-type]
        lambda: Text("x", wide=9),
        lambda: Text("x", high=0),
        lambda: Text("x" * 2001),
        lambda: Qr(""),
        lambda: Qr("a\x10\x04\x01"),
        lambda: Qr("x" * (LONGEST_QR_BYTES + 1)),
        lambda: Qr("测" * 111),
        lambda: Qr("x", size=1),
        lambda: Qr("\ud800"),
        lambda: Feed(0),
        lambda: Feed(31),
    ],
)
def test_parts_that_no_printer_could_print_cannot_be_made(make: Any) -> None:
    with pytest.raises(ValueError):
        make()
