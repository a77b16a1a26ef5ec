"""Which of a hall's journals is the present one: an epoch's text says nothing about time."""

import json

import pytest

from central.accounts.permissions import Role
from central.database import Database
from central.ingest import store as ingest_store
from central.ingest.intake import Intake
from central.ingest.message import Message
from central.live import store as live_store
from central.tickets import store as ticket_store
from central.tickets.rules import TicketRow
from tests.central.asking import filled
from tests.central.conftest import Web
from tests.central.event_log import DAY, HallLog, called, finished, issued, started
from tests.central.taking_in import HALL, NOW_MS, announces, evt, take, take_each, views

OLD, NEW = "ffff-old", "0000-new"  # the later one has the smaller text


def device(state: str, epoch: str, n: int) -> Message:
    facts = {"kind": "led", "since": NOW_MS, "reason": "", "counters": {}}
    payload = json.dumps({"device": "sign-1", "state": state, "epoch": epoch, "n": n, **facts}).encode()
    return Message(f"lh/1/{HALL}/dev/sign-1/state", payload, retained=True)


def device_now(database: Database) -> str:
    with database.read() as connection:
        return str(live_store.read_devices(connection, HALL)[0]["state"])


def log_of(epoch: str, letter: str = "A", count: int = 1) -> HallLog:
    log = HallLog(epoch)
    log.add(*(issued(f"{letter}{number:03d}") for number in range(1, count + 1)))
    return log


@pytest.mark.parametrize("announced", [True, False])
@pytest.mark.parametrize(("old", "new"), [(OLD, NEW), (NEW, OLD)])
def test_the_live_page_follows_the_epoch_begun_last(database: Database, old: str, new: str, announced: bool) -> None:
    intake, first, second = Intake(), log_of(old), log_of(new, "B", 2)
    if announced:
        take(database, intake, announces(old))
    take_each(database, intake, first.batches())
    if announced:
        take(database, intake, announces(new, 2))
    take_each(database, intake, second.batches())
    live = views(database)["live"][HALL]
    assert (live["epoch"], live["seq"], live["counts"]["issued"]) == (new, 2, 3)
    first.add(issued("A002"))
    take_each(database, Intake(), [first.batch(first.envelopes[1:])])  # what the old journal still had to say
    assert views(database)["live"][HALL] == live
    assert [row["number"] for row in views(database)["tickets"]] == ["A001", "A002", "B001", "B002"]


def test_the_announced_epoch_is_the_present_one_though_another_was_begun_later(database: Database) -> None:
    intake = Intake()
    take(database, intake, announces(OLD))
    take_each(database, intake, log_of(NEW, "B", 2).batches())
    take_each(database, intake, log_of(OLD).batches())
    assert views(database)["live"][HALL]["epoch"] == OLD


def test_the_last_events_of_an_epoch_reach_the_live_page_before_the_next_one_speaks(database: Database) -> None:
    intake, first = Intake(), log_of(OLD)
    take(database, intake, announces(OLD))
    take(database, intake, evt(first.batches()[0]), announces(NEW, 2))
    assert views(database)["live"][HALL]["waiting"].keys() == {"A001"}


def test_a_device_state_of_the_announced_epoch_beats_any_other(database: Database) -> None:
    intake = Intake()
    take(database, intake, announces(OLD), device("lost", OLD, 90))
    take(database, intake, announces(NEW, 2), device("ready", NEW, 1))
    assert device_now(database) == "ready"
    take(database, intake, device("lost", OLD, 91))
    assert device_now(database) == "ready"
    take(database, intake, device("degraded", NEW, 1))
    assert device_now(database) == "degraded"


def test_a_retained_device_state_may_come_before_the_announcement_of_its_epoch(database: Database) -> None:
    intake = Intake()
    take(database, intake, announces(OLD), device("lost", OLD, 90))
    take(database, intake, device("ready", NEW, 1))
    take(database, intake, announces(NEW, 2))
    assert device_now(database) == "ready"


def test_journals_and_tickets_are_listed_in_the_order_in_which_they_were_begun(database: Database) -> None:
    intake, old, new = Intake(), HallLog(OLD), HallLog(NEW)
    old.add(issued("A001"), called("A001", 1), started("A001", 1), finished("A001", 1))
    new.add(issued("A001"), called("A001", 2))
    take_each(database, intake, [*old.batches(), *new.batches()])
    with database.read() as connection:
        assert [row.epoch for row in ingest_store.streams_of(connection, HALL)] == [OLD, NEW]
        rows = ticket_store.rows_of_number(connection, HALL, DAY, "A001")
        assert [row.epoch for row in rows] == [OLD, NEW]
        assert [row.epoch for row in ticket_store.rows_of_day(connection, HALL, DAY)] == [OLD, NEW]
        told = ticket_store.story(connection, rows)
        assert [event["epoch"] for event in told] == [OLD] * 4 + [NEW] * 2


def test_rows_are_overwritten_whole_and_of_two_for_one_ticket_the_later_stays(database: Database) -> None:
    rows = [TicketRow(HALL, DAY, "A001", OLD, grade=grade, events=[[1, 1]]) for grade in (3, None, 5)]
    for part in (rows[:1], rows[1:]):
        with database.write() as connection:
            ticket_store.keep(connection, [*part, TicketRow(HALL, DAY, "A'2\"\\", NEW, window=7, transferred=True)])
    with database.read() as connection:
        found = {row.epoch: row for row in ticket_store.rows_of_day(connection, HALL, DAY)}
    assert found == {OLD: rows[2], NEW: TicketRow(HALL, DAY, "A'2\"\\", NEW, window=7, transferred=True)}


def test_events_without_an_epoch_are_those_of_the_journal_begun_last(web: Web) -> None:
    filled(web, log_of(OLD, "A", 3))
    filled(web, log_of(NEW, "B", 2))
    text = web.as_role(Role.ADMIN).get("/api/v1/events", params={"hall": HALL}).text
    assert [json.loads(line)["data"]["number"] for line in text.splitlines()] == ["B001", "B002"]
