"""``/api/v1/audit``: the lines, for the audit administrator only."""

from __future__ import annotations

import json
from datetime import datetime
from itertools import islice
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query

from central import cursors
from central.accounts.desk import Person
from central.accounts.permissions import Act
from central.audit import store
from central.audit.chain import START, Standing, follow
from central.audit.cutting import ground
from central.cursors import Cursor
from central.web_doors import Day, Limit, May, StrictRoute, TheParts
from hall_config.wording import CHINA, rfc3339

router = APIRouter(prefix="/api/v1", route_class=StrictRoute, tags=["audit"])

AuditReader = Annotated[Person, Depends(May(Act.READ_AUDIT))]
PART: Final = 5000  # lines that are checked in one request
_NO_CONTROL: Final = r"^[^\x00-\x1f\x7f]*$"
_DAY_MS: Final = 86_400_000


def _wanted(
    actor: Annotated[str | None, Query(pattern=_NO_CONTROL, max_length=40)] = None,
    act: Annotated[str | None, Query(pattern=r"^[a-z_.]{1,40}$")] = None,
    object: Annotated[str | None, Query(pattern=_NO_CONTROL, max_length=200)] = None,
    result: Annotated[str | None, Query(pattern=r"^[A-Za-z_]{1,40}$")] = None,
    from_day: Day | None = None,
    to_day: Day | None = None,
) -> store.Wanted:
    """Days are those of China, the last one whole."""
    until_ms = _begin_ms(to_day) + _DAY_MS if to_day else None
    return store.Wanted(actor, act, object, result, _begin_ms(from_day) if from_day else None, until_ms)


def _begin_ms(day: str) -> int:
    return int(datetime.fromisoformat(day).replace(tzinfo=CHINA).timestamp() * 1000)


@router.get("/audit")
def audit(
    person: AuditReader,
    parts: TheParts,
    wanted: Annotated[store.Wanted, Depends(_wanted)],
    limit: Limit = 100,
    cursor: Cursor | None = None,
) -> dict[str, Any]:
    """What was done by people at or below one's own unit, the newest first; all that is asked for must fit."""
    before = cursors.read("audit", cursor, int)
    with parts.database.read() as connection:
        found = store.newest(connection, person.path, before[0] if before else None, limit + 1, wanted)
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


@router.get("/audit/chain")
def chain(
    person: AuditReader,
    parts: TheParts,
    after: Annotated[int, Query(ge=0, le=2**53)] = 0,
    before: Annotated[str, Query(pattern=r"^[0-9a-f]{64}$")] = START,
) -> dict[str, Any]:
    """Whether the chain holds, from behind line ``after`` whose hash is ``before``, a part at a time.

    ``broken_at`` is the first line that does not fit; ``more`` says that the next part is to be asked for, with
    ``upto`` and ``newest``. Lines up to ``cut_upto`` were old and are gone; the chain stands on the last of them.
    The chain is of all lines, whoever wrote them; nothing of a line is told here.
    """
    with parts.database.read() as connection:
        cut, hash_of_cut, wrong = ground(connection)
        if after < cut or after == 0:
            after, before = cut, hash_of_cut
        part = islice(store.lines(connection, after), PART)
        standing = follow(part, before, after + 1) if wrong is None else Standing(0, before, wrong)
    told = {"upto": after + standing.lines, "newest": standing.newest, "broken_at": standing.broken_at, "cut_upto": cut}
    return {**told, "more": standing.lines == PART}
