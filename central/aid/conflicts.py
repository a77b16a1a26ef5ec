"""A conflict of interest that comes up while a lawyer is at work: a correction brings somebody of the other side.

Who is assigned is checked before (``lawyers/choosing.py``). A correction is taken whatever it brings, since the facts
must be right; what it brings since the choice stands with the case until another lawyer is given it, the people are
corrected again, or, where only a name agrees, a person has looked and says why the lawyer stays (律师法 39). Until then
the firm's work stands still. A lawyer who is back after a step was taken back is looked at in the same way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from central.aid import store
from central.aid.change import Change
from central.aid.people import Work, marks, parties
from central.aid.rules import standing_steps
from central.aid.stages import Move
from central.aid.steps import facts_of, texts_of
from central.lawyers import choosing
from central.lawyers import store as lawyers
from central.lawyers.conflict import Conflict
from central.strict_json import write_json
from hall_config.aid_application import Application

POSSIBLE: Final = "POSSIBLE"  # by name alone: a person has to look
CERTAIN: Final = "CERTAIN"  # by number: nobody settles that
_CHOSEN: Final = (Move.AID_FIRST, Move.ASSIGN, Move.REASSIGN, Move.CLEAR_CONFLICT)
_LOOKED_AT: Final = (Move.CORRECT, Move.TAKE_BACK, Move.ORDER_CORRECTION)  # people or a lawyer come unchecked


def keep(change: Change) -> None:
    """What the move, whose effects are done, means for the conflict that stands with the case."""
    live = store.live_assignment(change.work.connection, change.case["id"])
    if live is None or change.move in _CHOSEN:
        change.columns["conflict"] = ""
    elif change.move in _LOOKED_AT:
        found = _come_up(change, live)
        change.columns["conflict"] = _level(found)
        if found:
            change.facts |= {"conflict": sorted({one.against.value for one in found})}


def told(work: Work, case: Mapping[Any, Any], own_path: str) -> list[dict[str, Any]]:
    """What stands against the lawyer at work, as far as the asker may know of the other cases."""
    live = store.live_assignment(work.connection, case["id"])
    if not case["conflict"] or live is None:
        return []
    found = _against(work, case["id"], live, store.parties(work.connection, case["id"]))
    seen = lawyers.numbers_of(work.connection, {one.case for one in found}, own_path)
    return [
        {"against": one.against.value, "certain": one.certain, "live": one.live, "number": seen.get(one.case),
         "case": one.case if one.case in seen else None}
        for one in sorted(found)
    ]  # fmt: skip


def _level(found: Iterable[Conflict]) -> str:
    levels = {CERTAIN if one.certain else POSSIBLE for one in found}
    return CERTAIN if CERTAIN in levels else POSSIBLE if levels else ""


def _come_up(change: Change, live: Mapping[Any, Any]) -> set[Conflict]:
    """What stands against the lawyer now and did not when the choice was made."""
    then = _people_then(change, live)
    if then is None:
        return set()
    work, case_id = change.work, change.case["id"]
    now = _against(work, case_id, live, store.parties(work.connection, case_id))
    return now - _against(work, case_id, live, [{"role": role, **marks(work, one)} for role, one in parties(then)])


def _people_then(change: Change, live: Mapping[Any, Any]) -> Application | None:
    """The application as it was when this lawyer was chosen; None where it is still the same."""
    for step in _since_chosen(change, live):
        if step["move"] == Move.CORRECT:
            return Application.model_validate_json(write_json(texts_of(change.work, step)["before"]))
    return change.standing.application if change.move is Move.CORRECT else None


def _since_chosen(change: Change, live: Mapping[Any, Any]) -> list[Mapping[Any, Any]]:
    steps = standing_steps(change.standing.steps)
    for place in range(len(steps), 0, -1):
        step = steps[place - 1]
        if step["move"] in _CHOSEN and facts_of(step).get("lawyer") == live["lawyer"]:
            return steps[place:]
    return steps


def _against(work: Work, case_id: str, live: Mapping[Any, Any], people: Iterable[Mapping[Any, Any]]) -> set[Conflict]:
    return set(choosing.conflicts(work.connection, case_id, live["firm_code"], list(people), live["lawyer"]))
