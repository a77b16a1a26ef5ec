"""Computing a form again, with every form that went into it, and telling where the two are apart.

A difference is told where it begins: in what was counted of one unit, else in how that was put together. So a figure
that is wrong in a village's room is one difference of that room, and none of the units above that took it in.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any, Final

from sqlalchemy import Connection, RowMapping

from central.report import store
from central.report.figures import Counts, added, counts_of, figures_of
from central.report.form import form
from central.report.formula import Figure
from central.report.periods import Period, period, shifted
from central.report.stages import State
from central.report.whole import Part as LowerPart
from central.report.whole import parts_of
from central.report_recount import store_of_forms as forms
from central.report_recount.differences import WHILE_COUNTED, Difference, Place, Recount, judged, of_counted
from central.report_recount.own import Own, recounted, typed
from central.report_recount.rows import lines_then, moment_of
from central.report_recount.span import Part
from central.units.rules import Level

COUNTING_MS: Final = 300_000  # as long as counting a city may take: what came in meanwhile may be in it or not
_SENT: Final = (State.SUBMITTED, State.ACCEPTED)
Row = Any


class Again:
    """Forms of one period, computed again over one look at the store. ``deep``: also the forms that went into one."""

    def __init__(self, connection: Connection, name: str, now_ms: int, deep: bool = True) -> None:
        self._connection, self._now_ms, self._deep = connection, now_ms, deep
        self._rules = store.rules(connection)
        self._of: Period = period(name, self._rules)
        self._name = name

    def version(self, unit: RowMapping, number: int) -> Recount | None:
        """One version of a unit's form; None where there is none."""
        row = store.version(self._connection, unit["id"], self._name, number)
        if row is None:
            return None
        found = Recount(unit["id"], self._name, number, moment_of(self._connection, row, 0)[0])
        found.total = self._version(found, unit, row)
        found.figures = form().completed(found.total, self._before(unit["id"], row["made_ms"]))
        return found

    def live(self, unit: RowMapping) -> Recount:
        """A unit's form as it stands now, against what was counted last."""
        found = Recount(unit["id"], self._name, 0, self._now_ms)
        found.total = self._live(found, unit, None)
        found.figures = form().completed(found.total, self._before(unit["id"], self._now_ms))
        return found

    # --- a version ------------------------------------------------------------------------------------------

    def _version(self, found: Recount, unit: RowMapping, row: Row) -> Counts:
        cut_ms = moment_of(self._connection, row, 0)[0]
        own = self._own(found, unit, cut_ms)
        counted = counts_of(row["counted"])
        found.differences += of_counted(unit["id"], counted, own, self._around(own, counted))
        beside = [own.typed.figures(), self._lines(unit["id"], cut_ms, row["made_ms"])]
        said = counts_of(row["own"])
        found.apart(unit["id"], Place.OWN, {**said}, {**added([counted, *beside])})
        parts = parts_of(row["parts"])
        below = [self._part(found, part, cut_ms) for part in parts]
        total = counts_of(row["total"])
        found.apart(unit["id"], Place.TOTAL, {**total}, {**added([said, *(part.total for part in parts)])})
        shown = form().completed(total, self._before(unit["id"], row["made_ms"]))
        found.apart(unit["id"], Place.FIGURE, figures_of(row["figures"]), shown)
        return added([judged(counted, own), *beside, *below])

    def _part(self, found: Recount, part: LowerPart, cut_ms: int) -> Counts:
        """What a unit below brought in: its form as it was sent, else what was known of it then."""
        unit = forms.unit(self._connection, part.unit)
        if not part.version:
            beside = Recount(part.unit, self._name, 0, cut_ms)
            total = self._live(beside, unit, cut_ms)
            found.differences += beside.differences
            found.notes += beside.notes
            found.units += beside.units
            if not beside.notes:
                self._apart_from_live(found, part, total, cut_ms)
            return total
        row = store.version(self._connection, part.unit, self._name, part.version)
        if row is None:
            found.differences.append(Difference(part.unit, Place.PART, "", Fraction(part.version), None))
            return part.total
        found.apart(part.unit, Place.PART, {**part.total}, {**counts_of(row["total"])})
        return self._version(found, unit, row) if self._deep else part.total

    def _apart_from_live(self, found: Recount, part: LowerPart, total: Counts, cut_ms: int) -> None:
        """Nobody kept what was counted of it then: what came in while it was counted cannot be told apart."""
        beside = Recount(part.unit, self._name, 0, cut_ms)
        beside.apart(part.unit, Place.PART, {**part.total}, {**total})
        if beside.differences:
            earlier = self._live(Recount(part.unit, self._name, 0, cut_ms), forms.unit(self._connection, part.unit),
                                 cut_ms - COUNTING_MS)  # fmt: skip
            for one in beside.differences:
                then = earlier.get(one.code, Fraction())
                between = min(then, one.recount or 0) <= (one.form or 0) <= max(then, one.recount or 0)
                found.differences.append(replace(one, doubt=WHILE_COUNTED) if between else one)

    # --- as it stands ---------------------------------------------------------------------------------------

    def _live(self, found: Recount, unit: RowMapping, cut_ms: int | None) -> Counts:
        """A unit and all below it. Without a moment: now, against what was counted last."""
        beside, last = cut_ms if cut_ms is not None else self._now_ms, None
        if cut_ms is None:
            last = forms.own_row(self._connection, unit["id"], self._name)
        own = self._own(found, unit, last["counted_ms"] if last is not None else beside)
        counted = counts_of(last["cells"]) if last is not None else own.counted.figures()
        if last is not None:
            found.differences += of_counted(unit["id"], counted, own, self._around(own, counted))
        lines = self._lines(unit["id"], beside, beside)
        by_hand = own.typed if last is None else typed(self._connection, self._part_of(unit, beside))
        below = [self._lower(found, child, cut_ms) for child in store.children(self._connection, unit["id"])]
        return added([judged(counted, own), by_hand.figures(), lines, *below])

    def _lower(self, found: Recount, child: RowMapping, cut_ms: int | None) -> Counts:
        moment = cut_ms if cut_ms is not None else self._now_ms
        step = forms.step_at(self._connection, child["id"], self._name, moment)
        if step is not None and State(step["to_state"]) in _SENT:
            row = store.version(self._connection, child["id"], self._name, step["version"])
            if row is not None:
                return self._version(found, child, row) if self._deep else counts_of(row["total"])
        return self._live(found, child, cut_ms)

    # --- what both need -------------------------------------------------------------------------------------

    def _own(self, found: Recount, unit: RowMapping, cut_ms: int) -> Own:
        own = recounted(self._connection, self._part_of(unit, cut_ms), self._rules)
        found.units += 1
        found.notes += [(unit["id"], notes) for notes in own.notes]
        broken = list(own.broken)
        if store.broken_at(store.steps(self._connection, unit["id"], self._name)) is not None:
            broken.append(f"{unit['id']}/{self._name}")
        if broken:
            found.differences.append(Difference(unit["id"], Place.CHAIN, "", None, None, tuple(broken)))
        return own

    def _around(self, own: Own, counted: Counts) -> dict[str, tuple[Fraction, Fraction]]:
        """What each cell was shortly before and after, if any cell is another than the form says."""
        if counted == own.counted.figures():
            return {}
        moments = (own.part.cut_ms - COUNTING_MS, own.part.cut_ms + COUNTING_MS)
        found = [recounted(self._connection, own.part.at(at_ms), self._rules).counted.figures() for at_ms in moments]
        codes = {code for figures in found for code in figures}
        every = {code: [figures.get(code, Fraction()) for figures in (*found, own.counted.figures())] for code in codes}
        return {code: (min(these), max(these)) for code, these in every.items()}

    def _part_of(self, unit: RowMapping, cut_ms: int) -> Part:
        return Part(unit["id"], Level(unit["level"]), self._of, cut_ms)

    def _lines(self, unit: str, cut_ms: int, corrected_ms: int) -> Counts:
        """Lines that stood when the form was drawn up, and corrections that were approved after that."""
        then = lines_then(self._connection, unit, self._name, cut_ms, corrected_ms)
        return added([{line["code"]: Fraction(line["by"])} for line in then])

    def _before(self, unit: str, at_ms: int) -> dict[str, Figure]:
        """The figures of the period before, as its form said them then."""
        earlier = shifted(self._name, -1)
        step = forms.step_at(self._connection, unit, earlier, at_ms)
        row = store.version(self._connection, unit, earlier, step["version"]) if step is not None else None
        return figures_of(row["figures"]) if row is not None else {}
