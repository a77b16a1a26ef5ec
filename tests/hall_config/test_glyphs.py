"""Which characters a font shows is read out of its file, as its own table says it."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from hall_config.glyphs import shown_by


def font(subtable: bytes, *, behind: bytes = b"") -> bytes:
    """A face that has a table ``cmap`` and nothing else."""
    cmap = struct.pack(">HHHHI", 0, 1, 3, 10, 12) + subtable
    head = behind + struct.pack(">IHHHH", 0x00010000, 1, 16, 0, 0)
    return head + struct.pack(">4sIII", b"cmap", 0, len(head) + 16, len(cmap)) + cmap


def every_plane(*groups: tuple[int, int, int]) -> bytes:
    body = b"".join(struct.pack(">III", *group) for group in groups)
    return struct.pack(">HHIII", 12, 0, 16 + len(body), 0, len(groups)) + body


def first_plane() -> bytes:
    """A to C by counting up; X and Z by their own glyphs, and Y by none; then the mark of the end."""
    lasts, firsts = (0x43, 0x5A, 0xFFFF), (0x41, 0x58, 0xFFFF)
    steps, offsets = (0, 0, 1), (0, 4, 0)
    words = (*lasts, 0, *firsts, *steps, *offsets, 7, 0, 9)
    return struct.pack(">HHHHHHH", 4, 14 + 2 * len(words), 0, 6, 0, 0, 0) + struct.pack(f">{len(words)}H", *words)


def written(folder: Path, content: bytes) -> Path:
    place = folder / "a.ttf"
    place.write_bytes(content)
    return place


def test_every_plane_is_read_and_a_glyph_that_is_none_is_not_counted(tmp_path: Path) -> None:
    shown = shown_by(
        written(tmp_path, font(every_plane((0x41, 0x42, 0), (0x20000, 0x20001, 5), (0x20002, 0x20003, 9))))
    )
    assert ["A" in shown, "B" in shown, "\U00020000" in shown, "\U00020003" in shown] == [False, True, True, True]
    assert "\U00020004" not in shown
    assert 0x20000 not in shown, "a character is asked for, not its number"


def test_segments_of_the_first_plane_are_read(tmp_path: Path) -> None:
    shown = shown_by(written(tmp_path, font(first_plane())))
    assert [one for one in "@ABCDXYZ[\uffff" if one in shown] == ["A", "B", "C", "X", "Z"]


def test_a_face_of_a_collection_is_found_at_its_place(tmp_path: Path) -> None:
    behind = struct.pack(">4sIIII", b"ttcf", 0x00010000, 2, 999, 20)
    assert "好" in shown_by(written(tmp_path, font(every_plane((0x4E00, 0x9FFF, 1)), behind=behind)), 1)


def test_a_file_without_such_a_table_shows_nothing(tmp_path: Path) -> None:
    assert "A" not in shown_by(written(tmp_path, struct.pack(">IHHHH", 0x00010000, 0, 0, 0, 0)))


@pytest.mark.parametrize("content", [b"", b"ttcf", b"\x00\x01\x00\x00\x00\x09"])
def test_a_file_that_is_no_font_is_an_error(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(struct.error):
        shown_by(written(tmp_path, content))
