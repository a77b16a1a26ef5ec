"""The journal: durable, in order, tamper-evident, one writer, and never forgetting what central lacks."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.journal import Journal, JournalDamaged, JournalHeld, Stamp, state_text
from edge.journal_reader import JournalReader, check_chain
from hall.moment import Moment
from hall.queue.words import DayOpened, TicketCancelled
from hall.state import HallState
from hall.step import apply
from hall.wire import Event
from tests.hall.halls import MORNING_MS

DAY_MS = 86_400_000


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.db"


@pytest.fixture
def journal(path: Path) -> Iterator[Journal]:
    opened = Journal(path, "boot-1")
    yield opened
    opened.close()


def stamp(at_ms: int = MORNING_MS) -> Stamp:
    return Stamp(Moment(at_ms, at_ms), 17, "ntp")


def some_events(count: int) -> list[Event]:
    return [TicketCancelled("2026-11-23", f"A{number:03d}", "A", "visitor") for number in range(count)]


def test_events_keep_their_order_and_envelope(journal: Journal, path: Path) -> None:
    journal.append([DayOpened("2026-11-23"), *some_events(2)], stamp())
    journal.commit()
    envelopes = [json.loads(body) for _, body in JournalReader(path).bodies(0, 10)]
    assert [envelope["seq"] for envelope in envelopes] == [1, 2, 3]
    assert envelopes[0] == {
        "id": envelopes[0]["id"],
        "seq": 1,
        "ts": MORNING_MS,
        "boot": "boot-1",
        "mono": 17,
        "clock": "ntp",
        "type": "day.opened/1",
        "late": False,
        "data": {"day": "2026-11-23"},
    }
    assert envelopes[0]["id"][14] == "7"


def test_what_was_not_committed_is_not_there(path: Path) -> None:
    journal = Journal(path, "boot-1")
    journal.append(some_events(3), stamp())
    journal.commit()
    journal.append(some_events(4), stamp())
    journal.close()
    again = Journal(path, "boot-2")
    assert again.last_seq == 3
    again.append(some_events(1), stamp())
    again.commit()
    again.close()
    assert check_chain(JournalReader(path).rows(), None) == 4


def test_a_grown_log_is_moved_into_the_file_when_nobody_waits(
    journal: Journal, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def in_the_file_alone() -> int:
        alone = tmp_path / "alone.db"
        alone.write_bytes(path.read_bytes())
        with contextlib.closing(sqlite3.connect(alone)) as db:
            return int(db.execute("SELECT count(*) FROM event").fetchone()[0])

    for limit, count, in_the_file in ((0, 0, 0), (10**6, 50, 0), (10_000, 0, 50)):
        monkeypatch.setattr("edge.journal._CHECKPOINT_AFTER_BYTES", limit)
        journal.append(some_events(count), stamp())
        journal.commit()
        journal.tidy()
        assert in_the_file_alone() == in_the_file


def test_a_second_writer_is_told_who_holds_the_journal(journal: Journal, path: Path) -> None:
    import os

    with pytest.raises(JournalHeld, match=str(os.getpid())):
        Journal(path, "boot-2")


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        ("UPDATE event SET body = replace(body, 'A001', 'A777') WHERE seq = 3", "event 3 was changed"),
        ("DELETE FROM event WHERE seq = 3", "event 3 is missing"),
        ("UPDATE event SET hash = x'00' WHERE seq = 5", "event 5 was changed"),
    ],
)
def test_a_changed_row_is_found(journal: Journal, path: Path, damage: str, words: str) -> None:
    journal.append([DayOpened("2026-11-23"), *some_events(5)], stamp())
    journal.commit()
    with sqlite3.connect(path) as other:
        other.execute(damage)
    with pytest.raises(JournalDamaged, match=words):
        check_chain(JournalReader(path).rows(), None)


def test_the_same_key_keeps_its_answer_for_a_day(journal: Journal) -> None:
    journal.remember_answer("key", MORNING_MS, {"number": "A001"})
    journal.commit()
    assert journal.answer("key") == {"number": "A001"}
    assert journal.answer("other") is None
    journal.prune(0, Moment(MORNING_MS + DAY_MS + 1, MORNING_MS))
    assert journal.answer("key") is None


def filled(journal: Journal) -> HallState:
    """Ten old events and ten new ones, with the state kept at the twentieth."""
    state = HallState()
    for day in range(2):
        at = stamp(MORNING_MS + day * 8 * DAY_MS)
        for _ in range(10):
            event = DayOpened(f"2026-12-{day + 1:02d}")
            journal.append([event], at)
            state = apply(state, event, at.moment)
    journal.save_state(20, state_text(state))
    return state


def test_only_what_central_has_had_for_seven_days_is_forgotten(journal: Journal, path: Path) -> None:
    filled(journal)
    late = Moment(MORNING_MS + 8 * DAY_MS, MORNING_MS)
    assert journal.prune(0, late) == 0
    assert journal.prune(4, late) == 4
    assert journal.prune(20, late) == 6
    reader = JournalReader(path)
    assert reader.first_seq() == 11
    assert check_chain(reader.rows(), reader.meta("pruned")) == 10


def test_a_pruned_journal_goes_on_where_it_was(path: Path) -> None:
    journal = Journal(path, "boot-1")
    state = filled(journal)
    journal.prune(20, Moment(MORNING_MS + 30 * DAY_MS, MORNING_MS))
    journal.close()
    again = Journal(path, "boot-2")
    assert again.last_seq == 20
    assert again.saved_state() == (state, 20)
    again.append(some_events(1), stamp())
    again.commit()
    reader = JournalReader(path)
    assert [seq for seq, _ in reader.bodies(0, 10)] == [21]
    assert check_chain(reader.rows(), reader.meta("pruned")) == 1
    again.close()


def test_a_kept_state_that_does_not_fit_is_not_used(journal: Journal, path: Path) -> None:
    filled(journal)
    with sqlite3.connect(path) as other:
        other.execute("UPDATE snapshot SET hash = x'00'")
    assert journal.saved_state() == (HallState(), 0)


def test_a_new_epoch_begins_behind_what_central_acknowledged(journal: Journal, path: Path) -> None:
    filled(journal)
    journal.write_meta("acked", 15)
    old = journal.epoch
    journal.begin_new_epoch(MORNING_MS)
    assert journal.epoch != old
    assert JournalReader(path).first_seq() == 16


def test_a_newer_format_is_not_touched(path: Path) -> None:
    Journal(path, "boot-1").close()
    with sqlite3.connect(path) as other:
        other.execute("UPDATE meta SET value = '99' WHERE name = 'format'")
    with pytest.raises(JournalDamaged, match="newer version"):
        Journal(path, "boot-2")
