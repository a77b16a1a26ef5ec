"""The tablets of a small place: each has a key of its own for one window, told once, withdrawn by itself.

The store keeps the SHA-256 of a key; the tablet carries the key in a cookie. A tablet whose key was withdrawn is a
phone like any other from its next request on. When a key was used is kept to the minute, so that a tablet that nobody
knows of can be seen.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import Final

from fastapi import Request

from central.clock import now_ms
from central.parts import Parts
from central.places import store

COOKIE: Final = "place_tablet"
MOST: Final = 20  # in use at one place
_LONGEST: Final = 100
_NOTED_EVERY_MS: Final = 60_000


def new_key() -> str:
    return secrets.token_urlsafe(24)


def mark_of(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


def window_of(parts: Parts, place: str, key: str) -> int | None:
    """Before which window of the place the tablet with this key stands; None for a key that is not in use."""
    if not 0 < len(key) <= _LONGEST:
        return None
    now = now_ms()
    with parts.database.read() as connection:
        row = store.tablet(connection, place, mark_of(key))
    if row is None:
        return None
    if now - (row["used_ms"] or 0) >= _NOTED_EVERY_MS:
        with parts.database.write() as connection:
            store.change_tablet(connection, place, row["id"], used_ms=now)
    return int(row["window"])


def window_that_asks(parts: Parts, place: str, request: Request) -> int | None:
    """Before which window the tablet stands that makes this request; None when it is none."""
    return window_of(parts, place, request.cookies.get(COOKIE, ""))
