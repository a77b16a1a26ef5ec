"""更正单: after the lock a figure is changed by a slip that the city approves, in every form that it went into."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any, Final

from sqlalchemy import Connection, RowMapping

from central.failures import RefusedByRule, WrongField
from central.report import store, store_of_lines
from central.report.figures import Counts, added, counts_of, text_of
from central.report.form import Source, form
from central.report.periods import Period
from central.report.sheet import LineKind
from central.report.stages import Move, Part, State
from central.report.whole import before_of, completed, parts_of, parts_text
from central.report.year import check_not_locked
from central.strict_json import write_json
from central.units import store as units

_LOCKED: Final = frozenset({State.SUBMITTED, State.ACCEPTED})


def own_figure(connection: Connection, unit: str, of: Period, code: str) -> Fraction:
    """What the unit's own part of its locked form says; raises `RefusedByRule` for a form that is not locked."""
    row = store.form_of(connection, unit, of.name)
    if row is None or State(row["state"]) is not State.ACCEPTED:
        raise RefusedByRule("REPORT_NOT_LOCKED", "period")
    field = form().fields.get(code)
    if field is None or field.source is Source.COMPUTED:
        raise WrongField("REPORT_COMPUTED" if field is not None else "REPORT_NO_SUCH_FIELD", "code")
    version = store.version(connection, unit, of.name, row["version"])
    assert version is not None
    return counts_of(version["own"]).get(code, Fraction())


def approve(connection: Connection, unit: RowMapping, of: Period, slip: RowMapping, actor: str, now_ms: int) -> None:
    """Put it in force: a new version of the unit's form, and of each form above that it went into.

    Raises `RefusedByRule` where the figure is no longer the one that the slip corrects.
    """
    if own_figure(connection, unit["id"], of, slip["code"]) != Fraction(slip["old"]):
        raise RefusedByRule("REPORT_SLIP_OLD", "old")
    check_not_locked(connection, [unit["id"], *unit["path"].split("/")[:-2]], of)
    by = {slip["code"]: Fraction(slip["new"]) - Fraction(slip["old"])}
    store_of_lines.add_line(
        connection, unit=unit["id"], period=of.name, kind=LineKind.CORRECTION.value, code=slip["code"],
        by=str(by[slip["code"]]), reason=slip["reason"], about="", events="[]", evidence="", actor=slip["proposer"],
        at_ms=now_ms, taken_by="",
    )  # fmt: skip
    told = write_json({"slip": slip["id"], "code": slip["code"], "old": slip["old"], "new": slip["new"]})
    number = _corrected(connection, unit["id"], of, by, None, actor, told, now_ms)
    below, above = unit["id"], unit["parent"]
    while above and number:
        number = _corrected(connection, above, of, by, (below, number), actor, told, now_ms)
        row = units.unit(connection, above)
        assert row is not None
        below, above = above, row["parent"]


def _corrected(
    connection: Connection, unit: str, of: Period, by: Counts, lower: tuple[str, int] | None, actor: str, told: str,
    now_ms: int,
) -> int:  # fmt: skip
    """The number of the new version; 0 where the unit has sent no form that this went into, which will take it in."""
    row = store.form_of(connection, unit, of.name)
    if row is None or State(row["state"]) not in _LOCKED:
        return 0
    version = store.version(connection, unit, of.name, row["version"])
    assert version is not None
    number, parts = row["version"] + 1, parts_of(version["parts"])
    if lower is not None:
        below, theirs = lower
        parts = tuple(
            replace(part, version=theirs, total=added([part.total, by])) if part.unit == below else part
            for part in parts
        )
    own = counts_of(version["own"]) if lower is not None else added([counts_of(version["own"]), by])
    total = added([counts_of(version["total"]), by])
    made: dict[Any, Any] = {
        "version": number, "own": text_of(own), "total": text_of(total), "parts": parts_text(parts),
        "figures": text_of(completed(total, before_of(connection, unit, of))), "why": Move.CORRECT.value,
        "made_by": actor, "made_ms": now_ms,
    }  # fmt: skip
    store.keep_version(connection, **(dict(version) | made))
    step = row["step"] + 1
    store.change(connection, unit, of.name, row["step"], {"version": number, "step": step, "changed_ms": now_ms})
    store.add_step(
        connection, unit=unit, period=of.name, n=step, at_ms=now_ms, actor=actor, part=Part.CITY.value,
        move=Move.CORRECT.value, from_state=row["state"], to_state=row["state"], version=number, facts=told,
    )  # fmt: skip
    return int(number)
