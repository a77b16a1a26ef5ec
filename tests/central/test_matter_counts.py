"""The report's cells derive from records: whatever happened, the sums meet, and the same cut-off tells the same."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from central.database import Database
from central.matters.counts import CELLS, SENT, Step, counts, sums
from central.matters.facts import DISPUTES, FACTS, FIELDS
from central.matters.stages import STAGES
from central.matters.words import Kind, Move, State
from hall.moment import local_ms
from tests.central.matter_desk import MatterDesk

MONTH = (local_ms("2026-11-01", 0), local_ms("2026-12-01", 0))
NEXT = (MONTH[1], local_ms("2027-01-01", 0))
DAY_MS = 86_400_000


@st.composite
def history(draw: st.DrawFn, kind: Kind) -> tuple[str, list[Step]]:
    """A record that went some way through its table, with facts that the table lets it say."""
    state, at_ms, steps = State.NEW, MONTH[0] + draw(st.integers(-20, 50)) * DAY_MS, []
    stands: list[Step] = []
    for _ in range(draw(st.integers(1, 9))):
        ways = STAGES[kind][state]
        if len(stands) > 1 and draw(st.integers(0, 3)) == 0:  # a supervisor takes the last one back
            state, back = State(stands[-1].from_state), stands.pop().to_state
            steps.append(Step(at_ms, Move.TAKE_BACK.value, back, state.value, {"taken_back": 1}))
            continue
        if not ways:
            break
        move = draw(st.sampled_from(sorted(ways)))
        way = ways[move]
        some = [name for name in way.may if draw(st.booleans())]
        facts = {name: draw(fact(name)) for name in (*way.needs, *some)}
        steps.append(Step(at_ms, move.value, state.value, way.to.value, facts))
        stands.append(steps[-1])
        state, at_ms = way.to, at_ms + draw(st.integers(0, 20)) * DAY_MS
    return kind.value, steps


def fact(name: str) -> st.SearchStrategy[Any]:
    found = FACTS[name]
    if found.kind == "choice":
        return st.sampled_from(found.options)
    if found.kind == "several":
        return st.lists(st.sampled_from(found.options), unique=True)
    kinds: dict[str, st.SearchStrategy[Any]] = {
        "flag": st.booleans(), "number": st.integers(1, 20), "money": st.integers(0, 10**9),
        "day": st.sampled_from(["2026-10-31", "2026-11-15", "2026-12-01"]), "time": st.just("09:00"),
    }  # fmt: skip
    return kinds.get(found.kind, st.just("a" * 16))


ANY = st.lists(st.sampled_from(list(Kind)).flatmap(history), max_size=25)
FLOWS = [cell for cell in CELLS if cell not in ("D01", "D05", "D08", "D11", "D12", "D10", "E10", "E11", *DISPUTES)]


def total(cells: dict[str, int], *names: str) -> int:
    return sum(cells[name] for name in names)


def check_sums(cells: dict[str, int]) -> None:
    """The cross-foot rules of the form."""
    assert min(cells.values()) >= 0
    assert cells["B01"] == total(cells, "B02", "B03", "B04", "B05") == total(cells, *FIELDS)
    assert cells["B01"] == total(cells, *(f"B{n}" for n in range(31, 36)))
    assert all(cells[f"B{n}"] <= cells["B01"] for n in range(41, 47))
    assert cells["D01"] + cells["D02"] == total(cells, "D03", "D04", "D05")
    assert cells["D03"] == cells["D06"] + cells["D07"]
    assert cells["D08"] <= cells["D06"]
    assert total(cells, *SENT.values()) <= cells["D02"] == total(cells, *DISPUTES)
    assert cells["E11"] <= cells["E10"]


@settings(max_examples=150, deadline=None)
@given(ANY)
def test_whatever_was_done_the_sums_of_the_form_meet(records: list[tuple[str, list[Step]]]) -> None:
    check_sums(sums(records, *MONTH))
    check_sums(sums(records, *NEXT))


@settings(max_examples=150, deadline=None)
@given(ANY)
def test_what_is_open_at_a_months_end_is_open_at_the_nexts_beginning(records: list[tuple[str, list[Step]]]) -> None:
    assert sums(records, *MONTH)["D05"] == sums(records, *NEXT)["D01"]


@settings(max_examples=150, deadline=None)
@given(ANY)
def test_flows_of_two_months_are_those_of_both_together(records: list[tuple[str, list[Step]]]) -> None:
    first, second, both = sums(records, *MONTH), sums(records, *NEXT), sums(records, MONTH[0], NEXT[1])
    assert {cell: first[cell] + second[cell] for cell in FLOWS} == {cell: both[cell] for cell in FLOWS}


def never_made(steps: list[Step]) -> list[Step]:
    """Read from the end: every taking back makes one earlier step that was not taken back already undone."""
    undone, left = 0, []
    for step in reversed(steps):
        if step.move == Move.TAKE_BACK:
            undone += 1
        elif undone:
            undone -= 1
        else:
            left.append(step)
    return left[::-1]


@settings(max_examples=150, deadline=None)
@given(ANY)
def test_what_was_taken_back_counts_as_if_it_had_never_been_made(records: list[tuple[str, list[Step]]]) -> None:
    plain = [(kind, never_made(steps)) for kind, steps in records]
    assert sums(records, *MONTH) == sums(plain, *MONTH)


@pytest.fixture
def desk(database: Database) -> MatterDesk:
    return MatterDesk(database)


def told(desk: MatterDesk, **more: Any) -> dict[str, int]:
    with desk.database.read() as connection:
        return counts(connection, "city/", *MONTH, **more)


def test_a_month_of_work_is_counted_from_its_steps(desk: MatterDesk) -> None:
    desk.begin(Kind.ADVICE, channel="CALL", field="B13", answered_by="LAWYER", groups=["ELDER", "WOMAN"])
    desk.begin(Kind.ADVICE, channel="VISIT", field="B22", answered_by="OTHER")
    linked, wrong = desk.begin(Kind.ADVICE), desk.begin(Kind.ADVICE)
    desk.move(linked, Move.LINK)
    desk.move(wrong, Move.STRIKE)
    for kind, state in (
        (Kind.DUTY_HELP, State.FORWARDED), (Kind.DRAFTING, State.DONE), (Kind.DRAFTING, State.TAKEN),
        (Kind.MEDIATION, State.CONFIRMED), (Kind.MEDIATION, State.FAILED), (Kind.MEDIATION, State.MEDIATING),
        (Kind.MEDIATION, State.APPLIED), (Kind.MEDIATION, State.DECLINED), (Kind.NOTARY, State.GUIDED),
        (Kind.NOTARY, State.HANDED_OVER), (Kind.FORENSIC, State.GUIDED), (Kind.LAWYER_GUIDE, State.GUIDED),
        (Kind.APPROVAL, State.DONE), (Kind.APPROVAL, State.RETURNED), (Kind.RESETTLEMENT, State.RECORDED),
        (Kind.EXAM, State.RECORDED), (Kind.INFORMATION, State.RECORDED), (Kind.COMPLAINT, State.CLOSED),
        (Kind.COMPLAINT, State.NOT_OURS), (Kind.COMPLAINT, State.HANDLING), (Kind.SUGGESTION, State.RECEIVED),
    ):  # fmt: skip
        desk.bring_to(kind, state)
    cells = told(desk)
    check_sums(cells)
    assert {name: value for name, value in cells.items() if value} == {
        "B01": 2, "B02": 1, "B03": 1, "B13": 1, "B22": 1, "B31": 1, "B35": 1, "B42": 1, "B43": 1, "C36": 1, "C37": 1,
        "D02": 3, "D03": 1, "D04": 1, "D05": 1, "D06": 1, "D08": 1, "D09": 12345, "D10": 6, "D21": 3,
        "E01": 1, "E02": 1, "E04": 1, "E05": 1, "E06": 2, "E07": 1, "E08": 1, "E09": 1, "E12": 1,
        "P14": 3, "P15": 2, "P16": 1,
    }  # fmt: skip


def test_a_visit_is_counted_on_its_own_day_and_held_only_when_it_was(desk: MatterDesk) -> None:
    held = desk.bring_to(Kind.VISIT, State.HELD)
    desk.bring_to(Kind.VISIT, State.WAIVED)
    desk.bring_to(Kind.VISIT, State.CANCELLED)
    desk.bring_to(Kind.VISIT, State.APPROVED)
    cells = told(desk)
    assert (cells["E10"], cells["E11"]) == (2, 1)
    assert desk.row(held)["state"] == State.HELD


def test_the_same_cut_off_tells_the_same_for_ever(desk: MatterDesk) -> None:
    advice, dispute = desk.begin(Kind.ADVICE), desk.bring_to(Kind.MEDIATION, State.MEDIATING)
    before = told(desk)
    desk.now_ms = MONTH[1] + DAY_MS
    desk.move(advice, Move.LINK)
    desk.move(dispute, Move.AGREE_ORAL)
    desk.begin(Kind.ADVICE)
    assert told(desk) == before
    later = told(desk, known_ms=desk.now_ms + 1)
    assert (before["B01"], later["B01"], later["D05"]) == (1, 0, 1)
    with desk.database.read() as connection:
        following = counts(connection, "city/", *NEXT)
    assert (following["B01"], following["D01"], following["D03"], following["D05"]) == (1, 1, 1, 0)


def test_a_mediation_that_did_not_fail_after_all_counts_as_known_at_each_moment(desk: MatterDesk) -> None:
    there = desk.bring_to(Kind.MEDIATION, State.MEDIATING)
    desk.move(there, Move.FAIL)
    november = told(desk)
    desk.now_ms = MONTH[1] + DAY_MS
    desk.take_back(there)
    assert (november["D04"], november["D05"]) == (1, 0)
    assert told(desk) == november  # as known at the end of November, for ever
    now = told(desk, known_ms=desk.now_ms + 1)
    assert (now["D04"], now["D05"]) == (0, 1)
    desk.move(there, Move.AGREE_ORAL)
    with desk.database.read() as connection:
        december = counts(connection, "city/", *NEXT)
    assert (december["D01"], december["D03"], december["D04"], december["D07"]) == (1, 1, 0, 1)


def test_a_unit_counts_what_is_its_own_and_below(desk: MatterDesk) -> None:
    desk.begin(Kind.ADVICE)
    with desk.database.read() as connection:
        assert counts(connection, "city/south/", *MONTH)["B01"] == 0
        assert counts(connection, "city/", *MONTH)["B01"] == 1


def test_what_was_asked_from_home_is_counted_as_such(desk: MatterDesk) -> None:
    there = desk.begin(Kind.NOTARY, Move.REQUEST, channel="WEB")
    desk.begin(Kind.EXAM, Move.REQUEST, channel="CALL")
    desk.move(there, Move.BOOK)
    cells = told(desk)
    assert {name: value for name, value in cells.items() if value} == {"N09": 1, "E02": 1}
