"""Each hall's share of what may be under way to central."""

from __future__ import annotations

from central.ingest.credit import LEAST, MOST, Credits


def test_one_hall_that_drains_has_all_of_it_and_two_hundred_share() -> None:
    credits = Credits()
    assert credits.share("hall-0", 0, 0.0) == MOST
    credits.heard("hall-0", 100, 0.0)
    assert credits.share("hall-0", 0, 0.1) == MOST == credits.budget
    for number in range(8):
        credits.heard(f"hall-{number}", 100, 0.2)
    assert credits.share("hall-0", 0, 0.3) == credits.budget // 8
    for number in range(200):
        credits.heard(f"hall-{number}", 20, 0.4)
    shares = [credits.share(f"hall-{number}", 0, 0.5) for number in range(200)]
    assert len(set(shares)) == 1
    assert sum(shares) <= credits.budget
    for number in range(6000):
        credits.heard(f"hall-{number}", 20, 0.4)
    assert credits.share("hall-0", 0, 0.5) == LEAST


def test_the_budget_is_what_ingest_stores_in_less_than_half_a_second_as_it_goes() -> None:
    credits = Credits()
    for _ in range(50):
        credits.took(500, 0.5)  # a thousand a second
    assert credits.budget == 400
    for _ in range(50):
        credits.took(3, 10.0)  # a single event that waited for others says nothing
    assert credits.budget == 400
    for _ in range(50):
        credits.took(4000, 0.4)
    assert 3900 <= credits.budget <= 4000
    for _ in range(99):
        credits.took(10_000, 0.001)
    assert credits.budget == 8000


def test_halls_at_work_take_nothing_from_the_budget_and_drained_ones_give_it_back() -> None:
    credits = Credits()
    for number in range(300):
        credits.heard(f"hall-{number}", 3, 0.0)
    assert credits.share("hall-0", 0, 0.1) == MOST
    for number in range(100):
        credits.heard(f"hall-{number}", 50, 1.0)
    assert credits.share("hall-0", 0, 3.9) == credits.budget // 100
    assert credits.share("hall-0", 0, 4.1) == MOST


def test_a_hall_whose_messages_wait_untaken_gets_no_more() -> None:
    credits = Credits()
    assert credits.share("hall-0", 5, 0.0) == MOST - 500
    assert credits.share("hall-0", 40, 0.0) == 0
    for number in range(200):
        credits.heard(f"hall-{number}", 20, 0.0)
    assert credits.share("hall-0", 1, 0.1) == 0
