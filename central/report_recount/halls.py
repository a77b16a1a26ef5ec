"""The cells that come from a unit's halls, row by row: tickets, advice at windows, kiosks, opinions, ratings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlalchemy import Connection

from central.report_recount import store, store_of_records
from central.report_recount.journals import Notes, heard
from central.report_recount.span import Part
from central.report_recount.tally import Behind, Source, Tally
from central.report_recount.tickets import NOBODY, By, Days, Story, told
from central.units.rules import Level
from hall.record.words import AnsweredBy, Field, Group, ServiceRecorded

# The rows of the form by the hall's words, as domain rules 2.1 and 4.3 list them.
_ENDS: Final = {"DONE": "A11", "NO_SHOW": "A12", "CANCELLED": "A13", "EXPIRED": "A14"}
_FIRST: Final = {"ELDER": "A17", "DISABLED": "A18", "MILITARY": "A19"}
_LETTERS: Final = {
    "A": "A30", "B": "A31", "C": "A32", "D": "A33", "E": "A34", "F": "A35", "G": "A36", "H": "A37", "J": "A38",
    "K": "A39", "L": "A40", "T": "A41",
}  # fmt: skip
_FIELDS: Final = {
    Field.FAMILY: "B11", Field.INHERITANCE: "B12", Field.LABOUR: "B13", Field.TRAFFIC: "B14", Field.INJURY: "B15",
    Field.DEBT: "B16", Field.HOUSING: "B17", Field.LAND: "B18", Field.CONSUMER: "B19", Field.CRIMINAL: "B20",
    Field.ADMINISTRATIVE: "B21", Field.OTHER: "B22", None: "B22",
}  # fmt: skip
_WHOM: Final = {
    AnsweredBy.LAWYER: "B31", AnsweredBy.NOTARY: "B32", AnsweredBy.LEGAL_AID: "B33", AnsweredBy.MEDIATOR: "B34",
    AnsweredBy.OTHER: "B35", None: "B35",
}  # fmt: skip
_GROUPS: Final = {
    Group.MIGRANT_WORKER: "B41", Group.ELDER: "B42", Group.WOMAN: "B43", Group.MINOR: "B44", Group.DISABLED: "B45",
    Group.MILITARY: "B46",
}  # fmt: skip
TIER: Final = {Level.CITY: "A50", Level.DISTRICT: "A50", Level.STREET: "A51", Level.VILLAGE: "A52"}
_ADVICE: Final = "A"
_LONG_S: Final = 1800
# Cells to which events of halls add: they cannot be judged where events are deleted.
OF_EVENTS: Final = frozenset(
    {
        *_ENDS.values(), *_FIRST.values(), *_LETTERS.values(), *_FIELDS.values(), *_WHOM.values(), *_GROUPS.values(),
        *TIER.values(), "A03", "A10", "A15", "A20", "A21S", "A22S", "A23", "A41X", "B02", "P01", "P16",
        *(f"P{n:02d}" for n in range(2, 8)), "P10O", "P11", "P12", "P13",
    }
)  # fmt: skip


def days_of(connection: Connection, hall: str, part: Part) -> tuple[Days, Notes]:
    """What a hall's journals tell of the period."""
    notes = Notes(hall)
    return told(heard(connection, hall, part.of, part.cut_ms, notes)), notes


def into(tally: Tally, connection: Connection, hall: str, part: Part, days: Days) -> None:
    """Add what a hall's days are in the form."""
    apart = store_of_records.advice_by_ticket(connection, hall, part)
    for story in days.every():
        if story.stands:
            for code, amount, by in _of_ticket(story, part.level):
                tally.add(code, amount, _source(story, hall, by))
        if story.stands == "DONE" and story.service == _ADVICE and (story.day, story.number) not in apart:
            source = _source(story, hall, story.last)
            for code, amount in _of_advice(story, days.record_of(story)):
                tally.add(code, amount, source)
    for one in days.noted:
        tally.add_each(one.codes, Source(Behind.EVENT, one.id, one.type, one.day, hall, one.number))


def _source(story: Story, hall: str, by: By) -> Source:
    return Source(Behind.EVENT, *by, story.day, hall, story.number)


def _of_ticket(story: Story, level: Level) -> Iterator[tuple[str, int, By]]:
    """Cell, how many, by which event. A ticket counts once it has come to an end."""
    yield "A10", 1, story.last
    yield _ENDS[story.stands], 1, story.last
    if story.priority:
        yield _FIRST.get(story.priority, "A20"), 1, story.preferred
    if story.stands != "DONE":
        return
    yield _LETTERS.get(story.service, "A41X"), 1, story.last
    yield TIER[level], story.persons, story.last
    yield "P01", 1, story.last
    waited_s = story.waited_s or 0
    yield "A21S", waited_s, story.called if story.called != NOBODY else story.last
    yield "A22S", story.served_s or 0, story.last
    if waited_s > _LONG_S:
        yield "A23", 1, story.called


def _of_advice(story: Story, record: ServiceRecorded | None) -> Iterator[tuple[str, int]]:
    """People who asked; what nobody noted is "other". A group of people is noted once."""
    yield "B02", story.persons
    yield _FIELDS[record.field if record else None], story.persons
    yield _WHOM[record.answered_by if record else None], story.persons
    for group in set(record.groups) if record else ():
        yield _GROUPS[group], 1


def halls_of(connection: Connection, part: Part) -> list[str]:
    return store.halls(connection, part.unit)
