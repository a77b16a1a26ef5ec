"""A generated year: every unit's form of every month keeps its rules, and plain SQL says what the yearly form says.

The same over a million tickets and thirteen units: ``make bench ARGS=report-year``.
"""

from __future__ import annotations

import random

import pytest

from central.database import Database
from tests.bench.report_year import by_sql, fill_year, make_year
from tests.central.villages import ONE_ENGINE

SEED = random.randrange(10**6)


@ONE_ENGINE
@pytest.mark.timeout(120)
def test_a_generated_year_keeps_its_rules_and_sql_says_the_same(database: Database) -> None:
    made = fill_year(database, 2400, (1, 1, 2), SEED)
    told = make_year(database, made)  # a rule that does not hold would have held its form back
    with database.read() as connection:
        asked = by_sql(connection)
    assert {code: told[code] for code in asked} == asked, f"seed {SEED}"
    assert told["A10"], "there was a year"
