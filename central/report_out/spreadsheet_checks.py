"""The sheet of checks: every rule of the form, both its sides and its result as formulas; then what else was found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final, Protocol

from central.report.doubts import doubt_words
from central.report.form import Field, form
from central.report.formula import Cell, Comparison, Figures, Number, Rule, Term, codes_in, worked_out
from central.report_out.few import Seen, SeenFinding, Shown
from central.report_out.formulas import shown_figures
from central.report_out.hiding import Veil
from central.report_out.machine import result_of
from central.report_out.workbook import Book, Page
from central.report_out.written import UNKNOWN, pairs, rule_words
from hall_config.wording import say

_COLUMNS: Final = (
    ("rule", 11), ("name", 24), ("kind", 9), ("formula", 38), ("left", 12), ("sign", 6), ("right", 12), ("result", 9),
    ("note", 44),
)  # fmt: skip
_LEFT, _RIGHT = "E", "G"
_RESULT: Final = 7
_LINED: Final[dict[str, Any]] = {"border": 1, "border_color": "#8A97A3"}
_TOP: Final[dict[str, Any]] = {**_LINED, "bold": True, "align": "center", "text_wrap": True, "bg_color": "#DCE8F3"}
_ASKS: Final[dict[str, Any]] = {"font_color": "#7A4B00", "bg_color": "#FFF0CC"}
_BAD: Final[dict[str, Any]] = {"bold": True, "font_color": "#9C0006", "bg_color": "#FFD9D6"}


class Addresses(Protocol):
    """Where the form's figures stand."""

    def of_whole(self, term: Term) -> str: ...


@dataclass(frozen=True, slots=True)
class _Row:
    id: str
    field: Field
    hard: bool
    says: str
    left: Term
    sign: str
    right: Term
    condition: Comparison | None
    result: str  # a key under ``central.report_out.check``
    shown: tuple[Shown, Shown]


def write_checks(book: Book, seen: Seen, addresses: Addresses, foot: str) -> None:
    page = book.page(say("central.report_out.tab.checks"), head=1, beside=1, foot=foot)
    for column, (key, width) in enumerate(_COLUMNS):
        page.sheet.set_column(column, column, width)
        words = f"central.report_out.{key}" if key == "name" else f"central.report_out.check.{key}"
        page.text(0, column, f"{say(words)}\n{say(words, 'en')}", **_TOP)
    page.sheet.set_row(0, 30)
    said = {note.rule: note.text for note in seen.notes}
    rows = list(_of_form(seen))
    found = [row for finding in seen.findings if (row := _of_finding(finding)) is not None]
    for place, one in enumerate(rows, start=1):
        _write_row(page, place, one, addresses, said.get(one.id, ""))
    last = len(rows) + 1
    if found:
        page.across(last, 0, len(_COLUMNS) - 1, say("central.report_out.findings"), **_LINED, bold=True)
    for one in found:
        last += 1
        _write_row(page, last, one, addresses, said.get(one.id, ""))
    page.marked(1, last, _RESULT, say("central.report_out.check.FAIL"), **_BAD)
    page.marked(1, last, _RESULT, say("central.report_out.check.EXPLAIN"), **_ASKS)


def _of_form(seen: Seen) -> Iterator[_Row]:
    over = Figures(shown_figures(seen.figures), shown_figures(seen.before))
    for field in form().fields.values():
        if seen.sheet.unit.level not in field.at:
            continue
        for rule, hard in ((field.rule, True), (field.soft, False)):
            if rule is None:
                continue
            for left, sign, right in pairs(rule.claim):
                result = result_of(Rule(Comparison((left, right), (sign,)), rule.condition), seen)
                shown = _side(left, seen, over), _side(right, seen, over)
                words = rule_words(rule)
                yield _Row(f"R-{field.code}", field, hard, words, left, sign, right, rule.condition, result, shown)


def _side(term: Term, seen: Seen, over: Figures) -> Shown:
    """What a side comes to; hidden where something of it is."""
    for code, row in ((cell.code, seen.before if cell.last else seen.figures) for cell in codes_in(term)):
        if isinstance(row.get(code), Veil):
            return Veil.MORE
    return worked_out(term, over)


def _of_finding(finding: SeenFinding) -> _Row | None:
    """What is found without a rule of the table: a sign, a fraction, a change, a clock."""
    of = finding.of
    if of.id == f"R-{of.code}":
        return None
    right: Term = of.cells[1] if len(of.cells) > 1 and not of.doubts else Number(of.right_is)
    says = doubt_words(of.doubts) if of.doubts else f"{of.left} {of.sign} {of.right}"
    return _Row(
        of.id, form().fields[of.code], of.hard, says, Cell(of.code), of.sign, right, None,
        "FAIL", (finding.left, finding.right),
    )  # fmt: skip


def _write_row(page: Page, row: int, one: _Row, addresses: Addresses, note: str) -> None:
    page.fitted(row, [(one.says, _COLUMNS[3][1]), (note, _COLUMNS[8][1])])
    kind = say(f"central.report_out.check.{'hard' if one.hard else 'soft'}")
    texts = {0: one.id, 1: f"{one.field.code} {one.field.zh}", 2: kind, 3: one.says, 5: one.sign, 8: note}
    for column, text in texts.items():
        page.text(row, column, text, **_LINED, text_wrap=column in (3, 8), shrink=column in (0, 1),
                  align="center" if column in (2, 5) else "left")  # fmt: skip
    hidden = any(isinstance(side, Veil) for side in one.shown)
    for column, term, shown in ((4, one.left, one.shown[0]), (6, one.right, one.shown[1])):
        formula = None if hidden else f'=IFERROR({addresses.of_whole(term)},"{UNKNOWN}")'
        page.figure(row, column, shown, _scale(shown), formula, **_LINED)
    failed = _failed(one)
    result = failed if one.result == "FAIL" else say(f"central.report_out.check.{one.result}")
    if hidden:
        page.text(row, _RESULT, result, **_LINED, align="center")
    else:
        page.formula(row, _RESULT, _result_formula(row, one, addresses), result, **_LINED, align="center")


def _scale(shown: Shown) -> int:
    return 0 if not isinstance(shown, Fraction) or shown.denominator == 1 else 2


def _failed(one: _Row) -> str:
    return say(f"central.report_out.check.{'FAIL' if one.hard else 'EXPLAIN'}")


def _result_formula(row: int, one: _Row, addresses: Addresses) -> str:
    """Both sides are held against each other after the sixth decimal: spreadsheets reckon in binary fractions."""
    passed, failed = say("central.report_out.check.PASS"), _failed(one)
    left, right = f"{_LEFT}{row + 1}", f"{_RIGHT}{row + 1}"
    claim = f'IF(AND(ISNUMBER({left}),ISNUMBER({right})),IF(ROUND({left}-{right},6){one.sign}0,"{passed}","{failed}")'
    claim += f',"{UNKNOWN}")'
    if one.condition is None:
        return f"={claim}"
    asked = ",".join(
        f"ROUND({addresses.of_whole(first)}-({addresses.of_whole(then)}),6){sign}0"
        for first, sign, then in pairs(one.condition)
    )
    return f'=IFERROR(IF(AND({asked}),{claim},"{UNKNOWN}"),"{UNKNOWN}")'
