"""Ratings taken in with their events, and the cases of the bad ones opened in the same transaction.

So there is no bad rating without a case, however central ends: no job has to be trusted to have come this far. A
service has one case: the key of the table says so, whatever is repeated, replayed or comes late out of an older
journal.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection

from central.ratings import limits, rules, store, store_of_cases
from central.ratings.stages import STAGES
from central.ratings.store_of_cases import NewStep
from central.ratings.words import HALL, Move, State
from central.rest_days.store import day_table
from hall.law.days import DayTable
from hall.moment import local_ms
from hall.rating.words import RatingGiven

_OPEN_MS: Final = 30 * 86_400_000  # what a hall's clock says beyond that is wrong: ratings are given within days
_OF_VERSION: Final = ("epoch", "version", "grade", "channel", "reasons")
_SERVED: Final = ("service", "window", "staff")
_FLAGS: Final = ("has_text", "too_fast", "equal_run", "same_device")


@dataclass(frozen=True, slots=True)
class Source:
    """The event that a rating came with."""

    stream: int
    epoch: str
    seq: int


def keep(connection: Connection, hall: str, source: Source, event: object, at_ms: int) -> None:
    """A rating, or another version of one; what is none changes nothing, and what no row can hold stays an event."""
    if not isinstance(event, RatingGiven) or not rules.fits(event):
        return
    key = (hall, event.day, event.number)
    facts = rules.row_of(hall, source.epoch, event)
    where = {"at_ms": at_ms, "stream": source.stream, "seq": source.seq}
    if not store.add_version(connection, **facts, **where):
        return
    held = store.held(connection, key)
    now = _bring_up(connection, key, held, {**facts, **_served(event), "rated_ms": at_ms})
    if held is not None or rules.is_bad(now["grade"]):  # a first good one has no case
        _follow(connection, now, at_ms)


def _served(event: RatingGiven) -> dict[str, Any]:
    return {name: getattr(event, name) for name in _SERVED}


def _bring_up(
    connection: Connection, key: store.Key, held: Mapping[Any, Any] | None, facts: dict[str, Any]
) -> Mapping[Any, Any]:
    """The rating as it counts now. Its flags stay once they are there."""
    if held is None:
        store.add(connection, **facts)
        return facts
    newest = rules.newest(store.versions(connection, key))
    changed = {name: newest[name] for name in _OF_VERSION} | {"rated_ms": newest["at_ms"]}
    changed |= {name: held[name] or facts[name] for name in _FLAGS}
    if (newest["epoch"], newest["version"]) == (facts["epoch"], facts["version"]):
        changed |= {name: facts[name] for name in _SERVED}
    store.change(connection, key, **changed)
    return {**held, **changed}


def _follow(connection: Connection, row: Mapping[Any, Any], at_ms: int) -> None:
    case = store_of_cases.of_service(connection, row["hall"], row["day"], row["number"])
    if case is None:
        if rules.is_bad(row["grade"]):
            open_case(connection, row, day_table(connection))
        return
    raised = None if rules.is_bad(row["grade"]) else row["grade"]
    if raised != case["raised"]:
        _note_change(connection, case, raised, row["grade"], at_ms)


def open_case(connection: Connection, row: Mapping[Any, Any], table: DayTable) -> None:
    """The case of a bad rating; its limits count from when it was given, which is soon after its service."""
    served_ms = local_ms(row["day"], 0)
    given_ms = min(max(row["rated_ms"], served_ms), served_ms + _OPEN_MS)
    way = STAGES[State.NEW][Move.ARRIVE]
    assert way.limit is not None
    due = limits.counted(way.limit.rule, given_ms, table)
    identifier = secrets.token_hex(8)
    fresh = store_of_cases.add(
        connection, id=identifier, hall=row["hall"], day=row["day"], number=row["number"], state=way.to.value,
        grade=row["grade"], opened_ms=given_ms, changed_ms=given_ms, version=1, due_ms=due.due_ms, due_rule=due.rule,
        due_sure=due.sure,
    )  # fmt: skip
    if fresh:
        facts = {"grade": row["grade"]}
        step = NewStep(given_ms, HALL, Move.ARRIVE.value, State.NEW.value, way.to.value, facts)
        store_of_cases.add_step(connection, identifier, step)


def _note_change(connection: Connection, case: Mapping[Any, Any], raised: int | None, grade: int, at_ms: int) -> None:
    """The visitor changed the grade: the case stays, and says so."""
    state, facts = case["state"], {"grade": grade}
    store_of_cases.change(connection, case["id"], case["version"], raised=raised)
    store_of_cases.add_step(connection, case["id"], NewStep(at_ms, HALL, Move.CHANGE_GRADE.value, state, state, facts))
