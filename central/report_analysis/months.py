"""A unit's forms of several months, each as its reader may see it, and what they come to together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping

from central.report.form import Kind, form
from central.report.periods import Period as PeriodOf
from central.report.periods import is_name, period, shifted
from central.report.reading import LIVE, sheet
from central.report.sheet import Sheet, UnitNamed
from central.report.stages import State
from central.report.store import form_of, rules
from central.report_analysis.model import Month
from central.report_analysis.reckoning import together
from central.report_analysis.store import is_anything_kept
from central.report_out.few import Row, Seen, seen


@dataclass(frozen=True, slots=True)
class Part:
    """One unit's figures in a run of months; ``own``: the asked unit's own hall without those below it."""

    unit: UnitNamed
    own: bool
    missing: bool
    figures: Row


@dataclass(frozen=True, slots=True)
class Run:
    """``figures`` is empty where nothing is known of any of the months."""

    months: tuple[Month, ...]
    figures: Row
    parts: tuple[Part, ...]


class Months:
    """Forms of one unit, each read once."""

    def __init__(self, connection: Connection, unit: RowMapping, own_path: str, now_ms: int) -> None:
        self._connection, self._unit, self._own_path, self._now_ms = connection, unit, own_path, now_ms
        self._rules = rules(connection)
        self._read: dict[str, Seen | None] = {}

    def period(self, name: str) -> PeriodOf:
        return period(name, self._rules)

    def of(self, name: str) -> Seen | None:
        """As its state shows it; None where nothing is known of that month."""
        if name not in self._read:
            self._read[name] = self._seen(name)
        return self._read[name]

    def run(self, names: Sequence[str]) -> Run:
        found = [one for name in names if (one := self.of(name)) is not None]
        parts: dict[tuple[str, bool], list[Part]] = {}
        for one in found:
            for column in one.columns:
                of = column.of
                part = Part(of.unit, of.own, of.missing, column.figures)
                parts.setdefault((of.unit.id, of.own), []).append(part)
        return Run(
            tuple(self._month(name) for name in names),
            together([one.figures for one in found]),
            tuple(_joined(each) for each in parts.values()),
        )

    def _seen(self, name: str) -> Seen | None:
        if not is_name(name):
            return None
        row = form_of(self._connection, self._unit["id"], name)
        if (row is None or State(row["state"]) in LIVE) and not is_anything_kept(
            self._connection, self._unit["path"], name
        ):
            return None
        found = sheet(self._connection, self._unit, self.period(name), self._own_path, self._now_ms)
        return seen(found) if found is not None and _says_something(found) else None

    def _month(self, name: str) -> Month:
        found = self.of(name)
        if found is None:
            return Month(name, 0, State.COLLECTING, known=False)
        return Month(name, found.sheet.version, found.sheet.state, known=True)


def names_to(last: str, count: int) -> tuple[str, ...]:
    """That many months up to this one."""
    return tuple(shifted(last, back) for back in range(1 - count, 1))


def _joined(each: Sequence[Part]) -> Part:
    last = each[-1]
    return Part(last.unit, last.own, any(one.missing for one in each), together([one.figures for one in each]))


def _says_something(found: Sheet) -> bool:
    """A form that was made says what it says, also that nothing happened; live figures only if there are any."""
    return (
        found.version > 0
        or found.nothing
        or any(figure for code, figure in found.figures.items() if form().fields[code].kind is Kind.FLOW)
    )
