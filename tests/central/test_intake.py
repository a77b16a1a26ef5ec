"""Once, in order, whatever is repeated, reordered, late or hostile (contract LH-4, LH-9)."""

import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from central import schema
from central.database import Database
from central.ingest import store
from central.ingest.aside import set_aside
from central.ingest.intake import Intake
from central.ingest.message import Message, read_topic
from hall.devices.words import JournalDropped
from tests.central.conftest import empty_store
from tests.central.event_log import DAY, HallLog, Morning, batch, called, finished, issued, started
from tests.central.taking_in import HALL, announces, evt, stored, take, take_each, upto, views


def morning(seed: int = 1, steps: int = 120, epoch: str = "epoch-1") -> HallLog:
    log = HallLog(epoch)
    Morning(log, seed).run(steps)
    return log


def in_order(tmp_path: Path, *logs: tuple[str, HallLog]) -> dict[str, Any]:
    """The views after delivering everything once and in order."""
    database = Database(empty_store(tmp_path / "in-order.db"))
    intake = Intake()
    for hall, log in logs:
        take_each(database, intake, log.batches(), hall)
    found = views(database)
    database.close()
    return found


def test_every_batch_twice_is_stored_once(database: Database, tmp_path: Path) -> None:
    log, intake = morning(), Intake()
    for payload in log.batches(30):
        take_each(database, intake, [payload, payload])
    assert stored(database) == [(e["seq"], e["id"]) for e in log.envelopes]
    assert views(database) == in_order(tmp_path, (HALL, log))
    assert upto(intake, database, "epoch-1") == (len(log.envelopes), ())


def test_batches_that_overlap_and_come_backwards_give_the_same_views(database: Database, tmp_path: Path) -> None:
    log, intake = morning(2), Intake()
    rows = log.envelopes
    pieces = [rows[start : start + 25] for start in range(0, len(rows), 10)]
    take_each(database, intake, [log.batch(piece) for piece in reversed(pieces)])
    assert stored(database) == [(e["seq"], e["id"]) for e in rows]
    assert views(database) == in_order(tmp_path, (HALL, log))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2**32), st.integers(0, 50), st.booleans())
def test_any_delivery_of_a_journal_gives_the_views_of_its_order(
    tmp_path: Path, delivery: int, seed: int, restarts: bool
) -> None:
    chance = random.Random(delivery)
    log = morning(seed, 60)
    expected = in_order(tmp_path, (HALL, log))
    (tmp_path / "in-order.db").unlink()
    rows = list(log.envelopes)
    pieces = []
    while rows:
        cut = chance.randint(1, 25)
        pieces.append(rows[:cut])
        rows = rows[max(1, cut - chance.randint(0, 5)) :]
    pieces += chance.sample(pieces, len(pieces) // 2)
    chance.shuffle(pieces)
    database, intake = Database(empty_store(tmp_path / "any-order.db")), Intake()
    while pieces:
        together = chance.randint(1, 3)
        take(database, intake, *(evt(log.batch(piece)) for piece in pieces[:together]))
        pieces = pieces[together:]
        intake = Intake() if restarts else intake
    assert stored(database) == [(e["seq"], e["id"]) for e in log.envelopes]
    assert views(database) == expected
    database.close()
    (tmp_path / "any-order.db").unlink()


def test_a_gap_is_named_and_holds_the_views_until_it_is_filled(database: Database, tmp_path: Path) -> None:
    log, intake = morning(3), Intake()
    first, gap, rest = log.envelopes[:40], log.envelopes[40:70], log.envelopes[70:]
    take_each(database, intake, [log.batch(first), log.batch(rest)])
    assert upto(intake, database, "epoch-1") == (40, ((41, 70),))
    assert views(database)["live"][HALL]["seq"] == 40
    again = Intake()  # a restart knows the gap from the store
    take_each(database, again, [log.batch(gap)])
    assert upto(again, database, "epoch-1") == (len(log.envelopes), ())
    assert views(database) == in_order(tmp_path, (HALL, log))


def test_a_gap_of_one_hall_holds_no_other(database: Database, tmp_path: Path) -> None:
    one, other, intake = morning(4), morning(5, epoch="epoch-9"), Intake()
    take(
        database,
        intake,
        evt(one.batch(one.envelopes[50:80]), "hall-one"),
        *(evt(payload, "hall-other") for payload in other.batches(20)),
        evt(one.batch(one.envelopes[:20]), "hall-one"),
    )
    assert views(database)["live"]["hall-one"]["seq"] == 20
    assert views(database)["live"]["hall-other"] == in_order(tmp_path, ("hall-other", other))["live"]["hall-other"]


def test_thousands_of_events_behind_a_gap_are_folded_in_turns(database: Database, tmp_path: Path) -> None:
    log, intake = morning(6, 5000), Intake()
    rows = log.envelopes
    assert len(rows) > 6000
    take_each(database, intake, [log.batch(rows[start : start + 400]) for start in range(1, len(rows), 400)])
    outcome = take(database, intake, evt(log.batch(rows[:1])))
    turns = 0
    while outcome.unfinished:
        with database.write() as connection:
            outcome = intake.continue_folding(connection, list(outcome.streams.values()))
        turns += 1
    assert turns >= 1
    assert views(database) == in_order(tmp_path, (HALL, log))


def test_a_range_the_hall_declares_lost_is_not_waited_for(database: Database) -> None:
    log, intake = morning(7), Intake()
    log.add(JournalDropped(11, 20, "damaged"))
    take_each(database, intake, [log.batch(log.envelopes[:10]), log.batch(log.envelopes[20:])])
    assert upto(intake, database, "epoch-1") == (len(log.envelopes), ())
    assert upto(Intake(), database, "epoch-1") == (len(log.envelopes), ())
    take_each(database, intake, [log.batch(log.envelopes[10:20])])  # lost and found after all
    assert [seq for seq, _ in stored(database)] == list(range(1, len(log.envelopes) + 1))


def test_a_hall_cannot_declare_lost_what_it_has_not_written_yet(database: Database) -> None:
    log, intake = HallLog("epoch-1"), Intake()
    log.add(JournalDropped(1, 2**50, "nonsense"), issued("A001"))
    take_each(database, intake, log.batches())
    assert upto(intake, database, "epoch-1") == (2, ())


def test_numbers_before_the_first_that_can_be_sent_are_not_waited_for(database: Database) -> None:
    log, intake = morning(8), Intake()
    rows = log.envelopes[30:]
    take_each(database, intake, [batch("epoch-1", rows[:20], first=31), batch("epoch-1", rows[20:], first=31)])
    assert upto(intake, database, "epoch-1") == (len(log.envelopes), ())
    assert upto(Intake(), database, "epoch-1") == (len(log.envelopes), ())
    assert views(database)["live"][HALL]["seq"] == len(log.envelopes)


def test_a_known_number_with_another_id_is_a_conflict_and_changes_nothing(database: Database) -> None:
    log, intake = morning(9), Intake()
    take_each(database, intake, log.batches())
    before = (stored(database), views(database))
    clone = [envelope | {"id": f"other-{envelope['seq']}"} for envelope in log.envelopes[-3:]]
    outcome = take(database, intake, evt(log.batch(clone)))
    assert (outcome.conflicts, outcome.duplicates, outcome.stored) == (3, 0, 0)
    assert (stored(database), views(database)) == before
    with database.read() as connection:
        assert [one.place.lane for one in set_aside(connection, HALL, None, 10)] == ["conflict"] * 3
        assert Intake().streams.of_hall(connection, HALL)["epoch-1"].conflicted


def test_events_sent_again_under_a_new_epoch_count_once(database: Database, tmp_path: Path) -> None:
    """A rolled-back disk: what central has already comes again, then the hall goes on under its new name."""
    log, intake = morning(10), Intake()
    take_each(database, intake, log.batches())
    expected = views(database)["tickets"]
    fresh = HallLog("epoch-2", log.at_ms)
    fresh.envelopes = [dict(envelope) for envelope in log.envelopes]
    fresh.add(issued("Z001"))
    take_each(database, intake, [batch("epoch-2", fresh.envelopes[50:], first=51)])
    found = views(database)
    assert [row for row in found["tickets"] if row["number"] != "Z001"] == expected
    assert found["live"][HALL]["counts"]["issued"] == sum(1 for row in found["tickets"])
    assert found["live"][HALL]["epoch"] == "epoch-2"


def test_a_number_given_again_after_a_lost_disk_is_another_ticket(database: Database) -> None:
    old, new, intake = HallLog("epoch-1"), HallLog("epoch-2"), Intake()
    old.add(issued("A001"), called("A001", 1), started("A001", 1), finished("A001", 1))
    new.add(issued("A001"), called("A001", 2))
    new.envelopes = [envelope | {"id": f"new-{envelope['seq']}"} for envelope in new.envelopes]
    take_each(database, intake, [*old.batches(), *new.batches()])
    tickets = views(database)["tickets"]
    assert [(row["epoch"], row["state"], row["window"]) for row in tickets] == [
        ("epoch-1", "DONE", 1),
        ("epoch-2", "CALLED", 2),
    ]


def test_poison_and_unknown_events_step_aside_and_stop_nothing(database: Database) -> None:
    log, intake = HallLog("epoch-1"), Intake()
    log.add(issued("A001"))
    log.add_raw("ticket.called/1", {"number": 5})
    log.add_raw("moon.rose/1", {"phase": "full"})
    log.add(called("A001", 1))
    outcome = take(database, intake, *(evt(payload) for payload in log.batches()))
    assert (outcome.stored, outcome.poison, outcome.unknown) == (4, 1, 1)
    assert views(database)["live"][HALL]["windows"]["1"][0] == "CALLING"
    with database.read() as connection:
        assert [(one.place.lane, one.facts["seq"]) for one in set_aside(connection, HALL, None, 10)] == [("poison", 2)]


HOSTILE = [
    b"",
    b"rubbish \xff\x00",
    b"[1,2,3]",
    b'{"v":1,"epoch":"e","events":[null,5,[],{}]}',
    b'{"v":1,"epoch":"e","events":[{"seq":1}]}',
    b'{"v":1,"epoch":"e","events":[{"seq":NaN}]}',
    b'{"v":1,"epoch":"\\u0000","events":[{"seq":1}]}',
    json.dumps({"v": 1, "epoch": "e", "events": [{"seq": 1, "id": "\ud800"}]}).encode(),
    b"{" * 500_000,
    b"x" * 1_000_000,
    json.dumps({"v": 1, "epoch": "e", "events": [{"seq": 2, "data": {"a": [[[[1]]]] * 50}}]}).encode(),
]


def test_hostile_messages_are_kept_short_and_stop_nothing(database: Database, tmp_path: Path) -> None:
    log, intake = morning(11), Intake()
    mixed = [announces(log.epoch)]  # as every hall does: what it did not announce is not its present
    for place, payload in enumerate(log.batches(20)):
        mixed += [evt(payload), evt(HOSTILE[place % len(HOSTILE)]), evt(HOSTILE[place % len(HOSTILE)], "evil-hall")]
    mixed += [evt(payload, "evil-hall") for payload in HOSTILE]
    take(database, intake, *mixed)
    assert views(database)["live"][HALL] == in_order(tmp_path, (HALL, log))["live"][HALL]
    with database.read() as connection:
        longest = connection.execute(select(func.max(func.length(schema.rejected.c.head)))).scalar()
    assert longest is not None
    assert longest <= 8000


def test_rejected_messages_of_one_hall_do_not_grow_for_ever(database: Database) -> None:
    intake = Intake()
    take(database, intake, *(evt(b"rubbish") for _ in range(store.REJECTED_KEPT + 40)))
    with database.read() as connection:
        kept = connection.execute(select(func.count()).select_from(schema.rejected)).scalar()
    assert kept == store.REJECTED_KEPT


@pytest.mark.parametrize(
    "topic",
    [
        "lh/1/AB/evt",
        "lh/1/UPPER/evt",
        "lh/1/a/evt",
        "lh/1/with_underscore/evt",
        f"lh/1/{'x' * 41}/evt",
        "lh/1/大厅一/evt",
        "lh/1/central/evt",
        "lh/2/test-hall/evt",
        "lh/1/test-hall/evt/more",
        "lh/1/test-hall/dev/../state",
        "lh/1/test-hall",
        "",
    ],
)
def test_topics_that_are_not_of_a_hall_are_refused(database: Database, topic: str) -> None:
    log = morning(12)
    outcome = take(database, Intake(), Message(topic, log.batches()[0]))
    assert read_topic(topic) is None
    assert (outcome.rejected, outcome.stored) == (1, 0)


def test_a_transaction_that_fails_leaves_nothing_and_can_be_repeated(database: Database, tmp_path: Path) -> None:
    log, intake = morning(13), Intake()
    with pytest.raises(RuntimeError, match="power cut"):
        _take_and_fail(database, intake, log)
    intake.forget()
    assert stored(database) == []
    take_each(database, intake, log.batches())
    assert views(database) == in_order(tmp_path, (HALL, log))


def _take_and_fail(database: Database, intake: Intake, log: HallLog) -> None:
    from central.ingest.intake import unpack

    with database.write() as connection:
        intake.take_in(connection, [unpack(evt(payload)) for payload in log.batches()], 1)
        raise RuntimeError("power cut")


def test_the_day_of_the_views_is_the_halls(database: Database) -> None:
    log, intake = HallLog("epoch-1"), Intake()
    log.add(issued("A001"), issued("A002", day="2026-01-01"))
    take_each(database, intake, log.batches())
    live = views(database)["live"][HALL]
    assert (live["day"], list(live["waiting"])) == (DAY, ["A001"])
