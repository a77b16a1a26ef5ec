"""``/api/v1/aid/cases/{case}/papers``: documents that no move makes, issued when the work on a case wants them.

What a hearing was like (F30), what the organ is asked (F31): the case says who and which, the clerk says the rest. The
application form (F02) and the statement of means (F04) say what was told at the counter, and nobody says more of them.
"""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter, Request
from sqlalchemy import RowMapping

from central.accounts.permissions import Act
from central.aid import application_papers
from central.aid.access import actor_of, require_case
from central.aid.papers import facts_now
from central.aid.people import Work
from central.aid.rules import Actor
from central.aid_papers import by_hand, issuing
from central.aid_papers.api import Clerk, PathCase
from central.aid_papers.by_hand import PaperWanted
from central.aid_papers.fields import fields_of
from central.audit.changes import note_change
from central.clock import now_ms
from central.failures import RefusedByRule, WrongField
from central.keys import KeyHeader, the_key
from central.once import once
from central.web_doors import StrictRoute, TheParts

router = APIRouter(prefix="/api/v1/aid", route_class=StrictRoute, tags=["legal aid"])

FORMS: Final = ("F30", "F31")


@router.get("/cases/{case}/papers/forms")
def offered(case: PathCase, person: Clerk, parts: TheParts, request: Request) -> dict[str, Any]:
    """The documents that can be issued at any time, each with the fields that the case leaves open."""
    with parts.database.read() as connection:
        row = require_case(connection, person, case, Act.AID_WORK)
        work, actor = Work(connection, parts.vault, now_ms()), actor_of(person, request)
        items = [by_hand.told(form, facts_now(work, row, form, actor)) for form in FORMS]
        signed = [by_hand.known(form) for form in application_papers.forms_of(row)]
        return {"items": signed + items, "next": None}


@router.post("/cases/{case}/papers", status_code=201)
def issue(
    case: PathCase, body: PaperWanted, person: Clerk, parts: TheParts, request: Request, key: KeyHeader = None
) -> dict[str, Any]:
    """Issue such a document; more than one of a kind may be issued, for there is more than one hearing.

    Of F02 and F04 the one that says what is known now is told, if there is one.
    """
    asked, now = the_key(key, body.command_id), now_ms()
    with parts.database.write() as connection:

        def act() -> dict[str, Any]:
            row = require_case(connection, person, case, Act.AID_WORK)
            work, actor = Work(connection, parts.vault, now), actor_of(person, request)
            made = _issued(work, row, body, actor)
            note_change(connection, person, request, "aid.paper_issue", f"{case}/{made['id']}", now, form=body.form)
            return {**made, "form": body.form}

        hidden = Work(connection, parts.vault, now).mark("paper_wish", body.model_dump_json(include={"said"}))
        wish = {"path": request.url.path, "form": body.form, "said": hidden}
        return once(connection, person.name, asked, wish, now, act)


def _issued(work: Work, case: RowMapping, body: PaperWanted, actor: Actor) -> dict[str, str | None]:
    if body.form in application_papers.FORMS:
        if body.said:
            raise WrongField("UNKNOWN_FIELD", "said")
        row = application_papers.make(work, case, body.form, actor)
        return {"id": row["id"], "number": row["number"] or None}
    if body.form not in FORMS:
        raise RefusedByRule("AID_MADE_BY_A_MOVE", "form")
    facts = by_hand.with_said(body.form, facts_now(work, case, body.form, actor), body.said)
    made = issuing.issue(
        work.connection, work.vault, case["id"], case["unit"], body.form, fields_of(body.form, facts), actor.name,
        work.now_ms,
    )  # fmt: skip
    return {"id": made.id, "number": made.number or None}
