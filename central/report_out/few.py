"""A form as its reader may see it: figures of few people are hidden, and what would give them away.

The rule is "cells 1–2 about sensitive groups are shown as <3 outside the unit" (domain 4.1; 统计法 28: nobody's
identity leaves in a report). Read so: a figure is of the unit whose form says it.

- Who reads from outside (`Sheet.inside` false: the unit above, the city, everybody else) sees "<3" in the whole, in the
  month before and in every column.
- Who reads inside sees the figures of the own unit as they are: the whole, the month before, the own column. A column
  of a unit below is that unit's: its form reached the reader from outside, and what "<3" hid there this one must not
  show. (Whoever has to know asks that unit: it alone sees its rows, where looking is written down.)

What else is hidden so that nobody can subtract: `hiding`. Beside the figures that are: the change since the month
before where either is hidden, ratios made of hidden figures, both sides of a finding about them, and size, reason and
events of a line about few people. Digests (`machine`) are made of what is shown: one over hidden figures would be tried
out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from central.report.checks import Finding
from central.report.form import Field, Kind, form
from central.report.formula import Figure, codes_in
from central.report.sheet import Column, Line, LineKind, Note, Sheet
from central.report_out.equalities import BEFORE, TOTAL, Spot
from central.report_out.hiding import FEWER_THAN, Veil, hidden_spots

Shown = Fraction | Veil | None
Row = Mapping[str, Shown]


@dataclass(frozen=True, slots=True)
class SeenColumn:
    of: Column
    figures: Row


@dataclass(frozen=True, slots=True)
class SeenLine:
    """``by`` is hidden together with ``reason`` and events."""

    of: Line
    by: Shown
    reason: str
    events: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SeenFinding:
    of: Finding
    left: Shown
    right: Shown


@dataclass(frozen=True, slots=True)
class Seen:
    """``sheet`` for its head only: every figure is taken from here."""

    sheet: Sheet
    figures: Row
    before: Row
    change: Row
    columns: tuple[SeenColumn, ...]
    lines: tuple[SeenLine, ...]
    findings: tuple[SeenFinding, ...]
    notes: tuple[Note, ...]

    @property
    def signs(self) -> frozenset[Veil]:
        """Which signs of hiding stand in it, and need their footnote."""
        rows = (self.figures, self.before, self.change, *(column.figures for column in self.columns))
        every = {shown for row in rows for shown in row.values() if isinstance(shown, Veil)}
        return frozenset({*every, *(line.by for line in self.lines if isinstance(line.by, Veil))})

    def hides(self, code: str) -> bool:
        """Whether anything of that field's row is hidden."""
        rows = (self.figures, self.before, *(column.figures for column in self.columns))
        return any(isinstance(row.get(code), Veil) for row in rows)

    def keeps_back(self, code: str) -> bool:
        """Whether what is said of that field outside of the form's figures is for its unit's own people alone: what
        it was before may be of few though it is not now."""
        return form().fields[code].few or self.hides(code)


def seen(sheet: Sheet) -> Seen:
    """The form as whoever reads it may see it."""
    return seen_with(sheet, hidden(sheet))


def hidden(sheet: Sheet) -> Mapping[Spot, Veil]:
    """What of its figures is hidden, and as what."""
    own = {place for place, column in enumerate(sheet.columns) if column.own}
    return hidden_spots(_table(sheet), {TOTAL, BEFORE, *own} if sheet.inside else set())


def seen_with(sheet: Sheet, veils: Mapping[Spot, Veil]) -> Seen:
    """The form with those figures hidden, and all that is made of them."""
    figures, before = _row(sheet.figures, TOTAL, veils), _row(sheet.before, BEFORE, veils)
    columns = tuple(
        SeenColumn(column, _row(column.figures, place, veils)) for place, column in enumerate(sheet.columns)
    )
    rows = (figures, before, *(column.figures for column in columns))
    touched = {code for row in rows for code, shown in row.items() if isinstance(shown, Veil)}
    return Seen(
        sheet, figures, before, {code: _change(figures[code], before.get(code)) for code in figures}, columns,
        tuple(_line(sheet, line, touched) for line in sheet.lines),
        tuple(_finding(finding, figures, before) for finding in sheet.findings),
        tuple(_note(note, sheet.findings, figures, before) for note in sheet.notes),
    )  # fmt: skip


def _table(sheet: Sheet) -> dict[Spot, Figure]:
    rows = {TOTAL: sheet.figures, BEFORE: sheet.before, **dict(enumerate(one.figures for one in sheet.columns))}
    return {Spot(code, place): figure for place, row in rows.items() for code, figure in row.items()}


def _row(figures: Mapping[str, Figure], place: int, veils: Mapping[Spot, Veil]) -> Row:
    row: dict[str, Shown] = {code: veils.get(Spot(code, place), figure) for code, figure in figures.items()}
    for field in form().computing:
        if field.kind is Kind.RATIO and field.code in row and any(isinstance(row.get(one), Veil) for one in _of(field)):
            row[field.code] = Veil.MORE
    return row


def _of(field: Field) -> Iterable[str]:
    return (cell.code for cell in codes_in(field.made_of)) if field.made_of is not None else ()


def _change(now: Shown, before: Shown) -> Shown:
    if isinstance(now, Veil) or isinstance(before, Veil):
        return Veil.MORE
    return None if now is None or before is None else now - before


def _line(sheet: Sheet, line: Line, touched: set[str]) -> SeenLine:
    """The reader's own unit's lines are seen as they are. What a correction of any size added tells what was before,
    which an earlier version may hide."""
    few = form().fields[line.code].few
    few = few and (line.kind is LineKind.CORRECTION or abs(line.by or Fraction()) < FEWER_THAN)
    if (few or line.code in touched) and not (sheet.inside and line.unit == sheet.unit.id):
        return SeenLine(line, Veil.MORE, Veil.MORE, ())
    return SeenLine(line, line.by, line.reason, line.events)


def _finding(finding: Finding, figures: Row, before: Row) -> SeenFinding:
    if _is_of_hidden(finding, figures, before):
        return SeenFinding(finding, Veil.MORE, Veil.MORE)
    return SeenFinding(finding, finding.left_is, finding.right_is)


def _note(note: Note, findings: Iterable[Finding], figures: Row, before: Row) -> Note:
    """What is said to a finding about hidden figures may say them."""
    about = [one for one in findings if one.id == note.rule]
    codes = [code for code in form().fields if note.rule == f"R-{code}" or note.rule.startswith(f"R-{code}-")]
    if any(_is_of_hidden(one, figures, before) for one in about) or any(_veiled(figures, before, codes)):
        return replace(note, text=Veil.MORE)
    return note


def _is_of_hidden(finding: Finding, figures: Row, before: Row) -> bool:
    return any(_veiled(figures, before, {finding.code, *(cell.code for cell in finding.cells)}))


def _veiled(figures: Row, before: Row, codes: Iterable[str]) -> Iterator[bool]:
    return (isinstance(row.get(code), Veil) for code in codes for row in (figures, before))
