"""Ratings of a hall told from its events; what was done about bad ones from the steps of their cases (parts 3, 4.3 P).

A grade stands on the day of the service, by the newest version; no rating counts of a service that was not done, and
none that a reviewed decision left out by then. A case of the period's own services counts while its grade is a bad one
still, one of earlier days counts as it was opened.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from typing import Final

from sqlalchemy import Connection

from central.report_recount import store_of_records
from central.report_recount.journals import Happened
from central.report_recount.span import Part
from central.report_recount.steps import Record
from central.report_recount.tally import Behind, Source, Tally
from central.report_recount.tickets import Days
from hall.rating.words import RatingGiven

_GRADE: Final = {5: "P03", 4: "P04", 3: "P05", 2: "P06", 1: "P07"}
_WORST_GOOD: Final = 3
_DAY: Final = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])-([0-9]{2})")
_OVER: Final = ("CLOSED", "INVALID")
_LONGEST: Final = {"number": 12, "service": 8, "staff": 80}
_MOST_VERSIONS: Final = 1000
_HIGHEST_WINDOW: Final = 9999


def into(tally: Tally, connection: Connection, hall: str, part: Part, days: Days) -> list[str]:
    """Add what a hall's ratings are in the form; the ids of cases whose chain does not hold."""
    out = store_of_records.left_out(connection, hall, part.cut_ms)
    served = {(story.day, story.number) for story in days.every() if story.stands == "DONE"}
    bad = set()
    for key, given in days.ratings.items():
        newest = _newest([one for one in given if _fits(one[1])])
        if newest is None or key in out or key not in served:
            continue
        happened, rating = newest
        source = Source(Behind.EVENT, happened.id, happened.type, *(key[0], hall, key[1]))
        tally.add_each(("P02", _GRADE[rating.grade]), source)
        if rating.grade < _WORST_GOOD:
            bad.add(key)
    broken = []
    for record in store_of_records.rating_cases(connection, hall, part):
        row = record.row
        if record.broken:
            broken.append(row["id"])
        key = (row["day"], row["number"])
        if key not in out and (row["day"] < part.days[0] or key in bad):
            source = Source(Behind.RATING_CASE, row["id"], "", row["day"], hall, row["number"])
            tally.add_each(_of_case(record, part), source)
    return broken


def _newest(given: list[tuple[Happened, RatingGiven]]) -> tuple[Happened, RatingGiven] | None:
    """Of one journal the highest version; of several journals' that which was given last, else the later journal's."""
    of_journal: dict[int, tuple[Happened, RatingGiven]] = {}
    for one in given:
        known = of_journal.get(one[0].journal)
        if known is None or one[1].version > known[1].version:
            of_journal[one[0].journal] = one
    return max(of_journal.values(), key=lambda one: (one[0].ts, one[0].journal), default=None)


def _fits(event: RatingGiven) -> bool:
    """Whether a hall of ours could have sent it; what could not be is no rating."""
    found = _DAY.fullmatch(event.day)
    if found is None or not 1 <= int(found[2]) <= monthrange(int(event.day[:4]), int(found[1]))[1]:
        return False
    texts = {name: getattr(event, name) for name in _LONGEST}
    written = all(len(text) <= _LONGEST[name] and text.isprintable() for name, text in texts.items())
    known = bool(event.number and event.service) and event.grade in _GRADE
    return written and known and 0 <= event.window <= _HIGHEST_WINDOW and 1 <= event.version <= _MOST_VERSIONS


def _of_case(record: Record, part: Part) -> Iterator[str]:
    closed_ms, result = None, ""
    for step in record.steps:
        result = str(step.facts.get("result", result))
        if closed_ms is None and step.after in _OVER:
            closed_ms = step.at_ms
    for step in record.steps:
        if part.holds(step.at_ms):
            if step.move == "CONFIRM_INVALID":
                yield "P11"
            if step.move == "CONTACT" and "late" not in step.facts:
                yield "P12"
            if step.move == "CLOSE" and result == "RECTIFIED":
                yield "P13"
    was_there = bool(record.steps) and record.steps[0].at_ms < min(part.of.to_ms, part.cut_ms)
    if record.row["day"] < part.days[0] and was_there and (closed_ms is None or closed_ms >= part.of.from_ms):
        yield "P10O"
