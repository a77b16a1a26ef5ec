"""``/api/v1/ratings/cases`` and ``/flagged``: bad ratings to their end, and looks at flagged ones, for supervisors."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Request
from pydantic import Field
from sqlalchemy import Connection

from central.accounts.desk import Person
from central.accounts.permissions import Act
from central.audit.changes import note_change
from central.audit.disclosure import disclose
from central.audit.reasons import Reason, stated
from central.clock import now_ms
from central.cursors import Cursor, give
from central.cursors import read as read_cursor
from central.failures import NotFound, RefusedByRule, WrongField
from central.keys import Key, KeyHeader, the_key
from central.live import store as live_store
from central.live.api import service_names
from central.once import once
from central.parts import Parts
from central.ratings import casework, store, store_of_cases, told
from central.ratings.casework import Desk, Given
from central.ratings.store_of_cases import Wanted
from central.ratings.words import Decision, Move, State
from central.rest_days.store import day_table
from central.web_doors import Day, HallId, Limit, May, Strict, StrictRoute, TheParts, source_of
from hall.law.limits import yellow_until
from hall.moment import local_day
from hall_config.limit_tables import limit_table
from hall_config.rating_numbers import numbers_on

router = APIRouter(prefix="/api/v1/ratings", route_class=StrictRoute, tags=["ratings"])

Worker = Annotated[Person, Depends(May(Act.RATING_WORK))]
Reviewer = Annotated[Person, Depends(May(Act.RATING_REVIEW))]
PathCase = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$", alias="rating_case")]
PathHall = Annotated[str, Path(pattern=r"^[0-9a-z-]{3,40}$")]
PathDay = Annotated[str, Path(pattern=r"^20[0-9]{2}-[0-9]{2}-[0-9]{2}$")]
PathNumber = Annotated[str, Path(min_length=1, max_length=12)]
Name = Annotated[str, Field(pattern=r"^[a-z_]{2,16}$")]
Facts = Annotated[dict[Name, Annotated[str, Field(max_length=16)]], Field(max_length=4)]
Texts = Annotated[dict[Name, Annotated[str, Field(max_length=2000)]], Field(max_length=4)]


_USUAL_DAYS: Final = 30
_FIRST: Final = date(2000, 1, 1)


class CaseMove(Strict):
    """A move of the case as its asker saw it: ``version`` is what they were shown."""

    move: Annotated[Move, Field(strict=False)]
    version: Annotated[int, Field(ge=1, le=2**31 - 1)]
    facts: Facts = Field(default_factory=dict)
    texts: Texts = Field(default_factory=dict)
    command_id: Key | None = None


class Why(Strict):
    reason: Reason


class Decided(Strict):
    """What a look at a flagged rating came to. ``seen``: how many decisions there were when it was looked at."""

    decision: Annotated[Decision, Field(strict=False)]
    reason: Reason
    seen: Annotated[int, Field(ge=0, le=1000)]
    command_id: Key | None = None


def days_of(first: str | None, last: str | None, now: int) -> tuple[str, str]:
    """The days that are asked for, by default a month up to today; raises `WrongField`."""
    today = date.fromisoformat(local_day(now))
    end = date.fromisoformat(last) if last else today
    begin = date.fromisoformat(first) if first else date.fromordinal(max(1, end.toordinal() - _USUAL_DAYS))
    if begin > end or begin < _FIRST or (end - begin).days >= numbers_on(today)["LONGEST_SPAN"]:
        raise WrongField("RATING_SPAN", "from_day")
    return begin.isoformat(), end.isoformat()


@router.get("/cases")
def cases(
    person: Worker, parts: TheParts, hall: HallId | None = None, state: State | None = None, closed: bool = False,
    overdue: bool = False, limit: Limit = 50, cursor: Cursor | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Bad ratings: what is due first comes first; how many stand where, and how many limits are over or near."""
    after, now = read_cursor("rating_cases", cursor, int, str), now_ms()
    with parts.database.read() as connection:
        if hall is not None:
            live_store.require_hall(connection, hall, person.path)
        table = day_table(connection)
        near_ms = yellow_until(now, limit_table().nearness, table) + 1
        wanted = Wanted(person.path, hall, state.value if state else None, closed, now if overdue else None)
        found = store_of_cases.listed(connection, wanted, after, limit + 1)
        counts = store_of_cases.count(connection, replace(wanted, state=None))
        over, near = (
            sum(store_of_cases.count(connection, Wanted(person.path, due_before_ms=at)).values())
            for at in (now, near_ms)
        )
    rows = found[:limit]
    more = give("rating_cases", (rows[-1][0], rows[-1][1]["id"])) if len(found) > limit else None
    named = service_names(parts, person.path, sorted({row["hall"] for _, row in rows}))
    items = [{**told.in_list(row, now, table), **named.get((row["hall"], row["service"]), {})} for _, row in rows]
    return {"items": items, "next": more, "counts": counts, "reminders": {"overdue": over, "soon": near - over}}


@router.get("/cases/{rating_case}")
def one(rating_case: PathCase, person: Worker, parts: TheParts) -> dict[str, Any]:
    """A case, its history and what can be done with it; nothing that anybody wrote, unless it is public."""
    now = now_ms()
    with parts.database.read() as connection:
        row = casework.known(connection, rating_case, person.path)
        whole = told.in_full(connection, row, person, now, day_table(connection))
    named = service_names(parts, person.path, [row["hall"]])
    return {**whole, **named.get((row["hall"], row["service"]), {})}


@router.post("/cases/{rating_case}/moves")
def move(
    rating_case: PathCase, body: CaseMove, person: Worker, parts: TheParts, request: Request, key: KeyHeader = None
) -> dict[str, Any]:
    """Move a case; who saw an older one than there is now is told what has changed."""
    asked, now = the_key(key, body.command_id), now_ms()
    with parts.database.write() as connection:

        def act() -> dict[str, Any]:
            desk = Desk(connection, parts.vault, day_table(connection), now)
            given = Given(body.facts, body.texts)
            casework.move(desk, person, rating_case, body.version, body.move, given)
            note_change(connection, person, request, "rating.move", rating_case, now, move=body.move.value)
            return told.in_list(casework.known(connection, rating_case, person.path), now, desk.table)

        wish = {"path": request.url.path, **body.model_dump(mode="json", exclude={"texts", "command_id"})}
        hidden = _mark(parts, connection, body.model_dump_json(include={"texts"}), now)
        return once(connection, person.name, asked, {**wish, "hidden": hidden}, now, act)


@router.post("/cases/{rating_case}/disclose")
def disclosed(rating_case: PathCase, body: Why, person: Worker, parts: TheParts, request: Request) -> dict[str, Any]:
    """What the visitor and staff wrote, after the reason was written down."""
    now = now_ms()
    with parts.database.write() as connection:
        row = casework.known(connection, rating_case, person.path)
        if person.name == row["staff"]:
            raise RefusedByRule("RATING_OWN")
        what, source = f"rating_case:{rating_case}", source_of(request)
        disclose(connection, person, what, body.reason, now, source, fields=("texts",), people=())
        return told.disclosed(connection, parts.vault, row)


@router.get("/flagged")
def flagged(
    person: Reviewer, parts: TheParts, from_day: Day | None = None, to_day: Day | None = None, decided: bool = False,
    limit: Limit = 50, cursor: Cursor | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Ratings that may be a game, of these days: those nobody has looked at, or with ``decided`` those somebody has."""
    after, days = read_cursor("rating_flags", cursor, str, str, str), days_of(from_day, to_day, now_ms())
    with parts.database.read() as connection:
        found = store.flagged(connection, person.path, days, not decided, after, limit + 1)
        items = [told.flagged(connection, row) for row in found[:limit]]
    last = items[-1] if len(found) > limit else None
    return {
        "items": items,
        "next": give("rating_flags", (last["day"], last["hall"], last["number"])) if last else None,
    }


@router.post("/flagged/{hall}/{day}/{number}/decisions", status_code=201)
def decide(
    hall: PathHall, day: PathDay, number: PathNumber, body: Decided, person: Reviewer, parts: TheParts,
    request: Request, key: KeyHeader = None,
) -> dict[str, Any]:  # fmt: skip
    """Leave a flagged rating out of the rates, or keep it; a later decision undoes an earlier one, and all are kept."""
    asked, now = the_key(key, body.command_id), now_ms()
    with parts.database.write() as connection:

        def act() -> dict[str, Any]:
            live_store.require_hall(connection, hall, person.path)
            held = store.held(connection, (hall, day, number))
            if held is None:
                raise NotFound("NO_SUCH_RATING")
            if not told.flags(held):
                raise RefusedByRule("RATING_NOT_FLAGGED")
            if held["staff"] == person.name:
                raise RefusedByRule("RATING_OWN")
            looks = store.reviews(connection, (hall, day, number))
            if len(looks) != body.seen:
                raise RefusedByRule("RATING_CASE_CHANGED", "seen")
            desk = Desk(connection, parts.vault, day_table(connection), now)
            about = f"rating_review/{hall}/{day}/{number}/{body.seen + 1}"
            unit, _ = store.path_of_hall(connection, hall)
            sealed = casework.seal(desk, unit, stated(body.reason), about)
            n, what = body.seen + 1, body.decision.value
            store.add_review(connection, (hall, day, number), n, now, person.name, what, sealed)
            excluded = body.decision is Decision.EXCLUDE
            store.change(connection, (hall, day, number), excluded=excluded)
            note_change(connection, person, request, "rating.decide", f"{hall}/{day}/{number}", now, decision=what)
            return {"hall": hall, "day": day, "number": number, "excluded": excluded, "decisions": n}

        wish = {"path": request.url.path, "decision": body.decision.value, "seen": body.seen}
        hidden = _mark(parts, connection, body.reason, now)
        return once(connection, person.name, asked, {**wish, "hidden": hidden}, now, act)


def _mark(parts: Parts, connection: Connection, text: str, now: int) -> str:
    """What was written as a digest keeps it: a keyed hash, so that nobody can try texts on it."""
    return parts.vault.index(connection, "rating_wish", text, now)
