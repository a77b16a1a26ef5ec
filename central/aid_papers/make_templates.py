"""Makes the shipped templates out of the layouts: ``python -m central.aid_papers.make_templates``.

Each is a plain Word file that Word and WPS open and change: paragraph styles with Chinese names, real tables, a page
number. The same layouts give the same bytes, so that a test can tell whether the files in the tree are theirs.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

from central.aid_papers.forms import form_table
from central.aid_papers.layouts import Cell, Grid, Layout, Line, Loop, NewPage, Row, layout
from central.aid_papers.packing import packed
from central.aid_papers.skeleton import LETTER_MARGINS, PAGE_WIDTH, SHEET_MARGINS, styles_of, wrapped

TEMPLATES: Final = Path(__file__).with_name("templates")
_TWIPS_A_MM: Final = 56.7


def template_of(code: str) -> bytes:
    """The shipped template of one form, made anew."""
    found = layout(code)
    margins = SHEET_MARGINS if found.sheet else LETTER_MARGINS
    body = "".join(_body(found, PAGE_WIDTH - margins.left - margins.right))
    title = form_table().forms[code].zh
    return packed(wrapped(body, styles_of(sheet=found.sheet), margins, title))


def _body(found: Layout, width: int) -> Iterator[str]:
    gap = '<w:p><w:pPr><w:pStyle w:val="gap"/></w:pPr></w:p>'
    before = None
    for part in found.parts:
        match part:
            case Line():
                yield _paragraph(part.style, part.text)
            case NewPage():
                yield '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'
            case Grid():
                if isinstance(before, Grid):  # two tables that touch are one to Word
                    yield gap
                yield _table(part, width)
        before = part
    if isinstance(before, Grid):
        yield gap  # Word ends no document with a table


def _paragraph(style: str, text: str) -> str:
    run = f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>' if text else ""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{run}</w:p>'


def _table(grid: Grid, width: int) -> str:
    whole = sum(grid.weights)
    widths = [width * weight // whole for weight in grid.weights]
    columns = "".join(f'<w:gridCol w:w="{one}"/>' for one in widths)
    rows = "".join(_row(row, widths) for row in grid.rows)
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="ruled"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{columns}</w:tblGrid>{rows}</w:tbl>'
    )


def _row(row: Row | Loop, widths: list[int]) -> str:
    if isinstance(row, Loop):
        return f"<w:tr>{_cell(Cell(row.tag, len(widths)), widths, 'cell')}</w:tr>"
    height = round(row.height_mm * _TWIPS_A_MM) or 480
    head = "<w:tblHeader/>" if row.head else ""
    cells, at = [], 0
    for cell in row.cells:
        own = widths[at : at + cell.span]
        cells.append(_cell(cell, own, _style(cell, row)))
        at += cell.span
    if at != len(widths):
        raise ValueError(f"a row of {at} columns in a table of {len(widths)}: {row}")
    return f'<w:tr><w:trPr><w:trHeight w:val="{height}" w:hRule="atLeast"/>{head}</w:trPr>{"".join(cells)}</w:tr>'


def _style(cell: Cell, row: Row) -> str:
    if row.head:
        return "cellhead"
    return "cellleft" if cell.left else "cell"


def _cell(cell: Cell, widths: list[int], style: str) -> str:
    span = f'<w:gridSpan w:val="{cell.span}"/>' if cell.span > 1 else ""
    width = f'<w:tcW w:w="{sum(widths)}" w:type="dxa"/>'
    return f'<w:tc><w:tcPr>{width}{span}<w:vAlign w:val="center"/></w:tcPr>{_paragraph(style, cell.text)}</w:tc>'


def make_all(folder: Path) -> int:
    """Write every template; how many."""
    folder.mkdir(exist_ok=True)
    for code in form_table().forms:
        (folder / f"{code}.docx").write_bytes(template_of(code))
    return len(form_table().forms)


if __name__ == "__main__":
    sys.stdout.write(f"{make_all(TEMPLATES)} templates in {TEMPLATES}\n")
