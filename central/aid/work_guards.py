"""What must hold before a lawyer works on, and before the file of the work is laid away. Pure, as ``guards.py``."""

from __future__ import annotations

from typing import Any

from central.aid.given import Archiving
from central.aid.rules import Actor, Standing, called_back
from central.failures import RefusedByRule, WrongField
from hall.intake.codes import Channel


def works(standing: Standing, actor: Actor, given: Any) -> None:
    if standing.assignment is None:
        raise RefusedByRule("AID_NO_LAWYER")


def works_on(standing: Standing, actor: Actor, given: Any) -> None:
    """Nobody works on for a recipient while a conflict of interest is open (律师法 39)."""
    works(standing, actor, given)
    if standing.case["conflict"]:
        raise RefusedByRule("AID_CONFLICT_OPEN")


def clears_conflict(standing: Standing, actor: Actor, given: Any) -> None:
    """As in choosing a lawyer: what a number makes certain nobody overrides."""
    works(standing, actor, given)
    if not standing.case["conflict"]:
        raise RefusedByRule("AID_NO_CONFLICT")
    if standing.case["conflict"] == "CERTAIN":
        raise RefusedByRule("AID_CONFLICT_CERTAIN")


def archives(standing: Standing, actor: Actor, given: Archiving) -> None:
    """The recipient is called back before the file is laid away (F32), or it is said why not."""
    if given.no_call_back is None:
        if not called_back(standing.steps):
            raise RefusedByRule("AID_FORM_SKIPPED_F32", "no_call_back")
        return
    if given.no_call_back_text is None:
        raise WrongField("MISSING_FIELD", "no_call_back_text")
    if given.no_call_back == "NOTICE_CASE" and standing.case["channel"] != Channel.ORGAN:
        raise WrongField("AID_NOT_BY_NOTICE", "no_call_back")
