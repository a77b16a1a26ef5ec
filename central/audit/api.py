"""``/api/v1/audit``: the lines, for the audit administrator only."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends

from central import cursors
from central.accounts.desk import Person
from central.accounts.permissions import Act
from central.audit import store
from central.cursors import Cursor
from central.web_doors import Limit, May, StrictRoute, TheParts
from hall_config.wording import rfc3339

router = APIRouter(prefix="/api/v1", route_class=StrictRoute, tags=["audit"])

AuditReader = Annotated[Person, Depends(May(Act.READ_AUDIT))]


@router.get("/audit")
def audit(person: AuditReader, parts: TheParts, limit: Limit = 100, cursor: Cursor | None = None) -> dict[str, Any]:
    """What was done by people at or below one's own unit, the newest first."""
    before = cursors.read("audit", cursor, int)
    with parts.database.read() as connection:
        found = store.newest(connection, person.path, before[0] if before else None, limit + 1)
    items = [
        {
            **{name: row[name] for name in ("id", "actor", "act", "object", "result", "source", "hash")},
            "at": rfc3339(row["at_ms"]),
            "unit": row["path"].rstrip("/").rpartition("/")[2],
            "detail": json.loads(row["detail"]),
        }
        for row in found[:limit]
    ]
    return {"items": items, "next": cursors.give("audit", (found[limit - 1]["id"],)) if len(found) > limit else None}
