"""What each document says of its case, beside what its application says: one small function a form.

The names are those of the fields in ``central/aid_papers/forms.toml``. Numbers of documents that were made before are
read from the case; whatever a document needs and nobody said is named by `fields_of`, and the move is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from central.aid.paper_known import Known, Said
from central.aid.paper_words import by_agent, change_words, findings, handed_in, official, proposal, with_account
from central.aid.stages import Move, Who
from central.aid.steps import facts_of
from central.aid_papers.facts import CaseFacts
from central.aid_papers.forms import form_table
from hall.intake.codes import Basis, Nature
from hall.law.limits import begin_of, china_day
from hall_config.aid_application import Application
from hall_config.aid_tables import number_on
from hall_config.limit_tables import limit_table
from hall_config.wording import say

_DAYS: Final = ("LA_DECIDE", "LA_OBJ_FILE", "LA_OBJ_REVIEW", "LA_ASSIGN", "LA_SIGN", "LA_CLOSE")
_AS_ASKED: Final = ("F02", "F04")  # what the applicant signed, whatever was decided of it
_DAY_MS: Final = 86_400_000
_CHANGES: Final = (Move.BEGIN_CHANGE, Move.DECLINE, Move.ORDER_CORRECTION)  # why another lawyer is needed


def facts_for(form: str, known: Known) -> CaseFacts:
    """Everything that is known for a document of this form."""
    said = Said()
    _general(known, said)
    own = _OWN.get(form)
    if own is not None:
        own(known, said)
    case, today = known.case, china_day(known.now_ms)
    table = limit_table()
    days = {rule: table.rule(rule, today).value for rule in _DAYS}
    return CaseFacts(
        centre=known.centre,
        today_ms=known.now_ms,
        application=known.application if form in _AS_ASKED else _as_decided(known),
        case_number=case["number"] or "",
        receipt_number=case["receipt"] or "",
        received_ms=case["received_ms"],
        basis=Basis(case["basis"]) if case["basis"] else None,
        lawyer=known.lawyer,
        old_lawyer=known.old_lawyer,
        clerk=known.clerk,
        gaps=known.gaps,
        grounds=(case["ground"],) if case["ground"].startswith("T48") else (),
        days={rule: value for rule, value in days.items() if value is not None}
        | {"HANDOVER": number_on("HANDOVER_DAYS", today)},
        texts={name: text for name, text in said.texts.items() if text},
        moments=said.moments,
        lists=said.lists,
    )


def _as_decided(known: Known) -> Application | None:
    """The application; once it is decided, with the matter and the form of aid that were granted."""
    case, asked = known.case, known.application
    if asked is None or case["decided_ms"] is None:
        return asked
    decided = {"matter": case["matter"], "nature": Nature(case["nature"]), "aid_form": case["aid_form"]}
    return asked.model_copy(update=decided)


def _general(known: Known, said: Said) -> None:
    defends = known.case["nature"] == Nature.CRIMINAL
    said.texts["role"] = say(f"central.aid_paper_words.{'defender' if defends else 'representative'}")
    notice, application = known.notice, known.application
    if application is not None:
        said.texts |= {
            "by_agent": by_agent(application, china_day(known.now_ms)),
            "held_at": application.custody if application.detained else "",
        }
    if notice is None:
        return
    said.texts |= {
        "held_at": notice.place if notice.detained else "",
        "recipient_contact": notice.accused.phone,
        "phone": notice.accused.phone,
        "applicant": notice.accused.name,
        "case_title": notice.charge or say(f"central.aid_notice_matter.{notice.matter}"),
        "matter": say(f"central.aid_notice_matter.{notice.matter}"),
        "stage": say(f"aid_paper.stage.{notice.stage}"),
        "organ": notice.organ,
        "organ_number": notice.letter,
        "id_number": notice.accused.id_number,
        "aid_form": say(f"aid_paper.form.{known.case['aid_form']}"),
        "grant_number": say("central.aid_paper_words.by_notice", organ=notice.organ, letter=notice.letter),
    }


def _receipt(known: Known, said: Said) -> None:
    """Of a supplement: what came now, and when."""
    _due(known, said, "decide_by", "LA_DECIDE")
    if "filled" not in known.said:
        return
    said.moments["received_time"] = known.now_ms
    kinds = {True: say("aid_paper.part.original"), False: say("aid_paper.part.copy")}
    now = [
        {"name": one["name"], "copies": str(one["copies"]), "kind": kinds[one["original"]]}
        for one in known.said.get("papers", ())
    ]
    rest = [{"name": one, "copies": "1", "kind": say("aid_paper.handed.supplement")} for one in known.filled]
    said.lists["papers"] = (*now, *rest)


def _application(known: Known, said: Said) -> None:
    """F02, F04: who wrote it down, where that was staff."""
    taken = known.told.get(Move.SUBMIT)
    if taken is not None and taken[0]["capacity"] == Who.DESK:
        said.texts["filled_by"] = with_account(official([Who.DESK]), taken[0]["actor"])


def _supplement(known: Known, said: Said) -> None:
    _due(known, said, "supplement_by", "LA_SUPPL")


def _cooperation(known: Known, said: Said) -> None:
    said.texts |= {"coop_centre": known.said["centre"], "coop_items": known.said["ask"]}
    days = number_on("COOPERATION_DAYS", china_day(known.now_ms))
    said.moments["coop_by"] = known.now_ms + days * _DAY_MS


def _review(known: Known, said: Said) -> None:
    step, texts = known.told[Move.PROPOSE]
    agreed = known.said.get("text") or say("central.aid_paper_words.agreed", scope=known.said.get("scope", ""))
    said.texts |= {
        "review_opinion": proposal(step, texts), "reviewer": with_account(official([Who.REVIEWER]), step["actor"]),
        "approver": with_account(official([Who.APPROVER]), known.account), "approval_opinion": agreed,
        "findings": findings(known.case, known.application, known.told),
        "aid_form": say(f"aid_paper.form.{known.case['aid_form']}"),
        "basis": "" if known.case["basis"] else say("central.aid_paper_words.not_settled"),
    }  # fmt: skip
    said.moments |= {"review_day": step["at_ms"], "decided_day": known.now_ms}
    _due(known, said, "decide_by", "LA_DECIDE")


def _grant(known: Known, said: Said) -> None:
    said.texts["scope"] = known.said.get("scope") or say("central.aid_paper_words.scope_by_order")
    if not known.case["basis"]:
        said.texts["basis"] = say("central.aid_paper_words.by_correction")


def _refusal(known: Known, said: Said) -> None:
    said.texts |= {
        "decision_reason": known.said["text"], "refusal_rule": say(f"central.aid_refusal.{known.said['ground']}"),
        "refusal_number": known.numbers.get("F10", ""),
    }  # fmt: skip


def _assignment(known: Known, said: Said) -> None:
    if "F09" in known.numbers:
        said.texts["grant_number"] = known.numbers["F09"]


def _assigned_by(known: Known) -> str:
    """The number of the assignment; that of the case where none was issued: a change never waits for a form."""
    return known.numbers.get("F11") or known.case["number"] or known.case["receipt"] or ""


def _change_asked(known: Known, said: Said) -> None:
    """Asked for now; or, once another lawyer was chosen, the same with what was decided."""
    begun = Move.BEGIN_CHANGE not in known.told
    step, texts = ({}, known.said) if "by" in known.said or begun else known.told[Move.BEGIN_CHANGE]
    said.texts |= {"assignment_number": _assigned_by(known), "change_reason": texts["reason"]}
    said.moments["change_asked_day"] = step["at_ms"] if step else known.now_ms
    if not step:
        return
    by_agency = facts_of(step).get("by") != "RECIPIENT"
    _, decision = change_words(Move.BEGIN_CHANGE, facts_of(step), "")
    noted = "" if step["capacity"] == Who.APPLICANT else with_account(official([step["capacity"]]), step["actor"])
    said.texts |= {
        "review_opinion": say(f"aid_paper.change.{'by_agency' if by_agency else 'asked'}") if noted else "",
        "reviewer": noted, "approval_opinion": decision, "approver": with_account(known.clerk, known.account),
    }  # fmt: skip
    said.moments |= {"decided_day": known.now_ms} | ({"review_day": step["at_ms"]} if noted else {})


def _change_made(known: Known, said: Said) -> None:
    asked = [(one, *known.told[one]) for one in _CHANGES if one in known.told]
    move, step, texts = max(asked, key=lambda one: one[1]["n"])
    why = texts.get("reason") or texts.get("text", "")
    begun, decision = change_words(move, facts_of(step), why)
    said.texts |= {
        "assignment_number": _assigned_by(known), "change_reason": why, "change_begun": begun,
        "change_decision": decision,
    }  # fmt: skip
    said.moments["change_asked_day"] = step["at_ms"]


def _termination(known: Known, said: Said) -> None:
    said.texts["decision_reason"] = known.said["text"]
    said.texts.setdefault("grant_number", known.numbers.get("F09", ""))
    said.texts["termination_number"] = known.numbers.get("F18", "")
    said.texts["assignment_number"] = _assigned_by(known)
    if known.said.get("organ"):
        said.texts["organ"] = known.said["organ"]
    said.moments["ends_day"] = known.now_ms


def _objection(known: Known, said: Said) -> None:
    step, texts = known.told[Move.OBJECT]
    form = "F10" if step["from_state"] == "REFUSED" else "F18"
    said.texts |= {
        "objected_title": form_table().forms[form].zh, "objected_number": known.numbers.get(form, ""),
        "objection_text": texts.get("text", ""), "objection_findings": known.said["text"],
        "objection_result": say(f"central.aid_paper_words.{known.said['result']}"),
    }  # fmt: skip
    received = facts_of(step).get("received_on")
    said.moments["objection_day"] = begin_of(date.fromisoformat(received)) if received else step["at_ms"]


def _progress(known: Known, said: Said) -> None:
    said.texts |= {
        "report_text": known.said["text"], "report_method": say("central.aid_paper_words.in_writing"),
        "report_to": known.centre.name,
    }  # fmt: skip
    said.moments["report_day"] = known.now_ms


def _closing(known: Known, said: Said) -> None:
    yuan = f"{known.said['recovered_fen'] / 100:,.2f}"
    said.texts |= {
        "closing_way": say(f"central.aid_outcome.{known.said['outcome']}"), "outcome": known.said["text"],
        "work_done": "\n".join(known.told[one][1].get("text", "") for one in (Move.REPORT,) if one in known.told)
        or known.said["text"],
        "gains": say("central.aid_paper_words.yuan", yuan=yuan),
        "aid_form": say(f"aid_paper.form.{known.case['aid_form']}"),
        "handed_in": handed_in(known.files[one] for one in known.said["files"] if one in known.files),
    }  # fmt: skip
    reported = known.told.get(Move.REPORT)
    ended = _ended_on(reported[0]) if reported is not None else None
    said.moments |= {"closed_day": ended or known.now_ms, "report_day": known.now_ms}
    if known.assigned_ms is not None:
        said.moments["assigned_day"] = known.assigned_ms


def _ended_on(step: Mapping[Any, Any]) -> int | None:
    day = facts_of(step).get("ended_on")
    return begin_of(date.fromisoformat(day)) if day else None


def _call_back(known: Known, said: Said) -> None:
    grade = known.said.get("grade")
    said.texts |= {
        "satisfaction": say(f"central.grade.{grade}") if grade else say("central.aid_paper_words.no_grade"),
        "visit_method": say(f"central.aid_call_back.{known.said['how']}"),
        "visitor": with_account(known.clerk, known.account),
        "visit_text": known.said["answer"],
    }  # fmt: skip
    said.moments |= {"visit_day": known.now_ms, "closed_day": known.case["closed_ms"] or known.now_ms}


def _due(known: Known, said: Said, name: str, rule: str) -> None:
    if rule in known.due_ms:
        said.moments[name] = known.due_ms[rule]


_OWN: Final[Mapping[str, Callable[[Known, Said], None]]] = {
    "F02": _application, "F04": _application, "F05": _receipt, "F06": _supplement, "F07": _cooperation, "F08": _review,
    "F09": _grant, "F10": _refusal, "F13B": _refusal, "F11": _assignment, "F16": _change_asked, "F17": _change_made,
    "F18": _termination, "F19": _termination, "F20": _objection, "F14": _progress, "F21": _closing, "F32": _call_back,
}  # fmt: skip
