"""``/api/v1/public/ratings``: the board that anybody may see: grades, how many, and replies that were reviewed.

By calendar month, hall and service class: neither windows, which stand for a person to whoever was there, nor people,
numbers or days. What is too few to hide anybody in is not shown, nor can it be told from what is (`not_singled_out`);
there are no totals over halls, and days in between cannot be asked for, so that nothing can be taken from one another.
A day is told of when it is over (`told_until`).
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request

from central.clock import now_ms, steady_s
from central.failures import NotFound
from central.live import api as live
from central.ratings import rates, store, store_of_rates
from central.ratings.rates import Sums
from central.ratings.rules import told_until
from central.ratings.store_of_rates import Asked
from central.web_doors import HallId, StrictRoute, TheParts, source_of
from hall.moment import local_day
from hall_config.rating_numbers import numbers_on

router = APIRouter(prefix="/api/v1/public", route_class=StrictRoute, tags=["public"])

Month = Annotated[str, Query(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$", description="a calendar month, as 2026-11")]
_MOST_REPLIES: Final = 200


@router.get("/ratings")
def board(parts: TheParts, request: Request, month: Month | None = None, hall: HallId | None = None) -> dict[str, Any]:
    """How the halls were rated in a month, by service class, and reviewed answers to bad ratings."""
    parts.visitors.tries.count("look", source_of(request), steady_s())
    now = now_ms()
    last_day, midnight = told_until(now)
    asked_month = month or last_day[:7]
    first, last = _days(asked_month)
    days = (first, min(last, last_day))
    fewest = numbers_on(date.fromisoformat(local_day(now)))["BOARD_FEWEST"]
    with parts.database.read() as connection:
        by_hall = _by_hall(connection, days, midnight)
        names = store_of_rates.halls_named(connection, sorted(by_hall))
        if hall is not None and hall not in names:
            raise NotFound("NO_SUCH_HALL")
        replies = store_of_rates.published(connection, days, hall, _MOST_REPLIES)
    shown = {one: groups for one, groups in by_hall.items() if hall in (None, one)}
    services = live.service_names(parts, "", sorted({*shown, *(row.hall for row in replies)}))
    return {
        "month": asked_month, "fewest": fewest, "next": None,
        "halls": [{"hall": one, "name_zh": names[one][0], "name_en": names[one][1]} for one in sorted(names)],
        "items": [
            {"hall": one, "name_zh": names[one][0], "name_en": names[one][1], **_hall(groups, one, services, fewest)}
            for one, groups in sorted(shown.items())
        ],
        "replies": [
            {
                "hall": row.hall, "name_zh": names[row.hall][0], "name_en": names[row.hall][1],
                "service": services.get((row.hall, row.service), {}), "text": row.public_text,
                "reply": row.public_reply,
            }
            for row in replies if row.hall in names
        ],
    }  # fmt: skip


def _days(month: str) -> tuple[str, str]:
    last = monthrange(int(month[:4]), int(month[5:]))[1]
    return f"{month}-01", f"{month}-{last}"


def _by_hall(connection: Any, days: tuple[str, str], midnight: int) -> dict[str, dict[str, Sums]]:
    """Hall -> service class -> grades of what was given before that midnight."""
    found: dict[str, dict[str, Sums]] = {}
    counted = store_of_rates.rated(connection, Asked("", days, "hall_service"), store.given_before(midnight))
    for (one, service), sums in rates.summed(counted, (), ()).items():
        found.setdefault(one, {})[service] = sums
    return found


def _hall(groups: dict[str, Sums], hall: str, services: dict[Any, Any], fewest: int) -> dict[str, Any]:
    whole = Sums()
    for sums in groups.values():
        whole.add(sums)
    if whole.rated < fewest:
        return {"shown": False, "services": []}
    shown, others = rates.not_singled_out(groups, fewest)
    rows = [{"service": one, **services.get((hall, one), {}), **_grades(sums)} for one, sums in shown.items()]
    if others is not None:
        rows.append({"service": None, **_grades(others)})
    return {"shown": True, **_grades(whole), "services": rows}


def _grades(sums: Sums) -> dict[str, Any]:
    told = rates.told(sums)
    return {name: told[name] for name in ("rated", "grades", "satisfaction", "favourable")}
