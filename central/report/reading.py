"""Reading a form as a `Sheet`: one of its versions, or as it stands now."""

from __future__ import annotations

import json
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from sqlalchemy import Connection, RowMapping

from central.report import store, store_of_lines
from central.report.checks import findings
from central.report.doubts import doubts_now
from central.report.figures import Counts, counts_of, figures_of
from central.report.form import form
from central.report.formula import Figure
from central.report.guards import findings_of
from central.report.periods import Period, shifted
from central.report.sheet import Column, Line, LineKind, Note, Sheet, UnitNamed
from central.report.stages import State
from central.report.whole import Part, Tree, before_of, completed, parts_of
from central.units.rules import Level

LIVE = frozenset({State.COLLECTING, State.RETURNED})


def sheet(
    connection: Connection, unit: RowMapping, of: Period, own_path: str, now_ms: int, number: int | None = None
) -> Sheet | None:
    """A unit's form; ``number`` 0: as it stands now, None: as its state shows it. None for a version there is not."""
    row = store.form_of(connection, unit["id"], of.name)
    state = State(row["state"]) if row is not None else State.COLLECTING
    wanted = (0 if state in LIVE or row is None else row["version"]) if number is None else number
    before = before_of(connection, unit["id"], of)
    if wanted == 0:
        return _live(connection, unit, of, row, before, own_path, now_ms)
    version = store.version(connection, unit["id"], of.name, wanted)
    return None if version is None else _kept(connection, unit, of, row, version, before, own_path)


def _live(
    connection: Connection, unit: RowMapping, of: Period, row: RowMapping | None, before: Mapping[str, Figure],
    own_path: str, now_ms: int,
) -> Sheet:  # fmt: skip
    tree = Tree(connection, unit["path"], of)
    whole = tree.whole(unit["id"], store_of_lines.missing(connection, unit["id"], of.name))
    figures = completed(whole.total, before)
    doubts = doubts_now(connection, unit, of, now_ms)
    found = findings(form(), Level(unit["level"]), figures, before, doubts=doubts)
    columns = _columns(connection, unit, of, whole.own, whole.parts)
    head = _head(unit, of, row, own_path)
    return Sheet(
        **head, version=0, made_ms=now_ms, figures=figures, before=before, columns=columns, findings=found,
        notes=_notes(connection, unit, of), lines=_lines(connection, unit, of),
    )  # fmt: skip


def _kept(
    connection: Connection, unit: RowMapping, of: Period, row: RowMapping | None, version: RowMapping,
    before: Mapping[str, Figure], own_path: str,
) -> Sheet:  # fmt: skip
    columns = _columns(connection, unit, of, counts_of(version["own"]), parts_of(version["parts"]))
    return Sheet(
        **_head(unit, of, row, own_path), version=version["version"], made_ms=version["made_ms"],
        figures=figures_of(version["figures"]), before=before, columns=columns,
        findings=findings_of(connection, unit, of, version), notes=_notes(connection, unit, of),
        lines=_lines(connection, unit, of),
    )  # fmt: skip


def _head(unit: RowMapping, of: Period, row: RowMapping | None, own_path: str) -> dict[str, Any]:
    told: Mapping[Any, Any] = row if row is not None else {}
    return {
        "unit": named(unit), "path": unit["path"], "period": of,
        "state": State(told.get("state", State.COLLECTING)), "nothing": bool(told.get("nil", False)),
        "preparer": told.get("preparer", ""), "reviewer": told.get("reviewer", ""), "signer": told.get("signer", ""),
        "sent_ms": told.get("sent_ms"), "late": bool(told.get("late", False)), "inside": own_path == unit["path"],
    }  # fmt: skip


def named(unit: RowMapping) -> UnitNamed:
    return UnitNamed(unit["id"], Level(unit["level"]), unit["name_zh"], unit["name_en"])


def _columns(
    connection: Connection, unit: RowMapping, of: Period, own: Counts, parts: tuple[Part, ...]
) -> tuple[Column, ...]:
    """The unit itself first; without a column of its own where nothing is below it."""
    if not parts:
        return ()
    children = {row["id"]: row for row in store.children(connection, unit["id"])}
    forms = store.forms_below(connection, unit["path"], of.name)
    earlier = store.current_versions(connection, [part.unit for part in parts], shifted(of.name, -1))
    own_before = _own_before(connection, unit["id"], of)
    first = Column(named(unit), True, State.COLLECTING, 0, False, completed(own, own_before))
    lower = []
    for part in parts:
        row, last = forms.get(part.unit), earlier.get(part.unit)
        figures = completed(part.total, figures_of(last["figures"]) if last is not None else {})
        state = State(row["state"]) if row is not None else State.COLLECTING
        lower.append(Column(named(children[part.unit]), False, state, part.version, part.missing, figures))
    return (first, *lower)


def _own_before(connection: Connection, unit: str, of: Period) -> dict[str, Figure]:
    """What the unit's own part said of the period before."""
    row = store.current_versions(connection, [unit], shifted(of.name, -1)).get(unit)
    return {} if row is None else {**completed(counts_of(row["own"]), {})}


def _notes(connection: Connection, unit: RowMapping, of: Period) -> tuple[Note, ...]:
    found = store_of_lines.notes(connection, unit["id"], of.name)
    return tuple(Note(rule, row["text"], row["actor"]) for rule, row in sorted(found.items()))


def _lines(connection: Connection, unit: RowMapping, of: Period) -> tuple[Line, ...]:
    rows = store_of_lines.lines(connection, of.name, [unit["id"]])
    return tuple(
        Line(
            row["id"], row["unit"], LineKind(row["kind"]), row["code"], Fraction(row["by"]), row["reason"],
            row["about"], tuple(json.loads(row["events"])), row["evidence"], row["actor"], row["at_ms"],
        )
        for row in rows
    )  # fmt: skip
