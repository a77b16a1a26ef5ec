"""Who may be given a case, in which order, and which conflicts keep a firm out: the rules alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central.imports.lawyers import LawyerState
from central.lawyers import rules
from central.lawyers.codes import Field, Language
from central.lawyers.conflict import Against, Conflict, meetings, of_cases
from central.lawyers.rules import Bar, Because, Candidate, Doubt, Lawyer, Measure, Needs, in_order, needs_of

HOUR = 3_600_000
NOW = 1_795_000_000_000
MEASURE = Measure(date(2026, 11, 23), NOW, 3, 24)
WAGES = needs_of("M31_5", "CIVIL", ())


def lawyer(mark: str, **facts: object) -> Lawyer:
    return replace(Lawyer(mark, f"firm-{mark}", "", LawyerState.ACTIVE, NOW, first_year=2010), **facts)  # type: ignore[arg-type]


def judged(one: Lawyer, needs: Needs = WAGES, *conflicts: Conflict) -> Candidate:
    return in_order([one], needs, {one.mark: conflicts}, MEASURE)[0]


def order(*lawyers: Lawyer, needs: Needs = WAGES) -> str:
    return "".join(one.lawyer.mark for one in in_order(lawyers, needs, {}, MEASURE))


@pytest.mark.parametrize("state", [one for one in LawyerState if one is not LawyerState.ACTIVE])
def test_only_active_passes(state: LawyerState) -> None:
    found = judged(lawyer("a", state=state))
    assert found.bars == ((Bar.STALE,) if state is LawyerState.UNKNOWN else (Bar.INACTIVE,))
    assert not found.suggested


@pytest.mark.parametrize(("age_ms", "bars"), [(0, ()), (24 * HOUR, ()), (24 * HOUR + 1, (Bar.STALE,))])
def test_a_state_looked_up_more_than_a_day_ago_is_looked_up_again(age_ms: int, bars: tuple[Bar, ...]) -> None:
    assert judged(lawyer("a", state_as_of_ms=NOW - age_ms)).bars == bars


@pytest.mark.parametrize(
    ("since", "years"),
    [("2023-11", 2), ("2023-10", 3), ("2023", 2), ("2022", 3), ("2022-12", 3), ("2026-11", 0), (None, None)],
)
def test_years_of_defence_are_whole_and_never_a_day_too_many(since: str | None, years: int | None) -> None:
    assert rules.defence_years(since, MEASURE.today) == years


@pytest.mark.parametrize("matter", ["N25_4", "N25_5"])
def test_life_or_death_needs_three_years_of_defence(matter: str) -> None:
    needs = needs_of(matter, "CRIMINAL", ())
    assert judged(lawyer("a", criminal_since="2023-11"), needs).bars == (Bar.YEARS,)
    assert judged(lawyer("a"), needs).bars == (Bar.YEARS,)  # nobody knows: no
    assert judged(lawyer("a", criminal_since="2023-10"), needs).bars == ()
    assert judged(lawyer("a"), needs_of("N25_2", "CRIMINAL", ())).bars == ()


def test_a_minors_criminal_case_needs_a_lawyer_who_knows_minors() -> None:
    needs = needs_of("N25_1", "CRIMINAL", ())
    assert judged(lawyer("a"), needs).bars == (Bar.MINORS,)
    assert judged(lawyer("a", knows_minors=True), needs).bars == ()
    civil = needs_of("M31_4", "CIVIL", ("MINOR",))
    assert judged(lawyer("a"), civil).bars == ()
    assert order(lawyer("a"), lawyer("b", knows_minors=True), needs=civil) == "ba"


def test_the_order_goes_language_field_turn_load_years() -> None:
    wage = frozenset({Field.LABOUR})
    plain, turn = lawyer("a", specialities=wage, load=0), lawyer("b", specialities=wage, load=9, turn=0)
    second = lawyer("c", specialities=wage, turn=1)
    no_field = lawyer("d", turn=0)
    old, busy = lawyer("e", specialities=wage, first_year=1999), lawyer("f", specialities=wage, load=1, first_year=1980)
    assert order(plain, turn, second, no_field, old, busy) == "bceafd"
    speaks = lawyer("g", languages=frozenset({Language.UYGHUR}), load=50)
    wanted = replace(WAGES, language=Language.UYGHUR)
    assert order(plain, turn, speaks, needs=wanted) == "gba"


def test_reasons_say_what_speaks_for_a_lawyer() -> None:
    found = judged(lawyer("a", specialities=frozenset({Field.LABOUR}), turn=0, load=2))
    told = {one.code: dict(one.facts) for one in found.reasons}
    assert told == {Because.TURN: {"place": 1}, Because.FIELD: {"fields": "B13"}, Because.YEARS: {"years": 16},
                    Because.LOAD: {"cases": 2}}  # fmt: skip


def test_equals_are_suggested_together_and_nobody_behind_them() -> None:
    found = in_order([lawyer("a"), lawyer("b"), lawyer("c", load=1)], WAGES, {}, MEASURE)
    assert [one.suggested for one in found] == [True, True, False]


def test_a_conflict_keeps_out_for_certain_and_leaves_a_doubt_by_name() -> None:
    sure = Conflict("case", Against.OPPOSING_IS_CLIENT, True, False)
    name = replace(sure, certain=False)
    assert judged(lawyer("a"), WAGES, sure).bars == (Bar.CONFLICT,)
    doubted = judged(lawyer("a"), WAGES, name)
    assert (doubted.bars, doubted.doubts, doubted.suggested) == ((), (Doubt.CONFLICT,), False)
    assert judged(lawyer("a", replaced=True)).doubts == (Doubt.WAS_REPLACED,)


@given(st.permutations([lawyer(mark, load=load) for mark, load in zip("abcdef", (3, 1, 2, 1, 0, 3), strict=True)]))
def test_the_order_is_the_same_whoever_comes_first(lawyers: list[Lawyer]) -> None:
    assert order(*lawyers) == "ebdcaf"


# --- conflicts --------------------------------------------------------------------------------------------


def party(case: str, role: str, name: str, number: str | None = None) -> dict[str, object]:
    return {"case": case, "role": role, "name_mark": name, "id_mark": number}


HERE = [
    party("here", "APPLICANT", "wang", "1"),
    party("here", "OPPOSING", "li", "2"),
    party("here", "AGENT", "zhao", "9"),
]


@pytest.mark.parametrize(
    ("there", "against", "certain"),
    [
        (party("x", "APPLICANT", "li", "2"), Against.OPPOSING_IS_CLIENT, True),
        (party("x", "APPLICANT", "another name now", "2"), Against.OPPOSING_IS_CLIENT, True),
        (party("x", "OPPOSING", "wang", "1"), Against.APPLICANT_WAS_OPPOSED, True),
        (party("x", "APPLICANT", "li"), Against.OPPOSING_IS_CLIENT, False),
        (party("x", "OPPOSING", "wang"), Against.APPLICANT_WAS_OPPOSED, False),
        (party("x", "AGENT", "li", "2"), Against.OPPOSING_IS_AGENT, True),
        (party("x", "AGENT", "li"), Against.OPPOSING_IS_AGENT, False),
        (party("x", "OPPOSING", "another name now", "9"), Against.AGENT_WAS_OPPOSED, True),
        (party("x", "OPPOSING", "zhao"), Against.AGENT_WAS_OPPOSED, False),
    ],
)
def test_the_other_side_of_an_earlier_case_is_a_conflict(
    there: dict[str, object], against: Against, certain: bool
) -> None:
    (found,) = of_cases(meetings(HERE, [there]), {"x": False})
    assert found == Conflict("x", against, certain, False)


@pytest.mark.parametrize(
    "there",
    [
        party("x", "APPLICANT", "wang", "1"),  # the same client again
        party("x", "OPPOSING", "li", "2"),  # the same opponent again
        party("x", "APPLICANT", "li", "3"),  # another number: another person
        party("x", "AGENT", "wang", "1"),  # who acted for somebody applies for themselves
        party("x", "APPLICANT", "zhao", "9"),
        party("x", "AGENT", "zhao", "9"),
        party("x", "OPPOSING", "zhao", "8"),
        party("x", "APPLICANT", "lí"),
    ],
)
def test_the_same_side_or_another_number_is_none(there: dict[str, object]) -> None:
    assert meetings(HERE, [there]) == frozenset()


def test_a_conflict_counts_for_the_firm_that_had_the_case_only() -> None:
    found = meetings(HERE, [party("x", "APPLICANT", "li", "2"), party("y", "APPLICANT", "li")])
    assert of_cases(found, {}) == ()
    assert [(one.case, one.certain, one.live) for one in of_cases(found, {"x": True, "y": False})] == [
        ("x", True, True),
        ("y", False, False),
    ]
    both = meetings(HERE, [party("x", "APPLICANT", "li", "2"), party("x", "APPLICANT", "li")])
    assert [one.certain for one in of_cases(both, {"x": True})] == [True]  # what is certain is not said as possible too
