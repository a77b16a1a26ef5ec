"""Typer's own English in Chinese first: the sentences of its real errors, and the heads of its help pages."""

from __future__ import annotations

import re

import pytest

from hall_config.command_words import reason_words
from hall_config.program import run

WRONG = {
    "devices probe --nix": ("没有选项 --nix", "there is no option --nix"),
    "devices probe --liste 3": ("是不是想写 --listen", "perhaps --listen"),
    "devices nix": ("没有子命令 nix", "there is no command nix"),
    "devices": ("缺少子命令", "a command is missing"),
    "devices probe --listen": ("--listen 后面要写一个值", "--listen needs a value"),
    "devices probe --json=3": ("--json 后面不能写值", "--json takes no value"),
    "devices probe --listen soon": ("--listen 要写数字", "--listen wants a number"),
    "devices test --relay one": ("--relay 要写整数", "--relay wants a whole number"),
    "devices probe --listen 900": ("--listen 不能大于 600", "--listen must not be greater than 600"),
    "devices probe --listen -1": ("--listen 不能小于 0", "--listen must not be less than 0"),
    "config check": ("缺少参数 FILE", "the argument FILE is missing"),
    "config check a b": ("多出来的参数：b", "too many arguments: b"),
    "simulate": ("必须写选项 --config", "the option --config is missing"),
}


@pytest.mark.parametrize("line", WRONG)
def test_what_is_wrong_with_a_command_line_is_said_in_both_languages(
    line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(line.split()) == 2
    chinese, english = capsys.readouterr().err.splitlines()
    assert WRONG[line][0] in chinese
    assert WRONG[line][1] in english
    assert re.search(r"(No such|Missing|Invalid|Got unexpected|requires)", chinese) is None
    place = " ".join(word for word in line.split()[:2] if word.isalpha() and word != "nix")
    assert f"hall {place} --help" in chinese


def test_a_sentence_that_nobody_foresaw_stays_as_it_is() -> None:
    assert reason_words("Something {odd}") == {"zh": "Something {odd}", "en": "Something {odd}"}


def test_control_characters_of_a_command_line_reach_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["devices", "probe", "--\x1b[2J"]) == 2
    assert run(["devices", "\x1b[2J"]) == 2
    assert run(["devices", "probe", "--listen", "\x1b[2J"]) == 2
    assert "\x1b" not in capsys.readouterr().err


@pytest.mark.parametrize("line", ["devices", "devices probe", "config init", "config check", "simulate", "journal"])
def test_help_has_heads_in_both_languages(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*line.split(), "--help"]) == 0
    said = capsys.readouterr().out
    assert "用法 / Usage:" in said
    assert "选项 / Options" in said
    assert "显示本说明" in said
    assert re.search(r"^(Usage|Options|Commands|Arguments)", said, re.MULTILINE) is None
    assert "Show this message" not in said
