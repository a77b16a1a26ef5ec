"""The proof of delivery (F22) of a document that was issued: to whom it goes, in which matter, from whose hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from central.aid import store
from central.aid.paper_words import official, with_account
from central.aid.papers import facts_now, lawyer_of
from central.aid.people import Work
from central.aid.rules import Actor, standing_steps
from central.aid.stages import Move
from central.aid.steps import texts_of
from central.aid_papers import issuing
from central.aid_papers.centres import nearest_centre
from central.aid_papers.facts import CaseFacts
from central.aid_papers.fields import value_of
from central.aid_papers.numbers import centre_of
from hall_config.wording import say

_SHEET: Final = "F22"
# everything else goes to the applicant, or to whoever stands for them
_TO_ORGAN: Final = ("F13", "F13B", "F19", "F31")
_TO_FIRM: Final = {"F11": -1, "F17": -2}  # which of those who were at work
_TO_CENTRE: Final = "F07"


def facts_of_sheet(work: Work, document: Mapping[Any, Any], actor: Actor) -> CaseFacts:
    """What is known for the sheet of this document."""
    served = {"served": ({"title": document["title"], "number": document["number"]},)}
    if not document["case"]:
        unit = nearest_centre(work.connection, document["unit"]) or document["unit"]
        centre = centre_of(work.connection, unit)
        return CaseFacts(centre=centre, today_ms=work.now_ms, case_number=document["number"], lists=served)
    case = store.case(work.connection, document["case"])
    assert case is not None
    known = facts_now(work, case, _SHEET, actor)
    texts = {**known.texts, "served_to": _receiver(work, case, document, known)}
    texts["served_by"] = with_account(official(actor.who), actor.name)
    moments = dict(known.moments)
    notes = issuing.deliveries_of(work.connection, [document["id"]])
    if notes:
        texts["served_method"] = say(f"aid_paper.delivery.{notes[-1]['method']}")
        moments |= {"sent_day": notes[-1]["at_ms"], "served_day": notes[-1]["at_ms"]}
    return replace(known, texts=texts, moments=moments, lists=served)


def _receiver(work: Work, case: Mapping[Any, Any], document: Mapping[Any, Any], known: CaseFacts) -> str:
    form = document["form"]
    if form in _TO_ORGAN:
        told = _step_said(work, case, Move.TERMINATE, "organ") if form == "F19" else ""
        return told or _known("organ", known)
    if form in _TO_FIRM:
        return _firm(work, case, document)
    if form == _TO_CENTRE:
        return _step_said(work, case, Move.ASK_COOPERATION, "centre")
    return _known("applicant", known) + known.texts.get("by_agent", "")


def _firm(work: Work, case: Mapping[Any, Any], document: Mapping[Any, Any]) -> str:
    """The firm whose lawyer was chosen as the document was made; of a notice of a change the one before."""
    until = document["made_ms"]
    chosen = [one for one in store.assignments(work.connection, case["id"]) if one["since_ms"] <= until]
    found = lawyer_of(work, chosen[_TO_FIRM[document["form"]]]) if len(chosen) >= -_TO_FIRM[document["form"]] else None
    return found.firm if found is not None else ""


def _step_said(work: Work, case: Mapping[Any, Any], move: Move, name: str) -> str:
    steps = [step for step in standing_steps(store.steps(work.connection, case["id"])) if step["move"] == move]
    return str(texts_of(work, steps[-1]).get(name, "")) if steps else ""


def _known(name: str, known: CaseFacts) -> str:
    value = value_of(name, known)
    return value if isinstance(value, str) else ""
