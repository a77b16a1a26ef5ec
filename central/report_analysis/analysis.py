"""《公共法律服务分析报告》 of a unit: put together from its forms, and from tickets where no field says it."""

from __future__ import annotations

from sqlalchemy import Connection, RowMapping

from central.report.reading import named
from central.report_analysis.advice import advice
from central.report_analysis.comparing import against_like, main_figures, over_months
from central.report_analysis.model import Analysis, Both, Section, both
from central.report_analysis.months import Months
from central.report_analysis.sentences import sentences
from central.report_analysis.services import UP_TO_S, ratings, waiting
from central.report_analysis.spans import spans_of
from central.report_analysis.store import waits
from central.report_out.hiding import Veil


def analysis(connection: Connection, unit: RowMapping, first: str, last: str, own_path: str, now_ms: int) -> Analysis:
    """Raises ValueError where ``first`` to ``last`` is no run of 1 to 12 months."""
    months = Months(connection, unit, own_path, now_ms)
    spans = spans_of(months, named(unit), first, last)
    begins, ends = months.period(first), months.period(last)
    waited = waits(connection, unit["path"], (begins.first.isoformat(), ends.last.isoformat()), UP_TO_S)
    sections = (
        main_figures(spans),
        advice(spans),
        waiting(spans, waited),
        ratings(spans),
        over_months(months, last),
        against_like(spans),
    )
    kept = tuple(one for one in sections if one is not None)
    return Analysis(spans.unit, begins, ends, spans.now.months, sentences(spans), kept, tuple(_footnotes(kept)), now_ms)


def _footnotes(sections: tuple[Section, ...]) -> list[Both]:
    """What the signs mean that stand in it."""
    cells = [cell.shown for one in sections for table in one.tables for line in table.lines for cell in line.cells]
    keys = [key for key, veil in (("few", Veil.FEW), ("more", Veil.MORE)) if veil in cells]
    if None in cells:
        keys.append("unknown")
    return [both(f"foot.{key}") for key in keys]
