"""Ratings for tests: a hall's journal taken in as it comes, and cases moved over the store with a clock by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import select

from central.accounts.permissions import Role
from central.accounts.person import Person
from central.database import Database
from central.ingest.intake import Intake
from central.keeping.sealed_columns import Vault
from central.ratings import casework, store_of_cases
from central.ratings.casework import Desk, Given
from central.ratings.stages import STAGES, way
from central.ratings.tables import rating, rating_case
from central.ratings.words import FACTS, Move, State, Who
from hall.moment import local_day
from hall.rating.words import RatingGiven
from hall_config.rest_days import shipped_table
from tests.central.event_log import DAY, START_MS, HallLog, called, finished, issued, rated, started
from tests.central.taking_in import HALL, take_each

HOUR_MS = 3_600_000
SAID = "等了两个小时，张三说不归他管"


def person(name: str, path: str = "city/", role: Role = Role.SUPERVISOR) -> Person:
    return Person(name, frozenset({role}), path.rstrip("/").rpartition("/")[2], path, "")


WANG, LI = person("wang.li"), person("li.na")


class Day:
    """A hall's day: tickets served and rated one after the other."""

    def __init__(self, epoch: str = "epoch-1", start_ms: int = START_MS) -> None:
        self.log, self.last, self.day = HallLog(epoch, start_ms), 0, local_day(start_ms)

    def serve(self, window: int = 1, letter: str = "A") -> str:
        self.last += 1
        number = f"{letter}{self.last:03d}"
        self.log.add(issued(number, day=self.day), called(number, window, day=self.day))
        self.log.add(started(number, window, day=self.day), finished(number, window, day=self.day))
        return number

    def rate(self, grade: int, window: int = 1, letter: str = "A", **more: Any) -> str:
        number = self.serve(window, letter)
        self.log.add(replace(rated(number, window, grade, day=self.day), **more))
        return number

    def into(self, database: Database, intake: Intake | None = None) -> Day:
        take_each(database, intake or Intake(), self.log.batches())
        return self


def given(number: str, grade: int, version: int = 1, **more: Any) -> RatingGiven:
    return replace(rated(number, 1, grade, version), **more)


class CaseDesk:
    """Cases of one store, moved by hand."""

    def __init__(self, database: Database, now_ms: int) -> None:
        self.database, self.vault, self.now_ms = database, Vault(b"m" * 32), now_ms

    def case(self, number: str) -> Any:
        with self.database.read() as connection:
            found = store_of_cases.of_service(connection, HALL, DAY, number)
            assert found is not None
            return found

    def row(self, number: str) -> Any:
        same = (rating.c.hall == HALL, rating.c.day == DAY, rating.c.number == number)
        with self.database.read() as connection:
            return connection.execute(select(rating).where(*same)).mappings().one()

    def move(
        self, number: str, move: Move, by: Person = WANG, *, texts: dict[str, str] | None = None, **facts: str
    ) -> Any:
        row = self.case(number)
        found = way(State(row["state"]), move)
        usual = {} if found is None else {name: next(iter(FACTS[name])).value for name in found.facts}
        said = {} if found is None else {name: f"{name} 正文" for name in found.texts}
        with self.database.write() as connection:
            desk = Desk(connection, self.vault, shipped_table(), self.now_ms)
            wish = Given(usual | facts, said if texts is None else texts)
            casework.move(desk, by, row["id"], row["version"], move, wish)
        return self.case(number)

    def steps(self, number: str) -> list[Any]:
        with self.database.read() as connection:
            return store_of_cases.steps(connection, self.case(number)["id"])

    @staticmethod
    def way_to(state: State) -> list[Move]:
        """The shortest way that people can go from a fresh case."""
        ways: list[tuple[State, list[Move]]] = [(State.OPEN, [])]
        seen = {State.OPEN}
        for stands, moves in ways:
            for move, found in STAGES[stands].items():
                if found.to not in seen and found.who is not Who.HALL:
                    seen.add(found.to)
                    first = [Move.PROPOSE_INVALID] if move is Move.CONFIRM_INVALID else []
                    ways.append((found.to, [*moves, *first, move]))
        return next(moves for stands, moves in ways if stands is state)


def all_cases(database: Database) -> list[Any]:
    with database.read() as connection:
        return list(connection.execute(select(rating_case).order_by(rating_case.c.number)).mappings())
