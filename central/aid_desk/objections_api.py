"""``POST /api/v1/aid/objections/find``: the decision that a letter to the bureau objects to (法律援助法 49).

The letter names a number: of the decision, of the case, or of the receipt. It stands in the body and in no address, and
each look is a line of the audit. The bureau learns what it needs to know that this is the case: the masked name, which
decision, when it was made and reached the applicant, and until when it may be objected to. A case that nobody can
object to and nobody objected in is not the bureau's, and answers like one that is not there.
"""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Request
from pydantic import Field
from sqlalchemy import Connection, RowMapping

from central.accounts.desk import Person
from central.aid import limits
from central.aid.access import may_be_objected
from central.aid.people import Work, case_place, masked_name
from central.aid.stages import RESTING, State
from central.aid_desk import store, store_of_objections
from central.aid_desk.api import Bureau
from central.aid_desk.rules import spellings
from central.aid_desk.telling import name_in
from central.aid_papers import issuing
from central.audit.changes import note_change
from central.clock import now_ms
from central.failures import NotFound, RefusedByRule
from central.parts import Parts
from central.units import store as units
from central.web_doors import Strict, StrictRoute, TheParts
from hall_config.wording import rfc3339

router = APIRouter(prefix="/api/v1/aid", route_class=StrictRoute, tags=["legal aid desk"])

_LINE: Final = r"^[^\x00-\x1f\x7f]*$"
_OBJECTION: Final = "LA_OBJ_FILE"


class Named(Strict):
    """What the letter names: the number of the decision, of the case or of its receipt, whole."""

    number: Annotated[str, Field(min_length=4, max_length=120, pattern=_LINE)]


@router.post("/objections/find")
def find(body: Named, person: Bureau, parts: TheParts, request: Request) -> dict[str, Any]:
    """The decision and its case, as far as the bureau needs it to enter the objection."""
    now, numbers = now_ms(), spellings(body.number)
    with parts.database.write() as connection:
        found = _of_bureau(connection, person, numbers)
        told = _told(connection, parts, found, now) if found is not None and _may(found) else None
        facts = {"kind": "decision", "found": int(found is not None)}
        note_change(connection, person, request, "aid.search", "decision", now, **facts)
    if found is None:
        raise NotFound("AID_NO_SUCH_DECISION", "number")
    if told is None:
        raise RefusedByRule("AID_OBJECTED_ALREADY", "number")
    return {"now": rfc3339(now), **told}


def _of_bureau(connection: Connection, person: Person, numbers: frozenset[str]) -> RowMapping | None:
    rows = store_of_objections.decided(connection, store.reach(connection, person.path), numbers)
    mine = [row for row in rows if may_be_objected(connection, row)]
    return next((row for row in mine if _may(row)), mine[0] if mine else None)


def _may(row: RowMapping) -> bool:
    return State(row["state"]) in RESTING


def _told(connection: Connection, parts: Parts, row: RowMapping, now: int) -> dict[str, Any]:
    decision = store_of_objections.last_decision(connection, row["id"])
    ends_ms = limits.running(Work(connection, parts.vault, now), row["id"]).get(_OBJECTION)
    names = units.names(connection, {row["unit"]})
    zh, en = names.get(row["unit"], ("", ""))
    return {
        "id": row["id"],
        "version": row["version"],
        "number": row["number"],
        "receipt": row["receipt"],
        "state": row["state"],
        "unit_zh": zh,
        "unit_en": en,
        "applicant": masked_name(name_in(parts.vault.open(connection, row["sealed"], case_place(row["id"])))),
        "decision": None if decision is None else _decision(connection, decision),
        "object_by": None if ends_ms is None else rfc3339(ends_ms),
    }


def _decision(connection: Connection, row: RowMapping) -> dict[str, Any]:
    received = [one["at_ms"] for one in issuing.deliveries_of(connection, [row["id"]])]
    return {
        "form": row["form"],
        "title": row["title"],
        "number": row["number"],
        "made_at": rfc3339(row["made_ms"]),
        "received_at": rfc3339(min(received)) if received else None,
    }
