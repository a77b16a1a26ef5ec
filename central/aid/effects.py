"""What each move does beside changing the state: columns of the case, gaps, the lawyer's assignment.

Limits are begun and ended by the table (``stages.py``); an effect only names days of its own in `Change.limit_days`.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from central.aid import limits, papers, store
from central.aid.application_rules import check_application
from central.aid.people import Work, gap_place, marks, parties, read_application, seal_application
from central.aid.rules import Actor, Standing, to_take_back
from central.aid.stages import WAYS, Move, State, Way
from central.aid.steps import facts_of
from central.failures import RefusedByRule
from central.lawyers import choosing
from hall.intake.codes import Channel, Group
from hall_config.aid_application import Application


@dataclass(slots=True)
class Change:
    """One move while it is made: what it is given, and what comes of it."""

    work: Work
    standing: Standing
    actor: Actor
    given: Any
    way: Way
    move: Move
    columns: dict[str, Any] = field(default_factory=dict)
    to: State | None = None  # where the table leaves it to what was before
    facts: dict[str, Any] = field(default_factory=dict)  # codes for the step
    texts: dict[str, Any] = field(default_factory=dict)  # sealed with the step
    forms: tuple[str, ...] | None = None  # instead of those of the table
    begins: dict[str, date | int | None] = field(
        default_factory=dict
    )  # a last day, a first moment, or as the rule says
    undone: Mapping[Any, Any] | None = None  # the step that is taken back

    @property
    def case(self) -> Mapping[Any, Any]:
        return self.standing.case


def _reviews(change: Change) -> None:
    change.columns |= {"reviewer": change.actor.name, "owner": change.actor.name}


def _asks_supplement(change: Change) -> None:
    work, case_id = change.work, change.case["id"]
    first = len(change.standing.gaps) + 1
    notice = len(change.standing.steps) + 1
    rows = []
    for number, gap in enumerate(change.given.gaps, first):
        text = work.seal(change.case["unit"], gap.text, gap_place(case_id, number)) if gap.text else None
        rows.append({"case": case_id, "n": number, "notice": notice, "kind": gap.kind, "sealed": text})
    store.add_gaps(work.connection, rows)
    change.facts["kinds"] = [gap.kind for gap in change.given.gaps]
    if change.given.days is not None:
        change.begins["LA_SUPPL"] = limits.supplement_ends(work, change.given.days)
    change.columns["reviewer"] = change.case["reviewer"] or change.actor.name


def _takes_supplement(change: Change) -> None:
    work = change.work
    store.fill_gaps(work.connection, change.case["id"], change.given.filled, work.now_ms)
    application = change.standing.application
    if application is not None and change.given.papers:
        fuller = application.model_copy(update={"papers": (*application.papers, *change.given.papers)[-40:]})
        _keep(change, fuller)


def _aids_first(change: Change) -> None:
    _assign(change, provisional=True)
    change.columns |= {"aided_first": True, "urgent": True}
    if not _organ(change):
        change.forms = ()
    change.begins["LA_URGENT"] = date.fromisoformat(change.given.until)


def _grants(change: Change) -> None:
    given = change.given
    change.columns |= {
        "basis": given.basis, "aid_form": given.aid_form, "matter": given.matter, "nature": given.nature.value,
        "approver": change.actor.name, "decided_ms": change.work.now_ms, "owner": "",
    }  # fmt: skip


def _refuses(change: Change) -> None:
    _end_assignment(change, "REFUSED")
    change.columns |= {
        "ground": change.given.ground, "approver": change.actor.name, "decided_ms": change.work.now_ms, "owner": "",
    }  # fmt: skip
    if change.case["detained"] or _organ(change):
        change.forms = ("F08", "F10", "F13B")  # the organ hears of it too


def _assigns(change: Change) -> None:
    _end_assignment(change, "CONFIRMED")  # one from before the decision (法律援助法 44)
    _assign(change)
    if not _organ(change):  # nobody to write to in a matter outside the courts
        change.forms = tuple(form for form in change.way.forms if form != "F13")


def _organ(change: Change) -> bool:
    application = change.standing.application
    return application is None or bool(application.organ)


def _assign(change: Change, *, provisional: bool = False) -> None:
    work, given = change.work, change.given
    chosen = choosing.check_choice(
        work.connection, work.vault, change.case, given.lawyer, given.override_reason, work.now_ms
    )
    store.assign(
        work.connection, id=secrets.token_hex(8), case=change.case["id"], lawyer=given.lawyer,
        firm_code=chosen.firm_code, provisional=provisional, reasons=chosen.reasons, chosen_by=change.actor.name,
        since_ms=work.now_ms,
    )  # fmt: skip


def _accepts(change: Change) -> None:
    found = change.standing.assignment
    if found is not None and found["accepted_ms"] is None:
        store.change_assignment(change.work.connection, found["id"], accepted_ms=change.work.now_ms)


def _declines(change: Change) -> None:
    _end_assignment(change, "DECLINED")


def _engages(change: Change) -> None:
    found = change.standing.assignment
    if found is not None:
        store.change_assignment(change.work.connection, found["id"], engaged_ms=change.work.now_ms)


def _reports(change: Change) -> None:
    if change.given.ended_on is not None:
        change.begins["LA_CLOSE"] = change.work.now_ms


def _begins_change(change: Change) -> None:
    _end_assignment(change, f"CHANGED_BY_{change.given.by}")


def _loses_lawyer(change: Change) -> None:
    _end_assignment(change, "LAWYER_LOST")


def _terminates(change: Change) -> None:
    _end_assignment(change, "TERMINATED")
    change.columns |= {
        "before": change.standing.state.value, "ground": change.given.ground, "approver": change.actor.name,
        "closed_ms": change.work.now_ms,
    }  # fmt: skip
    if (change.given.organ is not None or _organ(change)) and change.standing.assignment is not None:
        change.forms = ("F18", "F19")


def _ends(change: Change) -> None:
    change.columns["closed_ms"] = change.work.now_ms


def _upholds(change: Change) -> None:
    change.facts["result"] = change.move.value
    _ends(change)


def _orders_correction(change: Change) -> None:
    change.facts["result"] = change.move.value
    objected = change.standing.last(Move.OBJECT)
    if objected is None or objected["from_state"] == State.REFUSED:
        change.to = State.GRANTED
        change.forms = ("F20", "F09")
        change.columns |= {"decided_ms": change.work.now_ms, "closed_ms": None}
        change.begins["LA_ASSIGN"] = None
        return
    change.to = State(change.case["before"])
    change.columns["closed_ms"] = None
    if change.to in (State.ASSIGNED, State.ENGAGED):
        _restore_assignment(change)
    elif change.to is State.GRANTED:
        change.begins["LA_ASSIGN"] = None


def _archives(change: Change) -> None:
    _end_assignment(change, "DONE")


def _corrects(change: Change) -> None:
    """The application as it is now; as it was before stays with the step."""
    before = change.standing.application
    if before is None:
        raise RefusedByRule("AID_NO_APPLICATION")
    fresh = read_application(change.given.application)
    check_application(fresh, change.work.now_ms, at_home=change.case["channel"] == Channel.WEB)
    change.texts["before"] = before.model_dump(mode="json")
    _keep(change, fresh)
    rows = [{"role": role, **marks(change.work, person)} for role, person in parties(fresh)]
    store.put_parties(change.work.connection, change.case["id"], rows)
    change.columns |= {
        "matter": fresh.matter, "nature": fresh.nature.value, "aid_form": fresh.aid_form, "stage": fresh.stage.value,
        "presumed": fresh.presumed or "", "groups": " ".join(fresh.groups),
        "military": bool({Group.MILITARY, Group.VETERAN} & set(fresh.groups)),
    }  # fmt: skip


def _identifies(change: Change) -> None:
    change.columns["identified"] = True


def _takes_back(change: Change) -> None:
    """The case as it was before the last step; documents of that step are void, their numbers stay used."""
    step = to_take_back(change.standing.steps)
    change.undone = step
    change.to = State(step["from_state"])
    change.facts["step"] = step["n"]
    papers.void(change.work, facts_of(step).get("documents", ()), change.given.reason, change.actor)
    undone = Move(step["move"])
    if undone in (Move.ASSIGN, Move.REASSIGN):
        _end_assignment(change, "TAKEN_BACK")
    if undone in (Move.BEGIN_CHANGE, Move.DECLINE, Move.TERMINATE, Move.ARCHIVE):
        _restore_assignment(change)
    if undone is Move.ASK_SUPPLEMENT:
        open_gaps = [gap["n"] for gap in change.standing.gaps if gap["filled_ms"] is None]
        store.fill_gaps(change.work.connection, change.case["id"], open_gaps, change.work.now_ms)
    if undone in (Move.GRANT, Move.REFUSE):
        change.columns |= {"decided_ms": None, "approver": "", "ground": "", "basis": ""}
    if WAYS[undone].to in (State.TERMINATED, State.CLOSED, State.UPHELD, State.REDIRECTED, State.DEEMED_WITHDRAWN):
        change.columns["closed_ms"] = None


def _end_assignment(change: Change, how: str) -> None:
    store.end_assignment(change.work.connection, change.case["id"], how, change.work.now_ms)


def _restore_assignment(change: Change) -> None:
    """The lawyer who was at work goes on, if they may still practise; a new line, the old one keeps its end."""
    work, last = change.work, store.last_assignment(change.work.connection, change.case["id"])
    if last is None or not choosing.may_practise(work.connection, last["lawyer"], work.now_ms):
        raise RefusedByRule("AID_LAWYER_INACTIVE")
    kept = {name: last[name] for name in ("case", "lawyer", "firm_code", "reasons", "accepted_ms", "engaged_ms")}
    store.assign(
        work.connection, **kept, id=secrets.token_hex(8), provisional=False, chosen_by=change.actor.name,
        since_ms=work.now_ms,
    )  # fmt: skip


def _keep(change: Change, application: Application) -> None:
    case = change.case
    change.columns["sealed"] = seal_application(change.work, case["id"], case["unit"], application)


EFFECTS: Final[Mapping[Move, Callable[[Change], None]]] = {
    Move.BEGIN_REVIEW: _reviews,
    Move.PROPOSE: _reviews,
    Move.ASK_SUPPLEMENT: _asks_supplement,
    Move.TAKE_SUPPLEMENT: _takes_supplement,
    Move.AID_FIRST: _aids_first,
    Move.GRANT: _grants,
    Move.REFUSE: _refuses,
    Move.ASSIGN: _assigns,
    Move.REASSIGN: _assigns,
    Move.ACCEPT: _accepts,
    Move.DECLINE: _declines,
    Move.ENGAGE: _engages,
    Move.REPORT: _reports,
    Move.BEGIN_CHANGE: _begins_change,
    Move.LOSE_LAWYER: _loses_lawyer,
    Move.TERMINATE: _terminates,
    Move.REDIRECT: _ends,
    Move.DEEM_WITHDRAWN: _ends,
    Move.WITHDRAW: _ends,
    Move.UPHOLD: _upholds,
    Move.CLOSE: _ends,
    Move.ORDER_CORRECTION: _orders_correction,
    Move.ARCHIVE: _archives,
    Move.CORRECT: _corrects,
    Move.IDENTIFY: _identifies,
    Move.TAKE_BACK: _takes_back,
}
