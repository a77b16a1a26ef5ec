"""What an applicant may do of their own case in which state, and which of its letters are theirs to read."""

from __future__ import annotations

from typing import Final

from central.aid.stages import ENDS, WAYS, Move, State, Who

# Served to the applicant; what centre, organ and firm write to each other is not.
LETTERS: Final = ("F05", "F06", "F09", "F10", "F17", "F18", "F20")
MOVES: Final = (Move.WITHDRAW, Move.BEGIN_CHANGE, Move.OBJECT)
# Dates that an applicant can do something with, or may hold somebody to.
LIMITS: Final = (
    "LA_DECIDE",
    "LA_SUPPL",
    "LA_ASSIGN",
    "LA_NOTICE",
    "LA_SIGN",
    "LA_CHANGE",
    "LA_OBJ_FILE",
    "LA_OBJ_REVIEW",
)
_NO_MORE_FILES: Final = ENDS | {State.CLOSED}


def may_make(state: State) -> list[Move]:
    """Moves that are the applicant's own in this state."""
    return [move for move in MOVES if state in WAYS[move].sources and Who.APPLICANT in WAYS[move].who]


def takes_files(state: State) -> bool:
    """Whether papers may still be handed in."""
    return state not in _NO_MORE_FILES


def given(move: Move, text: str) -> dict[str, str]:
    """What the move is given by an applicant's own words."""
    if move is Move.WITHDRAW:
        return {"how": "WRITTEN", "text": text}
    if move is Move.BEGIN_CHANGE:
        return {"by": "RECIPIENT", "reason": text}
    return {"text": text}
