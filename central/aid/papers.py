"""The documents that a case's moves make, in the transaction of the move: filled in, numbered, sealed, listed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from central.aid import limits, store
from central.aid.origin import open_notice_of
from central.aid.paper_facts import facts_for
from central.aid.paper_known import Known
from central.aid.paper_words import official
from central.aid.people import Work, gap_place, open_application
from central.aid.rules import Actor, standing_steps
from central.aid.stages import Move
from central.aid.steps import texts_of
from central.aid_papers import centre_store, issuing
from central.aid_papers.facts import CaseFacts, Centre, Lawyer
from central.aid_papers.fields import fields_of
from central.aid_papers.numbers import application_number, centre_of
from central.imports.register import Register
from central.lawyers import store as lawyers
from hall.intake.codes import Channel
from hall_config.wording import rfc3339, say

_OLD = ("CHANGED_BY_RECIPIENT", "CHANGED_BY_AGENCY", "DECLINED")


def case_number(work: Work, unit: str) -> str | None:
    """The next number of the centre, taken now; None while the centre is not set up."""
    if not is_set_up(work, unit):
        return None
    return application_number(work.connection, unit, work.now_ms)


def is_set_up(work: Work, unit: str) -> bool:
    return centre_store.centre(work.connection, unit) is not None


def require_centre(work: Work, unit: str) -> None:
    """Raises `RefusedByRule` while nobody has set the centre up: it has no name to put on a receipt."""
    centre_of(work.connection, unit)


def make(work: Work, case: Mapping[Any, Any], forms: Iterable[str], actor: Actor, said: Mapping[str, Any]) -> list[str]:
    """Fill in and number these documents; their ids. Raises `RefusedByRule` while the centre is not set up."""
    wanted = list(forms)
    if not wanted:
        return []
    centre, made = centre_of(work.connection, case["unit"]), []
    for form in wanted:
        facts = facts_for(form, _known(work, case, centre, actor, said))
        issued = issuing.issue(
            work.connection, work.vault, case["id"], case["unit"], form, fields_of(form, facts), actor.name, work.now_ms
        )
        made.append(issued.id)
    return made


def facts_now(work: Work, case: Mapping[Any, Any], form: str, actor: Actor) -> CaseFacts:
    """What is known for a document that no move makes. Raises `RefusedByRule` while the centre is not set up."""
    return facts_for(form, _known(work, case, centre_of(work.connection, case["unit"]), actor, {}))


def void(work: Work, documents: Iterable[str], reason: str, actor: Actor) -> None:
    """Documents of a step that is taken back: they stay, with their numbers, and say that they are void."""
    for document in documents:
        if issuing.require_paper(work.connection, document)["voided_ms"] is not None:
            continue
        issuing.void(work.connection, work.vault, document, reason, actor.name, work.now_ms)


def decision_received(work: Work, case_id: str) -> bool:
    """Whether it is noted that the refusal or termination that holds was delivered."""
    made = [row for row in issuing.papers_of(work.connection, case_id) if row["voided_ms"] is None]
    decisions = [row["id"] for row in made if row["form"] in ("F10", "F18")]
    return bool(issuing.deliveries_of(work.connection, decisions[-1:]))


def told(work: Work, case_id: str) -> list[dict[str, Any]]:
    return [
        {
            **{name: row[name] for name in ("id", "form", "number", "title", "made_by")},
            "made_at": rfc3339(row["made_ms"]),
            "voided_at": rfc3339(row["voided_ms"]) if row["voided_ms"] is not None else None,
        }
        for row in issuing.papers_of(work.connection, case_id)
    ]


def _known(work: Work, case: Mapping[Any, Any], centre: Centre, actor: Actor, said: Mapping[str, Any]) -> Known:
    connection, case_id = work.connection, case["id"]
    notice = open_notice_of(work, case_id, case["sealed"]) if case["channel"] == Channel.ORGAN else None
    application = open_application(work, case_id, case["sealed"]) if notice is None else None
    steps = standing_steps(store.steps(connection, case_id))
    issued = [row for row in issuing.papers_of(connection, case_id) if row["voided_ms"] is None]
    live, past = store.live_assignment(connection, case_id), store.assignments(connection, case_id)
    gaps = store.gaps(connection, case_id)
    before = [one for one in past if one["ended_how"] in _OLD] or [one for one in past if one["live_case"] is None]
    return Known(
        case=case,
        centre=centre,
        application=application,
        notice=notice,
        clerk=official(actor.who),
        account=actor.name,
        said=said,
        told={Move(step["move"]): (step, texts_of(work, step)) for step in steps},
        numbers={row["form"]: row["number"] for row in issued if row["number"]},
        due_ms=limits.running(work, case_id) | limits.ended_due(work, case_id),
        lawyer=lawyer_of(work, live or (past[-1] if past else None)),
        old_lawyer=lawyer_of(work, before[-1] if before else None),
        assigned_ms=past[0]["since_ms"] if past else None,
        now_ms=work.now_ms,
        gaps=tuple(_gap_words(work, row) for row in gaps if row["filled_ms"] is None),
        filled=tuple(_gap_words(work, row) for row in gaps if row["n"] in said.get("filled", ())),
        files={row["id"]: row["kind"] for row in store.file_facts(connection, case_id)},
    )


def lawyer_of(work: Work, assignment: Mapping[Any, Any] | None) -> Lawyer | None:
    """Who was assigned, as documents name them."""
    if assignment is None:
        return None
    mark, row = assignment["lawyer"], lawyers.lawyer(work.connection, assignment["lawyer"])
    if row is None:
        return None
    who = Register(work.vault, work.connection, work.now_ms).open(row["sealed"], mark)
    return Lawyer(name=who.name, firm=row["firm"], licence=who.licence)


def _gap_words(work: Work, row: Mapping[Any, Any]) -> str:
    words = say(f"central.aid_gap.{row['kind']}")
    if row["sealed"] is None:
        return words
    return f"{words}：{work.open(row['sealed'], gap_place(row['case'], row['n']))}"
