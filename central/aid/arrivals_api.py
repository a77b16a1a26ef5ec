"""``/api/v1/aid/arrivals``: what halls sent and nobody could open, and trying it again once the reason is mended."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request

from central.accounts.desk import Person
from central.accounts.permissions import Act
from central.aid import arrivals
from central.audit.changes import note_change
from central.clock import now_ms
from central.failures import NotFound
from central.keys import KeyHeader, the_key
from central.live import store as live_store
from central.once import once
from central.web_doors import May, StrictRoute, TheParts
from hall_config.wording import rfc3339

router = APIRouter(prefix="/api/v1/aid/arrivals", route_class=StrictRoute, tags=["legal aid"])

Setter = Annotated[Person, Depends(May(Act.AID_SETTINGS))]
PathHall = Annotated[str, Path(pattern=r"^[0-9a-z-]{3,40}$")]
PathReceipt = Annotated[str, Path(pattern=r"^P[0-9A-Za-z-]{8,79}$")]


@router.get("")
def aside(person: Setter, parts: TheParts) -> dict[str, Any]:
    """Applications and pages that could not be opened, with the reason; nothing of what they hold."""
    with parts.database.read() as connection:
        seen = {row["id"] for row in live_store.read_halls(connection, person.path)}
        found = [row for row in arrivals.aside(connection) if row["hall"] in seen]
    items = [
        {**{name: row[name] for name in ("hall", "receipt", "page", "problem")}, "received_at": rfc3339(row["at_ms"])}
        for row in found
    ]
    return {"items": items, "next": None}


@router.post("/{hall}/{receipt}/again")
def again(
    hall: PathHall, receipt: PathReceipt, person: Setter, parts: TheParts, request: Request, key: KeyHeader = None
) -> dict[str, Any]:
    """Open it again, for instance after a key was brought back."""
    asked, now = the_key(key, None), now_ms()
    with parts.database.write() as connection:

        def act() -> dict[str, Any]:
            live_store.require_hall(connection, hall, person.path)
            if not arrivals.try_again(connection, hall, receipt):
                raise NotFound("NO_SUCH_ARRIVAL")
            note_change(connection, person, request, "aid.arrival_again", f"{hall}/{receipt}", now)
            return {"hall": hall, "receipt": receipt}

        return once(connection, person.name, asked, {"path": request.url.path}, now, act)
