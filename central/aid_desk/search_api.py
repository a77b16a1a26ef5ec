"""``POST /api/v1/aid/search``: a case by its number or receipt, people by their name or ID number.

What is looked for stands in the body and in no address; names and ID numbers are found by their blind indexes. Each
look is a line of the audit: what kind was looked for, why, and how many cases were found, never the value. Somebody who
looks up one person after another is stopped: the desk works on cases, it does not browse people.
"""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Request
from pydantic import Field
from sqlalchemy import Connection, RowMapping

from central.accounts.desk import Person
from central.aid.people import APPLICANT
from central.aid_desk import rules, store
from central.aid_desk.api import Clerk
from central.aid_desk.telling import rows_told
from central.audit.changes import note_change
from central.audit.reasons import Reason, audited
from central.clock import now_ms
from central.failures import TooMany, WrongField
from central.lawyers.name_key import name_key
from central.parts import Parts
from central.web_doors import Strict, StrictRoute, TheParts
from hall_config.wording import rfc3339

router = APIRouter(prefix="/api/v1/aid", route_class=StrictRoute, tags=["legal aid desk"])

_LINE: Final = r"^[^\x00-\x1f\x7f]*$"
_KINDS: Final = ("number", "name", "id_number")
_PERSONAL: Final = ("name", "id_number")


class LookUp(Strict):
    """One of three: the number of a case or of its receipt, a person's name, or an ID number; for the last two why."""

    number: Annotated[str, Field(min_length=1, max_length=80, pattern=_LINE)] | None = None
    name: Annotated[str, Field(min_length=1, max_length=60, pattern=_LINE)] | None = None
    id_number: Annotated[str, Field(min_length=5, max_length=18, pattern=r"^[0-9A-Za-z]+$")] | None = None
    reason: Reason | None = None


@router.post("/search")
def search(body: LookUp, person: Clerk, parts: TheParts, request: Request) -> dict[str, Any]:
    """Cases of one's unit and below, the newest first, people masked; ``more``: too many, ask for more of the name."""
    kind, value = _asked(body)
    now = now_ms()
    reason = _reason(body, kind, value)
    with parts.database.write() as connection:
        _count(connection, person, kind, now)
        rows, mark = _found(connection, parts, person, kind, value, now)
        items = rows_told(connection, parts.vault, rows[: store.MOST_FOUND], now)
        if mark is not None:
            played = store.parts_played(connection, [row["id"] for row in rows], _COLUMNS[kind], mark)
            items = [{**item, "part": played.get(item["id"], APPLICANT)} for item in items]
        detail = {"kind": kind, "found": len(items), **({"reason": reason} if reason else {})}
        note_change(connection, person, request, "aid.search", kind, now, **detail)
    return {"now": rfc3339(now), "items": items, "more": len(rows) > store.MOST_FOUND}


_COLUMNS: Final = {"name": "name_mark", "id_number": "id_mark"}


def _asked(body: LookUp) -> tuple[str, str]:
    given = [(kind, value) for kind in _KINDS if (value := getattr(body, kind)) is not None]
    if len(given) != 1:
        raise WrongField("AID_SEARCH_ONE", "number")
    kind, value = given[0]
    wanted = value.strip()
    if not wanted or (kind == "name" and not name_key(wanted)):
        raise WrongField("WRONG_FIELD", kind)
    return kind, wanted.upper() if kind == "id_number" else wanted


def _reason(body: LookUp, kind: str, value: str) -> str | None:
    """Why, as it is kept; raises `WrongField` for none where one is due, and for one that tells whom."""
    if body.reason is None:
        if kind in _PERSONAL:
            raise WrongField("REASON_MISSING", "reason")
        return None
    return audited(body.reason, (value,) if kind in _PERSONAL else ())


def _count(connection: Connection, person: Person, kind: str, now: int) -> None:
    """Raises `TooMany` for whoever has looked up too many people."""
    if kind not in _PERSONAL:
        return
    from_ms, count = store.lookups(connection, person.name, now)
    if count >= rules.LOOKUPS:
        raise TooMany("AID_SEARCHED_OFTEN", retry_after_s=max(1, (from_ms + rules.LOOKUPS_MS - now) // 1000))
    store.count_lookup(connection, person.name, from_ms, count + 1)


def _found(
    connection: Connection, parts: Parts, person: Person, kind: str, value: str, now: int
) -> tuple[list[RowMapping], str | None]:
    units = store.reach(connection, person.path)
    if kind == "number":
        return store.by_number(connection, units, rules.spellings(value), rules.tail_of(value)), None
    text = name_key(value) if kind == "name" else value
    mark = parts.vault.index(connection, "person_name" if kind == "name" else kind, text, now)
    return store.by_mark(connection, units, _COLUMNS[kind], mark), mark
