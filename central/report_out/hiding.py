"""Which figures are hidden from a reader, and as what: those of few people, and as many more as protect them.

1. A count of 1 or 2 of a sensitive group is hidden as "<3" where the reader is outside the unit it is of.
2. As long as a hidden figure can be told from what is shown (by subtraction or by bounds: `equalities`), something more
   is hidden: first the smallest other column of the same sum, above 3 if there is one (a 3 alone beside a "<3" would be
   guessed), then nothings, then the reader's own column, and only then a figure of the whole. Those are shown as "…".
3. Where "<3" itself tells it (two of them that make 2 or 4), these become "…" too. A whole of 1 or 2 hides all its
   columns so, or the number of hidden ones would tell; but for A18 and A19, which A16 binds to others.

Figures of the whole are settled first and by themselves, so that next month's form, which shows them as the month
before, hides the same ones.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from math import inf
from typing import Final

from central.report.form import form
from central.report.formula import Figure
from central.report_out.equalities import (
    BEFORE,
    TOTAL,
    Equation,
    Range,
    Spot,
    bound_to,
    by_bounds,
    by_subtraction,
    equations,
    unknowns,
)

FEWER_THAN: Final = 3
_RANGES: Final[Mapping[bool, Range]] = {True: (1, FEWER_THAN - 1), False: (0, inf)}


class Veil(StrEnum):
    """What stands where a figure is hidden."""

    FEW = "<3"
    MORE = "…"


def hidden_spots(table: Mapping[Spot, Figure], open_places: Collection[int]) -> dict[Spot, Veil]:
    """What is hidden of a form's figures. ``open_places``: what is of the reader's own unit is hidden last."""
    found: dict[Spot, Veil] = {}
    few = [code for code, one in form().fields.items() if one.few]
    for group in bound_to(few):
        part = {spot: figure for spot, figure in table.items() if spot.code in group}
        first = {spot for spot, figure in part.items() if _is_few(spot, figure) and spot.place not in open_places}
        if first:
            found |= _Group(group, part, frozenset(open_places), first).settled()
    return found


def _is_few(spot: Spot, figure: Figure) -> bool:
    return form().fields[spot.code].few and figure is not None and 0 < figure < FEWER_THAN


@dataclass(slots=True)
class _Group:
    """The spots of fields that are bound to each other. ``quiet``: few ones that must not say so."""

    codes: frozenset[str]
    table: Mapping[Spot, Figure]
    open_places: frozenset[int]
    few: Collection[Spot]
    more: set[Spot] = field(default_factory=set)
    quiet: set[Spot] = field(default_factory=set)

    def settled(self) -> dict[Spot, Veil]:
        sums = equations(sorted(self.codes), self.table)
        for place in (TOTAL, BEFORE):
            self._settle([one for one in sums if all(spot.place == place for spot in one.factors)])
        self._small_wholes()
        self._settle(sums)
        return {spot: Veil.FEW if self._says_few(spot) else Veil.MORE for spot in {*self.few, *self.more}}

    def _says_few(self, spot: Spot) -> bool:
        return spot in self.few and spot not in self.quiet

    def _small_wholes(self) -> None:
        columns = {spot.place for spot in self.table if spot.place >= 0}
        rows = {spot.code for spot in self.few if spot.place >= 0}
        if len(columns) > 1:
            for code in rows:
                if _is_few(Spot(code, TOTAL), self.table.get(Spot(code, TOTAL))):
                    row = {Spot(code, place) for place in columns - self.open_places}
                    self.quiet |= row
                    if len(self.codes) == 1:  # a nothing among bound fields would have to be protected by more of them
                        self.more |= row - set(self.few)

    def _settle(self, sums: Sequence[Equation]) -> None:
        """Hide more until nothing hidden can be told from these sums."""
        own = {spot for one in sums for spot in one.factors}
        columns = any(spot.place >= 0 for spot in own)
        while True:
            hidden = {spot: _RANGES[self._says_few(spot)] for spot in {*self.few, *self.more} if spot in own}
            unknown = unknowns(sums, self.table, hidden)
            by_sign: frozenset[Spot] = frozenset()
            found = by_subtraction(unknown) or (by_sign := by_bounds(unknown, hidden))
            if not found:
                return
            if not (by_sign and self._hush(sums, min(found), columns=columns)) and not self._hide(sums, found):
                raise AssertionError(f"{min(found)} can be told, and there is nothing more to hide")

    def _hush(self, sums: Sequence[Equation], spot: Spot, *, columns: bool) -> bool:
        """Whether there was a "<3" in the sums of that spot to become "…"; of the whole only without its columns."""
        loud = {
            other
            for one in sums
            if spot in one.factors
            for other in one.factors
            if self._says_few(other) and (other.place >= 0) is columns
        }
        self.quiet |= loud
        return bool(loud)

    def _hide(self, sums: Sequence[Equation], found: Collection[Spot]) -> bool:
        """Whether something was there to be hidden: of the sums that tell one alone, of its others, of any.

        A figure of the whole only where no column will do.
        """
        mine = [one for one in sums if not one.factors.keys().isdisjoint(found)]
        alone = [one for one in mine if sum(self._is_hidden(each) for each in one.factors) == 1]
        near = [one for one in sums if any(self._is_hidden(each) for each in one.factors)]
        levels = [
            {each for one in among for each in one.factors if not self._is_hidden(each)}
            for among in (alone, mine, near)
        ]
        in_columns = [{spot for spot in shown if spot.place >= 0} for shown in levels]
        for shown in (*in_columns, *levels):
            if shown:
                chosen = min(shown, key=self._cost)
                self.more.add(chosen)
                if self._value(chosen) <= FEWER_THAN:
                    self.quiet |= {each for each in self.few if each.code == chosen.code and each.place >= 0}
                return True
        return False

    def _is_hidden(self, spot: Spot) -> bool:
        return spot in self.few or spot in self.more

    def _value(self, spot: Spot) -> Fraction:
        return self.table[spot] or Fraction()

    def _cost(self, spot: Spot) -> tuple[object, ...]:
        """What is cheapest to hide comes first."""
        value = self._value(spot)
        fresh = not any(self._is_hidden(other) for other in self.table if other.place == spot.place)
        return spot.place in self.open_places, not value, value <= FEWER_THAN, fresh, value, spot
