"""What all sheets of a workbook share: formats made once, and texts that stay texts.

A text that a spreadsheet would take for a formula (``=`` ``+`` ``-`` ``@`` at its beginning) is kept as a text and
marked so (quote prefix), that it stays one when somebody edits the cell. Nothing in it is taken for a link or a number.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import UTC, datetime
from fractions import Fraction
from math import ceil
from typing import Any, Final

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from central.report_out.few import Shown
from central.report_out.formulas import number
from central.report_out.hiding import Veil
from central.report_out.written import UNKNOWN

_FONT: Final = "宋体"  # on every office machine in China; LibreOffice sets Noto Sans CJK SC in its place
_CHINESE: Final = 134  # the character set by which a machine without that font finds another Chinese one
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
_LONGEST: Final = 32_767
_A4: Final = 9
_LINE, _HIGHEST = 13.5, 409.0  # points; the second is the most that a row may have
_OPTIONS: Final = {
    "in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False,
}  # fmt: skip


class Book:
    """A workbook that is being written."""

    def __init__(self, title: str, author: str, made_ms: int) -> None:
        self._out = io.BytesIO()
        self._book = xlsxwriter.Workbook(self._out, _OPTIONS)
        made = datetime.fromtimestamp(made_ms / 1000, UTC).replace(tzinfo=None)
        self._book.set_properties({"title": _clean(title), "author": _clean(author), "created": made})
        self._formats: dict[tuple[tuple[str, Any], ...], Format] = {}

    def format(self, **properties: Any) -> Format:
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            base = {"font_name": _FONT, "font_charset": _CHINESE, "font_size": 10, "valign": "vcenter"}
            self._formats[key] = self._book.add_format({**base, **properties})
        return self._formats[key]

    def page(self, name: str, *, head: int, beside: int = 0, foot: str = "", across: int = 1) -> Page:
        """A sheet that prints on A4 across, its head on each page, and keeps head and first columns in sight."""
        sheet = self._book.add_worksheet(name)
        sheet.set_paper(_A4)
        sheet.set_landscape()
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.center_horizontally()
        sheet.fit_to_pages(across, 0)
        sheet.repeat_rows(max(head - 1, 0))
        if beside and across > 1:
            sheet.repeat_columns(0, beside - 1)
        sheet.freeze_panes(head, beside)
        sheet.hide_gridlines(2)
        sheet.set_footer(f"&L&8{foot.replace('&', '&&')[:150]}&C&8第 &P 页 共 &N 页")
        return Page(self, sheet)

    def bytes(self) -> bytes:
        self._book.close()
        return self._out.getvalue()


class Page:
    """One sheet: rows and columns are counted from 0."""

    def __init__(self, book: Book, sheet: Worksheet) -> None:
        self._book = book
        self.sheet = sheet

    def text(self, row: int, column: int, text: str, /, **properties: Any) -> None:
        if text.startswith(_FORMULA):
            properties["quote_prefix"] = True
        self.sheet.write_string(row, column, _clean(text), self._book.format(**properties))

    def across(self, row: int, first: int, last: int, text: str, /, **properties: Any) -> None:
        """One text over several columns."""
        if last > first:
            self.sheet.merge_range(row, first, row, last, "", self._book.format(**properties))
        self.text(row, first, text, **properties)

    def figure(self, row: int, column: int, shown: Shown, scale: int, formula: str | None = None, /, *,
               signed: bool = False, **properties: Any) -> None:  # fmt: skip
        """A figure, or the formula that comes to it; a hidden or unknown one as its sign."""
        if isinstance(shown, Fraction):
            properties |= {"num_format": _numbers(shown, scale, signed)}
        kept: int | float | str = number(shown) if isinstance(shown, Fraction) else _sign(shown)
        form = self._book.format(align="right", **properties)
        if formula is not None:
            self.sheet.write_formula(row, column, formula, form, kept)
        elif isinstance(kept, str):
            self.sheet.write_string(row, column, kept, form)
        else:
            self.sheet.write_number(row, column, kept, form)

    def formula(self, row: int, column: int, formula: str, kept: str, /, **properties: Any) -> None:
        """A formula that comes to a text."""
        self.sheet.write_formula(row, column, formula, self._book.format(**properties), kept)

    def fitted(self, row: int, texts: Iterable[tuple[str, float]]) -> None:
        """As high as its longest text needs, which not every program sees to; ``texts`` with the width they have."""
        lines = max((sum(_lines(piece, width) for piece in text.split("\n")) for text, width in texts), default=1)
        self.sheet.set_row(row, min(_LINE * max(lines, 1) + 2, _HIGHEST))

    def marked(self, first: int, last: int, column: int, text: str, **properties: Any) -> None:
        """Cells of a column stand out where they say that text."""
        wanted = {"type": "cell", "criteria": "==", "value": f'"{text}"', "format": self._book.format(**properties)}
        self.sheet.conditional_format(first, column, max(first, last), column, wanted)


def _lines(text: str, width: float) -> int:
    return max(1, ceil(sum(2 if ord(one) > 0x2E7F else 1 for one in text) * 1.1 / width))


def _sign(shown: Veil | None) -> str:
    return UNKNOWN if shown is None else shown.value


def _numbers(figure: Fraction, scale: int, signed: bool) -> str:
    exact = (figure * 10**scale).denominator == 1
    plain = "#,##0" + (f".{'0' * scale}" if scale else "") if exact else "#,##0.0#####"
    return f"+{plain};-{plain};0" if signed else plain


def _clean(text: str) -> str:
    """Without halves of characters, which no file can keep."""
    return text.encode("utf-8", "replace").decode()[:_LONGEST]
