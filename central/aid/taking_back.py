"""A step taken back: the case as it was before it. Nothing is deleted; that it was taken back is a step, too."""

from __future__ import annotations

from typing import Final

from central.aid import papers, store
from central.aid.assigning import give_back
from central.aid.change import Change
from central.aid.rules import to_take_back
from central.aid.stages import WAYS, Move, State
from central.aid.steps import facts_of

_CLOSING: Final = (
    State.TERMINATED, State.CLOSED, State.REDIRECTED, State.DEEMED_WITHDRAWN, State.WITHDRAWN,
)  # fmt: skip


def takes_back(change: Change) -> None:
    """The case as it was before the last step; documents of that step are void, their numbers stay used."""
    step = to_take_back(change.standing.steps)
    change.undone = step
    change.to = State(step["from_state"])
    change.facts["step"] = step["n"]
    papers.void(change.work, facts_of(step).get("documents", ()), change.given.reason, change.actor)
    give_back(change, step)
    undone = Move(step["move"])
    if undone is Move.ASK_SUPPLEMENT:
        open_gaps = [gap["n"] for gap in change.standing.gaps if gap["filled_ms"] is None]
        store.fill_gaps(change.work.connection, change.case["id"], open_gaps, change.work.now_ms)
    if undone is Move.TAKE_SUPPLEMENT:
        store.open_gaps_again(change.work.connection, change.case["id"], step["at_ms"])
    live = store.live_assignment(change.work.connection, change.case["id"])
    if undone is Move.ENGAGE and live is not None:
        store.change_assignment(change.work.connection, live["id"], engaged_ms=None)
    if undone in (Move.GRANT, Move.REFUSE):
        change.columns |= {"decided_ms": None, "approver": "", "ground": "", "basis": ""}
    if undone is Move.TERMINATE:
        change.columns["ground"] = ""
    if undone is Move.RETURN_FILE:
        closed = change.standing.last(Move.CLOSE)
        change.columns["closed_ms"] = closed["at_ms"] if closed is not None else None
    elif WAYS[undone].to in _CLOSING:
        change.columns["closed_ms"] = None
