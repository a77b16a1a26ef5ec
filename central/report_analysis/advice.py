"""What people asked about, where, who they were, and who answered."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from central.report.form import form
from central.report_analysis.model import Cell, Chart, ChartKind, Head, Line, Section, Table, both
from central.report_analysis.reckoning import grown, less, share
from central.report_analysis.spans import Spans, change, field_name, figure, part_name, unit_name
from central.report_out.few import Row, Shown

_CODES: Final = tuple(form().fields)
FIELDS: Final = _CODES[_CODES.index("B11") : _CODES.index("B22") + 1]
_GROUPS: Final = _CODES[_CODES.index("B41") : _CODES.index("B46") + 1]
_ANSWERED: Final = _CODES[_CODES.index("B31") : _CODES.index("B35") + 1]
_WAYS: Final = _CODES[_CODES.index("B02") : _CODES.index("B05") + 1]
_RANKED: Final = 3  # of a unit: the fields that are asked about most
_LEVELS: Final = 4


def advice(spans: Spans) -> Section:
    tables = [_fields(spans)]
    if spans.now.parts:
        tables.append(_where(spans))
    tables += [_kinds(spans, "asked", _GROUPS, ("asked_few",)), _kinds(spans, "answered", _ANSWERED, ())]
    tables.append(_kinds(spans, "ways", _WAYS, ()))
    return Section("advice", both("section.advice"), tuple(tables))


def ranked(row: Row, codes: Sequence[str] = FIELDS) -> list[str]:
    """The most asked first; those of one number in the order of the form; what is not shown last."""
    return sorted(codes, key=lambda code: -_weight(row.get(code)))


def _weight(shown: Shown) -> Fraction:
    return shown if isinstance(shown, Fraction) else Fraction(-1)


def _fields(spans: Spans) -> Table:
    order = ranked(spans.now.figures)
    return _compared(spans, "fields", order, order, ("rank_note",))


def _kinds(spans: Spans, key: str, codes: Sequence[str], notes: Sequence[str]) -> Table:
    return _compared(spans, key, codes, ranked(spans.now.figures, codes), notes)


def _compared(spans: Spans, key: str, codes: Sequence[str], order: Sequence[str], notes: Sequence[str]) -> Table:
    """Now, its share of all advice, the span before and the change to it, the same a year before."""
    now, before, year = spans.now.figures, spans.before.figures, spans.year_before.figures
    lines = tuple(
        Line(
            code,
            field_name(code),
            (
                figure(now, code),
                Cell(share(now.get(code), now.get("B01")), 1),
                figure(before, code),
                change(less(now.get(code), before.get(code))),
                change(grown(now.get(code), before.get(code)), 1),
                figure(year, code),
                change(less(now.get(code), year.get(code))),
            ),
        )
        for code in order
    )
    heads = ("now", "share_of_advice", "before", "change", "change_percent", "year_before", "year_change")
    title = both(f"table.{key}")
    return Table(
        key, title, both("corner.field"), tuple(Head(one, both(f"head.{one}")) for one in heads), lines,
        (Chart(ChartKind.BARS, title, (0, 2), tuple(range(len(lines)))),), tuple(both(f"note.{one}") for one in notes),
    )  # fmt: skip


def _where(spans: Spans) -> Table:
    """A line for each unit, a column for each field: how dark a figure is says how large its share of the line is."""
    order = ranked(spans.now.figures)
    lines = []
    for part in spans.now.parts:
        if not part.own or any(part.figures.get(code) for code in order):
            lines.append(Line(part.unit.id, part_name(part), _marked(part.figures, order)))
    lines.append(Line("", unit_name(spans.unit), _marked(spans.now.figures, order), whole=True))
    heads = tuple(Head(code, field_name(code)) for code in order)
    return Table("where", both("table.where"), both("corner.unit"), heads, tuple(lines), (), (both("note.where"),))


def _marked(row: Row, order: Sequence[str]) -> tuple[Cell, ...]:
    most = [code for code in ranked(row, order)[:_RANKED] if _weight(row.get(code)) > 0]
    return tuple(
        Cell(
            row.get(code), 0, mark=both(f"rank.{most.index(code) + 1}") if code in most else None,
            level=_level(row.get(code), row.get("B01")),
        )
        for code in order
    )  # fmt: skip


def _level(shown: Shown, whole: Shown) -> int:
    """0 for nothing, and one more for each tenth of all that the unit was asked, 4 from three tenths on."""
    if not isinstance(shown, Fraction) or not isinstance(whole, Fraction) or whole <= 0 or shown <= 0:
        return 0
    return min(_LEVELS, 1 + int(10 * shown / whole))
