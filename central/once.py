"""A wish with a key acts once: the same key gives the same answer for 24 hours, also across a restart."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from sqlalchemy import Connection, delete, insert, select

from central import schema
from central.failures import RefusedByRule
from central.strict_json import write_json

LIFE_MS: Final = 24 * 3_600_000
_KEPT: Final = 100


def once(
    connection: Connection,
    actor: str,
    key: str,
    wish: Mapping[str, Any],
    now_ms: int,
    act: Callable[[], dict[str, Any]],
) -> dict[str, Any]:
    """What ``act`` answers, or what it answered when this key came first; raises `RefusedByRule` for another wish.

    ``wish`` is what is asked: path and body. Everything happens in the caller's transaction.
    """
    table = schema.answered
    connection.execute(delete(table).where(table.c.at_ms <= now_ms - LIFE_MS))
    kept_key = key if len(key) <= _KEPT else hashlib.sha256(key.encode()).hexdigest()
    digest = hashlib.sha256(write_json(dict(wish)).encode()).hexdigest()
    known = connection.execute(select(table).where(table.c.actor == actor, table.c.asked_key == kept_key)).one_or_none()
    if known is not None:
        if known.wish != digest:
            raise RefusedByRule("KEY_OF_ANOTHER_WISH", "Idempotency-Key")
        answer: dict[str, Any] = json.loads(known.answer)
        return answer
    answer = act()
    row = {"actor": actor, "asked_key": kept_key, "wish": digest, "answer": write_json(answer), "at_ms": now_ms}
    connection.execute(insert(table).values(row))
    return answer


def gone_before(connection: Connection, actor: str, key: str | None, path: str, now_ms: int) -> bool:
    """Whether this removal was asked for with this key before and is done; to be asked before anything is removed.

    Without a key a removal stands for itself: whoever asks twice hears that there is nothing left.
    """
    if key is None:
        return False
    seen = True

    def first() -> dict[str, Any]:
        nonlocal seen
        seen = False
        return {}

    once(connection, actor, key, {"path": path, "method": "DELETE"}, now_ms, first)
    return seen
