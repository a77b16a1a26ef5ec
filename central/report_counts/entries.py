"""What people entered: advisers' hours and lectures in villages, figures typed by hand; and which units there are.

``cells`` is counted like everything else that happened; ``by_hand`` is what stands in a unit's own part beside it.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from sqlalchemy import Connection

from central.report import store as report
from central.report.periods import period, period_of
from central.report_counts.span import Cells, Span
from central.report_entry import store
from central.report_entry.rules import EVENT_CODES, filled, of_events, of_visits, quarter_of, stocks
from central.units.rules import Level
from central.units.store import ids_at
from hall_config.report_entry_numbers import entry_numbers_on

_IS: Final = {Level.STREET: "J01", Level.VILLAGE: "J02"}
_LECTURE_MET: Final = "J07"


def cells(connection: Connection, span: Span) -> Cells:
    """J01 and J02 of the units that are open at the end, J05 and J06 from visits, J07 where a quarter ends."""
    numbers, (first, last) = entry_numbers_on(span.last), span.days
    levels = store.levels(connection, span.units)
    found: dict[str, dict[str, int | Fraction]] = {unit: {} for unit in levels}
    for unit in store.open_units(connection, span.units, span.to_ms, span.known_ms):
        if levels[unit] in _IS:
            found[unit][_IS[levels[unit]]] = 1
    for unit, minutes in store.minutes_by_unit(connection, span.units, first, last, span.known_ms).items():
        found[unit] |= of_visits(levels[unit], minutes, numbers)
    for unit, lectures in _lectures(connection, span).items():
        if levels[unit] is Level.VILLAGE and lectures >= numbers["LECTURES_A_QUARTER"]:
            found[unit][_LECTURE_MET] = 1
    return found


def _lectures(connection: Connection, span: Span) -> dict[str, int]:
    """Of the quarter that ends with this period; nothing in any other."""
    rules = report.rules(connection)
    quarter = quarter_of(period_of(span.last, rules), rules)
    if quarter is None:
        return {}
    days = (quarter[0].isoformat(), quarter[1].isoformat())
    return store.lectures_by_unit(connection, span.units, *days, span.known_ms)


def by_hand(connection: Connection, path: str, period_name: str) -> Cells:
    """The figures of fields that people fill in, of every unit at or below a path; what nobody filled in is not there.

    F01 to F04 of a unit with lectures and events are those; a stock that was not said anew is what it was said to be.
    """
    of, units = period(period_name, report.rules(connection)), ids_at(path)
    rows = store.newest(connection, units, of.name, stocks())
    events = store.events_by_unit(connection, units, of.first.isoformat(), of.last.isoformat())
    there = store.open_units(connection, units, of.to_ms)
    found: dict[str, dict[str, int | Fraction]] = {}
    for unit, kinds in events.items():
        sums = of_events(kinds)
        for code in EVENT_CODES:
            _put(found, unit, code, filled(code, rows.get((unit, code)), of.name, sums).value)
    for (unit, code), row in rows.items():
        carried = row.period != of.name
        if not (carried and unit not in there) and not (unit in events and code in EVENT_CODES):
            _put(found, unit, code, filled(code, row, of.name, None).value)
    return found


def _put(found: dict[str, dict[str, int | Fraction]], unit: str, code: str, value: Fraction | None) -> None:
    if value is not None:
        found.setdefault(unit, {})[code] = value
