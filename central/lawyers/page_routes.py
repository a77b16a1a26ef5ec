"""The pages of the register, the rota, and of firms."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Request, Response

from central.accounts.desk import Person
from central.accounts.permissions import Act
from central.aid.given import OUTCOMES, WAITS
from central.aid_desk.page_routes import code_words
from central.clock import now_ms
from central.imports.lawyers import LawyerState
from central.lawyers.codes import Evidence
from central.pages import page
from central.web_doors import May
from hall.moment import local_day

router = APIRouter(include_in_schema=False)

Clerk = Annotated[Person, Depends(May(Act.AID_WORK))]
FirmPerson = Annotated[Person, Depends(May(Act.AID_FIRM))]
PathCase = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")]
_REGISTER: Final = (
    "manage", "lawyer_page", "rota_page", "lawyer_state", "lawyer_field", "lawyer_language", "lawyer_evidence",
)  # fmt: skip
_FIRM: Final = (
    "manage", "firm_page", "aid_state", "aid_move", "aid_file", "aid_files", "aid_outcome", "aid_wait", "limit",
)  # fmt: skip
_BY_HAND: Final = (Evidence.NATIONAL_REGISTER, Evidence.DECISION, Evidence.LICENCE_SEEN)
_KINDS: Final = ("AGREEMENT", "JUDGMENT", "REPORT", "EVIDENCE", "LETTER", "PAPER")


@router.get("/lawyers")
def lawyers_page(request: Request, person: Clerk) -> Response:
    lists: dict[str, Any] = {"states": list(LawyerState), "evidence": _BY_HAND}
    return page(request, "lawyers.html", person, sections=_REGISTER, keeps=person.may(Act.AID_SUPERVISE), **lists)


@router.get("/lawyers/rota")
def rota_page(request: Request, person: Clerk) -> Response:
    today, keeps = local_day(now_ms()), person.may(Act.AID_SUPERVISE)
    return page(request, "rota.html", person, sections=_REGISTER, today=today, keeps=keeps)


@router.get("/firm")
def firm_page(request: Request, person: FirmPerson) -> Response:
    return page(request, "firm.html", person, sections=_FIRM, codes=code_words())


@router.get("/firm/cases/{case}")
def firm_case_page(case: PathCase, request: Request, person: FirmPerson) -> Response:
    lists: dict[str, Any] = {"kinds": _KINDS, "outcomes": OUTCOMES, "waits": WAITS, "today": local_day(now_ms())}
    return page(request, "firm_case.html", person, sections=_FIRM, case=case, codes=code_words(), **lists)
