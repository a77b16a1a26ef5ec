"""What must hold before a case moves, beside the table of ``stages.py``: one guard a move. Pure.

Each refusal has a code of its own; its words (``central.error``) name the rule and the article.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from central.aid.given import (
    AidFirst,
    AskedSupplement,
    Change,
    Closing,
    Engagement,
    Grant,
    Objection,
    Proposal,
    Refusal,
    Supplement,
    Termination,
    Waiting,
)
from central.aid.rules import Actor, Standing, objection_came, to_take_back
from central.aid.stages import Move, State, Who
from central.aid.work_guards import archives, clears_conflict, works_on
from central.aid.work_guards import works as _works
from central.failures import RefusedByRule, WrongField
from central.strict_json import read_json
from hall.intake.codes import UNCONDITIONAL, Basis
from hall.law.limits import china_day
from hall_config.aid_tables import number_on

_SUPPLEMENT: Final = "LA_SUPPL"
_OBJECTION: Final = "LA_OBJ_FILE"
_SIGN: Final = "LA_SIGN"
_NEW_FACTS: Final = ("T48_5", "T48_6", "T48_7")  # the case ended, another lawyer was hired, the recipient asks for it


def guard(standing: Standing, move: Move, actor: Actor, given: Any) -> None:
    """Raises what keeps this move from being made now."""
    check = _GUARDS.get(move)
    if check is not None:
        check(standing, actor, given)


def _asks_supplement(standing: Standing, actor: Actor, given: AskedSupplement) -> None:
    """All gaps in one notice (法律援助法 43): a second one may name only what came to light by what came in later."""
    if any(gap.kind == "OTHER" and not gap.text for gap in given.gaps):
        raise WrongField("AID_GAP_TEXT", "gaps")
    before = standing.last(Move.ASK_SUPPLEMENT)
    if before is None:
        return
    fresh = [standing.files.get(gap.file or "") for gap in given.gaps]
    if all(one is not None and one["made_ms"] > before["at_ms"] for one in fresh):
        return
    if Who.SUPERVISOR not in actor.who or given.override_reason is None:
        raise RefusedByRule("AID_SECOND_SUPPLEMENT", "gaps")


def _takes_supplement(standing: Standing, actor: Actor, given: Supplement) -> None:
    open_gaps = {gap["n"] for gap in standing.gaps if gap["filled_ms"] is None}
    if standing.state is State.UNDER_REVIEW and not open_gaps:
        raise RefusedByRule("AID_MOVE_REFUSED", "move")
    if not (given.filled or given.papers):  # else the days would run on for nothing
        raise WrongField("MISSING_FIELD", "filled")
    if not set(given.filled) <= open_gaps:
        raise WrongField("AID_NO_SUCH_GAP", "filled")


def _deems_withdrawn(standing: Standing, actor: Actor, given: Any) -> None:
    due = standing.due_ms.get(_SUPPLEMENT)
    if due is None or standing.now_ms <= due:
        raise RefusedByRule("AID_SUPPLEMENT_RUNNING")


def _decides(standing: Standing, actor: Actor) -> None:
    if actor.name in standing.reviewers:
        raise RefusedByRule("AID_APPROVER_IS_REVIEWER")
    if standing.last(Move.PROPOSE) is None:
        raise RefusedByRule("AID_FORM_SKIPPED_F08")
    if not standing.case["proposed"]:
        raise RefusedByRule("AID_PROPOSAL_OLD")


def _grants(standing: Standing, actor: Actor, given: Grant) -> None:
    _decides(standing, actor)
    if not standing.case["identified"]:
        raise RefusedByRule("AID_IDENTITY_OPEN")
    if any(gap["filled_ms"] is None for gap in standing.gaps):
        raise RefusedByRule("AID_GAPS_OPEN")
    application = standing.application
    if given.matter in UNCONDITIONAL:
        if given.basis is not Basis.NOT_REQUIRED_32:
            raise WrongField("AID_BASIS_32", "basis")
        return
    if given.basis is Basis.NOT_REQUIRED_32:
        raise WrongField("AID_BASIS_32", "basis")
    if given.basis is Basis.EXEMPT_42:
        proved = any(one["kind"] in ("PAPER", "EVIDENCE") for one in standing.files.values())
        if application is None or application.presumed is None or not (proved or application.papers):
            raise WrongField("AID_BASIS_42", "basis")
        return
    if application is None or application.hardship.household is None or application.hardship.income is None:
        raise RefusedByRule("AID_HARDSHIP_MISSING", "basis")


def _refuses(standing: Standing, actor: Actor, given: Refusal) -> None:
    _decides(standing, actor)
    corrected = [step for step in standing.steps if step["move"] == Move.ORDER_CORRECTION]
    if corrected and given.ground == standing.case["ground"]:
        raise RefusedByRule("AID_SAME_GROUND", "ground")


def _terminates(standing: Standing, actor: Actor, given: Termination) -> None:
    """What the bureau ordered undone is not done again on the same ground, but for a new fact (法律援助法 49)."""
    ordered = standing.last(Move.ORDER_CORRECTION)
    ended = standing.last(Move.TERMINATE)
    if ordered is None or ended is None or given.ground in _NEW_FACTS:
        return
    if given.ground == read_json(ended["facts"])["ground"]:
        raise RefusedByRule("AID_SAME_GROUND", "ground")


def _proposes(standing: Standing, actor: Actor, given: Proposal) -> None:
    if given.decision == "REFUSE" and given.ground is None:
        raise WrongField("MISSING_FIELD", "ground")
    if given.decision == "GRANT" and (given.basis is None or given.aid_form is None or given.scope is None):
        raise WrongField("MISSING_FIELD", "basis")


def _aids_first(standing: Standing, actor: Actor, given: AidFirst) -> None:
    if standing.assignment is not None:
        raise RefusedByRule("AID_FIRST_ALREADY")
    if given.why == "PERIOD_ENDS":
        ends = given.period_ends
        if ends is None:
            raise WrongField("MISSING_FIELD", "period_ends")
        left = (_day(ends, "period_ends") - china_day(standing.now_ms)).days
        if left >= number_on("URGENT_DAYS", china_day(standing.now_ms)):
            raise RefusedByRule("AID_NOT_URGENT", "period_ends")
    today, until = china_day(standing.now_ms), _day(given.until, "until")
    if until < today:
        raise WrongField("AID_DAY_PAST", "until")
    if (until - today).days > number_on("FORMALITIES_DAYS", today):
        raise WrongField("AID_FORMALITIES_LATE", "until")


def _begins_change(standing: Standing, actor: Actor, given: Change) -> None:
    """The agency's reasons are the agency's to give."""
    if given.by != "RECIPIENT" and not actor.who & {Who.ASSIGNER, Who.SUPERVISOR}:
        raise WrongField("WRONG_FIELD", "by")


def _waits_for_client(standing: Standing, actor: Actor, given: Waiting) -> None:
    """Stopped once at a time, by whoever took the work on or gave it (程序规定 27)."""
    _works(standing, actor, given)
    if given.cause == "OTHER_CAUSE" and given.text is None:
        raise WrongField("AID_WAIT_TEXT", "text")
    accepted = standing.assignment is not None and standing.assignment["accepted_ms"] is not None
    if not accepted and Who.ASSIGNER not in actor.who:
        raise RefusedByRule("AID_NOT_ACCEPTED")
    if _SIGN in standing.still:
        raise RefusedByRule("AID_WAITING_ALREADY")


def _client_came(standing: Standing, actor: Actor, given: Any) -> None:
    if _SIGN not in standing.still:
        raise RefusedByRule("AID_NOT_WAITING")


def _engages(standing: Standing, actor: Actor, given: Engagement) -> None:
    """The agreement and the authority are signed papers, not a click (办理法律援助案件程序规定 27)."""
    works_on(standing, actor, given)
    if standing.assignment is not None and standing.assignment["accepted_ms"] is None:
        raise RefusedByRule("AID_NOT_ACCEPTED")
    _files_there(standing, given.files, "AGREEMENT", "AID_FORM_SKIPPED_F12")
    signed = _day(given.signed_on, "signed_on")
    if signed > china_day(standing.now_ms):
        raise WrongField("AID_DAY_AHEAD", "signed_on")
    if signed < china_day(standing.case["received_ms"]):
        raise WrongField("AID_DAY_BEFORE", "signed_on")


def _closes(standing: Standing, actor: Actor, given: Closing) -> None:
    works_on(standing, actor, given)
    _files_there(standing, given.files, "JUDGMENT", "AID_JUDGMENT_MISSING")


def _files_there(standing: Standing, files: Sequence[str], kind: str, code: str) -> None:
    if any(one not in standing.files for one in files):
        raise WrongField("AID_NO_SUCH_FILE", "files")
    if not any(standing.files[one]["kind"] == kind for one in files):
        raise RefusedByRule(code, "files")


def _objects(standing: Standing, actor: Actor, given: Objection) -> None:
    """The time counts from when the decision was received (程序规定 22): nobody is late whom it did not reach.

    One on paper came when the bureau received it, whenever it is entered.
    """
    if given.received_on is not None:
        _came_on_paper(standing, actor, _day(given.received_on, "received_on"))
    if given.files is not None:
        _files_there(standing, given.files, "LETTER", "AID_OBJECTION_NO_LETTER")
    due = standing.due_ms.get(_OBJECTION)
    if standing.decision_received and (due is None or objection_came(standing, given.received_on) > due):
        raise RefusedByRule("AID_OBJECTION_LATE", None if given.received_on is None else "received_on")


def _came_on_paper(standing: Standing, actor: Actor, received: date) -> None:
    if Who.BUREAU not in actor.who:  # who objects in person does so now
        raise WrongField("WRONG_FIELD", "received_on")
    if received > china_day(standing.now_ms):
        raise WrongField("AID_DAY_AHEAD", "received_on")
    decided = standing.last(Move.REFUSE, Move.TERMINATE)
    if decided is not None and received < china_day(decided["at_ms"]):
        raise WrongField("AID_OBJECTION_EARLY", "received_on")


def _judges_objection(standing: Standing, actor: Actor, given: Any) -> None:
    """Another organisation than the one that decided, so nobody who took part (法律援助法 49)."""
    took_part = {step["actor"] for step in standing.steps if step["capacity"] != Who.BUREAU}
    if actor.name in took_part:
        raise RefusedByRule("AID_BUREAU_TOOK_PART")


def _reports(standing: Standing, actor: Actor, given: Any) -> None:
    works_on(standing, actor, given)
    if given.ended_on is None:
        return
    ended = _day(given.ended_on, "ended_on")
    if ended > china_day(standing.now_ms):
        raise WrongField("AID_DAY_AHEAD", "ended_on")
    if ended < china_day(standing.case["received_ms"]):
        raise WrongField("AID_DAY_BEFORE", "ended_on")


def _takes_back(standing: Standing, actor: Actor, given: Any) -> None:
    to_take_back(standing.steps)


def _day(text: str, field_name: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise WrongField("AID_NO_SUCH_DAY", field_name) from None


_GUARDS: Final[Mapping[Move, Callable[[Standing, Actor, Any], None]]] = {
    Move.ASK_SUPPLEMENT: _asks_supplement,
    Move.TAKE_SUPPLEMENT: _takes_supplement,
    Move.DEEM_WITHDRAWN: _deems_withdrawn,
    Move.PROPOSE: _proposes,
    Move.GRANT: _grants,
    Move.REFUSE: _refuses,
    Move.AID_FIRST: _aids_first,
    Move.ACCEPT: works_on,
    Move.CLEAR_CONFLICT: clears_conflict,
    Move.BEGIN_CHANGE: _begins_change,
    Move.DECLINE: _works,
    Move.WAIT_FOR_CLIENT: _waits_for_client,
    Move.CLIENT_CAME: _client_came,
    Move.ENGAGE: _engages,
    Move.REPORT: _reports,
    Move.CLOSE: _closes,
    Move.ARCHIVE: archives,
    Move.LOSE_LAWYER: _works,
    Move.TERMINATE: _terminates,
    Move.OBJECT: _objects,
    Move.UPHOLD: _judges_objection,
    Move.ORDER_CORRECTION: _judges_objection,
    Move.TAKE_BACK: _takes_back,
}
