"""Court fees: the examples of the regulation to the yuan, and that more at stake never costs less."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hall.law.court_fee import CannotReckon, court_fee, table_of
from hall_config.law_tables import court_fee_tables

TABLE = court_fee_tables()[-1]
BY_AMOUNT = [rule.kind for rule in TABLE.rules if rule.by_amount]
YUAN = 100


def fee(kind: str, yuan: float = 0, *, halved: bool = False) -> tuple[float, float]:
    rule = TABLE.rule(kind)
    assert rule is not None
    found = court_fee(TABLE, rule, round(yuan * YUAN), halved=halved)
    return found.low_fen / YUAN, found.high_fen / YUAN


@pytest.mark.parametrize(
    ("yuan", "expected"),
    [
        (0, 50), (1, 50), (10_000, 50), (100_000, 2_300), (150_000, 3_300), (200_000, 4_300), (500_000, 8_800),
        (1_000_000, 13_800), (2_000_000, 22_800), (5_000_000, 46_800), (10_000_000, 81_800), (20_000_000, 141_800),
        (30_000_000, 191_800),
    ],
)  # fmt: skip
def test_a_property_case_costs_what_article_13_says(yuan, expected):
    assert fee("PROPERTY", yuan) == (expected, expected)
    assert fee("PROPERTY", yuan, halved=True) == (expected / 2, expected / 2)


@pytest.mark.parametrize(
    ("kind", "yuan", "expected"),
    [
        ("PRESERVATION", 0, (30, 30)), ("PRESERVATION", 1_000, (30, 30)), ("PRESERVATION", 50_000, (520, 520)),
        ("PRESERVATION", 100_000, (1_020, 1_020)), ("PRESERVATION", 500_000, (3_020, 3_020)),
        ("PRESERVATION", 1_000_000, (5_000, 5_000)), ("PRESERVATION", 10**9, (5_000, 5_000)),
        ("ENFORCEMENT", 10_000, (50, 50)), ("ENFORCEMENT", 100_000, (1_400, 1_400)),
        ("ENFORCEMENT", 1_000_000, (12_400, 12_400)), ("ENFORCEMENT", 10_000_000, (77_400, 77_400)),
        ("DIVORCE", 0, (50, 300)), ("DIVORCE", 200_000, (50, 300)), ("DIVORCE", 300_000, (550, 800)),
        ("PERSONALITY", 0, (100, 500)), ("PERSONALITY", 50_000, (100, 500)), ("PERSONALITY", 100_000, (600, 1_000)),
        ("PERSONALITY", 200_000, (1_100, 1_500)), ("OTHER", 0, (50, 100)), ("LABOUR", 0, (10, 10)),
        ("ADMINISTRATIVE", 0, (50, 50)), ("ADMINISTRATIVE_SPECIAL", 0, (100, 100)), ("JURISDICTION", 0, (50, 100)),
    ],
)  # fmt: skip
def test_other_cases_cost_what_articles_13_and_14_say(kind, yuan, expected):
    assert fee(kind, yuan) == expected


def test_half_a_range_is_half_of_both_its_ends():
    assert fee("DIVORCE", 300_000, halved=True) == (275, 400)


def test_a_part_of_a_fen_is_rounded_once_and_half_up():
    assert fee("PROPERTY", 10_000.01) == (50, 50)  # 0.025 fen
    assert fee("PROPERTY", 10_000.20) == (50.01, 50.01)  # half a fen
    assert fee("PROPERTY", 10_000.40, halved=True) == (25.01, 25.01)


@pytest.mark.parametrize("kind", ["JURISDICTION", "ENFORCEMENT", "PRESERVATION"])
def test_what_the_law_does_not_halve_is_not_halved(kind):
    with pytest.raises(CannotReckon, match="halving"):
        fee(kind, halved=True)


@pytest.mark.parametrize(("kind", "yuan"), [("PROPERTY", -1), ("PROPERTY", 10**14), ("LABOUR", 1)])
def test_an_amount_that_cannot_be_is_refused(kind, yuan):
    with pytest.raises(CannotReckon, match="amount"):
        fee(kind, yuan)


@given(st.sampled_from(BY_AMOUNT), st.integers(0, 10**13), st.integers(0, 10**13), st.booleans())
def test_more_at_stake_never_costs_less(kind, one, other, halved):
    rule = TABLE.rule(kind)
    assert rule is not None
    halved = halved and rule.halvable
    less, more = (court_fee(TABLE, rule, amount, halved=halved) for amount in sorted((one, other)))
    assert (less.low_fen, less.high_fen) <= (more.low_fen, more.high_fen)
    assert 0 < more.low_fen <= more.high_fen
    assert sum(share.to_fen - share.from_fen for share in more.shares) <= max(one, other)


@given(st.integers(0, 10**13))
def test_the_lines_of_the_reckoning_add_up_to_the_fee(amount):
    rule = TABLE.rule("PROPERTY")
    assert rule is not None
    found = court_fee(TABLE, rule, amount)
    parts = rule.low_fen * 10_000 + sum((one.to_fen - one.from_fen) * one.per_ten_thousand for one in found.shares)
    assert abs(found.low_fen * 10_000 - parts) <= 5_000


def test_a_table_holds_from_its_first_day_and_says_where_it_is_from():
    assert table_of(court_fee_tables(), "2007-03-31") is None
    assert table_of(court_fee_tables(), "2007-04-01") is TABLE
    assert "诉讼费用交纳办法" in TABLE.source_zh
    assert all(rule.article for rule in TABLE.rules)
