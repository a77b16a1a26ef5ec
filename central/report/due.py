"""When a unit's forms are due, from which period on it has to send any, and how it is reminded of one it has not sent.

A unit sends forms from the period in which it was made. What is built in was made on no day: it begins with the first
unit below it, or when central first heard of one of its halls. That is central's own time, so a hall whose clock is
wrong asks nobody for old months; and before anything is there, nothing is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, RowMapping

from central.report import store
from central.report.periods import Period, reminded, working_days_left
from central.report.stages import State
from central.report.told import board_told, period_told
from central.report.whole import SENT, period_named
from central.rest_days.store import day_table
from hall.law.days import DayTable
from hall.moment import local_day


def begun_on(connection: Connection, unit: RowMapping, now_ms: int) -> date:
    """The day from which on a unit has something to report."""
    made_ms = unit["made_ms"] or store.first_seen_ms(connection, unit["path"]) or now_ms
    return date.fromisoformat(local_day(made_ms))


@dataclass(frozen=True, slots=True)
class Calendar:
    """Today, among the days on which people work."""

    today: date
    table: DayTable

    @classmethod
    def at(cls, connection: Connection, now_ms: int) -> Calendar:
        return cls(date.fromisoformat(local_day(now_ms)), day_table(connection))

    def told(self, of: Period, state: str, *, asked: bool = True, missing: bool = False) -> dict[str, Any]:
        """How a form stands to its due day. ``asked``: the unit has to send it; ``missing``: it was signed for."""
        owed = asked and State(state) not in SENT
        waited_for = owed and not missing
        return {
            "due": of.due.isoformat(), "asked": asked, "overdue": owed and self.today > of.due,
            "reminded": reminded(of, self.table, self.today) if waited_for else None,
            "working_days_left": working_days_left(of, self.table, self.today) if waited_for else None,
        }  # fmt: skip


def months_told(
    connection: Connection, unit: RowMapping, names: list[str], forms: Mapping[str, RowMapping], now_ms: int
) -> list[dict[str, Any]]:
    """Months of a unit, each with where its form stands and when it is due."""
    begun, days = begun_on(connection, unit, now_ms), Calendar.at(connection, now_ms)
    items = []
    for name in names:
        of, told = period_named(connection, name), board_told(unit, forms.get(name), {})
        asked = of.last >= begun or name in forms
        items.append({"period": period_told(of), **told, **days.told(of, told["state"], asked=asked)})
    return items
