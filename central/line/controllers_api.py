"""``/api/v1/controllers``: which halls are on the line, and how long their certificates last."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from sqlalchemy import RowMapping

from central import cursors
from central.accounts.desk import Person
from central.accounts.permissions import Act
from central.clock import now_ms
from central.cursors import Cursor
from central.line import rules
from central.line.controllers import Controller, controllers
from central.web_doors import Limit, May, StrictRoute, TheParts
from hall_config.wording import rfc3339

router = APIRouter(prefix="/api/v1", route_class=StrictRoute, tags=["line"])

Enroller = Annotated[Person, Depends(May(Act.ENROL_HALLS))]


@router.get("/controllers")
def on_the_line(person: Enroller, parts: TheParts, limit: Limit = 100, cursor: Cursor | None = None) -> dict[str, Any]:
    """Each hall at or below one's own unit with the state of its newest certificate, by id.

    ``state`` is ``none`` (never enrolled), ``good``, ``due`` (to be renewed by itself now), ``over`` or ``revoked``.
    """
    after, now = cursors.read("controllers", cursor, str), now_ms()
    with parts.database.read() as connection:
        found = controllers(connection, person.path, after[0] if after else "", limit + 1)
    last = cursors.give("controllers", (found[limit - 1].id,)) if len(found) > limit else None
    return {"now": rfc3339(now), "items": [_told(one, now) for one in found[:limit]], "next": last}


def _told(one: Controller, now: int) -> dict[str, Any]:
    hall, certificate, code = one.hall, one.certificate, one.code
    place = hall if hall is not None else code
    assert place is not None
    waits = code is not None and code["until_ms"] > now
    return {
        "hall": one.id,
        "name_zh": hall["name_zh"] if hall is not None else one.id,
        "name_en": hall["name_en"] if hall is not None else one.id,
        "unit": place["unit"],
        "known": hall is not None,
        "heard_at": rfc3339(hall["heard_ms"]) if hall is not None and hall["heard_ms"] else None,
        "state": rules.state_of(certificate["not_after_ms"], certificate["revoked_ms"] is not None, now)
        if certificate is not None
        else "none",
        "certificate": _certificate(certificate) if certificate is not None else None,
        "code_until": rfc3339(code["until_ms"]) if code is not None and waits else None,
    }


def _certificate(row: RowMapping) -> dict[str, Any]:
    return {
        "serial": row["serial"],
        "issued_at": rfc3339(row["issued_ms"]),
        "not_after": rfc3339(row["not_after_ms"]),
        "revoked_at": rfc3339(row["revoked_ms"]) if row["revoked_ms"] is not None else None,
    }
