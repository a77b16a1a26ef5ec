"""``/api/v1/aid``: which documents there are, those of a case, opening, voiding and delivering them.

A document has no address that a browser could be led to: it comes as the answer to a POST that says why it is opened.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import AwareDatetime, Field
from sqlalchemy import Connection, RowMapping

from central.accounts.desk import Person
from central.accounts.permissions import Act
from central.aid import application_papers, papers_to_serve
from central.aid import store as aid_store
from central.aid.access import actor_of, require_accepted, require_case
from central.aid.named import named
from central.aid.people import Work
from central.aid_files.kept import files_of
from central.aid_papers import by_hand, issuing, rules, telling
from central.aid_papers.blank import blank_paper, delivery_sheet
from central.aid_papers.forms import form_table
from central.aid_papers.issuing import Delivery
from central.aid_papers.pdf import lacks_of
from central.aid_papers.rules import Method
from central.aid_papers.templates import form_of
from central.audit.changes import note_change
from central.audit.disclosure import disclose
from central.audit.reasons import Reason, stated
from central.clock import now_ms
from central.failures import NotFound, WrongField
from central.keys import Key, KeyHeader, the_key
from central.matters import told as matters_told
from central.matters.papers import reach
from central.once import once
from central.parts import Parts
from central.web_doors import Limit, May, Strict, StrictRoute, TheParts, source_of
from hall_config.wording import say

router = APIRouter(prefix="/api/v1/aid", route_class=StrictRoute, tags=["legal aid"])

PathCase = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")]
PathPaper = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")]
PathDelivery = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")]
PathForm = Annotated[str, Path(pattern=r"^F[0-9]{2}B?$")]
Format = Annotated[Literal["docx", "pdf"], Query(alias="format")]
Seeing = Annotated[Person, Depends(May(Act.AID_SEE))]
Clerk = Annotated[Person, Depends(May(Act.AID_WORK))]
Supervisor = Annotated[Person, Depends(May(Act.AID_SUPERVISE))]
OfFirm = Annotated[Person, Depends(May(Act.AID_FIRM))]
_LINE = r"^[^\x00-\x1f\x7f\u200e\u200f\u2028-\u202e\u2066-\u2069]*$"


class WhyOpened(Strict):
    """Which of the two files, and why somebody looks at it."""

    format: Literal["docx", "pdf"] = "pdf"
    reason: Reason


class Voided(Strict):
    reason: Reason
    command_id: Key | None = None


class DeliveryGiven(Strict):
    """How a document was delivered (F22). ``proof``: a file of the case."""

    method: Method = Field(strict=False)
    at: AwareDatetime = Field(strict=False)
    receiver: Annotated[str, Field(min_length=1, max_length=60, pattern=_LINE)]
    proof: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")] | None = None
    command_id: Key | None = None


@router.get("/forms")
def forms(person: Seeing) -> dict[str, Any]:
    """Every document: its titles, the word of its number, who makes it at which move, and what it says."""
    return {
        "items": [telling.form(one) for one in form_table().forms.values()], "next": None, "source": telling.source(),
    }  # fmt: skip


@router.get("/forms/{form}/blank", response_class=Response, responses=telling.GIVEN)
def blank(form: PathForm, person: Clerk, parts: TheParts, format: Format = "pdf") -> Response:
    """A form to be filled in by hand, as one's own centre has it."""
    form_of(form)
    with parts.database.read() as connection:
        content = blank_paper(connection, person.unit, form, now_ms(), format)
    return telling.handed_out(content, format, f"{form}-blank")


@router.get("/cases/{case}/papers")
def papers(case: PathCase, person: Seeing, parts: TheParts) -> dict[str, Any]:
    """The documents of a case, the oldest first, voided ones too, each with its deliveries.

    ``to_make``: those that the applicant signs and that nobody has printed as the application stands now.
    """
    with parts.database.read() as connection:
        row = require_case(connection, person, case, Act.AID_SEE)
        waiting = application_papers.to_make(Work(connection, parts.vault, now_ms()), row)
        told = [by_hand.known(form) for form in waiting]
        return {**_listed(connection, parts, issuing.papers_of(connection, case)), "to_make": told}


@router.get("/firm/cases/{case}/papers")
def papers_for_firm(case: PathCase, person: OfFirm, parts: TheParts) -> dict[str, Any]:
    """Those that the firm at work in the case may see."""
    with parts.database.read() as connection:
        require_case(connection, person, case, Act.AID_FIRM)
        rows = [row for row in issuing.papers_of(connection, case) if row["form"] in rules.FOR_FIRMS]
        return _listed(connection, parts, rows)


@router.get("/papers/undelivered")
def undelivered(person: Clerk, parts: TheParts, limit: Limit = 100) -> dict[str, Any]:
    """What was issued and must be delivered, and was not; the oldest first."""
    with parts.database.read() as connection:
        return _listed(connection, parts, issuing.undelivered(connection, person.path, limit))


def _listed(connection: Connection, parts: Parts, rows: list[RowMapping]) -> dict[str, Any]:
    deliveries = issuing.every_delivery_of(connection, [row["id"] for row in rows])
    return {"items": telling.papers(connection, parts.vault, rows, deliveries), "next": None}


def _reached(connection: Connection, person: Person, paper: str, act: Act) -> RowMapping:
    """The document, if the person reaches its case; raises `NotFound`, the same for one that is not there."""
    try:
        row = issuing.require_paper(connection, paper)
        if row["case"]:
            require_case(connection, person, row["case"], act)
        else:
            reach(connection, person, row, act)
    except NotFound:
        raise NotFound("NO_SUCH_DOCUMENT") from None
    return row


@router.post("/papers/{paper}/open", response_class=Response, responses=telling.GIVEN)
def open_one(paper: PathPaper, body: WhyOpened, person: Seeing, parts: TheParts, request: Request) -> Response:
    """The file as it was issued, as an attachment; who opened it and why is a line of the audit."""
    return _opened(paper, body, person, parts, request, Act.AID_SEE)


@router.post("/firm/papers/{paper}/open", response_class=Response, responses=telling.GIVEN)
def open_one_for_firm(paper: PathPaper, body: WhyOpened, person: OfFirm, parts: TheParts, request: Request) -> Response:
    """The same for the firm that is at work in the case."""
    return _opened(paper, body, person, parts, request, Act.AID_FIRM)


def _opened(paper: str, body: WhyOpened, person: Person, parts: Parts, request: Request, act: Act) -> Response:
    with parts.database.write() as connection:
        row = _reached(connection, person, paper, act)
        if act is Act.AID_FIRM and row["form"] not in rules.FOR_FIRMS:
            raise NotFound("NO_SUCH_DOCUMENT")
        if act is Act.AID_FIRM:
            require_accepted(connection, row["case"])
        content = issuing.open_paper(connection, parts.vault, paper, body.format)
        word = content if body.format == "docx" else issuing.open_paper(connection, parts.vault, paper, "docx")
        what, source = f"aid_document/{_of(row)}/{paper}", source_of(request)
        about = _people_of(connection, parts, row)
        disclose(connection, person, what, body.reason, now_ms(), source, fields=(body.format,), people=about)
    return telling.handed_out(content, body.format, f"{row['form']}-{paper}", lacks=lacks_of(word))


@router.get("/papers/{paper}/delivery-sheet", response_class=Response, responses=telling.GIVEN)
def sheet(paper: PathPaper, person: Clerk, parts: TheParts, request: Request, format: Format = "pdf") -> Response:
    """A proof of delivery (F22) for this document, to be signed by whoever receives it.

    It names them, so it is a line of the audit.
    """
    now = now_ms()
    with parts.database.write() as connection:
        row = _reached(connection, person, paper, Act.AID_WORK)
        work = Work(connection, parts.vault, now)
        facts = papers_to_serve.facts_of_sheet(work, row, actor_of(person, request))
        content = delivery_sheet(connection, row, facts, format)
        what, why = f"aid_document/{_of(row)}/{paper}", say("central.aid_papers.sheet_reason")
        disclose(connection, person, what, why, now, source_of(request), fields=("F22",), people=())
    return telling.handed_out(content, format, f"F22-{paper}")


@router.post("/papers/{paper}/deliveries", status_code=201)
def delivered(
    paper: PathPaper, body: DeliveryGiven, person: Clerk, parts: TheParts, request: Request, key: KeyHeader = None
) -> dict[str, Any]:
    """Note how a document was delivered, when, and to whom."""
    asked, now = the_key(key, body.command_id), now_ms()
    with parts.database.write() as connection:

        def act() -> dict[str, Any]:
            row = _reached(connection, person, paper, Act.AID_WORK)
            if body.proof is not None and body.proof not in {one["id"] for one in files_of(connection, row["case"])}:
                raise WrongField("NO_SUCH_FILE", "proof")
            delivery = Delivery(body.method, _ms(body.at), body.receiver, body.proof)
            made = issuing.deliver(connection, parts.vault, paper, delivery, person.name, now)
            note_change(connection, person, request, "aid.paper_deliver", f"{_of(row)}/{paper}", now,
                        form=row["form"], method=body.method.value)  # fmt: skip
            return {"id": made, "document": paper}

        hidden = hashlib.sha256(body.receiver.encode()).hexdigest()
        wish = {
            "path": request.url.path, "method": body.method.value, "at": body.at.isoformat(), "receiver": hidden,
            "proof": body.proof,
        }  # fmt: skip
        return once(connection, person.name, asked, wish, now, act)


@router.post("/papers/{paper}/deliveries/{delivery}/void")
def take_back(
    paper: PathPaper, delivery: PathDelivery, body: Voided, person: Supervisor, parts: TheParts, request: Request,
    key: KeyHeader = None,
) -> dict[str, Any]:  # fmt: skip
    """Say that a delivery was noted wrongly: the note stays, and limits run as if it had not been."""
    asked, now, reason = the_key(key, body.command_id), now_ms(), stated(body.reason)
    with parts.database.write() as connection:

        def act() -> dict[str, Any]:
            row = _reached(connection, person, paper, Act.AID_SUPERVISE)
            issuing.take_back_delivery(connection, parts.vault, paper, delivery, reason, person.name, now)
            about = f"{_of(row)}/{paper}"
            note_change(connection, person, request, "aid.delivery_void", about, now, form=row["form"])
            return {"id": delivery, "document": paper}

        wish = {"path": request.url.path, "reason": hashlib.sha256(reason.encode()).hexdigest()}
        return once(connection, person.name, asked, wish, now, act)


@router.post("/papers/{paper}/void")
def void(
    paper: PathPaper, body: Voided, person: Supervisor, parts: TheParts, request: Request, key: KeyHeader = None
) -> dict[str, Any]:
    """Say that a document does not hold; its number stays used, and the right one is issued anew."""
    asked, now, reason = the_key(key, body.command_id), now_ms(), stated(body.reason)
    with parts.database.write() as connection:

        def act() -> dict[str, Any]:
            row = _reached(connection, person, paper, Act.AID_SUPERVISE)
            issuing.void(connection, parts.vault, paper, reason, person.name, now)
            note_change(connection, person, request, "aid.paper_void", f"{_of(row)}/{paper}", now, form=row["form"])
            return {"id": paper}

        wish = {"path": request.url.path, "reason": hashlib.sha256(reason.encode()).hexdigest()}
        return once(connection, person.name, asked, wish, now, act)


def _people_of(connection: Connection, parts: Parts, row: RowMapping) -> tuple[str, ...]:
    """Whom a document is about, as its case or record has them now; a unit's own list is about nobody known here."""
    if row["matter"]:
        return matters_told.named(connection, parts.vault, row["matter"])
    if not row["case"]:
        return ()
    case = aid_store.case(connection, row["case"])
    return named(Work(connection, parts.vault, now_ms()), case) if case is not None else ()


def _of(row: RowMapping) -> str:
    """What a document is of: its case, its record, or its unit."""
    return str(row["case"] or row["matter"] or row["unit"])


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
