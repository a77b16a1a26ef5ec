"""The pages of the register, the rota, and of firms."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response

from central.accounts.desk import Person
from central.accounts.permissions import Act
from central.clock import now_ms
from central.pages import page
from central.web_doors import May, TheParts
from hall.moment import local_day

router = APIRouter(include_in_schema=False)

Clerk = Annotated[Person, Depends(May(Act.AID_WORK))]
FirmPerson = Annotated[Person, Depends(May(Act.AID_FIRM))]
PathCase = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")]
_REGISTER = ("lawyers", "lawyer_state", "lawyer_field", "lawyer_language", "lawyer_evidence")
_FIRM = ("firm_page", "aid_state", "aid_move", "aid_outcome", "aid_form_name", "aid_limit")


@router.get("/lawyers")
def lawyers_page(request: Request, person: Clerk, parts: TheParts) -> Response:
    return page(request, "lawyers.html", person, sections=_REGISTER, keeps=person.may(Act.AID_SUPERVISE))


@router.get("/lawyers/rota")
def rota_page(request: Request, person: Clerk, parts: TheParts) -> Response:
    today, keeps = local_day(now_ms()), person.may(Act.AID_SUPERVISE)
    return page(request, "rota.html", person, sections=_REGISTER, today=today, keeps=keeps)


@router.get("/firm")
def firm_page(request: Request, person: FirmPerson, parts: TheParts) -> Response:
    return page(request, "firm.html", person, sections=_FIRM)


@router.get("/firm/cases/{case}")
def firm_case_page(case: PathCase, request: Request, person: FirmPerson, parts: TheParts) -> Response:
    return page(request, "firm_case.html", person, sections=_FIRM, case=case, today=local_day(now_ms()))
