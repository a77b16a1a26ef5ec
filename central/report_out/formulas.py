"""A formula of the form as a formula of a spreadsheet, and whether it comes to the figure that is shown.

A formula is only written where it comes to the very figure: where something of it is hidden or unknown, or where a
figure stands that was not made by it, the figure itself is written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Final

from central.report.form import Field, Kind
from central.report.formula import Cell, Figure, Figures, Number, Pair, Term, Total, worked_out
from central.report_out.few import Row, Shown
from central.report_out.written import exact

Where = Callable[[Cell], str]  # the address of a field's figure
_LOOSE: Final = "+-"


def spelled(term: Term, where: Where, run: Callable[[tuple[str, ...]], str]) -> str:
    """The term with addresses; ``run`` spells what a sum runs over."""
    match term:
        case Number():
            return exact(term.value)
        case Cell():
            return where(term)
        case Total():
            return f"SUM({run(term.codes)})"
        case Pair():
            left = _inner(spelled(term.left, where, run), term.left, term.sign)
            right = _inner(spelled(term.right, where, run), term.right, term.sign, right=True)
            return f"{left}{term.sign}{right}"


def _inner(text: str, term: Term, sign: str, *, right: bool = False) -> str:
    if not isinstance(term, Pair) or (term.sign not in _LOOSE and not right):
        return text
    return f"({text})" if right or sign not in _LOOSE else text


def shown_figures(row: Row) -> Mapping[str, Figure]:
    """What is hidden counts as unknown."""
    return {code: figure if isinstance(figure, Fraction) else None for code, figure in row.items()}


def comes_to(field: Field, shown: Shown, over: Figures) -> bool:
    """Whether the field's own formula makes what is shown; of a ratio also that it cannot be computed."""
    if field.made_of is None:
        return False
    made = worked_out(field.made_of, over)
    if field.kind is not Kind.RATIO:
        return made is not None and made == shown
    step = 10**field.scale
    return shown == (None if made is None else Fraction((made * step + Fraction(1, 2)).__floor__(), step))


def is_sum(shown: Shown, parts: list[Shown]) -> bool:
    """Whether the columns, all of them shown, make the whole."""
    known = [part for part in parts if isinstance(part, Fraction)]
    return bool(parts) and len(known) == len(parts) and sum(known, Fraction()) == shown


def number(figure: Fraction) -> int | float:
    """As a spreadsheet keeps numbers."""
    return int(figure) if figure.denominator == 1 else float(figure)
