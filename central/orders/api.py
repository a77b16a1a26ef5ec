"""``POST /api/v1/halls/{hall}/orders``: ask a hall to do something, and read its answer."""

from __future__ import annotations

import hashlib
import json
import os
import uuid
from collections.abc import Mapping
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Header, Path
from pydantic import Field
from sqlalchemy import RowMapping

from central.accounts.desk import Person
from central.accounts.permissions import Act
from central.clock import now_ms
from central.failures import NotFound, Unavailable, WrongField
from central.live import store as live_store
from central.orders import store
from central.orders.stages import SENT
from central.parts import Parts
from central.strict_json import write_json
from central.web_doors import May, Strict, StrictRoute, TheParts
from hall.shape import dump
from hall.wire import Order
from hall_config.wording import rfc3339

router = APIRouter(prefix="/api/v1", route_class=StrictRoute, tags=["orders"])

OPERATIONS: Final = frozenset({"ping"})
_KEY_KEPT: Final = 100
_KEY_LIFE_MS: Final = 24 * 3_600_000
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
    return told(send_order(parts, person, hall, body.op, body.args, body.ttl_s * 1000, key), now_ms())


@router.get("/halls/{hall}/orders/{order}")
def look(hall: PathHall, order: PathOrder, person: Pinging, parts: TheParts) -> dict[str, Any]:
    """An order and its answer."""
    with parts.database.read() as connection:
        live_store.require_hall(connection, hall, person.path)
        found = store.by_id(connection, hall, order)
    if found is None:
        raise NotFound("NO_SUCH_ORDER")
    return told(found, now_ms())


def send_order(
    parts: Parts, person: Person, hall: str, op: str, args: Mapping[str, Any], ttl_ms: int, key: str
) -> RowMapping:
    """Keep the order, then publish it; raises `NotFound`, or `Unavailable` while there is no line (nothing is kept)."""
    sent_ms = now_ms()
    key = _short(key)
    order = Order(_uuid7(sent_ms), op, ttl_ms, person.name, args)
    with parts.database.write() as connection:
        known = store.by_key(connection, person.name, key)
        if known is not None and sent_ms - known["sent_ms"] < _KEY_LIFE_MS:
            return known
        live_store.require_hall(connection, hall, person.path)
        if not parts.link.up_since_ms:
            raise Unavailable("NO_BROKER")
        if known is not None:
            store.release_key(connection, known["id"])
        store.add(connection, hall, order, key, sent_ms)
    parts.link.publish(f"lh/1/{hall}/cmd", write_json(dump(order)), expires_s=max(1, ttl_ms // 1000))
    with parts.database.read() as connection:
        kept = store.by_id(connection, hall, order.id)
    assert kept is not None
    return kept


def told(row: RowMapping, now: int) -> dict[str, Any]:
    """An order as it is shown; one that nobody answered in its time has expired, whatever became of it."""
    overdue = row["status"] == SENT and now > row["sent_ms"] + row["ttl_ms"]
    return {
        "id": row["id"],
        "hall": row["hall"],
        "op": row["op"],
        "args": json.loads(row["args"]),
        "actor": row["actor"],
        "sent_at": rfc3339(row["sent_ms"]),
        "status": "expired" if overdue else row["status"],
        "data": json.loads(row["answer"]),
        "answered_at": rfc3339(row["answered_ms"]) if row["answered_ms"] else None,
    }


def _short(key: str) -> str:
    """The key as its column takes it, which holds 100 characters; a longer one by its digest."""
    return key if len(key) <= _KEY_KEPT else hashlib.sha256(key.encode()).hexdigest()


def _uuid7(wall_ms: int) -> str:
    """RFC 9562 section 5.7: the hall reads an order's age off its id."""
    value = (wall_ms & (2**48 - 1)) << 80 | int.from_bytes(os.urandom(10), "big") & (2**76 - 1)
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return str(uuid.UUID(int=value))
