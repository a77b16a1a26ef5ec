"""Moving a unit's form along its table: who may, what must hold first, and what is written down.

Every move is one transaction: the form's row, its version if the move makes one, one step of its chain. Two people who
move the same form at once cannot both: each says which step they saw last.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, RowMapping

from central.accounts.person import Person
from central.failures import RefusedByRule, WrongField
from central.report import drawing, store
from central.report.guards import check_lower, check_nothing_added, check_own_findings, check_people, require_part
from central.report.periods import Period
from central.report.stages import Move, ReturnReason, State, Way, way
from central.report.whole import period_named
from central.strict_json import write_json
from central.units.rules import Level


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody says with a move. ``step``: the last one they saw."""

    move: Move
    step: int
    text: str = ""
    reason: ReturnReason | None = None
    fields: tuple[str, ...] = ()


@dataclass(slots=True)
class Turn:
    """One move being made."""

    connection: Connection
    unit: RowMapping
    of: Period
    form: RowMapping
    person: Person
    said: Said
    way: Way
    now_ms: int
    facts: dict[str, Any] = field(default_factory=dict)  # columns of the form that change
    version: int = 0

    @property
    def level(self) -> Level:
        return Level(self.unit["level"])

    @property
    def state(self) -> State:
        return State(self.form["state"])


def move(connection: Connection, unit: RowMapping, name: str, person: Person, said: Said, now_ms: int) -> RowMapping:
    """The form after the move; raises `RefusedByRule`, `Forbidden` or `WrongField` and changes nothing."""
    of = period_named(connection, name)
    form = store.form_of(connection, unit["id"], name) or store.begin(connection, unit["id"], name, now_ms)
    if form["step"] != said.step:
        raise RefusedByRule("REPORT_MOVED_ON", "step")
    leads = way(Level(unit["level"]), State(form["state"]), said.move)
    if leads is None:
        raise RefusedByRule("REPORT_NOT_NOW", "move")
    turn = Turn(connection, unit, of, form, person, said, leads, now_ms, version=form["version"])
    require_part(turn)
    _WORK[said.move](turn)
    return _written(turn)


def _written(turn: Turn) -> RowMapping:
    unit, of = turn.unit["id"], turn.of.name
    step = turn.form["step"] + 1
    facts = {
        **turn.facts, "state": turn.way.to.value, "step": step, "version": turn.version, "changed_ms": turn.now_ms,
    }  # fmt: skip
    if not store.change(turn.connection, unit, of, turn.form["step"], facts):
        raise RefusedByRule("REPORT_MOVED_ON", "step")
    told = {
        name: value
        for name, value in (
            ("text", turn.said.text), ("reason", turn.said.reason), ("fields", list(turn.said.fields)),
        )
        if value
    }  # fmt: skip
    store.add_step(
        turn.connection, unit=unit, period=of, n=step, at_ms=turn.now_ms, actor=turn.person.name,
        part=turn.way.by.value, move=turn.said.move.value, from_state=turn.state.value, to_state=turn.way.to.value,
        version=turn.version, facts=write_json(told),
    )  # fmt: skip
    after = store.form_of(turn.connection, unit, of)
    assert after is not None
    return after


def _draws_up(turn: Turn) -> None:
    if turn.now_ms < turn.of.drawn_ms:
        raise RefusedByRule("REPORT_PERIOD_RUNS", "period")
    was_checked = store.was_checked(turn.connection, turn.unit["id"], turn.of.name, turn.version)
    if turn.way.new_version or not turn.version or was_checked:
        turn.version += 1
    drawing.draw_up(turn)
    turn.facts |= {
        "preparer": turn.person.name, "reviewer": "", "signer": "", "nil": turn.said.move is Move.NOTHING,
    }  # fmt: skip


def _says_nothing(turn: Turn) -> None:
    """A nil report is said, never guessed: and only where nothing was counted."""
    _draws_up(turn)
    found = drawing.first_figure(turn)
    if found is not None:
        raise RefusedByRule("REPORT_NOT_NOTHING", found)


def _checks(turn: Turn) -> None:
    check_people(turn, "reviewer")
    check_own_findings(turn)
    check_lower(turn)
    check_nothing_added(turn)
    turn.facts["reviewer"] = turn.person.name


def _signs(turn: Turn) -> None:
    check_people(turn, "signer")
    check_own_findings(turn)
    check_lower(turn)
    check_nothing_added(turn)
    turn.facts["signer"] = turn.person.name


def _submits(turn: Turn) -> None:
    """What was checked and signed is what is sent: if a form below has changed since, it is drawn up again."""
    check_own_findings(turn)
    check_lower(turn)
    check_nothing_added(turn)
    late = turn.form["late"] or turn.now_ms >= turn.of.late_ms
    turn.facts |= {"sent_ms": turn.now_ms, "late": late}


def _closes(turn: Turn) -> None:
    _submits(turn)
    turn.facts["locked_ms"] = turn.now_ms


def _reopens(turn: Turn) -> None:
    _require_text(turn)
    turn.facts |= {"reviewer": "", "signer": ""}


def _recalls(turn: Turn) -> None:
    """The figures go on as a new version of their own; the one that was sent is kept."""
    _require_text(turn)
    turn.version += 1
    drawing.copy_version(turn, turn.form["version"])
    turn.facts |= {"reviewer": "", "signer": ""}


def _accepts(turn: Turn) -> None:
    turn.facts["locked_ms"] = turn.now_ms


def _returns(turn: Turn) -> None:
    _require_text(turn)
    if turn.said.reason is None:
        raise WrongField("REPORT_REASON_MISSING", "reason")
    drawing.require_fields(turn.said.fields)


def _require_text(turn: Turn) -> None:
    if not turn.said.text.strip():
        raise WrongField("REPORT_TEXT_MISSING", "text")


def _not_here(turn: Turn) -> None:
    """A correction comes by its slip and by nothing else."""
    raise RefusedByRule("REPORT_BY_SLIP", "move")


_WORK: Final[Mapping[Move, Callable[[Turn], None]]] = {
    Move.DRAW_UP: _draws_up, Move.NOTHING: _says_nothing, Move.CHECK: _checks, Move.SIGN: _signs,
    Move.SUBMIT: _submits, Move.CLOSE: _closes, Move.REOPEN: _reopens, Move.RECALL: _recalls,
    Move.ACCEPT: _accepts, Move.RETURN: _returns, Move.CORRECT: _not_here,
}  # fmt: skip
