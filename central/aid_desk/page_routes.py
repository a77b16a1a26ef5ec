"""The pages of the desk: the list of work, the bureau's objections, and a case."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request, Response

from central.accounts.desk import Person
from central.accounts.permissions import Act
from central.aid.given import GAPS, NO_CALL_BACKS, REFUSALS, WAITS
from central.aid.stages import State
from central.aid_desk import rules
from central.aid_desk.api import PathCase
from central.aid_files.rules import FileKind
from central.aid_limits.rules import LateReason
from central.aid_papers.rules import Method
from central.pages import page
from central.web_doors import May
from hall.intake.codes import FORMS, MATTERS, STATED, TERMINATIONS, Basis, Channel, Nature, Stage
from hall_config.wording import Language, section

router = APIRouter(include_in_schema=False)

_LIST: Final = (
    "manage",
    "aid_desk",
    "aid_due",
    "aid_waiting",
    "aid_next",
    "aid_state",
    "aid_channel",
    "limit",
    "limit_light",
    "limit_notice",
)
_OBJECTIONS: Final = (*_LIST, "aid_objection", "aid_case", "aid_files")
_CASE: Final = (
    *_LIST, "aid_move", "aid_capacity", "aid_gap", "aid_refusal", "aid_termination", "aid_outcome", "aid_task",
    "aid_conflict", "aid_no_call_back", "lawyer_conflict",
    "aid_given", "aid_choice", "aid_note", "aid_wait", "aid_case", "aid_file", "aid_file_source", "aid_files",
    "limit_outcome", "limit_stop", "limit_late", "lawyer_reason", "lawyer_bar", "lawyer_field", "lawyer_language",
    "matter_kind", "matter_state", "paper_desk",
)  # fmt: skip
_PAPER_CODES: Final = ("form", "nature", "stage", "basis", "relation", "id_kind", "group", "delivery", "sex")
_NO_CASE: Final = ("FORM_1", "FORM_5")  # advice and a duty lawyer's help are no cases
_CODES: Final = ("matter", "presumed", "field", "signed_how")  # words that the edge's form has too, under ``aid``
_LIVE_STATES: Final = tuple(state for state in State if state not in rules.OVER and state is not State.DRAFT)


@router.get("/aid")
def desk_page(request: Request, person: Annotated[Person, Depends(May(Act.AID_WORK))]) -> Response:
    facts: dict[str, Any] = {
        "lights": list(rules.Light),
        "waiting": [one for one, turn in rules.TURNS.items() if person.may(turn.act)],
        "channels": list(Channel),
        "live_states": _LIVE_STATES,
        "states_over": rules.OVER,
        "supervises": person.may(Act.AID_SUPERVISE),
    }
    return page(request, "aid.html", person, sections=_LIST, codes=code_words(), **facts)


@router.get("/aid/objections")
def objections_page(request: Request, person: Annotated[Person, Depends(May(Act.AID_OBJECTIONS))]) -> Response:
    return page(request, "aid_objections.html", person, sections=_OBJECTIONS, codes=code_words())


@router.get("/aid/cases/{case}")
def case_page(case: PathCase, request: Request, person: Annotated[Person, Depends(May(Act.AID_SEE))]) -> Response:
    """A frame only: whether there is such a case, and what of it, is for the API to say."""
    facts: dict[str, Any] = {
        "case": case,
        "choices": _choices(),
        "desk": person.may(Act.AID_WORK),
        "supervises": person.may(Act.AID_SUPERVISE),
        "bureau": person.may(Act.AID_OBJECTIONS),
    }
    return page(request, "aid_case.html", person, sections=_CASE, codes=code_words(), **facts)


def _choices() -> dict[str, Any]:
    """Codes that a form of a move offers, in the order of the law."""
    return {
        "gaps": GAPS,
        "refusals": REFUSALS,
        "waits": WAITS,
        "terminations": TERMINATIONS,
        "matters": MATTERS,
        "forms": [one for one in FORMS if one not in _NO_CASE],
        "natures": list(Nature),
        "stages": list(Stage),
        "bases": [Basis.NOT_REQUIRED_32, Basis.EXEMPT_42, *STATED],
        "methods": list(Method),
        "file_kinds": list(FileKind),
        "late": list(LateReason),
        "no_call_backs": NO_CALL_BACKS,
    }


def code_words() -> dict[Language, dict[str, Any]]:
    """Words of the law's lists in both languages; a page puts those of its own language into itself."""
    both: tuple[Language, Language] = ("zh", "en")
    return {language: _of(language) for language in both}


def _of(language: Language) -> dict[str, Any]:
    found = {name: section(f"aid.{name}", language) for name in _CODES}
    papers = {name: section(f"aid_paper.{name}", language) for name in _PAPER_CODES}
    own = section("aid.basis", language)
    return {
        **found,
        **papers,
        "basis": {**papers["basis"], **own},
        "matter": {**found["matter"], **section("central.aid_notice_matter", language)},
    }
