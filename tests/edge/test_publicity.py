"""The publicity folder: what is shown, in which order, and why the rest is not."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from PIL import Image

from edge import publicity
from edge.publicity import Item, Publicity, Skipped
from tests.edge.film_boxes import DATA, FILM, HOLLOW, KIND, box, head


def picture(path: Path, form: str = "PNG", size: tuple[int, int] = (64, 36)) -> None:
    Image.new("RGB", size, (200, 20, 20)).save(path, form)


def looked(folder: Path) -> Publicity:
    return Publicity(str(folder), 5)


def reasons(folder: Path) -> dict[str, str]:
    return {one.name: one.reason for one in looked(folder).skipped()}


def test_files_come_by_name_and_each_has_a_name_of_its_own(tmp_path: Path) -> None:
    picture(tmp_path / "2 二.jpg", "JPEG")
    picture(tmp_path / "1 一.png")
    picture(tmp_path / "3.webp", "WEBP")
    (tmp_path / "4.MP4").write_bytes(FILM)
    (tmp_path / ".half-copied.png").write_bytes(b"")
    (tmp_path / "folder.png").mkdir()
    (tmp_path / "link.png").symlink_to("/etc/passwd")
    found = looked(tmp_path)
    assert [item.path.name for item in found.items()] == ["1 一.png", "2 二.jpg", "3.webp", "4.MP4"]
    assert [item.kind for item in found.items()] == ["picture"] * 3 + ["film"]
    assert len({item.key for item in found.items()}) == 4
    assert found.skipped() == ()
    assert all(found.find(item.key) == item for item in found.items())
    assert found.find("../1 一.png") is None


def test_what_cannot_be_shown_is_named_with_its_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    picture(tmp_path / "good.png")
    data = (tmp_path / "good.png").read_bytes()
    (tmp_path / "half.png").write_bytes(data[: len(data) // 2])
    (tmp_path / "liar.png").write_bytes(FILM)
    (tmp_path / "page.html").write_text("<script>")
    (tmp_path / "empty.jpg").write_bytes(b"")
    for name, size in (("huge.mp4", publicity.LARGEST_FILM + 1), ("huge.jpg", publicity.LARGEST_PICTURE + 1)):
        with (tmp_path / name).open("wb") as file:
            file.truncate(size)
    (tmp_path / "noise.mp4").write_bytes(random.Random(1).randbytes(5000))
    (tmp_path / "cut.mp4").write_bytes(FILM[:-100])
    (tmp_path / "empty.mp4").write_bytes(b"")
    (tmp_path / "headless.mp4").write_bytes(box(b"ftyp", bytes(8)) + box(b"mdat", bytes(99)))
    monkeypatch.setattr(publicity, "_MOST_PIXELS", 5000)
    picture(tmp_path / "wide.png", size=(100, 100))
    assert reasons(tmp_path) == {
        "half.png": "broken", "liar.png": "broken", "page.html": "unknown_sort", "empty.jpg": "broken",
        "huge.mp4": "too_large", "huge.jpg": "too_large", "noise.mp4": "broken", "cut.mp4": "broken",
        "empty.mp4": "broken", "headless.mp4": "broken", "wide.png": "too_many_pixels",
    }  # fmt: skip


@pytest.mark.parametrize("what", HOLLOW)
def test_a_hollow_film_behind_a_right_header_is_named(tmp_path: Path, what: str) -> None:
    (tmp_path / "film.mp4").write_bytes(HOLLOW[what])
    assert reasons(tmp_path) == {"film.mp4": "broken"}


def test_a_film_in_parts_and_one_with_long_boxes_are_films(tmp_path: Path) -> None:
    parts = KIND + box(b"moov", head(length=0, pictures=0)[8:], box(b"mvex")) + box(b"moof", bytes(20)) + DATA
    (tmp_path / "parts.mp4").write_bytes(parts)
    long = (1).to_bytes(4, "big") + b"mdat" + (516).to_bytes(8, "big") + bytes(500)
    (tmp_path / "long.mp4").write_bytes(KIND + long + head())
    assert [item.kind for item in looked(tmp_path).items()] == ["film", "film"]


def test_an_executable_and_a_name_of_markup_are_named_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "program.png").write_bytes(b"\x7fELF" + bytes(5000))
    (tmp_path / "<img src=x onerror=alert(1)>.mp4").write_bytes(b"MZ" + bytes(99))
    (tmp_path / ("长" * 80 + ".png")).write_bytes(b"#!/bin/sh")
    found = reasons(tmp_path)
    assert found["program.png"] == found["<img src=x onerror=alert(1)>.mp4"] == found["长" * 80 + ".png"] == "broken"


def test_a_folder_that_is_not_there_shows_nothing_and_one_that_fills_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publicity, "_LOOK_EVERY_S", 0.0)
    found = looked(tmp_path / "later")
    assert found.items() == ()
    (tmp_path / "later").mkdir()
    picture(tmp_path / "later" / "a.png")
    first = found.items()[0]
    picture(tmp_path / "later" / "a.png", size=(128, 72))
    assert found.items()[0].key != first.key  # a changed file is another one to every cache
    assert found.find(first.key) is None


def test_a_pipe_named_as_a_film_holds_nobody_up(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp4")
    assert looked(tmp_path).items() == ()


def test_too_many_files_are_named_and_not_looked_into(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publicity, "_MOST_FILES", 3)
    for number in range(5):
        (tmp_path / f"{number}.mp4").write_bytes(FILM)
    found = looked(tmp_path)
    assert len(found.items()) == 3
    assert found.skipped() == (Skipped("3.mp4", "too_many"), Skipped("4.mp4", "too_many"))


def test_many_new_files_are_looked_into_bit_by_bit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publicity, "_LOOK_EVERY_S", 0.0)
    monkeypatch.setattr(publicity, "_JUDGE_S", 0.0)
    for number in range(3):
        (tmp_path / f"{number}.mp4").write_bytes(FILM)
    found = looked(tmp_path)
    assert len(found._look()) == 1
    for _ in range(5):
        found._look()
    assert isinstance(found._look()[0], Item)


def test_another_folder_of_a_changed_hall_file_is_shown_at_once(tmp_path: Path) -> None:
    for name in ("old", "new"):
        (tmp_path / name).mkdir()
        picture(tmp_path / name / f"{name}.png")
    found = looked(tmp_path / "old")
    assert [item.path.name for item in found.items()] == ["old.png"]
    found.follow(str(tmp_path / "new"), 20)
    assert [item.path.name for item in found.items()] == ["new.png"]
    assert found.seconds == 20
    found.follow("", 20)
    assert found.items() == ()


def test_a_folder_named_by_a_time_of_day_is_shown_only_then(tmp_path: Path) -> None:
    picture(tmp_path / "5 always.png")
    for hours in ("0830-1200", "1200-2400", "0830-1260", "2500-2600", "830-1200", "evening", ".0830-1200"):
        (tmp_path / hours).mkdir()
        picture(tmp_path / hours / "1.png")
    (tmp_path / "0830-1200" / "0900-1000").mkdir()
    picture(tmp_path / "0830-1200" / "0900-1000" / "deep.png")
    found = looked(tmp_path)

    def shown(clock: str) -> list[str]:
        minute = int(clock[:2]) * 60 + int(clock[3:])
        return [str(item.path.relative_to(tmp_path)) for item in found.items(minute)]

    assert shown("08:29") == shown("00:00") == ["5 always.png"]
    assert shown("08:30") == shown("11:59") == ["0830-1200/1.png", "5 always.png"]
    assert shown("12:00") == shown("23:59") == ["1200-2400/1.png", "5 always.png"]
    assert len(found.items()) == 3
    assert len({item.key for item in found.items()}) == 3


def test_a_broken_file_in_a_folder_of_hours_is_named_with_its_folder(tmp_path: Path) -> None:
    (tmp_path / "0830-1200").mkdir()
    (tmp_path / "0830-1200" / "half.jpg").write_bytes(b"\xff\xd8 torn")
    assert reasons(tmp_path) == {"0830-1200/half.jpg": "broken"}
