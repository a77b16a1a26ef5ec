"""A district with a street and two villages that fill in their month: over a store, with a clock by hand."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Connection, insert, select

from central import schema
from central.database import Database
from central.keeping.sealed_columns import Vault
from central.report import store as report
from central.report.periods import period
from central.report_counts import entries
from central.report_counts.span import Cells, span_of
from central.report_entry import rules, work
from central.report_entry.rules import EventKind, Why
from central.report_entry.work import Adviser, Desk, Event, Figure
from central.units.rules import Level
from hall.moment import local_ms
from tests.central.conftest import MASTER

UNITS: Final = (
    ("north", "city", "district", "city/north/"), ("lane", "north", "street", "city/north/lane/"),
    ("east", "lane", "village", "city/north/lane/east/"), ("west", "lane", "village", "city/north/lane/west/"),
)  # fmt: skip
BY: Final = "room.person"
LATE: Final = 2**61


class Rooms:
    """Acts for every unit of a store."""

    def __init__(self, database: Database) -> None:
        self.database, self.vault = database, Vault(MASTER)
        self.now_ms = local_ms("2026-10-30", 10 * 60)
        with database.write() as connection:
            self.vault.make_index_key(connection, 1)
            names = {"name_zh": "测试", "name_en": "Test", "made_ms": 1}
            for unit, parent, level, path in UNITS:
                connection.execute(insert(schema.unit).values(id=unit, parent=parent, level=level, path=path, **names))

    @contextmanager
    def desk(self, unit: str = "east", name: str = "2026-10") -> Any:
        with self.database.write() as connection:
            row = connection.execute(select(schema.unit).where(schema.unit.c.id == unit)).one()
            of = rules.period_named(name, report.rules(connection), self.now_ms)
            yield Desk(connection, self.vault, unit, Level(row.level), of, self.now_ms)

    def enter(
        self, code: str, value: str, unit: str = "east", name: str = "2026-10", *, seen: str = "",
        carried: bool = False, kept_at: str = "档案柜",
    ) -> str:  # fmt: skip
        with self.desk(unit, name) as desk:
            return work.enter(desk, Figure(code, value, seen, carried, None, kept_at), BY)

    def visit(
        self, day: str, begins: str, ends: str, unit: str = "east", who: Adviser | None = None, people: int = 3
    ) -> str:
        with self.desk(unit, day[:7]) as desk:
            stayed = rules.stay(begins, ends, None, 12)
            return work.add_visit(desk, day, stayed, who or Adviser(name="测试王律师"), people, BY)

    def event(
        self, day: str, kind: EventKind = EventKind.LECTURE, unit: str = "east", people: int = 20, title: str = "民法典"
    ) -> str:
        with self.desk(unit, day[:7]) as desk:
            return work.add_event(desk, Event(day, kind, title, people, 10, None, "档案柜"), BY)

    def take_back(self, row: str, unit: str = "east", name: str = "2026-10") -> None:
        with self.desk(unit, name) as desk:
            work.take_back(desk, row, Why.WRONG_FIGURE, BY)

    def by_hand(self, name: str = "2026-10", path: str = "city/north/") -> dict[str, dict[str, Any]]:
        with self.database.read() as connection:
            return plain(entries.by_hand(connection, path, name))

    def counted(self, name: str = "2026-10", known_ms: int = LATE) -> dict[str, dict[str, Any]]:
        with self.database.read() as connection:
            return plain(entries.cells(connection, span_of("city/north/", period(name), known_ms)))

    def write(self, act: Any) -> None:
        with self.database.write() as connection:
            act(connection)


def plain(cells: Cells) -> dict[str, dict[str, Any]]:
    """Without units that have nothing."""
    return {unit: dict(found) for unit, found in cells.items() if found}


def set_state(connection: Connection, unit: str, name: str, state: str) -> None:
    report.begin(connection, unit, name, 1)
    report.change(connection, unit, name, 0, {"state": state})
