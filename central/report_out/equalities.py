"""Which figures of the form are bound to each other by sums, and what can be told of the hidden ones by that.

A spot is one figure of one field: of the whole unit, of the period before, or of one column. Three kinds of sums bind
spots: a field's columns make its whole; computed fields are made of others (``A16 = A17 + A18 + A19 + A20``) in each
place alike; equalities that the form checks hold. Two ways of telling a hidden one are tried: subtraction over any
number of sums at once (a system of equations, solved exactly), and bounds (a count is never negative, "<3" is 1 or 2),
carried from sum to sum until nothing moves any more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from math import ceil, floor, inf
from typing import Final

from central.report.form import Form, Kind, form
from central.report.formula import Cell, Figure, Number, Pair, Term, Total

TOTAL: Final = -2  # the whole unit's; columns are 0, 1, 2 …
BEFORE: Final = -1  # the whole unit's, of the period before
_ROUNDS: Final = 60


@dataclass(frozen=True, slots=True, order=True)
class Spot:
    code: str
    place: int


Sums = Mapping[Cell, Fraction]
Range = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Equation:
    """The spots times their factors make ``makes``."""

    factors: Mapping[Spot, Fraction]
    makes: Fraction


def equations(codes: Collection[str], table: Mapping[Spot, Figure]) -> list[Equation]:
    """Everything that holds between the spots of those fields, as far as their figures are known."""
    places = sorted({spot.place for spot in table})
    columns = [place for place in places if place >= 0]
    found = [
        Equation({Spot(code, TOTAL): Fraction(-1), **{Spot(code, place): Fraction(1) for place in columns}}, Fraction())
        for code in codes
        if columns and form().fields[code].kind is not Kind.RATIO
    ]
    for sums, makes in _of_form():
        if any(cell.code in codes for cell in sums):
            found += [one for place in places if (one := _at(sums, makes, place)) is not None]
    return [one for one in found if all(table.get(spot) is not None for spot in one.factors)]


def _at(sums: Sums, makes: Fraction, place: int) -> Equation | None:
    if place != TOTAL and any(cell.last for cell in sums):
        return None  # only of the whole unit the period before is shown
    return Equation({Spot(cell.code, BEFORE if cell.last else place): by for cell, by in sums.items()}, makes)


def bound_to(codes: Iterable[str]) -> list[frozenset[str]]:
    """Fields in groups: who is in one group is bound by sums, directly or over others."""
    groups: list[frozenset[str]] = []
    for code in codes:
        if any(code in group for group in groups):
            continue
        group = {code}
        while more := {cell.code for sums, _ in _of_form() for cell in sums if group & _codes(sums)} - group:
            group |= more
        groups.append(frozenset(group))
    return groups


def _codes(sums: Sums) -> set[str]:
    return {cell.code for cell in sums}


@cache
def _of_form() -> tuple[tuple[Sums, Fraction], ...]:
    return tuple(_read(form()))


def _read(of: Form) -> Iterator[tuple[Sums, Fraction]]:
    for field in of.fields.values():
        if field.made_of is not None and field.kind is not Kind.RATIO:
            yield from _equal(Cell(field.code), field.made_of)
        if field.rule is not None and field.rule.condition is None:
            claim = field.rule.claim
            for place, sign in enumerate(claim.signs):
                if sign == "=":
                    yield from _equal(claim.terms[place], claim.terms[place + 1])


def _equal(left: Term, right: Term) -> Iterator[tuple[Sums, Fraction]]:
    one, other = _linear(left), _linear(right)
    if one is not None and other is not None:
        sums = _added(one[0], other[0], Fraction(-1))
        if sums:
            yield sums, other[1] - one[1]


def _linear(term: Term) -> tuple[Sums, Fraction] | None:
    """A term as factors of fields and a number; None where fields are multiplied or divided."""
    match term:
        case Number():
            return {}, term.value
        case Cell():
            return {term: Fraction(1)}, Fraction()
        case Total():
            return {Cell(code): Fraction(1) for code in term.codes}, Fraction()
        case Pair():
            left, right = _linear(term.left), _linear(term.right)
            if left is None or right is None:
                return None
            if term.sign in "+-":
                by = Fraction(1 if term.sign == "+" else -1)
                return _added(left[0], right[0], by), left[1] + by * right[1]
            return _scaled(term.sign, left, right)


def _scaled(sign: str, left: tuple[Sums, Fraction], right: tuple[Sums, Fraction]) -> tuple[Sums, Fraction] | None:
    if sign == "*" and not left[0]:
        left, right = right, left
    if right[0] or (sign == "/" and not right[1]):
        return None
    by = right[1] if sign == "*" else 1 / right[1]
    return {cell: factor * by for cell, factor in left[0].items() if by}, left[1] * by


def _added(left: Sums, right: Sums, by: Fraction) -> Sums:
    summed = {cell: left.get(cell, Fraction()) + by * right.get(cell, Fraction()) for cell in {**left, **right}}
    return {cell: factor for cell, factor in summed.items() if factor}


# --- what can be told ---------------------------------------------------------------------------------------


def unknowns(over: Sequence[Equation], table: Mapping[Spot, Figure], hidden: Collection[Spot]) -> list[Equation]:
    """The sums with what is shown taken off them; those of which something is hidden."""
    found = []
    for one in over:
        unknown = {spot: by for spot, by in one.factors.items() if spot in hidden}
        if unknown:
            shown = (by * (table[spot] or Fraction()) for spot, by in one.factors.items() if spot not in hidden)
            found.append(Equation(unknown, one.makes - sum(shown, Fraction())))
    return found


def by_subtraction(over: Sequence[Equation]) -> frozenset[Spot]:
    """The unknowns that have one value only in every solution."""
    solved: dict[Spot, dict[Spot, Fraction]] = {}  # the spot that a row begins with: the rest of that row
    for one in over:
        row = dict(one.factors)
        for spot, rest in solved.items():
            if spot in row:
                _take(row, spot, rest)
        if row:
            first = min(row)
            by = row.pop(first)
            rest = {spot: factor / by for spot, factor in row.items()}
            for other in solved.values():
                if first in other:
                    _take(other, first, rest)
            solved[first] = rest
    return frozenset(spot for spot, rest in solved.items() if not rest)


def _take(row: dict[Spot, Fraction], spot: Spot, rest: Mapping[Spot, Fraction]) -> None:
    by = row.pop(spot)
    for other, factor in rest.items():
        left = row.get(other, Fraction()) - by * factor
        if left:
            row[other] = left
        else:
            row.pop(other, None)


def by_bounds(over: Sequence[Equation], hidden: Mapping[Spot, Range]) -> frozenset[Spot]:
    """The unknowns that have one value only between the bounds of ``hidden``, what their signs say."""
    ranges = dict(hidden)
    for _ in range(_ROUNDS):
        before = dict(ranges)
        for one in over:
            for spot in one.factors:
                ranges[spot] = _narrowed(one, spot, ranges)
        if any(low > high for low, high in ranges.values()) or ranges == before:
            break  # figures that contradict their own sums tell nothing
    return frozenset(spot for spot, (low, high) in ranges.items() if low == high)


def _narrowed(one: Equation, spot: Spot, ranges: Mapping[Spot, Range]) -> Range:
    least: float = 0
    most: float = 0
    for other, by in one.factors.items():
        if other != spot:
            low, high = ranges[other]
            least += float(by) * (low if by > 0 else high)
            most += float(by) * (high if by > 0 else low)
    by = one.factors[spot]
    ends = sorted(((float(one.makes) - most) / float(by), (float(one.makes) - least) / float(by)))
    low, high = ranges[spot]
    return max(low, _whole(ends[0], up=True)), min(high, _whole(ends[1], up=False))


def _whole(end: float, *, up: bool) -> float:
    if end in (inf, -inf):
        return end
    return ceil(end - 1e-9) if up else floor(end + 1e-9)
