"""``/api/v1/places/{place}/tablets``: which browsers are a place's tablets, a new one, and one that is so no more."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from pydantic import Field
from sqlalchemy import RowMapping

from central.accounts.desk import Person
from central.accounts.permissions import Act
from central.audit.changes import note_change
from central.clock import now_ms
from central.failures import NotFound, RefusedByRule
from central.identifiers import uuid7
from central.keys import Key, KeyHeader, the_key
from central.once import gone_before, once
from central.places import store, tablets
from central.places.asking import place_at
from central.places.qr import qr_svg
from central.places.requests import PathPlace
from central.web_doors import May, Strict, StrictRoute, TheParts
from hall_config.wording import rfc3339

router = APIRouter(prefix="/api/v1/places/{place}/tablets", route_class=StrictRoute, tags=["places"])

Managing = Annotated[Person, Depends(May(Act.MANAGE_PLACES))]
PathTablet = Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$")]


class NewTablet(Strict):
    window: Annotated[int, Field(ge=1, le=99)]
    command_id: Key | None = None


@router.get("")
def list_tablets(place: PathPlace, person: Managing, parts: TheParts) -> dict[str, Any]:
    """Every tablet that the place has or had, those in use first; no key is told again."""
    with parts.database.read() as connection:
        store.require_place(connection, place, person.path)
        found = store.tablets(connection, place)
    return {"items": [_told(row) for row in found], "next": None}


@router.post("", status_code=201)
def add(
    place: PathPlace, body: NewTablet, person: Managing, parts: TheParts, request: Request, key: KeyHeader = None
) -> dict[str, Any]:
    """A link that makes a browser the tablet of a window. It is told once: whoever missed it makes another one."""
    asked, now, secret = the_key(key, body.command_id), now_ms(), tablets.new_key()
    at, _ = place_at(parts, place, person.path)
    if at.plan.window(body.window) is None:
        raise NotFound("NO_SUCH_WINDOW", "window")
    link: str | None = None
    with parts.database.write() as connection:

        def act() -> dict[str, Any]:
            nonlocal link
            if sum(row["withdrawn_ms"] is None for row in store.tablets(connection, place)) >= tablets.MOST:
                raise RefusedByRule("TABLETS_MANY", "window")
            made = {"id": uuid7(now), "place": place, "window": body.window, "made_ms": now, "made_by": person.name}
            store.add_tablet(connection, **made, mark=tablets.mark_of(secret))
            note_change(connection, person, request, "place.tablet", place, now, tablet=made["id"], window=body.window)
            link = f"{str(request.base_url).rstrip('/')}/p/{place}/tablet/{body.window}?key={secret}"
            return {"id": made["id"], "window": body.window}

        wish = {"path": f"/places/{place}/tablets", **body.model_dump()}
        told = once(connection, person.name, asked, wish, now, act)
    return {**told, "link": link, "qr_svg": qr_svg(link) if link else None}


@router.delete("/{tablet}", status_code=204)
def withdraw(
    place: PathPlace, tablet: PathTablet, person: Managing, parts: TheParts, request: Request, key: KeyHeader = None
) -> None:
    """Take the key back: from now on that browser is no tablet."""
    now = now_ms()
    with parts.database.write() as connection:
        if gone_before(connection, person.name, key, request.url.path, now):
            return
        store.require_place(connection, place, person.path)
        if not store.change_tablet(connection, place, tablet, withdrawn_ms=now, withdrawn_by=person.name):
            raise NotFound("NO_SUCH_TABLET")
        note_change(connection, person, request, "place.tablet_withdraw", place, now, tablet=tablet)
    parts.places.again(place)


def _told(row: RowMapping) -> dict[str, Any]:
    return {
        "id": row["id"],
        "window": row["window"],
        "made_at": rfc3339(row["made_ms"]),
        "made_by": row["made_by"],
        "used_at": rfc3339(row["used_ms"]) if row["used_ms"] is not None else None,
        "withdrawn_at": rfc3339(row["withdrawn_ms"]) if row["withdrawn_ms"] is not None else None,
        "withdrawn_by": row["withdrawn_by"],
    }
