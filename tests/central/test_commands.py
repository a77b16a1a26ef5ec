"""``hall users … --database`` and ``hall central``: what they answer and with which exit code."""

import io
import json
from pathlib import Path

import pytest

from hall_config.program import run

SECRET = "Abcd-efgh-ijkm-42"


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'central.db'}"


def test_an_account_is_made_listed_and_removed(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["users", "add", "wang.li", "--database", url, "--json"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert (made["name"], made["roles"], made["unit"], len(made["code"])) == ("wang.li", ["viewer"], "city", 19)
    assert run(["users", "list", "--database", url, "--json"]) == 0
    listed = capsys.readouterr().out
    assert [(one["name"], one["state"]) for one in json.loads(listed)["items"]] == [("wang.li", "to_activate")]
    assert made["code"] not in listed
    assert run(["users", "code", "wang.li", "--database", url]) == 0
    assert made["code"] not in capsys.readouterr().out
    assert run(["users", "remove", "wang.li", "--database", url]) == 0
    assert run(["users", "remove", "wang.li", "--database", url]) == 1
    assert run(["users", "code", "wang.li", "--database", url]) == 1


def test_a_secret_from_stdin_is_set_at_once_and_never_shown(
    url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    typed = tmp_path / "secret"
    typed.write_text(f"{SECRET}\n")
    with typed.open() as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        assert run(["users", "add", "wang.li", "--role", "admin", "--database", url, "--secret-stdin"]) == 0
    assert SECRET not in capsys.readouterr().out
    assert run(["users", "list", "--database", url]) == 0
    told = capsys.readouterr().out
    assert "admin" in told
    assert "可用" in told


def test_weak_secrets_and_wrong_names_are_refused_in_both_languages(
    url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    typed = tmp_path / "secret"
    typed.write_text("Password123!\n")
    with typed.open() as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        assert run(["users", "add", "wang.li", "--database", url, "--secret-stdin"]) == 1
    words = capsys.readouterr().err
    assert "常见" in words
    assert "common" in words
    assert "Password123!" not in words
    assert run(["users", "add", "王丽", "--database", url]) == 1
    assert run(["users", "add", "wang.li", "--database", url]) == 0
    assert run(["users", "add", "wang.li", "--database", url]) == 1


def test_many_accounts_are_made_in_one_go_all_or_none(
    url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def add_many(*lines: dict[str, object], options: tuple[str, ...] = ()) -> int:
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{json.dumps(line)}\n" for line in lines)))
        return run(["users", "add-many", "--database", url, "--json", *options])

    def names() -> list[str]:
        assert run(["users", "list", "--database", url, "--json"]) == 0
        return [one["name"] for one in json.loads(capsys.readouterr().out)["items"]]

    guard, li = {"name": "guard", "roles": ["security_admin"], "secret": SECRET}, {"name": "li.ming"}
    assert add_many(guard, li) == 0
    said = capsys.readouterr().out
    assert SECRET not in said
    items = json.loads(said)["items"]
    assert [(one["name"], one["roles"], one["code"] is None) for one in items] == [
        ("guard", ["security_admin"], True),
        ("li.ming", ["viewer"], False),
    ]
    assert add_many({"name": "wu.hao"}, guard) == 1  # the second name is taken
    assert add_many({"name": "wu.hao"}, {"name": "abc", "roles": ["king"]}) == 2
    assert add_many({"name": "wu.hao"}, {"name": "abc", "unit": "nowhere"}) == 1
    assert add_many() == 2
    assert "Line 1" in capsys.readouterr().err
    assert names() == ["guard", "li.ming"]
    assert add_many({"name": "wu.hao"}, guard, options=("--anew",)) == 0
    capsys.readouterr()
    assert names() == ["guard", "li.ming", "wu.hao"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["users", "list", "--database", "mysql://h/x"], 2),
        (["users", "list", "--database", "nonsense"], 2),
        (["users", "list", "--database", "sqlite:////proc/nowhere/x.db"], 3),
        (["users", "list", "--database", "sqlite:////nowhere/x.db"], 3),
        (["users", "remove", "abc", "--database", "sqlite:////nowhere/x.db"], 3),
        (["audit", "verify", "--database", "sqlite:////nowhere/x.db"], 3),
        (["users", "add", "--database", "sqlite://"], 2),
        (["users", "add", "abc", "--role", "king", "--database", "sqlite://"], 2),
        (["central", "--listen", "nonsense"], 2),
        (["central", "--listen", "127.0.0.1:٨٠"], 2),
        (["central", "--listen", "127.0.0.1:99999"], 2),
        (["central", "--broker-password-file", "/nowhere/at/all"], 2),
        (["central", "--data", "/proc/nowhere"], 3),
        (["central", "--unknown"], 2),
    ],
)
def test_wrong_command_lines_end_with_their_code_and_two_sentences(
    arguments: list[str], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == code
    lines = capsys.readouterr().err.strip().splitlines()
    assert len(lines) == 2
    assert not any("Traceback" in line for line in lines)


def test_a_database_of_a_newer_version_is_not_touched(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    from central.database import Database

    database = Database(url)
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    assert run(["users", "list", "--database", url]) == 3
    assert "newer version" in capsys.readouterr().err
