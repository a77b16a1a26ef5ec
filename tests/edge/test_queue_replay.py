"""``hall queue replay``: a journal's day beside the same day under other rules; nonsense is named, no traceback."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from edge.journal import Journal, Stamp
from hall.moment import Moment
from hall.plan import Plan
from hall.queue.replay import play
from hall.queue.summary import tell
from hall.queue.words import TicketIssued
from hall.state import HallState
from hall.wire import Event
from hall_config.program import run
from tests.hall.generated_year import DayMaker, year_plan

FIRST, SECOND = "2026-01-05", "2026-01-06"
Played = list[tuple[Event, Moment]]


def toml_of(plan: Plan, rules: str = "") -> str:
    """The generated hall as a hall.toml."""
    lines = ["[hall]", 'id = "generated-hall"', f'name_zh = "{plan.name_zh}"', f'name_en = "{plan.name_en}"']
    for one in plan.services:
        lines += ["[[service]]", f'letter = "{one.letter}"', f'name_zh = "{one.name_zh}"', f'name_en = "{one.name_en}"']
        lines += [
            'hours = ["09:00-17:00"]',
            *(f"{key} = true" for key in ("private", "duty", "core") if getattr(one, key)),
        ]
        lines += ["by_appointment = true"] * one.by_appointment
    for window in plan.windows:
        lines += ["[[window]]", f"number = {window.number}", f"services = {json.dumps(window.services)}"]
        lines += [f"weights = {list(window.weights)}"] * bool(window.weights) + ["closed = true"] * window.closed
    return "\n".join((*lines, "[rules]", rules, ""))


@pytest.fixture(scope="module")
def days() -> list[Played]:
    """Two days of the generated year as they happened."""
    maker, state, played = DayMaker(7), HallState(), []
    for _ in range(2):
        day = play(year_plan(), maker.next_day(), state)
        state = day.state
        played.append(list(day.events))
    return played


@pytest.fixture
def journal(tmp_path: Path, days: list[Played]) -> Iterator[Path]:
    """A journal that holds both days, written by the controller's own writer, and still in use."""
    path = tmp_path / "journal.db"
    writer = Journal(path, "boot")
    for day in days:
        for at, group in groupby(day, key=lambda one: one[1]):
            writer.append([event for event, _ in group], Stamp(at, at.steady_ms, "good"))
    writer.commit()
    yield path
    writer.close()


@pytest.fixture
def new(tmp_path: Path) -> Path:
    path = tmp_path / "new.toml"
    path.write_text(toml_of(year_plan(), "lunch = ['11:30-13:00']"), encoding="utf-8")
    return path


def answer(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> dict[str, Any]:
    assert run(["queue", "replay", "--json", *map(str, arguments)]) == 0
    result: dict[str, Any] = json.loads(capsys.readouterr().out)
    return result


def test_the_newest_day_is_told_as_it_was_and_as_it_would_be(
    journal: Path, new: Path, days: list[Played], capsys: pytest.CaptureFixture[str]
) -> None:
    told = answer(capsys, "--day", journal, "--plan", new)
    issued = sum(isinstance(event, TicketIssued) for event, _ in days[1])
    assert (told["day"], told["tickets"]) == (SECOND, issued)
    assert sum(one["issued"] for one in told["was"]["classes"].values()) == issued
    would_be = told["would_be"]["classes"].values()
    assert sum(one["issued"] + one["turned_away"] for one in would_be) >= issued
    assert told["was"]["bound_held"] is not None


def test_the_same_rules_give_about_the_same_waits(
    journal: Path, new: Path, days: list[Played], capsys: pytest.CaptureFixture[str]
) -> None:
    told = answer(capsys, "--day", journal, "--plan", new, "--date", FIRST)
    was, would_be = (
        [one for letter in "ABDG" if (one := told[which]["classes"][letter]["mean_s"]) is not None]
        for which in ("was", "would_be")
    )
    assert len(was) == len(would_be) == 4
    assert all(abs(one - other) <= 300 + 0.35 * one for one, other in zip(was, would_be, strict=True)), (was, would_be)
    real = tell(days[0], HallState(), year_plan())
    assert told["was"]["classes"]["A"]["median_s"] == real.of("A").wait_at(0.5)


def test_other_rules_move_the_waits_to_other_people(
    journal: Path, new: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    usual = answer(capsys, "--day", journal, "--plan", new, "--date", FIRST)["would_be"]
    without = tmp_path / "without.toml"
    without.write_text(toml_of(year_plan(), "priority_run = 1\nordinary_patience_s = 0"), encoding="utf-8")
    other = answer(capsys, "--day", journal, "--plan", without, "--date", FIRST)["would_be"]
    assert other["rules"].get("PATIENCE", 0) > usual["rules"].get("PATIENCE", 0)


def test_the_table_speaks_chinese_first_and_stands_in_columns(
    journal: Path, new: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["queue", "replay", "--day", str(journal), "--plan", str(new)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(f"{SECOND}：")
    assert "played again" in lines[1]
    assert any("A 法律咨询 / Legal consultation" in line and "实际" in line for line in lines)
    assert any("1 号窗口 / Window 1" in line for line in lines)
    assert lines[-1].startswith("A replay cannot know")


def test_a_journal_in_use_is_read_and_not_changed(journal: Path, new: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = hashlib.sha256(journal.read_bytes()).hexdigest()
    answer(capsys, "--day", journal, "--plan", new)
    assert hashlib.sha256(journal.read_bytes()).hexdigest() == before


def test_a_journal_without_its_oldest_days_still_tells_the_others(
    journal: Path, new: Path, days: list[Played], capsys: pytest.CaptureFixture[str]
) -> None:
    with sqlite3.connect(journal) as db:
        db.execute("DELETE FROM event WHERE seq <= 50")
        db.execute("INSERT INTO meta VALUES ('pruned', ?)", (json.dumps({"seq": 50, "hash": "00", "steady": 0}),))
    db.close()
    assert answer(capsys, "--day", journal, "--plan", new)["day"] == SECOND
    assert run(["queue", "replay", "--day", str(journal), "--plan", str(new), "--date", FIRST]) == 2


@pytest.mark.parametrize("date", ["2026-01-07", "6 January", "2026-1-6", "", "2026-01-06; DROP TABLE event"])
def test_a_day_that_is_not_there_is_named(
    journal: Path, new: Path, date: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["queue", "replay", "--day", str(journal), "--plan", str(new), "--date", date]) == 2
    told = capsys.readouterr().err
    assert date in told
    assert "日" in told


def test_a_journal_without_tickets_has_nothing_to_play(
    tmp_path: Path, new: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Journal(tmp_path / "journal.db", "boot").close()
    assert run(["queue", "replay", "--day", str(tmp_path / "journal.db"), "--plan", str(new)]) == 1
    assert "号票" in capsys.readouterr().err


@pytest.mark.parametrize("content", [b"", b"no database at all" * 100, b"SQLite format 3\x00" + b"\x00" * 50])
def test_what_is_no_journal_is_no_traceback(
    tmp_path: Path, new: Path, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = tmp_path / "wrong.db"
    wrong.write_bytes(content)
    assert run(["queue", "replay", "--day", str(wrong), "--plan", str(new)]) == 1
    assert run(["queue", "replay", "--day", str(tmp_path / "missing.db"), "--plan", str(new)]) == 2
    assert "日志" in capsys.readouterr().err


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE event SET body = '{}' WHERE seq = 2",
        "UPDATE event SET body = 'rubbish' WHERE seq = 2",
        "UPDATE event SET body = replace(body, 'TicketIssued', 'Nothing') WHERE seq = 9",
        "DELETE FROM event WHERE seq BETWEEN 20 AND 60",
        "DROP TABLE event",
    ],
)
def test_a_damaged_journal_is_named_or_read_and_never_a_traceback(
    journal: Path, new: Path, damage: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with sqlite3.connect(journal) as db:
        db.execute(damage)
    db.close()
    assert run(["queue", "replay", "--day", str(journal), "--plan", str(new)]) in (0, 1)


@pytest.mark.parametrize("text", ["", "[hall", "[rules]\npriority_rum = 2\n", "\x00\x01"])
def test_a_broken_plan_is_named_with_its_problems(
    journal: Path, tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text(text, encoding="utf-8")
    assert run(["queue", "replay", "--json", "--day", str(journal), "--plan", str(broken)]) == 2
    told = capsys.readouterr()
    assert json.loads(told.out)["ok"] is False
    assert "broken.toml" in told.err
    assert run(["queue", "replay", "--day", str(journal), "--plan", str(tmp_path / "none.toml")]) == 2


def test_a_plan_with_fewer_classes_and_windows_turns_the_others_away(
    journal: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    small = tmp_path / "small.toml"
    plan = year_plan()
    windows = tuple(window for window in plan.windows if window.number == 1)
    services = tuple(service for service in plan.services if service.letter in "AFJ")
    small.write_text(toml_of(Plan("h", "厅", "H", services, windows)), encoding="utf-8")
    told = answer(capsys, "--day", journal, "--plan", small)["would_be"]
    assert told["classes"]["B"]["issued"] == 0
    assert told["classes"]["B"]["turned_away"] > 0
    assert set(told["windows"]) == {"1"}
