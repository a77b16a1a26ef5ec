"""The pages for administrators: units, halls on the line, accounts, audit, imports. What they show comes by the API."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request, Response

from central.accounts.desk import Person
from central.accounts.permissions import Act
from central.clock import now_ms
from central.failures import Forbidden
from central.imports.kinds import KINDS
from central.pages import page
from central.web_doors import May, SignedIn
from hall.moment import local_day

router = APIRouter(include_in_schema=False)

_WORDS: Final = ("manage", "level", "role")


@router.get("/units")
def units_page(request: Request, person: Annotated[Person, Depends(May(Act.MANAGE_UNITS))]) -> Response:
    return page(request, "units.html", person, sections=_WORDS)


@router.get("/controllers")
def controllers_page(request: Request, person: Annotated[Person, Depends(May(Act.ENROL_HALLS))]) -> Response:
    return page(request, "controllers.html", person, sections=_WORDS)


@router.get("/accounts")
def accounts_page(request: Request, person: Annotated[Person, Depends(May(Act.MANAGE_ACCOUNTS))]) -> Response:
    return page(request, "accounts.html", person, sections=_WORDS)


@router.get("/audit")
def audit_page(request: Request, person: Annotated[Person, Depends(May(Act.READ_AUDIT))]) -> Response:
    return page(request, "audit.html", person, sections=(*_WORDS, "audit_act"), today=local_day(now_ms()))


@router.get("/imports")
def imports_page(request: Request, person: SignedIn) -> Response:
    """For whoever may bring in at least one kind of list."""
    kinds = [kind for kind in KINDS.values() if person.may(kind.act)]
    if not kinds:
        raise Forbidden("NOT_ALLOWED")
    return page(request, "imports.html", person, sections=(*_WORDS, "imports"), kinds=kinds)
