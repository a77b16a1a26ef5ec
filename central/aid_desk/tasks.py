"""What must be done now in a case, by whom and until when: derived from how the case stands, never kept. Pure.

The list is a reminder, not a gate: what may be done is the table's (``aid/stages.py``) and the guards' to say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from central.aid.rules import called_back
from central.aid.stages import State, Who


class Task(StrEnum):
    """Words under ``central.aid_task``."""

    IDENTIFY = "IDENTIFY"
    SIGN_FORM = "SIGN_FORM"
    REVIEW = "REVIEW"
    TAKE_GAP = "TAKE_GAP"
    CONFIRM_WITHDRAWN = "CONFIRM_WITHDRAWN"
    PROPOSE = "PROPOSE"
    DECIDE = "DECIDE"
    TAKE_ANSWER = "TAKE_ANSWER"
    FORMALITIES = "FORMALITIES"
    ASSIGN = "ASSIGN"
    ASSIGN_AND_TELL = "ASSIGN_AND_TELL"
    REASSIGN = "REASSIGN"
    ACCEPT = "ACCEPT"
    SIGN = "SIGN"
    SETTLE_CONFLICT = "SETTLE_CONFLICT"
    HAND_IN = "HAND_IN"
    JUDGE_OBJECTION = "JUDGE_OBJECTION"
    CALL_BACK = "CALL_BACK"
    ARCHIVE = "ARCHIVE"
    TELL_ORGAN = "TELL_ORGAN"
    DELIVER = "DELIVER"
    SAY_WHY_LATE = "SAY_WHY_LATE"


@dataclass(frozen=True, slots=True)
class ToDo:
    """One thing to do. ``about``: which gap, document, limit or kind of conflict it is about."""

    task: Task
    who: Who
    due_ms: int | None = None
    about: str = ""


@dataclass(frozen=True, slots=True)
class Stands:
    """How a case stands, as far as something follows for what is to be done."""

    state: State
    identified: bool = True
    signed: bool = True  # the application form
    aided_first: bool = False
    proposed: bool = False
    called_back: bool = False
    accepted: bool | None = None  # None: nobody is assigned
    conflict: str = ""  # of the lawyer at work
    gaps: tuple[str, ...] = ()  # kinds of those that are open
    due_ms: Mapping[str, int] = field(default_factory=dict)  # of running limits, by rule
    undelivered: tuple[str, ...] = ()  # forms
    unexplained: tuple[str, ...] = ()  # rules of limits that were missed and nobody has said why
    now_ms: int = 0


_NOTICE: Final = "LA_NOTICE"  # to assign, and to tell the organ by its letter (F13)
_UNDECIDED: Final = frozenset({State.SUBMITTED, State.NEED_SUPPLEMENT, State.UNDER_REVIEW, State.COOP_CHECK})


def to_do(stands: Stands) -> tuple[ToDo, ...]:
    """In the order in which they press: what stops the work, by their limit, then as the case's life has them."""
    found = [*_of_state(stands), *_beside(stands)]
    last = 2**63
    return tuple(sorted(found, key=lambda one: (one.task is not Task.SETTLE_CONFLICT, one.due_ms or last)))


def stands_of(case: Mapping[str, Any], steps: Sequence[Mapping[Any, Any]], now_ms: int, **more: Any) -> Stands:
    """From a row of the case and its steps."""
    return Stands(
        state=State(case["state"]),
        identified=bool(case["identified"]),
        aided_first=bool(case["aided_first"]),
        proposed=bool(case["proposed"]),
        called_back=called_back(steps),
        conflict=case["conflict"],
        now_ms=now_ms,
        **more,
    )


def _of_state(stands: Stands) -> Iterator[ToDo]:
    rule = _RULES.get(stands.state)
    if rule is not None:
        yield from rule(stands)


def _beside(stands: Stands) -> Iterator[ToDo]:
    """What is to be done in any state."""
    if stands.conflict:
        yield ToDo(Task.SETTLE_CONFLICT, Who.ASSIGNER, about=stands.conflict)
    if stands.state in _UNDECIDED and not stands.identified:
        yield ToDo(Task.IDENTIFY, Who.DESK, stands.due_ms.get("LA_DECIDE"))
    if stands.state in _UNDECIDED and not stands.signed:
        yield ToDo(Task.SIGN_FORM, Who.DESK, stands.due_ms.get("LA_DECIDE"))
    if stands.state in _UNDECIDED and stands.aided_first:
        yield ToDo(Task.FORMALITIES, Who.DESK, stands.due_ms.get("LA_URGENT"))
    telling = _NOTICE in stands.due_ms and stands.accepted is not None  # somebody is assigned
    if telling:
        yield ToDo(Task.TELL_ORGAN, Who.DESK, stands.due_ms[_NOTICE])
    for form in stands.undelivered:
        if not (telling and form == "F13"):
            yield ToDo(Task.DELIVER, Who.DESK, about=form)
    for rule in stands.unexplained:
        yield ToDo(Task.SAY_WHY_LATE, Who.SUPERVISOR, about=rule)


def _gaps(stands: Stands) -> Iterator[ToDo]:
    due_ms = stands.due_ms.get("LA_SUPPL")
    if due_ms is not None and due_ms < stands.now_ms:
        yield ToDo(Task.CONFIRM_WITHDRAWN, Who.REVIEWER, due_ms)
    for kind in stands.gaps:
        yield ToDo(Task.TAKE_GAP, Who.APPLICANT, due_ms, kind)


def _reviewed(stands: Stands) -> Iterator[ToDo]:
    for kind in stands.gaps:  # the rest of what was asked for
        yield ToDo(Task.TAKE_GAP, Who.APPLICANT, None, kind)
    task, who = (Task.DECIDE, Who.APPROVER) if stands.proposed else (Task.PROPOSE, Who.REVIEWER)
    yield ToDo(task, who, stands.due_ms.get("LA_DECIDE"))


def _assigned(stands: Stands) -> Iterator[ToDo]:
    task = Task.SIGN if stands.accepted else Task.ACCEPT
    yield ToDo(task, Who.FIRM, stands.due_ms.get("LA_SIGN"))


def _engaged(stands: Stands) -> Iterator[ToDo]:
    if "LA_CLOSE" in stands.due_ms:  # the matter has ended
        yield ToDo(Task.HAND_IN, Who.FIRM, stands.due_ms["LA_CLOSE"])


def _closed(stands: Stands) -> Iterator[ToDo]:
    if not stands.called_back:
        yield ToDo(Task.CALL_BACK, Who.ARCHIVIST, stands.due_ms.get("LA_PAY"))
    yield ToDo(Task.ARCHIVE, Who.ARCHIVIST, stands.due_ms.get("LA_PAY"))


def _one(task: Task, who: Who, rule: str) -> Callable[[Stands], Iterator[ToDo]]:
    def only(stands: Stands) -> Iterator[ToDo]:
        yield ToDo(task, who, stands.due_ms.get(rule))

    return only


_RULES: Final[Mapping[State, Callable[[Stands], Iterator[ToDo]]]] = {
    State.SUBMITTED: _one(Task.REVIEW, Who.REVIEWER, "LA_DECIDE"),
    State.NEED_SUPPLEMENT: _gaps,
    State.UNDER_REVIEW: _reviewed,
    State.COOP_CHECK: _one(Task.TAKE_ANSWER, Who.REVIEWER, "LA_DECIDE"),
    State.GRANTED: _one(Task.ASSIGN, Who.ASSIGNER, "LA_ASSIGN"),
    State.NOTICE_IN: _one(Task.ASSIGN_AND_TELL, Who.ASSIGNER, _NOTICE),
    State.ASSIGNED: _assigned,
    State.ENGAGED: _engaged,
    State.CHANGING: _one(Task.REASSIGN, Who.ASSIGNER, "LA_CHANGE"),
    State.OBJECTED: _one(Task.JUDGE_OBJECTION, Who.BUREAU, "LA_OBJ_REVIEW"),
    State.CLOSED: _closed,
}
