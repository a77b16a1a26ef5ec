"""``/api/v1/public/aid``: whoever wants legal aid applies from home, without an account.

What was filled in comes in a body, is sealed at once, and is told to nobody without an account. Who it is has not been
shown: the case is open and its limits run, but it cannot be granted before (domain: 8, online application).
"""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Request
from pydantic import Field
from sqlalchemy import Connection

from central.aid import casework, centres
from central.aid import store as cases
from central.aid.origin import Origin
from central.aid.people import Work, read_application
from central.aid.rules import Actor
from central.aid.stages import Who
from central.aid_intake.receipts import web_receipt
from central.aid_papers.centres import every_centre
from central.clock import now_ms, steady_s
from central.failures import NotFound
from central.keys import Key, KeyHeader, the_key
from central.once import once
from central.strict_json import write_json
from central.units import store as units
from central.web_doors import Strict, StrictRoute, TheParts, source_of
from hall.intake.codes import Channel

router = APIRouter(prefix="/api/v1/public/aid", route_class=StrictRoute, tags=["public"])

VISITOR: Final = "visitor"
APPLICANT: Final = "applicant"  # in the steps of a case


class Applied(Strict):
    """An application (forms F02 and F04) for the centre that was chosen."""

    centre: Annotated[str, Field(pattern=r"^[0-9a-z][0-9a-z-]{0,39}$")]
    application: dict[str, Any]
    command_id: Key | None = None


@router.get("/centres")
def centres_told(parts: TheParts, request: Request) -> dict[str, Any]:
    """The centres that take applications from home, each with where it is."""
    parts.visitors.tries.count("look", source_of(request), steady_s())
    with parts.database.read() as connection:
        names = {row["id"]: row["name_en"] for row in units.open_units(connection)}
        items = [{"id": one.pop("unit"), **one} for one in every_centre(connection)]
    return {"items": [{**one, "name_en": names.get(one["id"], one["id"])} for one in items], "next": None}


@router.post("/applications", status_code=201)
def apply(body: Applied, parts: TheParts, request: Request, key: KeyHeader = None) -> dict[str, Any]:
    """Apply: the receipt's number, the day by which it is decided, and the code to one's own page, told this once."""
    asked, now, visitors = the_key(key, body.command_id), now_ms(), parts.visitors
    source = source_of(request)
    visitors.tries.count("aid_apply", source, steady_s())
    visitors.tries.count("aid_apply_all", "", steady_s())
    application = read_application(body.application)
    hidden = visitors.key.digest("aid wish", write_json(body.application)).hex()
    with parts.database.write() as connection:

        def act() -> dict[str, Any]:
            _require_centre(connection, body.centre)
            receipt = web_receipt(body.centre, now)
            origin = Origin(body.centre, Channel.WEB, now, receipt=receipt, identified=False)
            path = cases.path_of(connection, body.centre)
            actor = Actor(APPLICANT, frozenset({Who.APPLICANT}), body.centre, path, source)
            case = casework.open_case(Work(connection, parts.vault, now), actor, application, origin)
            centres.give_code(connection, visitors.key, case)
            return centres.receipt_of(connection, case)

        wish = {"path": "/public/aid/applications", "centre": body.centre, "hidden": hidden}
        done = once(connection, VISITOR, asked, wish, now, act)
    case = done.pop("id")
    return {**done, "code": centres.code_of(visitors.key, case)}


def _require_centre(connection: Connection, unit: str) -> None:
    if all(one["unit"] != unit for one in every_centre(connection)):
        raise NotFound("NO_SUCH_AID_CENTRE", "centre")
