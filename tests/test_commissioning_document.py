"""The Monday of docs/commissioning.md: the same commands in both languages, each with options that exist."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from edge.commissioning.trial_words import Verdict
from hall_config.program import run
from hall_config.wording import say

DOCS = Path(__file__).parent.parent / "docs"
TEXTS = {"zh": "commissioning.zh.md", "en": "commissioning.md"}


def commands(name: str) -> list[str]:
    """Every command line of the document's blocks."""
    blocks = re.findall(r"(?ms)^```\n(.*?)^```", (DOCS / name).read_text(encoding="utf-8"))
    return [line for block in blocks for line in block.splitlines()]


def hall_commands() -> list[list[str]]:
    found = []
    for line in commands(TEXTS["en"]):
        words = shlex.split(line)
        if "hall" in words[:4]:
            found.append(words[words.index("hall") + 1 :])
    return found


def test_both_languages_show_the_same_commands() -> None:
    assert commands(TEXTS["zh"]) == commands(TEXTS["en"])
    assert len(hall_commands()) >= 8


@pytest.mark.parametrize("words", hall_commands(), ids=" ".join)
def test_every_command_and_option_exists(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*words[:2], *(word for word in words[2:] if word == "--config"), "--help"]) in (0, 2)
    said = capsys.readouterr().out
    assert run([*words[:2], "--help"]) == 0
    said += capsys.readouterr().out
    for option in (word for word in words if word.startswith("--")):
        assert option in said, option


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_word_that_people_meet_is_explained(language: str) -> None:
    text = (DOCS / TEXTS[language]).read_text(encoding="utf-8")
    states = ("ready", "degraded", "absent", "lost", "answers_wrongly", "quarantined", "opening", "handshake")
    words = [say(f"commissioning.state.{state}", language) for state in (*states, "not_running")]  # type: ignore[arg-type]
    verdicts = (Verdict.PASSED, Verdict.FAILED, Verdict.SILENT)
    words += [say(f"commissioning.verdict.{verdict}", language) for verdict in verdicts]  # type: ignore[arg-type]
    assert [word for word in words if word not in text] == []


def test_the_files_that_are_copied_are_shipped() -> None:
    shipped = re.findall(r"/opt/legal-hall/(systemd/\S+)", "\n".join(commands(TEXTS["en"])))
    assert shipped
    assert [name for name in shipped if not (DOCS.parent / name).is_file()] == []
