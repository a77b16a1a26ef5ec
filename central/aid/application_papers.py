"""The application form (F02) and the statement of means (F04): what the applicant signs, made when somebody wants it.

Nothing of them is decided by a move, so they cost the counter nothing when an application comes in: they are made when
they are first printed, made anew when the application was changed since (the older ones stay), and at the latest when
the case is archived.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from central.aid import papers, store
from central.aid.people import Work
from central.aid.rules import Actor, standing_steps
from central.aid.stages import Move
from central.aid_papers import issuing
from central.failures import RefusedByRule
from hall.intake.codes import UNCONDITIONAL, Channel

APPLICATION, MEANS = "F02", "F04"
FORMS: Final = (APPLICATION, MEANS)
_CHANGES: Final = (Move.SUBMIT, Move.TAKE_SUPPLEMENT, Move.CORRECT)  # what they say may be another since


def forms_of(case: Mapping[Any, Any]) -> tuple[str, ...]:
    """Which of them the case has: none where an organ gave notice, no statement of means in matters of article 32."""
    if case["channel"] == Channel.ORGAN:
        return ()
    return (APPLICATION,) if case["matter"] in UNCONDITIONAL else FORMS


def to_make(work: Work, case: Mapping[Any, Any]) -> tuple[str, ...]:
    """Those that no document says as the application stands now."""
    return tuple(form for form in forms_of(case) if _standing(work, case, form) is None)


def make(work: Work, case: Mapping[Any, Any], form: str, actor: Actor) -> Mapping[Any, Any]:
    """The document of this form as the application stands now, made if there is none. Raises `RefusedByRule`."""
    if form not in forms_of(case):
        raise RefusedByRule("AID_NO_SUCH_STATEMENT", "form")
    found = _standing(work, case, form)
    if found is None:
        (made,) = papers.make(work, case, (form,), actor, {})
        found = issuing.require_paper(work.connection, made)
    return found


def _standing(work: Work, case: Mapping[Any, Any], form: str) -> Mapping[Any, Any] | None:
    steps = standing_steps(store.steps(work.connection, case["id"]))
    changed = max((step["at_ms"] for step in steps if step["move"] in _CHANGES), default=0)
    made = issuing.papers_of(work.connection, case["id"])
    fits = (row for row in reversed(made) if row["form"] == form and row["voided_ms"] is None)
    return next((row for row in fits if row["made_ms"] >= changed), None)
