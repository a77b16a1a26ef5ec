"""``/api/v1/halls`` and ``/api/v1/stream``: the present, asked for or as it changes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any, Final

import anyio
from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Header, Path, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from central import cursors
from central.accounts.desk import Person
from central.clock import now_ms
from central.cursors import Cursor
from central.failures import NotFound
from central.ingest import aside
from central.live import store, telling
from central.live.board import Board
from central.parts import Parts
from central.strict_json import write_json
from central.units import store as unit_store
from central.web_doors import (
    ERRORS_OF_A_STREAM,
    EventReader,
    HallId,
    Limit,
    Looking,
    StrictRoute,
    TheParts,
    UnitId,
    token_of,
)
from hall_config.wording import rfc3339

router = APIRouter(prefix="/api/v1", route_class=StrictRoute, tags=["halls"])

PathHall = Annotated[str, Path(pattern=r"^[0-9a-z-]{3,40}$")]
_PAUSE_S: Final = 0.08  # a page is told at most this often
_LOOK_S: Final = 10.0  # how often a quiet stream looks at the link and at its session


@router.get("/halls")
def halls(person: Looking, parts: TheParts, limit: Limit = 100, cursor: Cursor | None = None) -> dict[str, Any]:
    """All halls, by id, each with its windows and today's counts."""
    after = cursors.read("halls", cursor, str)
    told = _all(parts, person.path, after[0] if after else "", limit + 1)
    last = cursors.give("halls", (told[limit - 1]["id"],)) if len(told) > limit else None
    return {"now": rfc3339(now_ms()), "items": told[:limit], "next": last}


@router.get("/halls/{hall}")
def hall(hall: PathHall, person: Looking, parts: TheParts) -> dict[str, Any]:
    """One hall now: windows, queues, devices, what happened last."""
    return {"now": rfc3339(now_ms()), **_one(parts, person.path, hall)}


@router.get("/halls/{hall}/set-aside")
def set_aside(
    hall: PathHall, person: EventReader, parts: TheParts, limit: Limit = 100, cursor: Cursor | None = None
) -> dict[str, Any]:
    """What of this hall did not go the usual way, the newest first.

    ``lane`` says what it is: ``poison`` an event that no view can read, ``conflict`` another event under a number that
    is taken, ``rejected`` a message that cannot be read.
    """
    name = f"set-aside of {hall}"
    after = cursors.read(name, cursor, int, str, int, int, str)
    with parts.database.read() as connection:
        store.require_hall(connection, hall, person.path)
        found = aside.set_aside(connection, hall, aside.Place(*after) if after else None, limit + 1)
    items = [_told_aside(one) for one in found[:limit]]
    return {"items": items, "next": cursors.give(name, found[limit - 1].place) if len(found) > limit else None}


def _told_aside(one: aside.Aside) -> dict[str, Any]:
    told: dict[str, Any] = {"lane": one.place.lane}
    for name, value in one.facts.items():
        if name.endswith("_ms"):
            told[name.removesuffix("_ms") + "_at"] = rfc3339(value)
        elif not name.startswith("key_"):
            told[name] = str(value) if name == "id" else value
    return told


class _Wanted:
    """What a stream shows, checked while an answer can still say that there is no such thing."""

    def __init__(
        self, person: Looking, parts: TheParts, hall: HallId | None = None, unit: UnitId | None = None
    ) -> None:
        self.hall, self.path = hall, person.path
        if hall is not None:
            _one(parts, person.path, hall)
        if unit is not None:
            with parts.database.read() as connection:
                self.path = unit_store.require_unit(connection, unit, person.path)["path"]


@router.get("/stream", response_class=EventSourceResponse, responses=ERRORS_OF_A_STREAM)
async def stream(
    request: Request,
    person: Looking,
    parts: TheParts,
    wanted: Annotated[_Wanted, Depends()],
    last_event_id: Annotated[str | None, Header()] = None,
) -> AsyncIterator[ServerSentEvent]:
    """The present first, then what changes: of each hall only the fields that changed.

    ``unit`` gives the halls below one unit, ``hall`` one hall in detail instead of the list. A client that comes back
    gets the present whatever its ``Last-Event-ID``: nothing it missed is of use to it.
    """
    parts.metrics.streams.inc()
    try:
        async for event in _stream(parts, person, token_of(request) or "", wanted):
            yield event
    finally:
        parts.metrics.streams.dec()


async def _stream(parts: Parts, person: Person, token: str, wanted: _Wanted) -> AsyncIterator[ServerSentEvent]:
    number = shown = link_up = -1
    looked_ms = now_ms()
    while not parts.hub.closed:
        if now_ms() - looked_ms >= _LOOK_S * 1000:
            looked_ms = now_ms()
            if await run_sync(lambda: parts.accounts.who(token, now_ms(), keeps_alive=False)) != person:
                yield ServerSentEvent(event="signed_out", data={})
                return
        first = shown < 0
        present, changed = parts.hub.since(number)
        if wanted.hall is None:
            shown, text = await run_sync(_message, parts.board, wanted.path, shown)
        elif link_up != parts.link.up_since_ms or wanted.hall in changed:
            link_up, shown = parts.link.up_since_ms, 0
            text = await run_sync(_one_hall, parts, person.path, wanted.hall)
        else:
            text = write_json(_head(parts))
        number = present
        event = "state" if first else "change"
        yield ServerSentEvent(event=event, id=f"{parts.hub.life}-{number}", raw_data=text, retry=2000)
        await anyio.sleep(_PAUSE_S)
        await parts.hub.wait(number, _LOOK_S)


def _message(board: Board, path: str, shown: int) -> tuple[int, str]:
    board.bring_up(now_ms())
    return board.message(path, shown, now_ms())


def _one_hall(parts: Parts, path: str, hall: str) -> str:
    return write_json({**_head(parts), "hall": _one(parts, path, hall)})


def _head(parts: Parts) -> dict[str, Any]:
    return {"now": rfc3339(now_ms()), "link": bool(parts.link.up_since_ms)}


def _all(parts: Parts, path: str, after: str, limit: int) -> list[dict[str, Any]]:
    with parts.database.read() as connection:
        rows = store.read_halls(connection, path, after, limit)
        devices = store.devices_of(connection, [row["id"] for row in rows]) if rows else {}
    up_since, now = parts.link.up_since_ms, now_ms()
    return [telling.hall(row, devices.get(row["id"], []), up_since, now) for row in rows]


def _one(parts: Parts, path: str, hall_id: str) -> dict[str, Any]:
    with parts.database.read() as connection:
        row = store.read_hall(connection, hall_id, path)
        devices: list[Any] = list(store.read_devices(connection, hall_id))
    if row is None:
        raise NotFound("NO_SUCH_HALL")
    return telling.hall_whole(row, devices, parts.link.up_since_ms, now_ms())


def service_names(parts: Parts, path: str, halls: list[str]) -> dict[tuple[str, str], dict[str, str]]:
    """Names of service classes by hall and letter."""
    names: dict[tuple[str, str], dict[str, str]] = {}
    with parts.database.read() as connection:
        for row in store.read_these(connection, halls):
            if row["path"].startswith(path):
                names.update({(row["id"], letter): words for letter, words in telling.service_names(row).items()})
    return names
