"""Each hall's share of what may be under way to central."""

from __future__ import annotations

from central.ingest.credit import BUDGET, LEAST, MOST, Credits


def test_one_hall_that_drains_has_all_of_it_and_two_hundred_share() -> None:
    credits = Credits()
    assert credits.share("hall-0", 0, 0.0) == MOST
    credits.heard("hall-0", 100, 0.0)
    assert credits.share("hall-0", 0, 0.1) == MOST
    for number in range(8):
        credits.heard(f"hall-{number}", 100, 0.2)
    assert credits.share("hall-0", 0, 0.3) == BUDGET // 8
    for number in range(200):
        credits.heard(f"hall-{number}", 20, 0.4)
    shares = [credits.share(f"hall-{number}", 0, 0.5) for number in range(200)]
    assert set(shares) == {LEAST}
    assert sum(shares) <= BUDGET


def test_halls_at_work_take_nothing_from_the_budget_and_drained_ones_give_it_back() -> None:
    credits = Credits()
    for number in range(300):
        credits.heard(f"hall-{number}", 3, 0.0)
    assert credits.share("hall-0", 0, 0.1) == MOST
    for number in range(100):
        credits.heard(f"hall-{number}", 50, 1.0)
    assert credits.share("hall-0", 0, 3.9) == BUDGET // 100
    assert credits.share("hall-0", 0, 4.1) == MOST


def test_a_hall_whose_messages_wait_untaken_gets_no_more() -> None:
    credits = Credits()
    assert credits.share("hall-0", 5, 0.0) == MOST - 500
    assert credits.share("hall-0", 40, 0.0) == 0
    for number in range(200):
        credits.heard(f"hall-{number}", 20, 0.0)
    assert credits.share("hall-0", 1, 0.1) == 0
