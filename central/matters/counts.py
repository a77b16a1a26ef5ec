"""The cells of the monthly report that are made of these records: counted from their steps and nothing else.

A flow cell counts moves made in the period; a stock cell (D01, D05) counts records that were open at a moment. A part
of another cell counts among the same records as that cell, so that no part is ever larger than its whole: D08 are those
of D06, D11 and D12 those of D02, E11 those of E10.

``known_ms`` is the cut-off: steps after it are as if they had not been made, so that the same cut-off gives the same
figures for ever. A step that was taken back counts as known before that, and not as known after it. A visit counts in
the period of its own day. D09 is in fen; the form shows ten thousand yuan.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection

from central.matters import store
from central.matters.facts import DISPUTES, FACTS, FIELDS, minute_of
from central.matters.standing import standing
from central.matters.words import Kind, Move, State
from hall.moment import local_ms

CHANNELS: Final = {"VISIT": "B02", "CALL": "B03", "WEB": "B04", "LETTER": "B05"}
ANSWERED: Final = {"LAWYER": "B31", "NOTARY": "B32", "AID_STAFF": "B33", "MEDIATOR": "B34", "OTHER": "B35"}
GROUPS: Final = dict(zip(FACTS["groups"].options, (f"B{n}" for n in range(41, 47)), strict=True))
SENT: Final = {"STREET": "D11", "SPECIALISED": "D12"}
CELLS: Final = (
    "B01", *CHANNELS.values(), *FIELDS, *ANSWERED.values(), *GROUPS.values(), "C36", "C37",
    *(f"D{n:02d}" for n in range(1, 13)), *DISPUTES, *(f"E{n:02d}" for n in range(1, 13)),
    *(f"N{n:02d}" for n in range(7, 12)), "P14", "P15", "P16",
)  # fmt: skip
_SETTLED: Final = {State.AGREED_WRITTEN: "D06", State.AGREED_ORAL: "D07"}
_NOT_SETTLED: Final = frozenset({State.FAILED, State.WITHDRAWN})
_KEEPS_ROOM: Final = frozenset({State.ROOM_BOOKED, State.CHECKED_IN, State.HELD, State.WAIVED})
_ONLINE: Final = {
    Kind.MEDIATION: "N07", Kind.FORENSIC: "N08", Kind.NOTARY: "N09", Kind.LAWYER_GUIDE: "N10", Kind.EXAM: "N11",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """One step, as far as it is counted."""

    at_ms: int
    move: str
    from_state: str
    to_state: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class History:
    """A record up to the cut-off: what it did, and what it says at last."""

    kind: Kind
    steps: Sequence[Step]
    from_ms: int
    to_ms: int

    @property
    def facts(self) -> dict[str, Any]:
        return {name: value for step in self.steps for name, value in step.facts.items()}

    @property
    def struck(self) -> bool:
        return self.steps[-1].to_state == State.STRUCK

    def first(self, *states: State) -> int | None:
        """When it first came into one of these."""
        return next((step.at_ms for step in self.steps if step.to_state in states), None)

    def within(self, at_ms: int | None) -> bool:
        return at_ms is not None and self.from_ms <= at_ms < self.to_ms

    def came_to(self, *states: State) -> bool:
        """Whether it first came into one of these in the period."""
        return self.within(self.first(*states))

    def begun(self) -> bool:
        return self.within(self.steps[0].at_ms)


def counts(
    connection: Connection, unit_path: str, from_ms: int, to_ms: int, known_ms: int | None = None
) -> dict[str, int]:
    """Every cell of `CELLS` for a unit and what is below it, from one moment until before another."""
    cut_off = to_ms if known_ms is None else known_ms
    found = store.histories(connection, unit_path, from_ms, cut_off)
    return sums(((told.kind, [Step(*step) for step in told.steps]) for told in found), from_ms, to_ms)


def sums(records: Iterable[tuple[str, Sequence[Step]]], from_ms: int, to_ms: int) -> dict[str, int]:
    """The same over records that are at hand."""
    cells: Counter[str] = Counter()
    for kind, every in records:
        count(kind, every, from_ms, to_ms, cells)
    return {cell: cells[cell] for cell in CELLS}


def count(kind: str, every: Sequence[Step], from_ms: int, to_ms: int, cells: Counter[str]) -> None:
    """Add what one record is to the cells."""
    steps = standing(every, lambda step: step.move)
    history = History(Kind(kind), steps, from_ms, to_ms)
    _COUNTED[history.kind](history, cells)
    online = _ONLINE.get(history.kind)
    if online and steps[0].move == Move.REQUEST and history.begun() and not history.struck:
        cells[online] += steps[0].facts.get("channel") == "WEB"


def _advice(history: History, cells: Counter[str]) -> None:
    facts = history.facts
    if not history.begun() or history.struck or "case" in facts:
        return
    for cell in ("B01", CHANNELS[facts["channel"]], facts["field"], ANSWERED[facts["answered_by"]]):
        cells[cell] += 1
    for group in facts.get("groups", ()):
        cells[GROUPS[group]] += 1


def _mediation(history: History, cells: Counter[str]) -> None:
    accepted = history.first(State.ACCEPTED)
    if accepted is None or accepted >= history.to_ms:
        return
    settled = history.first(*_SETTLED)
    over = settled if settled is not None else history.first(*_NOT_SETTLED)
    cells["D01"] += accepted < history.from_ms and (over is None or over >= history.from_ms)
    cells["D05"] += over is None or over >= history.to_ms
    if accepted >= history.from_ms:
        _accepted(history, cells)
    if history.within(over):
        _ended(history, cells, settled is not None)


def _accepted(history: History, cells: Counter[str]) -> None:
    facts = history.facts
    for cell in ("D02", facts["dispute"]):
        cells[cell] += 1
    cells["D10"] += facts["people"]
    sent = SENT.get(facts["sent"])
    if sent:
        cells[sent] += 1


def _ended(history: History, cells: Counter[str], settled: bool) -> None:
    if not settled:
        cells["D04"] += 1
        return
    cells["D03"] += 1
    cells["D09"] += history.facts["amount_fen"]
    written = history.first(State.AGREED_WRITTEN) is not None
    cells["D06" if written else "D07"] += 1
    cells["D08"] += written and history.first(State.CONFIRM_ASKED) is not None


def _notary(history: History, cells: Counter[str]) -> None:
    if history.struck:
        return
    cells["E01"] += history.came_to(State.GUIDED)
    cells["E02"] += history.came_to(State.BOOKED, State.RECEIVED)
    cells["E03"] += history.came_to(State.DONE) and history.facts.get("free_will_80") is True


def _forensic(history: History, cells: Counter[str]) -> None:
    cells["E04"] += history.came_to(State.GUIDED, State.BOOKED, State.RECEIVED) and not history.struck


def _approval(history: History, cells: Counter[str]) -> None:
    if history.struck:
        return
    cells["E06"] += history.begun()
    cells["E07"] += history.came_to(State.DONE)


def _visit(history: History, cells: Counter[str]) -> None:
    facts, stands = history.facts, history.steps[-1].to_state
    if stands not in _KEEPS_ROOM:
        return
    if history.within(local_ms(facts["visit_day"], minute_of(facts["visit_from"]))):
        cells["E10"] += 1
        cells["E11"] += stands == State.HELD


def _complaint(history: History, cells: Counter[str]) -> None:
    if history.struck:
        return
    cells["P14"] += history.begun()
    cells["P15"] += history.came_to(State.CLOSED, State.NOT_OURS)


def _begun_as(cell: str, *states: State) -> Callable[[History, Counter[str]], None]:
    """One when it first came into one of these states; with none, when it was begun."""

    def count(history: History, cells: Counter[str]) -> None:
        came = history.came_to(*states) if states else history.begun()
        cells[cell] += came and not history.struck

    return count


_COUNTED: Final[Mapping[Kind, Callable[[History, Counter[str]], None]]] = {
    Kind.ADVICE: _advice,
    Kind.DUTY_HELP: _begun_as("C36"),
    Kind.DRAFTING: _begun_as("C37", State.DONE),
    Kind.MEDIATION: _mediation,
    Kind.NOTARY: _notary,
    Kind.FORENSIC: _forensic,
    Kind.LAWYER_GUIDE: _begun_as("E05", State.GUIDED),
    Kind.APPROVAL: _approval,
    Kind.RESETTLEMENT: _begun_as("E08"),
    Kind.EXAM: _begun_as("E09", State.RECORDED),
    Kind.INFORMATION: _begun_as("E12"),
    Kind.VISIT: _visit,
    Kind.COMPLAINT: _complaint,
    Kind.SUGGESTION: _begun_as("P16"),
}
