"""How long it takes to reckon every running limit again after a new day table, on both engines.

200,000 open cases with a limit each, a fifth of them with a stop of their own, and a next year that is only estimated.
Its table comes in the middle of December, when a part of the limits reach into it (it is published in November as a
rule, when hardly any do), or in the last days of the year, when every single one does and is written anew. Beside them:
what a day table costs that changes nothing.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, func, insert, select

from central.aid.tables import aid_case
from central.aid_limits import clocks
from central.aid_limits.rules import basis_of, due_of
from central.aid_limits.store import unsure
from central.aid_limits.tables import aid_limit
from central.database import Database
from central.keeping.sealed_columns import SealedText
from central.rest_days import store as rest_days
from hall.law.days import YearStatus
from hall.law.limits import Stop, begin_of
from hall_config.limit_tables import limit_table
from hall_config.rest_days import OffSpan, YearPart, shipped
from tests.bench.figures import Figure
from tests.parts import Mosquitto
from tests.postgres import PostgreSQL

LIMITS: Final = int(os.environ.get("BENCH_AID_LIMITS", "200000"))
AIM_S: Final = 10.0
COMMAND: Final = "make bench ARGS=aid-limits"
_RULES: Final = ("LA_DECIDE", "LA_SUPPL", "LA_CLOSE", "LA_PAY")
_SCENES: Final = {"mid-December": (date(2026, 11, 16), 30), "New Year's Eve": (date(2026, 12, 25), 7)}
_AT_ONCE: Final = 10_000


def measure(folder: Path, _broker: Mosquitto) -> list[Figure]:
    figures = []
    for number, scene in enumerate(_SCENES):
        figures += _on("SQLite", f"sqlite:///{folder / f'limits{number}.db'}", scene)
    server = PostgreSQL()
    server.start()
    try:
        for scene in _SCENES:
            figures += _on("PostgreSQL", server.new_database(), scene)
        return figures
    finally:
        server.remove()


def _on(engine: str, url: str, scene: str) -> list[Figure]:
    database, (first, days) = Database(url), _SCENES[scene]
    now_ms = begin_of(first + timedelta(days=days - 1))
    with database.write() as connection:
        _fill(connection, now_ms, first, days)
        connection.exec_driver_sql("ANALYZE")  # as the server does by itself before long
    begun = time.perf_counter()
    with database.write() as connection:
        rest_days.add(connection, _published(), "bench", now_ms)
        moved = clocks.recalculate(connection, rest_days.day_table(connection), now_ms + 1)
    took_s = time.perf_counter() - begun
    begun = time.perf_counter()
    with database.write() as connection:
        again = clocks.recalculate(connection, rest_days.day_table(connection), now_ms + 2)
        rows = connection.execute(select(func.count()).select_from(aid_limit)).scalar_one()
        left = unsure(connection, (f"{number:016x}" for number in range(0, LIMITS, 100)))
        assert (again, rows, left) == (0, LIMITS + moved, set())
    idle_s = time.perf_counter() - begun
    database.close()
    told = f"{engine}, {scene}: {moved:,} of {LIMITS:,} written anew"
    return [
        Figure(f"limits after a new day table ({told})", round(took_s, 2), "s", ceiling=AIM_S,
               ratio=round(took_s / AIM_S, 2), command=COMMAND),
        Figure(f"the same where nothing changes ({engine}, {scene})", round(idle_s, 2), "s", ceiling=AIM_S,
               ratio=round(idle_s / AIM_S, 2), command=COMMAND),
    ]  # fmt: skip


def _published() -> YearPart:
    """With a Monday off that nobody expected, so that some limits end on another day and the rest are sure now."""
    estimate = next(one for one in shipped().years if one.year == 2027)
    off = [OffSpan(first="2027-01-01", last="2027-01-04"), *estimate.off[1:]]
    return estimate.model_copy(update={"status": YearStatus.OFFICIAL, "off": off})


def _fill(connection: Connection, now_ms: int, first: date, days: int) -> None:
    chance, table = random.Random(6), rest_days.day_table(connection)
    wanted = [limit_table().rule(rule_id, first) for rule_id in _RULES]
    cases: list[dict[str, Any]] = []
    limits: list[dict[str, Any]] = []
    for number in range(LIMITS):
        rule = wanted[number % len(wanted)]
        start_ms = begin_of(first + timedelta(days=chance.randrange(days))) + chance.randrange(86_400_000)
        basis = basis_of(rule, start_ms, list(_stops(chance, number, start_ms)))
        found = due_of(basis, table)
        case = f"{number:016x}"
        cases.append(
            {
                "id": case, "unit": "city", "state": "UNDER_REVIEW", "matter": "M31_1", "nature": "CIVIL",
                "aid_form": "FORM_4", "stage": "NONE", "channel": "WINDOW", "sealed": SealedText(b"x" * 600),
                "made_ms": start_ms, "changed_ms": start_ms, "version": 1, "due_ms": found.nearest_ms,
                "due_rule": rule.rule_id,
            }
        )  # fmt: skip
        limits.append(
            {
                "case": case, "k": 1, "n": 0, "unit": "city", "rule_id": rule.rule_id,
                "rule_from": rule.valid_from.isoformat(), "remind": rule.remind, "basis": basis, "by_days": True,
                "started_ms": start_ms, "due_ms": found.statutory_ms, "promised_ms": None,
                "near_ms": found.nearest_ms, "provisional": found.provisional, "table_revision": table.revision,
                "made_ms": now_ms,
            }
        )  # fmt: skip
        if len(cases) == _AT_ONCE or number == LIMITS - 1:
            connection.execute(insert(aid_case), cases)
            connection.execute(insert(aid_limit), limits)
            cases, limits = [], []


def _stops(chance: random.Random, number: int, start_ms: int) -> Iterator[Stop]:
    if number % 5 == 0:
        begun = start_ms + chance.randrange(3) * 86_400_000
        yield Stop(begun, begun + chance.randrange(1, 20) * 86_400_000)
