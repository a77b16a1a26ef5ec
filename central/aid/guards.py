"""What must hold before a case moves, beside the table of ``stages.py``: one guard a move. Pure.

Each refusal has a code of its own; its words (``central.error``) name the rule and the article.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from central.aid.given import (
    AidFirst,
    AskedSupplement,
    Change,
    Grant,
    Objection,
    Proposal,
    Refusal,
    Supplement,
    Termination,
    Waiting,
)
from central.aid.rules import Actor, Standing, objection_came, to_take_back
from central.aid.signing import require_signed
from central.aid.stages import Move, State, Who
from central.aid.work_guards import archives, clears_conflict, closes, day_of, engages, files_there, works_on
from central.aid.work_guards import works as _works
from central.failures import RefusedByRule, WrongField
from central.strict_json import read_json
from hall.intake.codes import UNCONDITIONAL, Basis
from hall.law.limits import china_day
from hall_config.aid_tables import natures_of, number_on

_SUPPLEMENT: Final = "LA_SUPPL"
_OBJECTION: Final = "LA_OBJ_FILE"
_SIGN: Final = "LA_SIGN"
_OTHER_REASONS: Final = "M24"  # a suspect's or accused's application need not rest on hardship (法律援助法 24)
# Can come about anew: means have changed, the case ended, another lawyer was hired, the recipient asks for it.
_NEW_FACTS: Final = ("T48_4", "T48_5", "T48_6", "T48_7")
# The grounds of a termination that say again what a refusal said.
_OF_REFUSAL: Final = {
    "NOT_IN_HARDSHIP": ("T48_4",), "UNTRUE_STATEMENT": ("T48_1", "T48_2"), "HAS_REPRESENTATIVE": ("T48_6",),
}  # fmt: skip


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


def _as_proposed(standing: Standing, given: Grant) -> None:
    """A grant takes two: on what a reviewer proposed, and not on what the approver alone found."""
    step = standing.last(Move.PROPOSE)
    proposed = read_json(step["facts"]) if step is not None else {}
    if proposed.get("decision") != "GRANT":
        raise RefusedByRule("AID_NOT_PROPOSED")
    for name in ("basis", "matter"):
        if proposed.get(name, standing.case[name]) != getattr(given, name):
            raise RefusedByRule("AID_NOT_AS_PROPOSED", name)


def _grants(standing: Standing, actor: Actor, given: Grant) -> None:
    _decides(standing, actor)
    require_signed(standing)
    _as_proposed(standing, given)
    if not standing.case["identified"]:
        raise RefusedByRule("AID_IDENTITY_OPEN")
    if any(gap["filled_ms"] is None for gap in standing.gaps):
        raise RefusedByRule("AID_GAPS_OPEN")
    if given.nature not in natures_of(given.matter):
        raise WrongField("AID_NATURE_DIFFERS", "nature")
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
    if given.matter == _OTHER_REASONS:
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
    ordered, ended = standing.last(Move.ORDER_CORRECTION), standing.last(Move.REFUSE, Move.TERMINATE)
    if ordered is None or ended is None:
        return
    before = read_json(ended["facts"])["ground"]
    if given.ground != before and given.ground not in _OF_REFUSAL.get(before, ()):
        return
    if given.ground not in _NEW_FACTS:
        raise RefusedByRule("AID_SAME_GROUND", "ground")
    if given.fact_on is None:
        raise RefusedByRule("AID_NEW_FACT_DAY", "fact_on")
    came = day_of(given.fact_on, "fact_on")
    if not china_day(ordered["at_ms"]) <= came <= china_day(standing.now_ms):
        raise RefusedByRule("AID_NEW_FACT_DAY", "fact_on")


def _proposes(standing: Standing, actor: Actor, given: Proposal) -> None:
    if given.decision == "REFUSE" and given.ground is None:
        raise WrongField("MISSING_FIELD", "ground")
    if given.decision == "GRANT" and (given.basis is None or given.aid_form is None or given.scope is None):
        raise WrongField("MISSING_FIELD", "basis")
    if given.decision == "GRANT":
        require_signed(standing)


def _aids_first(standing: Standing, actor: Actor, given: AidFirst) -> None:
    if standing.assignment is not None:
        raise RefusedByRule("AID_FIRST_ALREADY")
    if given.why == "PERIOD_ENDS":
        ends = given.period_ends
        if ends is None:
            raise WrongField("MISSING_FIELD", "period_ends")
        left = (day_of(ends, "period_ends") - china_day(standing.now_ms)).days
        if left < 0:
            raise WrongField("AID_PERIOD_OVER", "period_ends")
        if left >= number_on("URGENT_DAYS", china_day(standing.now_ms)):
            raise RefusedByRule("AID_NOT_URGENT", "period_ends")
    today, until = china_day(standing.now_ms), day_of(given.until, "until")
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


def _objects(standing: Standing, actor: Actor, given: Objection) -> None:
    """The time counts from when the decision was received (程序规定 22): nobody is late whom it did not reach.

    One on paper came when the bureau received it, whenever it is entered.
    """
    if given.received_on is not None:
        _came_on_paper(standing, actor, day_of(given.received_on, "received_on"))
    if given.files is not None:
        files_there(standing, given.files, "LETTER", "AID_OBJECTION_NO_LETTER")
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
    ended = day_of(given.ended_on, "ended_on")
    if ended > china_day(standing.now_ms):
        raise WrongField("AID_DAY_AHEAD", "ended_on")
    if ended < china_day(standing.case["received_ms"]):
        raise WrongField("AID_DAY_BEFORE", "ended_on")


def _takes_back(standing: Standing, actor: Actor, given: Any) -> None:
    to_take_back(standing.steps)


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
    Move.ENGAGE: engages,
    Move.REPORT: _reports,
    Move.CLOSE: closes,
    Move.ARCHIVE: archives,
    Move.LOSE_LAWYER: _works,
    Move.TERMINATE: _terminates,
    Move.OBJECT: _objects,
    Move.UPHOLD: _judges_objection,
    Move.ORDER_CORRECTION: _judges_objection,
    Move.TAKE_BACK: _takes_back,
}
