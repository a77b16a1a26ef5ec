"""Units directly below held against those like them, and the whole unit's months against each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Final

from central.report.form import form
from central.report_analysis.model import Both, Cell, Chart, ChartKind, Head, Line, Section, Table, both
from central.report_analysis.months import Months, Part, names_to
from central.report_analysis.reckoning import grown, less, share
from central.report_analysis.rules_of_like import FEWEST, Stands, like, place
from central.report_analysis.services import good_share
from central.report_analysis.spans import SHOWN_MONTHS, Spans, change, field_head, figure, part_name
from central.report_out.few import Row, Shown

MAIN: Final = ("A01", "B01", "C13", "D03", "P09", "A21")
_TOLD: Final = (*MAIN, "A10", "P08", "P10")
_MEASURES: Final[Mapping[str, tuple[Callable[[Row], Shown], str]]] = {
    "A21": (lambda row: row.get("A21"), ""),
    "A23/A11": (lambda row: share(row.get("A23"), row.get("A11")), "head.long_share"),
    "A12/A10": (lambda row: share(row.get("A12"), row.get("A10")), "head.A12"),
    "P08": (lambda row: row.get("P08"), ""),
    "P09": (lambda row: row.get("P09"), ""),
    "(P03+P04)/P02": (good_share, "head.good"),
}


def main_figures(spans: Spans) -> Section:
    """What a reader wants first: the main totals against the span before and the year before."""
    now, before, year = spans.now.figures, spans.before.figures, spans.year_before.figures
    lines = []
    for code in _TOLD:
        scale = form().fields[code].scale
        cells = (
            figure(now, code),
            figure(before, code),
            change(less(now.get(code), before.get(code)), scale),
            change(_percent(code, now, before), 1),
            figure(year, code),
            change(less(now.get(code), year.get(code)), scale),
            change(_percent(code, now, year), 1),
        )
        lines.append(Line(code, field_head(code).name, cells))
    keys = ("now", "before", "change", "change_percent", "year_before", "year_change", "year_change_percent")
    heads = tuple(Head(key, both(f"head.{key}")) for key in keys)
    table = Table("main", both("table.main"), both("corner.field"), heads, tuple(lines))
    return Section("main", both("section.main"), (table,))


def _percent(code: str, now: Row, then: Row) -> Shown:
    """Of a percentage no percent is told: its change is in points."""
    return None if form().fields[code].unit == "percent" else grown(now.get(code), then.get(code))


def over_months(months: Months, last: str) -> Section:
    names = names_to(last, SHOWN_MONTHS)
    found = [months.of(name) for name in names]
    lines = tuple(
        Line(
            code,
            field_head(code).name,
            tuple(figure(one.figures if one is not None else {}, code) for one in found),
        )
        for code in MAIN
    )
    columns = tuple(range(SHOWN_MONTHS))
    charts = tuple(Chart(ChartKind.MONTHS, line.name, columns, (place,)) for place, line in enumerate(lines))
    heads = tuple(Head(name, Both(name, name)) for name in names)
    table = Table("months", both("table.months"), both("corner.field"), heads, lines, charts, (both("note.months"),))
    return Section("months", both("section.months"), (table,))


def against_like(spans: Spans) -> Section | None:
    """None where nothing is below the unit."""
    lower = [part for part in spans.now.parts if not part.own]
    if not lower:
        return None
    heads = (
        Head("like", both("head.like")),
        *(Head(key, both(name) if name else field_head(key).name) for key, (_, name) in _MEASURES.items()),
    )
    lines = tuple(_against(part, lower) for part in lower)
    notes = (both("note.like", fewest=FEWEST),)
    table = Table("like", both("table.like"), both("corner.unit"), heads, lines, (), notes)
    return Section("like", both("section.like"), (table,))


def _against(part: Part, lower: list[Part]) -> Line:
    tickets = _known({one.unit.id: one.figures.get("A10") for one in lower if one.unit.level == part.unit.level})
    group = like(tickets, part.unit.id)
    few = both("too_few") if len(group) < FEWEST else None
    cells = [Cell(Fraction(len(group)), mark=few)]
    for measure, _ in _MEASURES.values():
        figures = _known({one.unit.id: measure(one.figures) for one in lower})
        found = place(figures, part.unit.id, group)
        mark = None
        if found is not None:
            mark = both(f"stands.{found.stands}", quarter=found.quarter)
        cells.append(
            Cell(measure(part.figures), 1, mark=mark, level=2 if found and found.stands is not Stands.WITHIN else 0)
        )
    return Line(part.unit.id, part_name(part), tuple(cells))


def _known(figures: Mapping[str, Shown]) -> dict[str, Fraction]:
    return {unit: shown for unit, shown in figures.items() if isinstance(shown, Fraction)}
