"""A unit's form put together: its own part, and the forms of the units directly below, each with all below it.

A form below that was sent goes in as it was sent; one that was not goes in as it stands now. What central counts of a
unit is counted whether or not anybody there has drawn up a form: only what the unit alone can tell is missing then.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, select

from central import schema
from central.report import store, store_of_lines
from central.report.figures import Counts, Summing, added, counts_of, figures_of
from central.report.form import form
from central.report.formula import Figure
from central.report.periods import Period, period, shifted
from central.report.sheet import LineKind
from central.report.stages import State
from central.report_counts.entries import by_hand
from central.strict_json import write_json

SENT: Final = frozenset({State.SUBMITTED, State.ACCEPTED})


@dataclass(frozen=True, slots=True)
class Part:
    """What one unit directly below brought in. ``version`` 0: it has sent none, and these are its live figures."""

    unit: str
    version: int
    missing: bool
    total: Counts


@dataclass(frozen=True, slots=True)
class Whole:
    """A form before it is completed: what was counted, the own part with entries and lines, and everything."""

    counted: Counts
    own: Counts
    late: Counts  # of the own part: what came late from earlier periods
    parts: tuple[Part, ...]

    @property
    def total(self) -> Counts:
        return added([self.own, *(part.total for part in self.parts)])


@dataclass(frozen=True, slots=True)
class Unsent:
    """A unit that goes into a form above without one of its own. ``counted``: as text."""

    unit: str
    counted: str
    added: Counts


class Tree:
    """One unit and everything below it in one period, read once; a form is put together for that unit alone."""

    def __init__(self, connection: Connection, path: str, of: Period) -> None:
        self._of = of
        unit = schema.unit
        rows = connection.execute(select(unit).where(unit.c.path.startswith(path)).order_by(unit.c.path)).mappings()
        self.units: dict[str, RowMapping] = {row["id"]: row for row in rows}
        self.below: dict[str, list[str]] = {}
        for row in self.units.values():
            self.below.setdefault(row["parent"], []).append(row["id"])
        self._cells = store.own_cells(connection, of.name)
        self._hand = by_hand(connection, path, of.name)
        self._lines: dict[str, list[RowMapping]] = {}
        for line in store_of_lines.lines_of_period(connection, of.name):
            self._lines.setdefault(line["unit"], []).append(line)
        self.forms = store.forms_below(connection, path, of.name)
        self._sent = store.current_versions(connection, list(self._highest_sent(path)), of.name)

    def _highest_sent(self, path: str) -> Iterator[str]:
        """The units below whose form goes in as it was sent; what was sent below them is in theirs."""
        under: set[str] = set()
        for one, row in self.units.items():  # whoever is above comes first
            if row["path"] == path:
                continue
            form = self.forms.get(one)
            if row["parent"] in under:
                under.add(one)
            elif form is not None and State(form["state"]) in SENT:
                under.add(one)
                yield one

    def whole(self, unit: str, missing: Mapping[str, Any]) -> Whole:
        """``missing``: the units directly below that somebody has signed for as missing."""
        counted, own = self._own(unit)
        late = self._lines_of(unit, LineKind.LATE)
        parts = tuple(
            Part(one, self.version_sent(one), one in missing, self._total(one)) for one in self.below.get(unit, ())
        )
        return Whole(counted, own, late, parts)

    def version_sent(self, unit: str) -> int:
        """The version that a unit's form stands at, if it has sent it; else 0."""
        row = self._sent.get(unit)
        return int(row["version"]) if row is not None else 0

    def unsent(self, unit: str) -> Iterator[Unsent]:
        """Every unit below that goes in without a form of its own."""
        for one in self.below.get(unit, ()):
            if one not in self._sent:
                yield Unsent(one, self._cells.get(one, "{}"), self.added(one))
                yield from self.unsent(one)

    def added(self, unit: str) -> Counts:
        """What people added to what was counted of a unit: figures typed in, lines."""
        lines = [{line["code"]: Fraction(line["by"])} for line in self._lines.get(unit, ())]
        return added([self._hand.get(unit, {}), *lines])

    def _own(self, unit: str) -> tuple[Counts, Counts]:
        own = Summing()
        self._add_own(unit, own)
        return counts_of(self._cells.get(unit, "{}")), own.counts()

    def _add_own(self, unit: str, total: Summing) -> None:
        """What was counted, what was typed in, and the lines."""
        if unit in self._cells:
            total.add_text(self._cells[unit])
        total.add(self._hand.get(unit, {}))
        for line in self._lines.get(unit, ()):
            total.add({line["code"]: Fraction(line["by"])})

    def _lines_of(self, unit: str, kind: LineKind) -> Counts:
        return added({line["code"]: Fraction(line["by"])} for line in self._lines.get(unit, ()) if line["kind"] == kind)

    def _total(self, unit: str) -> Counts:
        total = Summing()
        self._add_all(unit, total)
        return total.counts()

    def _add_all(self, unit: str, total: Summing) -> None:
        sent = self._sent.get(unit)
        if sent is not None:
            total.add_text(sent["total"])
            return
        self._add_own(unit, total)
        for one in self.below.get(unit, ()):
            self._add_all(one, total)


def before_of(connection: Connection, unit: str, of: Period) -> dict[str, Figure]:
    """The figures of the period before, as the unit's form has them; empty where it made none."""
    earlier = shifted(of.name, -1)
    row = store.current_versions(connection, [unit], earlier).get(unit)
    return figures_of(row["figures"]) if row is not None else {}


def completed(total: Counts, before: Mapping[str, Figure]) -> dict[str, Figure]:
    return form().completed(total, before)


def parts_text(parts: tuple[Part, ...]) -> str:
    return write_json(
        {
            part.unit: {
                "version": part.version, "missing": part.missing,
                "total": {code: str(figure) for code, figure in part.total.items()},
            }
            for part in parts
        }
    )  # fmt: skip


def parts_of(text: str) -> tuple[Part, ...]:
    return tuple(
        Part(unit, told["version"], told["missing"], {code: Fraction(one) for code, one in told["total"].items()})
        for unit, told in json.loads(text).items()
    )


def period_named(connection: Connection, name: str) -> Period:
    """The period of that name by the city's rules; raises ValueError for a name that none has."""
    return period(name, store.rules(connection))
