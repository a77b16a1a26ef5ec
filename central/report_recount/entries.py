"""What people entered for a unit: figures typed by hand, advisers' hours, lectures; and that the unit is there."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from sqlalchemy import Connection

from central.report.form import Kind, form
from central.report.periods import Rules, period, shifted
from central.report_recount import store_of_figures as store
from central.report_recount.span import Part
from central.report_recount.tally import Behind, Source, Tally
from central.units.rules import Level
from hall_config.report_entry_numbers import entry_numbers_on

_OF_EVENTS: Final = ("F01", "F02", "F03", "F04")
_QUARTER: Final = 3
_MINUTES: Final = 60


def counted_into(tally: Tally, connection: Connection, part: Part, rules: Rules) -> None:
    """J01 and J02 of a unit that is open at the end, J05 and J06 from visits, J07 where a quarter ends."""
    numbers = entry_numbers_on(part.of.last)
    itself = Source(Behind.UNIT, part.unit)
    made_ms = store.unit_then(connection, part.unit)["made_ms"]
    if made_ms < part.cut_ms and _is_open(connection, part) and part.level in (Level.STREET, Level.VILLAGE):
        tally.add("J01" if part.level is Level.STREET else "J02", 1, itself)
    minutes = 0
    for row in store.visits(connection, part.unit, part.days, part.cut_ms):
        tally.add("J05", row["minutes"], Source(Behind.VISIT, row["id"], "", row["day"]))
        minutes += row["minutes"]
    if part.level is not Level.VILLAGE:
        return
    if minutes >= numbers["ADVISER_HOURS_LEAST"] * _MINUTES:
        tally.add("J06", 1, itself)
    if int(part.of.name[-2:]) % _QUARTER == 0:
        first = period(shifted(part.of.name, 1 - _QUARTER), rules).first.isoformat()
        held = store.lectures(connection, part.unit, (first, part.days[1]), part.cut_ms)
        if sum(1 for row in held if row["kind"] == "LECTURE") >= numbers["LECTURES_A_QUARTER"]:
            tally.add("J07", 1, itself)


def typed_into(tally: Tally, connection: Connection, part: Part) -> None:
    """Fields by hand: the newest that was not taken back; a stock that was not said anew is what it was.

    F01 to F04 of a unit with lectures and events are those.
    """
    fields = form().fields
    events = store.lectures(connection, part.unit, part.days, part.cut_ms)
    for row in events:
        source = Source(Behind.LECTURE, row["id"], row["kind"], row["day"])
        amounts = (1, row["people"], row["leaflets"], int(row["kind"] == "LECTURE"))
        for code, amount in zip(_OF_EVENTS, amounts, strict=True):
            tally.add(code, amount, source)
    there = _is_open(connection, part)
    newest = {row["code"]: row for row in store.entries(connection, part.unit, part.of.name, part.cut_ms)}
    for code, row in newest.items():
        earlier = row["period"] != part.of.name
        carried = fields[code].kind is Kind.STOCK and there
        if (earlier and not carried) or (events and code in _OF_EVENTS):
            continue
        tally.add(code, Fraction(row["value"]), Source(Behind.ENTRY, row["id"], row["period"]))


def _is_open(connection: Connection, part: Part) -> bool:
    """Whether the unit was not closed when the period ended; when it was entered here is not when it began."""
    closed_ms = store.unit_then(connection, part.unit)["closed_ms"]
    return closed_ms is None or closed_ms >= part.of.to_ms
