"""Figures that may be hidden or unknown: what is made of a hidden one is hidden, of an unknown one unknown."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from central.report.form import Kind, form
from central.report.formula import Figures, codes_in, worked_out
from central.report_out.few import Row, Shown
from central.report_out.hiding import Veil

SHARE_SCALE: Final = 1
_HUNDRED: Final = Fraction(100)


def half_up(figure: Fraction, scale: int) -> Fraction:
    """四舍五入, as ratios of the form are."""
    step = 10**scale
    return Fraction((figure * step + Fraction(1, 2)).__floor__(), step)


def summed(many: Sequence[Shown]) -> Shown:
    if any(isinstance(one, Veil) for one in many):
        return Veil.MORE
    known = [one for one in many if isinstance(one, Fraction)]
    return sum(known, Fraction()) if len(known) == len(many) else None


def less(now: Shown, then: Shown) -> Shown:
    if isinstance(now, Veil) or isinstance(then, Veil):
        return Veil.MORE
    return None if now is None or then is None else now - then


def share(part: Shown, whole: Shown) -> Shown:
    """Percent; of nothing it is unknown, never 0."""
    if isinstance(part, Veil) or isinstance(whole, Veil):
        return Veil.MORE
    return None if part is None or not whole else half_up(_HUNDRED * part / whole, SHARE_SCALE)


def grown(now: Shown, then: Shown) -> Shown:
    """By how many percent of what it was."""
    return share(less(now, then), then)


def together(rows: Sequence[Row]) -> Row:
    """Several months' figures as one: what flows adds up, what stands is the last month's, ratios are made anew.

    People are counted once in a month: how many they were in several is unknown. What one month hides the sum would
    give away.
    """
    if len(rows) < 2:
        return rows[0] if rows else {}
    found = {code: _over(form().fields[code].kind, [row.get(code) for row in rows]) for code in form().fields}
    for field in form().computing:
        if field.kind is Kind.RATIO and field.made_of is not None:
            parts = [found[cell.code] for cell in codes_in(field.made_of)]
            if any(isinstance(part, Veil) for part in parts):
                found[field.code] = Veil.MORE
                continue
            known = {code: one for code, one in found.items() if not isinstance(one, Veil)}
            made = worked_out(field.made_of, Figures(known, {}))
            found[field.code] = None if made is None else half_up(made, field.scale)
    return found


def _over(kind: Kind, months: Sequence[Shown]) -> Shown:
    match kind:
        case Kind.FLOW:
            return summed(months)
        case Kind.STOCK:
            return months[-1]
        case Kind.OPENING:
            return months[0]
        case Kind.HEADS | Kind.RATIO:
            return None
