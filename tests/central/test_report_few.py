"""Figures of few people outside their unit: hidden, and never to be had by subtraction from what is shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from itertools import product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from central.report.form import form
from central.report.formula import Figure
from central.report.sheet import Note, Sheet
from central.report_out.equalities import Equation, Spot, by_subtraction
from central.report_out.few import Seen, seen
from central.report_out.hiding import Veil
from tests.central.report_sheets import fractions, generated, line, sheet

FEW = [code for code, field in form().fields.items() if field.few]
BLOCK = ("A16", "A17", "A18", "A19", "A20")
PRIME = (1 << 61) - 1
Name = tuple[str, str]


def shown(of: Seen) -> dict[Name, object]:
    rows: dict[str, Mapping[str, object]] = {"whole": of.figures, "before": of.before}
    rows |= {f"column {place}": column.figures for place, column in enumerate(of.columns)}
    return {(code, place): value for place, row in rows.items() for code, value in row.items()}


def relations(of: Seen) -> Iterable[dict[Name, int]]:
    """Every sum that binds the fields of sensitive groups, written by hand: what makes nothing."""
    places = [f"column {place}" for place in range(len(of.columns))]
    for code in {*FEW, *BLOCK}:
        yield {(code, "whole"): -1, **{(code, place): 1 for place in places}}
    for place in ("whole", "before", *places):
        yield {("A16", place): -1, **{(code, place): 1 for code in BLOCK[1:]}}


def rank(rows: Iterable[Mapping[Name, int]]) -> int:
    """Of a matrix, counted in a large prime field."""
    kept: dict[Name, dict[Name, int]] = {}
    for row in rows:
        left = {name: by % PRIME for name, by in row.items()}
        while left:
            first = min(left)
            if first not in kept:
                inverse = pow(left[first], -1, PRIME)
                kept[first] = {name: by * inverse % PRIME for name, by in left.items()}
                break
            factor = left[first]
            left = {
                name: by
                for name in left.keys() | kept[first].keys()
                if (by := (left.get(name, 0) - factor * kept[first].get(name, 0)) % PRIME)
            }
    return len(kept)


def nothing_can_be_told(of: Seen) -> None:
    figures = shown(of)
    unknown = [name for name, value in figures.items() if isinstance(value, Veil)]
    rows = [{name: by for name, by in one.items() if name in unknown} for one in relations(of)]
    full = rank(rows)
    assert [name for name in unknown if name[0] in {*FEW, *BLOCK} and rank([*rows, {name: 1}]) == full] == []


def of_few(figure: Figure) -> bool:
    return figure is not None and 0 < figure < 3


def is_hidden_where_it_must_be(of: Sheet, view: Seen) -> None:
    for code in FEW:
        for place, column in enumerate(of.columns):
            veiled = isinstance(view.columns[place].figures[code], Veil)
            assert veiled or not of_few(column.figures[code]) or (of.inside and column.own)
        if not of.inside:
            assert isinstance(view.figures[code], Veil) >= of_few(of.figures[code])
            assert isinstance(view.before.get(code), Veil) >= of_few(of.before.get(code))


counts = st.sampled_from([0, 0, 1, 1, 2, 2, 3, 4, 5, 9, 40])
a_column = st.fixed_dictionaries(dict.fromkeys(("A17", "A18", "A19", "A20", "B41", "C22", "E08"), counts))


@settings(max_examples=150, deadline=None)
@given(st.lists(a_column, min_size=1, max_size=6), st.lists(a_column, max_size=1), st.booleans())
def test_no_hidden_figure_can_be_had_by_subtraction(
    columns: list[dict[str, int]], before: list[dict[str, int]], inside: bool
) -> None:
    of = sheet([fractions(one) for one in columns], [fractions(one) for one in before], inside=inside)
    view = seen(of)
    is_hidden_where_it_must_be(of, view)
    nothing_can_be_told(view)
    for code in of.figures:
        assert not isinstance(view.change[code], Fraction) or not view_hides(view, code)


def view_hides(view: Seen, code: str) -> bool:
    return isinstance(view.figures[code], Veil) or isinstance(view.before.get(code), Veil)


@pytest.mark.parametrize("columns", [2, 3])
def test_the_signs_themselves_tell_no_figure_of_few(columns: int) -> None:
    """Every small row there is: "<3" is 1 or 2, "…" anything, and each hidden count can be more than one number."""
    seen_rows_of_small: dict[bool, tuple[object, ...]] = {}
    for values in product(range(6), repeat=columns):
        view = seen(sheet([fractions({"B41": value}) for value in values], inside=False))
        row = (view.figures["B41"], *(column.figures["B41"] for column in view.columns))
        could = [one for one in product(range(9), repeat=columns) if fits(row, one)]
        for place, sign in enumerate(row[1:]):
            assert not isinstance(sign, Veil) or len({one[place] for one in could}) > 1, (values, row)
        small = seen_rows_of_small.setdefault(sum(values) < 3 and any(values), row)
        assert not (0 < sum(values) < 3) or row == small, "a whole of 1 or 2 tells nothing of its columns"


def fits(row: tuple[object, ...], values: tuple[int, ...]) -> bool:
    return all(
        sign is Veil.MORE or (value in (1, 2) if sign is Veil.FEW else value == sign)
        for sign, value in zip(row, (sum(values), *values), strict=True)
    )


def test_a_whole_city_is_hidden_in_little_time_and_not_more_than_needed() -> None:
    of = generated(5, 17, inside=False)
    view = seen(of)
    is_hidden_where_it_must_be(of, view)
    nothing_can_be_told(view)
    must = sum(of_few(column.figures[code]) for code in FEW for column in of.columns)
    veiled = sum(isinstance(value, Veil) for column in view.columns for value in column.figures.values())
    assert veiled <= must + 2 * len(BLOCK) + len(FEW)


def test_the_whole_hides_the_same_now_and_as_the_month_before_of_the_next() -> None:
    chance = Random(1)
    for _ in range(120):
        counted = [
            {code: chance.choice((0, 0, 1, 1, 2, 2, 3, 4, 5, 9, 40)) for code in (*BLOCK[1:], "B41")}
            for _ in range(chance.randint(1, 4))
        ]
        now = sheet([fractions(one) for one in counted], inside=False)
        then, later = seen(now).figures, seen(sheet([{}], [now.figures], inside=False)).before
        assert [then[code] for code in (*BLOCK, "B41")] == [later[code] for code in (*BLOCK, "B41")], counted


def test_what_no_single_sum_tells_but_several_do_together_is_told() -> None:
    """Two squares of hidden figures and one between them: each sum has two unknowns or more, yet that one falls."""
    squares = [("r1", 1), ("r1", 2), ("r2", 1), ("r2", 2), ("r3", 3), ("r3", 4), ("r4", 3), ("r4", 4)]
    bridge = Spot("r2", 3)
    cells = [*(Spot(*one) for one in squares), bridge]
    sums = [
        Equation({cell: Fraction(1) for cell in cells if name in (cell.code, cell.place)}, Fraction(9))
        for name in ("r1", "r2", "r3", "r4", 1, 2, 3, 4)
    ]
    assert by_subtraction(sums) == {bridge}


def test_one_who_reads_inside_sees_the_own_unit_and_not_the_few_of_units_below() -> None:
    of = sheet([fractions({"B41": 1, "B42": 2}), fractions({"B41": 2}), fractions({"B41": 5}), {}])
    view = seen(of)
    assert (view.figures["B41"], view.figures["B42"]) == (8, 2)
    assert [column.figures["B41"] for column in view.columns] == [1, Veil.FEW, Veil.MORE, 0]
    assert [column.figures["B42"] for column in view.columns] == [2, 0, 0, 0]
    outside = seen(sheet([fractions({"B41": 1}), fractions({"B41": 40})], inside=False))
    assert [column.figures["B41"] for column in outside.columns] == [Veil.FEW, Veil.MORE]
    assert outside.figures["B41"] == 41


def test_a_line_a_finding_or_a_note_about_few_people_says_no_figure_outside() -> None:
    lines = (line("B45", 1, reason="补登一名残疾人"), line("A10", 2, number=2), line("E08", -30, number=3))
    notes = (Note("R-B41", "来了2人", "preparer.one"), Note("R-A10-CHANGE", "旺季", "preparer.one"))
    counted = {"B01": 0, "B41": 2, "E08": 60, "A10": 2}
    for inside, by in ((True, [1, 2, -30]), (False, [Veil.MORE, 2, -30])):
        view = seen(sheet([fractions(counted)], inside=inside, lines=lines, notes=notes))
        assert [one.by for one in view.lines] == by
        assert ("残疾人" in view.lines[0].reason) is inside
        assert [note.text for note in view.notes] == (["来了2人", "旺季"] if inside else [Veil.MORE, "旺季"])
        told = {one.of.id: (one.left, one.right) for one in view.findings}
        assert told["R-B41"] == ((2, 0) if inside else (Veil.MORE, Veil.MORE))
