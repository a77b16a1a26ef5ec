"""Bringing each day's list to its hall, so that visitors check in there without central.

What goes down is what the hall's rules need, and hashes by which somebody checks in. A list is sent when the hall has
not confirmed the newest revision and no order with it is still on its way; a dark hall gets it when it is back.
"""

from __future__ import annotations

import json
from typing import Any, Final

import structlog
from sqlalchemy import Connection, RowMapping

from central.appointments import store
from central.appointments.rules import State
from central.appointments.secrets import VisitorKey
from central.failures import ApiError
from central.live import store as live_store
from central.live import telling
from central.orders import store as orders
from central.orders.sending import send_order, status_of
from central.parts import Parts
from hall.appointments.marks import mark_of, plain_code
from hall.moment import local_day

ACTOR: Final = "appointments"
_TTL_MS: Final = 120_000
log = structlog.get_logger()


def hand_down(parts: Parts, now_ms: int) -> int:
    """Send every list that a hall should have and has not; how many were sent."""
    sent = 0
    with parts.database.read() as connection:
        due = store.lists_to_send(connection, local_day(now_ms))
    for row in due:
        if _settle(parts, row, now_ms) and _send(parts, row, now_ms):
            sent += 1
    return sent


def _settle(parts: Parts, row: RowMapping, now_ms: int) -> bool:
    """Take note of the answer to what was sent; whether a list has to be sent now."""
    with parts.database.read() as connection:
        order = orders.by_id(connection, row["hall"], row["order"]) if row["order"] else None
    status = status_of(order, now_ms) if order is not None else "expired"
    if status in ("sent", "accepted"):
        return False
    if status == "done":
        with parts.database.write() as connection:
            store.note_list(connection, row["hall"], row["day"], held=row["sent"], order=None, problem="")
        return bool(row["sent"] < row["revision"])
    if status == "rejected":
        return _refused(parts, row, str(json.loads(order["answer"]).get("code", "?")) if order is not None else "?")
    return True


def _refused(parts: Parts, row: RowMapping, code: str) -> bool:
    """The same list would be refused again; a changed one is tried."""
    if row["problem"] != code:
        log.warning("appointments.refused", hall=row["hall"], day=row["day"], code=code)
        with parts.database.write() as connection:
            store.note_list(connection, row["hall"], row["day"], problem=code[:40])
    return bool(row["sent"] < row["revision"])


def _send(parts: Parts, row: RowMapping, now_ms: int) -> bool:
    hall, day, revision = row["hall"], row["day"], row["revision"]
    with parts.database.read() as connection:
        known = live_store.read_hall(connection, hall, "")
        if known is None or not telling.connected(known, parts.link.up_since_ms, now_ms):
            return False
        epoch = known["epoch"]
        args = list_for(connection, parts.visitors.key, hall, day, revision)

    def note(connection: Connection, order: str) -> None:
        store.note_list(connection, hall, day, order=order, sent=revision, epoch=epoch, problem="")

    try:
        send_order(parts, ACTOR, "", hall, "set_appointments", args, _TTL_MS, f"{hall}/{day}/{revision}/{now_ms}", note)
    except ApiError as problem:
        log.info("appointments.not_sent", hall=hall, day=day, code=problem.code)
        return False
    return True


def list_for(connection: Connection, key: VisitorKey, hall: str, day: str, revision: int) -> dict[str, Any]:
    """What the hall is told of one day."""
    list_key = key.list_key(hall, day, revision)
    items = [
        {
            "id": row["id"],
            "minute": row["minute"],
            "service": row["service"],
            "persons": row["persons"],
            "marks": [
                mark_of(list_key, "code", plain_code(key.code(row["id"]))),
                mark_of(list_key, "phone", row["phone_tail"]),
            ],
        }
        for row in store.of_day(connection, hall, day)
        if row["state"] != State.CANCELLED
    ]
    return {"day": day, "revision": revision, "key": list_key, "items": items}
