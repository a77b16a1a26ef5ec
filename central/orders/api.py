"""``POST /api/v1/halls/{hall}/orders``: ask a hall to do something, and read its answer."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Header, Path
from pydantic import Field

from central.accounts.desk import Person
from central.accounts.permissions import Act
from central.clock import now_ms
from central.failures import NotFound, WrongField
from central.live import store as live_store
from central.orders import store
from central.orders.sending import send_order, told
from central.web_doors import May, Strict, StrictRoute, TheParts

router = APIRouter(prefix="/api/v1", route_class=StrictRoute, tags=["orders"])

OPERATIONS: Final = frozenset({"ping"})
Pinging = Annotated[Person, Depends(May(Act.PING_HALLS))]
PathHall = Annotated[str, Path(pattern=r"^[0-9a-z-]{3,40}$")]
PathOrder = Annotated[str, Path(pattern=r"^[\x21-\x7e]{1,36}$")]
Key = Annotated[str, Field(pattern=r"^[\x21-\x7e]{1,200}$")]


class Asked(Strict):
    op: Annotated[str, Field(min_length=1, max_length=40)]
    args: dict[str, str | int | bool | None] = Field(default_factory=dict, max_length=20)
    ttl_s: Annotated[int, Field(ge=1, le=3600)] = 30
    command_id: Key | None = None


@router.post("/halls/{hall}/orders", status_code=202)
def ask(
    hall: PathHall,
    body: Asked,
    person: Pinging,
    parts: TheParts,
    idempotency_key: Annotated[Key | None, Header(description="the same key acts once, for 24 h")] = None,
) -> dict[str, Any]:
    """Send an order; the same key gives the same order and sends nothing again."""
    key = idempotency_key or body.command_id
    if not key:
        raise WrongField("KEY_MISSING", "Idempotency-Key")
    if idempotency_key and body.command_id and idempotency_key != body.command_id:
        raise WrongField("TWO_KEYS", "command_id")
    if body.op not in OPERATIONS:
        raise WrongField("UNKNOWN_OPERATION", "op")
    return told(send_order(parts, person.name, person.path, hall, body.op, body.args, body.ttl_s * 1000, key), now_ms())


@router.get("/halls/{hall}/orders/{order}")
def look(hall: PathHall, order: PathOrder, person: Pinging, parts: TheParts) -> dict[str, Any]:
    """An order and its answer."""
    with parts.database.read() as connection:
        live_store.require_hall(connection, hall, person.path)
        found = store.by_id(connection, hall, order)
    if found is None:
        raise NotFound("NO_SUCH_ORDER")
    return told(found, now_ms())
