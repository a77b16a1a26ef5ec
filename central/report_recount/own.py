"""A unit's own part computed again from everything that is stored of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import Connection

from central.report.periods import Rules
from central.report_recount import aid, devices, entries, halls, matters, outside, ratings
from central.report_recount.journals import Notes
from central.report_recount.span import Part
from central.report_recount.tally import Tally

DELETED: Final = "DELETED"


@dataclass(slots=True)
class Own:
    """``counted``: what happened; ``typed``: what people filled in; ``notes``: of halls' journals that say more than
    their events; ``broken``: records whose chain of steps does not hold."""

    part: Part
    counted: Tally = field(default_factory=Tally)
    typed: Tally = field(default_factory=Tally)
    notes: list[Notes] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)


def recounted(connection: Connection, part: Part, rules: Rules) -> Own:
    own = Own(part)
    for hall in halls.halls_of(connection, part):
        _of_hall(own, connection, hall)
    own.broken += matters.into(own.counted, connection, part)
    own.broken += aid.into(own.counted, connection, part)
    entries.counted_into(own.counted, connection, part, rules)
    outside.into(own.counted, connection, part)
    entries.typed_into(own.typed, connection, part)
    return own


def _of_hall(own: Own, connection: Connection, hall: str) -> None:
    days, notes = halls.days_of(connection, hall, own.part)
    halls.into(own.counted, connection, hall, own.part, days)
    own.broken += ratings.into(own.counted, connection, hall, own.part, days)
    devices.into(own.counted, connection, hall, own.part)
    if notes.unjudged is not None:
        own.counted.doubt(halls.OF_EVENTS, DELETED)
    if notes.unjudged is not None or notes.held_up or notes.set_aside:
        own.notes.append(notes)


def typed(connection: Connection, part: Part) -> Tally:
    """What people filled in, alone."""
    found = Tally()
    entries.typed_into(found, connection, part)
    return found
