"""The yearly assessment of a unit and of those directly below it, from their yearly forms."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping

from central.report import store, store_of_years
from central.report.periods import year_of
from central.report.sheet import UnitNamed
from central.report.year import made_of, sheet_of_year
from central.report_analysis.rules_of_assessment import Score, Sums, ranks, scored, sums
from central.report_out.few import Row, seen
from hall_config.assessment_numbers import Indicator, indicators_of


@dataclass(frozen=True, slots=True)
class Assessed:
    """``months``: which version of each locked month went in; ``locked``: the yearly form itself is locked."""

    unit: UnitNamed
    months: Mapping[str, int]
    locked: bool
    figures: Row
    scores: tuple[Score, ...]
    sums: Sums
    rank: int | None = None


@dataclass(frozen=True, slots=True)
class AssessmentSheet:
    """A year of a unit, and of the units directly below it with their places."""

    year: int
    own: Assessed
    lower: tuple[Assessed, ...]
    made_ms: int

    @property
    def open_months(self) -> tuple[str, ...]:
        return tuple(name for name in year_of(self.year) if name not in self.own.months)


def assessment(connection: Connection, unit: RowMapping, year: int, own_path: str, now_ms: int) -> AssessmentSheet:
    shown = seen(sheet_of_year(connection, unit, year, own_path, now_ms))
    rows = {row["id"]: row for row in store.children(connection, unit["id"])}
    own = _assessed(shown.sheet.unit, shown.figures, year, *_months(connection, unit, year, now_ms))
    lower = [
        _assessed(column.of.unit, column.figures, year, *_months(connection, rows[column.of.unit.id], year, now_ms))
        for column in shown.columns
    ]
    return AssessmentSheet(year, own, placed(lower), now_ms)


def placed(lower: Sequence[Assessed]) -> tuple[Assessed, ...]:
    places = ranks([one.sums.total for one in lower])
    return tuple(
        Assessed(one.unit, one.months, one.locked, one.figures, one.scores, one.sums, place)
        for one, place in zip(lower, places, strict=True)
    )


def _assessed(unit: UnitNamed, figures: Row, year: int, months: Mapping[str, int], locked: bool) -> Assessed:
    """Of a unit without a locked month nothing is known: its figures would all be nothing."""
    asked: tuple[Indicator, ...] = tuple(one for one in indicators_of(year) if unit.level.value in one.at)
    known = figures if months else {}
    scores = tuple(scored(one, known) for one in asked)
    return Assessed(unit, months, locked, known, scores, sums(scores))


def _months(connection: Connection, unit: RowMapping, year: int, now_ms: int) -> tuple[Mapping[str, int], bool]:
    kept = store_of_years.of_unit(connection, unit["id"], year)
    if kept is not None:
        return json.loads(kept["periods"]), True
    return made_of(connection, unit, year, now_ms).periods, False
