"""``/api/v1/figures``: a day by hall and service class, with totals made anew from sums."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from central import cursors
from central.clock import now_ms
from central.cursors import Cursor
from central.figures import rules, store
from central.figures import trend as trends
from central.live import api as live
from central.live import store as live_store
from central.units import store as unit_store
from central.web_doors import Day, HallId, Limit, Looking, StrictRoute, TheParts, UnitId
from hall.moment import local_day, local_minute
from hall_config.wording import rfc3339

router = APIRouter(prefix="/api/v1", route_class=StrictRoute, tags=["figures"])


@router.get("/figures")
def figures(
    person: Looking,
    parts: TheParts,
    day: Day | None = None,
    hall: HallId | None = None,
    limit: Limit = 500,
    cursor: Cursor | None = None,
) -> dict[str, Any]:
    """Rows by hall and class in that order; ``totals`` are of everything asked for, not of the page."""
    day = day or local_day(now_ms())
    after = cursors.read("figures", cursor, str, str)
    with parts.database.read() as connection:
        if hall is not None:
            live_store.require_hall(connection, hall, person.path)
        found = rules.by_class(store.groups(connection, day, person.path, hall))
    total, halls = rules.Figures(), dict[str, rules.Figures]()
    for (hall_id, _), sums in found.items():
        total.add(sums)
        halls.setdefault(hall_id, rules.Figures()).add(sums)
    names = live.service_names(parts, person.path, list(halls))
    rows = [
        {"hall": hall_id, "service": letter, **names.get((hall_id, letter), {}), **rules.told(sums)}
        for (hall_id, letter), sums in sorted(found.items())
    ]
    behind = [row for row in rows if after is None or (row["hall"], row["service"]) > after]
    last = behind[limit - 1] if len(behind) > limit else None
    return {
        "day": day,
        "items": behind[:limit],
        "halls": [{"hall": hall_id, **rules.told(sums)} for hall_id, sums in sorted(halls.items())],
        "totals": rules.told(total),
        "next": cursors.give("figures", (last["hall"], last["service"])) if last else None,
    }


@router.get("/trend")
def trend(
    person: Looking, parts: TheParts, day: Day | None = None, hall: HallId | None = None, unit: UnitId | None = None
) -> dict[str, Any]:
    """Visitors of a day by half hours, beside the same weekday a week before; of one hall, or below one unit."""
    now = now_ms()
    today = local_day(now)
    wanted = day or today
    days = [wanted, trends.week_before(wanted)]
    with parts.database.read() as connection:
        if hall is not None:
            live_store.require_hall(connection, hall, person.path)
        path = unit_store.require_unit(connection, unit, person.path)["path"] if unit is not None else person.path
        counts = store.arrivals(connection, days, path, trends.STEP_MS, hall)
    return {"now": rfc3339(now), **trends.trend(counts, wanted, local_minute(now) if wanted == today else None)}
