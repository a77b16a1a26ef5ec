"""The cells of the monthly report that are made of cases of legal aid: counted from their steps and nothing else.

A flow cell counts what happened in the period, a stock cell (C10, C32O) what was open at a moment. A case counts once
in each cell: its first decision, its first closing. ``known_ms`` is the cut-off: steps after it are as if they had not
been made, so that the same cut-off gives the same figures for ever; a step that was taken back by then was never made.

A refusal that the bureau orders to be corrected becomes a grant: it stands in C34 and not in C05, for C05 and C06 count
the decisions on applications, which have to come to C01 + C02 = C03 + C04 + C05 + C06 + C10. Its recipient is one of
C21. Recipients are people: the same ID number counts once in a unit, however many cases there are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from central.aid.stages import Move, State
from hall.intake.codes import TERMINATIONS, Basis, Channel, Group, Nature

UNDECIDED: Final = frozenset({State.SUBMITTED, State.NEED_SUPPLEMENT, State.UNDER_REVIEW, State.COOP_CHECK})
_NATURES: Final = {Nature.CRIMINAL: "C14", Nature.CIVIL: "C15", Nature.ADMINISTRATIVE: "C16"}
_GROUPS: Final = {
    Group.MIGRANT_WORKER: "C22", Group.DISABLED: "C23", Group.ELDER: "C24", Group.MINOR: "C25", Group.WOMAN: "C26",
    Group.MILITARY: "C27", Group.VETERAN: "C28",
}  # fmt: skip
_GROUNDS: Final = {ground: f"C31{number}" for number, ground in enumerate(TERMINATIONS, start=1)}
_NOT_CHECKED: Final = frozenset({Basis.NOT_REQUIRED_32, Basis.EXEMPT_42})
_REPRESENTED: Final = "N28"  # 强制医疗: the organ gives notice of representation, not of defence (法律援助法 28)
# One count for each case that came to its first move of these within the period.
_FIRSTS: Final = {
    "C03": (Move.REDIRECT,), "C05": (Move.GRANT,), "C06": (Move.REFUSE,), "C17": (Move.AID_FIRST,),
    "C20": (Move.ASSIGN,), "C30": (Move.CLOSE,), "C32": (Move.OBJECT,), "C33": (Move.UPHOLD,),
    "C34": (Move.ORDER_CORRECTION,),
}  # fmt: skip
CELLS: Final = (
    *(f"C{n:02d}" for n in (2, 3, 4, 5, 6, 10, 11, 12, 14, 15, 16, 17, 18, 19, *range(20, 35), 38)),
    *_GROUNDS.values(), "C01", "C32O", "N06",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """One step, as far as it is counted."""

    n: int
    at_ms: int
    move: str
    from_state: str
    to_state: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Counted:
    """A case: what it is, and what it did. ``person`` tells recipients apart; ``late`` are its limits overrun.

    ``ground`` is that of its termination, for steps that do not say it.
    """

    unit: str
    matter: str
    nature: str
    basis: str
    groups: frozenset[str]
    channel: str
    person: str
    ground: str
    steps: Sequence[Step]
    late: Mapping[str, int]  # rule of a limit -> when what it limits was done after it


def sums(cases: Iterable[Counted], from_ms: int, to_ms: int) -> dict[str, Counter[str]]:
    """Every cell of `CELLS` by unit, from one moment until before another. Steps after the cut-off are not given."""
    found: dict[str, Counter[str]] = {}
    people: dict[str, dict[str, set[str]]] = {}
    for case in cases:
        cells = found.setdefault(case.unit, Counter())
        history = _History(standing(case.steps), from_ms, to_ms)
        cells.update(_of_case(case, history))
        if history.approved():
            of_unit = people.setdefault(case.unit, {})
            for cell in ("C21", *(_GROUPS[Group(group)] for group in case.groups)):
                of_unit.setdefault(cell, set()).add(case.person)
    for unit, of_unit in people.items():
        found[unit].update({cell: len(who) for cell, who in of_unit.items()})
    return found


def standing(steps: Sequence[Step]) -> list[Step]:
    """The steps that stand: a taking back undoes the last that moved the case, and is none itself."""
    kept: list[Step] = []
    for step in steps:
        if step.move != Move.TAKE_BACK:
            kept.append(step)
            continue
        gone = next((one for one in reversed(kept) if one.from_state != one.to_state), None)
        if gone is not None:
            kept.remove(gone)
    return kept


@dataclass(frozen=True, slots=True)
class _History:
    steps: Sequence[Step]
    from_ms: int
    to_ms: int

    def within(self, at_ms: int) -> bool:
        return self.from_ms <= at_ms < self.to_ms

    def first(self, *moves: Move) -> Step | None:
        return next((step for step in self.steps if step.move in moves), None)

    def came(self, *moves: Move) -> bool:
        """Whether the first of these moves lies in the period."""
        first = self.first(*moves)
        return first is not None and self.within(first.at_ms)

    def state_at(self, moment_ms: int) -> str | None:
        """How the case stood just before that moment; None before it began."""
        before = [step.to_state for step in self.steps if step.at_ms < moment_ms]
        return before[-1] if before else None

    def approved(self) -> bool:
        """Whether somebody became a recipient in the period: by grant, by an organ's notice, or by a correction."""
        first = next((one for one in self.steps if _makes_recipient(one)), None)
        return first is not None and self.within(first.at_ms)


def _makes_recipient(step: Step) -> bool:
    if step.move in (Move.GRANT, Move.RECEIVE_NOTICE):
        return True
    return step.move == Move.ORDER_CORRECTION and step.to_state == State.GRANTED


def _of_case(case: Counted, history: _History) -> Iterator[str]:
    yield from (cell for cell, moves in _FIRSTS.items() if history.came(*moves))
    yield from _coming_in(case, history)
    if history.came(Move.GRANT, Move.RECEIVE_NOTICE):
        yield _NATURES[Nature(case.nature)]
    if history.came(Move.GRANT) and case.basis in _NOT_CHECKED:
        yield "C29"
    terminated = history.first(Move.TERMINATE)
    if terminated is not None and history.within(terminated.at_ms):
        yield "C31"
        yield _GROUNDS[terminated.facts.get("ground", case.ground)]
    if history.state_at(history.from_ms) in UNDECIDED:
        yield "C01"
    if history.state_at(history.to_ms) in UNDECIDED:
        yield "C10"
    if history.state_at(history.from_ms) == State.OBJECTED:
        yield "C32O"
    for rule, cell in (("LA_DECIDE", "C18"), ("LA_ASSIGN", "C19")):
        if rule in case.late and history.within(case.late[rule]):
            yield cell


def _coming_in(case: Counted, history: _History) -> Iterator[str]:
    if history.came(Move.SUBMIT):
        yield "C02"
        if case.channel == Channel.WEB:
            yield "N06"
        if case.channel == Channel.STATION:
            yield "C38"
    if history.came(Move.RECEIVE_NOTICE):
        yield "C12" if case.matter == _REPRESENTED else "C11"
    gone = history.first(Move.WITHDRAW, Move.DEEM_WITHDRAWN)
    if gone is not None and gone.from_state in UNDECIDED and history.within(gone.at_ms):
        yield "C04"
