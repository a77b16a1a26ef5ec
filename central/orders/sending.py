"""Sending an order: kept first, then published; and how an order is told with the hall's answer."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from sqlalchemy import Connection, RowMapping

from central.clock import now_ms
from central.failures import RefusedByRule, Unavailable
from central.identifiers import uuid7
from central.live import store as live_store
from central.orders import store
from central.orders.stages import SENT
from central.parts import Parts
from central.places.store import is_place
from central.strict_json import write_json
from hall.refusal import Code
from hall.shape import dump
from hall.wire import Order
from hall_config.wording import rfc3339, say

_KEY_KEPT: Final = 100
_KEY_LIFE_MS: Final = 24 * 3_600_000
Note = Callable[[Connection, str], None]


def send_order(
    parts: Parts,
    actor: str,
    path: str,
    hall: str,
    op: str,
    args: Mapping[str, Any],
    ttl_ms: int,
    key: str,
    note: Note | None = None,
) -> RowMapping:
    """Keep the order, then publish it; raises `NotFound`, or `Unavailable` while there is no line (nothing is kept).

    The same key gives the same order and sends nothing again; with another wish it raises `RefusedByRule`. ``note``
    writes in the order's own transaction.
    """
    sent_ms = now_ms()
    key = plain_key(key)
    order = Order(uuid7(sent_ms), op, ttl_ms, actor, args)
    with parts.database.write() as connection:
        known = store.by_key(connection, actor, key)
        if known is not None and sent_ms - known["sent_ms"] < _KEY_LIFE_MS:
            _check_same(known, hall, op, args)
            return known
        live_store.require_hall(connection, hall, path)
        require_controller(connection, hall)
        if not parts.link.up_since_ms:
            raise Unavailable("NO_BROKER")
        if known is not None:
            store.release_key(connection, known["id"])
        store.add(connection, hall, order, key, sent_ms)
        if note is not None:
            note(connection, order.id)
    parts.link.publish(f"lh/1/{hall}/cmd", write_json(dump(order)), expires_s=max(1, ttl_ms // 1000))
    with parts.database.read() as connection:
        kept = store.by_id(connection, hall, order.id)
    assert kept is not None
    return kept


def require_controller(connection: Connection, hall: str) -> None:
    """Raises `RefusedByRule` for a small place, whose rules run here: its own pages are the way to it."""
    if is_place(connection, hall):
        raise RefusedByRule("NO_CONTROLLER", "hall")


def plain_key(key: str) -> str:
    """The key as its column takes it, which holds 100 characters; a longer one by its digest."""
    return key if len(key) <= _KEY_KEPT else hashlib.sha256(key.encode()).hexdigest()


def _check_same(known: RowMapping, hall: str, op: str, args: Mapping[str, Any]) -> None:
    if (known["hall"], known["op"], json.loads(known["args"])) != (hall, op, json.loads(write_json(dict(args)))):
        raise RefusedByRule("KEY_OF_ANOTHER_WISH", "Idempotency-Key")


def told(row: RowMapping, now: int) -> dict[str, Any]:
    """An order as it is shown; one that nobody answered in its time has expired, whatever became of it."""
    data = json.loads(row["answer"])
    return {
        "id": row["id"],
        "hall": row["hall"],
        "op": row["op"],
        "args": json.loads(row["args"]),
        "actor": row["actor"],
        "sent_at": rfc3339(row["sent_ms"]),
        "status": status_of(row, now),
        "data": data,
        "refusal": refusal_words(data.get("code")),
        "answered_at": rfc3339(row["answered_ms"]) if row["answered_ms"] else None,
    }


def status_of(row: RowMapping, now: int) -> str:
    """What has become of an order by now."""
    overdue = row["status"] == SENT and now > row["sent_ms"] + row["ttl_ms"]
    return "expired" if overdue else str(row["status"])


def refusal_words(code: object) -> dict[str, str] | None:
    """Why the hall's rules said no, in the words that its own staff read."""
    if not isinstance(code, str):
        return None
    if code in Code.__members__:
        key = f"refusal.{code}"
    elif code == "NO_SPEAKER":
        key = "central.orders.NO_SPEAKER"
    else:
        key = "central.orders.REJECTED"
    return {"zh": say(key, "zh"), "en": say(key, "en")}
