"""A content pack is read whole or not at all, and every mistake in it is named with file, line and what to do."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hall_config.content.commands import app
from hall_config.content.load import read_pack, sample_folder
from hall_config.content.problems import ContentError, ContentProblem
from hall_config.wording import LANGUAGES
from tests.spoilt_pack import GUIDE, change, pack_fixture, picture  # noqa: F401

DAY = date(2026, 11, 22)


def problems(folder: Path) -> list[ContentProblem]:
    with pytest.raises(ContentError) as wrong:
        read_pack(folder)
    assert all(one.words(language) for one in wrong.value.problems for language in LANGUAGES)
    return list(wrong.value.problems)


def test_the_sample_is_right_whole_in_both_languages_and_says_that_it_is_a_sample():
    pack = read_pack(sample_folder())
    assert pack.pack.sample
    assert (len(pack.guides), len(pack.knowledge), len(pack.places.place), len(pack.people)) == (6, 10, 4, 5)
    assert all(guide.shown_on(DAY) and not guide.overdue_on(DAY) for guide in pack.guides)
    assert all(guide.basis and guide.conditions and guide.steps and guide.name.en for guide in pack.guides)
    assert all(one.head.source and one.answer_en and one.head.question.en for one in pack.knowledge)


def test_people_of_the_sample_cannot_exist():
    licences = [one.licence for one in read_pack(sample_folder()).people if one.licence]
    assert licences
    assert all(number[1:5] == "9999" for number in licences)


@pytest.mark.parametrize(
    ("name", "old", "new", "code", "key", "near"),
    [
        (GUIDE, "reviewer", "reviewr", "UNKNOWN_KEY", "reviewr", "reviewer"),
        (GUIDE, 'phone = "12348"', "phone = 12348", "WRONG_TYPE", "phone", None),
        (GUIDE, 'service = "B"', 'service = "BB"', "WRONG_FORM", "service", None),
        (GUIDE, "review_by = 2027-05-31", "review_by = 2020-01-01", "DATES", "", None),
        (GUIDE, "review_by = 2027-05-31", "review_by = 2020-13-01", "NOT_TOML", "", None),
        (GUIDE, "original = 1", "original = 99", "TOO_LARGE", "paper[1].original", None),
        (GUIDE, "version = 1", "", "MISSING_KEY", "version", None),
        ("knowledge/04-divorce-thirty-days.md", "FAMILY", "FAMILI", "NOT_ONE_OF", "topic", "FAMILY"),
        ("knowledge/04-divorce-thirty-days.md", "+++\nid", "id", "NO_HEAD", "", None),
        ("places.toml", "lat = 30.483", "lat = 130.483", "TOO_LARGE", "place[1].lat", None),
        ("places.toml", 'id = "notary"', 'id = "centre"', "TWICE", "place[4].id", None),
        ("people.toml", "19999201510000001", "123", "WRONG_FORM", "person[1].licence", None),
        ("people.toml", 'since = 2015', 'photo = "lin.png"', "NO_PICTURE", "person[1].photo", None),
        ("people.toml", "MEDIATOR", "MEDIATER", "NOT_ONE_OF", "person[3].kind", "MEDIATOR"),
        ("pack.toml", 'version = "1.0"', 'version = "new"', "WRONG_FORM", "version", None),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_file_line_and_nearest_name(pack, name, old, new, code, key, near):
    before = (pack / name).read_text(encoding="utf-8")
    change(pack, name, old, new)
    found = [one for one in problems(pack) if (one.file, one.code) == (name, code)]
    assert len(found) == 1
    assert found[0].nearest == near
    assert found[0].as_json()["key"] == key
    if code not in ("MISSING_KEY", "DATES", "NO_HEAD"):
        assert found[0].line == before[: before.index(old)].count("\n") + 1


def test_all_mistakes_of_all_files_are_told_in_one_run(pack):
    change(pack, GUIDE, "reviewer", "reviewr")
    change(pack, "people.toml", "MEDIATOR", "MEDIATER")
    (pack / "places.toml").unlink()
    (pack / "guide").mkdir()
    (pack / "guides" / "notes.txt").write_text("x")
    shutil.copy(pack / GUIDE, pack / "guides" / "99-again.toml")
    told = {(one.file, one.code) for one in problems(pack)}
    assert told >= {
        (GUIDE, "UNKNOWN_KEY"),
        ("people.toml", "NOT_ONE_OF"),
        ("places.toml", "NO_SUCH_FILE"),
        ("guide", "UNKNOWN_FILE"),
        ("guides/notes.txt", "WRONG_ENDING"),
    }
    assert next(one.nearest for one in problems(pack) if one.file == "guide") == "guides"


def test_two_guides_of_one_code_are_a_mistake(pack):
    shutil.copy(pack / GUIDE, pack / "guides" / "99-again.toml")
    assert [(one.file, one.code) for one in problems(pack)] == [("guides/99-again.toml", "TWICE")]


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"\xff\xfe\x00", "NOT_UTF8"),
        (b"a = " + b"[" * 100_000, "NOT_TOML"),
        (b"x" * 300_000, "TOO_BIG"),
        (b"", "MISSING_KEY"),
        ('code = "一二"\n'.encode(), "WRONG_FORM"),
    ],
)
def test_rubbish_in_a_file_is_named_and_survived(pack, raw, code):
    (pack / GUIDE).write_bytes(raw)
    assert code in {one.code for one in problems(pack) if one.file == GUIDE}


def test_a_link_out_of_the_folder_is_not_followed(pack, tmp_path):
    secret = tmp_path / "secret.toml"
    shutil.copy(pack / GUIDE, secret)
    (pack / GUIDE).unlink()
    (pack / GUIDE).symlink_to(secret)
    assert [(one.file, one.code) for one in problems(pack)] == [(GUIDE, "UNREADABLE")]


def test_a_picture_must_be_one_inside_too(pack):
    (pack / "pictures").mkdir()
    (pack / "pictures" / "lin.png").write_text("<svg onload=alert(1)>")
    (pack / "pictures" / "big.jpg").write_bytes(b"\xff\xd8\xff" + bytes(3 * 1024 * 1024))
    assert {(one.file, one.code) for one in problems(pack)} == {
        ("pictures/lin.png", "NOT_A_PICTURE"),
        ("pictures/big.jpg", "TOO_BIG"),
    }


@pytest.mark.parametrize(("form", "ending"), [("PNG", "png"), ("JPEG", "jpg"), ("WEBP", "webp")])
def test_a_picture_that_is_cut_or_hollow_or_a_program_is_named(pack, form, ending):
    whole = picture(form)
    (pack / "pictures").mkdir()
    spoilt = {"cut": whole[:-20], "hollow": whole[:12] + bytes(len(whole) - 12), "program": b"\x7fELF" + bytes(2000)}
    for name, raw in {"whole": whole, **spoilt}.items():
        (pack / "pictures" / f"{name}.{ending}").write_bytes(raw)
    assert {(one.file, one.code) for one in problems(pack)} == {
        (f"pictures/{name}.{ending}", "NOT_A_PICTURE") for name in spoilt
    }
    shown = CliRunner().invoke(app, ["check", str(pack)])
    assert shown.exit_code == 2
    assert all(f"pictures/{name}.{ending}" in shown.stderr for name in spoilt)


def test_a_file_named_with_markup_is_named_as_it_is(pack):
    (pack / "guides" / "<b>x<b>.toml").write_text("code = 1", encoding="utf-8")
    (pack / "pictures").mkdir()
    (pack / "pictures" / "<img src=x>.png").write_bytes(b"MZ")
    named = {one.file for one in problems(pack)}
    assert named >= {"guides/<b>x<b>.toml", "pictures/<img src=x>.png"}


def test_what_is_not_yet_valid_no_more_valid_or_a_draft_is_not_shown(pack):
    change(pack, GUIDE, "version = 1", "valid_to = 2026-12-31\nversion = 1")
    guide = next(one for one in read_pack(pack).guides if one.code == "LA-01")
    assert [guide.shown_on(day) for day in (date(2026, 11, 19), date(2026, 12, 31), date(2027, 1, 1))] == [
        False,
        True,
        False,
    ]
    assert [guide.overdue_on(day) for day in (date(2027, 5, 31), date(2027, 6, 1))] == [False, True]
    change(pack, GUIDE, "version = 1", "published = false\nversion = 1")
    assert not next(one for one in read_pack(pack).guides if one.code == "LA-01").shown_on(DAY)


def test_the_command_says_what_is_wrong_or_what_there_is(pack):
    good = CliRunner().invoke(app, ["check", str(pack), "--json"])
    assert (good.exit_code, json.loads(good.stdout)["guides"]) == (0, 6)
    change(pack, GUIDE, "reviewer", "reviewr")
    wrong = CliRunner().invoke(app, ["check", str(pack)])
    assert wrong.exit_code == 2
    assert f"{GUIDE}:" in wrong.stderr
    assert "reviewer" in wrong.stderr
    data = json.loads(CliRunner().invoke(app, ["check", str(pack), "--json"]).stdout)
    assert {"file": GUIDE, "key": "reviewr", "code": "UNKNOWN_KEY"}.items() <= data["problems"][-1].items()
    assert CliRunner().invoke(app, ["check", str(pack / "nowhere")]).exit_code == 2
