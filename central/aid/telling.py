"""A case as it is told: masked, until somebody gives a reason (`disclose`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sqlalchemy import Connection, RowMapping

from central.aid import limits, papers, store
from central.aid.chain import broken_at
from central.aid.origin import open_notice_of
from central.aid.people import Work, gap_place, masked_person, open_application
from central.aid.stages import WAYS, Move, State, Who
from central.aid.steps import facts_of, texts_of
from central.imports.register import Register, masked
from central.lawyers import store as lawyers
from hall.intake.codes import Channel
from hall_config.wording import rfc3339

_PLAIN: Final = (
    "id", "unit", "receipt", "number", "state", "matter", "nature", "aid_form", "stage", "basis", "presumed",
    "channel", "hall", "ticket", "urgent", "aided_first", "military", "identified", "detained", "owner", "reviewer",
    "approver", "ground", "version", "live", "due_rule",
)  # fmt: skip
_TIMES: Final = ("received", "decided", "closed", "made", "changed", "due")
_STOPPED: Final = frozenset({Move.ACCEPT, Move.ENGAGE, Move.REPORT, Move.CLOSE})  # by an open conflict of interest
_KEPT_BACK: Final = ("before", "application")  # a person's whole data: only by disclosure


def line(connection: Connection, row: Mapping[Any, Any]) -> dict[str, Any]:
    """What is no secret of a case."""
    told = {name: row[name] for name in _PLAIN}
    told |= {"groups": row["groups"].split(), "conflict": row["conflict"] or None}
    told["due_sure"] = limits.is_sure(connection, row["id"])
    return told | {f"{name}_at": moment(row[f"{name}_ms"]) for name in _TIMES}


def whole(work: Work, row: RowMapping, who: Iterable[Who]) -> dict[str, Any]:
    """The case with everything around it, people masked, and what these capacities may do with it now."""
    connection, case_id = work.connection, row["id"]
    gaps, live = store.gaps(connection, case_id), store.live_assignment(connection, case_id)
    idle = _idle(row, any(gap["filled_ms"] is None for gap in gaps), live)
    assigned = _assignments(work, case_id)
    return {
        **line(connection, row),
        "people": _people(work, row),
        "gaps": [_gap(work, one) for one in gaps],
        "files": [_file(one) for one in store.file_facts(connection, case_id)],
        "documents": papers.told(work, case_id),
        "limits": limits.told(work, case_id),
        "assignment": next((one for one in assigned if live is not None and one["id"] == live["id"]), None),
        "assignments": assigned,
        "moves": [move for move in possible(State(row["state"]), frozenset(who)) if move not in idle],
    }


def possible(state: State, who: frozenset[Who]) -> list[str]:
    """Moves that the table has for these capacities in this state, in the order of a case's life."""
    return [move.value for move in Move if move in WAYS and state in WAYS[move].sources and who & WAYS[move].who]


def _idle(row: RowMapping, missing: bool, live: RowMapping | None) -> frozenset[Move]:
    """Moves that the table has here and that have nothing to do in this case."""
    idle = {Move.TAKE_SUPPLEMENT} if row["state"] == State.UNDER_REVIEW and not missing else set()
    idle |= _STOPPED if row["conflict"] else set()
    idle |= {Move.CLEAR_CONFLICT} if row["conflict"] != "POSSIBLE" else set()
    if live is None:
        return frozenset(idle | {Move.ACCEPT, Move.LOSE_LAWYER})
    return frozenset(idle | {Move.AID_FIRST} | ({Move.ACCEPT} if live["accepted_ms"] is not None else set()))


def full(work: Work, row: RowMapping) -> dict[str, Any]:
    """Everything that was filled in; whoever shows it has noted that first."""
    if row["channel"] == Channel.ORGAN:
        return {"notice": open_notice_of(work, row["id"], row["sealed"]).model_dump(mode="json")}
    return {"application": open_application(work, row["id"], row["sealed"]).model_dump(mode="json")}


def steps(work: Work, case_id: str, after: int = 0) -> list[dict[str, Any]]:
    """What happened, in order, with what was written; a person's whole data is kept back."""
    return [
        {
            **{name: step[name] for name in ("n", "actor", "capacity", "move", "from_state", "to_state", "hash")},
            "unit": step["unit"].rstrip("/").rpartition("/")[2],
            "at": rfc3339(step["at_ms"]),
            "forms": step["form"].split(),
            "facts": facts_of(step),
            "texts": {name: text for name, text in texts_of(work, step).items() if name not in _KEPT_BACK},
        }
        for step in store.steps(work.connection, case_id, after)
    ]


def chain(work: Work, case_id: str) -> dict[str, Any]:
    """Whether nothing of the case's history was changed."""
    found = store.steps(work.connection, case_id)
    return {"steps": len(found), "broken_at": broken_at(found), "hash": found[-1]["hash"] if found else None}


def moment(at_ms: int | None) -> str | None:
    return None if at_ms is None else rfc3339(at_ms)


def _people(work: Work, row: RowMapping) -> dict[str, Any]:
    if row["channel"] == Channel.ORGAN:
        notice = open_notice_of(work, row["id"], row["sealed"])
        facts = {"organ": notice.organ, "organ_kind": notice.organ_kind, "letter": notice.letter}
        return {"applicant": masked_person(notice.accused), "agent": None, "opposing": [], "notice": facts}
    application = open_application(work, row["id"], row["sealed"])
    agent = application.agent
    return {
        "applicant": masked_person(application.applicant),
        "agent": {**masked_person(agent.person), "relation": agent.relation} if agent is not None else None,
        "opposing": [masked_person(one) for one in application.opposing],
        "notice": None,
    }


def _gap(work: Work, row: RowMapping) -> dict[str, Any]:
    text = work.open(row["sealed"], gap_place(row["case"], row["n"])) if row["sealed"] is not None else None
    return {"n": row["n"], "notice": row["notice"], "kind": row["kind"], "text": text,
            "filled_at": moment(row["filled_ms"])}  # fmt: skip


def _file(row: RowMapping) -> dict[str, Any]:
    kept = {name: row[name] for name in ("id", "kind", "type", "size", "pages", "sha256", "by", "source")}
    return {**kept, "made_at": rfc3339(row["made_ms"])}


def _assignments(work: Work, case_id: str) -> list[dict[str, Any]]:
    """Who was and is at work, by firm, the lawyer's name masked as in every list."""
    found = store.assignments(work.connection, case_id)
    firms = lawyers.firm_names(work.connection, {row["firm_code"] for row in found})
    known = {row["mark"]: row for row in lawyers.some_lawyers(work.connection, {row["lawyer"] for row in found})}
    register = Register(work.vault, work.connection, work.now_ms)
    return [_assignment(row, firms, known.get(row["lawyer"]), register) for row in found]


def _assignment(
    row: RowMapping, firms: Mapping[str, str], lawyer: RowMapping | None, register: Register
) -> dict[str, Any]:
    kept = {name: row[name] for name in ("id", "lawyer", "firm_code", "provisional", "chosen_by", "ended_how")}
    times = {f"{name}_at": moment(row[f"{name}_ms"]) for name in ("since", "accepted", "engaged", "until")}
    name = masked(register.open(lawyer["sealed"], row["lawyer"])).name if lawyer is not None else None
    firm = firms.get(row["firm_code"]) or (lawyer["firm"] if lawyer is not None else None)
    return {**kept, "name": name, "firm": firm, **times}
