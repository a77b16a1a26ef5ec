"""The life of a case of legal aid, as one table: from which states a move leads where, and whose it is.

A move that is not in the table is refused and changes nothing. What else must hold (a guard) stands in ``rules.py``;
the forms that a move makes and the limits that it starts or ends stand here, beside it. Nothing is ever deleted: a
wrong step is taken back by `Move.TAKE_BACK`, which is a step itself.

Sources: 法律援助法 (2022), 办理法律援助案件程序规定 (司法部令第148号, 2023).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class State(StrEnum):
    """Words under ``central.aid_state``."""

    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    NEED_SUPPLEMENT = "NEED_SUPPLEMENT"
    UNDER_REVIEW = "UNDER_REVIEW"
    COOP_CHECK = "COOP_CHECK"
    REDIRECTED = "REDIRECTED"
    WITHDRAWN = "WITHDRAWN"
    DEEMED_WITHDRAWN = "DEEMED_WITHDRAWN"
    GRANTED = "GRANTED"
    REFUSED = "REFUSED"
    ASSIGNED = "ASSIGNED"
    ENGAGED = "ENGAGED"
    CHANGING = "CHANGING"
    OBJECTED = "OBJECTED"
    UPHELD = "UPHELD"
    TERMINATED = "TERMINATED"
    CLOSED = "CLOSED"
    ARCHIVED = "ARCHIVED"
    NOTICE_IN = "NOTICE_IN"


ENDS: Final = frozenset(
    {State.REDIRECTED, State.WITHDRAWN, State.DEEMED_WITHDRAWN, State.UPHELD, State.ARCHIVED}
)  # nothing leads on
RESTING: Final = frozenset({State.REFUSED, State.TERMINATED})  # over, unless somebody objects


class Who(StrEnum):
    """In which capacity somebody acts; words under ``central.aid_capacity``."""

    APPLICANT = "APPLICANT"
    DESK = "DESK"
    REVIEWER = "REVIEWER"
    APPROVER = "APPROVER"
    ASSIGNER = "ASSIGNER"
    FIRM = "FIRM"
    BUREAU = "BUREAU"
    ARCHIVIST = "ARCHIVIST"
    SUPERVISOR = "SUPERVISOR"


class Move(StrEnum):
    """Words under ``central.aid_move``."""

    SUBMIT = "SUBMIT"
    RECEIVE_NOTICE = "RECEIVE_NOTICE"
    REDIRECT = "REDIRECT"
    BEGIN_REVIEW = "BEGIN_REVIEW"
    ASK_SUPPLEMENT = "ASK_SUPPLEMENT"
    TAKE_SUPPLEMENT = "TAKE_SUPPLEMENT"
    DEEM_WITHDRAWN = "DEEM_WITHDRAWN"
    ASK_COOPERATION = "ASK_COOPERATION"
    TAKE_COOPERATION = "TAKE_COOPERATION"
    WITHDRAW = "WITHDRAW"
    PROPOSE = "PROPOSE"
    AID_FIRST = "AID_FIRST"
    GRANT = "GRANT"
    REFUSE = "REFUSE"
    ASSIGN = "ASSIGN"
    ACCEPT = "ACCEPT"
    DECLINE = "DECLINE"
    WAIT_FOR_CLIENT = "WAIT_FOR_CLIENT"
    CLIENT_CAME = "CLIENT_CAME"
    ENGAGE = "ENGAGE"
    REPORT = "REPORT"
    BEGIN_CHANGE = "BEGIN_CHANGE"
    REASSIGN = "REASSIGN"
    CLEAR_CONFLICT = "CLEAR_CONFLICT"
    TERMINATE = "TERMINATE"
    OBJECT = "OBJECT"
    UPHOLD = "UPHOLD"
    ORDER_CORRECTION = "ORDER_CORRECTION"
    CLOSE = "CLOSE"
    RETURN_FILE = "RETURN_FILE"
    ARCHIVE = "ARCHIVE"
    CALL_BACK = "CALL_BACK"
    CORRECT = "CORRECT"
    IDENTIFY = "IDENTIFY"
    LOSE_LAWYER = "LOSE_LAWYER"
    TAKE_BACK = "TAKE_BACK"


class Before(StrEnum):
    """Where a move leads to that depends on where the case was before."""

    OBJECTED_TO = "OBJECTED_TO"  # a refusal becomes a grant; a termination is undone
    LAST_STEP = "LAST_STEP"  # the state before the step that is taken back
    SAME = "SAME"  # a step that changes no state


@dataclass(frozen=True, slots=True)
class Way:
    """One row of the table."""

    sources: frozenset[State]
    to: State | Before
    who: frozenset[Who]
    forms: tuple[str, ...] = ()  # made by the move itself
    begins: tuple[str, ...] = ()  # limits, by their ids in the limit table
    ends: tuple[str, ...] = ()
    pauses: tuple[str, ...] = ()
    resumes: tuple[str, ...] = ()


def _way(
    sources: tuple[State, ...], to: State | Before, who: tuple[Who, ...], forms: tuple[str, ...] = (),
    *, begins: tuple[str, ...] = (), ends: tuple[str, ...] = (), pauses: tuple[str, ...] = (),
    resumes: tuple[str, ...] = (),
) -> Way:  # fmt: skip
    return Way(frozenset(sources), to, frozenset(who), forms, begins, ends, pauses, resumes)


S, W, M = State, Who, Move
_UNDECIDED: Final = (S.SUBMITTED, S.NEED_SUPPLEMENT, S.UNDER_REVIEW, S.COOP_CHECK)
_WITH_LAWYER: Final = (S.ASSIGNED, S.ENGAGED)
_DECIDE: Final = ("LA_DECIDE", "LA_SUPPL", "LA_URGENT")
_OPEN: Final = (*_UNDECIDED, S.GRANTED, S.ASSIGNED, S.ENGAGED, S.CHANGING, S.NOTICE_IN, S.OBJECTED)
_EVERY_CLOCK: Final = ("LA_ASSIGN", "LA_NOTICE", "LA_SIGN", "LA_CHANGE", "LA_URGENT", "LA_CLOSE")

WAYS: Final[dict[Move, Way]] = {
    # --- coming in
    M.SUBMIT: _way((S.DRAFT,), S.SUBMITTED, (W.APPLICANT, W.DESK), ("F05",), begins=("LA_DECIDE",)),
    M.REDIRECT: _way((S.SUBMITTED,), S.REDIRECTED, (W.DESK, W.REVIEWER), ends=_DECIDE),
    M.IDENTIFY: _way(_OPEN, Before.SAME, (W.DESK,)),
    M.CORRECT: _way(_OPEN, Before.SAME, (W.DESK, W.REVIEWER)),
    # --- review
    M.BEGIN_REVIEW: _way((S.SUBMITTED,), S.UNDER_REVIEW, (W.REVIEWER,)),
    M.ASK_SUPPLEMENT: _way(
        (S.SUBMITTED, S.UNDER_REVIEW),
        S.NEED_SUPPLEMENT,
        (W.REVIEWER, W.SUPERVISOR),
        ("F06",),
        begins=("LA_SUPPL",),
        pauses=("LA_DECIDE",),
    ),
    M.TAKE_SUPPLEMENT: _way(
        (S.NEED_SUPPLEMENT, S.UNDER_REVIEW),  # the rest may come while the review goes on
        S.UNDER_REVIEW,
        (W.DESK, W.REVIEWER),
        ("F05",),
        ends=("LA_SUPPL",),
        resumes=("LA_DECIDE",),
    ),
    M.DEEM_WITHDRAWN: _way((S.NEED_SUPPLEMENT,), S.DEEMED_WITHDRAWN, (W.REVIEWER,), ends=_DECIDE),
    M.ASK_COOPERATION: _way((S.UNDER_REVIEW,), S.COOP_CHECK, (W.REVIEWER,), ("F07",), pauses=("LA_DECIDE",)),
    M.TAKE_COOPERATION: _way((S.COOP_CHECK,), S.UNDER_REVIEW, (W.REVIEWER,), resumes=("LA_DECIDE",)),
    M.WITHDRAW: _way((S.DRAFT, *_UNDECIDED), S.WITHDRAWN, (W.APPLICANT, W.DESK), ends=_DECIDE),
    M.PROPOSE: _way((S.UNDER_REVIEW,), Before.SAME, (W.REVIEWER,)),
    # --- the decision
    M.AID_FIRST: _way(
        (S.SUBMITTED, S.NEED_SUPPLEMENT, S.UNDER_REVIEW), Before.SAME, (W.ASSIGNER,), ("F13",), begins=("LA_URGENT",)
    ),
    M.GRANT: _way((S.UNDER_REVIEW,), S.GRANTED, (W.APPROVER,), ("F08", "F09"), begins=("LA_ASSIGN",), ends=_DECIDE),
    M.REFUSE: _way((S.UNDER_REVIEW,), S.REFUSED, (W.APPROVER,), ("F08", "F10"), begins=("LA_OBJ_FILE",), ends=_DECIDE),
    # --- the work
    M.ASSIGN: _way(
        (S.GRANTED, S.NOTICE_IN),
        S.ASSIGNED,
        (W.ASSIGNER,),
        ("F11", "F13"),
        begins=("LA_SIGN",),
        ends=("LA_ASSIGN",),  # LA_NOTICE ends when the organ has the letter (F13): aid_papers/organ_told.py
    ),
    M.ACCEPT: _way((*_UNDECIDED, S.GRANTED, *_WITH_LAWYER), Before.SAME, (W.FIRM,)),  # also where aid came first
    M.DECLINE: _way((S.ASSIGNED,), S.CHANGING, (W.FIRM,), begins=("LA_CHANGE",), ends=("LA_SIGN",)),
    # the recipient keeps it from being signed: the firm's days stand still (程序规定 27)
    M.WAIT_FOR_CLIENT: _way((S.ASSIGNED,), Before.SAME, (W.FIRM, W.ASSIGNER), pauses=("LA_SIGN",)),
    M.CLIENT_CAME: _way((S.ASSIGNED,), Before.SAME, (W.FIRM, W.ASSIGNER), resumes=("LA_SIGN",)),
    M.ENGAGE: _way((S.ASSIGNED,), S.ENGAGED, (W.FIRM,), ends=("LA_SIGN",)),
    M.REPORT: _way((S.ENGAGED,), Before.SAME, (W.FIRM,), ("F14",)),
    M.BEGIN_CHANGE: _way(
        _WITH_LAWYER,
        S.CHANGING,
        (W.APPLICANT, W.ASSIGNER, W.SUPERVISOR),
        ("F16",),
        begins=("LA_CHANGE",),
        ends=("LA_SIGN",),
    ),
    M.REASSIGN: _way(
        (S.CHANGING,), S.ASSIGNED, (W.ASSIGNER,), ("F17", "F11", "F13"), begins=("LA_SIGN",), ends=("LA_CHANGE",)
    ),
    M.CLEAR_CONFLICT: _way((*_UNDECIDED, S.GRANTED, *_WITH_LAWYER), Before.SAME, (W.ASSIGNER, W.SUPERVISOR)),
    # --- ends
    M.TERMINATE: _way(
        (S.GRANTED, *_WITH_LAWYER), S.TERMINATED, (W.APPROVER,), ("F18",), begins=("LA_OBJ_FILE",), ends=_EVERY_CLOCK
    ),
    M.OBJECT: _way(
        (S.REFUSED, S.TERMINATED), S.OBJECTED, (W.APPLICANT, W.BUREAU), begins=("LA_OBJ_REVIEW",), ends=("LA_OBJ_FILE",)
    ),
    M.UPHOLD: _way((S.OBJECTED,), S.UPHELD, (W.BUREAU,), ("F20",), ends=("LA_OBJ_REVIEW",)),
    M.ORDER_CORRECTION: _way((S.OBJECTED,), Before.OBJECTED_TO, (W.BUREAU,), ("F20",), ends=("LA_OBJ_REVIEW",)),
    M.CLOSE: _way((S.ENGAGED,), S.CLOSED, (W.FIRM,), ("F21",), begins=("LA_PAY",), ends=("LA_CLOSE",)),
    M.RETURN_FILE: _way((S.CLOSED,), S.ENGAGED, (W.ARCHIVIST,), begins=("LA_CLOSE",), ends=("LA_PAY",)),
    M.ARCHIVE: _way((S.CLOSED,), S.ARCHIVED, (W.ARCHIVIST,), ends=("LA_PAY", "LA_NOTICE")),
    M.CALL_BACK: _way((S.CLOSED,), Before.SAME, (W.ARCHIVIST, W.DESK), ("F32",)),
    # --- what went wrong
    # the lawyer may practise no more; where the case waits for one anyway, only the access ends
    M.LOSE_LAWYER: _way((*_UNDECIDED, S.GRANTED, S.CLOSED), Before.SAME, (W.SUPERVISOR,)),
    M.TAKE_BACK: _way(tuple(set(S) - {S.DRAFT}), Before.LAST_STEP, (W.SUPERVISOR,)),
}


def begins_as(move: Move) -> State | None:
    """The state of a case that a move makes; None for one that moves a case."""
    return State.NOTICE_IN if move is Move.RECEIVE_NOTICE else None


def moves_from(state: State) -> frozenset[Move]:
    """What may be done with a case in this state, by whomever."""
    return frozenset(move for move, way in WAYS.items() if state in way.sources)


def is_live(state: State) -> bool:
    """Whether work is left: a case over that may still be objected to is not on the list of work."""
    return state not in ENDS and state not in RESTING
