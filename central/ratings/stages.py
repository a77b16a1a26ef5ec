"""The life of a bad rating as one table: state -> move -> where it leads, who may, what it needs, which limit runs.

OPEN -> CONTACTED -> RECTIFYING -> REPLIED -> REVISITED -> CLOSED, or INVALID. 国办发〔2019〕51号: every bad rating is
looked into and rectified, the visitor is told and asked again; 误评 and 恶意差评 are filtered out, by two people.
上海市优化营商环境条例 (2024) 30: contact within a working day; what is clear and reasonable is put right at once:
CONTACTED may lead to REPLIED; what is complex has a limit. Whoever cannot be asked because nobody knows them and who
wrote nothing leaves nothing to look into: CLOSE_SILENT.

A proposal that it is no valid rating changes no state and stops no clock; a second person confirms or declines it. A
grade that is changed later is noted and changes nothing. What is not in the table is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from central.ratings.words import Move, State, Who

S, M = State, Move
CONTACT: Final = "RATING_CONTACT"
RECTIFY: Final = "RATING_RECTIFY"
REVISIT: Final = "RATING_REVISIT"


@dataclass(frozen=True, slots=True)
class Limit:
    """What runs from a move on. ``since_opened``: counted from the rating, not from the move."""

    rule: str
    since_opened: bool = False


@dataclass(frozen=True, slots=True)
class Way:
    """One row of the table. Without a limit of its own the one before goes on as long as the state stays."""

    to: State
    who: Who = Who.DESK
    facts: tuple[str, ...] = ()
    may: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    may_texts: tuple[str, ...] = ()
    limit: Limit | None = None


_TO_RECTIFY: Final = Limit(RECTIFY, since_opened=True)
_REPLY: Final = Way(S.REPLIED, facts=("result",), texts=("measure", "reply"), limit=Limit(REVISIT))


def _noted(state: State) -> dict[Move, Way]:
    return {M.CHANGE_GRADE: Way(state, Who.HALL)}


def _doubted(state: State) -> dict[Move, Way]:
    return {
        M.PROPOSE_INVALID: Way(state, facts=("ground",), texts=("evidence",)),
        M.CONFIRM_INVALID: Way(S.INVALID, Who.REVIEWER, texts=("reason",)),
        M.DECLINE_INVALID: Way(state, Who.REVIEWER, texts=("reason",)),
        **_noted(state),
    }


def _shown(state: State) -> dict[Move, Way]:
    return {
        M.PUBLISH: Way(state, Who.REVIEWER, texts=("public_reply",), may_texts=("public_text",)),
        M.WITHDRAW: Way(state, Who.REVIEWER, texts=("reason",)),
        **_noted(state),
    }


STAGES: Final[Mapping[State, Mapping[Move, Way]]] = {
    S.NEW: {M.ARRIVE: Way(S.OPEN, Who.HALL, limit=Limit(CONTACT, since_opened=True))},
    S.OPEN: {
        M.CONTACT: Way(S.CONTACTED, facts=("how",), may_texts=("note",), limit=_TO_RECTIFY),
        M.GO_WITHOUT: Way(S.RECTIFYING, texts=("reason",), limit=_TO_RECTIFY),
        M.CLOSE_SILENT: Way(S.CLOSED, texts=("reason",)),
        **_doubted(S.OPEN),
    },
    S.CONTACTED: {
        M.RECTIFY: Way(S.RECTIFYING, texts=("measure",), limit=_TO_RECTIFY),
        M.REPLY: _REPLY,
        **_doubted(S.CONTACTED),
    },
    S.RECTIFYING: {M.REPLY: _REPLY, **_doubted(S.RECTIFYING)},
    S.REPLIED: {
        M.REVISIT: Way(S.REVISITED, facts=("content",), may=("how",), may_texts=("note",)),
        **_shown(S.REPLIED),
    },
    S.REVISITED: {
        M.CLOSE: Way(S.CLOSED, may_texts=("reason",)),
        M.REOPEN: Way(S.RECTIFYING, texts=("reason",), limit=Limit(RECTIFY)),
        **_shown(S.REVISITED),
    },
    S.CLOSED: _shown(S.CLOSED),
    S.INVALID: _noted(S.INVALID),
}
ENDS: Final = frozenset({S.CLOSED, S.INVALID})


def way(state: State, move: Move) -> Way | None:
    """Where this move leads from there; None for one that the table does not have."""
    return STAGES[state].get(move)


def moves_from(state: State) -> tuple[Move, ...]:
    """What may be done with a case now, by whomever."""
    return tuple(STAGES[state])
