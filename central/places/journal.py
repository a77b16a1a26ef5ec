"""A small place's journal, which is the store itself: read into a state, and written by the way of all halls' messages.

What happens at a place becomes the same message that a controller would send and goes through `central.ingest.intake`:
the same envelope, the same views. ``mono`` counts steady time from the making of the place, so that the moment of each
event can be read off the store; a controller keeps it in a column of its own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import structlog
from sqlalchemy import Connection, RowMapping

from central.failures import NotFound
from central.identifiers import uuid7
from central.ingest import store as ingest_store
from central.ingest.envelope import understand_stored
from central.ingest.intake import Intake, unpack
from central.ingest.message import Message
from central.places import store
from central.places.plans import read_plan
from central.strict_json import write_json
from hall.emptiness import is_empty
from hall.moment import Moment
from hall.plan import Plan
from hall.queue.words import DayClosed, DayOpened
from hall.shape import ShapeError, dump_text, load
from hall.state import HallState
from hall.step import Step, apply
from hall.wire import Event, event_data, type_name

STATE_EVERY: Final = 200  # events; a place that is read again folds so many at most
_A_MESSAGE: Final = 100
_A_PAGE: Final = 500
_CLOCK: Final = "ntp"  # central's own clock, by which every hall is told the time
log = structlog.get_logger()


class NotAsTheRulesMadeIt(RuntimeError):
    """An event did not come back out of its envelope as it went in: ours, and nothing of it is stored."""


@dataclass(frozen=True, slots=True)
class Place:
    """One place as it is; everything in it is frozen."""

    id: str
    epoch: str
    made_ms: int
    secret: str
    plan: Plan
    state: HallState
    seq: int
    steady_ms: int  # of its last event
    day: str  # on which something happened, and which is still to be closed
    closed: bool
    plan_waits: bool


@dataclass(slots=True)
class Kept:
    """A place in memory, with what ingest remembers of it."""

    place: Place
    shown: Place  # as last committed
    ahead_ms: int  # how far this place's steady count is ahead of the program's
    state_seq: int  # of the state that the store keeps
    intake: Intake = field(default_factory=lambda: Intake(keeps_places=True))


def read(connection: Connection, place_id: str, steady_ms: int) -> Kept:
    """The place that the store tells of; raises `NotFound`."""
    row = store.read_place(connection, place_id)
    if row is None:
        raise NotFound("NO_SUCH_PLACE")
    plan = read_plan(place_id, row["name_zh"], row["name_en"], row["plan"], row["revision"])
    state, seq = _kept_state(connection, place_id)
    from_seq = seq
    for event, at, number in _events(connection, row, seq):
        state, seq = state if event is None else apply(state, event, at), number
    place = Place(
        place_id, row["epoch"], row["made_ms"], row["secret"], plan, state, seq, row["steady_ms"], row["day"],
        row["closed_ms"] is not None, row["plan_next"] is not None,
    )  # fmt: skip
    return Kept(place, place, max(0, row["steady_ms"] - steady_ms), from_seq)


def write(connection: Connection, kept: Kept, made: Step, now: Moment) -> None:
    """Store what happened and bring the views up to it, in the caller's transaction."""
    place = kept.place
    envelopes = [
        {
            "id": uuid7(now.wall_ms),
            "seq": place.seq + number,
            "ts": now.wall_ms,
            "boot": place.epoch,
            "mono": now.steady_ms - place.made_ms,
            "clock": _CLOCK,
            "type": type_name(event),
            "late": False,
            "data": event_data(event),
        }
        for number, event in enumerate(made.events, 1)
    ]
    parcels = [
        unpack(Message(f"lh/1/{place.id}/evt", _message(place.epoch, envelopes[start : start + _A_MESSAGE])))
        for start in range(0, len(envelopes), _A_MESSAGE)
    ]
    outcome = kept.intake.take_in(connection, parcels, now.wall_ms)
    if outcome.stored != len(envelopes) or outcome.poison or outcome.unknown or outcome.rejected or outcome.conflicts:
        raise NotAsTheRulesMadeIt(f"{place.id}: {[type_name(event) for event in made.events]}")
    day = _day_to_close(place.day, made)
    seq = place.seq + len(envelopes)
    kept.place = replace(place, state=made.state, seq=seq, steady_ms=now.steady_ms, day=day)
    store.change_place(connection, place.id, seq=seq, steady_ms=now.steady_ms, day=day, awake=not is_empty(made.state))
    turned = any(isinstance(event, DayClosed) for event in made.events)
    if turned or seq - kept.state_seq >= STATE_EVERY:
        store.keep_state(connection, place.id, seq, dump_text(made.state))
        kept.state_seq = seq


def _message(epoch: str, envelopes: Sequence[dict[str, Any]]) -> bytes:
    return write_json({"v": 1, "epoch": epoch, "events": list(envelopes)}).encode()


def _day_to_close(day: str, made: Step) -> str:
    """A day on which nothing happens is never closed by the clock: a place that nobody uses costs nothing."""
    for event in made.events:
        day = "" if isinstance(event, DayClosed | DayOpened) else made.state.queue.day or ""
    return day


def _kept_state(connection: Connection, place_id: str) -> tuple[HallState, int]:
    row = store.kept_state(connection, place_id)
    if row is None:
        return HallState(), 0
    try:
        return load(HallState, json.loads(row["state"])), row["seq"]
    except ShapeError as problem:  # of another version of the rules: the events tell it anew
        log.warning("place.state_unreadable", place=place_id, problem=str(problem))
        return HallState(), 0


def _events(connection: Connection, row: RowMapping, seq: int) -> Iterator[tuple[Event | None, Moment, int]]:
    stream = store.stream_of(connection, row["id"], row["epoch"])
    while stream is not None:
        rows = ingest_store.stored_from(connection, stream, seq + 1, _A_PAGE)
        for one in rows:
            seq = one["seq"]
            at = Moment(row["made_ms"] + one["mono"], one["ts"])
            yield understand_stored(one["type"], one["lane"], one["data"]), at, seq
        if len(rows) < _A_PAGE:
            return
