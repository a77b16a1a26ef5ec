"""Reads a table of a Word file: columns in points, cells and what they span, lines that are drawn, heights of rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from docx.oxml.ns import qn

from central.aid_papers.looks import TWIPS_A_POINT, Styles, number

Block = dict[str, Any]
_EIGHTHS: Final = 8
_SIDES: Final = ("top", "bottom", "left", "right")
_OUTSIDE: Final = {"left": "start", "right": "end"}
_NO_LINE: Final = ("nil", "none")
_HIGHEST: Final = 600.0  # of a row; a higher one goes on on the next page as its text wants
_INSET: Final = 108  # twips at the left and right of a cell where nothing says otherwise


@dataclass(slots=True)
class _Cell:
    element: Any
    column: int
    span: int
    rows: int
    goes_on: bool  # the lower part of a cell that began above


def read_table(table: Any, styles: Styles, inside: Callable[[Any], list[Block]]) -> Block:
    """One table; ``inside`` reads what stands in a cell."""
    own = table.find(qn("w:tblPr"))
    widths = [max(number(one.get(qn("w:w"))), 0.0) / TWIPS_A_POINT for one in table.iter(qn("w:gridCol"))]
    rows = [row for row in table if row.tag == qn("w:tr")]
    grid = [list(_cells(row)) for row in rows]
    _join_rows(grid)
    lines = _lines_of_table(own, styles)
    told = []
    for at, (row, cells) in enumerate(zip(rows, grid, strict=True)):
        facts = row.find(qn("w:trPr"))
        edges = {"first": at == 0, "last": at == len(rows) - 1}
        told.append(
            {
                "height": _height(facts),
                "head": facts is not None and facts.find(qn("w:tblHeader")) is not None,
                "cells": [_told(cell, lines, inside, len(widths), edges) for cell in cells if not cell.goes_on],
            }
        )
    align = own.find(qn("w:jc")) if own is not None else None
    return {
        "kind": "table", "widths": widths, "rows": told,
        "align": align.get(qn("w:val")) if align is not None else "left",
    }  # fmt: skip


def _cells(row: Any) -> Iterator[_Cell]:
    column = 0
    for element in row:
        if element.tag != qn("w:tc"):
            continue
        facts = element.find(qn("w:tcPr"))
        span = facts.find(qn("w:gridSpan")) if facts is not None else None
        count = max(1, int(number(span.get(qn("w:val"))))) if span is not None else 1
        merge = facts.find(qn("w:vMerge")) if facts is not None else None
        goes_on = merge is not None and merge.get(qn("w:val"), "continue") != "restart"
        yield _Cell(element, column, count, 1, goes_on)
        column += count


def _join_rows(grid: list[list[_Cell]]) -> None:
    """Count how many rows each cell takes that goes on below."""
    begun: dict[int, _Cell] = {}
    for cells in grid:
        for cell in cells:
            if cell.goes_on and cell.column in begun:
                begun[cell.column].rows += 1
            else:
                cell.goes_on = False
                begun[cell.column] = cell


def _told(
    cell: _Cell, lines: dict[str, float], inside: Callable[[Any], list[Block]], columns: int, row: dict[str, bool]
) -> Block:
    facts = cell.element.find(qn("w:tcPr"))
    align = facts.find(qn("w:vAlign")) if facts is not None else None
    at_edge = {
        "top": row["first"], "bottom": row["last"], "left": cell.column == 0,
        "right": cell.column + cell.span >= columns,
    }  # fmt: skip
    drawn = {
        side: lines[side if at_edge[side] else ("insideH" if side in ("top", "bottom") else "insideV")]
        for side in _SIDES
    }
    own = facts.find(qn("w:tcBorders")) if facts is not None else None
    return {
        "column": cell.column, "columns": cell.span, "rows": cell.rows,
        "valign": align.get(qn("w:val")) if align is not None else "top",
        "lines": {**drawn, **_lines(own)}, "inset": _INSET / TWIPS_A_POINT, "blocks": inside(cell.element),
    }  # fmt: skip


def _lines_of_table(own: Any, styles: Styles) -> dict[str, float]:
    """The lines that a table's style and then the table itself say; none unless somebody says so."""
    found = dict.fromkeys((*_SIDES, "insideH", "insideV"), 0.0)
    name = own.find(qn("w:tblStyle")) if own is not None else None
    chain = list(styles.chain(name.get(qn("w:val")))) if name is not None else []
    for style in reversed(chain):
        for facts in style.findall(qn("w:tblPr")):
            found |= _lines(facts.find(qn("w:tblBorders")))
    if own is not None:
        found |= _lines(own.find(qn("w:tblBorders")))
    return found


def _lines(borders: Any) -> dict[str, float]:
    """Side -> how thick, in points; 0 for one that is taken away."""
    found: dict[str, float] = {}
    for side in (*_SIDES, "insideH", "insideV") if borders is not None else ():
        line = borders.find(qn(f"w:{side}"))
        if line is None and side in _OUTSIDE:
            line = borders.find(qn(f"w:{_OUTSIDE[side]}"))
        if line is not None:
            thick = number(line.get(qn("w:sz"))) / _EIGHTHS or 0.5
            found[side] = 0.0 if line.get(qn("w:val")) in _NO_LINE else thick
    return found


def _height(facts: Any) -> float:
    found = facts.find(qn("w:trHeight")) if facts is not None else None
    points = number(found.get(qn("w:val"))) / TWIPS_A_POINT if found is not None else 0.0
    return min(max(points, 0.0), _HIGHEST)
