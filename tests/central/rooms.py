"""Small places for tests: one in a store, asked as its pages ask it, with a clock by hand."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import func, select

from central import schema
from central.database import Database
from central.live.hub import Hub
from central.places import keeper
from central.places.keeper import Keeper, Wish
from hall.moment import Moment
from hall.refusal import Code, Refusal
from hall.step import Command
from hall.wire import type_name
from tests.hall.halls import MORNING_MS

PLACE = "yongfeng-room"
THREE_WINDOWS: dict[str, Any] = {"window": [{"number": one, "services": ["A", "B", "C"]} for one in (1, 2, 3)]}


def begin(
    database: Database,
    place: str = PLACE,
    unit: str = "city",
    plan: dict[str, Any] | None = None,
    now_ms: int = MORNING_MS,
) -> None:
    with database.write() as connection:
        names = ("永丰村工作室", "Yongfeng Room")
        keeper.begin(connection, place, unit, names, json.dumps(plan or {}), now_ms)


class ByHand:
    """A clock that goes when the test says so; a controller's and central's alike."""

    def __init__(self, at_ms: int = MORNING_MS) -> None:
        self.at_ms = at_ms

    def wall_ms(self) -> int:
        return self.at_ms

    def steady_s(self) -> float:
        return self.at_ms / 1000

    def now(self) -> Moment:
        return Moment(self.at_ms, self.at_ms)

    def mono_ms(self) -> int:
        """Stands still, so that a controller's loop lets no time pass by itself but at its beginning."""
        return 0

    def stepped_ms(self) -> int | None:
        return None

    def quality(self) -> str:
        return "ntp"


class Room:
    """A place, asked as its pages ask it."""

    def __init__(
        self, database: Database, place: str = PLACE, in_memory: int = 10, clock: ByHand | None = None
    ) -> None:
        self.database = database
        self.clock = clock or ByHand()
        self.hub = Hub()
        self.keeper = Keeper(database, self.hub, in_memory, self.clock.wall_ms, self.clock.steady_s)
        self.place = place
        self.asked = 0

    def do(self, command: Command, key: str | None = None, after_s: float = 3.0) -> list[str]:
        """The types of what it made happen."""
        self.asked += 1
        self.clock.at_ms += int(after_s * 1000)
        wish = Wish("somebody", key or f"key-{id(self)}-{self.asked}", {"command": str(command)})
        told = self.keeper.ask(
            self.place, wish, lambda place: command, lambda done: {"events": [type_name(one) for one in done.events]}
        )
        return [str(name).partition("/")[0] for name in told["events"]]

    def refused(self, command: Command, key: str | None = None) -> Code:
        with pytest.raises(Refusal) as refusal:
            self.do(command, key)
        return refusal.value.code

    def pass_time(self, seconds: float) -> None:
        self.clock.at_ms += int(seconds * 1000)
        self.keeper.pass_time(self.clock.at_ms)


def stored(database: Database, place: str = PLACE) -> list[tuple[int, str, Any]]:
    """Number, type and data of each event of the place, in order."""
    table, stream = schema.event, schema.stream
    wanted = select(table).join(stream, stream.c.id == table.c.stream).where(stream.c.hall == place)
    with database.read() as connection:
        rows = connection.execute(wanted.order_by(table.c.seq)).mappings()
        return [(row["seq"], row["type"], json.loads(row["data"])) for row in rows]


def count(database: Database) -> int:
    with database.read() as connection:
        return int(connection.execute(select(func.count()).select_from(schema.event)).scalar_one())
