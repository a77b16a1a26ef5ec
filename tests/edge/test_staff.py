"""Accounts and sessions of a hall's staff."""

from __future__ import annotations

import io
import json
import sqlite3
import threading
from pathlib import Path

import pytest

from edge.staff import Locked, Role, Staff, StaffBook, StaffError, StaffProblem, WrongSecret, fresh_pin
from hall_config.program import run as run_hall
from hall_config.wording import LANGUAGES, say

PIN = "86420975"
MINUTE_MS = 60_000


@pytest.fixture
def book(tmp_path: Path):
    opened = StaffBook(tmp_path / "data" / "staff.db")
    yield opened
    opened.close()


def test_name_and_pin_open_a_session_that_survives_a_restart(book, tmp_path):
    staff = book.add("测试甲", PIN, window=3, code="12")
    token = book.open_session(book.check("测试甲", PIN, 1000), 3, 1000)
    book.close()
    again = StaffBook(tmp_path / "data" / "staff.db")
    found = again.session(token, 2000)
    assert found is not None
    assert found.staff == staff == Staff("测试甲", 3, "12", Role.WINDOW)
    assert found.window == 3
    again.end_session(token)
    assert again.session(token, 2000) is None


def test_neither_pin_nor_token_stands_in_the_file(book, tmp_path):
    book.add("测试甲", PIN)
    token = book.open_session(book.check("测试甲", PIN, 0), None, 0)
    raw = b"".join(file.read_bytes() for file in (tmp_path / "data").iterdir())
    assert PIN.encode() not in raw
    assert token.encode() not in raw
    assert b"$argon2id$" in raw
    assert (tmp_path / "data" / "staff.db").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("pin", [PIN, "８６４２０９７５", f" {PIN} "])
def test_a_pin_from_a_chinese_keyboard_is_the_same_pin(book, pin):
    book.add("测试甲", PIN)
    assert book.check("测试甲", pin, 0).name == "测试甲"


@pytest.mark.parametrize(
    ("name", "secret", "code", "problem"),
    [
        ("甲", "12345", None, StaffProblem.SHORT),
        ("甲", "", None, StaffProblem.SHORT),
        ("甲", "短密码而已", None, StaffProblem.SHORT),
        ("甲", "111111", None, StaffProblem.TRIVIAL),
        ("甲", "123456", None, StaffProblem.TRIVIAL),
        ("甲", "98765432", None, StaffProblem.TRIVIAL),
        ("甲", "121212", None, StaffProblem.TRIVIAL),
        ("甲", "12341234", None, StaffProblem.TRIVIAL),
        ("甲", "１２３４５６", None, StaffProblem.TRIVIAL),
        ("testperson10", "TestPerson10", None, StaffProblem.TRIVIAL),
        ("甲", "8642097" * 30, None, StaffProblem.LONG),
        ("", PIN, None, StaffProblem.NAME),
        ("a b", PIN, None, StaffProblem.NAME),
        ("<b>", PIN, None, StaffProblem.NAME),
        ("x" * 33, PIN, None, StaffProblem.NAME),
        ("甲", PIN, "abc", StaffProblem.CODE),
        ("甲", PIN, "123456789", StaffProblem.CODE),
        ("甲", PIN, "١٢", StaffProblem.CODE),
    ],
)
def test_a_weak_or_odd_account_is_refused_with_its_reason(book, name, secret, code, problem):
    with pytest.raises(StaffError) as refused:
        book.add(name, secret, code=code)
    assert refused.value.problem is problem
    assert book.list() == ()
    for language in LANGUAGES:
        assert say(f"pages.staff.{problem}", language)


def test_one_code_belongs_to_one_person(book):
    book.add("测试甲", PIN, code="7")
    with pytest.raises(StaffError) as refused:
        book.add("测试乙", PIN, code="7")
    assert refused.value.problem is StaffProblem.CODE_TAKEN
    found = book.by_code("7")
    assert found is not None
    assert found.name == "测试甲"
    assert book.by_code("8") is None


def test_fresh_pins_pass_our_own_rules(book):
    pins = {fresh_pin() for _ in range(5)}
    assert len(pins) == 5
    book.add("测试甲", pins.pop())


def _fail(book, name, now_ms, times=5):
    for _ in range(times):
        with pytest.raises(WrongSecret):
            book.check(name, "00000001", now_ms)


@pytest.mark.parametrize("name", ["测试甲", "nobody"])
def test_five_wrong_secrets_lock_a_name_known_or_not_and_the_lock_grows(book, name):
    book.add("测试甲", PIN)
    _fail(book, name, 0)
    with pytest.raises(Locked) as locked:
        book.check(name, PIN, 1000)
    assert locked.value.wait_s == 899
    _fail(book, name, 15 * MINUTE_MS)
    with pytest.raises(Locked) as locked:
        book.check(name, PIN, 15 * MINUTE_MS)
    assert locked.value.wait_s == 1800


def test_the_right_secret_after_the_lock_forgives_and_a_new_secret_opens_it(book):
    book.add("测试甲", PIN)
    _fail(book, "测试甲", 0)
    assert book.check("测试甲", PIN, 15 * MINUTE_MS).name == "测试甲"
    _fail(book, "测试甲", 15 * MINUTE_MS, times=4)
    with pytest.raises(WrongSecret):
        book.check("测试甲", "00000001", 15 * MINUTE_MS)
    book.add("测试甲", "13572468")
    assert book.check("测试甲", "13572468", 15 * MINUTE_MS).name == "测试甲"


def test_an_idle_session_ends_and_a_used_one_lives_until_the_day_is_over(book):
    book.add("测试甲", PIN)
    idle = book.open_session(book.check("测试甲", PIN, 0), None, 0)
    assert book.session(idle, 15 * MINUTE_MS) is not None
    assert book.session(idle, 31 * MINUTE_MS) is None
    used = book.open_session(book.check("测试甲", PIN, 0), None, 0)
    for minute in range(10, 14 * 60, 10):
        assert book.session(used, minute * MINUTE_MS) is not None
    assert book.session(used, 14 * 60 * MINUTE_MS + 1) is None


def test_a_new_secret_or_a_removed_account_ends_its_sessions(book):
    book.add("测试甲", PIN)
    first = book.open_session(book.check("测试甲", PIN, 0), None, 0)
    book.add("测试甲", "13572468")
    assert book.session(first, 0) is None
    second = book.open_session(book.check("测试甲", "13572468", 0), None, 0)
    assert book.remove("测试甲") is True
    assert book.session(second, 0) is None
    assert book.remove("测试甲") is False


def test_many_may_sign_in_at_once(book):
    book.add("测试甲", PIN)
    outcomes: list[str] = []

    def sign_in() -> None:
        try:
            outcomes.append(book.check("测试甲", PIN, 0).name)
        except Locked:
            outcomes.append("later")

    threads = [threading.Thread(target=sign_in) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == 6
    assert "测试甲" in outcomes


@pytest.fixture
def hall_file(tmp_path: Path) -> Path:
    file = tmp_path / "hall.toml"
    file.write_text(
        '[hall]\nid = "test-hall"\nname_zh = "测试"\nname_en = "Test"\n'
        f'[data]\nfolder = "{tmp_path / "data"}"\n'
        '[[service]]\nletter = "A"\nname_zh = "法律咨询"\nname_en = "Legal consultation"\n'
        '[[window]]\nnumber = 1\nservices = ["A"]\n',
        encoding="utf-8",
    )
    return file


def test_users_add_prints_a_pin_once_that_opens_the_account(hall_file, tmp_path, capsys):
    assert (
        run_hall(["users", "add", "测试甲", "--config", str(hall_file), "--window", "1", "--code", "12", "--json"]) == 0
    )
    made = json.loads(capsys.readouterr().out)
    book = StaffBook(tmp_path / "data" / "staff.db")
    assert book.check("测试甲", made["secret"], 0) == Staff("测试甲", 1, "12", Role.WINDOW)
    book.close()
    assert run_hall(["users", "list", "--config", str(hall_file)]) == 0
    listed = capsys.readouterr().out
    assert "测试甲" in listed
    assert made["secret"] not in listed
    assert run_hall(["users", "remove", "测试甲", "--config", str(hall_file)]) == 0
    assert run_hall(["users", "remove", "测试甲", "--config", str(hall_file)]) == 1


def test_users_add_reads_a_secret_and_never_says_it(hall_file, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PIN}\n"))
    assert run_hall(["users", "add", "staff1", "--config", str(hall_file), "--secret-stdin"]) == 0
    said = capsys.readouterr()
    assert PIN not in said.out + said.err
    book = StaffBook(tmp_path / "data" / "staff.db")
    assert book.check("staff1", PIN, 0).window is None
    book.close()


@pytest.mark.parametrize(
    ("arguments", "typed", "code"),
    [
        (["--window", "77"], "", 2),
        (["--secret-stdin"], "123456\n", 2),
        (["--secret-stdin"], "", 2),
        (["--code", "x"], "", 2),
        (["--window", "one"], "", 2),
    ],
)
def test_users_add_refuses_with_a_reason_in_both_languages(hall_file, capsys, monkeypatch, arguments, typed, code):
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    assert run_hall(["users", "add", "staff1", "--config", str(hall_file), *arguments]) == code
    assert len(capsys.readouterr().err.strip().splitlines()) >= 2


def test_many_accounts_are_made_in_one_go(hall_file, tmp_path, capsys, monkeypatch):
    lines = [{"name": "甲", "secret": PIN, "window": 1, "code": "12"}, {"name": "主任", "supervisor": True}]
    _type(monkeypatch, "\n\n".join(json.dumps(line) for line in lines))
    assert run_hall(["users", "add-many", "--config", str(hall_file), "--json"]) == 0
    said = capsys.readouterr().out
    assert PIN not in said
    first, second = json.loads(said)["items"]
    assert first == {"name": "甲", "window": 1, "code": "12", "role": "window"}
    book = StaffBook(tmp_path / "data" / "staff.db")
    assert book.check("甲", PIN, 0) == Staff("甲", 1, "12", Role.WINDOW)
    assert book.check("主任", second["secret"], 0).role is Role.SUPERVISOR
    book.close()


@pytest.mark.parametrize(
    "second",
    [
        "{",
        "[]",
        '{"name": 7}',
        '{"name": "乙", "window": "1"}',
        '{"name": "乙", "window": 9}',
        '{"name": "乙", "owner": true}',
        '{"name": "乙", "secret": "123456"}',
        '{"name": "乙", "code": "12"}',
        '{"name": "甲"}',
        '{"name": "乙\udc80"}',
        '{"name": "乙", "secret": "' + "x" * 5000 + '"}',
    ],
)
def test_of_many_accounts_with_a_wrong_one_none_is_made(hall_file, capsys, monkeypatch, second):
    _type(monkeypatch, f'{{"name": "甲", "secret": "{PIN}", "window": 1, "code": "12"}}\n{second}\n')
    assert run_hall(["users", "add-many", "--config", str(hall_file)]) == 2
    said = capsys.readouterr()
    assert len(said.err.strip().splitlines()) == 2
    assert PIN not in said.out + said.err
    assert run_hall(["users", "list", "--config", str(hall_file), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []


def _type(monkeypatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def test_a_folder_that_cannot_be_written_is_said(hall_file, tmp_path, capsys):
    (tmp_path / "data").write_text("a file where the folder should be")
    assert run_hall(["users", "list", "--config", str(hall_file)]) == 3
    assert "数据文件夹" in capsys.readouterr().err


def test_a_damaged_file_is_an_error_and_not_an_empty_book(tmp_path):
    (tmp_path / "staff.db").write_bytes(b"not a database at all, but long enough to look at" * 50)
    with pytest.raises(sqlite3.DatabaseError):
        StaffBook(tmp_path / "staff.db")
