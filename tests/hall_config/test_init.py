"""``hall config init``: the questions, the file, and that nothing is overwritten or half written."""

from __future__ import annotations

import io
import sys
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from hall_config import prober
from hall_config.driver_book import installed_book
from hall_config.load import read_hall_file
from hall_config.prober import Proposal
from hall_config.program import run

HEAD = ["test-hall", "测试大厅", "Test Hall", "2", "", "", "", "", "2", "", "ba", "", ""]
READER = Proposal("sam-id-card", "card-reader", "/dev/serial/by-path/x-1", None, None, "SAM 05.03", False)
SIGN = "onbon-bx-sign", "sign", "/dev/serial/by-id/x-2", None
SIGNS = [Proposal(*SIGN, address, "", True, (("width", 64),)) for address in (1, 2)]

Init = Callable[..., tuple[int, Path]]


@pytest.fixture(name="init")
def init_fixture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Init:
    def go(*lines: str, found: Sequence[Proposal] = (), probe: bool = True) -> tuple[int, Path]:
        monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        monkeypatch.setattr(prober, "installed_prober", lambda: lambda folder: list(found))
        out = tmp_path / "hall.toml"
        return run(["config", "init", "--out", str(out), "--from-probe" if probe else "--no-probe"]), out

    return go


def test_the_answers_become_a_file_that_the_check_accepts(init: Init, capsys: pytest.CaptureFixture[str]) -> None:
    code, out = init(*HEAD, probe=False)
    assert code == 0
    file = read_hall_file(out, installed_book())
    assert (file.hall.id, file.hall.name_zh, file.hall.name_en) == ("test-hall", "测试大厅", "Test Hall")
    assert [service.name_zh for service in file.service] == ["法律咨询", "法律援助申请"]
    assert [window.services for window in file.window] == [("A", "B"), ("B", "A")]
    assert file.uplink is None
    assert str(out) in capsys.readouterr().out
    assert run(["config", "check", str(out)]) == 0


def test_what_was_found_is_written_with_its_comments_and_a_bus_where_two_share_a_port(init: Init) -> None:
    code, out = init(*HEAD, "", "", "1", "y", "2", found=[READER, *SIGNS])
    assert code == 0
    file = read_hall_file(out, installed_book())
    assert [(one.id, one.line, one.address, one.window) for one in file.device] == [
        ("card-reader", None, None, None),
        ("sign-1", "bus-1", 1, 1),
        ("sign-2", "bus-1", 2, 2),
    ]
    text = out.read_text(encoding="utf-8")
    assert "# width = 64" in text
    assert "SAM 05.03" in text
    devices = text.partition("引脚")[0]
    tomllib.loads(devices.replace("# [device.options]", "[device.options]").replace("# width = 64", "width = 64"))


def test_a_device_that_is_refused_is_not_written(init: Init) -> None:
    code, out = init(*HEAD, "n", found=[READER])
    assert code == 0
    assert read_hall_file(out).device == ()


def test_a_wrong_answer_is_asked_again_in_words(init: Init, capsys: pytest.CaptureFixture[str]) -> None:
    code, out = init("Bad Id!", "central", *HEAD, probe=False)
    assert code == 0
    assert read_hall_file(out).hall.id == "test-hall"
    said = capsys.readouterr().err
    assert "只能用小写字母" in said
    assert "Only small letters" in said


@pytest.mark.parametrize(
    "lines", [[], ["test-hall"], ["x"] * 20, [*HEAD[:3], "99"], ["\x00"] * 9, ["a" * 10_000] * 9, ['a"b'] * 9]
)
def test_answers_that_end_or_stay_wrong_write_nothing(
    init: Init, lines: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    code, out = init(*lines, probe=False)
    assert code == 2
    assert not out.exists()
    assert list(out.parent.iterdir()) == []
    assert "没有写文件" in capsys.readouterr().err


def test_names_with_quotes_and_brackets_stay_text(init: Init) -> None:
    odd = 'a"b\\c]]#='
    code, out = init("test-hall", odd, odd, *HEAD[3:], probe=False)
    assert code == 0
    assert read_hall_file(out).hall.name_zh == odd


def test_an_old_file_is_kept_unless_somebody_says_yes(init: Init, capsys: pytest.CaptureFixture[str]) -> None:
    _, out = init(*HEAD, probe=False)
    out.write_text("mine", encoding="utf-8")
    assert init("n", *HEAD, probe=False)[0] == 2
    assert init(*HEAD, probe=False)[0] == 2  # the first answer is for the old file
    assert out.read_text(encoding="utf-8") == "mine"
    assert "没有" in capsys.readouterr().err
    assert init("y", *HEAD, probe=False)[0] == 0
    assert read_hall_file(out).hall.id == "test-hall"


def test_a_folder_that_is_not_there_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in HEAD)))
    assert run(["config", "init", "--no-probe", "--out", str(tmp_path / "no" / "hall.toml")]) == 1
