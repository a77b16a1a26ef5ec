"""Two versions of one form held against each other: what differs, by how much, and who changed it.

What is hidden in either is hidden in both, and so is the difference: an open figure of one version would tell the
hidden one of the other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from central.report.form import Field, Source, form
from central.report.formula import Figure, codes_in
from central.report.sheet import Sheet, UnitNamed
from central.report_out.equalities import BEFORE, TOTAL, Spot
from central.report_out.few import Row, Seen, SeenLine, Shown, hidden, seen_with
from central.report_out.hiding import Veil
from central.report_out.workbook import Book, Page
from central.report_out.written import name_of, text_of, title
from hall_config.wording import Language, say

_HEADS: Final = (("code", 8), ("name", 30), ("compared.unit", 26), ("old", 13), ("new", 13), ("compared.change", 12),
                 ("compared.who", 70))  # fmt: skip
_LINED: Final[dict[str, Any]] = {"border": 1, "border_color": "#8A97A3"}
_TOP: Final[dict[str, Any]] = {**_LINED, "bold": True, "align": "center", "text_wrap": True, "bg_color": "#DCE8F3"}


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure that is another one now. ``unit``: None for the whole, else whose column it is of.

    ``lines`` are those that the new version has and the old one has not, of this field or of what it is computed from.
    """

    field: Field
    unit: UnitNamed | None
    old: Shown
    new: Shown
    by: Shown
    lines: tuple[SeenLine, ...]


def differences(old: Sheet, new: Sheet) -> tuple[Difference, ...]:
    """In the order of the form, the whole before its columns. Raises ValueError for two forms that are not one."""
    if (old.unit.id, old.period.name) != (new.unit.id, new.period.name):
        raise ValueError("two versions of one form are compared, not two forms")
    seen_old, seen_new = _hidden_alike(old, new)
    return tuple(one for field in form().fields.values() for one in _of_field(field, seen_old, seen_new))


Whose = tuple[str, bool] | None  # a column by its unit and whether it is the unit's own part; None: the whole


def _hidden_alike(old: Sheet, new: Sheet) -> tuple[Seen, Seen]:
    either = {
        (spot.code, _whose(sheet, spot)) for sheet in (old, new) for spot in hidden(sheet) if spot.place != BEFORE
    }
    return _with(old, either), _with(new, either)


def _whose(sheet: Sheet, spot: Spot) -> Whose:
    return (sheet.columns[spot.place].unit.id, sheet.columns[spot.place].own) if spot.place >= 0 else None


def _with(sheet: Sheet, either: Collection[tuple[str, Whose]]) -> Seen:
    own = hidden(sheet)
    spots = (Spot(code, place) for code in form().fields for place in (TOTAL, *range(len(sheet.columns))))
    return seen_with(
        sheet, {**{spot: Veil.MORE for spot in spots if (spot.code, _whose(sheet, spot)) in either}, **own}
    )


def _of_field(field: Field, old: Seen, new: Seen) -> Iterator[Difference]:
    lines = _new_lines(field, old, new)
    rows_old, rows_new = _rows(old), _rows(new)
    for whose in {**rows_new, **rows_old}:
        was, now = rows_old.get(whose, _NO_ROW), rows_new.get(whose, _NO_ROW)
        if was.real.get(field.code) != now.real.get(field.code):
            before, after = was.shown.get(field.code), now.shown.get(field.code)
            of_it = lines if whose is None else tuple(line for line in lines if line.of.unit == whose[0])
            yield Difference(field, now.unit or was.unit, before, after, _by(before, after), of_it)


@dataclass(frozen=True, slots=True)
class _Figures:
    unit: UnitNamed | None
    real: Mapping[str, Figure]
    shown: Row


_NO_ROW: Final = _Figures(None, {}, {})


def _rows(seen: Seen) -> dict[Whose, _Figures]:
    rows: dict[Whose, _Figures] = {None: _Figures(None, seen.sheet.figures, seen.figures)}
    for column in seen.columns:
        rows[column.of.unit.id, column.of.own] = _Figures(column.of.unit, column.of.figures, column.figures)
    return rows


def _by(old: Shown, new: Shown) -> Shown:
    if isinstance(old, Veil) or isinstance(new, Veil):
        return Veil.MORE
    return None if old is None or new is None else new - old


def _new_lines(field: Field, old: Seen, new: Seen) -> tuple[SeenLine, ...]:
    known = {line.of.id for line in old.lines}
    codes = _made_of(field)
    return tuple(line for line in new.lines if line.of.id not in known and line.of.code in codes)


def _made_of(field: Field) -> set[str]:
    """The field and all that it is computed from in the same period."""
    codes = {field.code}
    for cell in codes_in(field.made_of) if field.made_of is not None else ():
        if not cell.last:
            codes |= _made_of(form().fields[cell.code])
    return codes


def who_words(one: Difference, language: Language = "zh") -> str:
    """By which lines it changed; without one the figure was counted or computed anew."""
    if one.lines:
        return "；".join(_line_words(line, language) for line in one.lines)
    computed = one.field.source is Source.COMPUTED
    return say(f"central.report_out.compared.{'computed' if computed else 'recounted'}", language)


def _line_words(line: SeenLine, language: Language) -> str:
    scale = form().fields[line.of.code].scale
    kind = f"{say(f'central.report_line.{line.of.kind}', language)} {line.of.code}"
    by = text_of(line.by, scale, signed=True)
    return say("central.report_out.compared.line", language, kind=kind, by=by, reason=line.reason, actor=line.of.actor)


def compared_workbook(old: Sheet, new: Sheet) -> bytes:
    """All differences as a workbook; differences are formulas."""
    name = say("central.report_out.compared.title")
    book = Book(f"{title(new)} {name}", new.unit.name_zh, new.made_ms)
    versions = [say("central.report_out.compared.old", number=one.version) for one in (old, new)]
    page = book.page(name, head=2, beside=2, foot=f"{title(new)} {new.period.name} {' / '.join(versions)}")
    last = len(_HEADS) - 1
    page.across(0, 0, last, f"{title(new)}（{new.period.name}）{name}：{' → '.join(versions)}", bold=True, font_size=13)
    for column, (key, width) in enumerate(_HEADS):
        page.sheet.set_column(column, column, width)
        words = versions[key == "new"] if key in ("old", "new") else say(f"central.report_out.{key}")
        page.text(1, column, words, **_TOP)
    found = differences(old, new)
    for row, one in enumerate(found, start=2):
        _write_row(page, row, one)
    if not found:
        page.across(2, 0, last, say("central.report_out.compared.same"))
    return book.bytes()


def _write_row(page: Page, row: int, one: Difference) -> None:
    unit = say("central.report_out.whole") if one.unit is None else name_of(one.unit)
    page.fitted(row, [(who_words(one), _HEADS[6][1])])
    for column, text in ((0, one.field.code), (1, one.field.zh), (2, unit), (6, who_words(one))):
        page.text(row, column, text, **_LINED, text_wrap=column == 6, bold=one.unit is None)
    page.figure(row, 3, one.old, one.field.scale, **_LINED)
    page.figure(row, 4, one.new, one.field.scale, **_LINED)
    formula = f"=E{row + 1}-D{row + 1}" if isinstance(one.by, Fraction) else None
    page.figure(row, 5, one.by, one.field.scale, formula, **_LINED, signed=True)
