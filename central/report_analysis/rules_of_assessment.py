"""The yearly assessment: points from figures of the form, so that whoever has the figures comes to the same. Pure.

An indicator's value between ``zero`` and ``full`` gives its weight in proportion, beyond them nothing or all of it;
points are rounded half up to one decimal. A penalty takes what its value lacks to ``full``. A value that cannot be
known gives no points and no zero: its weight does not count. What is judged by hand is left open and counts neither.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Final

from central.report.form import form
from central.report.formula import Figures, Term, codes_in, read_term, worked_out
from central.report_analysis.reckoning import half_up, summed
from central.report_out.few import Row, Shown
from central.report_out.formulas import shown_figures
from central.report_out.hiding import Veil
from hall_config.assessment_numbers import Indicator

POINT_SCALE: Final = 1
VALUE_SCALE: Final = 2
_FULL: Final = 100


@dataclass(frozen=True, slots=True)
class Score:
    """``points`` None: not known, or by hand."""

    of: Indicator
    inputs: tuple[tuple[str, Shown], ...]
    value: Shown
    points: Fraction | None


@dataclass(frozen=True, slots=True)
class Sums:
    """``total``: what the points come to if all that counts made a hundred, with rewards and penalties."""

    points: Fraction
    possible: Fraction
    by_hand: Fraction
    extra: Fraction
    total: Fraction | None


@cache
def term_of(formula: str) -> Term:
    """Raises `central.report.formula.FormulaError`."""
    return read_term(formula, list(form().fields))


def codes_of(of: Indicator) -> tuple[str, ...]:
    """The fields that it is made of, each once."""
    if of.kinds is not None:
        codes = list(form().fields)
        return tuple(codes[codes.index(of.kinds[0]) : codes.index(of.kinds[1]) + 1])
    return tuple(dict.fromkeys(cell.code for cell in codes_in(term_of(of.formula)))) if of.formula else ()


def scored(of: Indicator, row: Row) -> Score:
    """``row`` empty: nothing is known of the unit."""
    inputs = tuple((code, row.get(code)) for code in codes_of(of))
    value = None if of.by_hand or not row else _value(of, inputs, row)
    return Score(of, inputs, value, points(of, value) if isinstance(value, Fraction) else None)


def _value(of: Indicator, inputs: Sequence[tuple[str, Shown]], row: Row) -> Shown:
    if any(isinstance(shown, Veil) for _, shown in inputs):
        return Veil.MORE
    if of.kinds is None:
        return worked_out(term_of(of.formula), Figures(shown_figures(row), {}))
    return summed([Fraction(shown > 0) if isinstance(shown, Fraction) else None for _, shown in inputs])


def points(of: Indicator, value: Fraction) -> Fraction:
    """What a value brings; of a penalty it is negative or nothing."""
    full, zero, weight = (Fraction(one) for one in (of.full, of.zero, of.weight))
    part = min(max((value - zero) / (full - zero), Fraction()), Fraction(1))
    if of.kind == "penalty":
        return -half_up(weight * (1 - part), POINT_SCALE)
    return half_up(weight * part, POINT_SCALE)


def sums(scores: Sequence[Score]) -> Sums:
    plain = [one for one in scores if one.of.kind == "score"]
    known = [one for one in plain if one.points is not None]
    reached = sum((one.points or Fraction() for one in known), Fraction())
    possible = sum((Fraction(one.of.weight) for one in known), Fraction())
    by_hand = sum((Fraction(one.of.weight) for one in plain if one.of.by_hand), Fraction())
    extra = sum((one.points or Fraction() for one in scores if one.of.kind != "score"), Fraction())
    total = half_up(_FULL * reached / possible, POINT_SCALE) + extra if possible else None
    return Sums(reached, possible, by_hand, extra, total)


def ranks(totals: Sequence[Fraction | None]) -> list[int | None]:
    """The highest first; equals share a place; who has no total has none."""
    known = [one for one in totals if one is not None]
    return [None if one is None else 1 + sum(other > one for other in known) for one in totals]
