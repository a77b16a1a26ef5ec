"""What must hold of a form before it is sent, and what needs a word of explanation.

Hard findings block: a rule of the table does not hold, a figure is negative, a count is no whole number. Soft ones need
a note: a rule that is expected to hold, a figure that moved by more than half and more than 20 since the period before,
one that is nothing after it was something, tickets that may stand on wrong days since the clock of their hall was
wrong. A rule that holds without what came late from an earlier period, and does not hold with it, is a soft one too:
both are right, and the note says why. Ids: ``R-C10`` for the field's own rule, hard or soft, and ``R-C10-SIGN``,
``-WHOLE``, ``-CHANGE`` and ``-ZERO`` for those that every field has; ``R-A10-CLOCK`` for the clocks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from central.report.form import Field, Form, Kind
from central.report.formula import Cell, Figure, Figures, Rule, breaches, codes_in, said
from central.report_counts.clocks import Doubtful
from central.units.rules import Level

_MOVED: Final = Fraction(1, 2)
_MOVED_LEAST: Final = 20
_TICKETS: Final = "A10"
_OF_TICKETS: Final = ("A10", "A02", "A30", "B02")  # what else stands on the days of tickets: the first of each part


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found at ``code``: the two figures that do not go together, as formulas and as they are."""

    id: str
    code: str
    hard: bool
    left: str
    sign: str
    right: str
    left_is: Fraction
    right_is: Fraction
    cells: tuple[Cell, ...] = ()  # whose rows lie behind both sides
    doubts: tuple[Doubtful, ...] = ()  # halls whose clock was wrong, and when


def findings(
    form: Form, level: Level, figures: Mapping[str, Figure], before: Mapping[str, Figure],
    in_time: Mapping[str, Figure] | None = None, doubts: tuple[Doubtful, ...] = (),
) -> tuple[Finding, ...]:  # fmt: skip
    """Everything found, in the order of the form. ``before``: the period before; empty where there was none.

    ``in_time``: the figures without what came late, where anything did. ``doubts``: of the unit's own halls.
    """
    over = Figures(figures, before)
    without = over if in_time is None else Figures(in_time, before)
    return tuple(
        finding
        for field in form.fields.values()
        for finding in (*_of_field(field, level, figures[field.code], over, without), *_clocks(field, figures, doubts))
    )


def _of_field(field: Field, level: Level, figure: Figure, over: Figures, without: Figures) -> Iterator[Finding]:
    if figure is not None:
        yield from _shape(field, figure)
    if level in field.at:
        held = field.rule is not None and not any(True for _ in breaches(field.rule, without))
        yield from _own(field, field.rule, over, hard=not held)
        yield from _own(field, field.soft, over, hard=False)
    last = over.before.get(field.code)
    if figure is not None and last is not None and field.kind is not Kind.RATIO and not field.quarterly:
        yield from _since(field, figure, last)


def _clocks(field: Field, figures: Mapping[str, Figure], doubts: tuple[Doubtful, ...]) -> Iterator[Finding]:
    """At the number of tickets, which should be the same without those on doubtful days."""
    if field.code != _TICKETS or not doubts:
        return
    figure = figures[_TICKETS] or Fraction()
    sure = figure - sum(one.tickets for one in doubts)
    yield Finding(
        f"R-{_TICKETS}-CLOCK", _TICKETS, False, _TICKETS, "=", str(sure), figure, sure,
        tuple(Cell(code) for code in _OF_TICKETS), doubts,
    )  # fmt: skip


def _shape(field: Field, figure: Fraction) -> Iterator[Finding]:
    if figure < 0:
        yield Finding(f"R-{field.code}-SIGN", field.code, True, field.code, ">=", "0", figure, Fraction())
    if field.kind is not Kind.RATIO and (figure * 10**field.scale).denominator != 1:
        nearest = Fraction(round(figure * 10**field.scale), 10**field.scale)
        yield Finding(
            f"R-{field.code}-WHOLE", field.code, True, field.code, "=", f"{float(nearest):g}", figure, nearest
        )


def _own(field: Field, rule: Rule | None, over: Figures, *, hard: bool) -> Iterator[Finding]:
    for one in breaches(rule, over) if rule is not None else ():
        yield Finding(
            f"R-{field.code}", field.code, hard, said(one.left), one.sign, said(one.right), one.left_is, one.right_is,
            codes_in(one.left) + codes_in(one.right),
        )  # fmt: skip


def _since(field: Field, figure: Fraction, last: Fraction) -> Iterator[Finding]:
    words = (field.code, "=", f"last({field.code})", figure, last, (Cell(field.code), Cell(field.code, last=True)))
    if last and not figure:
        yield Finding(f"R-{field.code}-ZERO", field.code, False, *words)
    elif abs(figure - last) > _MOVED * abs(last) and abs(figure - last) > _MOVED_LEAST:
        yield Finding(f"R-{field.code}-CHANGE", field.code, False, *words)
