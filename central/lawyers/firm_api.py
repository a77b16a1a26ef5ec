"""``/api/v1/firm``: what a firm sees of the cases that one of its lawyers is at work in, and for as long as that.

A firm moves a case by ``POST /api/v1/aid/cases/{case}/moves``, as everybody does. Who the recipient is it learns once
it has accepted, and whoever looks leaves a line in the audit. When the work ends, the case is not there any more.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from sqlalchemy import Connection, RowMapping

from central.accounts.desk import Person
from central.accounts.permissions import Act
from central.aid import telling as aid_telling
from central.aid.limits import is_sure
from central.aid.named import named
from central.aid.origin import open_notice_of
from central.aid.people import Work, masked_person, open_application
from central.aid.stages import Who
from central.audit.disclosure import disclose
from central.audit.reasons import Reason
from central.clock import now_ms
from central.failures import NotFound, RefusedByRule
from central.imports.register import Register, masked
from central.lawyers import store
from central.web_doors import May, Strict, StrictRoute, TheParts, source_of
from hall.intake.codes import Channel
from hall_config.aid_application import Person as Somebody

router = APIRouter(prefix="/api/v1/firm", route_class=StrictRoute, tags=["firms"])

FirmPerson = Annotated[Person, Depends(May(Act.AID_FIRM))]
PathCase = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")]
_FIELDS = ("name", "phone", "address", "id_number", "agent", "opposing", "facts")


class Look(Strict):
    reason: Reason


@router.get("/cases")
def cases(person: FirmPerson, parts: TheParts) -> dict[str, Any]:
    """Cases at work for one's firm, the ones due soonest first; people masked."""
    now = now_ms()
    with parts.database.read() as connection:
        work, register = Work(connection, parts.vault, now), Register(parts.vault, connection, now)
        found = store.firm_cases(connection, _firm(connection, person), person.path)
        return {"items": [_line(work, row, register) for row in found], "next": None}


@router.get("/cases/{case}")
def case(case: PathCase, person: FirmPerson, parts: TheParts) -> dict[str, Any]:
    """One of them with its documents and files, people masked, and what the firm may do with it now."""
    now = now_ms()
    with parts.database.read() as connection:
        row = require_firm_case(connection, person, case)
        work = Work(connection, parts.vault, now)
        kept = ("files", "documents", "limits", "moves", "version", "conflict")
        told = aid_telling.whole(work, row, frozenset({Who.FIRM}))
        steps = [one for one in aid_telling.steps(work, case) if one["capacity"] == Who.FIRM]
        return {
            **_line(work, row, Register(parts.vault, connection, now)),
            **{name: told[name] for name in kept},
            "people": told["people"],
            "reports": [
                {name: one[name] for name in ("n", "at", "move", "facts", "texts")}
                for one in steps
                if one["at"] >= aid_telling.moment(row["since_ms"])
            ],
        }


@router.post("/cases/{case}/disclose")
def contact(case: PathCase, body: Look, person: FirmPerson, parts: TheParts, request: Request) -> dict[str, Any]:
    """Who the recipient is and how to reach them, and what the matter is; once the case is accepted."""
    now = now_ms()
    with parts.database.write() as connection:
        row = require_firm_case(connection, person, case)
        require_accepted(row)
        work = Work(connection, parts.vault, now)
        disclose(connection, person, f"aid/{case}", body.reason, now, source_of(request), fields=_FIELDS,
                 people=named(work, row))  # fmt: skip
        return _in_full(work, row)


def require_firm_case(connection: Connection, person: Person, case_id: str) -> RowMapping:
    """The case with the firm's assignment; raises `NotFound` for what is not, or no longer, at work for one's firm."""
    found = store.firm_cases(connection, _firm(connection, person), person.path, case_id)
    if not found:
        raise NotFound("NO_SUCH_CASE")
    return found[0]


def require_accepted(assignment: Mapping[Any, Any] | None) -> None:
    """Raises `RefusedByRule` as long as the firm has not accepted: until then people stay masked."""
    if assignment is None or assignment["accepted_ms"] is None:
        raise RefusedByRule("AID_CONTACT_NOT_YET")


def _firm(connection: Connection, person: Person) -> str:
    code = store.firm_of_account(connection, person.name)
    if code is None:
        raise RefusedByRule("FIRM_NOT_TIED")
    return code


def _line(work: Work, row: RowMapping, register: Register) -> dict[str, Any]:
    kept = ("id", "number", "state", "matter", "nature", "aid_form", "stage", "version", "provisional", "detained")
    lawyer = store.lawyer(work.connection, row["lawyer"])
    who = masked(register.open(lawyer["sealed"], row["lawyer"])) if lawyer is not None else None
    times = ("since", "accepted", "engaged", "due")
    return {
        **{name: row[name] for name in kept},
        **{f"{name}_at": aid_telling.moment(row[f"{name}_ms"]) for name in times},
        "due_rule": row["due_rule"],
        "due_sure": is_sure(work.connection, row["id"]),
        "recipient": masked_person(_recipient(work, row))["name"],
        "lawyer": {"name": who.name, "licence": who.licence} if who is not None else None,
    }


def _recipient(work: Work, row: RowMapping) -> Somebody:
    if row["channel"] == Channel.ORGAN:
        return open_notice_of(work, row["id"], row["sealed"]).accused
    return open_application(work, row["id"], row["sealed"]).applicant


def _in_full(work: Work, row: RowMapping) -> dict[str, Any]:
    """What a lawyer needs: no hardship statement, no signature, no household."""
    if row["channel"] == Channel.ORGAN:
        notice = open_notice_of(work, row["id"], row["sealed"])
        told = {"organ": notice.organ, "letter": notice.letter, "place": notice.place, "facts": notice.charge}
        return {"recipient": _contact(notice.accused), "agent": None, "opposing": [], **told}
    application = open_application(work, row["id"], row["sealed"])
    agent = application.agent
    return {
        "recipient": _contact(application.applicant),
        "agent": {**_contact(agent.person), "relation": agent.relation} if agent is not None else None,
        "opposing": [_contact(one) for one in application.opposing],
        "organ": application.organ,
        "letter": "",
        "place": application.custody,
        "facts": application.facts,
    }


def _contact(person: Somebody) -> dict[str, Any]:
    kept = ("name", "id_kind", "id_number", "phone", "address")
    return {name: getattr(person, name) for name in kept}
