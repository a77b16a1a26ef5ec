"""``/api/v1/public/halls`` and ``/api/v1/public/tickets``: for anybody with a phone; no account, no name."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import Field
from sqlalchemy import Connection

from central import cursors
from central.appointments.public_api import Code, Hall, Letter
from central.clock import now_ms, steady_s
from central.cursors import Cursor
from central.failures import NotFound, RefusedByRule
from central.keys import Key, KeyHeader, the_key
from central.live import store as live_store
from central.orders import store as orders
from central.orders.sending import plain_key, send_order
from central.phone import rules, store, telling
from central.web_doors import Limit, Strict, StrictRoute, TheParts, source_of
from hall_config.wording import rfc3339

router = APIRouter(prefix="/api/v1/public", route_class=StrictRoute, tags=["public"])

AskedLetter = Annotated[str, Query(pattern=r"^[A-HJ-NP-Z]$", description="the quickest of this class first")]
VISITOR = "visitor"
_TTL_MS = 15_000


class TicketWish(Strict):
    """A number for a hall nearby."""

    hall: Hall
    service: Letter
    persons: Annotated[int, Field(ge=1, le=20)] = 1
    command_id: Key | None = None


class TicketHolder(Strict):
    code: Code


@router.get("/halls")
def halls(
    parts: TheParts,
    request: Request,
    service: AskedLetter | None = None,
    limit: Limit = 100,
    cursor: Cursor | None = None,
) -> dict[str, Any]:
    """Every hall: open or not, its own estimate and how fresh that is; with ``service`` the quickest first.

    Waits change from one page to the next: a hall that has become quicker meanwhile may be missed until asked anew.
    """
    name = f"public_halls {service or ''}"
    after = cursors.read(name, cursor, int, int, str)
    parts.visitors.tries.count("look", source_of(request), steady_s())
    now = now_ms()
    found = [one for one in rules.in_order(telling.halls(parts, now), service) if after is None or one[0] > after]
    last = cursors.give(name, found[limit - 1][0]) if len(found) > limit else None
    return {"now": rfc3339(now), "items": [hall for _, hall in found[:limit]], "next": last}


@router.post("/tickets", status_code=202)
def take(body: TicketWish, parts: TheParts, request: Request, key: KeyHeader = None) -> dict[str, Any]:
    """Ask the hall for a number; the hall decides. The code opens it, and the same key asks once."""
    asked, now, visitors = the_key(key, body.command_id), now_ms(), parts.visitors
    visitors.tries.count("ticket", source_of(request), steady_s())
    kept_key = plain_key(asked)
    with parts.database.read() as connection:
        if orders.by_key(connection, VISITOR, kept_key) is None:  # who asks again gets the answer that was lost
            _require_offered(telling.halls(parts, now), body)

    def note(connection: Connection, order: str) -> None:
        if store.asked_since(connection, body.hall, now - rules.WITHIN_MS) >= rules.MOST_WAITING:
            raise RefusedByRule("PHONE_TICKETS_FULL")
        code_hash = visitors.key.code_hash(visitors.key.code(order))
        facts = {"hall": body.hall, "service": body.service, "code_hash": code_hash, "asked_ms": now}
        store.add(connection, order=order, **facts)

    args = {"service": body.service, "persons": body.persons}
    sent = send_order(parts, VISITOR, "", body.hall, "take_ticket", args, _TTL_MS, kept_key, note)
    return {"code": visitors.key.code(sent["id"]), "hall": body.hall, "service": body.service, "status": "asked"}


@router.post("/tickets/find")
def find(body: TicketHolder, parts: TheParts, request: Request) -> dict[str, Any]:
    """Where one's number stands."""
    tries, source, now_s = parts.visitors.tries, source_of(request), steady_s()
    tries.check("wrong", source, now_s)
    tries.count("look", source, now_s)
    with parts.database.read() as connection:
        row = store.by_code(connection, parts.visitors.key.code_hash(body.code))
        if row is None:
            tries.count("wrong", source, now_s)
            raise NotFound("NO_SUCH_PHONE_TICKET")
        live_store.require_hall(connection, row["hall"], "")
        return telling.ticket(parts, connection, row, now_ms())


def _require_offered(found: list[dict[str, Any]], body: TicketWish) -> None:
    """Raises `NotFound` and `RefusedByRule` before anything is sent."""
    hall = next((one for one in found if one["id"] == body.hall), None)
    if hall is None:
        raise NotFound("NO_SUCH_HALL")
    service = next((one for one in hall["services"] if one["letter"] == body.service), None)
    if service is None:
        raise NotFound("NO_SUCH_SERVICE")
    if not service["from_phones"]:
        raise RefusedByRule("NOT_FROM_PHONES", "service")
