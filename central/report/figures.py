"""Figures as they are kept: exact, as text. ``"12"``, ``"7/2"``; what cannot be known is null."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from fractions import Fraction

from central.report.formula import Figure
from central.strict_json import write_json

Counts = dict[str, Fraction]


def text_of(figures: Mapping[str, Figure]) -> str:
    return write_json({code: None if figure is None else str(figure) for code, figure in figures.items()})


def figures_of(text: str) -> dict[str, Figure]:
    return {code: None if figure is None else Fraction(figure) for code, figure in json.loads(text).items()}


def counts_of(text: str) -> Counts:
    """The same for counts, of which none is unknown."""
    return {code: Fraction(figure) for code, figure in json.loads(text).items()}


class Summing:
    """Many units' counts added up: whole numbers as such, or a city's sum takes as long as its counting."""

    def __init__(self) -> None:
        self._total: dict[str, int | Fraction] = {}

    def add(self, figures: Mapping[str, int | Fraction]) -> None:
        for code, figure in figures.items():
            self._total[code] = self._total.get(code, 0) + figure

    def add_text(self, text: str) -> None:
        """As `text_of` wrote it."""
        for code, figure in json.loads(text).items():
            self._total[code] = self._total.get(code, 0) + (Fraction(figure) if "/" in figure else int(figure))

    def counts(self) -> Counts:
        """What is nothing in the end is not there."""
        return {code: Fraction(figure) for code, figure in self._total.items() if figure}


def added(many: Iterable[Mapping[str, int | Fraction]]) -> Counts:
    total = Summing()
    for one in many:
        total.add(one)
    return total.counts()


def difference(now: Mapping[str, Fraction], then: Mapping[str, Fraction]) -> Counts:
    """How much more each is; what did not move is not there."""
    moved = {code: now.get(code, Fraction()) - then.get(code, Fraction()) for code in {*now, *then}}
    return {code: by for code, by in sorted(moved.items()) if by}
