"""Frames with marks and escapes, of any protocol that has them: each split, cut, too long, wrong escapes."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.escaped_frames import EscapedFrames, Marks
from drivers.frames import FrameError

ONBON = Marks(0xA5, 0x5A, {0xA5: b"\xa6\x02", 0xA6: b"\xa6\x01", 0x5A: b"\x5b\x02", 0x5B: b"\x5b\x01"})
LUMEN = Marks(0xA5, 0xAE, {0xA5: b"\xaa\x05", 0xAE: b"\xaa\x0e", 0xAA: b"\xaa\x0a"})
LONGEST = 300

each_protocol = pytest.mark.parametrize("marks", [ONBON, LUMEN], ids=["onbon", "lumen"])


def frames(marks: Marks, longest: int = LONGEST) -> EscapedFrames[bytes]:
    return EscapedFrames(marks, longest, lambda body: body)


def in_pieces(parser: EscapedFrames[bytes], data: bytes, size: int) -> list[bytes | FrameError]:
    return [item for place in range(0, len(data), size) for item in parser.feed(data[place : place + size])]


@each_protocol
def test_every_byte_value_comes_back_and_no_mark_stands_inside(marks: Marks) -> None:
    body = bytes(range(256))
    wire = marks.wrap(body)
    assert (wire.count(marks.start), wire.count(marks.end)) == (1, 1)
    for size in (1, 2, 3, 1000):
        assert in_pieces(frames(marks), wire, size) == [body]


@each_protocol
@given(body=st.binary(max_size=LONGEST), size=st.integers(1, 40), starts=st.integers(1, 9))
def test_any_body_in_any_split_comes_back(marks: Marks, body: bytes, size: int, starts: int) -> None:
    assert in_pieces(frames(marks), marks.wrap(body, starts) * 2, size) == [body, body]


@each_protocol
@given(rubbish=st.lists(st.sampled_from([0x00, 0x01, 0x02, 0x05, 0x5A, 0x5B, 0xA5, 0xA6, 0xAA, 0xAE]), max_size=80))
def test_rubbish_never_raises_and_loses_no_frame_behind_it(marks: Marks, rubbish: list[int]) -> None:
    parser = frames(marks)
    for byte in rubbish:
        parser.feed(bytes([byte]))
    assert parser.feed(marks.wrap(b"good"))[-1] == b"good"


@each_protocol
def test_a_frame_that_was_cut_is_told_and_the_new_one_taken(marks: Marks) -> None:
    lead = bytes(sorted(marks.leads)[:1])
    for cut in (b"abc", b"abc" + lead, lead):
        start = bytes([marks.start])
        assert frames(marks).feed(start + cut + marks.wrap(b"x")) == [FrameError("end", len(cut.rstrip(lead))), b"x"]


@each_protocol
def test_a_wrong_escape_ends_the_frame_and_the_rest_is_noise(marks: Marks) -> None:
    lead = bytes(sorted(marks.leads)[:1])
    wire = bytes([marks.start]) + b"ab" + lead + b"\x7fcd" + bytes([marks.end]) + marks.wrap(b"x")
    for size in (1, 1000):
        found = in_pieces(frames(marks), wire, size)
        assert found[0] == FrameError("escape", 2)
        assert sum(item.size for item in found[1:] if isinstance(item, FrameError)) == 3
        assert found[-1] == b"x"


@each_protocol
@pytest.mark.parametrize("fill", [b"p", b"\xa5"], ids=["plain", "escaped"])
def test_the_longest_body_fits_and_one_byte_more_does_not(marks: Marks, fill: bytes) -> None:
    for size in (1, 7, 10_000):
        assert in_pieces(frames(marks), marks.wrap(fill * LONGEST), size) == [fill * LONGEST]
        found = in_pieces(frames(marks), marks.wrap(fill * (LONGEST + 1)) + marks.wrap(b"x"), size)
        assert found[0] == FrameError("length", LONGEST + 1)
        assert found[-1] == b"x"


@pytest.mark.parametrize(
    ("escapes", "said"),
    [
        ({0xA5: b"\xaa\x05", 0xAE: b"\xaa\x0e"}, "needs two bytes"),  # AA itself could not be told from an escape
        ({0xA5: b"\xaa\x05", 0xAA: b"\xaa\x0a"}, "needs two bytes"),  # AE would end the frame
        ({0xA5: b"\xaa\x05", 0xAE: b"\xaa", 0xAA: b"\xaa\x0a"}, "needs two bytes"),
        ({0xA5: b"\xaa\xae", 0xAE: b"\xaa\x0e", 0xAA: b"\xaa\x0a"}, "end in a mark"),
    ],
)
def test_marks_that_could_not_be_read_back_are_refused(escapes: dict[int, bytes], said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        Marks(0xA5, 0xAE, escapes)
