"""The made-up month of the benches is one that ingest could have left behind."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from central import schema
from central.database import Database
from central.ingest.intake import Intake
from central.ingest.months import read_months
from tests.bench.many_events import LAST_MS, Size, district_of, fill, hall_id
from tests.central.event_log import batch
from tests.central.taking_in import take_each, views

SMALL = Size(events=1500, halls=3, days=28, districts=2, last_ms=LAST_MS)


def test_the_made_up_month_is_what_its_own_events_tell(database: Database, tmp_path: Path) -> None:
    done = fill(database, SMALL)
    assert 1300 < done.events < 1700
    with database.read() as connection:
        assert connection.execute(select(func.count()).select_from(schema.live)).scalar() == SMALL.halls
        units = dict(connection.execute(select(schema.hall.c.id, schema.hall.c.unit)).all())
        months = read_months(connection, [1])[1]
        rows = (
            connection.execute(select(schema.event).where(schema.event.c.stream == 1).order_by("seq")).mappings().all()
        )
    assert units == {hall_id(number): district_of(number, SMALL) for number in (1, 2, 3)}
    assert {row["month"] for row in rows} == {months.of(row["seq"]) for row in rows}
    assert len({row["month"] for row in rows}) == 2
    made = {key: tickets for key, tickets in _by_epoch(database).items() if key.endswith("000001") and "a000" in key}
    other = Database(f"sqlite:///{tmp_path / 'other.db'}")
    names = ("id", "seq", "ts", "boot", "mono", "clock", "type", "late")
    envelopes = [{**{name: row[name] for name in names}, "data": json.loads(row["data"])} for row in rows]
    ((epoch, tickets),) = made.items()
    payloads = [batch(epoch, envelopes[start : start + 100]) for start in range(0, len(envelopes), 100)]
    take_each(other, Intake(), payloads, hall_id(1))
    folded = _by_epoch(other)[epoch]
    other.close()
    assert folded == tickets
    assert len(tickets) > 90


def _by_epoch(database: Database) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for ticket in views(database)["tickets"]:
        found.setdefault(ticket["epoch"], []).append(ticket)
    return found
