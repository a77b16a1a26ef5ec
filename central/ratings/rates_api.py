"""``/api/v1/ratings/rates``, ``/export`` and ``/mine``: rates over a span of days, as a file, and one's own."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlalchemy import ColumnElement, Connection, and_

from central.accounts.desk import Person
from central.accounts.permissions import Act
from central.audit.changes import note_change
from central.clock import now_ms
from central.failures import Forbidden, RefusedByRule
from central.live import store as live_store
from central.live.api import service_names
from central.ratings import export, rates, store, store_of_rates, told
from central.ratings.api import days_of
from central.ratings.rates import Group, Sums
from central.ratings.rules import told_until
from central.ratings.store_of_rates import WITHOUT_COUNTS, Asked
from central.units import store as units
from central.web_doors import Day, HallId, May, StrictRoute, TheParts, UnitId
from hall_config.rating_numbers import rating_numbers
from hall_config.wording import Language

router = APIRouter(prefix="/api/v1/ratings", route_class=StrictRoute, tags=["ratings"])

Seer = Annotated[Person, Depends(May(Act.RATING_SEE))]
Rated = Annotated[Person, Depends(May(Act.RATING_OWN))]
By = Literal["hall", "unit", "service", "window", "person"]
_CSV: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"text/csv": {"schema": {"type": "string", "format": "binary"}}}}
}
_SHOWN: Final = 300  # of one's own
_MOST_GROUPS: Final = 5000


@router.get("/rates")
def rates_of(
    person: Seer, parts: TheParts, from_day: Day | None = None, to_day: Day | None = None, by: By = "hall",
    hall: HallId | None = None, unit: UnitId | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Rates by hall, unit, service class, window or person, by the day of the service; totals are of all of them.

    By person only for whoever works on ratings. ``rateable_from``: where a span begins before it, it is not known how
    many services a window or a person could have been rated for.
    """
    if by == "person" and not person.may(Act.RATING_WORK):
        raise Forbidden("NOT_ALLOWED")
    days = days_of(from_day, to_day, now_ms())
    with parts.database.read() as connection:
        asked = Asked(_path(connection, person, unit, hall), days, by, hall)
        found, since = _sums(connection, asked), None
        if by in WITHOUT_COUNTS:
            since = store_of_rates.known_from(connection, asked)
        known = since is None or since <= days[0]
        total = Sums()
        for sums in found.values():
            total.add(sums)
        items, served = _items(connection, asked, found, known), list(store_of_rates.units_of_halls(connection, asked))
    if by == "service":
        letters = {letter: names for (_, letter), names in service_names(parts, asked.path, served).items()}
        items = [{**one, **letters.get(one["service"], {})} for one in items]
    return {
        "from_day": days[0], "to_day": days[1], "by": by, "items": items, "next": None,
        "totals": rates.told(total, rateable_known=known), "rateable_from": since,
    }  # fmt: skip


@router.get("/export", response_class=Response, responses=_CSV)
def exported(
    person: Seer, parts: TheParts, request: Request, from_day: Day | None = None, to_day: Day | None = None,
    hall: HallId | None = None, unit: UnitId | None = None, default_good: bool = False,
    lang: Annotated[Language, Query()] = "zh",
) -> Response:  # fmt: skip
    """The ratings of these days as CSV, one row each, in the five national grades; nobody can be told from it.

    With ``default_good`` services that nobody rated follow apart, labelled as such; they are in no rate of ours.
    """
    now = now_ms()
    days = days_of(from_day, to_day, now)
    with parts.database.write() as connection:
        asked = Asked(_path(connection, person, unit, hall), days, "day", hall)
        rows = store_of_rates.rows(connection, asked, _most() + 1)
        if len(rows) > _most():
            raise RefusedByRule("RATING_EXPORT_LARGE", "from_day")
        silent = _silent(connection, asked) if default_good else []
        _name(connection, asked, [*rows, *silent], lang)
        note_change(connection, person, request, "rating.export", "", now, days=list(days), rows=len(rows))
    name = f"ratings-{days[0]}-{days[1]}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(export.written(rows, silent, lang), media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/mine")
def mine(person: Rated, parts: TheParts, from_day: Day | None = None, to_day: Day | None = None) -> dict[str, Any]:
    """One's own ratings and rates and nobody else's, without number or time of day; ``more``: only the newest.

    Nothing of the day that runs.
    """
    now = now_ms()
    last_day, midnight = told_until(now)
    first, last = days_of(from_day, to_day, now)
    days = (first, min(last, last_day))
    with parts.database.read() as connection:
        own = and_(store.own(person.name, person.unit, person.path), store.given_before(midnight))
        rows = store.listed(connection, own, days, _SHOWN + 1)
        asked, total = Asked(person.path, days, "hall"), Sums()
        for sums in _sums(connection, asked, own).values():
            total.add(sums)
        names = store_of_rates.halls_named(connection, sorted({row["hall"] for row in rows}))
    named = service_names(parts, person.path, sorted(names))
    items = [{**told.own(row), **named.get((row["hall"], row["service"]), {})} for row in rows[:_SHOWN]]
    halls = {hall: {"name_zh": zh, "name_en": en} for hall, (zh, en) in names.items()}
    return {
        "from_day": days[0], "to_day": days[1], "items": items, "halls": halls,
        "rates": rates.told(total, rateable_known=False), "more": len(rows) > _SHOWN,
    }  # fmt: skip


def _path(connection: Connection, person: Person, unit: str | None, hall: str | None) -> str:
    if hall is not None:
        live_store.require_hall(connection, hall, person.path)
    return str(units.require_unit(connection, unit, person.path)["path"]) if unit is not None else person.path


def _sums(connection: Connection, asked: Asked, also: ColumnElement[bool] | None = None) -> dict[Group, Sums]:
    services = () if also is not None else store_of_rates.rateable(connection, asked)
    rated, cases = (of(connection, asked, also) for of in (store_of_rates.rated, store_of_rates.cases))
    return rates.summed(rated, services, cases)


def _items(connection: Connection, asked: Asked, found: dict[Group, Sums], known: bool) -> list[dict[str, Any]]:
    if asked.by == "unit":
        of_halls, by_unit = store_of_rates.units_of_halls(connection, asked), dict[str, Sums]()
        for (hall,), sums in found.items():
            by_unit.setdefault(of_halls[hall], Sums()).add(sums)
        paths = {row["id"]: row["path"] for row in units.units(connection, asked.path, "", _MOST_GROUPS)}
        rolled = rates.rolled_up(by_unit, paths)
        names = units.names(connection, list(rolled))
        order = sorted(rolled, key=lambda one: paths[one])
        return [{"unit": one, **_both(names[one]), **rates.told(rolled[one])} for one in order]
    halls = [] if asked.by == "service" else sorted({group[0] for group in found})
    names = store_of_rates.halls_named(connection, halls)
    items = []
    for group, sums in sorted(found.items())[:_MOST_GROUPS]:
        of_hall = _both(names[group[0]]) if halls else {}
        items.append(
            {**dict(zip(asked.names, group, strict=True)), **of_hall, **rates.told(sums, rateable_known=known)}
        )
    return items


def _both(names: tuple[str, str]) -> dict[str, str]:
    return {"name_zh": names[0], "name_en": names[1]}


def _silent(connection: Connection, asked: Asked) -> list[dict[str, Any]]:
    """Services of a day, hall and class that nobody rated, as one row."""
    found = _sums(connection, asked)
    left = [(group, sums.rateable - sums.rated - sums.excluded) for group, sums in sorted(found.items())]
    return [{**dict(zip(asked.names, group, strict=True)), "count": count} for group, count in left if count > 0]


def _name(connection: Connection, asked: Asked, rows: list[dict[str, Any]], lang: Language) -> None:
    """Halls and their units by name."""
    place = 0 if lang == "zh" else 1
    of_halls = store_of_rates.units_of_halls(connection, asked)
    halls, named = (
        store_of_rates.halls_named(connection, list(of_halls)),
        units.names(connection, set(of_halls.values())),
    )
    for row in rows:
        hall = row["hall"]
        row |= {"unit": named[of_halls[hall]][place], "hall": halls[hall][place]}


def _most() -> int:
    return next(one.value for one in reversed(rating_numbers()) if one.id == "MOST_EXPORTED")
