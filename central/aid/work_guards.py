"""What must hold before a lawyer works on, and before the file of the work is laid away. Pure, as ``guards.py``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from central.aid.given import Archiving, Closing, Engagement
from central.aid.rules import Actor, Standing, called_back
from central.failures import RefusedByRule, WrongField
from hall.intake.codes import Channel
from hall.law.limits import china_day


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


def engages(standing: Standing, actor: Actor, given: Engagement) -> None:
    """The agreement and the authority are signed papers, not a click (办理法律援助案件程序规定 27)."""
    works_on(standing, actor, given)
    if standing.assignment is not None and standing.assignment["accepted_ms"] is None:
        raise RefusedByRule("AID_NOT_ACCEPTED")
    files_there(standing, given.files, "AGREEMENT", "AID_FORM_SKIPPED_F12")
    agreements = {one for one in given.files if standing.files[one]["kind"] == "AGREEMENT"}
    if len(agreements) == 1 and not given.one_scan:  # the agreement (F12) is not the authority (F03)
        raise RefusedByRule("AID_FORM_SKIPPED_F03", "files")
    signed = day_of(given.signed_on, "signed_on")
    if signed > china_day(standing.now_ms):
        raise WrongField("AID_DAY_AHEAD", "signed_on")
    if signed < china_day(standing.case["received_ms"]):
        raise WrongField("AID_DAY_BEFORE", "signed_on")


def closes(standing: Standing, actor: Actor, given: Closing) -> None:
    works_on(standing, actor, given)
    files_there(standing, given.files, "JUDGMENT", "AID_JUDGMENT_MISSING")


def files_there(standing: Standing, files: Sequence[str], kind: str, code: str) -> None:
    if any(one not in standing.files for one in files):
        raise WrongField("AID_NO_SUCH_FILE", "files")
    if not any(standing.files[one]["kind"] == kind for one in files):
        raise RefusedByRule(code, "files")


def day_of(text: str, field_name: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise WrongField("AID_NO_SUCH_DAY", field_name) from None
