"""The form's table, its formulas and its periods: the test set of the domain's paper, and what a table must not be."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central.report.checks import findings
from central.report.form import Kind, Source, form
from central.report.formula import Figures, FormulaError, breaches, read_rule, read_term, said, worked_out
from central.report.periods import (
    FIRST,
    PeriodRule,
    period,
    period_of,
    reminded,
    reminders,
    shifted,
    working_days_left,
    year_of,
)
from central.units.rules import Level
from hall.law.days import DayTable

CODES = ("A01", "A02", "A03", "B01", "G01V")
TEST_SET = {
    "C02": 40, "C03": 3, "C04": 4, "C05": 28, "C06": 2, "C10": 8, "C11": 6, "C12": 1, "C14": 9, "C15": 24, "C16": 2,
    "A10": 900, "A11": 812, "A12": 41, "A13": 22, "A14": 25, "A30": 812, "A50": 812,
    "P01": 800, "P02": 640, "P03": 500, "P04": 110, "P05": 20, "P06": 7, "P07": 3,
    "K01": 10, "K02": 20, "K03": 3, "K04": 5,
}  # fmt: skip


def counted(**more: int) -> dict[str, Fraction]:
    return {code: Fraction(value) for code, value in (TEST_SET | more).items()}


def broken(figures: dict[str, Fraction], before: dict[str, Fraction]) -> set[str]:
    over = Figures(form().completed(figures, before), before)
    return {code for code, field in form().fields.items() if field.rule and breaches(field.rule, over)}


def test_the_test_set_comes_out_and_breaks_no_rule() -> None:
    before = {"C10": Fraction(5)}
    done = form().completed(counted(), before)
    assert (done["C01"], done["C13"], done["P09"], done["P10"]) == (5, 35, Fraction("98.4"), 10)
    assert done["A01"] == done["A02"] == 812
    assert broken(counted(), before) == set()


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"C10": 9}, "C10"), ({"C16": 3}, "C13"), ({"A14": 24}, "A10"), ({"P07": 4}, "P03"), ({"P02": 801}, "P02"),
        ({"B11": 1}, "B01"), ({"C31": 1}, "C31"), ({"D02": 1}, "D05"), ({"N06": 41}, "N06"), ({"F02": 9}, "F02"),
        ({"A30": 811}, "A30"), ({"K01": 0}, "K01"), ({"E11": 1}, "E11"), ({"B41": 1}, "B41"), ({"G02": 1}, "G02"),
    ],
)  # fmt: skip
def test_each_wrong_figure_is_found_by_its_rule(change: dict[str, int], rule: str) -> None:
    assert rule in broken(counted(**change), {"C10": Fraction(5), "D05": Fraction()})


def test_what_is_divided_by_nothing_is_unknown_and_breaks_nothing() -> None:
    done = form().completed({}, {})
    assert done["P09"] is done["G03"] is done["A21"] is None
    assert done["C01"] == 0, "there is no period before"
    assert form().completed({"C01": Fraction(3)}, {})["C01"] == 3, "what was open when the first form began"


def test_every_rule_names_fields_that_are_there_and_every_ratio_is_computed() -> None:
    for field in form().fields.values():
        assert field.kind is not Kind.RATIO or field.source is Source.COMPUTED, field.code
        assert not field.few or field.source is Source.EVENTS, field.code
    assert len(form().fields) > 190


@pytest.mark.parametrize(
    "text",
    ["A01", "A01 +", "= A01", "A01 = ", "A99 = A01", "A01 = A02)", "sum(A02:A01) = 1", "sum(A01) = 1", "last() = 1",
     "A01 ! A02", "A01 = A02 -> ", "-> A01 = 1", "A01 == A02", "__import__('os')", "A01 = １", "(A01 = A02)", ""],
)  # fmt: skip
def test_what_is_no_rule_is_refused(text: str) -> None:
    with pytest.raises(FormulaError):
        read_rule(text, CODES)


@given(st.recursive(st.sampled_from([*CODES, "last(A01)", "sum(A01:B01)", "7", "0.5"]),
                    lambda inner: st.builds("({}) {} ({})".format, inner, st.sampled_from("+-*/"), inner)))  # fmt: skip
def test_a_term_reads_back_what_it_says(text: str) -> None:
    term = read_term(text, CODES)
    figures = Figures({code: Fraction(n + 1, 3) for n, code in enumerate(CODES)}, {"A01": Fraction(9)})
    assert worked_out(read_term(said(term), CODES), figures) == worked_out(term, figures)


def test_a_chain_of_equals_tells_each_side_that_differs_from_the_first() -> None:
    rule = read_rule("A01 = A02 = A03", CODES)
    found = breaches(rule, Figures({"A01": Fraction(1), "A02": Fraction(2), "A03": Fraction(3)}, {}))
    assert [(said(one.left), said(one.right), one.left_is, one.right_is) for one in found] == [
        ("A01", "A02", 1, 2), ("A01", "A03", 1, 3),
    ]  # fmt: skip


def test_a_condition_that_does_not_hold_asks_for_nothing() -> None:
    rule = read_rule("A01 = 0 -> A02 = 0", CODES)
    assert breaches(rule, Figures({"A01": Fraction(1), "A02": Fraction(5)}, {})) == []
    assert len(breaches(rule, Figures({"A01": Fraction(), "A02": Fraction(5)}, {}))) == 1


# --- periods ------------------------------------------------------------------------------------------------

RULES = st.lists(
    st.tuples(st.integers(1, 60).map(lambda n: shifted(FIRST, n)), st.sampled_from(PeriodRule)), max_size=4
).map(lambda more: ((FIRST, PeriodRule.NATURAL), *sorted(more)))


@given(RULES)
def test_periods_touch_and_never_overlap(rules: tuple[tuple[str, PeriodRule], ...]) -> None:
    names = [shifted(FIRST, n) for n in range(64)]
    found = [period(name, rules) for name in names]
    for one, after in itertools.pairwise(found):
        assert one.last + timedelta(days=1) == after.first
        assert one.to_ms == after.from_ms
        assert one.first <= one.last
        for day in (one.first, one.last):
            assert period_of(day, rules) == one


@pytest.mark.parametrize("code", ["A06", "A21S", "C10", "K05H"])
@pytest.mark.parametrize(
    ("before", "now", "kind"),
    [(100, 150, None), (100, 151, "CHANGE"), (30, 10, None), (30, 9, "CHANGE"), (0, 20, None), (0, 21, "CHANGE"),
     (1, 0, "ZERO"), (0, 0, None)],
)  # fmt: skip
def test_what_moved_far_or_went_to_nothing_asks_for_a_note(code: str, before: int, now: int, kind: str | None) -> None:
    done = [form().completed({code: Fraction(figure)}, {}) for figure in (before, now)]
    found = {one.id: one.hard for one in findings(form(), Level.VILLAGE, done[1], done[0])}
    assert found.get(f"R-{code}-{kind}") is (None if kind is None else False)
    assert sum(id_.startswith(f"R-{code}-") for id_ in found) == (kind is not None)
    assert not [id_ for id_ in found if id_ in ("R-A21-ZERO", "R-A21-CHANGE", "R-K05-CHANGE")], "ratios follow"
    assert not [one.id for one in findings(form(), Level.VILLAGE, done[1], {}) if one.id.startswith(f"R-{code}-")]


def test_periods_end_and_are_due_by_their_rule() -> None:
    natural = period("2026-12")
    assert (natural.first, natural.last, natural.due) == (date(2026, 12, 1), date(2026, 12, 31), date(2027, 1, 25))
    twenty = period("2027-01", ((FIRST, PeriodRule.D21_20),))
    assert (twenty.first, twenty.last, twenty.due) == (date(2026, 12, 21), date(2027, 1, 20), date(2027, 1, 25))
    ends_25 = period("2027-01", ((FIRST, PeriodRule.D26_25),))
    assert (ends_25.first, ends_25.last, ends_25.due) == (date(2026, 12, 26), date(2027, 1, 25), date(2027, 1, 25))
    assert year_of(2027)[0] == "2027-01"
    assert len(year_of(2027)) == 12


def test_a_due_day_that_is_a_rest_day_stays_and_reminders_are_on_working_days() -> None:
    saturday = period("2026-06")
    assert saturday.due == date(2026, 7, 25)
    assert saturday.due.weekday() == 5
    assert reminders(saturday, DayTable()) == {5: date(2026, 7, 20), 3: date(2026, 7, 22), 1: date(2026, 7, 24)}


@pytest.mark.parametrize(
    ("day", "which", "left"),
    [(1, None, 18), (19, None, 5), (20, 5, 5), (21, 5, 4), (22, 3, 3), (24, 1, 1), (25, 1, 0), (26, None, None)],
)
def test_a_reminder_holds_until_the_next_one_and_ends_with_the_due_day(
    day: int, which: int | None, left: int | None
) -> None:
    june, today = period("2026-06"), date(2026, 7, day)
    assert (reminded(june, DayTable(), today), working_days_left(june, DayTable(), today)) == (which, left)


@pytest.mark.parametrize("name", ["2026-13", "2026-1", "2017-12", "2026-11 ", "２０２６-11", "2026/11", "", "1e9"])
def test_what_is_no_period_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="no period"):
        period(name)
