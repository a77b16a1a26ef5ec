"""``/api/v1/matters``: the documents of records, offered, issued and listed, and the duty lawyers' ledgers.

They are opened, voided and delivered where every document is: ``/api/v1/aid/papers/{paper}``.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from pydantic import Field
from sqlalchemy import Connection, RowMapping

from central.accounts.desk import Person
from central.aid_papers import by_hand, issuing, telling
from central.aid_papers.by_hand import PaperWanted
from central.aid_papers.fields import fields_of
from central.aid_papers.issuing import About, Issued
from central.audit.changes import note_change
from central.clock import now_ms
from central.failures import NotFound, RefusedByRule, WrongField
from central.keys import Key, KeyHeader, the_key
from central.matters import ledger, papers, store, work
from central.matters.api import PathMatter, Worker, desk_of
from central.matters.facts import is_day
from central.matters.ledger import Period
from central.matters.people import Sealing
from central.once import once
from central.parts import Parts
from central.units import store as units
from central.web_doors import Limit, Strict, StrictRoute, TheParts
from hall.moment import local_day

router = APIRouter(prefix="/api/v1/matters", route_class=StrictRoute, tags=["matters"])


class LedgerWanted(Strict):
    """The ledger of a post: ``period`` is a day or a month; without ``lawyer`` that of all who were on duty."""

    place: Literal["COURT", "PROCURATORATE", "DETENTION_HOUSE", "OTHER"]
    period: Annotated[str, Field(pattern=r"^20[0-9]{2}-[0-9]{2}(-[0-9]{2})?$")]
    unit: Annotated[str, Field(pattern=r"^[0-9a-z][0-9a-z-]{0,39}$")] | None = None
    lawyer: Annotated[str, Field(pattern=r"^[0-9a-f]{8,64}$")] | None = None
    command_id: Key | None = None


@router.get("/ledgers")
def ledgers(person: Worker, parts: TheParts, limit: Limit = 50) -> dict[str, Any]:
    """Ledgers that were issued for this person's unit and those below it, the newest first."""
    with parts.database.read() as connection:
        rows = issuing.papers_of_units(connection, person.path, ledger.FORM, limit)
        return {"items": telling.papers(connection, parts.vault, rows, ()), "next": None}


@router.post("/ledgers", status_code=201)
def make_ledger(
    body: LedgerWanted, person: Worker, parts: TheParts, request: Request, key: KeyHeader = None
) -> dict[str, Any]:
    """Make the ledger (F29) of a post's day or month out of its records, under the next number."""
    asked, now = the_key(key, body.command_id), now_ms()
    period = _period(body.period, now)
    with parts.database.write() as connection:

        def act() -> dict[str, Any]:
            unit = units.require_unit(connection, body.unit or person.unit, person.path)
            if body.lawyer is not None and not store.has_lawyer(connection, body.lawyer):
                raise NotFound("MATTER_NO_SUCH_LAWYER", "lawyer")
            desk = desk_of(parts, connection, now)
            made = ledger.issue(desk, unit, body.place, period, body.lawyer, person.name)
            note_change(connection, person, request, "matter.ledger", f"{unit['id']}/{made.id}", now,
                        period=period.text, place=body.place)  # fmt: skip
            return _made(ledger.FORM, made)

        wish = {"path": request.url.path, **body.model_dump(exclude={"command_id"})}
        return once(connection, person.name, asked, wish, now, act)


@router.get("/{matter}/papers")
def listed(matter: PathMatter, person: Worker, parts: TheParts) -> dict[str, Any]:
    """The documents of a record, the oldest first, voided ones too; and the codes of those that belong to it."""
    with parts.database.read() as connection:
        row = work.known(connection, matter, person.path)
        found = issuing.papers_of_record(connection, matter)
        deliveries = issuing.deliveries_of(connection, [one["id"] for one in found])
        items = telling.papers(connection, parts.vault, found, deliveries)
        return {"items": items, "next": None, "forms": list(papers.forms_of(row))}


@router.get("/{matter}/papers/forms")
def offered(matter: PathMatter, person: Worker, parts: TheParts) -> dict[str, Any]:
    """The documents that can be issued now, each with the fields that the record leaves open; nothing that it says."""
    with parts.database.read() as connection:
        row = work.known(connection, matter, person.path)
        left = [form for form in papers.forms_of(row) if form not in _standing(connection, matter)]
        if not left:
            return {"items": [], "next": None}
        desk = desk_of(parts, connection, now_ms())
        facts = papers.facts_for(desk, papers.opened(desk, row), person.name)
        return {"items": [by_hand.told(form, facts) for form in left], "next": None}


@router.post("/{matter}/papers", status_code=201)
def issue(
    matter: PathMatter, body: PaperWanted, person: Worker, parts: TheParts, request: Request, key: KeyHeader = None
) -> dict[str, Any]:
    """Issue a document of a record under the next number of its series."""
    asked, now = the_key(key, body.command_id), now_ms()
    with parts.database.write() as connection:

        def act() -> dict[str, Any]:
            row = work.known(connection, matter, person.path)
            made = _issued(parts, connection, row, body, person, now)
            note_change(connection, person, request, "matter.paper_issue", f"{matter}/{made.id}", now, form=body.form)
            return _made(body.form, made)

        mark = Sealing(connection, parts.vault, "", "", now).mark("matter_wish", body.model_dump_json(include={"said"}))
        return once(
            connection, person.name, asked, {"path": request.url.path, "form": body.form, "said": mark}, now, act
        )


def _issued(
    parts: Parts, connection: Connection, row: RowMapping, body: PaperWanted, person: Person, now: int
) -> Issued:
    if body.form not in papers.forms_of(row):
        raise RefusedByRule("MATTER_NOT_ITS_FORM", "form")
    if body.form in _standing(connection, row["id"]):
        raise RefusedByRule("MATTER_PAPER_STANDS", "form")
    desk = desk_of(parts, connection, now)
    facts = papers.facts_for(desk, papers.opened(desk, row), person.name)
    fields = fields_of(body.form, by_hand.with_said(body.form, facts, body.said))
    about = About(row["unit"], papers.centre_of(connection, row["unit"]), matter=row["id"])
    return issuing.issue_about(connection, parts.vault, about, body.form, fields, person.name, now)


def _standing(connection: Connection, matter: str) -> set[str]:
    return {one["form"] for one in issuing.papers_of_record(connection, matter) if one["voided_ms"] is None}


def _made(form: str, made: Issued) -> dict[str, Any]:
    return {"id": made.id, "form": form, "number": made.number}


def _period(text: str, now: int) -> Period:
    period = Period(text)
    if not is_day(period.first_day):
        raise WrongField("WRONG_FIELD", "period")
    if period.first_day > local_day(now):
        raise WrongField("MATTER_DAY_AHEAD", "period")
    return period
