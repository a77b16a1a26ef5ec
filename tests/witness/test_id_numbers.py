"""python-stdnum computes the same check digit for 10,000 ID numbers (GB 11643-1999, MOD 11-2)."""

from __future__ import annotations

import random
from datetime import date, timedelta

from stdnum.cn import ric

from drivers.id_card_reader.card_text import number_is_right

FIRST_DAY = date(1900, 1, 1)
DAYS = (date(2026, 1, 1) - FIRST_DAY).days


def numbers(count: int) -> list[str]:
    """17 digits each: the impossible region 999999, a day of the calendar, a sequence."""
    chance = random.Random(20261122)
    days = (FIRST_DAY + timedelta(days=chance.randrange(DAYS)) for _ in range(count))
    return [f"999999{day:%Y%m%d}{chance.randrange(1000):03d}" for day in days]


def test_stdnum_agrees_on_ten_thousand_numbers() -> None:
    accepted = 0
    for body in numbers(10_000):
        digit = ric.calc_check_digit(body + "0")
        assert number_is_right(body + digit)
        wrong = "0123456789X".replace(digit, "")
        accepted += sum(number_is_right(body + other) for other in wrong)
    assert accepted == 0
