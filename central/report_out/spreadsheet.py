"""《公共法律服务统计月报表》 as a workbook that a bureau hands in: the form, its checks, lines and notes,
how it is counted.

Wholes are sums of their columns, computed fields and both sides of every check are formulas made from the form's own
(`formulas`), each kept with the figure that it comes to, so that a program that does not compute shows the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Any, Final

from xlsxwriter.utility import xl_col_to_name

from central.report.form import Field, Kind, form
from central.report.formula import Cell, Figures, Term
from central.report_out.few import Row, Seen, Shown
from central.report_out.formulas import comes_to, is_sum, shown_figures, spelled
from central.report_out.machine import short_digest
from central.report_out.spreadsheet_checks import write_checks
from central.report_out.spreadsheet_lists import write_counted, write_record
from central.report_out.workbook import Book, Page
from central.report_out.written import UNKNOWN, column_names, footnotes, head, source_of, title, unit_of, version
from hall_config.wording import say

HEAD: Final = 6  # rows above the first field
_CODE, _ZH, _EN, _UNIT, _SOURCE, _WHOLE = range(6)
_PARTS: Final = 12  # columns that are still to be read on one sheet of paper
_WIDTHS: Final = (7, 25, 25, 8, 6, 11)
_LINED: Final[dict[str, Any]] = {"border": 1, "border_color": "#8A97A3"}
_TOP: Final[dict[str, Any]] = {**_LINED, "bold": True, "align": "center", "text_wrap": True, "bg_color": "#DCE8F3"}
_BLOCK: Final[dict[str, Any]] = {**_LINED, "bold": True, "bg_color": "#EEF3F8"}


def workbook(seen: Seen) -> bytes:
    """The whole workbook; the same bytes for the same form."""
    sheet = seen.sheet
    book = Book(title(sheet), sheet.unit.name_zh, sheet.made_ms)
    foot = f"{title(sheet)} {sheet.period.name} {version(sheet)} {short_digest(seen)}"
    layout = Layout.of(seen)
    across = ceil(len(seen.columns) / _PARTS) or 1
    page = book.page(say("central.report_out.tab.figures"), head=HEAD, beside=2, foot=foot, across=across)
    _write_form(page, seen, layout)
    write_checks(book, seen, layout, foot)
    write_record(book, seen, foot)
    write_counted(book, seen, foot)
    return book.bytes()


@dataclass(frozen=True, slots=True)
class Layout:
    """Where each figure stands on the form's sheet: rows by code, columns by place."""

    rows: dict[str, int]
    parts: int

    @classmethod
    def of(cls, seen: Seen) -> Layout:
        rows: dict[str, int] = {}
        row = HEAD
        for part in form().parts:
            row += 1  # the part's heading
            for field in part.fields:
                rows[field.code] = row
                row += 1
        return cls(rows, len(seen.columns))

    @property
    def before(self) -> int:
        return _WHOLE + 1 + self.parts

    @property
    def last(self) -> int:
        return self.before + 1

    def address(self, code: str, column: int) -> str:
        return f"{xl_col_to_name(column)}{self.rows[code] + 1}"

    def spelled(self, term: Term, column: int, *, sheet: str = "") -> str:
        """The term's formula over that column; ``last`` stands in the column of the month before."""

        def where(cell: Cell) -> str:
            return sheet + self.address(cell.code, self.before if cell.last else column)

        def run(codes: tuple[str, ...]) -> str:
            rows = [self.rows[code] for code in codes]
            if rows == list(range(rows[0], rows[0] + len(rows))):
                return f"{sheet}{self.address(codes[0], column)}:{self.address(codes[-1], column)}"
            return ",".join(sheet + self.address(code, column) for code in codes)

        return spelled(term, where, run)

    def of_whole(self, term: Term) -> str:
        """Over the figures of the whole unit, from another sheet."""
        return self.spelled(term, _WHOLE, sheet=f"'{say('central.report_out.tab.figures')}'!")


def _write_form(page: Page, seen: Seen, layout: Layout) -> None:
    _write_head(page, seen, layout)
    for column, width in enumerate(_WIDTHS):
        page.sheet.set_column(column, column, width)
    page.sheet.set_column(_WHOLE + 1, layout.last, 10.5)
    row = HEAD
    for part in form().parts:
        page.text(row, 0, part.key, **_BLOCK)
        page.across(row, 1, layout.last, f"{part.zh}  {part.en}", **_BLOCK)
        for field in part.fields:
            _write_field(page, seen, layout, field)
        row += 1 + len(part.fields)
    _write_foot(page, seen, layout, row)


def _write_head(page: Page, seen: Seen, layout: Layout) -> None:
    sheet = seen.sheet
    last = layout.last
    page.sheet.set_row(0, 30)
    page.across(0, 0, last, title(sheet), bold=True, font_size=17, align="center")
    period = sheet.period
    spanned = say("central.report_out.spanned", first=period.first, last=period.last, name=period.name)
    nothing = f"    【{say('central.report_out.nothing')}】" if sheet.nothing else ""
    page.across(1, 0, last, spanned + nothing, align="center", bold=sheet.nothing)
    edges = ((0, 1), (2, 4), (5, last))
    for place, (key, text) in enumerate(head(sheet).items()):
        first, end = edges[place % 3]
        page.across(2 + place // 3, first, end, f"{key} {say(f'central.report_out.{key}')}：{text}", font_size=9)
    names = [*column_names(seen), *(_both("before"), _both("change"))]
    heads = [_both(key) for key in ("code", "name", "name_en", "unit", "source", "whole")]
    page.sheet.set_row(HEAD - 1, 44)
    for column, name in enumerate([*heads, *names]):
        page.text(HEAD - 1, column, name, **_TOP)


def _both(key: str) -> str:
    return f"{say(f'central.report_out.{key}')}\n{say(f'central.report_out.{key}', 'en')}"


def _write_field(page: Page, seen: Seen, layout: Layout, field: Field) -> None:
    row = layout.rows[field.code]
    page.text(row, _CODE, field.code, **_LINED, align="center")
    page.text(row, _ZH, field.zh, **_LINED, shrink=True)
    page.text(row, _EN, field.en, **_LINED, shrink=True, font_size=8, font_color="#5A6672")
    page.text(row, _UNIT, unit_of(field), **_LINED, align="center")
    page.text(row, _SOURCE, source_of(field), **_LINED, align="center")
    parts = [column.figures.get(field.code) for column in seen.columns]
    whole = seen.figures[field.code]
    page.figure(
        row, _WHOLE, whole, field.scale, _whole_formula(seen, layout, field, parts), **_LINED, bold=True,
        bg_color="#F6F9FC",
    )  # fmt: skip
    for place, shown in enumerate(parts):
        over = seen.columns[place].figures
        formula = _computed(layout, field, shown, over, {}, _WHOLE + 1 + place)
        page.figure(row, _WHOLE + 1 + place, shown, field.scale, formula, **_LINED)
    before = seen.before.get(field.code)
    page.figure(row, layout.before, before, field.scale, **_LINED)
    change = seen.change[field.code]
    formula = f"={layout.address(field.code, _WHOLE)}-{layout.address(field.code, layout.before)}"
    page.figure(
        row, layout.last, change, field.scale, formula if isinstance(change, Fraction) else None, **_LINED, signed=True
    )


def _whole_formula(seen: Seen, layout: Layout, field: Field, parts: list[Shown]) -> str | None:
    shown = seen.figures[field.code]
    if field.made_of is not None:
        return _computed(layout, field, shown, seen.figures, seen.before, _WHOLE)
    if field.kind is Kind.RATIO or not is_sum(shown, parts):
        return None
    first, last = layout.address(field.code, _WHOLE + 1), layout.address(field.code, _WHOLE + len(parts))
    return f"=SUM({first}:{last})"


def _computed(layout: Layout, field: Field, shown: Shown, row: Row, before: Row, column: int) -> str | None:
    """A computed field's own formula where it makes what is shown, or says like it that this cannot be computed."""
    if field.made_of is None or not comes_to(field, shown, Figures(shown_figures(row), shown_figures(before))):
        return None
    text = layout.spelled(field.made_of, column)
    return f'=IFERROR(ROUND({text},{field.scale}),"{UNKNOWN}")' if field.kind is Kind.RATIO else f"={text}"


def _write_foot(page: Page, seen: Seen, layout: Layout, row: int) -> None:
    sheet = seen.sheet
    signed = say("central.report_out.signed", preparer=sheet.preparer, reviewer=sheet.reviewer, signer=sheet.signer)
    page.sheet.set_row(row + 1, 24)
    page.across(row + 1, 0, layout.last, signed, bold=True)
    page.sheet.set_row(row + 2, 30)
    page.across(row + 2, 0, layout.last, say("central.report_out.by_hand"), valign="top")
    fixed = [say("central.report_out.fixed")] if seen.signs else []
    for place, note in enumerate([*footnotes(seen), *fixed]):
        page.across(row + 3 + place, 0, layout.last, note, font_size=8.5, text_wrap=True)
