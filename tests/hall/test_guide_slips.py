"""Paper for guides: one at a time, a pause between two, a cap for the day, the end of a roll for tickets."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hall.guide_slips import Limits, Paper, begin, end
from hall.moment import Moment
from hall.refusal import Code, Refusal

WALL_MS = 1_795_226_400_000  # 10:00 in China
DAY_MS = 86_400_000


def at(seconds: int, days: int = 0) -> Moment:
    return Moment(seconds * 1000 + days * DAY_MS, WALL_MS + seconds * 1000 + days * DAY_MS)


def refused(paper: Paper, limits: Limits, now: Moment) -> Code:
    with pytest.raises(Refusal) as no:
        begin(paper, limits, now)
    return no.value.code


def test_two_slips_stand_a_pause_apart_and_one_underway_is_waited_for():
    first = begin(Paper(), Limits(), at(0))
    assert refused(first, Limits(), at(59)) is Code.GUIDE_SLIP_TOO_SOON
    assert begin(first, Limits(), at(60)).used == 2  # a printer that has said nothing in a minute will not
    done = end(first, printed=True)
    assert refused(done, Limits(), at(19)) is Code.GUIDE_SLIP_TOO_SOON
    assert begin(done, Limits(), at(20)).used == 2


def test_the_cap_is_the_days_own_and_a_slip_that_did_not_come_out_does_not_count():
    limits = Limits(a_day=2)
    one = end(begin(Paper(), limits, at(0)), printed=True)
    failed = end(begin(one, limits, at(100)), printed=False)
    two = end(begin(failed, limits, at(200)), printed=True)
    assert refused(two, limits, at(300)) is Code.GUIDE_SLIPS_USED_UP
    assert begin(two, limits, at(0, days=1)).used == 1
    assert refused(Paper(), Limits(a_day=0), at(0)) is Code.GUIDE_SLIPS_USED_UP


def test_the_end_of_a_roll_is_kept_for_tickets():
    assert refused(Paper(low=True), Limits(), at(0)) is Code.PAPER_FOR_TICKETS


@given(st.lists(st.tuples(st.integers(0, 90), st.booleans()), max_size=80))
def test_nobody_gets_more_paper_than_the_cap_nor_two_slips_within_the_pause(asked):
    limits, paper, now_s, printed = Limits(a_day=5, apart_s=20), Paper(), 0, []
    for wait_s, comes_out in asked:
        now_s += wait_s
        try:
            begun = begin(paper, limits, at(now_s))
        except Refusal:
            continue
        paper = end(begun, printed=comes_out)
        printed += [now_s] if comes_out else []
    assert len(printed) <= 5
    assert all(after - before >= 20 for before, after in pairwise(printed))
