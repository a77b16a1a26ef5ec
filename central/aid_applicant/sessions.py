"""A code opens one case for a while: fifteen minutes without a touch, two hours at the most, three places at once.

The token lives in the memory of the page that asked and in no cookie, so that no other page can act with it and the
next person at a shared machine finds nothing. A code is eighty bits of chance: it cannot be found by trying, and who
tries is stopped all the same.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, Request
from sqlalchemy import Connection, RowMapping

from central.aid import store as cases
from central.aid.centres import code_hash
from central.aid_applicant import store
from central.clock import now_ms, steady_s
from central.failures import NotFound, NotSignedIn
from central.parts import Parts
from central.web_doors import TheParts, source_of

IDLE_MS: Final = 15 * 60_000
LIFE_MS: Final = 2 * 3_600_000
_MOST_AT_ONCE: Final = 3
_TOUCH_MS: Final = 30_000


@dataclass(frozen=True, slots=True)
class Holder:
    """Whoever holds the code of a case."""

    case: str
    token_hash: str


def open_by_code(parts: Parts, code: str, source: str) -> str:
    """A fresh token for the case of this code; raises `NotFound` and `TooMany`, and counts wrong ones."""
    tries, now_s, now = parts.visitors.tries, steady_s(), now_ms()
    for what, where in (("aid_wrong", source), ("aid_wrong_all", "")):
        tries.check(what, where, now_s)
    with parts.database.write() as connection:
        row = cases.case_by(connection, "code_hash", code_hash(code))
        if row is not None:
            token = secrets.token_urlsafe(32)
            store.end_old(connection, now - IDLE_MS, now - LIFE_MS)
            for old in store.of_case(connection, row["id"])[: 1 - _MOST_AT_ONCE]:
                store.end(connection, old)
            store.add(connection, token_hash=_hash(token), case=row["id"], made_ms=now, seen_ms=now)
            return token
    for what, where in (("aid_wrong", source), ("aid_wrong_all", "")):
        tries.count(what, where, now_s)
    raise NotFound("NO_SUCH_AID_CODE", "code")


def holder(request: Request, parts: TheParts) -> Holder:
    """Who asks; raises `NotSignedIn` when the code has to be given again."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token.strip():
        raise NotSignedIn("AID_CODE_NEEDED")
    parts.visitors.tries.count("aid_look", source_of(request), steady_s())
    token_hash, now = _hash(token.strip()), now_ms()
    with parts.database.read() as connection:
        row = store.session(connection, token_hash)
    if row is None or now - row["seen_ms"] > IDLE_MS or now - row["made_ms"] > LIFE_MS:
        raise NotSignedIn("AID_CODE_NEEDED")
    if now - row["seen_ms"] > _TOUCH_MS:
        with parts.database.write() as connection:
            store.touch(connection, token_hash, now)
    return Holder(row["case"], token_hash)


TheHolder = Annotated[Holder, Depends(holder)]


def case_of(connection: Connection, holder: Holder) -> RowMapping:
    """The case that the code opens, as it is now."""
    row = cases.case(connection, holder.case)
    if row is None:
        raise NotSignedIn("AID_CODE_NEEDED")
    return row


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
