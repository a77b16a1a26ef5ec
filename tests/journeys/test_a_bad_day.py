"""A short bad day of one hall; ``make chaos`` lives a long one."""

from __future__ import annotations

import pytest

from tests.chaos.fault_day import Wish, live
from tests.journeys.house import House


@pytest.mark.slow
@pytest.mark.once
def test_after_a_bad_day_the_journal_says_what_the_devices_did(house: House) -> None:
    outcome = live(house, Wish(hours=0.35, speed=48, visitors=60, seed=20261122, fault_every_s=2, fault_lasts_s=2))
    assert outcome.wrong == []
    assert outcome.counts["tickets"] > 5
    assert outcome.counts["faults"] > 3
