"""What happened in a period and was known only after its form was locked: it goes into the next form, as lines.

A hall that was cut off for days sends its events when its line is back; they are stored once and counted at their day.
A locked form does not move, so the difference between what is known of its period now and what the form says is taken
into the form that is drawn up now: one line a cell, with the ids of the events. Of a unit that was signed for as
missing it is the difference to what the form above took of it. What was taken into an earlier form is not taken again.
Stocks say how things stood at a moment and bring nothing late: the next form counts them anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from sqlalchemy import Connection, RowMapping, select

from central import schema
from central.report import store, store_of_lines, store_of_unsent
from central.report.counting import own_now
from central.report.figures import Counts, added, counts_of, difference
from central.report.form import Kind, form
from central.report.periods import Period, period, shifted
from central.report.stages import State

LOOKED_BACK: Final = 3  # periods: a hall that was away longer was missed by somebody long ago
_EVENTS_NAMED: Final = 200
_MOVING: Final = frozenset({Kind.FLOW, Kind.HEADS})
_OF_DEVICES: Final = frozenset({"K05H", "K06"})  # hours of devices as they are listed today: nothing that came late


@dataclass(frozen=True, slots=True)
class LateCell:
    """A cell of an earlier period: by how much it moved after that was locked, and the events that came since."""

    code: str
    by: Fraction
    about: str
    events: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Locked:
    """What was counted of a unit for the locked forms, and when: what came since is late."""

    counted: Counts
    since_ms: int


def late_cells(connection: Connection, unit: RowMapping, of: Period, now_ms: int) -> Iterator[LateCell]:
    """What a unit's own part has to take in of the periods before this one."""
    names = [shifted(of.name, -back) for back in range(LOOKED_BACK, 0, -1)]
    forms = store.forms_of_unit(connection, unit["id"], names)
    rules = store.rules(connection)
    for name in names:
        locked = _locked(connection, unit["id"], name, forms.get(name))
        if locked is not None:
            yield from _late_of(connection, unit, period(name, rules), locked, of.name, now_ms)


def _locked(connection: Connection, unit: str, name: str, row: RowMapping | None) -> _Locked | None:
    """As what the unit stands in the locked forms: a form above that did without its own took it as it was then."""
    went_in = store_of_unsent.locked(connection, unit, name)
    if went_in is not None:
        return _Locked(counts_of(went_in["counted"]), went_in["made_ms"])
    if row is None or State(row["state"]) is not State.ACCEPTED:
        return None
    frozen = store.version(connection, unit, name, row["version"])
    assert frozen is not None
    return _Locked(counts_of(frozen["counted"]), store_of_unsent.first_made_ms(connection, frozen))


def _late_of(
    connection: Connection, unit: RowMapping, earlier: Period, locked: _Locked, into: str, now_ms: int
) -> Iterator[LateCell]:
    lines = store_of_lines.lines_about(connection, unit["id"], earlier.name)
    taken: Counts = added({line["code"]: Fraction(line["by"])} for line in lines if line["period"] != into)
    now = own_now(connection, unit["path"], unit["id"], earlier, now_ms)
    moved = difference(now, added([locked.counted, taken]))
    fields = form().fields
    wanted = {code: by for code, by in moved.items() if fields[code].kind in _MOVING and code not in _OF_DEVICES}
    events = _events_since(connection, unit["id"], earlier, locked.since_ms) if wanted else ()
    for code, by in wanted.items():
        yield LateCell(code, by, earlier.name, events)


def _events_since(connection: Connection, unit: str, of: Period, since_ms: int) -> tuple[str, ...]:
    """Ids of the events of that period's days that came after it was locked, the first of them."""
    event, stream, hall = schema.event, schema.stream, schema.hall
    first, last = of.first.isoformat(), of.last.isoformat()
    statement = (
        select(event.c.id, event.c.data)
        .join(stream, stream.c.id == event.c.stream)
        .join(hall, hall.c.id == stream.c.hall)
        .where(hall.c.unit == unit, event.c.received_ms >= since_ms, event.c.lane == "main")
        .where(event.c.data.contains(first[:7]) | event.c.data.contains(last[:7]))  # so that few are looked into
        .order_by(event.c.stream, event.c.seq)
    )
    found = []
    for row in connection.execute(statement):
        if first <= json.loads(row.data).get("day", "") <= last:
            found.append(row.id)
            if len(found) == _EVENTS_NAMED:
                break
    return tuple(found)
