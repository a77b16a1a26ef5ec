"""Years of events: each number once whatever month it comes in; what is too old goes, and what it told stays told."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, insert, inspect, select, text

from central import schema
from central.appointments.tables import appointment_list
from central.audit import store as audit_store
from central.audit.chain import follow
from central.database import Database
from central.figures import rules as figure_rules
from central.figures import store as figure_store
from central.fleet.tables import device_fault, line_change
from central.ingest import store as ingest_store
from central.ingest.intake import Intake
from central.ingest.months import following, month_of
from central.keeping.partitions import make_months
from central.keeping.retention import TOPICS, DailyRound, purge
from central.keeping.tables import purge_log, ticket_count
from hall_config.program import run
from hall_config.retention import retention_rules
from tests.central.event_log import DAY, START_MS, HallLog, Morning
from tests.central.taking_in import HALL, evt, take, take_each

DAY_MS = 86_400_000


def at(year: int, month: int, day: int = 15) -> int:
    return int(datetime(year, month, day, tzinfo=UTC).timestamp() * 1000)


def row(seq: int, received_ms: int, stream: int = 1) -> dict[str, Any]:
    facts = {"id": f"id-{stream}-{seq}", "ts": 1, "boot": "b", "mono": 1, "clock": "ntp", "type": "made.up/1"}
    rest = {"late": False, "lane": "unknown", "data": "{}", "received_ms": received_ms}
    return {"stream": stream, "seq": seq, **facts, **rest}


def stored(database: Database) -> list[tuple[int, int, int]]:
    table = schema.event
    with database.read() as connection:
        rows = connection.execute(select(table.c.stream, table.c.seq, table.c.month).order_by(*table.primary_key))
        return [(one.stream, one.seq, one.month) for one in rows]


def add(database: Database, *rows: dict[str, Any]) -> None:
    with database.write() as connection:
        ingest_store.add_events(connection, rows)


def count(database: Database, table: Any) -> int:
    with database.read() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def test_months_are_counted_across_years() -> None:
    assert month_of(at(2026, 12, 31)) == 202612
    assert [following(202611, step) for step in (1, 2, -11, 14)] == [202612, 202701, 202512, 202801]


@pytest.mark.parametrize("seed", [1, 2])
def test_a_number_is_stored_once_in_whatever_month_it_comes_again(database: Database, seed: int) -> None:
    """Gaps filled later, everything repeated, a clock that goes back: (stream, seq) stays unique, its month fixed."""
    chance = random.Random(seed)
    sent: list[tuple[int, int]] = []
    top = {1: 0, 2: 0}
    months = [at(2026, 1 + step // 3) for step in range(18)]
    months[7], months[11] = at(2025, 3), at(2026, 1)
    where: dict[tuple[int, int], int] = {}
    for now in months:
        batch = []
        for stream in top:
            fresh = range(top[stream] + 1, top[stream] + chance.randrange(1, 30))
            top[stream] = fresh[-1] if fresh else top[stream]
            batch += [(stream, seq) for seq in fresh if chance.random() < 0.8]
        again = chance.sample(sent, min(len(sent), 20))
        lost = [(stream, seq) for stream in top for seq in range(1, top[stream]) if chance.random() < 0.05]
        batch = list(dict.fromkeys(batch + again + lost))
        chance.shuffle(batch)
        add(database, *(row(seq, now, stream) for stream, seq in batch))
        sent += batch
        for stream, seq, month in stored(database):
            assert where.setdefault((stream, seq), month) == month
    found = [(stream, seq) for stream, seq, _ in stored(database)]
    assert len(found) == len(set(found))
    assert set(found) == set(sent)
    assert len({month for *_, month in stored(database)}) >= 5


def test_months_are_made_ahead_and_take_what_lay_with_the_others(database: Database) -> None:
    on_postgresql = database.url.get_backend_name() == "postgresql"
    now = at(2031, 11)
    add(database, row(1, now), row(2, now))
    names = ["event_203111", "event_203112", "event_203201", "event_203202"]
    if on_postgresql:
        with database.read() as reader:  # a backup at work, say: it is not disturbed, and the months wait
            reader.execute(select(func.count()).select_from(schema.event))
            assert make_months(database, now) == []
        try:
            assert make_months(database, now) == [int(name[6:]) for name in names]
            with database.read() as connection:
                assert connection.execute(text("SELECT count(*) FROM event_203111")).scalar() == 2
                assert connection.execute(text("SELECT count(*) FROM event_other")).scalar() == 0
        finally:
            with database.write() as connection:
                for name in names:
                    connection.execute(text(f"DROP TABLE IF EXISTS {name}"))
        return
    assert make_months(database, now) == []
    with database.read() as connection:
        assert "event_other" not in inspect(connection).get_table_names()
    assert len(stored(database)) == 2


def test_every_rule_has_its_work_and_every_work_its_rule() -> None:
    assert {rule.topic for rule in retention_rules()} == set(TOPICS)


def morning(database: Database, intake: Intake, epoch: str = "epoch-1", steps: int = 150) -> HallLog:
    log = HallLog(epoch)
    Morning(log, 1).run(steps)
    take_each(database, intake, log.batches())
    return log


def figures(database: Database) -> dict[Any, Any]:
    with database.read() as connection:
        found = figure_rules.by_class(figure_store.groups(connection, DAY, "city/"))
    return {key: figure_rules.told(sums) for key, sums in found.items()}


def test_old_tickets_become_counts_and_their_day_has_the_same_figures(database: Database) -> None:
    intake = Intake()
    log = morning(database, intake)
    before, tickets = figures(database), count(database, schema.ticket)
    assert tickets > 20
    purge(database, START_MS + 30 * DAY_MS)
    assert count(database, schema.ticket) == tickets
    later = START_MS + 32 * DAY_MS
    told = {one.topic: one.rows for one in purge(database, later, dry_run=True)}
    assert told["ticket"] == tickets == count(database, schema.ticket)
    assert count(database, purge_log) == 0
    assert {one.topic: one.rows for one in purge(database, later)} == told
    assert count(database, schema.ticket) == 0
    assert 0 < count(database, ticket_count) <= tickets
    assert figures(database) == before
    assert [one.rows for one in purge(database, later + DAY_MS) if one.rows] == []
    with database.read() as connection:
        lines = [line for line in audit_store.lines(connection) if line["act"] == "store.purge"]
        assert [(line["object"], json.loads(line["detail"])["rows"]) for line in lines] == [("ticket", tickets)]
        assert follow(audit_store.lines(connection)).broken_at is None
        noted = connection.execute(select(purge_log)).one()
    assert (noted.topic, noted.before, noted.rows) == ("ticket", DAY, tickets)
    assert "19" in noted.rule
    # what the intake remembered of that day brings no ticket back, and none is counted twice
    log.add_raw("ticket.recalled/1", {"day": DAY, "number": "A001", "service": "A", "window": 1, "staff": "staff-1"})
    take(database, intake, evt(log.batch(log.envelopes[-1:])))
    purge(database, later + DAY_MS)
    assert figures(database) == before


def test_old_events_go_by_whole_months_and_are_never_stored_again(database: Database) -> None:
    intake = Intake()
    log = morning(database, intake)
    events = count(database, schema.event)
    received = month_of(_received(database))
    end_of_month = at(received // 100, received % 100, 28)
    purge(database, end_of_month + 334 * DAY_MS)
    assert count(database, schema.event) == events, "the month is not wholly old yet"
    late = end_of_month + 370 * DAY_MS
    assert {one.topic: one.rows for one in purge(database, late)}["event"] == events
    assert count(database, schema.event) == 0
    outcome = take(database, Intake(), evt(log.batches()[0]))
    assert (outcome.stored, outcome.conflicts, count(database, schema.event)) == (0, 0, 0)
    log.add_raw("made.up/1", {})
    outcome = take(database, intake, evt(log.batch(log.envelopes[-1:])))
    assert (outcome.stored, count(database, schema.event)) == (1, 1)
    stream = next(iter(outcome.streams.values()))
    assert stream.spans.upto == len(log.envelopes)


def test_events_that_no_view_has_taken_in_are_kept(database: Database) -> None:
    log = HallLog("epoch-1")
    Morning(log, 1).run(60)
    gone = log.envelopes[10]
    rest = [one for one in log.envelopes if one is not gone]
    intake = Intake()
    take(database, intake, evt(log.batch(rest[:80])))
    kept = count(database, schema.event)
    late = _received(database) + 400 * DAY_MS
    assert {one.topic: one.rows for one in purge(database, late)}["event"] == 0
    assert count(database, schema.event) == kept
    take(database, intake, evt(log.batch([gone])))
    assert {one.topic: one.rows for one in purge(database, late)}["event"] == kept + 1


def _received(database: Database) -> int:
    with database.read() as connection:
        return int(connection.execute(select(func.max(schema.event.c.received_ms))).scalar_one())


def test_the_daily_round_leaves_a_central_that_just_started_alone(database: Database) -> None:
    morning(database, Intake(), steps=40)
    began = START_MS + 60 * DAY_MS
    round_ = DailyRound(database, began)
    round_.run(began)
    assert count(database, schema.ticket) > 0
    round_.run(began + 3_600_000)
    assert count(database, schema.ticket) == 0
    with database.read() as connection:
        made = inspect(connection).get_table_names()
    assert (f"event_{month_of(began)}" in made) == (database.url.get_backend_name() == "postgresql")


def test_what_is_still_so_has_no_age(database: Database) -> None:
    rows: list[tuple[Any, list[dict[str, Any]]]] = [
        (device_fault, [{"begun_ms": 1, "ended_ms": 2}, {"begun_ms": 3, "ended_ms": None}]),
        (line_change, [{"at_ms": 1}, {"at_ms": 2}]),
        (appointment_list, [{"day": "2026-10-01"}, {"day": DAY}]),
    ]
    with database.write() as connection:
        for table, facts in rows:
            some = {column.name: column.type.python_type() for column in table.columns}
            connection.execute(insert(table), [{**some, **one} for one in facts])
    done = {one.topic: one.rows for one in purge(database, START_MS) if one.rows}
    assert done == {"device_fault": 1, "line_change": 1, "appointment_list": 1}
    with database.read() as connection:
        assert connection.execute(select(device_fault.c.begun_ms)).scalars().all() == [3]
        assert connection.execute(select(line_change.c.at_ms)).scalars().all() == [2]
        assert connection.execute(select(appointment_list.c.day)).scalars().all() == [DAY]


def test_purging_by_hand_says_what_it_would_do_first(
    database: Database, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with database.write() as connection:
        old = {"hall": HALL, "topic": "t", "reason": "r", "size": 1, "head": "h", "received_ms": 1}
        connection.execute(insert(schema.rejected).values(old))
    assert run(["purge", "--database", database_url, "--dry-run", "--json"]) == 0
    told = {one["topic"]: one["rows"] for one in json.loads(capsys.readouterr().out)["items"]}
    assert told["rejected"] == 1
    assert count(database, schema.rejected) == 1
    assert run(["purge", "--database", database_url]) == 0
    assert "rejected" in capsys.readouterr().out
    assert count(database, schema.rejected) == 0
    assert run(["purge", "--database", "sqlite:////nowhere/at/all.db"]) == 3
