"""The assessment as a workbook: places, points and figures, each reckoned by formulas from the sheet behind it.

Weights, thresholds and what is judged by hand can be written over: points, totals and places follow.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Final

from xlsxwriter.utility import xl_col_to_name

from central.report.form import form
from central.report.formula import Cell, Figures, worked_out
from central.report_analysis.assessment import Assessed, AssessmentSheet
from central.report_analysis.assessment_told import basis, formula_words, words
from central.report_analysis.rules_of_assessment import POINT_SCALE, VALUE_SCALE, Score, codes_of, term_of
from central.report_out.formulas import shown_figures, spelled
from central.report_out.workbook import Book, Page
from central.report_out.written import UNKNOWN
from hall_config.assessment_numbers import Indicator

_LINED: Final[dict[str, Any]] = {"border": 1, "border_color": "#8A97A3"}
_TOP: Final[dict[str, Any]] = {**_LINED, "bold": True, "align": "center", "text_wrap": True, "bg_color": "#DCE8F3"}
_OPEN: Final[dict[str, Any]] = {**_LINED, "bg_color": "#FFF6DC"}
_HEAD: Final = 4  # rows above the first line of each sheet
_NAME, _FORMULA, _ZERO, _FULL, _WEIGHT, _FIRST = range(6)  # of the points; from `_FIRST` on value and points by unit


def workbook(found: AssessmentSheet) -> bytes:
    units = found.lower or (found.own,)
    title = words("title", "zh", unit=found.own.unit.name_zh, year=found.year)
    book = Book(title, found.own.unit.name_zh, found.made_ms)
    layout = _Layout(units)
    for write, key in ((_write_places, "places"), (_write_points, "points"), (_write_figures, "figures")):
        page = book.page(words(f"tab.{key}", "zh"), head=_HEAD, beside=1, foot=title)
        page.sheet.set_row(0, 28)
        page.across(0, 0, 5, title, bold=True, font_size=15)
        page.across(1, 0, 5, " ".join(basis(found, "zh")), font_size=9)
        page.across(2, 0, 5, words("defaults", "zh"), font_size=9)
        write(page, units, layout)
    return book.bytes()


class _Layout:
    """Where everything stands: indicators by row, those that count before rewards and penalties; units by column."""

    def __init__(self, units: tuple[Assessed, ...]) -> None:
        every = {score.of.id: score.of for unit in units for score in unit.scores}
        plain = [one for one in every.values() if one.kind == "score"]
        extra = [one for one in every.values() if one.kind != "score"]
        self.indicators: tuple[Indicator, ...] = (*plain, *extra)
        self.rows = {one.id: _HEAD + place for place, one in enumerate(self.indicators)}
        self.plain = (_HEAD, _HEAD + len(plain) - 1)
        self.extra = (_HEAD + len(plain), _HEAD + len(self.indicators) - 1)
        asked = {code for one in self.indicators for code in codes_of(one)}
        self.codes = [code for code in form().fields if code in asked]
        self.count = len(units)

    def figure(self, code: str, place: int) -> str:
        return f"'{words('tab.figures', 'zh')}'!{xl_col_to_name(2 + place)}{_HEAD + 1 + self.codes.index(code)}"

    def points(self, rows: tuple[int, int], place: int) -> str:
        return self._run(rows, _FIRST + 2 * place + 1)

    def weights(self, rows: tuple[int, int]) -> str:
        return self._run(rows, _WEIGHT)

    @staticmethod
    def _run(rows: tuple[int, int], column: int) -> str:
        name = xl_col_to_name(column)
        return f"'{words('tab.points', 'zh')}'!${name}${rows[0] + 1}:${name}${rows[1] + 1}"


# --- figures -------------------------------------------------------------------------------------------------


def _write_figures(page: Page, units: tuple[Assessed, ...], layout: _Layout) -> None:
    page.sheet.set_column(0, 0, 9)
    page.sheet.set_column(1, 1, 26)
    page.sheet.set_column(2, 1 + len(units), 13)
    page.text(_HEAD - 1, 0, words("code", "zh"), **_TOP)
    page.text(_HEAD - 1, 1, words("inputs", "zh"), **_TOP)
    for place, unit in enumerate(units):
        page.text(_HEAD - 1, 2 + place, unit.unit.name_zh, **_TOP)
    for row, code in enumerate(layout.codes, start=_HEAD):
        field = form().fields[code]
        page.text(row, 0, code, **_LINED)
        page.text(row, 1, field.zh, **_LINED)
        for place, unit in enumerate(units):
            page.figure(row, 2 + place, unit.figures.get(code), field.scale, **_LINED)


# --- points --------------------------------------------------------------------------------------------------


def _write_points(page: Page, units: tuple[Assessed, ...], layout: _Layout) -> None:
    page.sheet.set_column(_NAME, _NAME, 38)
    page.sheet.set_column(_FORMULA, _FORMULA, 26)
    page.sheet.set_column(_ZERO, _FIRST + 2 * len(units), 10)
    page.sheet.set_row(_HEAD - 1, 32)
    for column, key in enumerate(("indicator", "formula", "zero", "full", "weight")):
        page.text(_HEAD - 1, column, words(key, "zh"), **_TOP)
    for place, unit in enumerate(units):
        for more, key in enumerate(("value", "points")):
            head = f"{unit.unit.name_zh}\n{words(key, 'zh')}"
            page.text(_HEAD - 1, _FIRST + 2 * place + more, head, **_TOP)
    for one in layout.indicators:
        _write_indicator(page, units, layout, one)


def _write_indicator(page: Page, units: tuple[Assessed, ...], layout: _Layout, of: Indicator) -> None:
    row = layout.rows[of.id]
    page.text(row, _NAME, of.zh, **_LINED)
    page.text(row, _FORMULA, formula_words(of, "zh"), **_LINED, text_wrap=True)
    for column, number in ((_ZERO, of.zero), (_FULL, of.full)):
        if of.by_hand:
            page.text(row, column, "", **_LINED)
        else:
            page.figure(row, column, Fraction(number), 0, **_LINED)
    page.figure(row, _WEIGHT, Fraction(of.weight), 0, **_LINED)
    for place, unit in enumerate(units):
        score = next((one for one in unit.scores if one.of.id == of.id), None)
        _write_score(page, layout, score, row, place)


def _write_score(page: Page, layout: _Layout, score: Score | None, row: int, place: int) -> None:
    """What is judged by hand is an open cell; what a unit of this level is not asked is a dash."""
    value, points = _FIRST + 2 * place, _FIRST + 2 * place + 1
    if score is None:
        page.text(row, value, UNKNOWN, **_LINED, align="right")
        page.text(row, points, UNKNOWN, **_LINED, align="right")
    elif score.of.by_hand:
        page.text(row, value, words("by_hand", "zh"), **_LINED, align="right")
        page.text(row, points, "", **_OPEN)
    else:
        page.figure(row, value, score.value, VALUE_SCALE, _value_formula(layout, score, place), **_LINED)
        page.figure(row, points, score.points, POINT_SCALE, _points_formula(score.of, row, value), **_LINED, bold=True)


def _value_formula(layout: _Layout, score: Score, place: int) -> str | None:
    """None where something of it is hidden or unknown and the formula would not come to what is shown."""
    of = score.of
    if of.kinds is not None:
        known = all(isinstance(shown, Fraction) for _, shown in score.inputs)
        codes = codes_of(of)
        return (
            f'=COUNTIF({layout.figure(codes[0], place)}:{_cell(layout.figure(codes[-1], place))},">0")'
            if known
            else None
        )
    figures = shown_figures(dict(score.inputs))
    if worked_out(term_of(of.formula), Figures(figures, {})) != score.value:
        return None

    def where(cell: Cell) -> str:
        return layout.figure(cell.code, place)

    def run(codes: tuple[str, ...]) -> str:
        return ",".join(layout.figure(code, place) for code in codes)

    return f'=IFERROR({_number(spelled(term_of(of.formula), where, run))},"{UNKNOWN}")'


def _cell(address: str) -> str:
    return address.rsplit("!", 1)[1]


def _number(formula: str) -> str:
    """A dash that is merely taken over becomes an error, and so a dash again, never a text in a sum."""
    return f"({formula})+0"


def _points_formula(of: Indicator, row: int, value: int) -> str:
    at = f"{xl_col_to_name(value)}{row + 1}"
    zero, full, weight = (f"${xl_col_to_name(column)}{row + 1}" for column in (_ZERO, _FULL, _WEIGHT))
    part = f"MAX(0,MIN(1,({at}-{zero})/({full}-{zero})))"
    reached = (
        f"-ROUND({weight}*(1-{part}),{POINT_SCALE})"
        if of.kind == "penalty"
        else f"ROUND({weight}*{part},{POINT_SCALE})"
    )
    return f'=IF(ISNUMBER({at}),{reached},"{UNKNOWN}")'


# --- places --------------------------------------------------------------------------------------------------


def _write_places(page: Page, units: tuple[Assessed, ...], layout: _Layout) -> None:
    keys = ("unit", "place", "total", "reached", "possible", "extra")
    page.sheet.set_column(0, 0, 30)
    page.sheet.set_column(1, len(keys), 13)
    for column, key in enumerate(keys):
        page.text(_HEAD - 1, column, words(key, "zh"), **_TOP)
    first, last = _HEAD + 1, _HEAD + len(units)
    for place, unit in enumerate(units):
        row, sums = _HEAD + place, unit.sums
        at = {key: f"{xl_col_to_name(column)}{row + 1}" for column, key in enumerate(keys)}
        plain, weights = layout.points(layout.plain, place), layout.weights(layout.plain)
        extra = f"=SUM({layout.points(layout.extra, place)})" if layout.extra[0] <= layout.extra[1] else None
        total = (
            f'=IF({at["possible"]}=0,"{UNKNOWN}",'
            f"ROUND(100*{at['reached']}/{at['possible']},{POINT_SCALE})+{at['extra']})"
        )
        rank = f'=IF(ISNUMBER({at["total"]}),RANK({at["total"]},$C${first}:$C${last}),"{UNKNOWN}")'
        page.text(row, 0, unit.unit.name_zh, **_LINED)
        page.figure(row, 1, None if unit.rank is None else Fraction(unit.rank), 0, rank, **_LINED)
        page.figure(row, 2, sums.total, POINT_SCALE, total, **_LINED, bold=True)
        page.figure(row, 3, sums.points, POINT_SCALE, f"=SUM({plain})", **_LINED)
        page.figure(row, 4, sums.possible, 0, f"=SUMPRODUCT(ISNUMBER({plain})*{weights})", **_LINED)
        page.figure(row, 5, sums.extra, POINT_SCALE, extra, **_LINED)
    page.across(_HEAD + len(units) + 1, 0, 5, words("how", "zh"), font_size=9, text_wrap=True, valign="top")
    page.sheet.set_row(_HEAD + len(units) + 1, 60)
