"""``hall journal``: order, damage and nonsense are named, never a traceback."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from edge.clock import Clock
from edge.journal import Journal
from edge.loop import HallLoop
from hall.queue.words import TakeTicket
from hall_config.program import run
from tests.hall.halls import plan


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A journal with some events and a kept state."""
    journal = Journal(tmp_path / "journal.db", "boot")
    loop = HallLoop(journal, plan(), Clock(), lambda _effects: None)
    loop.start()
    for number in range(5):
        loop.ask(TakeTicket("A", f"token-{number}"))
    loop.stop()
    journal.close()
    return tmp_path / "journal.db"


def test_a_sound_journal_is_said_to_be_sound(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["journal", "verify", str(file), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["ok"] is True


def test_a_dump_begins_where_it_is_asked_to(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["journal", "dump", "--json", "--from", "3", str(file)]) == 0
    assert [json.loads(line)["seq"] for line in capsys.readouterr().out.splitlines()] == [3, 4, 5, 6]


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE event SET body = '{}' WHERE seq = 2",
        "DELETE FROM event WHERE seq = 2",
        "DELETE FROM event WHERE seq > 3",
        "UPDATE snapshot SET state = 'rubbish'",
        "UPDATE snapshot SET state = replace(state, 'A003', 'A030')",
        "DROP TABLE event",
    ],
)
def test_damage_is_named(file: Path, damage: str, capsys: pytest.CaptureFixture[str]) -> None:
    with sqlite3.connect(file) as db:
        db.execute(damage)
    db.close()
    assert run(["journal", "verify", "--json", str(file)]) == 1
    told = capsys.readouterr()
    assert "日志" in told.err
    assert json.loads(told.out)["ok"] is False


@pytest.mark.parametrize("content", [b"", b"no database at all" * 100, b"SQLite format 3\x00" + b"\x00" * 50])
def test_what_is_no_journal_is_no_traceback(tmp_path: Path, content: bytes) -> None:
    wrong = tmp_path / "wrong.db"
    wrong.write_bytes(content)
    for command in ("verify", "dump"):
        assert run(["journal", command, str(wrong)]) == 1
    assert run(["journal", "verify", str(tmp_path / "missing.db")]) == 2
