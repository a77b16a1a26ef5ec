"""The story of one ticket, and the stored events of a journal."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query
from fastapi.responses import StreamingResponse
from sqlalchemy import RowMapping

from central import cursors
from central.clock import now_ms
from central.cursors import Cursor
from central.failures import NotFound
from central.ingest import store as ingest_store
from central.ingest.acks import GAPS_NAMED
from central.ingest.streams import read_stream
from central.live import store as live_store
from central.parts import Parts
from central.strict_json import write_json
from central.tickets import store
from central.web_doors import Day, EventReader, HallId, Limit, Looking, StrictRoute, TheParts
from hall.moment import local_day
from hall.queue.state import TicketState
from hall_config.wording import rfc3339

router = APIRouter(prefix="/api/v1", route_class=StrictRoute, tags=["tickets"])

_PAGE: Final = 1000
_OF_THE_VISITOR: Final = ("token", "card_mark", "text")  # keys to the visitor's own slip, words in the visitor's hand
PathHall = Annotated[str, Path(pattern=r"^[0-9a-z-]{3,40}$")]
PathDay = Annotated[str, Path(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
PathNumber = Annotated[str, Path(pattern=r"^[A-Z][0-9]{1,8}$")]


@router.get("/halls/{hall}/tickets")
def tickets(
    hall: PathHall,
    person: Looking,
    parts: TheParts,
    day: Day | None = None,
    window: Annotated[int | None, Query(ge=1, le=999)] = None,
    service: Annotated[str | None, Query(pattern=r"^[A-Z]$")] = None,
    state: TicketState | None = None,
    limit: Limit = 100,
    cursor: Cursor | None = None,
) -> dict[str, Any]:
    """A hall's tickets of a day by number: all, or those last at one window, last in one class, in one state."""
    day = day or local_day(now_ms())
    name = f"tickets of {hall} {day}"
    place = cursors.read(name, cursor, str, str)
    after = (place[0], place[1]) if place else None
    with parts.database.read() as connection:
        live_store.require_hall(connection, hall, person.path)
        found = store.tickets(
            connection, hall, day, window=window, service=service, state=state, after=after, limit=limit + 1
        )
    last = found[limit - 1] if len(found) > limit else None
    return {
        "day": day,
        "items": [_standing(row) for row in found[:limit]],
        "next": cursors.give(name, (last["number"], last["epoch"])) if last else None,
    }


@router.get("/halls/{hall}/tickets/{day}/{number}")
def story(hall: PathHall, day: PathDay, number: PathNumber, person: Looking, parts: TheParts) -> dict[str, Any]:
    """Where the ticket stands and its events in order; without what belongs to the visitor alone."""
    with parts.database.read() as connection:
        live_store.require_hall(connection, hall, person.path)
        rows = store.rows_of_number(connection, hall, day, number)
        if not rows:
            raise NotFound("NO_SUCH_TICKET")
        events = store.story(connection, rows)
    return {**_standing(asdict(rows[-1])), "events": [_without_visitors(_envelope(event)) for event in events]}


@router.get("/events", response_class=StreamingResponse)
def events(
    hall: HallId,
    person: EventReader,
    parts: TheParts,
    epoch: Annotated[str | None, Query(pattern=r"^[0-9A-Za-z._:-]{1,64}$")] = None,
    from_seq: Annotated[int, Query(ge=1, le=2**53)] = 1,
    limit: Annotated[int, Query(ge=1, le=100_000)] = 100_000,
) -> StreamingResponse:
    """Stored events of one journal as JSON lines, in order, in the envelope in which they came.

    Without an epoch: of the journal that the hall began last.
    """
    with parts.database.read() as connection:
        live_store.require_hall(connection, hall, person.path)
        found = {row.epoch: row.id for row in ingest_store.streams_of(connection, hall)}
    wanted = epoch if epoch is not None else next(reversed(found), "")
    if wanted not in found:
        raise NotFound("NO_SUCH_JOURNAL")
    return StreamingResponse(_lines(parts, found[wanted], from_seq, limit), media_type="application/x-ndjson")


@router.get("/halls/{hall}/journals")
def journals(
    hall: PathHall, person: Looking, parts: TheParts, limit: Limit = 100, cursor: Cursor | None = None
) -> dict[str, Any]:
    """The journals known of a hall, in the order in which they began: what ``/api/v1/events`` can be asked for.

    ``missing`` are ranges that did not come yet although later events did; ``conflict``: two disks wrote this journal.
    """
    name = f"journals of {hall}"
    after = cursors.read(name, cursor, int, int)
    with parts.database.read() as connection:
        live_store.require_hall(connection, hall, person.path)
        behind = (after[0], after[1]) if after else None
        found = ingest_store.streams_behind(connection, hall, behind, limit + 1)
        items = [
            {
                "epoch": row.epoch,
                "applied": row.applied,
                "conflict": row.conflicted,
                "missing": read_stream(connection, row).spans.missing(GAPS_NAMED),
                "first_at": rfc3339(row.first_ms),
            }
            for row in found[:limit]
        ]
    last = cursors.give(name, (found[limit - 1].first_ms, found[limit - 1].id)) if len(found) > limit else None
    return {"items": items, "next": last}


def _lines(parts: Parts, stream: int, from_seq: int, limit: int) -> Iterator[str]:
    """Page by page, so that no reader holds a transaction open for as long as a slow line takes."""
    left = limit
    while left > 0:
        with parts.database.read() as connection:
            rows = ingest_store.stored_from(connection, stream, from_seq, min(_PAGE, left))
        yield "".join(f"{write_json(_envelope(row))}\n" for row in rows)
        if len(rows) < min(_PAGE, left):
            return
        left -= len(rows)
        from_seq = rows[-1]["seq"] + 1


def _envelope(row: RowMapping | Mapping[str, Any]) -> dict[str, Any]:
    told = {name: row[name] for name in ("id", "seq", "ts", "boot", "mono", "clock", "type", "late")}
    told["data"] = json.loads(row["data"])
    if row["lane"] == "poison":
        told["lane"] = "poison"
    return told


def _without_visitors(envelope: dict[str, Any]) -> dict[str, Any]:
    data = envelope["data"]
    if isinstance(data, dict):
        envelope["data"] = {name: value for name, value in data.items() if name not in _OF_THE_VISITOR}
    return envelope


_STANDING: Final = (
    *("hall", "day", "number", "state", "service", "service_issued", "channel", "priority", "persons", "window"),
    *("waited_s", "served_s", "transferred", "grade"),
)


def _standing(row: RowMapping | Mapping[str, Any]) -> dict[str, Any]:
    issued_ms = row["issued_ms"]
    return {**{name: row[name] for name in _STANDING}, "issued_at": rfc3339(issued_ms) if issued_ms else None}
