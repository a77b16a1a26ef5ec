"""How long people waited, what became of their tickets, and what they said of it."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Final

from central.report_analysis.model import Both, Cell, Chart, ChartKind, Head, Line, Section, Table, both
from central.report_analysis.reckoning import share, summed
from central.report_analysis.spans import Spans, field_head, figure, unit_lines, unit_name
from central.report_counts.rules import LONG_WAIT_S
from central.report_out.few import Row, Shown

UP_TO_S: Final = (300, 600, 1200, LONG_WAIT_S, 3600)  # 等候分段；其中一段止于“等候超30分钟”的界限


def good_share(row: Row) -> Shown:
    """好评率: grades 5 and 4 of what was rated; 满意率 (P09) counts grade 3 too."""
    return share(summed([row.get("P03"), row.get("P04")]), row.get("P02"))


def waiting(spans: Spans, waits: Sequence[int]) -> Section:
    tables = [_by_unit(spans)]
    if any(waits):
        tables.append(_distribution(spans, waits))
    tables.append(_ends(spans))
    return Section("waiting", both("section.waiting"), tuple(tables))


def _all_lines(lines: tuple[Line, ...]) -> tuple[int, ...]:
    return tuple(range(len(lines)))


def _by_unit(spans: Spans) -> Table:
    def cells(row: Row) -> list[Cell]:
        told = [figure(row, code) for code in ("A21", "A22", "A11", "A23")]
        return [*told, Cell(share(row.get("A23"), row.get("A11")), 1)]

    lines = unit_lines(spans.now, cells, unit_name(spans.unit))
    heads = (*(field_head(code) for code in ("A21", "A22", "A11", "A23")), Head("A23/A11", both("head.long_share")))
    charts = (Chart(ChartKind.BARS, both("chart.waiting"), (0,), _all_lines(lines)),)
    return Table("waiting", both("table.waiting"), both("corner.unit"), heads, lines, charts)


def _distribution(spans: Spans, waits: Sequence[int]) -> Table:
    """Of tickets that are still kept one by one: no field of the form says it."""
    known = sum(waits)
    edges = [0, *(one // 60 for one in UP_TO_S)]
    names = [both("up_to", least=least, most=most) for least, most in pairwise(edges)]
    lines = tuple(
        Line(f"W{place + 1}", name, (Cell(Fraction(count)), Cell(share(Fraction(count), Fraction(known)), 1)))
        for place, (name, count) in enumerate(zip([*names, both("longer", least=edges[-1])], waits, strict=True))
    )
    heads = (Head("tickets", both("head.tickets")), Head("share", both("head.share")))
    done = spans.now.figures.get("A11")
    note = both("note.distribution", known=known, done=f"{int(done):,}" if isinstance(done, Fraction) else "—")
    charts = (Chart(ChartKind.BARS, both("table.distribution"), (0,), _all_lines(lines)),)
    return Table("distribution", both("table.distribution"), both("corner.waited"), heads, lines, charts, (note,))


def _ends(spans: Spans) -> Table:
    codes = ("A11", "A12", "A13", "A14")

    def cells(row: Row) -> list[Cell]:
        shares = [Cell(share(row.get(code), row.get("A10")), 1) for code in codes[1:]]
        return [*(figure(row, code) for code in codes), figure(row, "A10"), *shares]

    lines = unit_lines(spans.now, cells, unit_name(spans.unit))
    shares = tuple(Head(f"{code}/A10", both(f"head.{code}")) for code in codes[1:])
    heads = (*(field_head(code) for code in (*codes, "A10")), *shares)
    charts = (Chart(ChartKind.PARTS, both("chart.ends"), (0, 1, 2, 3), _all_lines(lines)),)
    return Table("ends", both("table.ends"), both("corner.unit"), heads, lines, charts)


def ratings(spans: Spans) -> Section:
    return Section("ratings", both("section.ratings"), (_grades(spans), _bad(spans)))


def _grades(spans: Spans) -> Table:
    grades, rest = ("P03", "P04", "P05", "P06", "P07"), ("P02", "P08", "P09")

    def cells(row: Row) -> list[Cell]:
        return [*(figure(row, code) for code in (*grades, *rest)), Cell(good_share(row), 1)]

    lines = unit_lines(spans.now, cells, unit_name(spans.unit))
    heads = (*(field_head(code) for code in (*grades, *rest)), Head("(P03+P04)/P02", both("head.good")))
    charts = (Chart(ChartKind.PARTS, both("chart.grades"), (0, 1, 2, 3, 4), _all_lines(lines)),)
    return Table("ratings", both("table.ratings"), both("corner.unit"), heads, lines, charts, (both("note.ratings"),))


def _bad(spans: Spans) -> Table:
    codes = ("P10", "P10O", "P12", "P13", "P11", "P14", "P15")

    def cells(row: Row) -> list[Cell]:
        return [figure(row, code) for code in codes]

    lines = unit_lines(spans.now, cells, unit_name(spans.unit))
    heads = tuple(Head(code, _bad_head(code)) for code in codes)
    return Table("bad", both("table.bad"), both("corner.unit"), heads, lines, (), (both("note.bad"),))


def _bad_head(code: str) -> Both:
    return both("head.bad_open") if code == "P10O" else field_head(code).name
