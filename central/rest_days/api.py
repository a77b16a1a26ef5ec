"""``/api/v1/rest-days``: the years that limits are counted by, and bringing one in."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from pydantic import Field, ValidationError
from sqlalchemy import Connection

from central.accounts.desk import Person
from central.accounts.permissions import Act
from central.aid_limits import clocks, store_of_many
from central.audit.changes import note_change
from central.clock import now_ms
from central.failures import Forbidden, NotFound, WrongField
from central.keys import Key, KeyHeader, the_key
from central.once import once
from central.rest_days import notice, rules, store
from central.rest_days.store import KnownYear
from central.units.rules import ROOT
from central.web_doors import Looking, May, Strict, StrictRoute, TheParts
from hall.law.days import YearStatus
from hall_config.rest_days import MOST_DAYS, OffSpan, YearPart, holiday_days, shipped
from hall_config.wording import rfc3339

router = APIRouter(prefix="/api/v1/rest-days", route_class=StrictRoute, tags=["rest days"])

Keeper = Annotated[Person, Depends(May(Act.AID_SETTINGS))]
PathYear = Annotated[int, Path(ge=2000, le=2100)]
Status = Annotated[str, Field(pattern=r"^(OFFICIAL|ESTIMATED)$")]
Source = Annotated[str, Field(min_length=2, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
Day = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]


class Off(Strict):
    """Days off from ``first`` to ``last``."""

    first: Day
    last: Day
    holiday: Annotated[str, Field(pattern=r"^[A-Z_]{2,20}$")] = "OTHER"


class YearGiven(Strict):
    """A year's days off and the weekend days worked in exchange."""

    status: Status
    source: Source
    off: Annotated[list[Off], Field(max_length=MOST_DAYS)]
    worked: Annotated[list[Day], Field(max_length=MOST_DAYS)] = []  # noqa: RUF012 - frozen, and pydantic copies it
    command_id: Key | None = None


class TextGiven(Strict):
    """The same as people have it: lines of a table, or the notice as it was published."""

    status: Status
    source: Source
    text: Annotated[str, Field(min_length=1, max_length=notice.MOST_CHARACTERS)]


@router.get("")
def years(person: Looking, parts: TheParts) -> dict[str, Any]:
    """Every year that is known, as it holds now; ``revision`` tells one table from another."""
    with parts.database.read() as connection:
        found, table = store.in_force(connection), store.day_table(connection)
    return {"items": [_told(one) for one in found], "next": None, "revision": table.revision}


@router.get("/{year}/revisions")
def revisions(year: PathYear, person: Looking, parts: TheParts) -> dict[str, Any]:
    """All that was ever brought in for a year, the newest first."""
    with parts.database.read() as connection:
        found = store.revisions(connection, year)
    if not found:
        raise NotFound("NO_SUCH_YEAR")
    return {"items": [_told(one) for one in found], "next": None}


@router.post("/{year}/preview")
def preview(year: PathYear, body: TextGiven, person: Keeper, parts: TheParts) -> dict[str, Any]:
    """What a text says and what would be different by it; nothing is kept."""
    try:
        read = notice.read(body.text, year)
    except notice.Unclear as problem:
        rules.refuse(f"REST_DAYS_{problem.reason}", "text", line=problem.line)
    part = _part(year, body.status, body.source, read.off, read.worked)
    rules.check(part)
    with parts.database.read() as connection:
        known = store.year_in_force(connection, year)
        rules.check_step(known.part if known else None, part)
        before, after = store.day_table(connection), store.table_with(connection, part)
        moved = store_of_many.would_move(connection, after)
    changed = rules.difference(before, after, year)
    return {
        "off": [one.model_dump(mode="json") for one in part.off],
        "worked": sorted(part.worked),
        "become_rest": list(changed.rest),
        "become_worked": list(changed.worked),
        "holidays": holiday_days(part.days()),
        "holidays_by_law": shipped().holidays.days,
        "limits": moved,
    }


@router.put("/{year}")
def put_year(
    year: PathYear, body: YearGiven, person: Keeper, parts: TheParts, request: Request, key: KeyHeader = None
) -> dict[str, Any]:
    """Bring a year in, as a revision of its own, and count every running limit again."""
    asked, now = the_key(key, body.command_id), now_ms()
    if person.path != f"{ROOT}/":
        raise Forbidden("REST_DAYS_CITY")
    part = _part(year, body.status, body.source, [one.model_dump() for one in body.off], body.worked)
    rules.check(part)
    with parts.database.write() as connection:

        def act() -> dict[str, Any]:
            return _bring_in(connection, part, person, request, now)

        wish = {"path": f"/rest-days/{year}", **body.model_dump()}
        return once(connection, person.name, asked, wish, now, act)


def _bring_in(connection: Connection, part: YearPart, person: Person, request: Request, now: int) -> dict[str, Any]:
    known = store.year_in_force(connection, part.year)
    rules.check_step(known.part if known else None, part)
    if known is not None and rules.same(known.part, part):
        return {**_told(known), "changed": False, "limits": 0}
    revision = store.add(connection, part, person.name, now)
    moved = clocks.recalculate(connection, store.day_table(connection), now)
    detail = {"revision": revision, "status": part.status.value, "limits": moved}
    note_change(connection, person, request, "rest_days.put", str(part.year), now, **detail)
    return {**_told(KnownYear(part, revision, person.name, now)), "changed": True, "limits": moved}


def _part(year: int, status: str, source: str, off: list[Any] | list[OffSpan], worked: list[str]) -> YearPart:
    """Raises `WrongField` for a day that no calendar has."""
    facts = {"year": year, "status": YearStatus(status), "source_zh": source, "source_en": source}
    try:
        return YearPart.model_validate({**facts, "off": off, "worked": worked})
    except ValidationError as problem:
        place = problem.errors()[0]["loc"]
        raise WrongField("WRONG_FIELD", ".".join(map(str, place))) from None


def _told(one: KnownYear) -> dict[str, Any]:
    part = one.part
    return {
        **part.model_dump(mode="json"),
        "worked": sorted(part.worked),
        "holidays": holiday_days(part.days()),
        "revision": one.revision,
        "by": one.by,
        "at": None if one.at_ms is None else rfc3339(one.at_ms),
    }
