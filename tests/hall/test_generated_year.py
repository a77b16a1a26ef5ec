"""Days of the generated year: no rule broken, and the bound on the slip holds for four of five visitors."""

from __future__ import annotations

import pytest

from tests.hall.generated_year import DayMaker, days, held


@pytest.mark.slow
def test_forty_days_without_a_rule_broken_and_the_bound_holds_for_four_of_five() -> None:
    """All 250 days: ``python -m tests.hall.generated_year``."""
    played = list(days(40))
    assert len({day.day for day in played}) == 40
    assert 0.75 <= held(played[10:]) <= 0.90
    assert all(sum(one.issued for one in day.told.classes.values()) > 40 for day in played)


def test_one_day_breaks_no_rule_and_serves_everybody_who_came() -> None:
    (day,) = days(1, seed=3)
    classes = day.told.classes.values()
    queue = day.state.queue
    assert not any(queue.waiting.values())
    assert sum(one.done for one in classes) == queue.tally["DONE"] > 50


def test_the_same_seed_makes_the_same_days() -> None:
    assert DayMaker(5).next_day() == DayMaker(5).next_day()
    assert DayMaker(5).next_day() != DayMaker(6).next_day()
