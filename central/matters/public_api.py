"""``/api/v1/public/matters``: somebody at home asks for one of five services and is called back; nobody knows them yet.

What they say comes in a body, is sealed at once, and is told to nobody without an account.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from pydantic import AfterValidator, Field

from central.clock import now_ms, steady_s
from central.failures import WrongField
from central.keys import Key, KeyHeader, the_key
from central.live import store as live_store
from central.matters import store, work
from central.matters.api import desk_of
from central.matters.people import LONGEST_TEXT, Name, Party, Sealing
from central.matters.words import Kind, Move, Role, Who
from central.matters.work import PUBLIC, Actor, Given, Place
from central.once import once
from central.web_doors import Strict, StrictRoute, TheParts, source_of
from hall_config.wording import rfc3339
from hall_config.written_names import is_written

router = APIRouter(prefix="/api/v1/public", route_class=StrictRoute, tags=["public"])


def _given(consent: bool) -> bool:
    if not consent:
        raise ValueError("without consent nothing is kept")
    return consent


class Wanted(Strict):
    """What somebody at home asks for; ``consent`` to what the page said about their data."""

    kind: Literal["MEDIATION", "NOTARY", "FORENSIC", "LAWYER_GUIDE", "EXAM"]
    hall: Annotated[str, Field(pattern=r"^[0-9a-z-]{3,40}$")]
    name: Name
    phone: Annotated[str, Field(pattern=r"^1[3-9][0-9]{9}$", description="a mobile number of mainland China")]
    subject: Annotated[str, Field(max_length=LONGEST_TEXT)] = ""
    day: Annotated[str, Field(pattern=r"^20[0-9]{2}-[0-9]{2}-[0-9]{2}$")] | None = None
    consent: Annotated[bool, AfterValidator(_given)]
    command_id: Key | None = None


@router.post("/matters", status_code=201)
def ask(body: Wanted, parts: TheParts, request: Request, key: KeyHeader = None) -> dict[str, Any]:
    """Ask to be called back; the number is what to name when the hall calls."""
    asked, now = the_key(key, body.command_id), now_ms()
    parts.visitors.tries.count("book", source_of(request), steady_s())
    kind = Kind(body.kind)
    if not is_written(body.name):
        raise WrongField("MATTER_NAME_MISSING", "name")
    with parts.database.write() as connection:

        def act() -> dict[str, Any]:
            live_store.require_hall(connection, body.hall, "")
            place = Place(store.unit_of_hall(connection, body.hall), body.hall)
            facts = {"channel": "WEB", **({"appointed_day": body.day} if body.day else {})}
            party = Party(role=Role.ASKER, name=body.name, phone=body.phone)
            given = Given(facts, {"subject": body.subject} if body.subject.strip() else {}, (party,))
            actor = Actor(PUBLIC, "", frozenset({Who.PUBLIC}))
            identifier = work.begin(desk_of(parts, connection, now), actor, kind, Move.REQUEST, given, place)
            row = work.known(connection, identifier, "")
            return {
                "kind": kind.value, "hall": body.hall, "year": row["year"], "number": row["number"],
                "called_by": rfc3339(row["due_ms"]),
            }  # fmt: skip

        hidden = body.model_dump_json(exclude={"command_id"})
        mark = Sealing(connection, parts.vault, "", "", now).mark("matter_wish", hidden)
        return once(connection, PUBLIC, asked, {"path": "/public/matters", "hidden": mark}, now, act)
