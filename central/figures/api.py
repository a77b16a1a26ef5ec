"""``/api/v1/figures``: a day by hall and service class, with totals made anew from sums."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from central.clock import now_ms
from central.figures import rules, store
from central.live import api as live
from central.web_doors import Day, HallId, Limit, SignedIn, StrictRoute, TheParts
from hall.moment import local_day

router = APIRouter(prefix="/api/v1", route_class=StrictRoute, tags=["figures"])


@router.get("/figures")
def figures(
    _person: SignedIn,
    parts: TheParts,
    day: Day | None = None,
    hall: HallId | None = None,
    limit: Limit = 500,
    cursor: str | None = None,
) -> dict[str, Any]:
    """Rows by hall and class in that order; ``totals`` are of everything asked for, not of the page."""
    day = day or local_day(now_ms())
    with parts.database.read() as connection:
        found = rules.by_class(store.groups(connection, day, hall))
    total, halls = rules.Figures(), dict[str, rules.Figures]()
    for (hall_id, _), sums in found.items():
        total.add(sums)
        halls.setdefault(hall_id, rules.Figures()).add(sums)
    names = live.service_names(parts, list(halls))
    rows = [
        {"hall": hall_id, "service": letter, **names.get((hall_id, letter), {}), **rules.told(sums)}
        for (hall_id, letter), sums in sorted(found.items())
    ]
    start = live.read_cursor(cursor)
    return {
        "day": day,
        "items": rows[start : start + limit],
        "halls": [{"hall": hall_id, **rules.told(sums)} for hall_id, sums in sorted(halls.items())],
        "totals": rules.told(total),
        "next": str(start + limit) if start + limit < len(rows) else None,
    }
