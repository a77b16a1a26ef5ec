"""What each move does beside changing the state: columns of the case, gaps, the lawyer's assignment.

Limits are begun and ended by the table (``stages.py``); an effect only names days of its own in `Change.limit_days`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Final

from central.aid import limits, store
from central.aid.application_papers import to_make
from central.aid.application_rules import check_application
from central.aid.assigning import assign, end_assignment, restore_assignment
from central.aid.change import Change
from central.aid.people import gap_place, marks, parties, read_application, seal_application
from central.aid.rules import objection_came
from central.aid.signing import drawn_anew
from central.aid.stages import Move, State
from central.aid.taking_back import takes_back
from central.failures import RefusedByRule
from hall.intake.codes import Channel, Group
from hall.law.limits import begin_of
from hall_config.aid_application import Application, Person


def _reviews(change: Change) -> None:
    change.columns |= {"reviewer": change.actor.name, "owner": change.actor.name}


def _proposes(change: Change) -> None:
    _reviews(change)
    change.columns["proposed"] = True


def _knows_more(change: Change) -> None:
    """A decision that was proposed before stands on less than is known now: it has to be proposed again."""
    change.columns["proposed"] = False


def _asks_supplement(change: Change) -> None:
    _knows_more(change)
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
        change.begins["LA_SUPPL"] = timedelta(days=change.given.days)
    change.columns["reviewer"] = change.case["reviewer"] or change.actor.name


def _takes_supplement(change: Change) -> None:
    _knows_more(change)
    work = change.work
    store.fill_gaps(work.connection, change.case["id"], change.given.filled, work.now_ms)
    application = change.standing.application
    if application is not None and change.given.papers:
        fuller = application.model_copy(update={"papers": (*application.papers, *change.given.papers)[-40:]})
        _keep(change, fuller)


def _aids_first(change: Change) -> None:
    limits.stop_running(change.work, change.case["id"], "LA_URGENT")  # of a lawyer who was lost since
    assign(change, provisional=True)
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
    end_assignment(change, "REFUSED")
    change.columns |= {
        "ground": change.given.ground, "approver": change.actor.name, "decided_ms": change.work.now_ms, "owner": "",
    }  # fmt: skip
    if change.case["detained"] and _organ(change):
        change.forms = ("F08", "F10", "F13B")  # who holds the applicant hears of it too (程序规定 20)


def _assigns(change: Change) -> None:
    end_assignment(change, "CONFIRMED")  # one from before the decision (法律援助法 44)
    assign(change)
    forms = (("F16",) if _asked_for_change(change) else ()) + change.way.forms
    # nobody to write to in a matter outside the courts
    change.forms = tuple(form for form in forms if form != "F13" or _organ(change))


def _asked_for_change(change: Change) -> bool:
    """Whether a sheet (F16) waits for what was decided of it; it is made again with that, and the first one stays."""
    asked = change.standing.last(Move.BEGIN_CHANGE, Move.DECLINE, Move.ORDER_CORRECTION)
    return change.move is Move.REASSIGN and asked is not None and asked["move"] == Move.BEGIN_CHANGE


def _organ(change: Change) -> bool:
    application = change.standing.application
    return application is None or bool(application.organ)


def _accepts(change: Change) -> None:
    found = change.standing.assignment
    if found is not None and found["accepted_ms"] is None:
        store.change_assignment(change.work.connection, found["id"], accepted_ms=change.work.now_ms)


def _declines(change: Change) -> None:
    end_assignment(change, "DECLINED")


def _engages(change: Change) -> None:
    found = change.standing.assignment
    if found is not None:
        store.change_assignment(change.work.connection, found["id"], engaged_ms=change.work.now_ms)


def _reports(change: Change) -> None:
    """The file is due from the day on which the matter ended; a day that was told wrongly is told again."""
    if change.given.ended_on is not None:
        limits.stop_running(change.work, change.case["id"], "LA_CLOSE")
        change.begins["LA_CLOSE"] = begin_of(date.fromisoformat(change.given.ended_on))


def _begins_change(change: Change) -> None:
    end_assignment(change, f"CHANGED_BY_{change.given.by}")


def _loses_lawyer(change: Change) -> None:
    end_assignment(change, "LAWYER_LOST")


def _terminates(change: Change) -> None:
    end_assignment(change, "TERMINATED")
    change.facts["ground"] = change.given.ground
    change.columns |= {
        "before": change.standing.state.value, "ground": change.given.ground, "approver": change.actor.name,
        "closed_ms": change.work.now_ms,
    }  # fmt: skip
    if (change.given.organ is not None or _organ(change)) and change.standing.assignment is not None:
        change.forms = ("F18", "F19")


def _objects(change: Change) -> None:
    """The bureau's days run from when it had the objection (法律援助法 49), whenever that is entered."""
    change.done_ms = objection_came(change.standing, change.given.received_on)
    change.begins["LA_OBJ_REVIEW"] = change.done_ms


def _ends(change: Change) -> None:
    change.columns["closed_ms"] = change.work.now_ms


def _ends_before_decision(change: Change) -> None:
    """Aid that was given ahead ends with the application (法律援助法 44)."""
    end_assignment(change, "NOT_APPLIED_FOR")
    _ends(change)


def _returns_file(change: Change) -> None:
    change.columns["closed_ms"] = None


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
    _undoes_termination(change)


def _undoes_termination(change: Change) -> None:
    """The case as it was before; for another lawyer where the one who was at work may practise no more."""
    change.to = State(change.case["before"])
    change.columns |= {"closed_ms": None, "ground": ""}
    ended = change.standing.last(Move.TERMINATE)
    if ended is not None and limits.ended_with(change.work, change.case["id"], "LA_NOTICE", ended):
        change.begins["LA_NOTICE"] = None  # the organ had not been told
    if change.to is State.GRANTED:
        change.begins["LA_ASSIGN"] = None
    elif ended is None or not restore_assignment(change, ended["at_ms"]):
        change.to = State.CHANGING
        change.begins["LA_CHANGE"] = None
        return
    if change.to is State.ASSIGNED:
        change.begins["LA_SIGN"] = None
    if ended is not None and limits.ended_with(change.work, change.case["id"], "LA_CLOSE", ended):
        change.begins["LA_CLOSE"] = None


def _clears_conflict(change: Change) -> None:
    """Which lawyer was looked at: of another one nothing is said by it."""
    found = change.standing.assignment
    change.facts |= {"lawyer": found["lawyer"]} if found is not None else {}


def _archives(change: Change) -> None:
    end_assignment(change, "DONE")
    change.forms = to_make(change.work, change.case)  # what nobody printed in the meantime is in the file, too


def _corrects(change: Change) -> None:
    """The application as it is now; as it was before stays with the step."""
    _knows_more(change)
    before = change.standing.application
    if before is None:
        raise RefusedByRule("AID_NO_APPLICATION")
    fresh = read_application(change.given.application)
    check_application(fresh, change.work.now_ms, at_home=change.case["channel"] == Channel.WEB)
    fresh = drawn_anew(fresh)
    change.texts["before"] = before.model_dump(mode="json")
    _keep(change, fresh)
    if change.case["decided_ms"] is None and _other_person(before.applicant, fresh.applicant):
        change.columns["identified"] = False
    rows = [{"role": role, **marks(change.work, person)} for role, person in parties(fresh)]
    store.put_parties(change.work.connection, change.case["id"], rows)
    change.columns |= {
        "stage": fresh.stage.value, "presumed": fresh.presumed or "", "groups": " ".join(fresh.groups),
        "military": bool({Group.MILITARY, Group.VETERAN} & set(fresh.groups)), "detained": fresh.detained,
    }  # fmt: skip
    if change.case["decided_ms"] is None:  # afterwards it is what was decided
        change.columns |= {"matter": fresh.matter, "nature": fresh.nature.value, "aid_form": fresh.aid_form}


def _other_person(before: Person, after: Person) -> bool:
    return (before.id_kind, before.id_number, before.name) != (after.id_kind, after.id_number, after.name)


def _identifies(change: Change) -> None:
    change.columns["identified"] = True


def _keep(change: Change, application: Application) -> None:
    case = change.case
    change.columns["sealed"] = seal_application(change.work, case["id"], case["unit"], application)


EFFECTS: Final[Mapping[Move, Callable[[Change], None]]] = {
    Move.BEGIN_REVIEW: _reviews,
    Move.PROPOSE: _proposes,
    Move.ASK_SUPPLEMENT: _asks_supplement,
    Move.TAKE_SUPPLEMENT: _takes_supplement,
    Move.TAKE_COOPERATION: _knows_more,
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
    Move.CLEAR_CONFLICT: _clears_conflict,
    Move.LOSE_LAWYER: _loses_lawyer,
    Move.TERMINATE: _terminates,
    Move.REDIRECT: _ends_before_decision,
    Move.DEEM_WITHDRAWN: _ends_before_decision,
    Move.WITHDRAW: _ends_before_decision,
    Move.OBJECT: _objects,
    Move.UPHOLD: _upholds,
    Move.CLOSE: _ends,
    Move.RETURN_FILE: _returns_file,
    Move.ORDER_CORRECTION: _orders_correction,
    Move.ARCHIVE: _archives,
    Move.CORRECT: _corrects,
    Move.IDENTIFY: _identifies,
    Move.TAKE_BACK: takes_back,
}
