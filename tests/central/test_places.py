"""Small places: central keeps their queue by the hall's own rules, in the same journal and the same views."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from central import schema
from central.database import Database
from central.live.hub import Hub
from central.places import keeper
from central.places.keeper import Keeper, Wish
from hall.queue import words
from hall.refusal import Code, Refusal
from hall.step import Command
from tests.central.taking_in import views

PLACE = "yongfeng-room"


def begin(database: Database, place: str = PLACE, unit: str = "city") -> None:
    with database.write() as connection:
        keeper.begin(connection, place, unit, ("永丰村工作室", "Yongfeng Room"), "{}")


class Room:
    """A place, asked as its pages ask it."""

    def __init__(self, database: Database, place: str = PLACE, in_memory: int = 10) -> None:
        self.database = database
        self.keeper = Keeper(database, Hub(), in_memory)
        self.place = place
        self.asked = 0

    def do(self, command: Command, key: str | None = None) -> list[str]:
        self.asked += 1
        wish = Wish("somebody", key or f"key-{self.asked}", {"command": str(command)})
        told = self.keeper.ask(
            self.place,
            wish,
            lambda place: command,
            lambda done: {"events": [type(one).__name__ for one in done.events]},
        )
        return list(told["events"])

    def refused(self, command: Command, key: str | None = None) -> Code:
        with pytest.raises(Refusal) as refusal:
            self.do(command, key)
        return refusal.value.code


@pytest.fixture
def room(database: Database) -> Room:
    begin(database)
    return Room(database)


def count(database: Database) -> int:
    with database.read() as connection:
        return int(connection.execute(select(func.count()).select_from(schema.event)).scalar_one())


def test_what_happens_at_a_place_is_in_the_store_and_in_every_view(room: Room) -> None:
    assert room.do(words.TakeTicket("A", "token-1")) == ["DayOpened", "TicketIssued"]
    room.do(words.OpenWindow(1, "li.min"))
    assert room.do(words.CallNext(1, "li.min")) == ["TicketCalled"]
    room.do(words.Start(1, "li.min"))
    shown = views(room.database)
    (ticket,) = shown["tickets"]
    assert (ticket["hall"], ticket["number"], ticket["state"], ticket["window"]) == (PLACE, "A001", "SERVING", 1)
    assert shown["live"][PLACE]["windows"]["1"][:2] == ["SERVING", "A001"]
    place, _ = room.keeper.look(PLACE)
    assert [one[2] for one in ticket["events"]] == [2, 4, 5]
    assert place.seq == count(room.database) == 5


def test_a_key_acts_once_and_a_refusal_is_the_same_again(room: Room) -> None:
    assert room.do(words.TakeTicket("A", "token-1"), "k") == room.do(words.TakeTicket("A", "token-1"), "k")
    assert room.refused(words.CallNext(1, "li.min"), "c") is Code.WINDOW_CLOSED
    room.do(words.OpenWindow(1, "li.min"))
    assert room.refused(words.CallNext(1, "li.min"), "c") is Code.WINDOW_CLOSED
    assert room.do(words.CallNext(1, "li.min"), "d") == ["TicketCalled"]
    assert count(room.database) == 4


def test_another_program_goes_on_where_the_store_stands(room: Room) -> None:
    room.do(words.TakeTicket("B", "token-1"))
    room.do(words.OpenWindow(1, "li.min"))
    before, _ = room.keeper.look(PLACE)
    again = Room(room.database)
    after, now = again.keeper.look(PLACE)
    assert after == before
    assert now.steady_ms >= before.steady_ms
    assert again.do(words.CallNext(1, "li.min"), "fresh") == ["TicketCalled"]
