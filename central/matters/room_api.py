"""``/api/v1/visit-rooms``: the rooms of a hall that remote prison visits are held in, and who has them when."""

from __future__ import annotations

import json
import secrets
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from pydantic import Field
from sqlalchemy import Connection, RowMapping

from central.accounts.desk import Person
from central.accounts.permissions import Act
from central.audit.changes import note_change
from central.clock import now_ms
from central.failures import NotFound, RefusedByRule
from central.keys import Key, KeyHeader, the_key
from central.live import store as live_store
from central.matters import room_store
from central.matters.api import Worker
from central.once import gone_before, once
from central.web_doors import Day, HallId, May, Strict, StrictRoute, TheParts
from hall.moment import local_day

router = APIRouter(prefix="/api/v1/visit-rooms", route_class=StrictRoute, tags=["visit-rooms"])

Keeper = Annotated[Person, Depends(May(Act.MATTERS_SUPERVISE))]
PathRoom = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")]
RoomName = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[^\x00-\x1f\x7f]*\S[^\x00-\x1f\x7f]*$")]


class NewRoom(Strict):
    """A room for visits."""

    hall: Annotated[str, Field(pattern=r"^[0-9a-z-]{3,40}$")]
    name_zh: RoomName
    name_en: RoomName
    command_id: Key | None = None


@router.get("")
def rooms(hall: HallId, person: Worker, parts: TheParts) -> dict[str, Any]:
    """The rooms of a hall that are in use."""
    with parts.database.read() as connection:
        live_store.require_hall(connection, hall, person.path)
        return {"items": [_told(row) for row in room_store.rooms(connection, hall)], "next": None}


@router.get("/calendar")
def calendar(hall: HallId, day: Day, person: Worker, parts: TheParts) -> dict[str, Any]:
    """A day of a hall's rooms: each visit by its number, from when until when, and how it stands; never who comes."""
    with parts.database.read() as connection:
        live_store.require_hall(connection, hall, person.path)
        found = room_store.rooms(connection, hall, closed=True)
        visits = room_store.of_day(connection, hall, day)
    shown = [one for one in found if one["closed_ms"] is None or any(visit["room"] == one["id"] for visit in visits)]
    items = [
        {**_told(room), "visits": [_visit(visit) for visit in visits if visit["room"] == room["id"]]} for room in shown
    ]
    return {"items": items, "next": None}


@router.post("", status_code=201)
def add(body: NewRoom, person: Keeper, parts: TheParts, request: Request, key: KeyHeader = None) -> dict[str, Any]:
    """Give a hall a room for visits."""
    asked, now = the_key(key, body.command_id), now_ms()
    with parts.database.write() as connection:

        def act() -> dict[str, Any]:
            live_store.require_hall(connection, body.hall, person.path)
            identifier, names = secrets.token_hex(8), {"name_zh": body.name_zh.strip(), "name_en": body.name_en.strip()}
            if any(row["name_zh"] == names["name_zh"] for row in room_store.rooms(connection, body.hall)):
                raise RefusedByRule("VISIT_ROOM_TWICE", "name_zh")
            room_store.add(connection, id=identifier, hall=body.hall, made_ms=now, **names)
            note_change(connection, person, request, "visit_room.add", f"{body.hall}/{identifier}", now)
            return {"id": identifier, "hall": body.hall, **names}

        wish = {"path": "/visit-rooms", **body.model_dump(exclude={"command_id"})}
        return once(connection, person.name, asked, wish, now, act)


@router.delete("/{room}", status_code=204)
def close(room: PathRoom, person: Keeper, parts: TheParts, request: Request, key: KeyHeader = None) -> None:
    """Use a room no more; refused while a visit waits for it."""
    now = now_ms()
    with parts.database.write() as connection:
        if gone_before(connection, person.name, key, request.url.path, now):
            return
        row = _known(connection, room, person)
        if room_store.is_wanted(connection, room, local_day(now)):
            raise RefusedByRule("VISIT_ROOM_WANTED")
        room_store.close(connection, room, now)
        note_change(connection, person, request, "visit_room.close", f"{row['hall']}/{room}", now)


def _known(connection: Connection, room: str, person: Person) -> RowMapping:
    row = room_store.room(connection, room, person.path)
    if row is None or row["closed_ms"] is not None:
        raise NotFound("NO_SUCH_VISIT_ROOM")
    return row


def _told(row: RowMapping) -> dict[str, Any]:
    return {name: row[name] for name in ("id", "hall", "name_zh", "name_en")}


def _visit(row: RowMapping) -> dict[str, Any]:
    facts = json.loads(row["facts"])
    return {
        "matter": row["id"], "year": row["year"], "number": row["number"], "state": row["state"],
        "from": facts["visit_from"], "until": facts["visit_until"],
    }  # fmt: skip
