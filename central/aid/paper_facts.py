"""What each document says of its case, beside what its application says: one small function a form.

The names are those of the fields in ``central/aid_papers/forms.toml``. Numbers of documents that were made before are
read from the case; whatever a document needs and nobody said is named by `fields_of`, and the move is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from central.aid.origin import Notice
from central.aid.stages import Move
from central.aid.steps import facts_of
from central.aid_papers.facts import CaseFacts, Centre, Lawyer
from central.aid_papers.forms import form_table
from hall.intake.codes import Basis, Nature
from hall.law.limits import begin_of, china_day
from hall_config.aid_application import Application
from hall_config.aid_tables import number_on
from hall_config.limit_tables import limit_table
from hall_config.wording import say

_DAYS: Final = ("LA_DECIDE", "LA_OBJ_FILE", "LA_OBJ_REVIEW", "LA_ASSIGN", "LA_SIGN", "LA_CLOSE")
_DAY_MS: Final = 86_400_000
_CHANGES: Final = (Move.BEGIN_CHANGE, Move.DECLINE, Move.ORDER_CORRECTION)  # why another lawyer is needed


@dataclass(frozen=True, slots=True)
class Known:
    """A case as its documents see it while a move is made."""

    case: Mapping[Any, Any]
    centre: Centre
    application: Application | None
    notice: Notice | None
    clerk: str
    said: Mapping[str, Any]  # what this move was given
    told: Mapping[Move, tuple[Mapping[Any, Any], Mapping[str, Any]]]  # the last step of each move, and its texts
    numbers: Mapping[str, str]  # the newest number of each form
    due_ms: Mapping[str, int]
    lawyer: Lawyer | None
    old_lawyer: Lawyer | None
    assigned_ms: int | None
    now_ms: int
    gaps: tuple[str, ...] = ()


@dataclass(slots=True)
class Said:
    texts: dict[str, str] = field(default_factory=dict)
    moments: dict[str, int] = field(default_factory=dict)


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
        application=_as_decided(known),
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
    notice = known.notice
    if notice is None:
        return
    said.texts |= {
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
    _due(known, said, "decide_by", "LA_DECIDE")


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
        "review_opinion": texts.get("text", ""), "reviewer": step["actor"], "approver": known.clerk,
        "approval_opinion": agreed, "aid_form": say(f"aid_paper.form.{known.case['aid_form']}"),
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
    said.texts |= {"assignment_number": _assigned_by(known), "change_reason": known.said["reason"]}
    said.moments["change_asked_day"] = known.now_ms


def _change_made(known: Known, said: Said) -> None:
    asked = [known.told[one] for one in _CHANGES if one in known.told]
    step, texts = max(asked, key=lambda one: one[0]["n"])
    why = texts.get("reason") or texts.get("text", "")
    said.texts |= {
        "assignment_number": _assigned_by(known), "change_reason": why,
        "change_decision": say("central.aid_paper_words.change_agreed"),
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
        "visit_method": say(f"central.aid_call_back.{known.said['how']}"), "visitor": known.clerk,
        "visit_text": known.said["answer"],
    }  # fmt: skip
    said.moments |= {"visit_day": known.now_ms, "closed_day": known.case["closed_ms"] or known.now_ms}


def _due(known: Known, said: Said, name: str, rule: str) -> None:
    if rule in known.due_ms:
        said.moments[name] = known.due_ms[rule]


_OWN: Final[Mapping[str, Callable[[Known, Said], None]]] = {
    "F05": _receipt, "F06": _supplement, "F07": _cooperation, "F08": _review, "F09": _grant, "F10": _refusal,
    "F13B": _refusal, "F11": _assignment, "F16": _change_asked, "F17": _change_made, "F18": _termination,
    "F19": _termination, "F20": _objection, "F14": _progress, "F21": _closing, "F32": _call_back,
}  # fmt: skip
