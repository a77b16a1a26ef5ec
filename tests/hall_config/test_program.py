"""The program ``hall``: commands found by entry points, exit codes, and words for the user's mistakes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hall_config.program import run
from tests.hall_config.good_hall import GOOD_HALL

HALL = Path(sys.executable).parent / "hall"

PART = """\
import typer
from hall_config.load import read_hall_file
from hall_config.outcome import Exit, Stop

app = typer.Typer(add_completion=False)

@app.command()
def probe(config: str = "", count: int = 0) -> None:
    if count == 3:
        raise Stop(Exit.MISSING, "config.NO_SUCH_FILE")
    if count == 4:
        raise typer.Exit(4)
    if config:
        read_hall_file(config)
    print("probed", count)

@app.command()
def other() -> None:
    print("other")
"""


@pytest.fixture
def parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Parts installed beside ours, as pip would lay them out."""
    (tmp_path / "some_part.py").write_text(PART, encoding="utf-8")
    (tmp_path / "bare_part.py").write_text("import a_package_that_nobody_has\n", encoding="utf-8")
    information = tmp_path / "some_part-1.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: some-part\nVersion: 1\n", encoding="utf-8")
    (information / "entry_points.txt").write_text(
        "[legal_hall.commands]\nprobe = some_part:app\nother = some_part:app\nbare = bare_part:app\n"
        "shared.config = some_part:app\nshared.database = bare_part:app\n",
        encoding="utf-8",
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "some_part", raising=False)
    return tmp_path


def both_languages(text: str) -> bool:
    return any("\u4e00" <= char <= "\u9fff" for char in text) and any("a" <= char <= "z" for char in text)


def test_help_names_every_command_in_both_languages(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    told = capsys.readouterr().out
    for command in ("demo", "simulate", "edge", "central", "users", "config", "journal"):
        assert f"  {command}" in told
    assert both_languages(told)


def test_without_a_command_the_help_comes_with_exit_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([]) == 2
    assert "hall" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("confi", 2),
        ("config", 2),
        ("config check", 2),
        ("config check --foo x", 2),
        ("config check /nowhere/hall.toml", 2),
        ("users add somebody", 2),
        ("users --config a --database b", 2),
        ("probe --count many", 2),
        ("probe --config /nowhere/hall.toml", 2),
        ("probe --count 3", 3),
        ("bare", 3),
    ],
)
def test_a_mistake_ends_in_two_sentences_and_its_code(
    line: str, code: int, parts: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(line.split()) == code
    told = capsys.readouterr()
    assert told.out == ""
    assert "Traceback" not in told.err
    assert both_languages(told.err)


def test_the_command_of_a_part_runs_with_its_own_options(parts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["probe", "--count", "2"]) == 0
    assert capsys.readouterr().out == "probed 2\n"
    assert run(["probe", "--count", "4"]) == 4
    assert run(["other"]) == 0


def test_a_shared_command_goes_to_the_part_whose_option_is_given(
    parts: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["shared", "probe", f"--config={parts / 'no.toml'}"]) == 2
    assert "no.toml:1" in capsys.readouterr().err
    assert run(["shared", "probe", "--database", "sqlite://"]) == 3
    assert "a_package_that_nobody_has" in capsys.readouterr().err


def test_a_fault_of_ours_is_not_hidden(parts: Path) -> None:
    (parts / "some_part.py").write_text("import hall.no_such_module\n", encoding="utf-8")
    with pytest.raises(ModuleNotFoundError):
        run(["probe"])


def test_config_check_says_what_is_right(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "hall.toml"
    file.write_text(GOOD_HALL, encoding="utf-8")
    assert run(["config", "check", str(file)]) == 0
    assert both_languages(capsys.readouterr().out)
    assert run(["config", "check", "--json", str(file)]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "ok": True,
        "file": str(file),
        "hall": "test-hall",
        "services": 1,
        "windows": 1,
        "devices": 0,
        "problems": [],
    }


def test_config_check_gives_problems_as_data(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "hall.toml"
    file.write_text(GOOD_HALL.replace("name_en", "nam_en", 1), encoding="utf-8")
    assert run(["config", "check", str(file), "--json"]) == 2
    answer = json.loads(capsys.readouterr().out)
    assert not answer["ok"]
    found = {(problem["line"], problem["key"], problem["nearest"]) for problem in answer["problems"]}
    assert found == {(1, "hall.name_en", None), (4, "hall.nam_en", "name_en")}
    assert all(problem["message"] and problem["message_zh"] for problem in answer["problems"])


def test_the_installed_program_helps_quickly_and_loads_no_part() -> None:
    script = (
        "import sys; from hall_config.program import run; run(['--help'])\n"
        "print(sorted(name for name in ('pydantic', 'typer', 'edge', 'central', 'simulators') if name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
    quickest = 9.0
    for _ in range(5):  # the quickest of five, so that a busy machine does not count
        start = time.perf_counter()
        subprocess.run([HALL, "--help"], capture_output=True, check=True)
        quickest = min(quickest, time.perf_counter() - start)
    assert quickest < 0.5


def test_a_reader_that_goes_away_is_no_traceback() -> None:
    read_end, write_end = os.pipe()
    os.close(read_end)
    with os.fdopen(write_end, "wb") as gone:
        done = subprocess.run([HALL, "--help"], stdout=gone, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == ""


def test_a_terminal_without_chinese_still_gets_the_english() -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "latin-1"}
    done = subprocess.run([HALL, "config", "check", "/nowhere"], capture_output=True, env=environment, check=False)
    assert done.returncode == 2
    assert b"There is no such file." in done.stderr
    assert b"Traceback" not in done.stderr
