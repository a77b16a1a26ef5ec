"""A fleet's day by the product's own tables: every event of a known shape, every ticket and window along its life."""

from __future__ import annotations

import json

import pytest

from hall.queue.state import TicketState, WindowState
from hall.queue.ticket import LIFE as TICKET_LIFE
from hall.queue.ticket import follow as follow_ticket
from hall.queue.window import LIFE as WINDOW_LIFE
from hall.queue.window import follow as follow_window
from hall.shape import load
from hall.wire import Batch, event_data, read_event
from simulators.fleet.day import HallDay, Happening
from simulators.fleet.journal import FleetJournal, canonical, digest

DAY = "2026-11-23"
_TICKETS = {kind for moves in TICKET_LIFE.values() for kind in moves}
_WINDOWS = {kind for moves in WINDOW_LIFE.values() for kind in moves}


def whole_day(seed: int, per_hour: float = 60.0) -> list[Happening]:
    return list(HallDay(DAY, seed, per_hour).until(8 * 3_600_000))


@pytest.mark.parametrize(("seed", "per_hour"), [(1, 60.0), (2, 300.0), (3, 8.0)])
def test_every_event_of_a_day_is_legal(seed: int, per_hour: float) -> None:
    tickets: dict[str, TicketState] = {}
    windows: dict[int, WindowState] = {}
    seen: set[str] = set()
    for happening in whole_day(seed, per_hour):
        event = read_event(happening.kind, happening.data)
        assert event is not None, happening.kind
        seen.add(happening.kind)
        number, window = getattr(event, "number", None), getattr(event, "window", getattr(event, "from_window", None))
        if type(event) in _TICKETS:
            assert number is not None
            tickets[number] = follow_ticket(tickets.get(number), event)
        if type(event) in _WINDOWS and isinstance(window, int):
            windows[window] = follow_window(windows.get(window, WindowState.CLOSED), event)
    assert list(tickets.values()).count(TicketState.DONE) > 0.5 * len(tickets)
    if per_hour >= 60:
        assert {"ticket.no_show/1", "ticket.transferred/1", "rating.given/1", "window.paused/1"} <= seen


def test_the_same_seed_is_the_same_day_however_it_is_asked() -> None:
    whole = whole_day(7)
    day = HallDay(DAY, 7, 60.0)
    piece = [one for minute in range(8 * 60 + 1) for one in day.until(minute * 60_000)]
    assert piece == whole
    assert whole != whole_day(8)
    assert [one.at_ms for one in whole] == sorted(one.at_ms for one in whole)
    assert list(HallDay(DAY, 7, 60.0).first(500))[:500] == whole[:500]


def test_a_journal_gives_what_fits_and_keeps_what_is_not_acknowledged() -> None:
    journal = FleetJournal("epoch-1", "boot-1")
    for number, one in enumerate(whole_day(5)[:350]):
        journal.append(f"id-{number}", 1_795_000_000_000 + one.at_ms, one.at_ms, one.kind, one.data)
    after, told = 0, []
    while after < journal.last:
        payload, after = journal.batch(after, journal.last)
        assert len(payload) <= 64 * 1024
        batch = load(Batch, json.loads(payload))
        assert 1 <= len(batch.events) <= 100
        told += json.loads(payload)["events"]
    assert [event["seq"] for event in told] == list(range(1, 351))
    assert all(digest(canonical(event)) == journal.digest_of(event["seq"]) for event in told)
    sample = read_event(told[1]["type"], told[1]["data"])
    assert sample is not None
    assert set(told[1]["data"]) <= set(event_data(sample))
    journal.release(120)
    assert (journal.first, journal.last) == (121, 350)
    payload, last = journal.batch(0, 130)
    assert ([event["seq"] for event in json.loads(payload)["events"]], last) == (list(range(121, 131)), 130)
    assert json.loads(payload)["first"] == 121
    assert journal.digest_of(5) == digest(canonical(told[4]))
