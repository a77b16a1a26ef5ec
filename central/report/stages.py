"""The life of a unit's form for one period, as one table: from which states a move leads where, and whose it is.

A district's form is prepared, checked, signed and sent by three different people (统计法 24: who prepares, who checks
and who signs answer for it); the unit above takes it or gives it back with a reason. A street's form has a preparer and
a reviewer, a village room's the one person who fills it in; the city's own form is signed and closed, for nobody is
above it. A form that was taken is changed by a correction slip only. Every move is kept; nothing is deleted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from central.units.rules import Level


class State(StrEnum):
    """Words under ``central.report_state``."""

    COLLECTING = "COLLECTING"  # the figures move as things happen
    DRAFT = "DRAFT"  # the period is over and the figures are drawn up; checks run
    CHECKED = "CHECKED"
    SIGNED = "SIGNED"
    SUBMITTED = "SUBMITTED"
    RETURNED = "RETURNED"
    ACCEPTED = "ACCEPTED"  # locked


class Move(StrEnum):
    """Words under ``central.report_move``."""

    DRAW_UP = "DRAW_UP"
    NOTHING = "NOTHING"  # 零报告
    CHECK = "CHECK"
    SIGN = "SIGN"
    SUBMIT = "SUBMIT"
    REOPEN = "REOPEN"  # a reviewer or signer gives it back to the preparer before it is sent
    RECALL = "RECALL"  # 撤回
    ACCEPT = "ACCEPT"
    RETURN = "RETURN"  # 退回
    CLOSE = "CLOSE"  # of the city's own form
    CORRECT = "CORRECT"  # a correction slip that the city approved (更正单)


class Part(StrEnum):
    """In which part somebody acts; words under ``central.report_part``."""

    PREPARER = "PREPARER"
    REVIEWER = "REVIEWER"
    SIGNER = "SIGNER"
    ABOVE = "ABOVE"  # a reviewer of the unit above
    CITY = "CITY"  # a signer of the city


@dataclass(frozen=True, slots=True)
class Way:
    """Where a move leads, in whose part, and whether it begins a new version of the form."""

    to: State
    by: Part
    new_version: bool = False


S, M, P = State, Move, Part
_DRAW: Final = Way(S.DRAFT, P.PREPARER)
_AGAIN: Final = Way(S.DRAFT, P.PREPARER, new_version=True)
_GIVE_BACK: Final = {M.RECALL: _AGAIN, M.ACCEPT: Way(S.ACCEPTED, P.ABOVE), M.RETURN: Way(S.RETURNED, P.ABOVE)}
_AFTER: Final[Mapping[State, Mapping[Move, Way]]] = {
    S.COLLECTING: {M.DRAW_UP: _DRAW, M.NOTHING: _DRAW},
    S.SUBMITTED: _GIVE_BACK,
    S.RETURNED: {M.DRAW_UP: _AGAIN},
    S.ACCEPTED: {M.CORRECT: Way(S.ACCEPTED, P.CITY, new_version=True)},
}
Table = Mapping[State, Mapping[Move, Way]]
_ROOM: Final[Table] = {
    **_AFTER,
    S.DRAFT: {M.DRAW_UP: _DRAW, M.NOTHING: _DRAW, M.SUBMIT: Way(S.SUBMITTED, P.PREPARER)},
}
_STREET: Final[Table] = {
    **_AFTER,
    S.DRAFT: {M.DRAW_UP: _DRAW, M.NOTHING: _DRAW, M.CHECK: Way(S.CHECKED, P.REVIEWER)},
    S.CHECKED: {M.REOPEN: Way(S.DRAFT, P.REVIEWER), M.SUBMIT: Way(S.SUBMITTED, P.REVIEWER)},
}
_DISTRICT: Final[Table] = {
    **_STREET,
    S.CHECKED: {M.REOPEN: Way(S.DRAFT, P.REVIEWER), M.SIGN: Way(S.SIGNED, P.SIGNER)},
    S.SIGNED: {M.REOPEN: Way(S.DRAFT, P.SIGNER), M.SUBMIT: Way(S.SUBMITTED, P.PREPARER)},
}
_CITY: Final[Table] = {
    **_DISTRICT,
    S.SIGNED: {M.REOPEN: Way(S.DRAFT, P.SIGNER), M.CLOSE: Way(S.ACCEPTED, P.SIGNER)},
    S.SUBMITTED: {},
    S.RETURNED: {},
}
TABLES: Final[Mapping[Level, Table]] = {
    Level.VILLAGE: _ROOM, Level.STREET: _STREET, Level.DISTRICT: _DISTRICT, Level.CITY: _CITY,
}  # fmt: skip


def way(level: Level, state: State, move: Move) -> Way | None:
    """Where that move leads from there, or None where it is not to be made."""
    return TABLES[level].get(state, {}).get(move)


class ReturnReason(StrEnum):
    """Why a form is given back; words under ``central.report_return_reason``."""

    CROSS_FOOT = "CROSS_FOOT"  # 勾稽错误
    MISSING = "MISSING"  # 缺报
    WRONG_RULE = "WRONG_RULE"  # 口径错误
    UNEXPLAINED = "UNEXPLAINED"  # 与上期差异未说明
    SIGNATURES = "SIGNATURES"  # 签署不全
    OTHER = "OTHER"
