"""Whether a move is in the table, whose it is, and which step may be taken back. Pure: what is known comes in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from central.aid.stages import WAYS, Move, State, Way, Who, moves_from
from central.failures import Forbidden, RefusedByRule
from central.strict_json import read_json
from hall.law.limits import begin_of
from hall_config.aid_application import Application
from hall_config.wording import say

REVIEWING: Final = (Move.BEGIN_REVIEW, Move.ASK_SUPPLEMENT, Move.ASK_COOPERATION, Move.PROPOSE)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, in which capacities, for which unit, and from where."""

    name: str
    who: frozenset[Who]
    unit: str
    path: str
    source: str


@dataclass(frozen=True, slots=True)
class Standing:
    """A case as it stands when somebody wants to move it."""

    case: Mapping[Any, Any]
    application: Application | None  # None for an organ's notice
    actors: frozenset[str]  # everybody who took part so far
    reviewers: frozenset[str]
    steps: Sequence[Mapping[Any, Any]]
    gaps: Sequence[Mapping[Any, Any]]
    files: Mapping[str, Mapping[Any, Any]]  # by id
    due_ms: Mapping[str, int]  # of running limits
    assignment: Mapping[Any, Any] | None
    now_ms: int
    still: frozenset[str] = frozenset()  # running limits that stand still
    decision_received: bool = False  # its delivery is noted (F22)

    @property
    def state(self) -> State:
        return State(self.case["state"])

    def last(self, *moves: Move) -> Mapping[Any, Any] | None:
        """The last step by one of these moves that was not taken back since."""
        return next((step for step in reversed(standing_steps(self.steps)) if step["move"] in moves), None)


def objection_came(standing: Standing, received_on: str | None) -> int:
    """When an objection reached the bureau: now, or on the day on which its letter came."""
    if received_on is None:
        return standing.now_ms
    decided = standing.last(Move.REFUSE, Move.TERMINATE)
    return min(standing.now_ms, max(begin_of(date.fromisoformat(received_on)), decided["at_ms"] if decided else 0))


def standing_steps(steps: Sequence[Mapping[Any, Any]]) -> list[Mapping[Any, Any]]:
    """Steps without those that were taken back, and without the taking back."""
    kept: list[Mapping[Any, Any]] = []
    for step in steps:
        if step["move"] == Move.TAKE_BACK:
            gone = _taken_back(kept)
            if gone is not None:
                kept.remove(gone)
        else:
            kept.append(step)
    return kept


def called_back(steps: Sequence[Mapping[Any, Any]]) -> bool:
    """Whether the recipient was reached (F32) since the matter was closed last; an attempt that failed is none."""
    for step in reversed(standing_steps(steps)):
        if step["move"] == Move.CLOSE:
            return False
        if step["move"] == Move.CALL_BACK and read_json(step["facts"])["how"] != "FAILED":
            return True
    return False


def to_take_back(steps: Sequence[Mapping[Any, Any]]) -> Mapping[Any, Any]:
    """The step that would be taken back next; raises `RefusedByRule`."""
    found = _taken_back(standing_steps(steps))
    if found is None or (found["move"] in _FINAL and not _written_down_wrongly(found)):
        raise RefusedByRule("AID_NOTHING_TO_TAKE_BACK")
    return found


def _written_down_wrongly(step: Mapping[Any, Any]) -> bool:
    """What the desk noted for somebody can be a wrong click; what they did themselves is theirs."""
    return bool(step["move"] == Move.WITHDRAW and step["capacity"] == Who.DESK)


def _taken_back(kept: Sequence[Mapping[Any, Any]]) -> Mapping[Any, Any] | None:
    return next((step for step in reversed(kept) if step["from_state"] != step["to_state"]), None)


# How a case began, what its applicant did, and what another body decided is nobody's here to take back.
_FINAL: Final = frozenset(
    {Move.SUBMIT, Move.RECEIVE_NOTICE, Move.OBJECT, Move.UPHOLD, Move.ORDER_CORRECTION, Move.WITHDRAW}
)


def way_of(standing: Standing, move: Move, actor: Actor, version: int) -> tuple[Way, Who]:
    """The row of the table for this move, and in which capacity it is made; raises what the asker did wrong."""
    case = standing.case
    if version != case["version"]:
        raise RefusedByRule("AID_CHANGED", "version")
    way = WAYS.get(move)
    if way is None or standing.state not in way.sources:
        raise RefusedByRule("AID_MOVE_REFUSED", "move", words=_refusal(standing.state, move, actor))
    fits = actor.who & way.who
    if not fits:
        raise Forbidden("AID_NOT_YOURS")
    return way, sorted(fits)[0]


def _refusal(state: State, move: Move, actor: Actor) -> tuple[str, str]:
    """What the asker may do instead, and nothing that is another's to do."""
    theirs = {one for one in moves_from(state) if WAYS[one].who & actor.who}

    def told(language: Any) -> str:
        can = [say(f"central.aid_move.{one}", language) for one in Move if one in theirs]
        mark = "、" if language == "zh" else ", "
        return say(
            "central.error.AID_MOVE_REFUSED_NOW" if can else "central.error.AID_MOVE_REFUSED_NONE",
            language,
            state=say(f"central.aid_state.{state}", language),
            move=say(f"central.aid_move.{move}", language),
            can=mark.join(can),
        )

    return told("zh"), told("en")
