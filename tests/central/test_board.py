"""The board of all live pages: each is sent what changed after what it has shown, and only that."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import insert, update

from central.alarms.tables import alarm
from central.database import Database
from central.figures.trend import trend
from central.ingest.intake import Intake
from central.live import board as board_of_all
from central.live.board import Board
from central.live.hub import Hub
from central.live.telling import SETTLE_MS
from central.units import store as units
from hall.queue import words
from tests.central.event_log import HallLog, called, issued
from tests.central.rooms import Room, begin
from tests.central.taking_in import NOW_MS, announces, evt, take


class Line:
    """The line to the broker, as a board sees it."""

    up_since_ms = NOW_MS - 60_000


class Shown:
    """A page: what it has shown, by the messages of a board."""

    def __init__(self, board: Board, path: str = "city/") -> None:
        self.board, self.path, self.number = board, path, -1
        self.halls: dict[str, dict[str, Any]] = {}

    def look(self, now_ms: int = NOW_MS) -> dict[str, Any]:
        self.board.bring_up(now_ms)
        self.number, text = self.board.message(self.path, self.number, now_ms)
        told: dict[str, Any] = json.loads(text)
        if "halls" in told:
            self.halls = {one["id"]: one for one in told["halls"]}
        for change in told.get("changes", ()):
            if change.pop("gone", False):
                del self.halls[change["id"]]
            else:
                self.halls.setdefault(change["id"], {}).update(change)
        return told


class Halls:
    """Two halls that speak, and the hub that is told of it."""

    def __init__(self, database: Database) -> None:
        self.database, self.hub, self.intake, self.line = database, Hub(), Intake(), Line()
        self.board = Board(database, self.hub, self.line)
        self.logs = {hall: HallLog(f"epoch-of-{hall}") for hall in ("hall-one", "hall-two")}
        for hall in self.logs:
            self.say(hall)

    def say(self, hall: str, *events: Any) -> None:
        log = self.logs[hall]
        before = len(log.envelopes)
        log.add(*events)
        take(self.database, self.intake, evt(log.batch(log.envelopes[before:]), hall)) if events else None
        message = announces(log.epoch)
        take(self.database, self.intake, type(message)(message.topic.replace("test-hall", hall), message.payload))
        self.hub.tell([hall])


@pytest.fixture
def halls(database: Database) -> Halls:
    return Halls(database)


def lines(halls: Halls) -> dict[str, dict[str, Any]]:
    fresh = Board(halls.database, halls.hub, halls.line)
    fresh.bring_up(NOW_MS)
    return {str(one["id"]): dict(one) for one in fresh.lines()}


def test_a_page_is_sent_only_the_fields_that_changed(halls: Halls) -> None:
    page = Shown(halls.board)
    assert {one["id"] for one in page.look()["halls"]} == {"hall-one", "hall-two"}
    halls.say("hall-one", issued("A001"), issued("A002"))
    told = page.look()
    (change,) = told["changes"]
    assert change["id"] == "hall-one"
    assert change["waiting"] == 2
    assert not {"name_zh", "windows", "devices", "unit", "help"} & set(change)
    assert told["totals"]["waiting"] == 2
    assert page.look()["changes"] == []
    assert page.halls == lines(halls)


def test_pages_that_look_at_different_times_see_the_same_in_the_end(halls: Halls) -> None:
    often, seldom = Shown(halls.board), Shown(halls.board)
    often.look(), seldom.look()
    for number in range(1, 9):
        halls.say("hall-two" if number % 3 else "hall-one", issued(f"A{number:03d}"))
        often.look()
    halls.say("hall-two", called("A004", 2))
    often.look(), seldom.look()
    assert often.halls == seldom.halls == lines(halls)


def test_a_page_of_a_unit_sees_its_halls_and_hears_of_one_that_leaves(halls: Halls) -> None:
    facts = {"parent": "city", "level": "district", "name_zh": "北", "name_en": "North", "made_ms": 1}
    with halls.database.write() as connection:
        units.add_unit(connection, id="north", path="city/north/", **facts)
        units.put_hall(connection, "hall-one", "north")
    halls.hub.tell(["hall-one"])
    page = Shown(halls.board, "city/north/")
    assert [one["id"] for one in page.look()["halls"]] == ["hall-one"]
    halls.say("hall-two", issued("A001"))
    assert page.look()["changes"] == []
    with halls.database.write() as connection:
        units.put_hall(connection, "hall-one", "city")
    halls.hub.tell_all()
    assert page.look()["halls"] == []


def test_a_hall_that_stays_silent_after_the_line_came_back_goes_dark_without_a_word(halls: Halls) -> None:
    page = Shown(halls.board)
    page.look()
    assert page.halls["hall-one"]["online"]
    halls.line.up_since_ms = NOW_MS + 1000
    page.look(NOW_MS + 1000)
    assert page.halls["hall-one"]["online"]
    page.look(NOW_MS + 1001 + SETTLE_MS)
    assert not page.halls["hall-one"]["online"]


def test_the_trend_compares_half_hours_until_now() -> None:
    counts = [
        ("2026-11-18", 18, 4),
        ("2026-11-18", 19, 2),
        ("2026-11-11", 18, 5),
        ("2026-11-11", 19, 10),
        ("2026-11-11", 20, 7),
    ]
    told = trend(counts, "2026-11-18", 9 * 60 + 45)
    assert [(one["at"], one["day"], one["before"]) for one in told["points"]] == [
        ("09:00", 4, 5), ("09:30", 2, 10), ("10:00", None, 7)
    ]  # fmt: skip
    assert told["so_far"] == {"day": 6, "before": 10}  # of the half hour that is half over, half
    over = trend(counts, "2026-11-18", None)
    assert over["so_far"] == {"day": 6, "before": 22}
    at_midnight = trend([], "2026-11-18", 0)
    assert {(one["day"], one["before"]) for one in at_midnight["points"]} == {(None, 0)}


def test_in_a_crowd_small_places_are_numbers_until_something_is_wrong_there(
    halls: Halls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board_of_all, "CROWD", 3)
    room = Room(halls.database, "room-1")
    with halls.database.write() as connection:
        for number in (1, 2):
            facts = {"parent": "city", "level": "district", "path": f"city/d{number}/", "made_ms": 1}
            units.add_unit(connection, id=f"d{number}", name_zh="区", name_en="District", **facts)
    page = Shown(halls.board)
    for number in (1, 2):
        begin(halls.database, f"room-{number}", f"d{number}")
        halls.hub.tell_all()
        assert {one["id"] for one in page.look()["halls"]} >= {"hall-one", "hall-two"}
    few = Shown(halls.board, "city/d1/")
    assert [one["id"] for one in few.look()["halls"]] == ["room-1"]  # its own district is no crowd
    told = Shown(halls.board).look()
    assert [one["id"] for one in told["halls"]] == ["hall-one", "hall-two"]
    assert told["below"] == {f"city/d{number}/": {"places": 1, "open": 0, "waiting": 0} for number in (1, 2)}
    assert told["totals"]["halls"] == 4
    room.do(words.TakeTicket("A", "token-1"))
    room.do(words.OpenWindow(1, "li.min"))
    halls.hub.tell(["room-1"])
    told = page.look()
    assert (told["changes"], told["below"]["city/d1/"]) == ([], {"places": 1, "open": 1, "waiting": 1})
    assert told["totals"]["waiting"] == 1
    with halls.database.write() as connection:
        facts = {"rule": "long_wait", "subject": "", "level": "warning", "value": 1, "begun_ms": NOW_MS, "note": ""}
        connection.execute(insert(alarm).values(hall="room-1", **facts))
    halls.hub.tell_alarms(["room-1"])
    told = page.look()
    assert [(one["id"], one["waiting"], one["alarms"]) for one in told["changes"]] == [("room-1", 1, 1)]
    assert "city/d1/" not in told["below"]
    with halls.database.write() as connection:
        connection.execute(update(alarm).values(ended_ms=NOW_MS))
    halls.hub.tell_alarms(["room-1"])
    told = page.look()
    assert (told["changes"], set(page.halls)) == ([{"id": "room-1"}], {"hall-one", "hall-two"})
    assert told["below"]["city/d1/"]["places"] == 1
